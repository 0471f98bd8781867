"""What a check or a forecast sees: the books, the app's profile, the settings, the evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from recon.books import PAIRS, PLANNED, Books
from recon.profile import Profile
from recon.settings import Settings
from recon.table import TEXT

PERSON = ("given_name", "family_name")
"""The columns of CUSTOMERS that hold a person's first and last name."""


_OF_BOOKS = ("_contact", "_believed", "_best_first")
"""What a `Case` works out of customers, pairs and decisions alone, whatever the profile."""


_Made = TypeVar("_Made")


def unchanged(name: str) -> str:
    """No clean-up."""
    return name


@dataclass(frozen=True)
class Case:
    """One company before one app's sync; checks and forecast only read it.

    Attributes:
        books: both sides, tidied.
        profile: how the app behaves.
        settings: thresholds.
        now: UTC; the only clock.
        pairs: PAIRS; empty when nothing was matched.
        clean_up: the app's own clean-up of a name before it looks it up.
        different: pairs of refs of which a person said that they are not one, in both orders.
        same: the same of which a person said that they are one.
        planned: PLANNED, what the newest plan will write to QuickBooks.
        since: when the app's sync was turned on, UTC; None where it has not run yet.
    """

    books: Books
    profile: Profile
    settings: Settings
    now: datetime
    pairs: pd.DataFrame = field(default_factory=PAIRS.frame)
    clean_up: Callable[[str], str] = unchanged
    different: frozenset[tuple[str, str]] = frozenset()
    same: frozenset[tuple[str, str]] = frozenset()
    planned: pd.DataFrame = field(default_factory=PLANNED.frame)
    since: datetime | None = None

    def under(self, profile: Profile, clean_up: Callable[[str], str]) -> Case:
        """The same company under another profile."""
        return self._kept(replace(self, profile=profile, clean_up=clean_up))

    def of_sales(self, books: Books) -> Case:
        """The same company with other sales of the same customers."""
        return self._kept(replace(self, books=books))

    def _kept(self, other: Case) -> Case:
        """`other`, which knows what hangs on customers, pairs and decisions alone."""
        known = {name: self.__dict__[name] for name in _OF_BOOKS if name in self.__dict__}
        other.__dict__.update(known)
        return other

    def once(self, work: Callable[[Case], _Made]) -> _Made:
        """What `work` makes of this case: worked out when first asked for, then kept."""
        if work not in self._worked_out:
            self._worked_out[work] = work(self)
        made: _Made = self._worked_out[work]
        return made

    @cached_property
    def _worked_out(self) -> dict[Callable[[Case], Any], Any]:
        return {}

    @cached_property
    def lookup_names(self) -> pd.Series[Any]:
        """The name under which the app will look for each of its customers, by its ref.

        Not the client's name as such: the app fills in for a missing name, cleans and cuts.
        """
        rule = self.profile.customer
        customers, contacts = self.books.app.customers, self.books.app.contacts
        names = customers.set_index("ref")["name"]
        if rule.look_up == "person":
            given, family = (customers.set_index("ref")[part] for part in PERSON)
            names = given.str.cat(family, sep=" ").fillna(names)
        named = names.notna() & (names.str.len() >= rule.name_min)
        reachable = contacts[contacts["email"].notna()].drop_duplicates("ref").set_index("ref")
        person = (
            reachable["given_name"].fillna("").str.cat(reachable["family_name"].fillna(""), sep=" ")
        ).str.strip()
        stand_ins = {
            "contact_name": person.where(person != ""),
            "contact_email": reachable["email"],
        }
        found = names.where(named)
        for how in rule.blank_name:
            found = found.fillna(stand_ins[how].reindex(found.index))
        found = found.fillna(rule.blank_literal)
        return found.map(self.clean_up).astype(TEXT).str.slice(0, rule.name_max or None)

    @cached_property
    def _contact(self) -> pd.DataFrame:
        """What tells namesakes apart, by ref: e-mail, last digits of the phone, street."""
        told = ["ref", "email", "phone", "address_line1"]
        sides = (self.books.app.customers[told], self.books.qbo.customers[told])
        known = pd.concat(sides).drop_duplicates("ref").set_index("ref")
        digits = known["phone"].str.replace(r"\D", "", regex=True).str.slice(-10)
        return pd.DataFrame(
            {
                "email": known["email"].str.strip().str.casefold(),
                "phone": digits.where(digits.str.len() >= 7),
                "street": known["address_line1"].str.casefold().str.replace(r"\W", "", regex=True),
            }
        )

    def contradicted(self, left: pd.Series[Any], right: pd.Series[Any]) -> pd.Series[Any]:
        """True where two records of one name agree in no way of reaching them and differ in two.

        What a person said of the two goes before.

        Source: Housecall Pro and Intuit help: customers of one name are told apart by e-mail,
            phone and address; read 2026-11-22.
        """
        one = self._contact.reindex(left).reset_index(drop=True)
        other = self._contact.reindex(right).reset_index(drop=True)
        both = one.notna() & other.notna()
        equal = (one == other).fillna(value=False).astype(bool) & both
        apart = ~equal.any(axis="columns") & (both.sum(axis="columns") >= 2)
        if self.different:
            said = zip(left, right, strict=True)
            apart |= pd.Series([pair in self.different for pair in said], index=apart.index)
        return pd.Series(apart.to_numpy(), index=left.index)

    @cached_property
    def _believed(self) -> pd.DataFrame:
        """PAIRS without those that a person denied."""
        if not self.different:
            return self.pairs
        said = zip(self.pairs["left_ref"], self.pairs["right_ref"], strict=True)
        kept = pd.Series(
            [pair not in self.different for pair in said], index=self.pairs.index, dtype=bool
        )
        return self.pairs[kept]

    def reached_alike(self, left: str, right: str) -> bool:
        """Whether two records share an e-mail, a phone or a street."""
        if left not in self._contact.index or right not in self._contact.index:
            return False
        one, other = self._contact.loc[left], self._contact.loc[right]
        return bool(((one == other).fillna(value=False) & one.notna()).any())

    def partners(self, kind: str, scope: str, at_least: float) -> pd.DataFrame:
        """Pairs of one kind and scope from a probability on, best first."""
        pairs = self._best_first.get((kind, scope), self.pairs.iloc[:0])
        return pairs[pairs["match_probability"] >= at_least]

    @cached_property
    def _best_first(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Pairs that nobody denied by kind and scope, best first: asked for by many checks."""
        ordered = self._believed.sort_values(
            ["match_probability", "match_weight", "left_ref", "right_ref"],
            ascending=[False, False, True, True],
        )
        groups = ordered.groupby(["kind", "scope"], sort=False)
        return {(str(kind), str(scope)): pairs for (kind, scope), pairs in groups}
