"""How long what is open has been due, in spans of days.

Source: Intuit, Reports (AgedReceivables, AgedReceivableDetail) entity pages (aging_period,
num_periods, aging_method), read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recon.sandbox import faults

_MOST = {"aging_period": 365, "num_periods": 100}


@dataclass(frozen=True)
class Aging:
    """Spans of so many days each, the last one without an end.

    Attributes:
        days: length of a span.
        spans: how many of them.
        today: days are counted up to today instead of the last day of the report.
    """

    days: int = 30
    spans: int = 4
    today: bool = False

    @property
    def titles(self) -> tuple[str, ...]:
        """What stands above each span, from what is not due yet on."""
        starts = [number * self.days + 1 for number in range(self.spans)]
        bounded = [f"{first} - {first + self.days - 1}" for first in starts[:-1]]
        return ("Current", *bounded, f"{starts[-1]} and over")

    def place(self, days_late: int) -> int:
        """Which span an amount falls in that is so many days overdue."""
        return 0 if days_late <= 0 else min((days_late - 1) // self.days + 1, self.spans)


def aging(params: Mapping[str, str]) -> Aging:
    """The spans that a report is asked for.

    Raises:
        Fault: 2090 for a number that is none, 2170 for a method that nobody knows.
    """
    method = (params.get("aging_method") or "Report_Date").lower()
    if method not in {"report_date", "current"}:
        raise faults.fault("2170", f"Invalid Enumeration : {method}", "aging_method")
    days, spans = _count(params, "aging_period", 30), _count(params, "num_periods", 4)
    return Aging(days, spans, method == "current")


def _count(params: Mapping[str, str], name: str, otherwise: int) -> int:
    text = params.get(name) or str(otherwise)
    if not text.isdecimal() or not 1 <= int(text) <= _MOST[name]:
        raise faults.fault("2090", f"Supplied value:{text}", name)
    return int(text)
