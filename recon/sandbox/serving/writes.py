"""Create, update, delete and void: one request to one record, wholly or not at all.

Source: Intuit, Invoice entity page (full and sparse update, void, delete), read 2026-11-22.
"""

from __future__ import annotations

from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import naming, parties
from recon.sandbox.records.amounts import number, units
from recon.sandbox.records.entities import Entity, entity
from recon.sandbox.records.shape import cleaned
from recon.sandbox.transactions import (
    forms,
    links,
    opening,
    payments,
    purchases,
    shared,
    stated,
    stock,
)

VOIDABLE = frozenset({"Invoice", "Payment", "SalesReceipt", "BillPayment"})


def write(ledger: Ledger, kind: Entity, body: Any, *, allow_duplicate: bool = False) -> Record:
    """Create the record, or update the one whose Id the body has; answers it as stored.

    Raises:
        Fault: whatever QuickBooks would refuse; nothing has then changed.
    """
    with ledger.store.transaction():
        return _written(ledger, kind, body, allow_duplicate=allow_duplicate)


def _written(ledger: Ledger, kind: Entity, body: Any, *, allow_duplicate: bool) -> Record:
    request = cleaned(kind, body)
    if kind.kind == "fixed":
        raise faults.fault("500", f"Operation create {kind.name} is not supported.")
    before = _current(ledger, kind, request)
    record = _merged(ledger, kind, request, before, sparse=body.get("sparse") in (True, "true"))
    if kind.kind == "list" and kind.name_field and kind.name != "TaxAgency":
        naming.settle(ledger, kind, record, before)
    elif kind.kind == "transaction":
        if before is not None:
            links.check_free(ledger, kind.name, before["Id"])
            _check_new_party(ledger, kind, record, before)
        forms.settle(ledger, kind, record, before, allow_duplicate=allow_duplicate)
    ledger.touch(record, before)
    if before is None:
        record["Id"] = _new_id(ledger, kind)
    if kind.kind == "transaction":
        forms.keep(ledger, kind, record, before)
    else:
        _save(ledger, kind, record, before)
        if before is None and kind.name in {"Customer", "Vendor"}:
            balance = units(request.get("Balance"))
            if balance:
                opening.enter(ledger, kind.name, record, balance)
    return ledger.store.get(kind.name, record["Id"]) or record


def _current(ledger: Ledger, kind: Entity, request: Record) -> Record | None:
    """The record to update, its SyncToken checked; None for a create."""
    record_id = request.pop("Id", None)
    token = request.pop("SyncToken", None)
    if kind.kind == "settings":
        record_id = "1"
    if record_id is None or record_id == "0":
        return None
    if not record_id.isdecimal() and kind.kind != "fixed":
        raise faults.fault("2030", "Id should be a valid number", "Id")
    before = ledger.store.get(kind.name, record_id)
    if before is None:
        raise faults.not_found()
    if token is None:
        raise faults.required("SyncToken")
    if token != before["SyncToken"]:
        raise faults.stale()
    return before


def _merged(
    ledger: Ledger, kind: Entity, request: Record, before: Record | None, *, sparse: bool
) -> Record:
    """The record as it would be after the request.

    A sparse update leaves what is not sent; a full one keeps only what no request can write.
    """
    missing = kind.needs_sparse if before and sparse else kind.needs
    for name in missing:
        if request.get(name) is None and not (name == "Line" and name in request):
            if name == "CustomerRef" and ledger.switches.missing_customer == "6560":
                raise faults.fault("6560", "CustomerRef is missing on the transaction.", name)
            raise faults.required(name)
    if before is None or not sparse:
        kept = {
            name: value
            for name, value in (before or {}).items()
            if (name in kind.fields and kind.fields[name].read_only) or name in {"Id", "Balance"}
        }
        if before is not None and kind.name == "Item":
            kept["Type"] = before.get("Type")
    else:
        kept = dict(before)
    for name, value in request.items():
        if value is None:
            kept.pop(name, None)
        elif name != "Balance" or kind.open:
            kept[name] = value
    if kind.name == "Payment" and "Line" not in kept:
        kept["Line"] = []
    return kept


def _check_new_party(ledger: Ledger, kind: Entity, record: Record, before: Record) -> None:
    """A form with payments on it does not simply change its customer or vendor."""
    fields = ("CustomerRef", "VendorRef")
    was, now = (
        [(each.get(field) or {}).get("value") for field in fields] for each in (before, record)
    )
    if was == now or not ledger.store.links_to(kind.name, before["Id"]):
        return
    if ledger.switches.relink_policy == "reject":
        raise faults.business("The transaction you are editing is linked to other transactions.")
    links.detach(ledger, kind.name, before["Id"])


def _new_id(ledger: Ledger, kind: Entity) -> str:
    return "1" if kind.kind == "settings" else str(ledger.store.next(kind.ids))


