"""Money and dates of the demo company."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal

TODAY = date(2026, 11, 20)
FIRST_DAY = date(2025, 5, 20)
BOOKS_CLOSED = date(2025, 12, 31)
HAND_ENTRY_END = date(2026, 8, 31)
"""Until then the bookkeeper copied most invoices and payments into QuickBooks by hand."""

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """An amount rounded half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def number(amount: Decimal) -> float:
    """The JSON number of an amount; two decimals survive the way there and back."""
    return float(amount)


def amount_of(value: float | Decimal | str) -> Decimal:
    """The amount that a JSON number or a text stands for, exact to the cent."""
    return cents(Decimal(str(value)))


def epoch(day: date) -> int:
    """Noon of a day, in seconds since 1970, as the app stamps its records."""
    return int(datetime.combine(day, time(12), UTC).timestamp())


def stamp(day: date) -> dict[str, str]:
    """The MetaData of a QuickBooks record entered on a day."""
    text = f"{day.isoformat()}T09:30:00-08:00"
    return {"CreateTime": text, "LastUpdatedTime": text}
