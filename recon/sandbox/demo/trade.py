"""The sales of the business day by day: invoices, payments, what QuickBooks has of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from recon.sandbox.demo.desk import DRAFT, SENT
from recon.sandbox.demo.money import BOOKS_CLOSED, HAND_ENTRY_END, TODAY, cents
from recon.sandbox.demo.sales import Product, Sale, SaleLine

if TYPE_CHECKING:
    from recon.sandbox.books.company import Record
    from recon.sandbox.demo.catalogue import PriceList
    from recon.sandbox.demo.town import Relation, Town

MEMOS = ("", "", "Thank you for your business.", "Next visit is on the calendar.")
HOME_MEMOS = (*MEMOS, "Please keep pets inside on service days.", "Gate code on file.")
SITE_MEMOS = (*MEMOS, "Work done as agreed with the site manager.", "Done outside office hours.")
# The app's type_id and what the reference looks like: checks, Visa, MasterCard, ACH, cash.
METHODS = (("15", "check"), ("15", "check"), ("5", "card"), ("6", "card"), ("4", "ach"), ("2", ""))
# The PaymentMethod that the bookkeeper chose in QuickBooks for each; ACH went down as check.
QBO_METHODS = {"2": "1", "15": "2", "4": "2", "5": "3", "6": "4"}


@dataclass
class Job:
    """One sale that is still to be billed.

    Attributes:
        entered: whether the bookkeeper copied the invoice into QuickBooks.
        number: the invoice number in the app; the next free one when empty.
        doc_number: the number in QuickBooks, when it is another one.
        paid: when it is paid, and how much of it; nothing when it stays open.
        payment_entered: whether QuickBooks has the payment.
        reference: the payment's reference, when it is a special one.
        billed: called with the invoice and its twin in QuickBooks once they are written.
        settled: called with the payment and its twin once they are written.
    """

    relation: Relation
    sale: Sale
    entered: bool
    number: str = ""
    doc_number: str = ""
    draft: bool = False
    paid: tuple[date, Decimal] | None = None
    payment_entered: bool = False
    reference: str = ""
    billed: Callable[[Record, Record | None], None] | None = None
    settled: Callable[[Record, Record | None], None] | None = None


@dataclass
class Trade:
    """Makes sales up, then writes them down in the order of their days."""

    town: Town
    prices: PriceList
    jobs: list[Job] = field(default_factory=list)
    _own_number: int = 2000

    def sale(self, relation: Relation, day: date, *products: Product, tax: str = "") -> Sale:
        """A sale to a party on a day: the given things, or a few clean ones."""
        rng = self.town.rng
        chosen = list(products)
        if not chosen:
            count = rng.choices((1, 2, 3, 4), (40, 35, 18, 7))[0]
            kind = "firms" if relation.party.is_firm else "homes"
            chosen = rng.sample(self.prices.clean_by_buyer[kind], count)
        lines = tuple(
            SaleLine(product, self._quantity(product), product.key or product.item_name)
            for product in chosen
        )
        memos = SITE_MEMOS if relation.party.is_firm else HOME_MEMOS
        days = 15 if relation.party.is_firm and rng.random() < 0.3 else 30
        return Sale(day, lines, tax or relation.party.tax, rng.choice(memos), days)

    def routine(self, relation: Relation, count: int) -> None:
        """So many ordinary sales to a client, from its first day until today."""
        rng = self.town.rng
        for index in range(count):
            since = relation.since
            if index == 0 and not relation.clean:
                # Every troubled client has business that QuickBooks does not know yet.
                since = HAND_ENTRY_END + timedelta(days=1)
            day = self.day(since, TODAY)
            entered = relation.customer is not None and (
                day <= BOOKS_CLOSED or (day <= relation.entered_until and rng.random() < 0.88)
            )
            job = Job(relation, self.sale(relation, day), entered)
            self.pay(job)
            self.jobs.append(job)

    def pay(self, job: Job) -> None:
        """Decide when an invoice is paid and whether QuickBooks has the payment."""
        rng = self.town.rng
        must_be_paid = job.entered and job.relation.paid_up
        job.paid = None
        day = job.sale.day + timedelta(days=rng.randrange(2, 30 if must_be_paid else 60))
        old = job.sale.day < TODAY - timedelta(days=75)
        if day > TODAY or (not must_be_paid and rng.random() > (0.95 if old else 0.75)):
            return
        part = job.sale.total
        if not must_be_paid and rng.random() < 0.03 and part > 60:
            part = cents(part / 2)
        job.paid = (day, part)
        job.payment_entered = job.entered and (
            must_be_paid or day <= BOOKS_CLOSED or (day <= HAND_ENTRY_END and rng.random() < 0.9)
        )

    def day(self, first: date, last: date) -> date:
        """A working day between two days."""
        day = first + timedelta(days=self.town.rng.randrange((last - first).days + 1))
        return day - timedelta(days=1) if day.weekday() == 6 and day > first else day

    def write(self) -> None:
        """Write all sales down: invoices by their days, then payments by theirs."""
        number = 10_000
        payments: list[tuple[date, Job, Record, Record | None]] = []
        for job in sorted(self.jobs, key=lambda job: job.sale.day):
            number += self.town.rng.choice((1, 1, 1, 1, 2))
            invoice, twin = self._bill(job, f"PH-{number}")
            if job.paid and invoice is not None:
                payments.append((job.paid[0], job, invoice, twin))
        for day, job, invoice, twin in sorted(payments, key=lambda entry: entry[0]):
            self._settle(day, job, invoice, twin)

    def own_number(self) -> str:
        """The next number of QuickBooks' own row, for forms that were only written there."""
        self._own_number += 1
        return str(self._own_number)

    def _quantity(self, product: Product) -> Decimal:
        rng = self.town.rng
        if product.price < 1:
            return Decimal(rng.randrange(500, 2500, 20))
        if product.price < 5:
            return Decimal(rng.randrange(60, 420, 10))
        if product.price < 15 and product.kind == "Service":
            return Decimal(rng.randrange(8, 60, 2))
        if "per hour" in product.notes:
            return Decimal(rng.choice(("1.5", "2", "2.5", "3", "4", "6")))
        return Decimal(rng.choice((1, 1, 1, 1, 2, 2, 3) if product.price < 60 else (1, 1, 1, 1, 2)))

    def _bill(self, job: Job, next_number: str) -> tuple[Record | None, Record | None]:
        relation, town = job.relation, self.town
        number = job.number or next_number
        if relation.client is None:
            assert relation.customer is not None
            form = town.ledger.sales_form(
                "Invoice", job.sale, relation.customer, job.doc_number or self.own_number()
            )
            if job.paid:
                day, part = job.paid
                town.ledger.payment(
                    relation.customer, day, self._reference("check"), [(form["Id"], part)]
                )
            return None, form
        status = DRAFT if job.draft else SENT
        invoice = town.desk.invoice(job.sale, relation.client, number, status)
        twin = None
        if job.entered:
            customer = relation.customer
            if relation.extra_customer and town.rng.random() < 0.2:
                customer = relation.extra_customer
            assert customer is not None
            twin = town.ledger.sales_form("Invoice", job.sale, customer, job.doc_number or number)
            town.truth.invoice_twins[number] = twin["Id"]
            if not job.doc_number:
                town.truth.plant(
                    "docnumber_exists_in_qbo",
                    f"invoice:{number}",
                    f"Invoice:{twin['Id']}",
                    "same sale: already entered by hand",
                )
        if job.billed:
            job.billed(invoice, twin)
        return invoice, twin

    def _settle(self, day: date, job: Job, invoice: Record, twin: Record | None) -> None:
        town = self.town
        type_id, look = town.rng.choice(METHODS)
        reference = job.reference or self._reference(look)
        assert job.paid is not None
        assert job.relation.client is not None
        part = job.paid[1]
        payment = town.desk.payment(job.relation.client, day, [(invoice, part)], type_id, reference)
        entered = None
        if job.payment_entered and twin is not None:
            customer = {
                "Id": twin["CustomerRef"]["value"],
                "DisplayName": twin["CustomerRef"]["name"],
            }
            entered = town.ledger.payment(customer, day, reference, [(twin["Id"], part)])
            entered["PaymentMethodRef"] = {"value": QBO_METHODS[type_id]}
            town.truth.payment_twins[payment["number"]] = entered["Id"]
        if job.settled:
            job.settled(payment, entered)

    def _reference(self, look: str) -> str:
        rng = self.town.rng
        if look == "check":
            return str(rng.randrange(1001, 9999))
        if look == "card":
            return f"ch_{rng.randrange(16**10):010x}"
        return f"ACH{rng.randrange(10**8):08d}" if look == "ach" else ""
