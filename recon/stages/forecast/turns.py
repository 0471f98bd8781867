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
from recon.rules.limits import COMPANY_NAME_MAX, PERSON_NAME_MAX
from recon.rules.names import (
    CUSTOMER_NAME_MAX,
    illegal_in_name,
    keys,
    legal_email,
    query_key,
    unique_key,
)
from recon.stages.forecast.lookups import in_turn_keys
from recon.table import TEXT

_TRIES = 1000
"""Numbers behind a name that are tried; no app is known to give up earlier."""

_OTHER_NAMES = {
    "company_name": COMPANY_NAME_MAX, "given_name": PERSON_NAME_MAX, "family_name": PERSON_NAME_MAX
}  # fmt: skip


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
            yield name[: self.rule.name_max - len(end)] + end
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
        `asked` with every effect filled; `sent_as` is the name of what is created, and `by` the
        look-up that found a customer which was there before.
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
    there = zip(open_["target_ref"], open_["by"], strict=True)
    rows = zip(open_["ref"], open_["name"], faults, there, *wanted.values(), strict=True)
    for ref, name, fault, (target, by), *sought in rows:
        pairs = dict(zip(wanted, sought, strict=True))
        asks: dict[str, str] = {way: key for way, key in pairs.items() if key is not pd.NA}
        if by is pd.NA:
            told.append((*_one(made, ref, name, fault, asks), pd.NA))
        else:
            told.append(_found(made, asks, target, by))
    asked = asked.copy()
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
    """Why QuickBooks would refuse to create each whatever else it holds; NA where it would not."""
    rule, names = case.profile.customer, asked["name"]
    fault: pd.Series[Any] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    if rule.sends_email:
        mail = asked["email"]
        fault[mail.notna() & (keys(mail, lambda m: str(legal_email(m))) == "False")] = "2210"
    fault[names.str.len() > CUSTOMER_NAME_MAX] = "2050"
    for column, limit in _OTHER_NAMES.items():  # cut, where an app cuts at all, as the name is
        fault[asked[column].str.slice(0, rule.name_max).str.len() > limit] = "2050"
    fault[keys(names, illegal_in_name) != ""] = "2040"
    fault[names == ""] = "no_name"
    return fault
