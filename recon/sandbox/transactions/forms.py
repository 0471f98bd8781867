"""All that is worked out and kept when a transaction is written, whatever its kind.

Source: as the modules that each kind is settled by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import currency
from recon.sandbox.records.entities import SALES, Entity
from recon.sandbox.transactions import (
    banking,
    journal,
    links,
    payments,
    posting,
    purchases,
    sales,
    shared,
    stock,
    timesheets,
)

_TOTAL_MOST = 99_999_999_999
_NUMBERED = SALES | purchases.KINDS | {"JournalEntry"}
_MADE_FROM = SALES | {"Bill", "Purchase"}
_SETTLE: Mapping[str, Callable[[Ledger, Record, Record | None], None]] = {
    "Payment": payments.settle_payment,
    "BillPayment": payments.settle_bill_payment,
    "Deposit": banking.settle_deposit,
    "Transfer": banking.settle_transfer,
    "CreditCardPaymentTxn": banking.settle_card_payment,
    "JournalEntry": journal.settle,
    "TimeActivity": timesheets.settle,
    "InventoryAdjustment": stock.settle_adjustment,
}


def settle(
    ledger: Ledger,
    kind: Entity,
    record: Record,
    before: Record | None,
    *,
    allow_duplicate: bool = False,
) -> None:
    """Check a transaction, give it its number and all that QuickBooks derives; store nothing.

    Args:
        ledger: the books.
        kind: the kind of transaction.
        record: it as it would be, changed in place.
        before: it as it was; None for a new one.
        allow_duplicate: its number may be another's.

    Raises:
        Fault: whatever QuickBooks would refuse.
    """
    work_out(ledger, kind, record, before)
    if kind.name in _NUMBERED:
        shared.number_form(ledger, kind, record, before, allow_duplicate=allow_duplicate)


def work_out(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Check a transaction and add it up, without a number: what a template needs, too.

    Raises:
        Fault: whatever QuickBooks would refuse, but for a number.
    """
    shared.check_header(ledger, kind, record, before)
    if kind.name in _MADE_FROM:
        links.check_origins(ledger, kind.name, record)
    add_up(ledger, kind, record, before)


def add_up(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Check a transaction's lines and work out its totals and what is open of it.

    Raises:
        Fault: whatever QuickBooks would refuse about its own lines and amounts.
    """
    if kind.name in SALES | purchases.KINDS:
        settle_form = sales.settle if kind.name in SALES else purchases.settle
        settle_form(ledger, kind, record, before)
        links.carry_over(ledger, kind.name, record)
    elif kind.name in _SETTLE:
        _SETTLE[kind.name](ledger, record, before)
    if "HomeTotalAmt" in kind.fields and not kind.open:
        currency.settle_home(ledger, record)
    if abs(record.get("TotalAmt") or 0) > _TOTAL_MOST:
        raise faults.fault("2140", f"Supplied value:{record['TotalAmt']:.0f}", "TotalAmt")


def keep(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Store a settled transaction and let everything that follows from it follow."""
    stored = ledger.store.get(kind.name, record["Id"]) if before is not None else None
    links.post(ledger, kind.name, record, stored)
    posting.move(ledger, kind.name, record, before)
    stock.move(ledger, kind.name, record, before)
    links.apply(ledger, kind.name, record)


def release(ledger: Ledger, kind: Entity, record_id: str) -> Record | None:
    """Cut every link of a transaction, both ways; answers it as it then stands."""
    links.unapply(ledger, kind.name, record_id)
    links.detach(ledger, kind.name, record_id)
    return ledger.store.get(kind.name, record_id)


def drop(ledger: Ledger, kind: Entity, record: Record) -> None:
    """Forget what a transaction, free of links, did to balances and quantities."""
    links.post(ledger, kind.name, None, record)
    posting.move(ledger, kind.name, None, record)
    stock.move(ledger, kind.name, None, record)
