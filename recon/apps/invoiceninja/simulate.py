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

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any
from uuid import uuid4

from recon.books import Ref, make_ref
from recon.errors import RejectedError
from recon.ports import AppRecords, QboPort, SyncEvent

Record = Mapping[str, Any]
Json = dict[str, Any]

_NOT_TAXED = {"5", "8"}  # tax categories "exempt" and "zero-rated"
_PUSHED_PAYMENTS = {"", "4", "5"}  # completed and partially refunded; a file may not say


def simulate(app: AppRecords, qbo: QboPort, leave_out: Collection[Ref] = ()) -> Iterator[SyncEvent]:
    """Push every record once, in the app's order; yields what happened to each.

    Clients in the order of their numbers, products as they stand, invoices and payments in the
    order of their numbers. Deleted records, products without a key and payments that are not
    completed are not pushed and yield nothing; archived records are pushed. When an invoice takes
    a client or product along that was left out, a second event says so.

    Args:
        app: the app's own database, records as its REST API shows them.
        qbo: the QuickBooks company.
        leave_out: records that a person left alone: not pushed, effect "skip".

    Raises:
        RemoteError: QuickBooks could not be asked at all; the refusal of one record is an event.
    """
    push = _Push(app, qbo, frozenset(leave_out))
    keyed = [p for p in app.products if _text(p, "product_key").strip()]
    received = [p for p in app.payments if _text(p, "status_id") in _PUSHED_PAYMENTS]
    stages: list[tuple[list[Record], Callable[[Record], Ref], Callable[[Record], SyncEvent]]] = [
        (_by_number(_kept(app.clients)), _client_ref, push.client),
        (_kept(keyed), _product_ref, push.product),
        (_by_number(_kept(app.invoices)), _invoice_ref, push.invoice),
        (_by_number(_kept(received)), _payment_ref, push.payment),
    ]
    for records, ref_of, send in stages:
        for record in records:
            ref = ref_of(record)
            if ref in push.left_out:
                yield SyncEvent(ref, "skip", says="Left alone by a person.")
            elif stored := _stored_id(record):
                yield SyncEvent(ref, "link", stored, says="Linked before, and stays so.")
            else:
                event = send(record)
                yield from push.taken_along
                push.taken_along.clear()
                yield event


