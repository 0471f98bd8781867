"""Invoice Ninja's import from QuickBooks Online, as a procedure, call by call.

Customers, items, invoices (sales receipts as paid ones) and payments, in this order, each kind
that is chosen. A record is looked for by the id in QuickBooks that is stored with the app's;
clients and, in 5.12.4, products also by name, clients by e-mail at last. What is not found is made.
It shares nothing with the profile and the forecast, on purpose: it is what they are held against.

Source: Invoice Ninja user guide, "Quickbooks", as at version 5.12.4 ("How Matching Works"), and the
    behaviour of its open source in 2026 as described by its readers; both read 2026-11-22. What
    neither tells is a setting here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal

from recon.apps.invoiceninja.simulate_records import REF_OF, decimal, settle_refs, stored_id
from recon.apps.push.incoming import every, imported_id, invoices_of, is_void
from recon.apps.push.records import Json, Record, text
from recon.books import Ref, make_ref
from recon.ports import AppRecords, QboPort, SyncEvent

Kind = Literal["customer", "item", "invoice", "payment"]

_SOLD = {"Service", "NonInventory", "Inventory"}


@dataclass(frozen=True)
class Settings:
    """What its guide and its readers leave open, or tell differently.

    Attributes:
        import_compares: which name of a customer is compared with a client's, and written over it.
        import_brings_client: whether a sale whose customer has no client in the app brings it, or
            stays out itself.
        import_of_void: whether a void sale that the app does not have is taken in or left.
        import_without_invoice: what becomes of a payment whose invoice the app does not have.
        newest: whether it is a version of 2026: products by the stored id only, and an invoice
            whose number the app has is left out instead of getting its id behind it.
    """

    import_compares: Literal["company_name", "display_name"] = "company_name"
    import_brings_client: Literal["yes", "no"] = "yes"
    import_of_void: Literal["left", "taken"] = "left"
    import_without_invoice: Literal["unapplied", "left"] = "unapplied"
    newest: bool = False


def simulate_import(
    app: AppRecords, qbo: QboPort, kinds: Collection[str], settings: Settings | None = None
) -> Iterator[SyncEvent]:
    """Import these kinds; the app's records are changed, and QuickBooks' are only read.

    Args:
        app: the app's own database, records as its REST API shows them.
        qbo: the QuickBooks company.
        kinds: what is chosen.
        settings: what nobody knows, and the version; the usual when left out.

    Raises:
        RemoteError: QuickBooks could not be asked.
    """
    settle_refs(app)
    run = _Import(app, qbo, settings or Settings())
    ways = {
        "customer": run.customers, "item": run.items,
        "invoice": run.sales, "payment": run.payments,
    }  # fmt: skip
    for kind, way in ways.items():
        if kind in kinds:
            yield from way()


@dataclass
class _Import:
    app: AppRecords
    qbo: QboPort
    how: Settings
    made: set[int] = field(default_factory=set)

    def customers(self) -> Iterator[SyncEvent]:
        """All active customers."""
        yield from map(self.client, every(self.qbo, "Customer"))

    def items(self) -> Iterator[SyncEvent]:
        """All active items; categories and bundles are passed over."""
        yield from (self.product(item) for item in every(self.qbo, "Item") if item["Type"] in _SOLD)

    def sales(self) -> Iterator[SyncEvent]:
        """Invoices, then sales receipts."""
        for entity in ("Invoice", "SalesReceipt"):
            for sale in every(self.qbo, entity):
                yield from self.invoice(sale, entity)

    def payments(self) -> Iterator[SyncEvent]:
        """All payments."""
        for payment in every(self.qbo, "Payment"):
            yield from self.payment(payment)

    def client(self, customer: Record) -> SyncEvent:
        """By the stored id, the name, then any contact's e-mail; whether it is linked or not."""
        by_company = self.how.import_compares == "company_name"
        name = text(customer, "CompanyName" if by_company else "DisplayName")
        email = text(customer.get("PrimaryEmailAddr") or {}, "Address")
        clients = _kept(self.app.clients)
        found = (
            _stored(clients, customer["Id"])
            or next((c for c in clients if name and _same(text(c, "name"), name)), None)
            or next((c for c in clients if email and _has_mail(c, email)), None)
        )
        ref = make_ref("qbo", "customer", customer["Id"])
        record = found if found is not None else self.make(self.app.clients, customer)
        record |= {"name": name, "sync": {"qb_id": customer["Id"]}}
        contacts = record.setdefault("contacts", [])
        if not any(_same(text(contact, "email"), email) for contact in contacts):
            contacts.append({"email": email, "is_primary": True})
        return self.told(ref, "customer", found)

    def product(self, item: Record) -> SyncEvent:
        """By the stored id; in 5.12.4 also by its key, with the item's name or its whole name."""
        products = _kept(self.app.products)
        found = _stored(products, item["Id"])
        for name in () if self.how.newest else (item["Name"], item["FullyQualifiedName"]):
            found = found or next((p for p in products if _same(p["product_key"], name)), None)
        ref = make_ref("qbo", "item", item["Id"])
        record = found if found is not None else self.make(self.app.products, item)
        record |= {"product_key": item["Name"], "sync": {"qb_id": item["Id"]}}
        return self.told(ref, "item", found)

    def invoice(self, sale: Record, entity: str) -> Iterator[SyncEvent]:
        """By the stored id only; made with its client, where its number is free."""
        kind = "invoice" if entity == "Invoice" else "sales_receipt"
        ref, number = make_ref("qbo", kind, sale["Id"]), text(sale, "DocNumber")
        found = _stored(self.app.invoices, sale["Id"])
        if found is not None:
            yield self.told(ref, "invoice", found, gone=is_void(sale))
            return
        if is_void(sale) and self.how.import_of_void == "left":
            yield SyncEvent(ref, "skip", says="Void: not taken in.")
            return
        if number and any(_same(text(held, "number"), number) for held in self.app.invoices):
            if self.how.newest:
                yield SyncEvent(ref, "skip", says="Another invoice has its number: flagged.")
                return
            number = f"{number}_{sale['Id']}"
        client, came = self.client_of(sale)
        yield from came
        if client is None:
            yield SyncEvent(ref, "skip", says="Its customer has no client.")
            return
        record = self.make(self.app.invoices, sale)
        record |= {"number": number, "client_id": client["id"], "amount": sale["TotalAmt"]}
        yield SyncEvent(ref, "create", says=f"Made as {number}.", called=number)

    def payment(self, payment: Record) -> Iterator[SyncEvent]:
        """By the stored id only; one of nought becomes a credit."""
        ref = make_ref("qbo", "payment", payment["Id"])
        found = _stored(self.app.payments, payment["Id"])
        if found is not None:
            yield self.told(ref, "payment", found, gone=is_void(payment))
            return
        if is_void(payment) and self.how.import_of_void == "left":
            yield SyncEvent(ref, "skip", says="Void: not taken in.")
            return
        pays = list(invoices_of(payment))
        parts = [(_stored(self.app.invoices, paid), amount) for paid, amount in pays]
        there = [(held["id"], amount) for held, amount in parts if held is not None]
        credit = not decimal(payment.get("TotalAmt"))
        if len(there) < len(parts) and not credit and self.how.import_without_invoice == "left":
            yield SyncEvent(ref, "skip", says="An invoice that it pays is not in the app.")
            return
        client, came = self.client_of(payment)
        yield from came
        if client is None:
            yield SyncEvent(ref, "skip", says="Its customer has no client.")
            return
        if credit:  # a credit is no payment: none is found under the id another time
            yield SyncEvent(ref, "create", says="Of nought: a credit.", fate="credit")
            return
        record = self.make(self.app.payments, payment)
        paid_here = [{"invoice_id": held, "amount": amount} for held, amount in there]
        record |= {"amount": payment["TotalAmt"], "paymentables": paid_here}
        record |= {"client_id": client["id"], "number": ""}
        if len(there) < len(parts):
            said = f"Made, not applied to {len(parts) - len(there)} of its invoices."
            yield SyncEvent(ref, "create", says=said, fate="unapplied")
        else:
            yield SyncEvent(ref, "create", says="Made.")

    def client_of(self, sale: Record) -> tuple[Record | None, list[SyncEvent]]:
        """The client of a sale's customer, and what became of one that had to come along."""
        customer = text(sale.get("CustomerRef") or {}, "value")
        if found := _stored(_kept(self.app.clients), customer):
            return found, []
        if self.how.import_brings_client == "no" or not customer:
            return None, []
        asked = f"SELECT * FROM Customer WHERE Id = '{customer}' AND Active IN (true, false)"  # noqa: S608
        held = self.qbo.query(asked)
        if not held:
            return None, []
        came = self.client(held[0])
        return _stored(_kept(self.app.clients), customer), [came]

    def make(self, table: list[Json], theirs: Record) -> Json:
        """A new record in the app, linked to QuickBooks'."""
        record: Json = {"id": imported_id(theirs), "sync": {"qb_id": theirs["Id"]}}
        table.append(record)
        self.made.add(id(record))
        return record

    def told(self, ref: Ref, kind: Kind, found: Json | None, *, gone: bool = False) -> SyncEvent:
        """A record that was found, and perhaps deleted since it is void; or a new one."""
        if found is None:
            return SyncEvent(ref, "create", says="Not found: made.")
        target = "" if id(found) in self.made else REF_OF[kind](found)
        if gone:
            found["is_deleted"] = True
            return SyncEvent(ref, "link", target, says="Found; void, so deleted.", fate="deleted")
        return SyncEvent(ref, "link", target, says="Found and linked.")


def _kept(records: Collection[Json]) -> list[Json]:
    return [record for record in records if not record.get("is_deleted")]


def _stored(records: Collection[Json], qb_id: str) -> Json | None:
    return next((record for record in records if stored_id(record) == qb_id), None)


def _has_mail(client: Record, email: str) -> bool:
    return any(_same(text(each, "email"), email) for each in client.get("contacts") or ())


def _same(one: str, other: str) -> bool:
    """As its database compares: without case, accents and blanks at the end."""
    return _collated(one) == _collated(other)


def _collated(told: str) -> str:
    apart = unicodedata.normalize("NFKD", told.rstrip().casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
