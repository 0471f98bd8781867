"""Recurring transactions: a template is a transaction in a wrapper, with a schedule.

Source: Intuit, RecurringTransaction entity page; python-quickbooks 0.9.12
recurringtransaction.py and its integration test, read 2026-11-26.
"""

from __future__ import annotations

from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.entities import Entity, entity
from recon.sandbox.records.shape import cleaned
from recon.sandbox.serving import writes
from recon.sandbox.transactions import forms

_TYPES = frozenset(
    {
        *("Bill", "CreditMemo", "Deposit", "Estimate", "Invoice", "JournalEntry", "Purchase"),
        *("PurchaseOrder", "RefundReceipt", "SalesReceipt", "Transfer", "VendorCredit"),
    }
)
_SCHEDULE = ("RecurringInfo", "RecurDataRef")
_NOT_YET = ("TxnDate", "DueDate", "Balance", "DocNumber")


def inside(body: Any) -> tuple[Entity, Record]:
    """The one transaction in a wrapper, and its kind.

    Raises:
        Fault: 2010 for anything else than one known kind of transaction.
    """
    found = [name for name in body if name in _TYPES] if isinstance(body, dict) else []
    if len(found) != 1 or not isinstance(body[found[0]], dict):
        raise faults.invalid_property("RecurringTransaction")
    return entity(found[0]), body[found[0]]


def write(ledger: Ledger, body: Any) -> Record:
    """Create a template, or update the one whose Id the transaction within has.

    Raises:
        Fault: 2010, 2020 without RecurringInfo or its Name, 610, 5010, and what the transaction
            itself would be refused for.
    """
    kind, sent = inside(body)
    with ledger.store.transaction():
        before = _current(ledger, sent)
        schedule = {name: sent[name] for name in _SCHEDULE if sent.get(name)}
        record = cleaned(kind, {k: v for k, v in sent.items() if k not in _SCHEDULE})
        record = {name: value for name, value in record.items() if value is not None}
        record = {k: v for k, v in record.items() if k not in {"Id", "SyncToken"}}
        if before is not None and sent.get("sparse") in (True, "true"):
            record = {**before, **record}
        record |= schedule
        _check_schedule(record)
        _settle(ledger, kind, record, before)
        record["Type"] = kind.name
        ledger.touch(record, before)
        record["Id"] = before["Id"] if before else str(ledger.store.next("Txns"))
        record.setdefault("RecurDataRef", {"value": record["Id"]})
        ledger.store.put("RecurringTransaction", record)
    return record


def delete(ledger: Ledger, body: Any) -> Record:
    """Delete a template; answers it in its wrapper's terms."""
    kind, sent = inside(body)
    return {"Type": kind.name, **writes.delete(ledger, entity("RecurringTransaction"), sent)}


def _current(ledger: Ledger, sent: Record) -> Record | None:
    record_id = str(sent.get("Id") or "")
    if record_id in {"", "0"}:
        return None
    before = ledger.store.get("RecurringTransaction", record_id)
    if before is None:
        raise faults.not_found()
    if str(sent.get("SyncToken", "")) != before["SyncToken"]:
        raise faults.stale()
    return before


def _check_schedule(record: Record) -> None:
    info = record.get("RecurringInfo")
    if not isinstance(info, dict):
        raise faults.required("RecurringInfo")
    for name in ("Name", "RecurType"):
        if not info.get(name):
            raise faults.required(f"RecurringInfo.{name}")


def _settle(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Check and add up a form as if it were made today; a template has no date itself."""
    dated = {**record, "TxnDate": ledger.today()}
    forms.work_out(ledger, kind, dated, before)
    record.update({name: value for name, value in dated.items() if name not in _NOT_YET})
