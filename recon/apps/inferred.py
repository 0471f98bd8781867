"""Starting in the middle: which record of QuickBooks each of the app's is, where no export says.

Most apps show nobody whom they have linked. What their sync made shows by when it was made: under
the name that the app sends, with the number of the invoice, with customer, day and amount of the
payment. Nothing is inferred where two records come into question.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from recon.apps.made import made_by_app
from recon.books import LINKS, Books
from recon.profile import Profile
from recon.rules.names import keys, query_key, unique_key

_BY_NAME = "Made after the sync was turned on, under its name."
_FOUND = "There before, and found by its {}: the sync that is on has linked it."
_BY_NUMBER = "Made after the sync was turned on, with its number and total."
_BY_DEALING = "Made after the sync was turned on, of its client, day and amount."


def inferred_links(
    profile: Profile,
    books: Books,
    since: datetime,
    names: pd.Series[Any],
    known: Mapping[str, str],
) -> pd.DataFrame:
    """What the app's sync has made, and of whom.

    Args:
        profile: how the app behaves.
        books: both sides, as they are now.
        since: when the sync was turned on, UTC.
        names: the name under which each client is looked up and sent, by its ref.
        known: links that need not be inferred: the app's ref to QuickBooks'.

    Returns:
        `LINKS`; nothing of a record that is known to be linked, or that a known one is linked to.
    """
    told = _Told(dict(known))
    told.add(_customers(profile, books, since, names, told))
    told.add(_found(profile, books, names, told), several=profile.customer.relinks)
    told.add(_items(profile, books, since, told))
    told.add(_invoices(profile, books, since, told))
    told.add(_payments(profile, books, since, told))
    return LINKS.frame(told.rows)


class _Told:
    """The links so far."""

    def __init__(self, known: dict[str, str]) -> None:
        self.of = known
        self.taken = set(known.values())
        self.rows: list[dict[str, str]] = []

    def add(self, found: pd.DataFrame, *, several: bool = False) -> None:
        """Take links in: columns ref, linked_ref, how; `several` of the app's may share one."""
        for ref, linked_ref, how in found[["ref", "linked_ref", "how"]].itertuples(index=False):
            if ref not in self.of and (several or linked_ref not in self.taken):
                self.of[ref] = linked_ref
                self.rows.append({"ref": ref, "linked_ref": linked_ref, "how": how})
        self.taken.update(self.of.values())

    def open(self, table: pd.DataFrame, column: str = "ref") -> pd.DataFrame:
        """The rows of which nothing is known yet."""
        return table[~table[column].isin([*self.of, *self.taken])]


def _customers(
    profile: Profile, books: Books, since: datetime, names: pd.Series[Any], told: _Told
) -> pd.DataFrame:
    """By a mark behind the name, else by the very name."""
    made = made_by_app(profile.about.id, books, since).dropna(subset=["app_ref"])
    marked = made.rename(columns={"ref": "linked_ref", "app_ref": "ref"})
    new = told.open(_since(books.qbo.customers, since))
    new = new[new["active"] & ~new["ref"].isin(marked["linked_ref"])]
    clients = told.open(pd.DataFrame({"ref": names.index, "name": names.to_numpy()}))
    clients = clients[~clients["ref"].isin(marked["ref"])]
    named = _one_to_one(
        clients.assign(key=keys(clients["name"].astype("string"), unique_key)),
        new.assign(key=keys(new["name"], unique_key)),
        ["key"],
        _BY_NAME,
    )
    return pd.concat([marked[["ref", "linked_ref", "how"]], named])


