"""What the work papers tell of a reconciliation: everything that was found, planned and done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from recon.advice.explaining import rests_on
from recon.advice.rounds import in_round, joined
from recon.checks import Light
from recon.company.decided import verdicts
from recon.plan import Plan
from recon.reports import Left, Report, words
from recon.trial.rehearsing import rehearsal_of

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation

_BEFORE = "forecast_before"

Counts = Mapping[str, Mapping[str, int]]
"""Kind of record to outcome to number."""


def papers(r: Reconciliation, plans: Sequence[Plan], *, by: str = "", **shown: Any) -> Report:
    """Everything that the work papers show, as data.

    Args:
        r: the reconciliation.
        plans: those that are told of, in order; none before anything was proposed.
        by: who made them.
        shown: fields that the caller knows better.
    """
    app, ledger = r.snapshots
    about = r.profile.about
    outcomes = shown.pop("outcomes", None)
    outcomes = r.forecast() if outcomes is None else outcomes
    facts: dict[str, Any] = {
        "outcomes": outcomes,
        "facts": {path: rests_on(r.profile, path) for path in set(outcomes["because"].dropna())},
        "findings": r.check(),
        "lights": tuple(map(lit, r.lights())),
        "pairs": r.match(),
        "books": {"app": r.books.app.counts(), "qbo": r.books.qbo.counts()},
        "rejects": r.books.rejects,
        "notes": (*app.notes, *ledger.notes),
        "names": r.names(),
        "rehearsal": rehearsal_of(r, plans),
    }
    return Report(
        company=ledger.company,
        realm=ledger.realm,
        environment=ledger.environment,
        app=about.name,
        app_version=about.version,
        made_at=r.clock(),
        made_by=by,
        **{**facts, **_of_plans(r, plans), **_of_the_change(r, plans), **shown},
    )


def note_before(r: Reconciliation) -> None:
    """Remember the forecast as the books are, until a first plan is approved."""
    if not r.store.begun():
        r.store.set_mapping(_BEFORE, by_kind(r.outcomes))


def before(r: Reconciliation) -> Counts:
    """The forecast as it was before anything was approved; today's where nothing was proposed."""
    return r.store.mapping(_BEFORE) or by_kind(r.outcomes)


def by_kind(outcomes: pd.DataFrame) -> Counts:
    """How many records come to which outcome, by kind of record."""
    return {
        str(kind): dict(Counter(str(name) for name in of_kind))
        for kind, of_kind in outcomes.groupby("kind", sort=False)["outcome"]
    }


def total(counts: Counts) -> dict[str, int]:
    """How many records of every kind come to which outcome."""
    return dict(sum(map(Counter, counts.values()), Counter()))


def harmed(r: Reconciliation) -> pd.DataFrame:
    """The `OUTCOMES` that would do harm now; `rejected` says that a person refused to mend it.

    The forecast goes by the evidence: what a person knows better stays in it, and is marked.
    """
    outcomes = r.outcomes
    bad = outcomes[[words.outcome(name).tone == "bad" for name in outcomes["outcome"]]]
    rejected = {
        ref
        for plan, said in verdicts(r.store)
        for action in plan.actions
        if action.id in said and said[action.id].verdict == "reject"
        for ref in (action.ref, action.other_ref)
    }
    return bad.assign(rejected=bad["ref"].isin(rejected))


def left(r: Reconciliation) -> tuple[Left, ...]:
    """What the sync would still not take, or would take wrongly, each with the reason."""
    outcomes, names = r.outcomes, r.names()
    skipped = outcomes[outcomes["outcome"] == "skip"].assign(rejected=False)
    rows = pd.concat([harmed(r), skipped]).sort_index().to_dict("records")
    return tuple(
        Left(
            row["ref"],
            names.get(row["ref"], ""),
            " ".join(
                [
                    str(row["says"]),
                    *([f"({row['fault']})"] if pd.notna(row["fault"]) and row["fault"] else []),
                    *(["A person rejected its proposal."] if row["rejected"] else []),
                ]
            ),
        )
        for row in rows
    )


def lit(one: Light) -> words.Lit:
    """A traffic light as people read it: whose, its word, and why."""
    return words.lit(one.entity, one.colour, [(why.check, why.count) for why in one.reasons])


def _of_the_change(r: Reconciliation, plans: Sequence[Plan]) -> dict[str, Any]:
    """What the sync would do before and now, once something was approved."""
    was = before(r)
    told: dict[str, Any] = {"before": total(was), "before_by_kind": was}
    if {plan.id for plan in plans} & {*r.store.begun()}:
        now = by_kind(r.outcomes)
        told |= {"after": total(now), "after_by_kind": now, "left": left(r)}
    return told


def _of_plans(r: Reconciliation, plans: Sequence[Plan]) -> dict[str, Any]:
    """The plans as one, with what was decided, sent and found of each."""
    if not plans:
        return {}
    rounds = list(enumerate(plans, 1))
    return {
        "plan": joined(plans),
        "decisions": tuple(
            replace(d, action_id=in_round(number, d.action_id))
            for number, plan in rounds
            for d in r.store.decisions(plan.id)
        ),
        "journal": tuple(
            replace(entry, write_id=in_round(number, entry.write_id))
            for number, plan in rounds
            for entry in r.store.entries(plan.id)
        ),
        "verification": pd.concat([r.verify(plan) for plan in plans], ignore_index=True),
    }
