"""What changed in QuickBooks since a moment, and which other records changed with it unsaid.

Change data capture names every record that was written or deleted. Some fields follow other records
without being written themselves: a customer's balance follows its invoices, an item's quantity its
sales, a full name the parent's name. Those are read again by id.

Source: Intuit, "Change data capture": at most 30 days back and 1000 records in an answer, whole
records, deleted ones by id, not for TaxCode, TaxRate, TaxAgency, TimeActivity and JournalCode; read
2026-11-22.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Record = dict[str, Any]
Rows = dict[str, dict[str, Record]]
"""Kind to id to record."""

TRACKED = (
    "Customer", "Vendor", "Employee", "Item", "Invoice", "Payment", "CreditMemo", "SalesReceipt",
    "RefundReceipt", "Estimate", "Deposit",
)  # fmt: skip
"""Kinds of a pull that are caught up by their changes."""
WITNESSES = (
    "Bill", "BillPayment", "VendorCredit", "Purchase", "JournalEntry",
    "InventoryAdjustment",
)  # fmt: skip
"""Kinds that a pull does not keep, but that move balances and quantities of those that it keeps."""
MOST = 1000
DAYS_BACK = 30

_NAMES = ("Customer", "Vendor", "Employee", "Item")
_POINTS_AT = {
    "CustomerRef": ("Customer",), "VendorRef": ("Vendor",), "EmployeeRef": ("Employee",),
    "ItemRef": ("Item",), "EntityRef": ("Customer", "Vendor", "Employee"),
}  # fmt: skip


def changed_in(answer: Mapping[str, Any]) -> dict[str, list[Record]]:
    """Kind to records of one CDC answer; a deleted one has the status "Deleted".

    Raises:
        KeyError, TypeError, ValueError: it has another shape.
    """
    found: dict[str, list[Record]] = {}
    for response in answer["CDCResponse"]:
        for part in response["QueryResponse"]:
            for kind, records in part.items():
                if isinstance(records, list):
                    found.setdefault(kind, []).extend(records)
    return found


def neighbours(rows: Rows, changed: Mapping[str, list[Record]]) -> dict[str, set[str] | None]:
    """Ids, by kind, of the records that may have changed unsaid; None is all of a kind.

    Args:
        rows: the records as they were before the changes.
        changed: what CDC told.
    """
    near: dict[str, set[str]] = {}
    for kind, records in changed.items():
        for record in records:
            gone = record.get("status") == "Deleted"
            before = rows.get(kind, {}).get(str(record["Id"]))
            if gone and before is None and kind in WITNESSES:
                return dict.fromkeys(_NAMES)  # nobody can say any more whom it was about
            for version in (before, None if gone else record):
                for other, record_id in _mentions(kind, version or {}):
                    near.setdefault(other, set()).add(record_id)
            if kind in _NAMES:
                near.setdefault(kind, set()).update(_below(rows.get(kind, {}), str(record["Id"])))
    customers = rows.get("Customer", {})
    for record_id in tuple(near.get("Customer", ())):
        near["Customer"].update(_above(customers, record_id))
    told = {kind: {str(r["Id"]) for r in records} for kind, records in changed.items()}
    return {
        # A customer that was written is current itself, but its balance may have moved after that.
        kind: ids - (told.get(kind, set()) if kind not in _NAMES else set())
        for kind, ids in near.items()
        if kind in TRACKED
    }


def _mentions(kind: str, value: Any) -> Iterator[tuple[str, str]]:
    """(kind, id) of every record that a record names, wherever in it."""
    if isinstance(value, list):
        for inner in value:
            yield from _mentions(kind, inner)
    if not isinstance(value, dict):
        return
    if "TxnId" in value and "TxnType" in value:
        yield str(value["TxnType"]), str(value["TxnId"])
    for name, inner in value.items():
        if isinstance(inner, dict) and "value" in inner:
            parent = (kind,) if name == "ParentRef" else ()
            for other in _POINTS_AT.get(name, parent):
                yield other, str(inner["value"])
        else:
            yield from _mentions(kind, inner)


def _above(rows: Mapping[str, Record], record_id: str) -> set[str]:
    """The parents of a record, all the way up."""
    found: set[str] = set()
    while (parent := _parent(rows.get(record_id, {}))) and parent not in found:
        found.add(parent)
        record_id = parent
    return found


def _below(rows: Mapping[str, Record], record_id: str) -> set[str]:
    """The records that have a record among their parents."""
    found: set[str] = set()
    while True:
        more = {
            other
            for other, row in rows.items()
            if other not in found and _parent(row) in {record_id, *found}
        }
        if not more:
            return found
        found |= more


def _parent(record: Mapping[str, Any]) -> str:
    return str((record.get("ParentRef") or {}).get("value") or "")
