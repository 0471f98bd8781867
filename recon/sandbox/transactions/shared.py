"""What every transaction has: dates, references, numbers, lines and what lines may name.

Source: Intuit, entity pages of the transactions, Common errors, read 2026-11-22.
"""

from __future__ import annotations

from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.books.store import fold
from recon.sandbox.lists import currency
from recon.sandbox.records.amounts import number, percentage, product, units
from recon.sandbox.records.entities import PERSONS, Entity

_NOT_ITEMS = frozenset({"SHIPPING_ITEM_ID", "GRATUITY_ITEM_ID"})
_PARTIES = {"CustomerRef": "Customer", "VendorRef": "Vendor", "EmployeeRef": "Employee"}
_REFERENCES = {
    "SalesTermRef": ("Term", "Terms"),
    "DepartmentRef": ("Department", "Departments"),
    "ClassRef": ("Class", "Klasses"),
    "PaymentMethodRef": ("PaymentMethod", "PaymentMethods"),
    "DepositToAccountRef": ("Account", "Accounts"),
    "ARAccountRef": ("Account", "Accounts"),
    "DiscountAccountRef": ("Account", "Accounts"),
    "ItemAccountRef": ("Account", "Accounts"),
}
_TRACKED = frozenset({"Class", "Department"})
_HUMAN = {"Purchase": "Expense", "BillPayment": "Bill Payment"}
_PURCHASES = frozenset({"Bill", "VendorCredit", "Purchase", "PurchaseOrder", "BillPayment"})


