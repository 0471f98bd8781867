"""The troubles of invoices and payments, planted on clients and things that have none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from recon.sandbox.demo.chart import APP_ONLY_TAX_RATES
from recon.sandbox.demo.money import BOOKS_CLOSED, FIRST_DAY, HAND_ENTRY_END, TODAY
from recon.sandbox.demo.town import Relation
from recon.sandbox.demo.trade import Job, Trade

if TYPE_CHECKING:
    from recon.sandbox.books.company import Record
    from recon.sandbox.demo.sales import Sale

RECENT = HAND_ENTRY_END + timedelta(days=1)
_DELETED_PRODUCTS = ("Storm Clean-Up Surcharge", "Holiday Lights Take-Down", "Fuel Surcharge 2025")
LAST_MONTHS = (RECENT, TODAY - timedelta(days=20))


class SalesTroubles:
    """Plants troubled sales among the clean relations.

    Args:
        trade: where the sales are written.
        clean: relations on both sides with nothing planted on them.
        strangers: customers that only QuickBooks knows.
    """

    def __init__(self, trade: Trade, clean: list[Relation], strangers: list[Relation]) -> None:
        self.trade = trade
        self.town = trade.town
        self.rng = trade.town.rng
        self._clean = clean
        self._strangers = strangers

    def plant(self) -> None:
        """Plant every trouble of a sale."""
        for trouble in (
            self.troubled_things,
            self.other_sale_same_number,
            self.same_sale_other_number,
            self.number_of_other_form,
            self.long_numbers,
            self.closed_invoices,
            self.closed_payments,
            self.missing_tax_rates,
            self.long_references,
            self.blank_keys,
            self.deleted_products,
            self.drafts,
        ):
            trouble()

    def troubled_things(self) -> None:
        """Sales of the things that are called or kept differently in QuickBooks."""
        for trouble, product in self.trade.prices.troubled:
            for turn in range(max(1, self.town.times(0.0035))):
                first, last = LAST_MONTHS
                if product.since:
                    last = product.since - timedelta(days=3)
                relation = self._relation()
                # every second one is on a bill with a plain thing, which outlives a refusal of it
                plain = self.trade.prices.clean[turn : turn + turn % 2]
                job = self._new(relation, self.trade.day(first, last), product, *plain)
                if plain:
                    job.paid = None  # a payment would be more than what is left of the bill
                if product.since:
                    job.billed = self._label(
                        trouble, f"sold before {product.since}", f"Item:{product.item_id}"
                    )

    def other_sale_same_number(self) -> None:
        """A number that QuickBooks has given to another customer's invoice."""
        for _ in range(self.town.times(0.01)):
            job = self._new(self._relation(), self.trade.day(*LAST_MONTHS))
            job.billed = self._collide("Invoice", "docnumber_exists_in_qbo", "other sale: ")

    def same_sale_other_number(self) -> None:
        """A sale that the bookkeeper entered under QuickBooks' own number."""
        for _ in range(self.town.times(0.01)):
            relation = self._relation()
            day = self.trade.day(BOOKS_CLOSED + timedelta(days=9), HAND_ENTRY_END)
            job = self._new(relation, day)
            job.entered, job.doc_number = True, self.trade.own_number()
            self.trade.pay(job)
            job.billed = self._label(
                "invoice_in_qbo_under_other_number", f"entered by hand as {job.doc_number}"
            )

    def number_of_other_form(self) -> None:
        """A number that a credit memo or a sales receipt has."""
        for index in range(self.town.times(0.014)):
            entity = ("CreditMemo", "SalesReceipt")[index % 2]
            job = self._new(self._relation(), self.trade.day(*LAST_MONTHS))
            job.billed = self._collide(entity, "docnumber_is_used_by_other_type", f"{entity}: ")

    def long_numbers(self) -> None:
        """Numbers of more than 21 characters, some of them equal in the first 21."""
        for index in range(self.town.times(0.007)):
            day = self.trade.day(*LAST_MONTHS)
            stem = f"PH-{day:%Y%m}-{3000 + index}-LANDSCAPE"
            for end in ("NORTH", "SOUTH"):
                job = self._new(self._relation(), day)
                job.number = f"{stem}-{end}"
                job.billed = self._label(
                    "docnumber_truncation_collision", f"two numbers begin with {stem[:21]!r}"
                )
        for index in range(self.town.times(0.01)):
            job = self._new(self._relation(), self.trade.day(*LAST_MONTHS))
            job.number = f"{job.sale.day:%Y%m%d}-{5000 + index}-GATE-AND-POOL"
            job.billed = self._label("docnumber_too_long", f"{len(job.number)} characters")

    def closed_invoices(self) -> None:
        """Invoices of the closed year that QuickBooks does not have."""
        for _ in range(self.town.times(0.01)):
            day = self.trade.day(FIRST_DAY, BOOKS_CLOSED)
            job = self._new(self._relation(), day)
            job.paid = None
            job.billed = self._label("invoice_in_closed_period", f"dated {day}")

    def closed_payments(self) -> None:
        """Payments of the closed year that QuickBooks does not have; it has the invoices."""
        for _ in range(self.town.times(0.01)):
            day = self.trade.day(FIRST_DAY, date(2025, 11, 15))
            job = self._new(self._relation(), day)
            job.entered = True
            paid = day + timedelta(days=self.rng.randrange(5, 40))
            job.paid, job.payment_entered = (paid, job.sale.total), False
            job.settled = self._label_payment("payment_in_closed_period", f"dated {paid}")

    def missing_tax_rates(self) -> None:
        """Sales taxed at a rate that QuickBooks does not have."""
        taxed = [product for product in self.trade.prices.clean if product.taxed]
        rates = list(APP_ONLY_TAX_RATES)
        for index in range(self.town.times(0.01)):
            tax = rates[index % len(rates)]
            relation = self._relation()
            job = self._new(relation, self.trade.day(*LAST_MONTHS))
            job.sale = self.trade.sale(relation, job.sale.day, *self.rng.sample(taxed, 2), tax=tax)
            job.paid = None
            job.billed = self._label("tax_rate_missing_in_qbo", tax)

    def long_references(self) -> None:
        """Payments, unknown to QuickBooks, whose reference is longer than 21 characters."""
        for _ in range(self.town.times(0.014)):
            job = self._new(self._relation(), self.trade.day(*LAST_MONTHS))
            job.paid = (job.sale.day + timedelta(days=self.rng.randrange(3, 18)), job.sale.total)
            job.reference = f"pi_{self.rng.randrange(16**24):024x}"
            job.settled = self._label_payment(
                "payment_ref_too_long", f"{len(job.reference)} characters"
            )

    def blank_keys(self) -> None:
        """Lines that name no product."""
        for _ in range(self.town.times(0.01)):
            job = self._new(self._relation(), self.trade.day(*LAST_MONTHS))
            first, *others = job.sale.lines
            job.sale = replace(job.sale, lines=(*others, replace(first, key="")))
            job.billed = self._label("blank_product_key", f"the line is {first.product.key!r}")

    def deleted_products(self) -> None:
        """Lines whose product was deleted in the app since: the key is all that is left of it."""
        for _ in range(self.town.times(0.007)):
            job = self._new(self._relation(), self.trade.day(*LAST_MONTHS))
            first, *others = job.sale.lines
            key = self.rng.choice(_DELETED_PRODUCTS)
            job.sale = replace(job.sale, lines=(*others, replace(first, key=key)))
            job.billed = self._label("line_of_deleted_product", f"{key!r} is on no price list")

    def drafts(self) -> None:
        """Invoices not sent yet, which a push sends all the same."""
        for _ in range(self.town.times(0.014)):
            first = TODAY - timedelta(days=12)
            job = self._new(self._relation(), self.trade.day(first, TODAY))
            job.draft, job.paid = True, None
            job.billed = self._label("draft_would_be_pushed", "not sent yet")

    def _relation(self) -> Relation:
        return self.rng.choice(self._clean)

    def _new(self, relation: Relation, day: date, *products: Any) -> Job:
        """A further sale that QuickBooks does not know yet."""
        job = Job(relation, self.trade.sale(relation, day, *products), entered=False)
        self.trade.pay(job)
        self.trade.jobs.append(job)
        return job

    def _label(
        self, trouble: str, note: str, qbo: str = ""
    ) -> Callable[[Record, Record | None], None]:
        def label(invoice: Record, twin: Record | None) -> None:
            held = f"Invoice:{twin['Id']}" if twin else qbo
            self.town.truth.plant(trouble, f"invoice:{invoice['number']}", held, note)

        return label

    def _label_payment(self, trouble: str, note: str) -> Callable[[Record, Record | None], None]:
        def label(payment: Record, twin: Record | None) -> None:
            held = f"Payment:{twin['Id']}" if twin else ""
            self.town.truth.plant(trouble, f"payment:{payment['number']}", held, note)

        return label

    def _collide(
        self, entity: str, trouble: str, note: str
    ) -> Callable[[Record, Record | None], None]:
        def collide(invoice: Record, _twin: Record | None) -> None:
            stranger = self.rng.choice(self._strangers)
            assert stranger.customer is not None
            sale: Sale = self.trade.sale(
                stranger, date.fromisoformat(invoice["date"]) - timedelta(days=11)
            )
            number = invoice["number"]
            form = self.town.ledger.sales_form(entity, sale, stranger.customer, number)
            self.town.truth.plant(
                trouble,
                f"invoice:{number}",
                f"{entity}:{form['Id']}",
                f"{note}{number} is {stranger.customer['DisplayName']}'s in QuickBooks",
            )

        return collide
