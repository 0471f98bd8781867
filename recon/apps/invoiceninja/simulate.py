"""Invoice Ninja's push to QuickBooks Online, as a procedure, call by call.

What the vendor documents for version 5.12.4, written down as the app would do it: the links that it
keeps, the questions that it asks QuickBooks, the requests that it sends. It shares nothing with the
profile and the forecast, on purpose: it is what they are held against.

Every record is pushed once and for the first time; a record that is linked already stays as it is.
Payment methods and countries do not travel here: no link, refusal or amount depends on them.

Source: Invoice Ninja user guide, "Quickbooks", as at version 5.12.4; lengths and fields as the
integration's public repository shows its behaviour; both read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Literal
from uuid import uuid4

from recon.apps.invoiceninja.simulate_records import (
    NOT_TAXED,
    by_number,
    client_ref,
    contact_of,
    customer_body,
    decimal,
    display_name,
    invoice_ref,
    kept,
    payment_ref,
    product_ref,
    stored_id,
    stored_links,
)
from recon.apps.invoiceninja.simulate_taxes import Taxes
from recon.apps.push.records import Json, Record, filled, quoted, reference, text
from recon.books import Ref
from recon.errors import RejectedError
from recon.ports import AppRecords, QboPort, SyncEvent

_PUSHED_PAYMENTS = {"", "4", "5"}  # completed and partially refunded; a file may not say


Mode = Literal["push", "none", "pull", "both"]


@dataclass(frozen=True)
class Settings:
    """The direction that is chosen for each kind of record.

    A direction with a push sends the records of its kind; of the others nothing is sent by itself,
    but an invoice that is sent takes its client and its products along. At 5.12.4 a pull does
    nothing; in newer versions it waits for changes in QuickBooks, of which a first sync has none.

    Attributes:
        customer_mode, item_mode, invoice_mode, payment_mode: of clients, products, invoices and
            payments.
    """

    customer_mode: Mode = "push"
    item_mode: Mode = "push"
    invoice_mode: Mode = "push"
    payment_mode: Mode = "push"


def simulate(
    app: AppRecords,
    qbo: QboPort,
    leave_out: Collection[Ref] = (),
    *,
    settings: Settings | None = None,
) -> Iterator[SyncEvent]:
    """Push every record once, in the app's order; yields what happened to each.

    Clients in the order of their numbers, products as they stand, invoices and payments in the
    order of their numbers. Deleted records, products without a key and payments that are not
    completed are not pushed and yield nothing; archived records are pushed. When an invoice takes
    a client or product along that was left out, a second event says so.

    Args:
        app: the app's own database, records as its REST API shows them.
        qbo: the QuickBooks company.
        leave_out: records that a person left alone: not pushed, effect "skip".
        settings: what is set in the app; the usual when left out.

    Raises:
        RemoteError: QuickBooks could not be asked at all; the refusal of one record is an event.
    """
    yield from pushed(Push(app, qbo, frozenset(leave_out), how=settings or Settings()))


def pushed(push: Push) -> Iterator[SyncEvent]:
    """Push every record of a run's app once; what `simulate` yields."""
    app, how = push.app, push.how
    keyed = [p for p in app.products if text(p, "product_key").strip()]
    received = [p for p in app.payments if text(p, "status_id") in _PUSHED_PAYMENTS]
    stages: list[_Stage] = [
        (how.customer_mode, by_number(kept(app.clients)), client_ref, push.client),
        (how.item_mode, kept(keyed), product_ref, push.product),
        (how.invoice_mode, by_number(kept(app.invoices)), invoice_ref, push.invoice),
        (how.payment_mode, by_number(kept(received)), payment_ref, push.payment),
    ]
    for mode, records, ref_of, send in stages:
        for record in records if _sends(mode) else ():
            ref = ref_of(record)
            if event := _stays(push, ref, record):
                yield event
            else:
                event = send(record)
                yield from push.taken_along
                push.taken_along.clear()
                yield event
    for mode, records, ref_of, _ in stages:
        for record in records if not _sends(mode) else ():
            if (ref := ref_of(record)) not in push.brought:
                stays = SyncEvent(ref, "skip", says="Its kind is not sent, as the app is set.")
                yield _stays(push, ref, record) or stays


