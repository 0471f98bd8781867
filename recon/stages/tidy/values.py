"""Values of raw records, read without guessing: what is not there is None, what is wrong raises."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from recon.books import Reject

Raw = dict[str, Any]
Row = dict[str, Any]
Rows = Iterator[tuple[str, Row]]
"""Rows of several tables, each with its table's name in `Side`."""

_MANY = 2**53
_TOO_LARGE = Decimal(10) ** 14  # decimal128(18, 4) holds fourteen digits before the point


def value(record: Raw, *path: str) -> Any:
    """What stands at `path` in nested records, None when any part of it is missing."""
    if len(path) == 1 and isinstance(record, dict):
        return record.get(path[0])
    found: Any = record
    for key in path:
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found


def text(record: Raw, *path: str) -> str | None:
    """Text at `path` exactly as it was sent; a number as its digits, empty text as None.

    Raises:
        ValueError: it is neither text nor a number, or half a character.
    """
    found = value(record, *path)
    if found is None or found == "":
        return None
    if not isinstance(found, str):
        if isinstance(found, bool) or not isinstance(found, (int, float, Decimal)):
            raise ValueError(f"{'.'.join(path)} is not text")  # noqa: TRY004  (one kind to catch)
        found = str(found)
    if not found.isascii():
        found.encode("utf-8")
    return found


def first_text(record: Raw, *paths: tuple[str, ...]) -> str | None:
    """The first of several places that holds text."""
    return next((found for path in paths if (found := text(record, *path)) is not None), None)


def amount(record: Raw, *path: str) -> Decimal | None:
    """An exact number at `path`.

    Raises:
        ValueError: it is no number, or larger than books ever hold.
    """
    found = value(record, *path)
    if found is None or found == "":
        return None
    try:
        # str() of a JSON float is what was sent; Decimal(float) would be its binary noise
        exact = Decimal(str(found).strip())
    except ArithmeticError as error:
        raise ValueError(f"{'.'.join(path)} is not a number") from error
    if not exact.is_finite() or abs(exact) >= _TOO_LARGE:
        raise ValueError(f"{'.'.join(path)} is not an amount that books hold")
    return exact


def day(record: Raw, *path: str) -> date | None:
    """A calendar date at `path`, written year-month-day.

    Raises:
        ValueError: it is not.
    """
    found = text(record, *path)
    if found is None:
        return None
    try:
        return date.fromisoformat(found[:10])
    except ValueError as error:
        raise ValueError(f"{'.'.join(path)} is not a date") from error


def moment(record: Raw, *path: str) -> datetime | None:
    """A moment at `path` in UTC; one without a zone is taken as UTC.

    Raises:
        ValueError: it is not one.
    """
    found = text(record, *path)
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(found)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{'.'.join(path)} is not a moment") from error


def flag(record: Raw, *path: str) -> bool | None:
    """Yes or no at `path`, as JSON or as the words and digits of exports.

    Raises:
        ValueError: it is neither.
    """
    found = value(record, *path)
    if found is None or found == "":
        return None
    word = str(found).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{'.'.join(path)} is neither yes nor no")


_YES = frozenset({"true", "yes", "y", "1", "active"})
_NO = frozenset({"false", "no", "n", "0", "inactive", "archived", "deleted"})


def children(record: Raw, *path: str) -> list[Raw]:
    """The nested records of a list at `path`; QuickBooks leaves empty lists out.

    Raises:
        ValueError: it is not a list of records.
    """
    found = value(record, *path)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(child, dict) for child in found):
        raise ValueError(f"{'.'.join(path)} is not a list of records")
    return found


def collect(
    tables: Mapping[str, list[Row]],
    source: str,
    records: Iterable[Raw],
    translate: Callable[[Raw], Rows],
) -> list[Reject]:
    """Append the rows of every record to `tables`, each record whole or not at all.

    Returns:
        One reject per record that could not be translated.
    """
    rejects = []
    for position, record in enumerate(records, start=1):
        try:
            rows = list(translate(record))
        except ValueError as error:
            rejects.append(_reject(source, position, record, str(error)))
        else:
            for name, row in rows:
                tables[name].append(row)
    return rejects


def _reject(source: str, position: int, record: Raw, why: str) -> Reject:
    return Reject(source, row_number(record) or position, str(record)[:500], why)


def row_number(record: Raw) -> int | None:
    """The line of the file that a record came from, None when it came from none."""
    row = value(record, "row")
    return row if isinstance(row, int) and 0 < row < _MANY else None


def numbered(key: str, taken: set[str]) -> str:
    """`key`, or `key#2`, `key#3` … when it is taken; the answer is taken from now on."""
    free, number = key, 1
    while free in taken:
        number += 1
        free = f"{key}#{number}"
    taken.add(free)
    return free
