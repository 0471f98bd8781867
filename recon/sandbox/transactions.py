"""Sales forms: what their lines may name, their totals, numbers and dates.

Source: Intuit, Invoice, SalesReceipt, CreditMemo and Estimate entity pages, Common errors, read
2026-11-22.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from recon.sandbox import faults
from recon.sandbox.amounts import number, percentage, product, units
from recon.sandbox.company import Record
from recon.sandbox.entities import SALES, Entity
from recon.sandbox.ledger import Ledger
from recon.sandbox.store import fold

_NOT_ITEMS = frozenset({"SHIPPING_ITEM_ID", "GRATUITY_ITEM_ID"})
_REFERENCES = {
    "SalesTermRef": ("Term", "Terms"),
    "DepartmentRef": ("Department", "Departments"),
    "ClassRef": ("Class", "Klasses"),
    "PaymentMethodRef": ("PaymentMethod", "PaymentMethods"),
    "DepositToAccountRef": ("Account", "Accounts"),
    "ARAccountRef": ("Account", "Accounts"),
}


def settle_sale(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Check a sales form's lines and work out its totals.

    Raises:
        Fault: 2020, 2500, 610, 6070, 6100, 6160, 6270.
    """
    lines = record.get("Line") or []
    if not any(line.get("DetailType") != "SubTotalLineDetail" for line in lines):
        raise faults.required("Line")
    record["Line"] = lines = _numbered(lines, before)
    for line in lines:
        _check_line(ledger, line, record)
    _total(ledger, record)
    if kind.name in {"Invoice", "CreditMemo"}:
        record["Balance"] = record["TotalAmt"]
    elif kind.name != "Estimate":
        record["Balance"] = 0
    if kind.name == "CreditMemo":
        record["RemainingCredit"] = record["Balance"]
    if kind.name == "Invoice" and not record.get("DueDate"):
        record["DueDate"] = _due(ledger, record)
    if before is None:
        _copy_addresses(ledger, record)
    if kind.name == "Estimate":
        record.setdefault("TxnStatus", "Pending")