def check_header(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Fill the date, and check the parties and the other references of any transaction.

    Raises:
        Fault: 2500 or 610 for a missing or inactive record, 6250 for a customer that is none,
            6200 or 6210 for a closed period, what `currency.settle` raises.
    """
    if "TxnDate" in kind.fields and not record.get("TxnDate"):
        record["TxnDate"] = before["TxnDate"] if before else ledger.today()
    check_open_period(ledger, record, before)
    party: Record | None = None
    for field, name in _PARTIES.items():
        if record.get(field):
            found = check_party(ledger, record[field], name, (before or {}).get(field))
            party = party or found
    check_marks(ledger, record, before or {})
    if "CurrencyRef" in kind.fields and not kind.open:
        currency.settle(ledger, record, party, before)


def check_party(ledger: Ledger, reference: Record, name: str, kept: Any = None) -> Record:
    """The customer, vendor or employee that a reference names, its name filled in.

    Args:
        ledger: the books.
        reference: the reference.
        name: "Customer", "Vendor" or "Employee".
        kept: the same reference before the change; one that stays may be inactive.

    Raises:
        Fault: 2500 for an id that nobody has, 6250 for a vendor or employee in a customer's
            place, 610 or 2500 for somebody inactive.
    """
    record_id = reference["value"]
    party = ledger.store.get(name, record_id)
    if party is None:
        others = (each for each in PERSONS if each != name)
        if name == "Customer" and any(ledger.store.text(each, record_id) for each in others):
            said = f"The specified customer (identified by {record_id}) doesn't exist"
            raise faults.fault("6250", said, "CustomerRef")
        raise faults.missing_reference("Names", record_id)
    if party["Active"] is False and (kept or {}).get("value") != record_id:
        raise faults.inactive_reference(ledger.switches.inactive_reference)
    reference["name"] = party["DisplayName"]
    return party


def check_marks(ledger: Ledger, of: Record, before: Record | None = None) -> None:
    """Check the references to lists that a transaction or a line's detail has; fill the names.

    Args:
        ledger: the books.
        of: the transaction, or the detail of a line.
        before: the transaction before the change, empty for a new one: a class or location that it
            had may be inactive by now. Of lines it is not known.

    Raises:
        Fault: 2500; 610 or 2500 for an inactive class or location; 5030 where they are not tracked,
            if the switch says so.
    """
    for field in of.keys() & _REFERENCES.keys():
        named = of[field]
        if not named:
            continue
        if ledger.switches.tracking_off == "5030" and not ledger.tracks(field):
            raise faults.fault("5030", f"Feature Not Supported Error : {field}", field)
        name, group = _REFERENCES[field]
        found = ledger.store.get(name, named["value"])
        if found is None:
            raise faults.missing_reference(group, named["value"])
        stays = before is None or (before.get(field) or {}).get("value") == named["value"]
        if name in _TRACKED and found.get("Active") is False and not stays:
            raise faults.inactive_reference(ledger.switches.inactive_reference)
        named["name"] = found.get("FullyQualifiedName") or found.get("Name", "")


def check_open_period(ledger: Ledger, *records: Record | None) -> None:
    """Refuse when any of the records is dated on or before the book closing date."""
    closed = ledger.closing_date()
    if ledger.switches.closed_books == "ignored":
        return
    if closed and any(record and (record.get("TxnDate") or "9") <= closed for record in records):
        raise faults.closed_period(ledger.switches.closed_books)


def number_form(
    ledger: Ledger, kind: Entity, record: Record, before: Record | None, *, allow_duplicate: bool
) -> None:
    """Give the form its number, or check the one it brings.

    A company with custom numbers stores what is sent, nothing if nothing is sent, and refuses a
    number in use only while its warning is on; any other company counts by itself and stores,
    unchecked, what is sent all the same. Forms of purchase bear the vendor's numbers.

    Raises:
        Fault: 6140.
    """
    purchase = kind.name in _PURCHASES
    sent = record.get("DocNumber")
    custom = purchase or ledger.custom_numbers()
    if not custom and not sent and before is None:
        record["DocNumber"] = str(ledger.store.next(f"DocNumber {kind.name}"))
    unchanged = before is not None and before.get("DocNumber") == sent
    if not sent or not custom or allow_duplicate or unchanged:
        return
    bill = kind.name in {"Bill", "VendorCredit"}
    if not (ledger.warns_of_duplicate_bills() if bill else ledger.warns_of_duplicate_numbers()):
        return
    for record_id in ledger.store.ids(kind.name, "number = ?", (fold(sent),)):
        other = ledger.store.get(kind.name, record_id) or {}
        same_vendor = not bill or other.get("VendorRef") == record.get("VendorRef")
        if record_id != record.get("Id") and same_vendor:
            raise faults.duplicate_number(sent, _human(kind.name), record_id)


def _human(name: str) -> str:
    """The name of a kind as a fault writes it: SalesReceipt is "Sales Receipt"."""
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()
    return _HUMAN.get(name, words)


def number_lines(lines: list[Any], before: Record | None) -> list[Record]:
    """The lines with ids: a known id stays, any other line is a new one; subtotals go.

    Raises:
        Fault: 2010 for a line that is no object.
    """
    known = {str(line.get("Id")) for line in (before or {}).get("Line", [])}
    last = max((int(record_id) for record_id in known if record_id.isdecimal()), default=0)
    kept: list[Record] = []
    for line in lines:
        if not isinstance(line, dict):
            raise faults.invalid_property("Line")
        if line.get("DetailType") == "SubTotalLineDetail":
            continue
        sent = {key: value for key, value in line.items() if value not in (None, "")}
        if str(sent.get("Id")) not in known:
            last += 1
            sent["Id"] = str(last)
        sent["LineNum"] = len(kept) + 1
        kept.append(sent)
    return kept


def detail_of(line: Record) -> Record:
    """The part of a line that its DetailType names, made if it is absent.

    Raises:
        Fault: 2020 for a line without DetailType, 2010 for a part that is no object.
    """
    detail_type = line.get("DetailType")
    if not detail_type:
        raise faults.required("Line.DetailType")
    detail = line.setdefault(detail_type, {})
    if not isinstance(detail, dict):
        raise faults.invalid_property(detail_type)
    return detail


def check_amount(line: Record, detail: Record) -> None:
    """A line's amount, worked out of quantity and price where it is absent.

    Raises:
        Fault: 2020 where nothing gives an amount, 6070 where the two disagree, 2010.
    """
    quantity, price = detail.get("Qty"), detail.get("UnitPrice")
    computed = None
    # python-quickbooks sends Qty 0 and UnitPrice 0 for a line that has neither.
    if quantity not in (None, "") and price not in (None, "") and (quantity or price):
        computed = product(quantity, price)
    if line.get("Amount") is None:
        if line["DetailType"] == "DiscountLineDetail":
            return
        if computed is None:
            raise faults.required("Line.Amount")
        line["Amount"] = number(computed)
    if isinstance(line["Amount"], dict | list | bool):
        raise faults.invalid_property("Amount")
    line["Amount"] = float(line["Amount"])
    if computed is not None and units(line["Amount"]) != computed:
        said = f"Amount is not equal to UnitPrice * Qty. Supplied value:{line['Amount']:,g}"
        raise faults.fault("6070", said, "Line.Amount")


def items_on(record: Record | None) -> frozenset[str]:
    """The ids of the items that a form's lines name, those inside bundles too."""
    found: set[str] = set()
    lines = list((record or {}).get("Line") or ())
    while lines:
        line = lines.pop()
        detail = line.get(line.get("DetailType") or "") or {}
        lines += detail.get("Line") or ()
        named = detail.get("ItemRef") or detail.get("GroupItemRef") or {}
        found.add(str(named.get("value", "")))
    return frozenset(found)


def summed(lines: list[Record]) -> tuple[int, int]:
    """What lines come to and what is taken off, in ten-thousandths; per cent become amounts."""
    kinds = {"DiscountLineDetail", "DescriptionOnly", "SubTotalLineDetail"}
    subtotal = sum(units(each.get("Amount")) for each in lines if each["DetailType"] not in kinds)
    discount = 0
    for line in lines:
        if line["DetailType"] == "DiscountLineDetail":
            detail = line["DiscountLineDetail"]
            if detail.get("PercentBased") and detail.get("DiscountPercent"):
                line["Amount"] = number(percentage(subtotal, detail["DiscountPercent"]))
            discount += units(line.get("Amount"))
    return subtotal, discount


def check_item(
    ledger: Ledger, reference: Any, form: Record, kept: frozenset[str] = frozenset()
) -> Record | None:
    """The item that a line names, None for a line that names none.

    Args:
        ledger: the books.
        reference: the line's ItemRef.
        form: the form that the line is on.
        kept: items that the form had before; those may be inactive by now.

    Raises:
        Fault: 2500 or 610 for an unknown or inactive item, 2500 for a category, 6270 for stock
            that the books hold only from a later day on.
    """
    if not isinstance(reference, dict) or not reference.get("value"):
        return None
    record_id = str(reference["value"])
    if record_id in _NOT_ITEMS:
        return None
    item = ledger.store.get("Item", record_id)
    if item is None:
        raise faults.missing_reference("Items", record_id)
    if item.get("Type") == "Category":
        said = (
            "An item in this transaction is set up as a category instead of a product or service."
        )
        raise faults.fault("2500", f"Invalid Reference Id : {said}")
    if item["Active"] is False and record_id not in kept:
        raise faults.inactive_reference(ledger.switches.inactive_reference)
    if item.get("Type") == "Inventory" and form["TxnDate"] < (item.get("InvStartDate") or ""):
        said = "Transactions with inventory products cannot be dated before InvStartDate"
        raise faults.fault("6270", said)
    reference["name"] = item.get("FullyQualifiedName") or item["Name"]
    return item


def check_tax_code(ledger: Ledger, detail: Record) -> None:
    """The tax code of a line: TAX or NON in the US, one of the company's own elsewhere.

    Raises:
        Fault: 6100, 2500.
    """
    code = (detail.get("TaxCodeRef") or {}).get("value")
    if not code:
        return
    if ledger.in_us():
        if code not in {"TAX", "NON"}:
            said = f"For US, specify TAX or NON. Supplied value:{code}"
            raise faults.fault("6100", said, "TaxCodeRef")
    elif not ledger.store.text("TaxCode", code):
        raise faults.missing_reference("TaxCode", code)
