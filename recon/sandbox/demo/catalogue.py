"""The price list on both sides, with the things that are called or kept differently."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from recon.sandbox.demo.chart import (
    COST_OF_GOODS,
    INVENTORY_ASSET,
    PRODUCT_INCOME,
    SERVICE_INCOME,
    account_ref,
)
from recon.sandbox.demo.money import number
from recon.sandbox.demo.sales import Product
from recon.sandbox.demo.vocabulary import table

if TYPE_CHECKING:
    from recon.sandbox.company import Record
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
        qbo_only: things that only QuickBooks knows.
    """

    clean: list[Product] = field(default_factory=list)
    troubled: list[tuple[str, Product]] = field(default_factory=list)
    qbo_only: list[Product] = field(default_factory=list)


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
        rows = table("items")
        for category, name, kind, price, taxed, notes in rows[: 58 + round(20 * larger)]:
            product = self._both(name, name, kind, Decimal(price), taxed == "yes", notes, category)
            self.prices.clean.append(product)
        for row in table("items_near")[: 10 + round(4 * larger)]:
            self._near_miss(*row)
        held = table("items_held")
        for how, key, price, taxed, notes in held[: len(held) if larger > 1 else 12]:
            plain = self._product(key, "Service", Decimal(price), taxed == "yes", notes)
            getattr(self, f"_{how}")(plain)
        for name, cost in (("Services", "65.00"), ("Hours", "65.00"), ("Late Fee", "25.00")):
            item = self.item(name, "Service", Decimal(cost), taxed=False)
            product = self._product("", "Service", Decimal(cost), taxed=False, notes=name)
            self.prices.qbo_only.append(self._linked(product, item))
        return self.prices

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

    def item(
        self, name: str, kind: str, price: Decimal, *, taxed: bool, category: str = "", **more: Any
    ) -> Record:
        """A QuickBooks item, in a category or on the top level."""
        income = SERVICE_INCOME if kind == "Service" else PRODUCT_INCOME
        body: Record = {
            "Name": name,
            "FullyQualifiedName": f"{category}:{name}" if category else name,
            "Type": kind,
            "Active": True,
            "Taxable": taxed,
            "UnitPrice": number(price),
            "IncomeAccountRef": account_ref(income),
            "TrackQtyOnHand": kind == "Inventory",
            "SubItem": bool(category),
        }
        if category:
            parent = self.category(category)
            body["ParentRef"] = {"value": parent["Id"], "name": category}
            body["Level"] = 1
        if kind == "Inventory":
            body |= {
                "QtyOnHand": 400,
                "InvStartDate": STOCK_SINCE.isoformat(),
                "AssetAccountRef": account_ref(INVENTORY_ASSET),
                "ExpenseAccountRef": account_ref(COST_OF_GOODS),
                "PurchaseCost": number(price / 2),
            }
        body |= more
        return self.ledger.add("Item", body)

    def _thing(self) -> str:
        self.things += 1
        return f"thing-{self.things:04d}"

    def _product(
        self, key: str, kind: str, price: Decimal, taxed: bool, notes: str, thing: str = ""
    ) -> Product:
        """A thing; written into the app when it has a key."""
        thing = thing or self._thing()
        product = Product(thing, key, "", "", kind, price, taxed, notes)
        if key:
            self.desk.product(product, LOCAL_TAX)
            self.truth.thing_of_product[key] = thing
        return product

    def _linked(self, product: Product, item: Record, since: date | None = None) -> Product:
        """The thing, known to be this QuickBooks item."""
        self.truth.thing_of_item[item["Id"]] = product.thing
        return Product(
            product.thing,
            product.key,
            item["Id"],
            item["FullyQualifiedName"],
            item["Type"],
            product.price,
            product.taxed,
            product.notes,
            since,
        )

    def _both(  # noqa: PLR0913 - one argument per column of the word list
        self, key: str, name: str, kind: str, price: Decimal, taxed: bool, notes: str, category: str
    ) -> Product:
        product = self._product(key, kind, price, taxed, notes)
        item = self.item(name, kind, price, taxed=taxed, category=category, Description=notes)
        return self._linked(product, item)

    def _keep(self, trouble: str, product: Product, items: list[Record], note: str) -> None:
        """Take a troubled thing into the price list and say what is wrong with it."""
        self.prices.troubled.append((trouble, product))
        qbo = " | ".join(f"Item:{item['Id']}" for item in items)
        self.truth.plant(trouble, f"product:{product.key}", qbo, note)

    def _near_miss(  # noqa: PLR0913 - one argument per column of the word list
        self, kind: str, key: str, name: str, category: str, price: str, taxed: str, notes: str
    ) -> None:
        product = self._both(key, name, "Service", Decimal(price), taxed == "yes", notes, category)
        item = self.ledger.records["Item"][-1]
        self._keep("near_miss_product_name", product, [item], f"{kind}: {key!r} is {name!r}")

    def _category(self, plain: Product) -> None:
        held = self.category(plain.key)
        self.item(
            f"{plain.key} Materials", "NonInventory", plain.price, taxed=True, category=plain.key
        )
        self.truth.thing_of_item[self.ledger.records["Item"][-1]["Id"]] = self._thing()
        note = "the name is held by a category, which is no item to sell"
        self._keep("item_name_held_by_category_or_group", plain, [held], note)

    def _group(self, plain: Product) -> None:
        parts = self.prices.clean[3:5]
        lines = [
            {
                "Qty": 1,
                "ItemRef": {"value": part.item_id, "name": part.item_name, "type": part.kind},
            }
            for part in parts
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

    def _inactive(self, plain: Product) -> None:
        item = self.item(
            plain.key,
            "Service",
            plain.price,
            taxed=plain.taxed,
            Active=False,
            Description=plain.notes,
        )
        note = "the item is inactive and keeps its name"
        self._keep("inactive_item", self._linked(plain, item), [item], note)

    def _leaf(self, plain: Product) -> None:
        first, second = (
            self.item(plain.key, "Service", plain.price, taxed=plain.taxed, category=category)
            for category in ("Irrigation", "Heating and Cooling")
        )
        self.truth.thing_of_item[second["Id"]] = self._thing()
        note = "two categories have an item of this name; the app's product is the first"
        self._keep("item_leaf_name_ambiguous", self._linked(plain, first), [first, second], note)

    def _late(self, plain: Product) -> None:
        start = LATE_STOCK_SINCE
        item = self.item(
            plain.key,
            "Inventory",
            plain.price,
            taxed=plain.taxed,
            QtyOnHand=60,
            InvStartDate=start.isoformat(),
        )
        product = self._linked(plain, item, start)
        note = f"stock is kept as of {start}; the app sold it before"
        self._keep("inventory_start_after_invoice", product, [item], note)

    def _duplicate(self, plain: Product) -> None:
        item = self.item(plain.key, "Service", plain.price, taxed=plain.taxed)
        other_key = (
            plain.key.replace(" and ", " + ").replace("Panel", "Panels").replace("er L", "er-L")
        )
        self._product(other_key, "Service", plain.price, plain.taxed, plain.notes, plain.thing)
        product = self._linked(plain, item)
        twin = Product(
            product.thing,
            other_key,
            item["Id"],
            item["Name"],
            "Service",
            plain.price,
            plain.taxed,
            plain.notes,
        )
        self.prices.troubled.append(("item_dup_name", twin))
        self.truth.plant(
            "item_dup_name",
            f"product:{plain.key} | product:{other_key}",
            f"Item:{item['Id']}",
            "the app has the thing twice",
        )
