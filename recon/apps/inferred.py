"""Starting in the middle: which record of QuickBooks each of the app's is, where no export says.

Most apps show nobody whom they have linked. What their sync made shows by when it was made: under
the name that the app sends, with the number of the invoice, with customer, day and amount of the
payment. Whose invoices it made on a customer is linked to that one, whatever the two are called.
Who was there before was found by the app's look-up; a record that a plan has changed since tells
nothing of what it found. Nothing is inferred where two records come into question, but where the
app itself takes the first of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from recon.apps.made import made_by_app
from recon.books import LINKS, Books
from recon.profile import Profile
from recon.rules.names import keys, query_key, unique_key
from recon.table import TEXT

_BY_SALES = "Its invoices were made on that one after the sync was turned on."
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
    mended: Collection[str] = (),
) -> pd.DataFrame:
    """What the app's sync has made, and of whom.

    Args:
        profile: how the app behaves.
        books: both sides, as they are now.
        since: when the sync was turned on, UTC.
        names: the name under which each client is looked up and sent, by its ref.
        known: links that need not be inferred: the app's ref to QuickBooks'.
        mended: refs of both sides that a plan has changed or made: the sync met them otherwise, so
            that their names and addresses of today prove no link.

    Returns:
        `LINKS`; nothing of a record that is known to be linked, or that a known one is linked to.
    """
    told = _Told(dict(known), frozenset(mended))
    told.add(_invoices(profile, books, since, told))
    told.add(_billed(books, since, told), several=True)
    told.add(_customers(profile, books, since, names, told))
    told.add(_found(profile, books, since, names, told), several=profile.customer.relinks)
    told.add(_numbered(profile, books, told), several=True)
    told.add(_items(profile, books, since, told))
    told.add(_payments(profile, books, since, told))
    return LINKS.frame(told.rows)


class _Told:
    """The links so far."""

    def __init__(self, known: dict[str, str], mended: frozenset[str]) -> None:
        self.of = known
        self.mended = mended
        self.taken = set(known.values())
        self.rows: list[dict[str, str]] = []

    def add(self, found: pd.DataFrame, *, several: bool = False) -> None:
        """Take links in: columns ref, linked_ref, how; `several` of the app's may share one."""
        for ref, linked_ref, how in found[["ref", "linked_ref", "how"]].itertuples(index=False):
            if ref not in self.of and (several or linked_ref not in self.taken):
                self.of[ref] = linked_ref
                self.rows.append({"ref": ref, "linked_ref": linked_ref, "how": how})
        self.taken.update(self.of.values())

    def open(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of which nothing is known yet."""
        return table[~table["ref"].isin([*self.of, *self.taken])]

    def as_met(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows that are as the sync met them, or made them."""
        return table[~table["ref"].isin(self.mended)]


def _billed(books: Books, since: datetime, told: _Told) -> pd.DataFrame:
    """Clients all of whose invoices that the sync made stand on one customer."""
    ours, theirs = books.app.invoices, _since(books.qbo.invoices, since)
    made = ours.assign(made=ours["ref"].map(told.of)).merge(
        theirs[["ref", "customer_ref"]], left_on="made", right_on="ref", suffixes=("", "_theirs")
    )
    on = made[["customer_ref", "customer_ref_theirs"]].dropna().drop_duplicates()
    on = on.set_axis(["ref", "linked_ref"], axis="columns").assign(how=_BY_SALES)
    on = on[on["linked_ref"].isin(books.qbo.customers["ref"])]
    return told.as_met(on.drop_duplicates("ref", keep=False))


def _customers(
    profile: Profile, books: Books, since: datetime, names: pd.Series[Any], told: _Told
) -> pd.DataFrame:
    """By a mark behind the name, else by the very name."""
    made = made_by_app(profile.about.id, books, since).dropna(subset=["app_ref"])
    marked = made.rename(columns={"ref": "linked_ref", "app_ref": "ref"})
    new = told.as_met(told.open(_since(books.qbo.customers, since)))
    new = new[new["active"] & ~new["ref"].isin(marked["linked_ref"])]
    clients = told.open(pd.DataFrame({"ref": names.index, "name": names.to_numpy()}))
    clients = told.as_met(clients)
    clients = clients[~clients["ref"].isin(marked["ref"])]
    named = _one_to_one(
        clients.assign(key=keys(clients["name"].astype("string"), unique_key)),
        new.assign(key=keys(new["name"], unique_key)),
        ["key"],
        _BY_NAME,
    )
    return pd.concat([marked[["ref", "linked_ref", "how"]], named])


def _found(
    profile: Profile, books: Books, since: datetime, names: pd.Series[Any], told: _Told
) -> pd.DataFrame:
    """Those whom the app's look-ups find, in their order, as they found them then.

    A customer that the sync made for one client was there for those only who came after that one.
    """
    rule = profile.customer
    made = _since(books.qbo.customers, since)["ref"]
    made_for = _first_client_of(books, told)
    held = books.qbo.customers[books.qbo.customers["active"]]
    held = told.as_met(held[~held["ref"].isin(made) | held["ref"].isin(made_for.index)])
    ours = told.as_met(told.open(books.app.customers))
    looked_up = {
        "email": (ours["email"], held["email"], "e-mail"),
        "display_name": (ours["ref"].map(names).astype("string"), held["name"], "name"),
    }
    found = []
    for asked, there, what in (looked_up[key] for key in rule.match if key in looked_up):
        hits = _hits(profile, asked, held, there)
        early = ours["number"] <= hits.map(made_for).astype(TEXT)
        hits = hits[~(hits.isin(made) & early.fillna(value=True))].dropna()
        how = _FOUND.format(what)
        rows = pd.DataFrame({"ref": ours.loc[hits.index, "ref"], "linked_ref": hits, "how": how})
        found.append(rows)
        ours = ours.drop(index=hits.index)
    return pd.concat(found) if found else LINKS.frame()


def _hits(
    profile: Profile, asked: pd.Series[Any], held: pd.DataFrame, there: pd.Series[Any]
) -> pd.Series[Any]:
    """The customer that each client finds by one look-up; NA where there is none, or a doubt.

    Of several of one name or address the app's rule says what it does; where it takes a customer
    once only, nobody knows which of several clients came first.
    """
    rule = profile.customer
    compared = query_key if rule.compares == "query" else str  # blanks count to both
    index = pd.Series(held["ref"].array, index=keys(there, compared).array)
    index = index[index.index.notna()]
    first = rule.several == "first"
    index = index[~index.index.duplicated(keep="first" if first else False)]
    asked = keys(asked, compared)
    if not rule.relinks:
        asked = asked.mask(asked.duplicated(keep=False))
    return asked.map(index).astype(TEXT)


def _first_client_of(books: Books, told: _Told) -> pd.Series[Any]:
    """Linked customer to the lowest number of the clients that are linked to it."""
    clients = books.app.customers[["ref", "number"]]
    linked = clients.assign(to=clients["ref"].map(told.of)).dropna(subset=["to", "number"])
    lowest: pd.Series[Any] = linked.groupby("to")["number"].min()
    return lowest


def _items(profile: Profile, books: Books, since: datetime, told: _Told) -> pd.DataFrame:
    """By name, of several the first as the look-up takes it: what it did not find it has made.

    Where products travel with invoices only, one that was there before was asked for by those of
    them that the sync made.
    """
    ours, theirs = (told.as_met(told.open(table)) for table in (books.app.items, books.qbo.items))
    made = theirs["ref"].isin(_since(theirs, since)["ref"])
    if not profile.item.pushes_products:
        ours = ours[ours["name"].isin(books.app.invoice_lines["item_name"])]
    theirs = theirs.assign(
        made=made,
        key=keys(theirs["name"], unique_key),
        place=pd.to_numeric(theirs["id"], errors="coerce"),
    )
    theirs = theirs[theirs["active"] & (theirs["type"].isin(profile.item.types) | made)]
    theirs = theirs.sort_values("place", kind="stable").drop_duplicates("key")
    if not profile.item.pushes_products:
        asked_for = keys(ours.loc[ours["name"].isin(_sold(books, since, told)), "name"], unique_key)
        theirs = theirs[theirs["made"] | theirs["key"].isin(asked_for)]
    ours = ours.assign(key=keys(ours["name"], unique_key))
    return _one_to_one(ours, theirs, ["key"], _FOUND.format("name"))


def _sold(books: Books, since: datetime, told: _Told) -> pd.Series[Any]:
    """Names of what stands on invoices that the sync made."""
    made = _since(books.qbo.invoices, since)["ref"]
    lines = books.app.invoice_lines
    names: pd.Series[Any] = lines.loc[lines["ref"].map(told.of).isin(made), "item_name"].dropna()
    return names


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


def _numbered(profile: Profile, books: Books, told: _Told) -> pd.DataFrame:
    """Invoices of linked clients that the app's look-up finds by their number alone."""
    if "number" not in profile.invoice.match or not profile.flow["invoice"].pushes:
        return LINKS.frame()
    app = books.app.invoices
    ours = told.as_met(app[app["customer_ref"].isin(list(told.of)) & ~app["ref"].isin(told.of)])
    if profile.invoice.sends == "sent":
        ours = ours[ours["status"].ne("draft").fillna(value=True)]
    theirs = told.as_met(books.qbo.invoices).dropna(subset=["number"])
    held = pd.Series(theirs["ref"].array, index=theirs["number"].str.casefold().array)
    held = held[~held.index.duplicated()]
    hits = ours["number"].str.slice(0, profile.invoice.number_max).str.casefold().map(held).dropna()
    how = _FOUND.format("number")
    return pd.DataFrame({"ref": ours.loc[hits.index, "ref"], "linked_ref": hits, "how": how})


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
