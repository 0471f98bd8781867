"""What would be if the app found records by something else than is stated: e-mail, not name.

A profile states by what an app finds a customer, an item, an invoice or a payment, and from where
that is known. Here the company is forecast under a copy of the profile in which that one value is
another, each that the profile could hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from recon.apps.profiles import clean_up
from recon.behaviour import Entity
from recon.case import Case
from recon.profile import Profile
from recon.reports import words
from recon.stages.forecast import customers_otherwise, forecast

COMPARED = ("effect", "outcome", "target_ref", "fault", "sent_as")
"""What of a record's outcome is held against what it would be otherwise."""

_KEYS: Mapping[str, str] = {
    "display_name": "the exact display name",
    "first_last": "the first and last name",
    "email": "the e-mail address",
    "company_name": "the company name",
    "name": "the name",
    "number": "the number",
    "reference": "the reference",
}
_WAYS: Mapping[Entity, tuple[tuple[str, ...], ...]] = {
    "customer": (
        ("email",), ("email", "display_name"), ("display_name",), ("first_last",),
        ("company_name",), (),
    ),
    "item": (("name",), ()),
    "invoice": (("number",), ()),
    "payment": (("reference",), ()),
}  # fmt: skip
_HANGS_ON: Mapping[str, tuple[Entity, ...]] = {
    "customer": ("customer",),
    "item": ("item",),
    "invoice": ("invoice", "customer", "item"),
    "payment": ("payment", "invoice", "customer"),
}
_SAYS = {
    "vendor": "The vendor says",
    "code": "Readers of its program say",
    "quickbooks": "Intuit says",
    "community": "Users say",
    "inferred": "Nobody says; it is inferred",
    "chosen": "It was chosen",
}


@dataclass(frozen=True)
class Rule:
    """By what an app may find records of one kind.

    Attributes:
        kind: of record.
        match: the look-ups in order, as the profile has them.
    """

    kind: Entity
    match: tuple[str, ...]

    @property
    def path(self) -> str:
        """The value of the profile that it is."""
        return f"{self.kind}.match"

    @property
    def name(self) -> str:
        """For the row of a table."""
        keys = [key for key in self.match if key != "stored_id"]
        return f"{self.kind}s by {' then '.join(keys) or 'stored links only'}"

    @property
    def by(self) -> str:
        """In words: "by the e-mail address, then by the exact display name"."""
        keys = [f"by {_KEYS[key]}" for key in self.match if key != "stored_id"]
        return ", then ".join(keys) or "by nothing but links that it has stored"


@dataclass(frozen=True)
class _Otherwise:
    """What becomes otherwise under another rule, kept by the case once it is worked out.

    Of all records only those that fare otherwise: a company may have half a million.
    """

    rule: Rule
    left_out: frozenset[str]
    told: pd.DataFrame = field(compare=False)

    def __call__(self, case: Case) -> pd.DataFrame:
        other = forecast_under(case, self.rule, self.told, self.left_out)
        gone = self.told[~self.told["ref"].isin(other["ref"])]
        nothing = gone[["ref"]].assign(**dict.fromkeys((*COMPARED, "says"), ""))
        return pd.concat([faring_otherwise(self.told, other), nothing], ignore_index=True)


def under(case: Case, profile: Profile) -> Case:
    """The company under another profile."""
    return case.under(profile, clean_up(profile))


def stated(profile: Profile, kind: Entity) -> Rule:
    """The rule by which the profile says that records of a kind are found."""
    return Rule(kind, tuple(getattr(profile, kind).match))


def others(profile: Profile, kind: Entity) -> Iterator[Rule]:
    """Every other rule by which the app could find records of a kind; none where none travels."""
    travels = profile.flow[kind].pushes or kind in ("customer", "item")
    now = stated(profile, kind)
    stored = tuple(key for key in now.match if key == "stored_id")
    for keys in _WAYS[kind] if travels else ():
        if (rule := Rule(kind, (*stored, *keys))) != now:
            yield rule


