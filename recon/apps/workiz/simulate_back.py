"""Sales that come back from QuickBooks Online into Workiz, as a procedure, call by call.

With two-way sync on, invoices come from QuickBooks when they are made there, and their payments
with them: those made by cash, credit or check. Of a payment of several invoices only the first is
paid. What is changed later in QuickBooks does not travel. Clients and items come at the beginning
of the sync itself (`simulate.py`); the customer of a sale who is not there yet comes with it.

Source: Workiz help, settings of the QuickBooks Online integration ("batch payments"), and "How to
    resolve common QuickBooks Online errors" ("can only sync cash, credit, or check payments from
    QuickBooks"); read 2026-11-22. That a void sale stays out, that a customer comes with a sale,
    and that a payment whose invoice is not in Workiz stays out are inferred.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from recon.apps.push.incoming import every, imported_id, invoices_of, is_void, was_imported
from recon.apps.push.records import Json, Record, person, quoted, text
from recon.books import Ref, make_ref
from recon.ports import AppRecords, QboPort, SyncEvent

_TAKEN = ("cash", "credit", "check")


def come_back(app: AppRecords, qbo: QboPort, kinds: Collection[str]) -> Iterator[SyncEvent]:
    """What becomes of each invoice and each payment of QuickBooks.

    Args:
        app: the app's records, as `recon.apps.copy` has them, with the links that they have; what
            comes is added to them.
        qbo: the QuickBooks company.
        kinds: "invoice", "payment" or both; of others nothing comes back.

    Raises:
        RemoteError: QuickBooks could not be asked.
    """
    back = _Back(app, qbo)
    for entity, kind, take in (
        ("Invoice", "invoice", back.invoice), ("Payment", "payment", back.payment),
    ):  # fmt: skip
        for record in every(qbo, entity) if kind in kinds else ():
            yield from take(record)


@dataclass
class _Back:
    app: AppRecords
    qbo: QboPort

    def __post_init__(self) -> None:
        self.clients, self.invoices, self.payments = map(
            _linked, (self.app.clients, self.app.invoices, self.app.payments)
        )

    @cached_property
    def methods(self) -> dict[str, str]:
        """Id of a way to pay to its name."""
        return {method["Id"]: text(method, "Name") for method in every(self.qbo, "PaymentMethod")}

    def invoice(self, invoice: Record) -> Iterator[SyncEvent]:
        """Made in Workiz with its client, whether or not another one has its number."""
        ref = make_ref("qbo", "invoice", invoice["Id"])
        if invoice["Id"] in self.invoices:
            yield SyncEvent(ref, "link", self.invoices[invoice["Id"]], says="Linked, and stays so.")
            return
        if is_void(invoice):
            yield SyncEvent(ref, "skip", says="Void: does not come.")
            return
        yield from self.client_of(invoice)
        made, number = make_ref("app", "invoice", imported_id(invoice)), text(invoice, "DocNumber")
        self.app.invoices.append(_made(invoice, made, number=number))
        self.invoices[invoice["Id"]] = made
        yield SyncEvent(ref, "create", says="Comes into Workiz.", called=number)

    def payment(self, payment: Record) -> Iterator[SyncEvent]:
        """Made in Workiz on the first invoice that it pays, where its way to pay is taken."""
        ref = make_ref("qbo", "payment", payment["Id"])
        method = self.methods.get(text(payment.get("PaymentMethodRef") or {}, "value"), "")
        first = next((paid for paid, _ in invoices_of(payment)), "")
        if payment["Id"] in self.payments:
            yield SyncEvent(ref, "link", self.payments[payment["Id"]], says="Linked, stays so.")
        elif is_void(payment):
            yield SyncEvent(ref, "skip", says="Void: does not come.")
        elif method and not any(word in method.casefold() for word in _TAKEN):
            said = f"Workiz takes no payments by {method}."
            yield SyncEvent(ref, "refuse", fault="payment_method", says=said)
        elif first and first not in self.invoices:
            yield SyncEvent(ref, "skip", says="Its invoice is not in Workiz.")
        else:
            yield from self.client_of(payment)
            yield SyncEvent(ref, "create", says="Comes into Workiz.")

    def client_of(self, sale: Record) -> Iterator[SyncEvent]:
        """Its customer, where no client is linked to it yet."""
        customer = text(sale.get("CustomerRef") or {}, "value")
        if not customer or customer in self.clients:
            return
        asked = f"SELECT * FROM Customer WHERE Id = {quoted(customer)} AND Active IN (true, false)"  # noqa: S608
        for held in self.qbo.query(asked):
            yield self.client(held)

    def client(self, customer: Record) -> SyncEvent:
        """A client of the customer's name is linked to it, else one is made."""
        ref, name = make_ref("qbo", "customer", customer["Id"]), str(customer["DisplayName"])
        same = (each for each in self.app.clients if each.get("listed", True))
        found = next((c for c in same if _called(c).casefold() == name.casefold()), None)
        if found is None:
            made = make_ref("app", "customer", imported_id(customer))
            self.app.clients.append(_made(customer, made, name=name, contacts=[]))
            self.clients[customer["Id"]] = made
            return SyncEvent(ref, "create", says="Comes into Workiz with its sale.")
        found["linked_id"] = customer["Id"]
        self.clients = _linked(self.app.clients)
        target = "" if was_imported(found["ref"]) else found["ref"]
        return SyncEvent(ref, "link", target, says="The client of its name is it.")


def _called(client: Record) -> str:
    """First and last name, where it has both."""
    whole = text(client, "given_name") and text(client, "family_name")
    return person(client) if whole else text(client, "name")


def _made(theirs: Record, ref: Ref, **told: object) -> Json:
    return {"ref": ref, "linked_id": theirs["Id"], **told}


def _linked(records: list[Json]) -> dict[str, str]:
    """Id in QuickBooks to the record of the app, the first where there are several."""
    return {text(each, "linked_id"): str(each["ref"]) for each in reversed(records)}
