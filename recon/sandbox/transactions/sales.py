"""Sales forms: their lines, bundles, totals and due dates.

Source: Intuit, Invoice, SalesReceipt, CreditMemo, RefundReceipt and Estimate entity pages, Common
errors, read 2026-11-22.
"""

from __future__ import annotations

from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts, terms
from recon.sandbox.records.amounts import number, product, units
from recon.sandbox.records.entities import Entity
from recon.sandbox.transactions import taxation
from recon.sandbox.transactions.shared import (
    check_amount,
    check_item,
    check_marks,
    check_tax_code,
    detail_of,
    items_on,
    number_lines,
    summed,
)


def settle(ledger: Ledger, kind: Entity, record: Record, before: Record | None) -> None:
    """Check a sales form's lines and work out its totals.

    Raises:
        Fault: 2020, 2500, 610, 6070, 6090, 6100, 6160, 6170, 6270, 6420.
    """
    lines = record.get("Line") or []
    if not any(line.get("DetailType") != "SubTotalLineDetail" for line in lines):
        raise faults.required("Line")
    record["Line"] = lines = number_lines(lines, before)
    kept = items_on(before)
    for line in lines:
        _check_line(ledger, line, record, kept)
    if record.get("EmailStatus") == "NeedToSend" and not record.get("BillEmail"):
        said = "An email address is required for this customer since the delivery type is email."
        raise faults.fault("6420", said, "BillEmail")
    if before is None:
        _copy_addresses(ledger, record)
    _total(ledger, record, before)
    _settle_head(ledger, kind, record)


def _settle_head(ledger: Ledger, kind: Entity, record: Record) -> None:
    """What only some kinds of form have on their heads."""
    if kind.name in {"Invoice", "CreditMemo"}:
        record["Balance"] = record["TotalAmt"]
    elif kind.name != "Estimate":
        record["Balance"] = 0
    if kind.name == "CreditMemo":
        record["RemainingCredit"] = record["Balance"]
    if kind.name == "Invoice" and not record.get("DueDate"):
        record["DueDate"] = terms.due_date(ledger, record)
    if kind.name == "SalesReceipt" and not record.get("DepositToAccountRef"):
        record["DepositToAccountRef"] = accounts.default(ledger, "UndepositedFunds")
    if kind.name == "Estimate":
        record.setdefault("TxnStatus", "Pending")


def _check_line(ledger: Ledger, line: Record, form: Record, kept: frozenset[str]) -> None:
    """One line: its kind, what it names, its amount."""
    if line.get("DetailType") == "DescriptionOnly":
        line.setdefault("DescriptionLineDetail", {})
        return
    detail = detail_of(line)
    if line["DetailType"] == "GroupLineDetail":
        _check_group(ledger, line, form, kept)
        return
    check_marks(ledger, detail)
    if line["DetailType"] == "SalesItemLineDetail":
        check_item(ledger, detail.get("ItemRef"), form, kept)
        check_tax_code(ledger, detail)
        if ledger.in_us():
            detail.setdefault("TaxCodeRef", {"value": "NON"})
    free = line.get("Amount") is None and not detail.get("DiscountPercent")
    if line["DetailType"] == "DiscountLineDetail" and free:
        said = "A discount amount or percent is required."
        raise faults.fault("6090", said, "DiscountLineDetail")
    check_amount(line, detail)


def _check_group(ledger: Ledger, line: Record, form: Record, kept: frozenset[str]) -> None:
    """A bundle line: its components are lines within, taken from the bundle if absent."""
    detail = line["GroupLineDetail"]
    item = check_item(ledger, detail.get("GroupItemRef"), form, kept)
    if item is None or item.get("Type") != "Group":
        raise faults.missing_reference("Items", (detail.get("GroupItemRef") or {}).get("value", ""))
    if not detail.get("Line"):
        parts = (item.get("ItemGroupDetail") or {}).get("ItemGroupLine") or []
        detail["Line"] = [_component(ledger, part, detail.get("Quantity", 1)) for part in parts]
    for each in detail["Line"]:
        _check_line(ledger, each, form, kept)
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


def _total(ledger: Ledger, record: Record, before: Record | None) -> None:
    """TotalAmt, the subtotal line and the tax of a form.

    The subtotal stands behind the lines that it sums up and before the discounts.
    """
    items = [each for each in record["Line"] if each["DetailType"] != "DiscountLineDetail"]
    discounts = [each for each in record["Line"] if each["DetailType"] == "DiscountLineDetail"]
    tax = taxation.settle(ledger, record, before)
    subtotal, discount = summed(record["Line"])
    sum_line = {"DetailType": "SubTotalLineDetail", "Amount": number(subtotal)}
    record["Line"] = [*items, {**sum_line, "SubTotalLineDetail": {}}, *discounts]
    record["TotalAmt"] = number(subtotal - discount + tax)


def _copy_addresses(ledger: Ledger, record: Record) -> None:
    """A form without addresses takes the customer's."""
    customer_id = (record.get("CustomerRef") or {}).get("value")
    customer = ledger.store.get("Customer", customer_id) if customer_id else None
    for field in ("BillAddr", "ShipAddr"):
        if customer and not record.get(field) and customer.get(field):
            record[field] = customer[field]
