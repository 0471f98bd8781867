"""What the work papers tell of a reconciliation: everything that was found, planned and done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from recon.checks import Light
from recon.explaining import rests_on
from recon.plan import Plan, in_round, joined
from recon.rehearsing import rehearsal_of
from recon.reports import Report, words

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation


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
    facts: dict[str, Any] = {
        "outcomes": r.forecast(),
        "facts": {
            path: rests_on(r.profile, path) for path in set(r.forecast()["because"].dropna())
        },
        "findings": r.check(),
        "lights": {
            f"{whose}: traffic light": f"{word.label}: {why}"
            for whose, word, why in map(lit, r.lights())
        },
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
        **{**facts, **_of_plans(r, plans), **shown},
    )


def lit(one: Light) -> tuple[str, words.Word, str]:
    """A traffic light as people read it: whose, its word, and why."""
    return words.lit(one.entity, one.colour, [(why.check, why.count) for why in one.reasons])


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
