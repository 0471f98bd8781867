"""Whether books show what a write promised.

A promise is `Write.expect`: a side and a table, the key of a row, and what that row shows, or that
no active row has that key any more (see `recon.plan.Write`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd

from recon.books import Books


@dataclass(frozen=True)
class Seen:
    """What the books show of one promise.

    Attributes:
        kept: whether it is as promised.
        says: what is otherwise, in words, without names; empty when nothing is.
    """

    kept: bool
    says: str = ""


def seen(
    expect: Mapping[str, Any], books: Books, leave_out: frozenset[str] = frozenset()
) -> Seen | None:
    """What the books show of a promise; None when there is nothing to see.

    Args:
        expect: the promise, its placeholders filled.
        books: tidied from a fresh pull.
        leave_out: columns that somebody else's promise is about.
    """
    if not expect:
        return None
    rows = _rows(expect, books)
    shows = expect.get("shows")
    if shows is None:
        left = rows[rows["active"].fillna(value=True)] if "active" in rows.columns else rows
        return Seen(kept=left.empty, says="" if left.empty else "It is still there and active.")
    if rows.empty:
        return Seen(kept=False, says="There is no such record.")
    row = rows.iloc[0]
    off = [
        column
        for column, value in shows.items()
        if column not in leave_out and not _same(row[column], value)
    ]
    return Seen(kept=not off, says=f"Not as promised: {', '.join(off)}." if off else "")


def _rows(expect: Mapping[str, Any], books: Books) -> pd.DataFrame:
    table: pd.DataFrame = getattr(getattr(books, expect["side"]), expect["table"])
    chosen = pd.Series(data=True, index=table.index)
    for column, value in expect["key"].items():
        values = table[column]
        chosen &= (values == value).fillna(value=False).astype(bool)
    return table[chosen]


def _same(shown: Any, promised: Any) -> bool:
    """Text, yes or no, a day or an amount, however each is written; missing and empty are one."""
    if shown is None or shown is pd.NA or shown is pd.NaT:
        return promised is None or promised == ""
    if isinstance(shown, pd.Timestamp):
        return shown.date().isoformat() == str(promised)
    if isinstance(shown, Decimal):
        try:
            return shown == Decimal(str(promised))
        except InvalidOperation:
            return False
    if isinstance(promised, bool):
        return bool(shown) == promised
    return str(shown) == str(promised if promised is not None else "")
