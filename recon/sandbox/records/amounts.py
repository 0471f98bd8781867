"""Money inside the sandbox: whole ten-thousandths, so that sums are exact."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_CENT = Decimal("0.01")


def units(value: Any) -> int:
    """The JSON number (or numeric text) in ten-thousandths; nothing counts as zero."""
    if isinstance(value, str):
        return round(Decimal(value) * 10_000) if value else 0
    return round(value * 10_000) if value else 0


def number(amount: int) -> float:
    """The JSON number that stands for so many ten-thousandths."""
    return amount / 10_000


def product(quantity: Any, price: Any) -> int:
    """Quantity times price, rounded half up to cents, in ten-thousandths."""
    exact = Decimal(str(quantity)) * Decimal(str(price))
    return units(str(exact.quantize(_CENT, ROUND_HALF_UP)))


def percentage(amount: int, percent: Any) -> int:
    """So many per cent of an amount, rounded half up to cents, in ten-thousandths."""
    exact = Decimal(amount) * Decimal(str(percent)) / 1_000_000
    return units(str(exact.quantize(_CENT, ROUND_HALF_UP)))


def excluding(gross: int, percent: Any) -> int:
    """What is net of an amount that includes so many per cent, rounded half up to cents."""
    exact = Decimal(gross) / (100 + Decimal(str(percent))) / 100
    return units(str(exact.quantize(_CENT, ROUND_HALF_UP)))


def times(amount: int, rate: Any) -> int:
    """An amount at an exchange rate, rounded half up to cents, in ten-thousandths."""
    exact = Decimal(amount) * Decimal(str(rate)) / 10_000
    return units(str(exact.quantize(_CENT, ROUND_HALF_UP)))
