"""By what a report can be split besides time: customers, vendors, classes, locations, items.

Source: Intuit, Reports entity pages (summarize_column_by of ProfitAndLoss), read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger

Mark = tuple[str, str]
"""Id and name; empty where nothing is named."""

NOTHING: Mark = ("", "")
# For each word of summarize_column_by the kind of record, and the references that may name one.
SPLITS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Customers": ("Customer", ("CustomerRef",)),
    "Vendors": ("Vendor", ("VendorRef",)),
    "Employees": ("Employee", ("EmployeeRef",)),
    "Classes": ("Class", ("ClassRef",)),
    "Departments": ("Department", ("DepartmentRef",)),
    "ProductsAndServices": ("Item", ("ItemRef",)),
}


def mark(ledger: Ledger, by: str, record: Record, said: Record) -> Mark:
    """What a line, or else its transaction, names of a kind.

    Args:
        ledger: the books.
        by: a word of `SPLITS`; of any other nothing is named.
        record: the transaction.
        said: one of its lines, or the transaction itself.
    """
    if by not in SPLITS:
        return NOTHING
    kind, fields = SPLITS[by]
    detail = said.get(said.get("DetailType") or "") or {}
    for of in (detail, record):
        for field in fields:
            if (of.get(field) or {}).get("value"):
                return _named(ledger, kind, of[field])
    for reference, type_ in _entities(detail, record):
        if reference.get("value") and type_ == kind:
            return _named(ledger, kind, reference)
    return NOTHING


def _entities(detail: Record, record: Record) -> list[tuple[Record, str]]:
    """Whom a line of a journal or deposit, or the head of a purchase, is about, and what they are.

    A purchase is with a vendor unless it says otherwise.
    """
    entity = detail.get("Entity") or {}
    inner = entity.get("EntityRef") or entity
    head = record.get("EntityRef") or {}
    return [
        (inner, str(entity.get("Type") or entity.get("type") or "").title()),
        (head, str(head.get("type") or "Vendor").title()),
    ]


def _named(ledger: Ledger, kind: str, reference: Record) -> Mark:
    record_id = str(reference["value"])
    name = reference.get("name")
    if not name:
        found = ledger.store.get(kind, record_id) or {}
        name = found.get("FullyQualifiedName") or found.get("DisplayName") or found.get("Name", "")
    return record_id, str(name)
