"""Starting in the middle: which customers of QuickBooks an app's sync has made, and of whom twice.

Where the sync has run already, a customer that it made beside one that was there shows by its name,
which got a mark because the name was held, or by when it was made and how it is reached. The record
that the app made is the one that it goes by, and so the one that has to survive a merge.

Source: Workiz help, "Resolve now" adds a differentiator (John Smith - 2), its older knowledge base,
    the client's id behind the last name; Invoice Ninja open source, " (C)" behind a name that a
    vendor has; HoneyBook help, a new customer is called by name and e-mail; Spraye help, the old
    customer is merged into the new one; read 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import pandas as pd

from recon.books import Books
from recon.rules.names import unique_key, without_deleted

COLUMNS = ("ref", "name", "app_ref", "original_ref", "original_name", "how")
"""Of what `made_by_app` answers."""


@dataclass(frozen=True)
class Mark:
    """What an app puts behind a name that is held.

    Attributes:
        pattern: the whole name; `base` is the name without the mark, and one of `place` (which of
            the app's clients of that name it is), `client` (the client's number) or `email` says
            whose it is; without any it is the only client of that name.
        says: what it is, in words.
    """

    pattern: re.Pattern[str]
    says: str


def _mark(pattern: str, says: str) -> Mark:
    return Mark(re.compile(pattern), says)


MARKS: Mapping[str, tuple[Mark, ...]] = {
    "workiz": (
        _mark(r"(?P<base>.+) - (?P<place>[2-9]|[1-9]\d)", "Workiz put a number behind the name"),
        _mark(r"(?P<base>.+) (?P<client>\S+)", "Workiz put the client's number behind the name"),
    ),
    "invoiceninja": (
        _mark(r"(?P<base>.+) \(C\)", "Invoice Ninja put (C) behind a name that was held"),
    ),
    "generic_email": (
        _mark(r"(?P<base>.+) (?P<email>\S+@\S+)", "the app put the e-mail behind the name"),
    ),
}
"""App to its marks. Of the others none is published: theirs show by when they were made."""


def made_by_app(app: str, books: Books, since: datetime | None = None) -> pd.DataFrame:
    """The active customers that the app's sync has made beside another record.

    Args:
        app: the app's id.
        books: both sides, as they are now.
        since: when the sync was turned on, UTC; without it only marks count.

    Returns:
        `COLUMNS`: the customer that was made; the app's client whose it is, NA where nobody can
        tell; the record that was there before, NA where none is seen; and how it is known.
    """
    looking = _Looking(books, since)
    customers = books.qbo.customers
    found = []
    for row in _rows(customers[customers["active"]]):
        seen = looking.marked(row, MARKS.get(app, ())) or looking.younger(row)
        if seen is not None:
            found.append({"ref": row["ref"], "name": row["name"], **seen})
    return pd.DataFrame(found, columns=list(COLUMNS), dtype="string")


class _Looking:
    """Both sides by name, number and address."""

    def __init__(self, books: Books, since: datetime | None) -> None:
        self.since = since
        self.clients: dict[str, list[dict[str, Any]]] = {}
        for client in _rows(books.app.customers.sort_values("number", kind="stable")):
            self.clients.setdefault(unique_key(_text(client, "name")), []).append(client)
        held = books.qbo
        self.held = {
            unique_key(without_deleted(_text(row, "name"))): row
            for table in (held.employees, held.vendors, held.customers)
            for row in _rows(table)
        }
        self.older: dict[tuple[str, str], dict[str, Any]] = {}
        for row in _rows(held.customers):
            if row["active"] and not self.is_new(row):
                for way in _ways(row):
                    self.older.setdefault(way, row)

    def is_new(self, row: Mapping[str, Any]) -> bool:
        """Whether a customer was made after the sync was turned on."""
        made = row.get("created_at")
        return self.since is not None and not pd.isna(made) and made >= self.since

    def marked(self, row: Mapping[str, Any], marks: tuple[Mark, ...]) -> dict[str, Any] | None:
        """What a mark behind the name says of a customer; None without one."""
        for mark in marks:
            told = mark.pattern.fullmatch(_text(row, "name").strip())
            before = self.held.get(unique_key(told["base"])) if told else None
            if told is None or before is None or (self.since and not self.is_new(row)):
                continue
            whose = self._whose(told.groupdict())
            if whose:
                return {
                    "app_ref": whose,
                    "original_ref": before["ref"],
                    "original_name": before["name"],
                    "how": f"{mark.says} of {_text(before, 'name')}.",
                }
        return None

    def _whose(self, told: Mapping[str, str]) -> str:
        """The app's client that a marked name is of; empty for none."""
        named = self.clients.get(unique_key(told["base"]), [])
        if "place" in told:  # the first of a name needs no mark
            named = named[int(told["place"]) - 1 :][:1]
        elif "client" in told:
            named = [client for client in named if _text(client, "number") == told["client"]]
        elif "email" in told:
            email = told["email"].casefold()
            named = [client for client in named if _text(client, "email").casefold() == email]
        return str(named[0]["ref"]) if len(named) == 1 else ""

    def younger(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """What the moment at which it was made says of a customer; None when it says nothing."""
        if not self.is_new(row):
            return None
        for way in _ways(row):
            before = self.older.get(way)
            if before is not None and before["ref"] != row["ref"]:
                named = self.clients.get(unique_key(_text(row, "name")), [])
                return {
                    "app_ref": named[0]["ref"] if len(named) == 1 else pd.NA,
                    "original_ref": before["ref"],
                    "original_name": before["name"],
                    "how": f"Made after the sync was turned on, with the {way[0]} of "
                    f"{_text(before, 'name')}.",
                }
        return None


def _ways(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """How a customer is reached, best first: each with its word, in one notation."""
    if email := _text(row, "email").strip().casefold():
        yield "e-mail", email
    digits = re.sub(r"\D", "", _text(row, "phone"))[-10:]
    if len(digits) >= 7:
        yield "phone", digits
    street = re.sub(r"\W", "", _text(row, "address_line1").casefold())
    if street and (code := _text(row, "postal_code").strip()):
        yield "street", f"{street} {code}"


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", table.to_dict("records"))


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None or pd.isna(value) else str(value)
