"""Stock: how many of an inventory item are on hand.

Quantities follow sales, purchases and adjustments. What they cost is not kept: reports work it out.

Source: Intuit, Item and InventoryAdjustment entity pages, Error codes 6270, 6520, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.records.entities import entity
from recon.sandbox.transactions.shared import check_item, detail_of, number_lines

SIGNS = {
    "Invoice": -1,
    "SalesReceipt": -1,
    "CreditMemo": 1,
    "RefundReceipt": 1,
    "Bill": 1,
    "VendorCredit": -1,
    "Purchase": 1,
    "InventoryAdjustment": 1,
}
_BOUGHT = frozenset({"Bill", "Purchase"})


def move(ledger: Ledger, name: str, record: Record | None, before: Record | None) -> None:
    """Take back what a transaction did to quantities and do it as it is now (None: it is gone)."""
    if name not in SIGNS:
        return
    moved: dict[str, float] = {}
    for each, sign in ((before, -1), (record, 1)):
        for item_id, quantity, _ in moves(name, each or {}):
            moved[item_id] = moved.get(item_id, 0) + sign * quantity
    for item_id, quantity in moved.items():
        item = ledger.store.get("Item", item_id) if quantity else None
        if item is not None and item.get("Type") == "Inventory":
            item["QtyOnHand"] = round(item.get("QtyOnHand", 0) + quantity, 6)
            ledger.store.put("Item", item)


def moves(name: str, record: Record) -> Iterator[tuple[str, float, float | None]]:
    """What a transaction adds to items, or takes of them: (item, quantity, cost of a piece).

    The cost is known only where it is bought.
    """
    sign = SIGNS[name] * (-1 if record.get("Credit") else 1)
    for item_id, quantity, amount in _quantities(record.get("Line") or []):
        bought = name in _BOUGHT and sign * quantity > 0
        yield item_id, sign * quantity, amount / quantity if bought else None


def _quantities(lines: list[Record]) -> Iterator[tuple[str, float, float]]:
    """Items, quantities and amounts of lines, those inside bundles too."""
    for line in lines:
        detail = line.get(line.get("DetailType") or "") or {}
        yield from _quantities(detail.get("Line") or [])
        item_id = (detail.get("ItemRef") or {}).get("value")
        quantity = detail.get("Qty", detail.get("QtyDiff"))
        if item_id and quantity:
            yield item_id, float(quantity), float(line.get("Amount") or 0)


def settle_adjustment(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Check an inventory adjustment: stock items, and by how many they change.

    Raises:
        Fault: 2250, 6520 for a line without quantity, 2500 for an item that is no stock, 6270.
    """
    accounts.checked(ledger, record["AdjustAccountRef"])
    record["Line"] = number_lines(record.get("Line") or [], before)
    if not record["Line"]:
        raise faults.fault("2250", "You must enter at least one split line.", "Line")
    for line in record["Line"]:
        line.setdefault("DetailType", "ItemAdjustmentLineDetail")
        detail = detail_of(line)
        item = check_item(ledger, detail.get("ItemRef"), record)
        if item is None or item.get("Type") != "Inventory":
            wanted = (detail.get("ItemRef") or {}).get("value", "")
            raise faults.missing_reference("Items", wanted)
        if detail.get("QtyDiff") is None:
            said = "The tracked inventory item must have a quantity."
            raise faults.fault("6520", said, "QtyDiff")


def adjust(ledger: Ledger, item: Record, before: Record) -> Record | None:
    """The adjustment that QuickBooks records when somebody sets an item's quantity.

    Source: Intuit, Item entity page ("changing QtyOnHand or InvStartDate … adjustments"), read
        2026-11-22.
    """
    difference = _difference(item, before)
    if not difference:
        return None
    detail = {
        "ItemRef": {"value": item["Id"], "name": item["FullyQualifiedName"]},
        "QtyDiff": difference,
    }
    line = {
        "Id": "1",
        "LineNum": 1,
        "DetailType": "ItemAdjustmentLineDetail",
        "ItemAdjustmentLineDetail": detail,
    }
    adjustment: Record = {
        "TxnDate": item.get("InvStartDate") or ledger.today(),
        "AdjustAccountRef": accounts.default(ledger, "SuppliesMaterialsCogs"),
        "Line": [line],
        "PrivateNote": "Created by QB Online to adjust the quantity on hand",
    }
    ledger.touch(adjustment, None)
    adjustment["Id"] = str(ledger.store.next(entity("InventoryAdjustment").ids))
    ledger.store.put("InventoryAdjustment", adjustment)
    return adjustment


def _difference(item: Record, before: Record) -> float:
    if item.get("Type") != "Inventory" or before.get("Type") != "Inventory":
        return 0
    new: Any = item.get("QtyOnHand", 0)
    return round(float(new) - float(before.get("QtyOnHand", 0)), 6)