def _save(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Store a list record and everything that follows from it."""
    ledger.store.put(kind.name, record)
    if kind.name == "Account":
        ledger.forget_chart()
    placed = ("FullyQualifiedName", "Level")
    if before is None:
        return
    if any(before.get(name) != record.get(name) for name in placed):
        naming.replace_subs(ledger, kind, record)
    if kind.name == "Customer":
        _move_customer(ledger, record, before)
    if kind.name == "Item":
        stock.adjust(ledger, record, before)


def _move_customer(ledger: Ledger, customer: Record, before: Record) -> None:
    """Carry a customer's balance to a new parent, or write it off when the customer leaves."""
    old, new = ((each.get("ParentRef") or {}).get("value") for each in (before, customer))
    if old != new:
        owed = units(before.get("BalanceWithJobs"))
        parties.move_tree_balance(ledger, old, -owed)
        parties.move_tree_balance(ledger, new, owed)
    if before["Active"] and not customer["Active"]:
        _write_off(ledger, customer)


def _write_off(ledger: Ledger, customer: Record) -> None:
    """A customer who went inactive owing money is credited as much (switch writeoff)."""
    owed = units(customer.get("Balance"))
    if owed <= 0:
        return
    amount = number(owed)
    line = {"Id": "1", "LineNum": 1, "Amount": amount, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"TaxCodeRef": {"value": "NON"}}}  # fmt: skip
    memo: Record = {
        "Id": str(ledger.store.next("Txns")),
        "CustomerRef": {"value": customer["Id"], "name": customer["DisplayName"]},
        "TxnDate": ledger.today(),
        "Line": [line],
        "TotalAmt": amount,
        "Balance": amount,
        "RemainingCredit": amount,
        "PrivateNote": "Created by QB Online to adjust balance for deletion",
    }
    ledger.touch(memo, None)
    forms.keep(ledger, entity("CreditMemo"), memo, None)


def delete(ledger: Ledger, kind: Entity, body: Any) -> Record:
    """Delete a transaction or an attachment; answers what QuickBooks says of it.

    Raises:
        Fault: 500 for list records and settings, 610, 5010, 6200 or 6210, 6400, 6480, 6540.
    """
    if kind.kind not in {"transaction", "loose"}:
        raise faults.fault("500", f"Operation delete {kind.name} is not supported.")
    with ledger.store.transaction():
        before = _existing(ledger, kind, body)
        links.check_free(ledger, kind.name, before["Id"], removing=True)
        purchases.check_deletable(before)
        current = forms.release(ledger, kind, before["Id"]) or before
        forms.drop(ledger, kind, current)
        at = round(ledger.clock().timestamp() * 1000)
        ledger.store.delete(kind.name, before["Id"], at)
    return {"status": "Deleted", "domain": "QBO", "Id": before["Id"]}


def void(ledger: Ledger, kind: Entity, body: Any) -> Record:
    """Void a transaction: it stays, its amounts are zero; answers it as stored.

    Raises:
        Fault: 500 where the kind cannot be voided, 610, 5010, 6200 or 6210, 6450, 6480, 6540.
    """
    if kind.name not in VOIDABLE:
        raise faults.fault("500", f"Operation void {kind.name} is not supported.")
    with ledger.store.transaction():
        before = _existing(ledger, kind, body)
        links.check_free(ledger, kind.name, before["Id"], removing=True)
        payments.check_voidable(before)
        current = forms.release(ledger, kind, before["Id"]) or before
        record = _voided(kind, current)
        ledger.touch(record, before)
        forms.keep(ledger, kind, record, current)
    return record


def _existing(ledger: Ledger, kind: Entity, body: Any) -> Record:
    """The transaction to remove or void, free to be touched."""
    if not isinstance(body, dict):
        raise faults.invalid_property()
    record_id, token = str(body.get("Id") or ""), body.get("SyncToken")
    if not record_id:
        raise faults.required("Id")
    before = ledger.store.get(kind.name, record_id)
    if before is None:
        raise faults.not_found("Another user has deleted this transaction.")
    if token is None or token == "":
        raise faults.required("SyncToken")
    if str(token) != before["SyncToken"]:
        raise faults.stale()
    shared.check_open_period(ledger, before)
    return before


def _voided(kind: Entity, record: Record) -> Record:
    """The record with nothing but zeros."""
    note = record.get("PrivateNote")
    voided = {**record, "TotalAmt": 0, "PrivateNote": f"Voided - {note}" if note else "Voided"}
    for field in ("Balance", "UnappliedAmt", "HomeTotalAmt", "HomeBalance"):
        if field in record:
            voided[field] = 0
    if kind.name in stated.PAYING:
        return {**voided, "Line": []}
    lines = []
    for line in record.get("Line", []):
        zeroed = {**line, "Amount": 0}
        detail = line.get(line.get("DetailType"))
        if isinstance(detail, dict):
            zeroed[line["DetailType"]] = {
                name: 0 if name in {"Qty", "UnitPrice"} else value for name, value in detail.items()
            }
        lines.append(zeroed)
    return {**voided, "Line": lines, "TxnTaxDetail": {"TotalTax": 0}, "LinkedTxn": []}
