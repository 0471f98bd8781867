"""What an app finds in QuickBooks for each of its customers, by each of its look-ups in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recon.behaviour import CustomerKey
from recon.case import PERSON, Case
from recon.checks.columns import among, looked_up
from recon.rules.names import keys, query_key, without_deleted
from recon.table import TEXT


@dataclass(frozen=True)
class Hits:
    """What was found, by the row of the client.

    Attributes:
        target: ref of the customer; NA where none was found.
        by: the look-up that found it.
        several: True where it gives up because several customers came into question.
        behind: True where another look-up came before the one that found it, with what another
            client before it asks for too: a customer that the sync makes of that one comes first.
    """

    target: pd.Series[Any]
    by: pd.Series[Any]
    several: pd.Series[Any]
    behind: pd.Series[Any]


def asked_keys(case: Case, asked: pd.DataFrame) -> dict[CustomerKey, pd.Series[Any]]:
    """What each look-up asks for, by look-up and row; NA where a client has nothing to ask with."""
    return {
        look_up: _key_of(look_up, asked, asked["name"], _compared(case))
        for look_up in case.profile.customer.match
        if look_up != "stored_id"
    }


def find(case: Case, asked: pd.DataFrame, free: pd.Series[Any]) -> Hits:
    """Look up each client that is `free` in QuickBooks as it is before the sync.

    Args:
        case: the company.
        asked: ref, name (that is looked up), email, given_name, family_name; one row a client, in
            the order in which they are pushed.
        free: rows that nothing else has decided on.
    """
    rule = case.profile.customer
    target: pd.Series[Any] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    by = target.copy()
    several = pd.Series(False, index=asked.index)
    asked_before, behind = several.copy(), several.copy()
    if "stored_id" in rule.match:
        stored = case.books.app.links.drop_duplicates("ref").set_index("ref")["linked_ref"]
        target = looked_up(asked["ref"], stored).where(free)
        by = by.mask(target.notna(), "stored_id")
    for look_up, wanted in asked_keys(case, asked).items():
        held = _held(case, look_up)
        crowd = _shared(case, look_up, held)
        open_ = free & target.isna() & ~several
        if rule.several == "refuse":
            several |= open_ & among(wanted, held.loc[crowd, "key"])
        held = held[~crowd]
        hit = looked_up(wanted, held.drop_duplicates("key").set_index("key")["ref"])
        hit = hit.where(open_ & ~several)
        if not rule.relinks:
            hit = hit.mask(among(hit, target) | hit.duplicated())
        target = target.fillna(hit).astype(TEXT)
        by = by.mask(hit.notna(), look_up)
        behind |= hit.notna() & asked_before
        asked_before |= wanted.notna() & wanted.duplicated()
    return Hits(target, by, several, behind & rule.relinks)


def in_turn_keys(case: Case, asked: pd.DataFrame) -> dict[CustomerKey, pd.Series[Any]]:
    """As `asked_keys`, but for what several customers have already, and which finds none then."""
    found = asked_keys(case, asked)
    for look_up in found if case.profile.customer.several != "first" else ():
        held = _held(case, look_up)
        crowd = held.loc[_shared(case, look_up, held), "key"]
        found[look_up] = found[look_up].mask(among(found[look_up], crowd))
    return found


def _shared(case: Case, look_up: CustomerKey, held: pd.DataFrame) -> pd.Series[bool]:
    """True for customers of one key, none of whom is taken because there are several."""
    if look_up == "display_name" or case.profile.customer.several == "first":
        return pd.Series(False, index=held.index)
    return held["key"].duplicated(keep=False)


def _compared(case: Case) -> Callable[[str], str]:
    """The key under which two values are one to whoever compares them."""
    return query_key if case.profile.customer.compares == "query" else str


def _held(case: Case, look_up: CustomerKey) -> pd.DataFrame:
    """QuickBooks' customers that a look-up can see: key, ref; the active first."""
    rule, held = case.profile.customer, case.books.qbo.customers
    names = held["company_name" if look_up == "company_name" else "name"]
    if rule.sees_inactive:
        names = names.map(without_deleted, na_action="ignore").astype(TEXT)
    held = held.assign(key=_key_of(look_up, held, names, _compared(case)))
    seen = held[held["active"] | rule.sees_inactive].dropna(subset=["key"])
    return seen.sort_values("active", ascending=False, kind="stable")[["key", "ref"]]


def _key_of(
    look_up: CustomerKey, rows: pd.DataFrame, names: pd.Series[Any], compared: Callable[[str], str]
) -> pd.Series[Any]:
    if look_up in {"display_name", "company_name"}:
        return keys(names, compared)
    if look_up == "email":
        return keys(rows["email"], compared)
    given, family = (rows[part].str.strip() for part in PERSON)
    return keys(given.str.cat(family, sep="\n"), compared)
