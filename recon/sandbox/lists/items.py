"""Items: types and what may become of them, the accounts each type needs, categories.

Source: Intuit, Item entity page, Error codes 2120, 2020, 6430; UI and integrators' reports on which
types can be converted, read 2026-11-22.
"""

from __future__ import annotations

from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts

_TYPES = frozenset({"Inventory", "Service", "NonInventory", "Category", "Group"})
# Sold as a service or not is a change of mind; to count stock of it is a step with no way back.
_CONVERSIONS = frozenset(
    {
        ("Service", "NonInventory"),
        ("NonInventory", "Service"),
        ("Service", "Inventory"),
        ("NonInventory", "Inventory"),
    }
)
_INCOME = ("Income", "Other Income", accounts.CURRENT_LIABILITY, "Expense", "Cost of Goods Sold")
_CATEGORY_ONLY = ("UnitPrice", "IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef")


def settle(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Check an item's type and its accounts.

    Raises:
        Fault: 2120 for an unknown type, 500 for a bundle, 6000 for a conversion that there is
            not, 2020 for what its type needs, 2500 and 6430 for its accounts.
    """
    type_ = record["Type"] = _checked_type(record, before)
    if type_ == "Category":
        # python-quickbooks sends a price of 0 for every item.
        for field in _CATEGORY_ONLY:
            record.pop(field, None)
    if type_ in {"Category", "Group"}:
        return
    if not record.get("IncomeAccountRef") and not record.get("ExpenseAccountRef"):
        raise faults.required("IncomeAccountRef")
    if type_ == "Inventory":
        _check_inventory(ledger, record, before)
    _check_account(ledger, "IncomeAccountRef", record, before, *_INCOME)
    _check_account(ledger, "ExpenseAccountRef", record, before)


def _check_account(
    ledger: Ledger, field: str, record: Record, before: Record | None, *types: str
) -> None:
    """Check the account of an item, unless it is the one that it had: that may stay."""
    reference, was = record.get(field), (before or {}).get(field) or {}
    if reference and reference["value"] != was.get("value"):
        accounts.checked(ledger, reference, *types)


def _checked_type(record: Record, before: Record | None) -> str:
    """The type that an item is to have, if it can become that."""
    was = before.get("Type") if before else None
    type_ = record.get("Type") or was
    if type_ is None:
        type_ = "Inventory" if record.get("TrackQtyOnHand") else "Service"
    if type_ not in _TYPES:
        raise faults.fault("2120", f"Invalid item type. Supplied value:{type_}", "Type")
    if "Group" in {type_, was}:
        operation = "update" if was == "Group" else "create"
        raise faults.fault("500", f"Operation {operation} Group is not supported.")
    if was and type_ != was and (was, type_) not in _CONVERSIONS:
        raise faults.business(f"You cannot change the type of this item from {was} to {type_}.")
    return str(type_)


def _check_inventory(ledger: Ledger, record: Record, before: Record | None) -> None:
    if before and before.get("TrackQtyOnHand") and record.get("TrackQtyOnHand") is False:
        raise faults.business("You cannot stop tracking the quantity of this item.")
    record["TrackQtyOnHand"] = True
    if not record.get("AssetAccountRef"):
        said = (
            "Required parameter is missing in the request. An inventory assetaccount is required "
            "if you are tracking inventory quantities for this product."
        )
        raise faults.fault("2020", said, "AssetAccountRef")
    for field in ("IncomeAccountRef", "ExpenseAccountRef", "InvStartDate"):
        if not record.get(field):
            raise faults.required(field)
    quantity: Any = record.get("QtyOnHand")
    if quantity is None:
        if before is None or before.get("Type") != "Inventory":
            raise faults.required("QtyOnHand")
        record["QtyOnHand"] = before.get("QtyOnHand", 0)
    _check_account(ledger, "AssetAccountRef", record, before, accounts.CURRENT_ASSET)
    _check_account(ledger, "ExpenseAccountRef", record, before, "Cost of Goods Sold", "Expense")
