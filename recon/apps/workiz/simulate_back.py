"""Payments that come back from QuickBooks Online into Workiz, as a procedure, call by call.

With two-way sync on, invoices come from QuickBooks when they are made there, and their payments
with them: those made by cash, credit or check. Of a payment of several invoices only the first is
paid. What is changed later in QuickBooks does not travel.

Source: Workiz help, settings of the QuickBooks Online integration ("batch payments"), and "How to
    resolve common QuickBooks Online errors" ("can only sync cash, credit, or check payments from
    QuickBooks"); read 2026-11-22. That a payment whose invoice is not in Workiz stays out is
    inferred: it is entered on its invoice.
"""

from __future__ import annotations

from collections.abc import Iterator

from recon.apps.push.arrival import Arrival, invoices_of, is_void
from recon.apps.push.records import Record, text
from recon.books import Ref, make_ref
from recon.ports import AppRecords, QboPort

_TAKEN = ("cash", "credit", "check")


def payments_back(app: AppRecords, qbo: QboPort) -> Iterator[Arrival]:
    """What becomes of each payment of QuickBooks.

    Args:
        app: the app's records, as `recon.apps.copy` has them, with the links that they have.
        qbo: the QuickBooks company.

    Raises:
        RemoteError: QuickBooks could not be asked.
    """
    said = qbo.query("SELECT * FROM PaymentMethod MAXRESULTS 1000")
    methods = {method["Id"]: text(method, "Name") for method in said}
    known = _linked(app.payments)
    for payment in qbo.query("SELECT * FROM Payment MAXRESULTS 1000"):
        ref = make_ref("qbo", "payment", payment["Id"])
        if payment["Id"] in known:
            yield Arrival(ref, "link", known[payment["Id"]])
        elif is_void(payment):
            yield Arrival(ref, "skip")
        else:
            yield _back(app, ref, payment, methods)


def _back(app: AppRecords, ref: Ref, payment: Record, methods: dict[str, str]) -> Arrival:
    method = methods.get(text(payment.get("PaymentMethodRef") or {}, "value"), "").casefold()
    if method and not any(word in method for word in _TAKEN):
        return Arrival(ref, "refuse")
    first = next((paid for paid, _ in invoices_of(payment)), "")
    if first and first not in _linked(app.invoices):
        return Arrival(ref, "skip")
    return Arrival(ref, "create")


def _linked(records: list[dict[str, object]]) -> dict[str, Ref]:
    """Id in QuickBooks to the record of the app, the first where there are several."""
    return {text(each, "linked_id"): Ref(str(each["ref"])) for each in reversed(records)}
