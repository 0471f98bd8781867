"""Journal entries: debits and credits that must be equal.

Source: Intuit, JournalEntry entity page, Error codes 2250 to 2300, read 2026-11-26.
"""

from __future__ import annotations

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.records.amounts import number, units
from recon.sandbox.records.entities import PERSONS
from recon.sandbox.transactions.shared import (
    check_marks,
    check_party,
    check_tax_code,
    detail_of,
    number_lines,
)

_NAMED = {accounts.RECEIVABLE: "Customer", accounts.PAYABLE: "Vendor"}


def settle(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Check an entry's lines and that they balance.

    Raises:
        Fault: 2250, 2260, 2270, 2280, 2290, 2300, 2500, 610, 2020, 2170, and 6000 for receivables
            without customer or payables without vendor.
    """
    record["Line"] = number_lines(record.get("Line") or [], before)
    sides = {"Debit": 0, "Credit": 0}
    posted = 0
    for line in record["Line"]:
        if line.get("DetailType") == "DescriptionOnly":
            continue
        line.setdefault("DetailType", "JournalEntryLineDetail")
        detail = detail_of(line)
        side = detail.get("PostingType")
        if side not in sides:
            said = "A posting type is required. Valid values are Credit or Debit."
            raise faults.fault("2260", said, "PostingType")
        _check_line(ledger, line, detail)
        sides[side] += units(line["Amount"]) + units(detail.get("TaxAmount"))
        posted += 1
    if not posted:
        raise faults.fault("2250", "You must enter at least one split line.", "Line")
    if sides["Debit"] != sides["Credit"]:
        said = "A journal entry must balance: the sum of debits is not that of credits."
        raise faults.fault("2300", said)
    record["TotalAmt"] = number(sides["Debit"])
    record.setdefault("Adjustment", False)


def _check_line(ledger: Ledger, line: Record, detail: Record) -> None:
    amount = line.get("Amount")
    if amount is None:
        raise faults.required("Line.Amount")
    if units(amount) < 0:
        raise faults.fault("2290", "Negative amounts aren't supported on transaction lines.")
    line["Amount"] = float(amount)
    account = accounts.checked(ledger, detail.get("AccountRef"))
    named = _check_entity(ledger, detail)
    needed = _NAMED.get(account["AccountType"])
    if needed and named != needed:
        said = f"When you use {account['AccountType']}, you must choose a {needed.lower()}."
        raise faults.business(said)
    check_marks(ledger, detail)
    check_tax_code(ledger, detail)
    if (detail.get("TaxCodeRef") or {}).get("value") and not ledger.in_us():
        if not detail.get("TaxApplicableOn"):
            said = "The TaxApplicableOn entity is required with TaxCodeRef."
            raise faults.fault("2270", said, "TaxApplicableOn")
        if detail.get("TaxAmount") is None:
            raise faults.fault("2280", "A tax amount is required with TaxCodeRef.", "TaxAmount")


def _check_entity(ledger: Ledger, detail: Record) -> str | None:
    """The kind of person that a line names, None for nobody."""
    entity = detail.get("Entity") or {}
    reference = entity.get("EntityRef") or {}
    if not reference.get("value"):
        detail.pop("Entity", None)
        return None
    type_ = entity.get("Type")
    if type_ not in PERSONS:
        raise faults.fault("2170", f"Invalid Enumeration : {type_}", "Entity.Type")
    check_party(ledger, reference, type_, reference)
    return str(type_)
