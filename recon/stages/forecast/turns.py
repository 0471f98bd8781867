"""Customers that the sync itself makes, one after the other, as each changes what the next finds.

Ann (refused: e-mail) -> Ann (created) -> Ann (links to the second)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count, takewhile
from typing import Any

import pandas as pd

from recon.behaviour import CustomerRule
from recon.case import Case
from recon.rules.limits import CLEAN_CUSTOMER_FIELDS, CUSTOMER_FIELDS_MAX, EMAIL_MAX
from recon.rules.names import (
    CUSTOMER_NAME_MAX,
    illegal_in_name,
    keys,
    malformed_email,
    query_key,
    unique_key,
)
from recon.stages.forecast.lookups import in_turn_keys
from recon.table import TEXT

_TRIES = 1000
"""Numbers behind a name that are tried; no app is known to give up earlier."""


@dataclass
class _Made:
    """What the sync has made so far.

    Attributes:
        taken: `unique_key` of every name in QuickBooks' name space.
        others: those of them that vendors and employees hold.
        found: look-up and key to the client that made the record.
    """

    rule: CustomerRule
    taken: set[str]
    others: frozenset[str]
    found: dict[tuple[str, str], str] = field(default_factory=dict)

    def creator(self, asked: Mapping[str, Any]) -> str | None:
        """The client whose record these look-ups find; None when they find none."""
        if not self.rule.relinks:
            return None
        return next((self.found[pair] for pair in asked.items() if pair in self.found), None)

    def free_name(self, name: str) -> str | None:
        """The name under which a record can be made; None when every try is taken."""
        for tried in chain((name,), self._with_suffix(name)):
            if unique_key(tried) not in self.taken and len(tried) <= CUSTOMER_NAME_MAX:
                return tried
        return None

    def _with_suffix(self, name: str) -> Iterator[str]:
        suffix = self.rule.collision_suffix
        if not suffix or (self.rule.suffix_for == "customer" and unique_key(name) in self.others):
            return
        for number in count(2) if "{n}" in suffix else (2,):
            end = suffix.replace("{n}", str(number))
            yield name[: (self.rule.name_max or CUSTOMER_NAME_MAX) - len(end)] + end
            if number > _TRIES:
                return


def create_in_turn(case: Case, asked: pd.DataFrame) -> pd.DataFrame:
    """Effect, target, fault and name of each client that nothing has decided on yet.

    Args:
        case: the company.
        asked: one row a client in the order of pushing; `effect` is empty where it is open. There
            `target_ref` is the customer that the look-up `by` finds, where no earlier look-up finds
            one that the sync itself makes.

    Returns:
        `asked` with every effect filled; `sent_as` is the name of what is created, `by` the look-up
        that found a customer which was there before, and `then` the customer that a client who was
        refused is linked to when an invoice has it looked up again.
    """
    qbo = case.books.qbo
    held, *others = (
        set(keys(table["name"]).dropna()) for table in (qbo.customers, qbo.vendors, qbo.employees)
    )
    taken_by_others = frozenset().union(*others)
    made = _Made(case.profile.customer, held | taken_by_others, taken_by_others)
    open_ = asked[asked["effect"] == ""]
    faults = _own_fault(case, open_).fillna("")
    wanted = {look_up: key[open_.index] for look_up, key in in_turn_keys(case, open_).items()}
    told: list[tuple[str, Any, Any, Any, Any]] = []
    refused: dict[Any, dict[str, str]] = {}
    there = zip(open_["target_ref"], open_["by"], strict=True)
    rows = zip(open_["ref"], open_["name"], faults, there, *wanted.values(), strict=True)
    for at, (ref, name, fault, (target, by), *sought) in zip(open_.index, rows, strict=True):
        pairs = dict(zip(wanted, sought, strict=True))
        asks: dict[str, str] = {way: key for way, key in pairs.items() if key is not pd.NA}
        if by is pd.NA:
            told.append((*_one(made, ref, name, fault, asks), pd.NA))
        else:
            told.append(_found(made, asks, target, by))
        if told[-1][0] == "refuse" and case.profile.invoice.looks_again:
            refused[at] = asks
    asked = asked.copy()
    then = {at: f"new:{who}" for at, asks in refused.items() if (who := made.creator(asks))}
    asked["then"] = pd.Series(then, dtype=TEXT).reindex(asked.index)
    columns = ("effect", "target_ref", "fault", "sent_as", "by")
    for column, values in zip(columns, zip(*told, strict=True), strict=bool(told)):
        asked.loc[open_.index, column] = pd.array(values, dtype=TEXT)
    return asked


def _one(
    made: _Made, ref: str, name: str, fault: str, asks: Mapping[str, str]
) -> tuple[str, Any, Any, Any]:
    """Effect, target, fault and name of one client."""
    rule = made.rule
    if (creator := made.creator(asks)) is not None:
        return "link", f"new:{creator}", pd.NA, pd.NA
    if rule.on_miss == "refuse":
        return "refuse", pd.NA, "not_found", pd.NA
    if fault:
        return "refuse", pd.NA, fault, pd.NA
    sent = made.free_name(name)
    if sent is None:
        return "refuse", pd.NA, "6240", pd.NA
    made.taken.add(unique_key(sent))
    for look_up, asked in asks.items():
        key = asked
        if look_up == "display_name":
            kept = sent.strip()  # QuickBooks keeps a name without the blanks around it
            key = query_key(kept) if rule.compares == "query" else kept
        if look_up != "email" or rule.sends_email:
            made.found[look_up, key] = ref
    return "create", pd.NA, pd.NA, sent


def _found(
    made: _Made, asks: Mapping[str, str], target: str, by: str
) -> tuple[str, Any, Any, Any, Any]:
    """The link to a customer that was there, unless an earlier look-up finds one that was made."""
    earlier = dict(takewhile(lambda ask: ask[0] != by, asks.items()))
    if (creator := made.creator(earlier)) is not None:
        return "link", f"new:{creator}", pd.NA, pd.NA, pd.NA
    return "link", target, pd.NA, pd.NA, by


def _own_fault(case: Case, asked: pd.DataFrame) -> pd.Series[Any]:
    """Why QuickBooks would refuse to create each whatever else it holds; NA where it would not.

    Of several reasons it tells an address that is none, then what is too long, then characters;
    the order is not documented.
    """
    rule, names = case.profile.customer, asked["name"]
    sent = case.books.app.customers.set_index("ref").reindex(asked["ref"]).set_index(asked.index)
    fault: pd.Series[Any] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    fault[names.str.strip() == ""] = "6080"
    parts = [sent[name].str.slice(0, rule.cuts.get(name)) for name in CLEAN_CUSTOMER_FIELDS]
    for part in (names, *parts):
        fault[keys(part, illegal_in_name).fillna("") != ""] = "2040"
    fault[names.str.len() > CUSTOMER_NAME_MAX] = "2050"
    for name, most in CUSTOMER_FIELDS_MAX.items():
        if rule.cuts.get(name, most + 1) > most:
            fault[sent[name].str.len().fillna(0) > most] = "2050"
    if rule.sends_email:
        fault[asked["email"].str.len().fillna(0) > EMAIL_MAX] = "2050"
        fault[malformed_email(asked["email"])] = "2210"
    fault[names == ""] = "no_name"
    return fault
