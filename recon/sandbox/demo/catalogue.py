"""The price list on both sides, with the things that are called or kept differently."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from recon.sandbox.demo.chart import (
    COST_OF_GOODS,
    INVENTORY_ASSET,
    PRODUCT_INCOME,
    SERVICE_INCOME,
    account_ref,
)
from recon.sandbox.demo.money import cents, number
from recon.sandbox.demo.sales import Product
from recon.sandbox.demo.vocabulary import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from recon.sandbox.books.company import Record
    from recon.sandbox.demo.desk import Desk
    from recon.sandbox.demo.ledger import Ledger
    from recon.sandbox.demo.truth import Truth

STOCK_SINCE = date(2025, 1, 1)
LATE_STOCK_SINCE = date(2026, 10, 5)
LOCAL_TAX = "Travis County 8.25"


@dataclass
class PriceList:
    """What can be sold.

    Attributes:
        clean: things that both sides call alike.
        troubled: things with one planted trouble each, and its rule.
    """

    clean: list[Product] = field(default_factory=list)
    troubled: list[tuple[str, Product]] = field(default_factory=list)

    @cached_property
    def clean_by_buyer(self) -> dict[str, list[Product]]:
        """The clean things that "homes" and that "firms" buy; read when the list is complete."""
        return {
            buyers: [product for product in self.clean if product.buyers in ("all", buyers)]
            for buyers in ("homes", "firms")
        }


@dataclass
class Catalogue:
    """Writes the price list into QuickBooks and the app."""

    ledger: Ledger
    desk: Desk
    truth: Truth
    prices: PriceList = field(default_factory=PriceList)
    categories: dict[str, Record] = field(default_factory=dict)
    things: int = 0

    def write(self, customers: int) -> PriceList:
        """Write a price list for a business of that size: some 80 things, slowly more."""
        larger = max(0.0, math.log10(customers / 300))
        # What QuickBooks sets up itself comes first: item 1 is one that can be sold.
        for name, price in (("Services", "65.00"), ("Hours", "65.00"), ("Late Fee", "25.00")):
            product = self._product("", "Service", Decimal(price), "no", name)
            self._linked(product, self.item(name, product))
        for category, *row in table("items")[: 58 + round(20 * larger)]:
            name, kind, price, taxed, buyers, notes = row
            product = self._product(name, kind, Decimal(price), taxed, notes)
            item = self.item(name, product, category, Description=notes)
            self.prices.clean.append(self._linked(replace(product, buyers=buyers), item))
        for kind, key, name, category, price, taxed, notes in self._near_misses(larger):
            product = self._product(key, "Service", Decimal(price), taxed, notes)
            item = self.item(name, product, category, Description=notes)
            note = f"{kind}: {key!r} is {name!r}"
            self._keep("near_miss_product_name", self._linked(product, item), [item], note)
        held = table("items_held")
        for how, key, price, taxed, notes in held if larger > 1 else held[:12]:
            self._hold(how, self._product(key, "Service", Decimal(price), taxed, notes))
        return self.prices

    @staticmethod
    def _near_misses(larger: float) -> tuple[tuple[str, ...], ...]:
        return table("items_near")[: 10 + round(4 * larger)]

    def _hold(self, how: str, plain: Product) -> None:
        """Give a thing of the app the trouble that the word list names."""
        holders: dict[str, Callable[[Product], None]] = {
            "category": self._held_by_category,
            "group": self._held_by_bundle,
            "inactive": self._held_by_inactive,
            "leaf": self._in_two_categories,
            "late": self._stocked_late,
            "duplicate": self._twice_in_app,
        }
        holders[how](plain)

    def category(self, name: str) -> Record:
        """The QuickBooks category of that name."""
        if name not in self.categories:
            self.categories[name] = self.ledger.add(
                "Item",
                {
                    "Name": name,
                    "FullyQualifiedName": name,
                    "Type": "Category",
                    "SubItem": False,
                    "Active": True,
                },
            )
        return self.categories[name]

    def item(self, name: str, product: Product, category: str = "", **more: Any) -> Record:
        """The QuickBooks item of a thing, in a category or on the top level."""
        income = SERVICE_INCOME if product.kind == "Service" else PRODUCT_INCOME
        body: Record = {
            "Name": name,
            "FullyQualifiedName": f"{category}:{name}" if category else name,
            "Type": product.kind,
            "Active": True,
            "Taxable": product.taxed,
            "UnitPrice": number(product.price),
            "IncomeAccountRef": account_ref(income),
            "TrackQtyOnHand": product.kind == "Inventory",
            "SubItem": bool(category),
        }
        if category:
            parent = self.category(category)
            body |= {"ParentRef": {"value": parent["Id"], "name": category}, "Level": 1}
        if product.kind == "Inventory":
            body |= {
                "QtyOnHand": 400,
                "InvStartDate": (product.since or STOCK_SINCE).isoformat(),
                "AssetAccountRef": account_ref(INVENTORY_ASSET),
                "ExpenseAccountRef": account_ref(COST_OF_GOODS),
                "PurchaseCost": number(cents(product.price / 2)),
            }
        return self.ledger.add("Item", body | more)

    def _thing(self) -> str:
        self.things += 1
        return f"thing-{self.things:04d}"

    def _product(self, key: str, kind: str, price: Decimal, taxed: str, notes: str) -> Product:
        """A new thing; the app sells it when it has a key."""
        product = Product(self._thing(), key, "", "", kind, price, taxed == "yes", notes)
        if key:
            self._in_app(product)
        return product

    def _in_app(self, product: Product) -> None:
        self.desk.product(product, LOCAL_TAX)
        self.truth.thing_of_product[product.key] = product.thing

    def _linked(self, product: Product, item: Record) -> Product:
        """The thing, known to be this QuickBooks item."""
        self.truth.thing_of_item[item["Id"]] = product.thing
        return replace(product, item_id=item["Id"], item_name=item["FullyQualifiedName"])

    def _keep(self, trouble: str, product: Product, items: list[Record], note: str) -> None:
        """Take a troubled thing into the price list and say what is wrong with it."""
        self.prices.troubled.append((trouble, product))
        qbo = " | ".join(f"Item:{item['Id']}" for item in items)
        self.truth.plant(trouble, f"product:{product.key}", qbo, note)

    def _held_by_category(self, plain: Product) -> None:
        held = self.category(plain.key)
        supplies = replace(plain, thing=self._thing(), kind="NonInventory")
        self._linked(supplies, self.item(f"{plain.key} Supplies", supplies, plain.key))
        note = "the name is held by a category, which is no item to sell"
        self._keep("item_name_held_by_category_or_group", plain, [held], note)

    def _held_by_bundle(self, plain: Product) -> None:
        lines = [
            {
                "Qty": 1,
                "ItemRef": {"value": part.item_id, "name": part.item_name, "type": part.kind},
            }
            for part in self.prices.clean[3:5]
        ]
        bundle = self.ledger.add(
            "Item",
            {
                "Name": plain.key,
                "FullyQualifiedName": plain.key,
                "Type": "Group",
                "Active": True,
                "Taxable": False,
                "PrintGroupedItems": False,
                "ItemGroupDetail": {"ItemGroupLine": lines},
            },
        )
        note = "the name is held by a bundle, which the app's look-up skips"
        self._keep("item_name_held_by_category_or_group", plain, [bundle], note)

    def _held_by_inactive(self, plain: Product) -> None:
        item = self.item(plain.key, plain, Active=False, Description=plain.notes)
        note = "the item is inactive and keeps its name"
        self._keep("inactive_item", self._linked(plain, item), [item], note)

    def _in_two_categories(self, plain: Product) -> None:
        first = self.item(plain.key, plain, "Irrigation")
        second = self.item(plain.key, plain, "Heating and Cooling")
        self._linked(replace(plain, thing=self._thing()), second)
        note = "two categories have an item of this name; the app's product is the first"
        self._keep("item_leaf_name_ambiguous", self._linked(plain, first), [first, second], note)

    def _stocked_late(self, plain: Product) -> None:
        late = replace(plain, kind="Inventory", since=LATE_STOCK_SINCE)
        item = self.item(plain.key, late, QtyOnHand=60)
        note = f"stock is kept as of {LATE_STOCK_SINCE}; the app sold it before"
        self._keep("inventory_start_after_invoice", self._linked(late, item), [item], note)

    def _twice_in_app(self, plain: Product) -> None:
        item = self.item(plain.key, plain)
        other = replace(self._linked(plain, item), key=_respelled(plain.key))
        self._in_app(other)
        self.prices.troubled.append(("item_dup_name", other))
        self.truth.plant(
            "item_dup_name",
            f"product:{plain.key} | product:{other.key}",
            f"Item:{item['Id']}",
            "the app has the thing twice",
        )


def _respelled(key: str) -> str:
    """A second spelling of a product, as somebody typed it who did not find the first."""
    return key.replace(" and ", " + ").replace("Panel", "Panels").replace(" Lid", "-Lid")
