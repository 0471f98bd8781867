"""What a report is asked to cover: days, basis, columns, and what it is limited to.

Source: Intuit, Reports entity pages (query parameters of ProfitAndLoss, AgedReceivables and
TransactionList), read 2026-11-26.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from recon.sandbox import faults
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.reports.split import SPLITS

_SPANS = ("Total", "Days", "Week", "Month", "Quarter", "Year")
# Parameters that limit a report to lines with one of these ids.
_LIMITS = {
    "class": "Classes",
    "department": "Departments",
    "item": "ProductsAndServices",
    "employee": "Employees",
}
_Span = tuple[date, date]


@dataclass(frozen=True)
class Period:
    """First and last day of a report, and what else it was asked for.

    Attributes:
        party: the customers or vendors it is limited to; none for all.
        by: what it has a column for: "Total", spans of days ("Month"), or marks ("Classes").
        cash: sales and bills count when they are paid.
        only: ids that lines are limited to, by kind of mark.
        accounts: ids of the accounts it is limited to; none for all.
    """

    start: str
    end: str
    party: frozenset[str] = frozenset()
    by: str = "Total"
    cash: bool = False
    only: tuple[tuple[str, frozenset[str]], ...] = ()
    accounts: frozenset[str] = frozenset()


def period(ledger: Ledger, params: Mapping[str, str]) -> Period:
    """What the parameters of a report's address say.

    Raises:
        Fault: 2060 for a day that is none, 2170 for a word that is not among those known.
    """
    today = date.fromisoformat(ledger.today())
    start, end = _macro(params.get("date_macro", ""), today, ledger.first_month())
    dates = {name: _day(params, name) for name in ("start_date", "end_date", "report_date")}
    return Period(
        start=dates["start_date"] or start.isoformat(),
        end=dates["end_date"] or dates["report_date"] or end.isoformat(),
        party=_ids(params, "customer") or _ids(params, "vendor"),
        by=_one_of(params, "summarize_column_by", (*_SPANS, *SPLITS), "Total"),
        cash=_one_of(params, "accounting_method", ("Accrual", "Cash"), "Accrual") == "Cash",
        only=tuple(
            (mark, _ids(params, name)) for name, mark in _LIMITS.items() if params.get(name)
        ),
        accounts=_ids(params, "account"),
    )


def _ids(params: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(filter(None, params.get(name, "").split(",")))


def _one_of(params: Mapping[str, str], name: str, known: tuple[str, ...], otherwise: str) -> str:
    """A word as it is known, whatever its case.

    Raises:
        Fault: 2170.
    """
    asked = params.get(name) or otherwise
    found = next((each for each in known if each.lower() == asked.lower()), None)
    if found is None:
        raise faults.fault("2170", f"Invalid Enumeration : {asked}", name)
    return found


def _day(params: Mapping[str, str], name: str) -> str:
    """A date that is asked for, "" for none.

    Raises:
        Fault: 2060.
    """
    text = params.get(name, "")
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        raise faults.fault("2060", f"Supplied value:{text}", name) from None


def year_start(day: date, first_month: int) -> date:
    """The first day of the fiscal year that a day falls in."""
    year = day.year if day.month >= first_month else day.year - 1
    return date(max(year, date.min.year), first_month, 1)


def _macro(text: str, today: date, first_month: int) -> _Span:
    """First and last day of a date macro; without one, the fiscal year to date.

    Raises:
        Fault: 2170 for a macro that nobody knows.
    """
    macro = text.lower()
    to_date = macro.endswith("-to-date")
    words = macro.removesuffix("-to-date").replace("fiscal ", "").replace("calendar ", "").split()
    if not macro:
        return year_start(today, first_month), today
    if macro == "all":
        return date.min, date.max
    if macro in {"today", "yesterday"}:
        day = today - timedelta(days=macro == "yesterday")
        return day, day
    ways = {"this": 0, "last": -1, "next": 1}
    if macro == "next 4 weeks":
        first = _shifted(today, "week", 1, first_month)[0]
        return first, first + timedelta(days=27)
    if len(words) == 2 and words[0] in ways and words[1] in {"week", "month", "quarter", "year"}:
        first, last = _shifted(today, words[1], ways[words[0]], first_month)
        if to_date:
            began = _shifted(today, words[1], 0, first_month)[0]
            last = min(last, first + (today - began))
        return first, last
    raise faults.fault("2170", f"Invalid Enumeration : {text}", "date_macro")


def _shifted(today: date, unit: str, by: int, first_month: int) -> _Span:
    """The week (from Sunday), month, quarter or year so many after the one that today falls in."""
    if unit == "week":
        first = today - timedelta(days=(today.weekday() + 1) % 7) + timedelta(weeks=by)
        return first, first + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    since = (today.month - first_month) % 12
    at = today.year * 12 + today.month - 1 - since % months + by * months
    end = at + months - 1
    last = monthrange(end // 12, end % 12 + 1)[1]
    return date(at // 12, at % 12 + 1, 1), date(end // 12, end % 12 + 1, last)