def _found(profile: Profile, books: Books, names: pd.Series[Any], told: _Told) -> pd.DataFrame:
    """Those whom the app's look-up finds, as it found them when it was turned on."""
    by_name = "display_name" in profile.customer.match
    if not by_name and "email" not in profile.customer.match:
        return LINKS.frame()
    ours, theirs = told.open(books.app.customers), told.open(books.qbo.customers)
    theirs = theirs[theirs["active"]]
    asked = ours["ref"].map(names).astype("string") if by_name else ours["email"].str.strip()
    held = theirs["name"] if by_name else theirs["email"].str.strip()
    compared = query_key if profile.customer.compares == "query" else str  # blanks count to both
    held = pd.Series(theirs["ref"].array, index=keys(held, compared).array)
    asked = keys(asked, compared)
    if not profile.customer.relinks:
        asked = asked[~asked.duplicated(keep=False)]
    found = asked.map(held[held.index.notna() & ~held.index.duplicated(keep=False)]).dropna()
    how = _FOUND.format("name" if by_name else "e-mail")
    return pd.DataFrame({"ref": ours.loc[found.index, "ref"], "linked_ref": found, "how": how})


def _items(profile: Profile, books: Books, since: datetime, told: _Told) -> pd.DataFrame:
    """By name: one that the look-up did not find was made under it."""
    ours, theirs = told.open(books.app.items), told.open(books.qbo.items)
    if not profile.item.pushes_products:
        ours = ours[ours["name"].isin(books.app.invoice_lines["item_name"])]
    seen = theirs["type"].isin(profile.item.types) | theirs["ref"].isin(
        _since(theirs, since)["ref"]
    )
    theirs = theirs[theirs["active"] & seen]
    return _one_to_one(
        ours.assign(key=keys(ours["name"], unique_key)),
        theirs.assign(key=keys(theirs["name"], unique_key)),
        ["key"],
        _FOUND.format("name"),
    )


def _invoices(profile: Profile, books: Books, since: datetime, told: _Told) -> pd.DataFrame:
    """By number, as it is sent, and total."""
    longest = profile.invoice.number_max
    ours, theirs = told.open(books.app.invoices), told.open(_since(books.qbo.invoices, since))
    return _one_to_one(
        ours.assign(key=ours["number"].str.slice(0, longest).str.casefold()),
        theirs.assign(key=theirs["number"].str.casefold()),
        ["key", "total"],
        _BY_NUMBER,
    )


def _payments(profile: Profile, books: Books, since: datetime, told: _Told) -> pd.DataFrame:
    """By customer, day, amount and reference; of several that are equal, in their order."""
    longest = profile.payment.reference_max
    named = books.app.customers.dropna(subset=["name"]).drop_duplicates("name", keep=False)
    by_name = named.set_index("name")["ref"]
    ours, theirs = told.open(books.app.payments), told.open(_since(books.qbo.payments, since))
    client = ours["customer_ref"].fillna(ours["customer_name"].map(by_name))
    ours = ours.assign(
        customer=client.map(told.of), mark=ours["reference"].fillna("").str.slice(0, longest)
    )
    theirs = theirs.assign(customer=theirs["customer_ref"], mark=theirs["reference"].fillna(""))
    wanted = ["customer", "date", "amount", "mark"]
    ours, theirs = (
        side.sort_values(["number", "ref"], kind="stable").assign(
            turn=lambda table: table.groupby(wanted, dropna=False).cumcount()
        )
        for side in (ours, theirs.assign(number=theirs["id"].str.zfill(12)))
    )
    return _one_to_one(ours, theirs, [*wanted, "turn"], _BY_DEALING)


def _since(table: pd.DataFrame, since: datetime) -> pd.DataFrame:
    """What was made after the sync was turned on."""
    return table[(table["created_at"] >= since).fillna(value=False).astype(bool)]


def _one_to_one(
    ours: pd.DataFrame, theirs: pd.DataFrame, columns: list[str], how: str
) -> pd.DataFrame:
    """Pairs of records that agree, and of which no other agrees on either side."""
    sides = [
        side.dropna(subset=columns).drop_duplicates(columns, keep=False)[["ref", *columns]]
        for side in (ours, theirs)
    ]
    found = sides[0].merge(sides[1], on=columns, suffixes=("", "_theirs"))
    return pd.DataFrame({"ref": found["ref"], "linked_ref": found["ref_theirs"], "how": how})