def forecast_under(
    case: Case, rule: Rule, outcomes: pd.DataFrame, left_out: frozenset[str]
) -> pd.DataFrame:
    """The company's `OUTCOMES` if the app went by another rule.

    Args:
        case: the company under its own profile.
        rule: the other one.
        outcomes: what is forecast under its own.
        left_out: refs that stay out of the sync.
    """
    other = under(case, case.profile.stating(rule.path, rule.match))
    if rule.kind != "customer":
        return forecast(other, left_out)
    anew = customers_otherwise(case, other, left_out)
    gone = outcomes["kind"].eq("customer") | outcomes["outcome"].eq("create_in_app")
    kept = outcomes[~gone & ~outcomes["ref"].isin(anew["ref"])]
    return pd.concat([anew, kept[list(anew.columns)]], ignore_index=True)


def faring_otherwise(outcomes: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The rows of `other` that say something else of their record than `outcomes` do."""
    told = outcomes.set_index("ref")[list(COMPARED)].fillna("")
    said = other.set_index("ref")[list(COMPARED)].fillna("")
    differs = (said != told.reindex(said.index)).any(axis="columns")
    return other[differs.to_numpy()]


def instead(
    case: Case,
    row: Mapping[str, str],
    outcomes: pd.DataFrame,
    left_out: frozenset[str],
    names: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """What the stated rules are, and what would become of one record under each other one.

    Args:
        case: the company.
        row: the record's outcome.
        outcomes: all of them.
        left_out: refs that stay out of the sync.
        names: what records are called.

    Returns:
        Heading and sentence; one for each rule that makes a difference, and one for all others.
    """
    profile = case.profile
    for kind in _HANGS_ON[row["kind"]]:
        rules = list(others(profile, kind))
        if rules:
            yield "Stated rule", _stated(profile, kind)
        alike = []
        for rule in rules:
            other = case.once(_Otherwise(rule, left_out, outcomes))
            if (becomes := _becomes(row, other, names)) is None:
                alike.append(rule.by)
            elif not _is_asked(profile, rule):
                yield "If instead", f"it found {_called(profile, kind)} {rule.by}: {becomes}"
        if alike:
            ways = "; or ".join(alike)
            yield "The same", f"would happen if it found {_called(profile, kind)} {ways}."


def _is_asked(profile: Profile, rule: Rule) -> bool:
    """Whether the rule is an answer to an open question, of which the forecast tells already."""
    return any(
        tuple(answer.sets.get(rule.path, ())) == rule.match
        for choice in profile.unanswered.values()
        for answer in choice.answers.values()
    )


def _becomes(row: Mapping[str, str], other: pd.DataFrame, names: Mapping[str, str]) -> str | None:
    """What would become of the record, in a sentence; None where the same would."""
    rows = other.loc[other["ref"] == row["ref"]].fillna("").to_dict("records")
    if not rows:
        return None
    (found,) = rows
    if not found["outcome"]:
        return "It would not come into the app, which has its own record of it."
    target = found["target_ref"]
    to = f" {names.get(target.removeprefix('new:'), '')} ({target})" if target else ""
    as_ = f" as {found['sent_as']}" if found["sent_as"] else ""
    return f"{words.outcome(found['outcome']).label}{to}{as_}. {found['says']}"


def _stated(profile: Profile, kind: Entity) -> str:
    """By what the app finds records of a kind, who says so, and when that was read."""
    rule, because = stated(profile, kind), profile.because(stated(profile, kind).path)
    finds = f"{profile.about.name} finds {_called(profile, kind)} {rule.by}"
    if (cite := profile.cites.get(rule.path)) is None:
        return f"{finds}: {because}."
    told = because if because.endswith(")") else f"({because})"
    return f"{_SAYS[profile.sources[cite.by].kind]}: {finds}. {told}."


def _called(profile: Profile, kind: Entity) -> str:
    word = {"customer": profile.about.client, "item": profile.about.product}.get(kind, kind)
    return f"{word}s"
