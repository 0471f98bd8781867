"""Time activities: who worked how long, and for whom.

Source: Intuit, TimeActivity entity page, Error codes 6290 to 6390, 2170; a client's observation
that the rate of what is not billable is stored as 0, read 2026-11-26.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.transactions.shared import check_item

_STATUSES = ("Billable", "NotBillable", "HasBeenBilled")
_WORKERS = {"Employee": "EmployeeRef", "Vendor": "VendorRef"}


def settle(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Check a time activity: one worker, one duration, a customer for what is billable.

    Raises:
        Fault: 6290, 6300, 6310, 6330, 6340, 6350, 6360, 6370, 6390, 2170, 2500, 6000.
    """
    if (before or {}).get("BillableStatus") == "HasBeenBilled":
        raise faults.business("A time activity that has been billed cannot be changed.")
    _check_worker(record)
    _check_duration(record, before or {})
    if record.get("ItemRef"):
        check_item(ledger, record["ItemRef"], record)
    status = record.setdefault("BillableStatus", "NotBillable")
    if status not in _STATUSES:
        raise faults.fault("2170", f"Invalid Enumeration : {status}", "BillableStatus")
    if status == "Billable":
        if not record.get("CustomerRef"):
            said = "A customer is required if the transaction is billable."
            raise faults.fault("6310", said, "CustomerRef")
        if not record.get("HourlyRate") or record["HourlyRate"] < 0:
            said = f"Invalid hourly rate: {record.get('HourlyRate', 0)}"
            raise faults.fault("6330", said, "HourlyRate")
    else:
        record["HourlyRate"] = 0
    record.setdefault("Taxable", False)


def _check_worker(record: Record) -> None:
    name = record.get("NameOf")
    if name not in _WORKERS:
        said = "The employee or vendor's name is either missing or invalid."
        raise faults.fault("6300", said, "NameOf")
    given = [each for each in _WORKERS if record.get(_WORKERS[each])]
    if given != [name]:
        said = "You must specify either an employee or a vendor, not both."
        raise faults.fault("6290", said, _WORKERS[name])


def _check_duration(record: Record, before: Record) -> None:
    """Hours and minutes, or a start and an end from which they follow."""
    start, end = record.get("StartTime"), record.get("EndTime")
    hours, minutes = record.get("Hours"), record.get("Minutes")
    if start and end:
        worked = _minutes(start, end) - _break(record)
        if worked < 0:
            said = "Make sure break times aren't longer than the elapsed time."
            raise faults.fault("6360", said)
        stated = (hours or 0) * 60 + (minutes or 0)
        restated = any(record.get(name) != before.get(name) for name in ("Hours", "Minutes"))
        if restated and stated != worked:
            said = "Specify a total elapsed time or the start and end time."
            raise faults.fault("6390", said)
        record["Hours"], record["Minutes"] = divmod(worked, 60)
        return
    if start or end:
        raise faults.fault("6360", "Enter a valid start and end time.")
    if hours is None and minutes is None:
        raise faults.fault("6350", "Time (hours:minutes) is missing")
    if not 0 <= (hours or 0) <= 8760 or not 0 <= (minutes or 0) <= 59:
        said = f"You must specify a time (hours:minutes): {hours or 0}:{minutes or 0}"
        raise faults.fault("6340", said)
    record.setdefault("Hours", 0)
    record.setdefault("Minutes", 0)


def _break(record: Record) -> int:
    return int((record.get("BreakHours") or 0) * 60 + (record.get("BreakMinutes") or 0))


def _minutes(start: Any, end: Any) -> int:
    """Whole minutes between two stamps."""
    try:
        begun, ended = datetime.fromisoformat(str(start)), datetime.fromisoformat(str(end))
        elapsed = ended - begun
    except (ValueError, TypeError):
        raise faults.fault("6360", "Enter a valid start and end time.") from None
    if elapsed.total_seconds() < 0:
        raise faults.fault("6370", f"The start time is after end time: {start}")
    return round(elapsed.total_seconds() / 60)