def check_header(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Fill the date, and check the customer and the other references of any transaction.

    Raises:
        Fault: 2500 or 610 for a missing or inactive record, 6200 or 6210 for a closed period.
    """
    if not record.get("TxnDate"):
        record["TxnDate"] = before["TxnDate"] if before else ledger.today()
    check_open_period(ledger, record, before)
    reference = record.get("CustomerRef")
    if reference:
        customer = ledger.store.get("Customer", reference["value"])
        if customer is None:
            raise faults.missing_reference("Names", reference["value"])
        kept = before and (before.get("CustomerRef") or {}).get("value") == reference["value"]
        if customer["Active"] is False and not kept:
            raise faults.inactive_reference(ledger.switches.inactive_reference)
        reference["name"] = customer["DisplayName"]
    for field, (name, group) in _REFERENCES.items():
        named = record.get(field)
        if named:
            found = ledger.store.get(name, named["value"])
            if found is None:
                raise faults.missing_reference(group, named["value"])
            named["name"] = found.get("FullyQualifiedName") or found.get("Name", "")
    if kind.name in SALES or kind.name == "Payment":
        record.setdefault("CurrencyRef", _currency(ledger))


def _currency(ledger: Ledger) -> Record:
    home = ledger.preference("CurrencyPrefs", "HomeCurrency") or {}
    return {"value": home.get("value", "USD")}


def check_open_period(ledger: Ledger, *records: Record | None) -> None:
    """Refuse when any of the records is dated on or before the book closing date."""
    closed = ledger.closing_date()
    if closed and any(record and (record.get("TxnDate") or "9") <= closed for record in records):
        raise faults.closed_period(ledger.switches.closed_books)


def number_form(
    ledger: Ledger, kind: Entity, record: Record, before: Record | None, *, allow_duplicate: bool
) -> None:
    """Give the form its number, or check the one it brings.

    A company with custom numbers stores what is sent, nothing if nothing is sent, and refuses a
    number in use only while its warning is on; any other company counts by itself and stores,
    unchecked, what is sent all the same.

    Raises:
        Fault: 6140.
    """
    sent = record.get("DocNumber")
    custom = ledger.custom_numbers()
    if not custom and not sent and before is None:
        record["DocNumber"] = str(ledger.store.next(f"DocNumber {kind.name}"))
    unchanged = before is not None and before.get("DocNumber") == sent
    if not sent or not custom or allow_duplicate or unchanged:
        return
    if ledger.warns_of_duplicate_numbers():
        for record_id in ledger.store.ids(kind.name, "number = ?", (fold(sent),)):
            if record_id != record.get("Id"):
                raise faults.duplicate_number(sent, _human(kind.name), record_id)


def _human(name: str) -> str:
    """The name of a kind as a fault writes it: SalesReceipt is "Sales Receipt"."""
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()


def _numbered(lines: list[Any], before: Record | None) -> list[Record]:
    """The lines with ids: a known id stays, any other line is a new one; subtotals go."""
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


def _check_line(ledger: Ledger, line: Record, form: Record) -> None:
    """One line: its kind, what it names, its amount."""
    detail_type = line.get("DetailType")
    if not detail_type:
        raise faults.required("Line.DetailType")
    if detail_type == "DescriptionOnly":
        line.setdefault("DescriptionLineDetail", {})
        return
    detail = line.setdefault(detail_type, {})
    if not isinstance(detail, dict):
        raise faults.invalid_property(detail_type)
    if detail_type == "GroupLineDetail":
        _check_group(ledger, line, detail, form)
        return
    if detail_type == "SalesItemLineDetail":
        _check_item(ledger, detail.get("ItemRef"), form)
        tax_code = (detail.get("TaxCodeRef") or {}).get("value")
        if tax_code and ledger.in_us() and tax_code not in {"TAX", "NON"}:
            said = f"For US, specify TAX or NON. Supplied value:{tax_code}"
            raise faults.fault("6100", said, "TaxCodeRef")
        if tax_code and not ledger.in_us() and not ledger.store.text("TaxCode", tax_code):
            raise faults.missing_reference("TaxCode", tax_code)
        detail.setdefault("TaxCodeRef", {"value": "NON"} if ledger.in_us() else None)
        if detail["TaxCodeRef"] is None:
            del detail["TaxCodeRef"]
    _check_amount(line, detail)


def _check_amount(line: Record, detail: Record) -> None:
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


def _check_group(ledger: Ledger, line: Record, detail: Record, form: Record) -> None:
    """A bundle line: its components are lines within, taken from the bundle if absent."""
    item = _check_item(ledger, detail.get("GroupItemRef"), form)
    if item is None or item.get("Type") != "Group":
        raise faults.missing_reference("Items", (detail.get("GroupItemRef") or {}).get("value", ""))
    if not detail.get("Line"):
        parts = (item.get("ItemGroupDetail") or {}).get("ItemGroupLine") or []
        detail["Line"] = [_component(ledger, part, detail.get("Quantity", 1)) for part in parts]
    for each in detail["Line"]:
        _check_line(ledger, each, form)
    line["Amount"] = number(sum(units(each.get("Amount")) for each in detail["Line"]))


def _component(ledger: Ledger, part: Record, quantity: Any) -> Record:
    item = ledger.store.get("Item", part["ItemRef"]["value"]) or {}
    price, count = item.get("UnitPrice", 0), part.get("Qty", 1) * quantity
    detail = {"ItemRef": dict(part["ItemRef"]), "Qty": count, "UnitPrice": price}
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": number(product(count, price)),
        "SalesItemLineDetail": detail,
    }


def _check_item(ledger: Ledger, reference: Any, form: Record) -> Record | None:
    """The item that a line names, None for a line that names none."""
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
    if item["Active"] is False:
        raise faults.inactive_reference(ledger.switches.inactive_reference)
    if item.get("Type") == "Inventory" and form["TxnDate"] < (item.get("InvStartDate") or ""):
        said = "Transactions with inventory products cannot be dated before InvStartDate"
        raise faults.fault("6270", said)
    reference["name"] = item.get("FullyQualifiedName") or item["Name"]
    return item


def _total(ledger: Ledger, record: Record) -> None:
    """TotalAmt, the subtotal line and the tax of a form."""
    subtotal = discount = taxable = 0
    for line in record["Line"]:
        if line["DetailType"] == "DiscountLineDetail":
            detail = line["DiscountLineDetail"]
            if detail.get("PercentBased") and detail.get("DiscountPercent"):
                line["Amount"] = number(percentage(subtotal, detail["DiscountPercent"]))
            discount += units(line.get("Amount"))
        elif line["DetailType"] != "DescriptionOnly":
            subtotal += units(line.get("Amount"))
            taxable += _taxable(line)
    # The subtotal stands before the first discount (official samples).
    kinds = [line["DetailType"] for line in record["Line"]]
    place = kinds.index("DiscountLineDetail") if "DiscountLineDetail" in kinds else len(kinds)
    subtotal_line = {"DetailType": "SubTotalLineDetail", "Amount": number(subtotal)}
    record["Line"].insert(place, {**subtotal_line, "SubTotalLineDetail": {}})
    inclusive = record.get("GlobalTaxCalculation") == "TaxInclusive"
    tax = _tax(ledger, record, taxable)
    record["TotalAmt"] = number(subtotal - discount + (0 if inclusive else tax))


def _taxable(line: Record) -> int:
    """The part of a line that sales tax is on."""
    detail = line.get(line["DetailType"]) or {}
    if line["DetailType"] == "GroupLineDetail":
        return sum(_taxable(each) for each in detail.get("Line", []))
    code = (detail.get("TaxCodeRef") or {}).get("value", "NON")
    return units(line.get("Amount")) if code != "NON" else 0


def _tax(ledger: Ledger, record: Record, taxable: int) -> int:
    """The form's tax: as it brings it, or from the rates of its tax code."""
    detail = record.get("TxnTaxDetail")
    if not detail:
        record["TxnTaxDetail"] = {"TotalTax": 0}
        return 0
    code_id = (detail.get("TxnTaxCodeRef") or {}).get("value")
    code = ledger.store.get("TaxCode", code_id) if code_id else None
    if code_id and code is None:
        if ledger.switches.missing_tax_code == "6160":
            raise faults.fault("6160", f"Invalid TaxCodeRef. Supplied value:{code_id}")
        raise faults.missing_reference("TaxCode", code_id)
    if detail.get("TotalTax") not in (None, ""):
        return units(detail["TotalTax"])
    lines = [_tax_line(ledger, rate, taxable) for rate in _rates(code)]
    detail["TaxLine"] = lines
    detail["TotalTax"] = number(sum(units(line["Amount"]) for line in lines))
    return units(detail["TotalTax"])


def _rates(code: Record | None) -> list[str]:
    details = ((code or {}).get("SalesTaxRateList") or {}).get("TaxRateDetail") or []
    return [each["TaxRateRef"]["value"] for each in details]


def _tax_line(ledger: Ledger, rate_id: str, taxable: int) -> Record:
    percent = (ledger.store.get("TaxRate", rate_id) or {}).get("RateValue", 0)
    detail = {
        "TaxRateRef": {"value": rate_id},
        "PercentBased": True,
        "TaxPercent": percent,
        "NetAmountTaxable": number(taxable),
    }
    amount = number(percentage(taxable, percent))
    return {"Amount": amount, "DetailType": "TaxLineDetail", "TaxLineDetail": detail}


def _due(ledger: Ledger, record: Record) -> str:
    """The due date that the form's terms give it."""
    term_id = (record.get("SalesTermRef") or {}).get("value")
    term = ledger.store.get("Term", term_id) if term_id else None
    days = int((term or {}).get("DueDays") or 0)
    return (date.fromisoformat(record["TxnDate"]) + timedelta(days)).isoformat()


def _copy_addresses(ledger: Ledger, record: Record) -> None:
    """A form without addresses takes the customer's."""
    customer_id = (record.get("CustomerRef") or {}).get("value")
    customer = ledger.store.get("Customer", customer_id) if customer_id else None
    for field in ("BillAddr", "ShipAddr"):
        if customer and not record.get(field) and customer.get(field):
            record[field] = customer[field]
