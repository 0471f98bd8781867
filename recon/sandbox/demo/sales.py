"""A sale before it is written down on either side: what was sold, when, at what tax."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from recon.sandbox.demo.chart import RATES
from recon.sandbox.demo.money import cents

NO_MONEY = Decimal("0.00")


@dataclass(frozen=True)
class Product:
    """One thing on the price list.

    Attributes:
        thing: the label that truth speaks of.
        key: the product_key in the app; empty when the app does not know it.
        item_id: the Id of the QuickBooks item that is this thing; empty when there is none.
        kind: the QuickBooks type (Service, NonInventory, Inventory).
        since: the first day on which the QuickBooks item may be sold (inventory), if any.
        buyers: who buys it: "homes", "firms" or "all".
    """

    thing: str
    key: str
    item_id: str
    item_name: str
    kind: str
    price: Decimal
    taxed: bool
    notes: str
    since: date | None = None
    buyers: str = "all"


@dataclass(frozen=True)
class SaleLine:
    """One line of a sale; `key` is what the app's line says, as a rule the product's key."""

    product: Product
    quantity: Decimal
    key: str

    @property
    def price(self) -> Decimal:
        """Price of one."""
        return self.product.price

    @cached_property
    def amount(self) -> Decimal:
        """Quantity times price, to the cent."""
        return cents(self.quantity * self.product.price)

    @property
    def taxed(self) -> bool:
        """Whether sales tax is due on it."""
        return self.product.taxed

    @property
    def notes(self) -> str:
        """The text on the invoice."""
        return self.product.notes


@dataclass(frozen=True)
class Sale:
    """One sale.

    Attributes:
        tax: name of the sales tax, empty when exempt.
    """

    day: date
    lines: tuple[SaleLine, ...]
    tax: str
    memo: str = ""
    days_to_pay: int = 30

    @cached_property
    def subtotal(self) -> Decimal:
        """What the lines come to."""
        return sum((line.amount for line in self.lines), NO_MONEY)

    @cached_property
    def taxable(self) -> Decimal:
        """What the taxed lines come to; nothing for an exempt client."""
        if not self.tax:
            return NO_MONEY
        return sum((line.amount for line in self.lines if line.taxed), NO_MONEY)

    @cached_property
    def tax_total(self) -> Decimal:
        """The sales tax, to the cent."""
        return cents(self.taxable * self.rate / 100)

    @property
    def rate(self) -> Decimal:
        """Per cent of sales tax."""
        return RATES[self.tax] if self.tax else NO_MONEY

    @cached_property
    def total(self) -> Decimal:
        """What the client owes."""
        return self.subtotal + self.tax_total

    @property
    def due(self) -> date:
        """The day by which it is to be paid."""
        return self.day + timedelta(days=self.days_to_pay)

    def line_taxes(self) -> list[Decimal]:
        """The tax of each line, to the cent; the last taxed line takes the rounding."""
        taxes = [
            cents(line.amount * self.rate / 100) if line.taxed and self.tax else NO_MONEY
            for line in self.lines
        ]
        for position in range(len(taxes) - 1, -1, -1):
            if taxes[position]:
                taxes[position] += self.tax_total - sum(taxes, NO_MONEY)
                break
        return taxes
