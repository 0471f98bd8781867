"""Dates and amounts of whole columns: how they are written is decided once, by all their cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from recon.counting import counted

DateOrder = Literal["dmy", "mdy"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_TIME = (
    r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
    r"(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
)
_YEAR_FIRST = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(?P<month>\d{2})(?P<day>\d{2}))" + _TIME
)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
_DAY_MONTH = re.compile(r"(\d{1,2})[-/. ]+([A-Za-z]+)\.?,?[-/. ]+(\d{4}|\d{2})" + _TIME)
_MONTH_DAY = re.compile(
    r"([A-Za-z]+)\.?[-/. ]+(\d{1,2})(?:st|nd|rd|th)?,?[-/. ]+(\d{4}|\d{2})" + _TIME
)
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """The cells of one column in one notation.

    Attributes:
        values: as many as there were cells; empty where there was none or none could be read.
        problems: position of a cell that could not be read to the reason, in words.
        notes: what was decided and a person should know.
    """

    values: list[str]
    problems: Mapping[int, str]
    notes: tuple[str, ...] = ()


def date_orders(cells: Iterable[str]) -> set[DateOrder]:
    """The orders that some cell of a column proves: 21/11/2026 can only be day first."""
    proven: set[DateOrder] = set()
    for cell in set(cells):
        match = _YEAR_LAST.fullmatch(_bare(cell))
        if match and match[2] == ".":
            proven.add("dmy")  # no country writes the month first with full stops
        elif match and int(match[1]) > 12 >= int(match[3]):
            proven.add("dmy")
        elif match and int(match[3]) > 12 >= int(match[1]):
            proven.add("mdy")
    return proven


def unclear_dates(cells: Iterable[str]) -> list[str]:
    """The cells that are two different days, by whether day or month comes first."""
    return [
        cell
        for cell in cells
        if (match := _YEAR_LAST.fullmatch(_bare(cell)))
        and int(match[1]) != int(match[3])
        and max(int(match[1]), int(match[3])) <= 12
        and match[2] != "."
    ]


def iso_dates(cells: Sequence[str], order: DateOrder | None) -> Column:
    """Dates as year-month-day, times left off.

    Args:
        cells: one column.
        order: how dates like 03/04/2026 are read; None when the column itself is of two minds,
            they are problems then.
    """
    seen: dict[str, str | None] = {}
    values, problems = [], {}
    for at, cell in enumerate(cells):
        if cell not in seen:
            seen[cell] = _iso(cell, order)
        found = seen[cell]
        values.append(found or "")
        if found is None:
            problems[at] = f'"{cell[:40]}" is not a date that can be read for certain'
    return Column(values, problems)


def _bare(cell: str) -> str:
    return _WEEKDAY.sub("", cell.strip(), count=1)


def _iso(cell: str, order: DateOrder | None) -> str | None:
    """The date, empty for an empty cell, None when it is no date or unclear."""
    bare = _bare(cell)
    if not bare:
        return ""
    parts = _parts(bare, order)
    return None if parts is None else _date(*parts)


def _parts(bare: str, order: DateOrder | None) -> tuple[str, str, str] | None:
    """Year, month and day of a date as it is written."""
    if match := _YEAR_FIRST.fullmatch(bare):
        return match[1], match[3] or match["month"], match[4] or match["day"]
    if match := _DAY_MONTH.fullmatch(bare):
        return match[3], _month(match[2]), match[1]
    if match := _MONTH_DAY.fullmatch(bare):
        return match[3], _month(match[1]), match[2]
    match = _YEAR_LAST.fullmatch(bare)
    return None if match is None else _in_order(match, order)


def _in_order(match: re.Match[str], order: DateOrder | None) -> tuple[str, str, str] | None:
    first, second, year = match[1], match[3], match[4]
    if int(first) > 12 or match[2] == "." or int(first) == int(second) or order == "dmy":
        day_first = int(second) <= 12
    elif int(second) > 12 or order == "mdy":
        day_first = False
    else:
        return None
    return (year, second, first) if day_first else (year, first, second)


def _month(name: str) -> str:
    return str(_MONTHS.get(name.lower(), 0))


def _date(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)).isoformat()
    except ValueError:
        return None


_NUMBER = re.compile(r"(?P<digits>\d[\d.,' ]*|[.,]\d+)")
_PLAIN = re.compile(r"-?\d+(?:\.(?:\d{1,2}|\d{4,}))?")
"""What needs no second look; three places after a point could be thousands."""
_SPACES = re.compile("[\\s\u00a0\u2009\u202f]+")


def decimal_marks(cells: Iterable[str]) -> set[str]:
    """The decimal marks that some cell of a column proves: 1.234,50 can only be a comma."""
    marks = set()
    for cell in set(cells):
        if _PLAIN.fullmatch(cell):
            marks |= {"."} if "." in cell else set()
            continue
        digits = _digits(cell)
        if digits is not None and (mark := _proven_mark(digits[1])) is not None:
            marks.add(mark)
    return marks - {""}


def plain_amounts(cells: Sequence[str], marks: set[str]) -> Column:
    """Amounts in plain notation: "$1,234.50" as 1234.50, "(5.00)" and "5.00-" as -5.00.

    Args:
        cells: one column.
        marks: decimal marks that the column proves, or else the file's other columns.
    """
    mark = next(iter(marks)) if len(marks) == 1 else None
    seen: dict[str, tuple[str | None, bool]] = {}
    values: list[str] = []
    problems: dict[int, str] = {}
    assumed = 0
    for at, cell in enumerate(cells):
        if cell not in seen:
            seen[cell] = _plain(cell, mark, of_two_minds=len(marks) > 1)
        found, was_assumed = seen[cell]
        assumed += was_assumed
        values.append(found or "")
        if found is None:
            problems[at] = f'"{cell[:40]}" is not an amount that can be read for certain'
    notes = (
        (f"{counted(assumed, 'amount')} like 1,234 or 1.234, read with a decimal point.",)
        if assumed
        else ()
    )
    return Column(values, problems, notes)


def _digits(cell: str) -> tuple[str, str] | None:
    """Sign and digits with their separators, None when it is not written like an amount."""
    bare = _SPACES.sub(" ", cell).strip().replace("\N{MINUS SIGN}", "-")
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1] if negative else bare
    bare = "".join(c for c in bare if unicodedata.category(c) != "Sc").strip()
    bare = re.sub(r"^[A-Z]{3} |(?<=[\d ])[A-Z]{3}$", "", bare).strip().removesuffix("%").strip()
    sign = re.fullmatch(r"([+-]?) ?(.*?) ?(-?)", bare)
    if sign is None or (sign[1] and sign[3]):
        return None
    if not _NUMBER.fullmatch(sign[2]):
        return None
    minuses = negative + (sign[1] == "-") + (sign[3] == "-")
    return None if minuses > 1 else ("-" if minuses else "", sign[2].replace("'", " "))


def _proven_mark(digits: str) -> str | None:
    """The decimal mark of one amount, empty for none, None when it cannot be told."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        last = "." if digits.rfind(".") > digits.rfind(",") else ","
        return last if digits.count(last) == 1 else None
    if not points and not commas:
        return ""
    mark = "." if points else ","
    before, _, after = digits.rpartition(mark)
    if max(points, commas) > 1:
        return "," if mark == "." else "."  # 1.234.567 leaves only the other one
    if len(after) != 3 or before in {"", "0"} or len(before) > 3:
        return mark
    return None


def _plain(cell: str, mark: str | None, *, of_two_minds: bool) -> tuple[str | None, bool]:
    """The amount or None, and whether its decimal mark was assumed."""
    if not cell.strip():
        return "", False
    if mark != "," and _PLAIN.fullmatch(cell):
        return cell, False
    found = _digits(cell)
    own = _proven_mark(found[1]) if found else None
    assumed = own is None and mark is None
    if found is None or (assumed and of_two_minds):
        return None, False
    sign, digits = found
    plain = _joined(digits, own or mark or ".")
    return (None if plain is None else sign + plain), assumed


def _joined(digits: str, decimal_mark: str) -> str | None:
    """Digits without the separators of their groups, None when the groups make no sense."""
    whole, _, fraction = digits.partition(decimal_mark)
    groups = re.split(r"[ .,]", whole)
    if len(groups) > 1 and not (
        0 < len(groups[0]) <= 3 and all(2 <= len(group) <= 3 for group in groups[1:])
    ):
        return None
    if fraction and not fraction.isdigit():
        return None
    return f"{''.join(groups) or '0'}.{fraction}".removesuffix(".")
