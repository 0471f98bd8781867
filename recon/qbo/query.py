"""Queries in QuickBooks' language, built so that no value can break out of its quotes.

Source: Intuit, "Data queries" (backslash before an apostrophe; at most 1000 rows; every value may
be quoted), and python-quickbooks 0.9.12, whose own escaper leaves a backslash alone and so breaks
on a value that ends in one; read 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from recon.errors import ConfigError

PAGE = 1000

Condition = str | bool | Sequence[str] | Sequence[bool]

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def quoted(value: str) -> str:
    """`value` as a literal.

    Raises:
        ConfigError: it holds a control character, which no stored value can hold.
    """
    if _CONTROL.search(value):
        raise ConfigError("A value to look for holds a control character.")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def count(entity: str, where: Mapping[str, Condition] | None = None) -> str:
    """The statement that counts records."""
    return f"SELECT COUNT(*) FROM {_word(entity)}{_where(where or {})}"  # noqa: S608


def select(
    entity: str, where: Mapping[str, Condition] | None = None, *, start: int = 1, size: int = PAGE
) -> str:
    """The statement for one page of records, ordered so that pages do not overlap.

    Args:
        entity: QuickBooks' name ("Customer").
        where: field to value; several values mean any of them; all conditions must hold.
        start: first row, from 1.
        size: rows at most.
    """
    page = f"ORDERBY Id STARTPOSITION {int(start)} MAXRESULTS {int(size)}"
    return f"SELECT * FROM {_word(entity)}{_where(where or {})} {page}"  # noqa: S608


def _where(where: Mapping[str, Condition]) -> str:
    parts = [f"{_word(field)} {_asked(value)}" for field, value in where.items()]
    return f" WHERE {' AND '.join(parts)}" if parts else ""


def _asked(value: Condition) -> str:
    if isinstance(value, str | bool):
        return f"= {_literal(value)}"
    return f"IN ({', '.join(map(_literal, value))})"


def _literal(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else quoted(value)


def _word(name: str) -> str:
    if not _WORD.fullmatch(name):
        raise ConfigError(f"{name!r} is no name of a record or field.")
    return name
