"""Forms of purchase: bills, vendor credits, expenses and orders.

Source: Intuit, Bill, VendorCredit, Purchase and PurchaseOrder entity pages, Error codes 2250, 6310,
6320, 6430, 6440, read 2026-11-26.
"""

from __future__ import annotations

from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts, terms
from recon.sandbox.records.amounts import number, units
from recon.sandbox.records.entities import PERSONS, Entity
from recon.sandbox.transactions import taxation
from recon.sandbox.transactions.shared import (
    check_amount,
    check_item,
    check_marks,
    check_party,
    check_tax_code,
    detail_of,
    items_on,
    number_lines,
)

KINDS = frozenset({"Bill", "VendorCredit", "Purchase", "PurchaseOrder"})
_BILLABLE = ("Billable", "NotBillable", "HasBeenBilled")
_ACCOUNT = "AccountBasedExpenseLineDetail"
_ITEM = "ItemBasedExpenseLineDetail"
# Where the money of an expense may come from, by its PaymentType.
_PAID_FROM = {
    "Check": (accounts.BANK,),
    "CreditCard": (accounts.CREDIT_CARD,),
    "Cash": (accounts.BANK, accounts.CREDIT_CARD, accounts.CURRENT_ASSET),
}


def settle(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Check a form of purchase and work out its totals.

    Raises:
        Fault: 2250, 2020, 2500, 610, 2170, 6070, 6100, 6270, 6310, 6320, 6430, 6440.
    """
    lines = record.get("Line") or []
    if not lines:
        raise faults.fault("2250", "You must enter at least one split line.", "Line")
    record["Line"] = number_lines(lines, before)
    for line in record["Line"]:
        check_line(ledger, line, record, before)
    tax = taxation.settle(ledger, record, before, purchase=True)
    summed = sum(units(line.get("Amount")) for line in record["Line"])
    record["TotalAmt"] = number(summed + tax)
    if kind.name == "Purchase":
        _settle_expense(ledger, record, before)
        return
    if kind.name == "PurchaseOrder":
        record.setdefault("POStatus", "Open")
        return
    if record.get("APAccountRef"):
        accounts.checked(ledger, record["APAccountRef"], accounts.PAYABLE)
    else:
        record["APAccountRef"] = accounts.default(ledger, "AccountsPayable")
    record["Balance"] = record["TotalAmt"]
    if kind.name == "Bill" and not record.get("DueDate"):
        record["DueDate"] = terms.due_date(ledger, record)


def _settle_expense(ledger: Ledger, record: Record, before: Record | None) -> None:
    """What money was spent from, and on whom."""
    accounts.checked(ledger, record["AccountRef"], *_PAID_FROM[record["PaymentType"]])
    entity = record.get("EntityRef")
    if entity:
        kept = (before or {}).get("EntityRef")
        check_payee(ledger, entity, kept)
    record.setdefault("Credit", False)
    if record["Credit"] and record["PaymentType"] != "CreditCard":
        raise faults.business("Only a credit card can be credited.")


def check_payee(ledger: Ledger, reference: Record, kept: Any = None) -> Record:
    """The person that an EntityRef names, with or without a type; both filled in.

    Raises:
        Fault: 2500 for nobody, 2170 for a type that no person has.
    """
    type_ = reference.get("type")
    if type_ and type_ not in PERSONS:
        raise faults.fault("2170", f"Invalid Enumeration : {type_}")
    names = (type_,) if type_ else ("Vendor", "Customer", "Employee")
    for name in names:
        if ledger.store.text(name, reference["value"]) is not None:
            reference["type"] = name
            return check_party(ledger, reference, name, kept)
    raise faults.missing_reference("Names", reference["value"])


def check_line(ledger: Ledger, line: Record, form: Record, before: Record | None) -> None:
    """One line of a purchase: its account or item, who is billed for it, its amount.

    Raises:
        Fault: as `settle`.
    """
    if line.get("DetailType") == "DescriptionOnly":
        line.setdefault("DescriptionLineDetail", {})
        return
    detail = detail_of(line)
    if line["DetailType"] == _ACCOUNT:
        if not detail.get("AccountRef"):
            raise _no_split()
        account = accounts.checked(ledger, detail["AccountRef"])
        if account["AccountType"] == accounts.RECEIVABLE and not detail.get("CustomerRef"):
            said = "When you use Accounts Receivable, you must choose a customer."
            raise faults.business(said)
    elif line["DetailType"] == _ITEM:
        if check_item(ledger, detail.get("ItemRef"), form, items_on(before)) is None:
            raise _no_split()
    elif line["DetailType"] != "TDSLineDetail":
        raise faults.fault("2170", f"Invalid Enumeration : {line['DetailType']}", "DetailType")
    check_marks(ledger, detail)
    check_tax_code(ledger, detail)
    _check_billable(ledger, detail, before)
    check_amount(line, detail)


def _no_split() -> faults.Fault:
    said = "You must select a product or service or an account for each split line."
    return faults.fault("6440", said)


def _check_billable(ledger: Ledger, detail: Record, before: Record | None) -> None:
    customer = detail.get("CustomerRef")
    if customer:
        check_party(ledger, customer, "Customer", customer if before else None)
    status = detail.get("BillableStatus")
    if status and status not in _BILLABLE:
        raise faults.fault("6320", f"Invalid billable status: {status}", "BillableStatus")
    if status in {"Billable", "HasBeenBilled"} and not customer:
        said = "A customer is required if the transaction is billable."
        raise faults.fault("6310", said, "CustomerRef")


def check_deletable(record: Record) -> None:
    """Refuse to delete an expense that a customer has been billed for.

    Raises:
        Fault: 6400.
    """
    for line in record.get("Line") or []:
        detail = line.get(line.get("DetailType") or "") or {}
        if detail.get("BillableStatus") == "HasBeenBilled":
            said = "The purchase can't be deleted since it would invalidate a linked invoice."
            raise faults.fault("6400", said)