@dataclass
class _Push:
    """One run of the sync: the app's records, and the links that it has made so far."""

    app: AppRecords
    qbo: QboPort
    left_out: frozenset[Ref]
    taken_along: list[SyncEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clients = {_text(c, "id"): c for c in self.app.clients}
        products = _kept(self.app.products)
        # an invoice takes the first product of a key
        self.products = {_text(p, "product_key"): p for p in reversed(products)}
        self.customer_ids = _stored_links(self.app.clients, "id")
        self.item_ids = _stored_links(products, "product_key")
        self.invoice_ids = _stored_links(self.app.invoices, "id")

    def client(self, client: Record) -> SyncEvent:
        """Link the client to the customer of its name, or create that customer."""
        ref, name = _client_ref(client), _display_name(client)
        try:
            # the name alone is asked for: not whether that customer has a client already, nor
            # whether it is the same party
            found = self.first("Customer", f"DisplayName = {_quoted(name)}")
            target = found or self.qbo.create("Customer", _customer_body(client, name))["Id"]
        except RejectedError as refusal:
            return _refused(ref, refusal)
        self.customer_ids[_text(client, "id")] = target
        if found:
            return SyncEvent(ref, "link", target, says=f"Linked to the customer {name!r}.")
        return SyncEvent(ref, "create", target, says=f"Created the customer {name!r}.")

    def product(self, product: Record) -> SyncEvent:
        """Link the product to the item of its key, or create that item."""
        ref, key = _product_ref(product), _text(product, "product_key")
        try:
            found = self.item_named(key)
            target = found or self.create_item(key, product, product.get("price"))
        except RejectedError as refusal:
            return _refused(ref, refusal)
        self.item_ids.setdefault(key, target)
        if found:
            return SyncEvent(ref, "link", target, says=f"Linked to the item {key!r}.")
        return SyncEvent(ref, "create", target, says=f"Created the item {key!r}.")

    def invoice(self, invoice: Record) -> SyncEvent:
        """Create the invoice, with its client and items on the way; its number is not looked up."""
        ref = _invoice_ref(invoice)
        client = self.clients.get(_text(invoice, "client_id"))
        if client is None:
            return SyncEvent(ref, "refuse", fault="client_missing", says="It has no client.")
        fault = self.ensure_client(client)
        if fault:
            return SyncEvent(ref, "refuse", fault=fault, says="Its client was refused.")
        found = [(line, self.item_of(line)) for line in invoice.get("line_items") or ()]
        dropped = tuple(position for position, (_, item) in enumerate(found, 1) if item is None)
        lines = [(line, item) for line, item in found if item is not None]
        if not lines:
            said = "No line of it has an item."
            return SyncEvent(ref, "refuse", fault="no_lines", says=said, dropped=dropped)
        if any(_taxed(line) and _rate(line) not in self.tax_rates for line, _ in lines):
            said = "QuickBooks has no tax rate of that percentage."
            return SyncEvent(ref, "refuse", fault="missing_tax_rate", says=said, dropped=dropped)
        try:
            target = self.qbo.create("Invoice", self.invoice_body(invoice, client, lines))["Id"]
        except RejectedError as refusal:
            return _refused(ref, refusal, dropped)
        self.invoice_ids[_text(invoice, "id")] = target
        said = f"Created without {len(dropped)} of its lines." if dropped else "Created."
        return SyncEvent(ref, "create", target, says=said, dropped=dropped)

    def payment(self, payment: Record) -> SyncEvent:
        """Create the payment, applied to those of its invoices that are linked."""
        ref = _payment_ref(payment)
        customer = self.customer_ids.get(_text(payment, "client_id"))
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
            if (invoice := _text(part, "invoice_id")) in self.invoice_ids
        ]
        body = {
            "CustomerRef": {"value": customer},
            "TotalAmt": payment["amount"],
            "TxnDate": _text(payment, "date"),
            "PaymentRefNum": _text(payment, "transaction_reference")[:21],
            "PrivateNote": _text(payment, "private_notes")[:4000],
            "Line": lines,
        }
        try:
            target = self.qbo.create("Payment", _filled(body))["Id"]
        except RejectedError as refusal:
            return _refused(ref, refusal)
        loose = len(parts) - len(lines)
        said = f"Created, not applied to {loose} of its invoices." if loose else "Created."
        return SyncEvent(ref, "create", target, says=said)

    def ensure_client(self, client: Record) -> str:
        """The fault for which the client has no customer; empty when it has one now."""
        if _text(client, "id") in self.customer_ids:
            return ""
        event = self.client(client)
        if event.ref in self.left_out and not event.fault:
            self.taken_along.append(event)
        return event.fault

    def item_of(self, line: Record) -> str | None:
        """The item of a line: its product's, else one of that name, else a new one; or None."""
        key = _text(line, "product_key")
        if key in self.item_ids:
            return self.item_ids[key]
        try:
            if not key.strip():
                return self.create_item(f"Product {uuid4().hex[:13]}", line, line.get("cost"))
            # what a line finds is not stored on the product: the next line asks again
            found = self.item_named(key)
            target = found or self.create_item(key, line, line.get("cost"))
        except RejectedError:
            return None
        if key in self.products and (ref := _product_ref(self.products[key])) in self.left_out:
            said = "Taken along by an invoice."
            self.taken_along.append(
                SyncEvent(ref, "link" if found else "create", target, says=said)
            )
        return target

    def item_named(self, key: str) -> str:
        """Id of the item of that leaf name which can be sold; empty when there is none."""
        sold = "Type IN ('Service', 'NonInventory', 'Inventory')"
        return self.first("Item", f"Name = {_quoted(key)} AND {sold}")

    def create_item(self, name: str, like: Record, price: object) -> str:
        """Id of a new item, made from a product or from an invoice's line."""
        service = _text(like, "type_id") == "2" or _text(like, "tax_id") in _NOT_TAXED
        body = {
            "Name": name,
            "Type": "Service" if service else "NonInventory",
            "Description": _text(like, "notes")[:4000],
            "UnitPrice": price,
            "IncomeAccountRef": _reference(self.income_account),
        }
        return str(self.qbo.create("Item", _filled(body))["Id"])

    def invoice_body(
        self, invoice: Record, client: Record, lines: list[tuple[Record, str]]
    ) -> Json:
        """The request that creates an invoice."""
        number = _text(invoice, "number")
        memo = "\n".join(filter(None, (_text(invoice, "public_notes"), _text(invoice, "terms"))))
        return _filled(
            {
                "CustomerRef": _reference(self.customer_ids[_text(client, "id")]),
                "Line": [self.line_body(line, item) for line, item in lines]
                + self.discount(invoice, lines),
                "DocNumber": number[:21],
                "TxnDate": _text(invoice, "date"),
                "DueDate": _text(invoice, "due_date"),
                "BillEmail": _filled({"Address": _text(_contact(client), "email")[:100]}),
                "CustomerMemo": _filled({"value": memo[:1000]}),
                "PrivateNote": _text(invoice, "private_notes")[:4000],
                "ApplyTaxAfterDiscount": True,
                "TxnTaxDetail": self.tax_detail(invoice, lines),
            }
        )

    def line_body(self, line: Record, item: str) -> Json:
        """One line of the request: American companies know only taxed and untaxed."""
        code = self.tax_rates[_rate(line)] if _taxed(line) else ""
        if self.american:
            code = "TAX" if _taxed(line) else "NON"
        detail = {
            "ItemRef": _reference(item),
            "Qty": line.get("quantity"),
            "UnitPrice": line.get("cost"),
            "TaxCodeRef": _reference(code),
        }
        return _filled(
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": line.get("line_total"),
                "Description": _text(line, "notes")[:4000],
                "SalesItemLineDetail": _filled(detail),
            }
        )

    def discount(self, invoice: Record, lines: list[tuple[Record, str]]) -> list[Json]:
        """The line for a discount on the whole invoice, or none."""
        discount = _decimal(invoice.get("discount"))
        if not discount:
            return []
        if not invoice.get("is_amount_discount"):
            whole = sum((_decimal(line.get("line_total")) for line, _ in lines), Decimal())
            discount = (whole * discount / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        account = _filled({"DiscountAccountRef": _reference(self.discount_account)})
        line = {
            "DetailType": "DiscountLineDetail",
            # JSON has no decimals; the shortest text of a float with two places is the amount again
            "Amount": float(discount),
            "DiscountLineDetail": account,
        }
        return [line]

    def tax_detail(self, invoice: Record, lines: list[tuple[Record, str]]) -> Json:
        """The tax of the whole invoice as the app worked it out; nothing when no line is taxed."""
        rates = [_rate(line) for line, _ in lines if _taxed(line)]
        if not rates or not self.american:
            return {}
        code = _reference(self.tax_rates[rates[0]])
        return _filled({"TxnTaxCodeRef": code, "TotalTax": invoice.get("total_taxes")})

    def first(self, entity: str, condition: str) -> str:
        """Id of the first active record that meets the condition; empty when none does."""
        statement = f"SELECT * FROM {entity} WHERE {condition} MAXRESULTS 1"  # noqa: S608  (quoted)
        found = self.qbo.query(statement)
        return str(found[0]["Id"]) if found else ""

    @cached_property
    def american(self) -> bool:
        """Whether the company is in the United States, where lines are TAX or NON."""
        return self.qbo.query("SELECT * FROM CompanyInfo")[0].get("Country", "US") in {"US", "USA"}

    @cached_property
    def tax_rates(self) -> dict[Decimal, str]:
        """Percentage to the id of a tax code that charges it, empty where no code does."""
        codes = {
            detail["TaxRateRef"]["value"]: str(code["Id"])
            for code in self.qbo.query("SELECT * FROM TaxCode MAXRESULTS 1000")
            for detail in (code.get("SalesTaxRateList") or {}).get("TaxRateDetail") or ()
        }
        rates = self.qbo.query("SELECT * FROM TaxRate MAXRESULTS 1000")
        return {_decimal(rate.get("RateValue")): codes.get(str(rate["Id"]), "") for rate in rates}

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


def _display_name(client: Record) -> str:
    """The name that the client has in QuickBooks, cut to 100 characters and not cleaned up."""
    name = _text(client, "name")
    if len(name) > 1:
        return name[:100]
    for contact in client.get("contacts") or ():
        if email := _text(contact, "email"):
            full = f"{_text(contact, 'first_name')} {_text(contact, 'last_name')}".strip()
            return (full or email)[:100]
    return "No Contact Set"


def _customer_body(client: Record, name: str) -> Json:
    contact = _contact(client)
    address = {
        "Line1": _text(client, "address1")[:41],
        "City": _text(client, "city")[:31],
        "CountrySubDivisionCode": _text(client, "state")[:21],
        "PostalCode": _text(client, "postal_code")[:13],
    }
    return _filled(
        {
            "DisplayName": name,
            "CompanyName": name,
            "GivenName": _text(contact, "first_name")[:25],
            "FamilyName": _text(contact, "last_name")[:25],
            "PrimaryEmailAddr": _filled({"Address": _text(contact, "email")}),
            "PrimaryPhone": _filled({"FreeFormNumber": _text(contact, "phone")[:21]}),
            "BillAddr": _filled(address),
            "Notes": _text(client, "public_notes"),
        }
    )


def _contact(client: Record) -> Record:
    """The primary contact, else the first, else an empty one."""
    contacts: list[Record] = client.get("contacts") or []
    primary = [contact for contact in contacts if contact.get("is_primary")]
    return next(iter(primary or contacts), {})


def _refused(ref: Ref, refusal: RejectedError, dropped: tuple[int, ...] = ()) -> SyncEvent:
    fault = refusal.code or str(refusal.status)
    return SyncEvent(
        ref, "refuse", fault=fault, says=f"QuickBooks refused: {fault}.", dropped=dropped
    )


def _client_ref(client: Record) -> Ref:
    return make_ref("app", "customer", _text(client, "number") or _text(client, "id"))


def _product_ref(product: Record) -> Ref:
    return make_ref("app", "item", _text(product, "product_key"))


def _invoice_ref(invoice: Record) -> Ref:
    return make_ref("app", "invoice", _text(invoice, "number") or _text(invoice, "id"))


def _payment_ref(payment: Record) -> Ref:
    return make_ref("app", "payment", _text(payment, "number") or _text(payment, "id"))


def _by_number(records: Iterable[Record]) -> list[Record]:
    return sorted(records, key=lambda record: _text(record, "number"))


def _kept(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if not record.get("is_deleted")]


def _stored_id(record: Record) -> str:
    return _text(record.get("sync") or {}, "qb_id")


def _stored_links(records: Iterable[Record], key: str) -> dict[str, str]:
    return {_text(record, key): stored for record in records if (stored := _stored_id(record))}


def _taxed(line: Record) -> bool:
    return bool(_rate(line)) and _text(line, "tax_id") not in _NOT_TAXED


def _rate(line: Record) -> Decimal:
    return _decimal(line.get("tax_rate1"))


def _text(record: Record, name: str) -> str:
    value = record.get(name)
    return "" if value is None else str(value)


def _decimal(value: object) -> Decimal:
    return Decimal(str(value or 0))


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _reference(record_id: str) -> Json:
    return {"value": record_id} if record_id else {}


def _filled(body: Json) -> Json:
    """The body without what is empty; nought and False are not empty."""
    return {name: value for name, value in body.items() if value not in (None, "", {}, [])}