def _stays(push: Push, ref: Ref, record: Record) -> SyncEvent | None:
    """What becomes of a record that needs no push: left alone, or linked before."""
    if ref in push.left_out:
        return SyncEvent(ref, "skip", says="Left alone by a person.")
    if stored := stored_id(record):
        return SyncEvent(ref, "link", stored, says="Linked before, and stays so.")
    return None


_Stage = tuple[Mode, list[Record], Callable[[Record], Ref], Callable[[Record], SyncEvent]]


def _sends(mode: Mode) -> bool:
    return mode in {"push", "both"}


@dataclass
class Push:
    """One run of the sync: the app's records, and the links that it has made so far.

    Attributes:
        app, qbo: both sides.
        left_out: records that a person left alone.
        how: what is set in the app.
        taken_along: what the invoice at hand took along, told before it.
        brought: what an invoice took along of a kind that is not sent by itself.
        looks_for_products: whether a product that is sent by itself is looked up first.
    """

    app: AppRecords
    qbo: QboPort
    left_out: frozenset[Ref]
    how: Settings = field(default_factory=Settings)
    taken_along: list[SyncEvent] = field(default_factory=list)
    brought: set[Ref] = field(default_factory=set)
    looks_for_products: bool = True

    def __post_init__(self) -> None:
        self.clients = {text(c, "id"): c for c in self.app.clients}
        products = kept(self.app.products)
        # an invoice takes the first product of a key
        self.products = {text(p, "product_key"): p for p in reversed(products)}
        self.customer_ids = stored_links(self.app.clients, "id")
        self.item_ids = stored_links(products, "product_key")
        self.invoice_ids = stored_links(self.app.invoices, "id")

    def client(self, client: Record) -> SyncEvent:
        """Link the client to the customer of its name, or create that customer."""
        ref, name = client_ref(client), self.name_of(client)
        try:
            # the name alone is asked for: not whether that customer has a client already, nor
            # whether it is the same party
            found = self.customer_named(name)
            event = (
                SyncEvent(ref, "link", found, says=f"Linked to the customer {name!r}.")
                if found
                else self.create_client(client, name)
            )
        except RejectedError as refusal:
            return refused(ref, refusal)
        self.customer_ids[text(client, "id")] = event.target
        return event

    def name_of(self, client: Record) -> str:
        """The name under which a client is looked up and created."""
        return display_name(client)

    def customer_named(self, name: str) -> str:
        """Id of the active customer of that display name; empty when there is none."""
        return self.first("Customer", f"DisplayName = {quoted(name)}")

    def create_client(self, client: Record, name: str) -> SyncEvent:
        """Create the customer of a client.

        Raises:
            RejectedError: QuickBooks refuses it.
        """
        target = self.qbo.create("Customer", customer_body(client, name))["Id"]
        return SyncEvent(client_ref(client), "create", target, says=f"Created {name!r}.")

    def product(self, product: Record) -> SyncEvent:
        """Link the product to the item of its key, or create that item."""
        ref, key = product_ref(product), text(product, "product_key")
        try:
            found = self.item_named(key) if self.looks_for_products else ""
            target = found or self.create_item(key, product, product.get("price"))
        except RejectedError as refusal:
            return refused(ref, refusal)
        self.item_ids.setdefault(key, target)
        if found:
            return SyncEvent(ref, "link", target, says=f"Linked to the item {key!r}.")
        return SyncEvent(ref, "create", target, says=f"Created the item {key!r}.")

    def invoice(self, invoice: Record) -> SyncEvent:
        """Create the invoice, with its client and items on the way; its number is not looked up."""
        ref = invoice_ref(invoice)
        client = self.clients.get(text(invoice, "client_id"))
        if client is None:
            return SyncEvent(ref, "refuse", fault="client_missing", says="It has no client.")
        if stops := self.stopped(invoice, client):
            return stops
        found = [(line, self.item_of(line)) for line in invoice.get("line_items") or ()]
        dropped = tuple(position for position, (_, item) in enumerate(found, 1) if item is None)
        lines = [(line, item) for line, item in found if item is not None]
        if not lines:
            said = "No line of it has an item."
            return SyncEvent(ref, "refuse", fault="no_lines", says=said, dropped=dropped)
        if fault := self.taxes.fault([line for line, _ in lines]):
            said = "QuickBooks has no tax code of that percentage, or several of those rates."
            return SyncEvent(ref, "refuse", fault=fault, says=said, dropped=dropped)
        try:
            target = self.qbo.create("Invoice", self.invoice_body(invoice, client, lines))["Id"]
        except RejectedError as refusal:
            return refused(ref, refusal, dropped)
        self.invoice_ids[text(invoice, "id")] = target
        said = f"Created without {len(dropped)} of its lines." if dropped else "Created."
        return SyncEvent(ref, "create", target, says=said, dropped=dropped)

    def stopped(self, invoice: Record, client: Record) -> SyncEvent | None:
        """What keeps an invoice back before its lines are looked at: a client that is refused."""
        if fault := self.ensure_client(client):
            said = "Its client was refused."
            return SyncEvent(invoice_ref(invoice), "refuse", fault=fault, says=said)
        return None

    def payment(self, payment: Record) -> SyncEvent:
        """Create the payment, applied to those of its invoices that are linked."""
        ref = payment_ref(payment)
        customer = self.customer_ids.get(text(payment, "client_id"))
        if customer is None:
            said = "Its client is not linked."
            return SyncEvent(ref, "refuse", fault="client_not_linked", says=said)
        parts = payment.get("paymentables") or ()
        lines = [
            {
                "Amount": part["amount"],
                "LinkedTxn": [{"TxnId": self.invoice_ids[invoice], "TxnType": "Invoice"}],
            }
            for part in parts
            if (invoice := text(part, "invoice_id")) in self.invoice_ids
        ]
        body = {
            "CustomerRef": {"value": customer},
            "TotalAmt": payment["amount"],
            "TxnDate": text(payment, "date"),
            "PaymentRefNum": text(payment, "transaction_reference")[:21],
            "PrivateNote": text(payment, "private_notes")[:4000],
            "Line": lines,
        }
        try:
            target = self.qbo.create("Payment", filled(body))["Id"]
        except RejectedError as refusal:
            return refused(ref, refusal)
        loose = len(parts) - len(lines)
        said = f"Created, not applied to {loose} of its invoices." if loose else "Created."
        return SyncEvent(ref, "create", target, says=said)

    def ensure_client(self, client: Record) -> str:
        """The fault for which the client has no customer; empty when it has one now."""
        if text(client, "id") in self.customer_ids:
            return ""
        event = self.client(client)
        self.take_along(self.how.customer_mode, event)
        return event.fault

    def take_along(self, mode: Mode, event: SyncEvent) -> None:
        """Tell what became of a record that has not had, or will not have, a turn of its own."""
        if event.ref in self.left_out:
            if not event.fault:
                self.taken_along.append(event)
        elif not _sends(mode) and event.ref not in self.brought:
            self.brought.add(Ref(event.ref))
            self.taken_along.append(event)

    def item_of(self, line: Record) -> str | None:
        """The item of a line: its product's, else one of that name, else a new one; or None."""
        key = text(line, "product_key")
        if key in self.item_ids:
            return self.item_ids[key]
        try:
            if not key.strip():
                return self.create_item(f"Product {uuid4().hex[:13]}", line, line.get("cost"))
            # what a line finds is not stored on the product: the next line asks again
            found = self.item_named(key)
            target = found or self.create_item(key, line, line.get("cost"))
        except RejectedError as refusal:
            if key in self.products:
                self.take_along(
                    self.how.item_mode, refused(product_ref(self.products[key]), refusal)
                )
            return None
        if key in self.products:
            ref, said = product_ref(self.products[key]), "Taken along by an invoice."
            event = SyncEvent(ref, "link" if found else "create", target, says=said)
            self.take_along(self.how.item_mode, event)
        return target

    def item_named(self, key: str) -> str:
        """Id of the item of that leaf name which can be sold; empty when there is none."""
        sold = "Type IN ('Service', 'NonInventory', 'Inventory')"
        return self.first("Item", f"Name = {quoted(key)} AND {sold}")

    def create_item(self, name: str, like: Record, price: object) -> str:
        """Id of a new item, made from a product or from an invoice's line."""
        service = text(like, "type_id") == "2" or text(like, "tax_id") in NOT_TAXED
        body = {
            "Name": name,
            "Type": "Service" if service else "NonInventory",
            "Description": text(like, "notes")[:4000],
            "UnitPrice": price,
            "IncomeAccountRef": reference(self.income_account),
        }
        return str(self.qbo.create("Item", filled(body))["Id"])

    def invoice_body(
        self, invoice: Record, client: Record, lines: list[tuple[Record, str]]
    ) -> Json:
        """The request that creates an invoice."""
        number = text(invoice, "number")
        memo = "\n".join(filter(None, (text(invoice, "public_notes"), text(invoice, "terms"))))
        return filled(
            {
                "CustomerRef": reference(self.customer_ids[text(client, "id")]),
                "Line": [self.line_body(line, item) for line, item in lines]
                + self.discount(invoice, lines),
                "DocNumber": number[:21],
                "TxnDate": text(invoice, "date"),
                "DueDate": text(invoice, "due_date"),
                "BillEmail": filled({"Address": text(contact_of(client), "email")[:100]}),
                "CustomerMemo": filled({"value": memo[:1000]}),
                "PrivateNote": text(invoice, "private_notes")[:4000],
                "ApplyTaxAfterDiscount": True,
                "TxnTaxDetail": self.taxes.detail(invoice, [line for line, _ in lines]),
            }
        )

    def line_body(self, line: Record, item: str) -> Json:
        """One line of the request."""
        detail = {
            "ItemRef": reference(item),
            "Qty": line.get("quantity"),
            "UnitPrice": line.get("cost"),
            "TaxCodeRef": reference(self.taxes.code(line)),
        }
        return filled(
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": line.get("line_total"),
                "Description": text(line, "notes")[:4000],
                "SalesItemLineDetail": filled(detail),
            }
        )

    @cached_property
    def taxes(self) -> Taxes:
        """What QuickBooks knows of sales tax."""
        return Taxes(self.qbo)

    def discount(self, invoice: Record, lines: list[tuple[Record, str]]) -> list[Json]:
        """The line for a discount on the whole invoice, or none."""
        discount = decimal(invoice.get("discount"))
        if not discount:
            return []
        if not invoice.get("is_amount_discount"):
            whole = sum((decimal(line.get("line_total")) for line, _ in lines), Decimal())
            discount = (whole * discount / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        account = filled({"DiscountAccountRef": reference(self.discount_account)})
        line = {
            "DetailType": "DiscountLineDetail",
            # JSON has no decimals; the shortest text of a float with two places is the amount again
            "Amount": float(discount),
            "DiscountLineDetail": account,
        }
        return [line]

    def first(self, entity: str, condition: str) -> str:
        """Id of the first active record that meets the condition; empty when none does."""
        statement = f"SELECT * FROM {entity} WHERE {condition} MAXRESULTS 1"  # noqa: S608  (quoted)
        found = self.qbo.query(statement)
        return str(found[0]["Id"]) if found else ""

    @cached_property
    def income_accounts(self) -> list[Json]:
        """The active income accounts; the first of them is the app's default."""
        return self.qbo.query("SELECT * FROM Account WHERE AccountType = 'Income' MAXRESULTS 1000")

    @property
    def income_account(self) -> str:
        """Id of the income account that new items earn for; empty when there is none."""
        return next((str(account["Id"]) for account in self.income_accounts), "")

    @cached_property
    def discount_account(self) -> str:
        """Id of the income account called after discounts, else the default one."""
        named = (a for a in self.income_accounts if "discount" in str(a.get("Name")).casefold())
        return next((str(account["Id"]) for account in named), self.income_account)


def refused(ref: Ref, refusal: RejectedError, dropped: tuple[int, ...] = ()) -> SyncEvent:
    """What became of a record that QuickBooks does not take."""
    fault = refusal.code or str(refusal.status)
    return SyncEvent(
        ref, "refuse", fault=fault, says=f"QuickBooks refused: {fault}.", dropped=dropped
    )
