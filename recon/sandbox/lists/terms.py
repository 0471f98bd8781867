"""Terms: when a form that bears them is due.

Source: Intuit, Term entity page (STANDARD and DATE_DRIVEN terms), read 2026-11-26.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger


def settle(record: Record) -> None:
    """Give a term its type: by a day of the month it is DATE_DRIVEN, otherwise STANDARD.

    Raises:
        Fault: 2240 for a number of days that cannot be.
    """
    for field in ("DueDays", "DiscountDays", "DayOfMonthDue", "DueNextMonthDays"):
        days = record.get(field)
        most = 31 if field == "DayOfMonthDue" else 999
        if days is not None and not 0 <= days <= most:
            said = f"The specified number isn't within the valid range. Supplied value:{days}"
            raise faults.fault("2240", said, field)
    dated = record.get("DayOfMonthDue") and not record.get("DueDays")
    record["Type"] = "DATE_DRIVEN" if dated else "STANDARD"


def due_date(ledger: Ledger, record: Record) -> str:
    """The due date that the form's terms give it; without terms the form's own date."""
    term_id = (record.get("SalesTermRef") or {}).get("value")
    term = ledger.store.get("Term", term_id) if term_id else None
    day = date.fromisoformat(record["TxnDate"])
    if term and term.get("Type") == "DATE_DRIVEN":
        return _on_day(day, int(term["DayOfMonthDue"]), int(term.get("DueNextMonthDays") or 0))
    return (day + timedelta(int((term or {}).get("DueDays") or 0))).isoformat()


def _on_day(day: date, due: int, notice: int) -> str:
    """The next such day of a month that is at least `notice` days away."""
    year, month = day.year, day.month
    while True:
        found = date(year, month, min(due, monthrange(year, month)[1]))
        if found >= day and (found - day).days >= notice:
            return found.isoformat()
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
