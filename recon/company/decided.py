"""What people have decided on all the plans of a company; the last word counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.plan import Decision, Plan, Verdict, standing
from recon.workspace import Workspace

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation


def verdicts(store: Workspace) -> list[tuple[Plan, dict[str, Decision]]]:
    """Every plan, oldest first, with the preparer's last word on each of its actions."""
    return [(plan, standing(plan, store.decisions(plan.id))) for plan in store.plans()]


def kept_out(r: Reconciliation, but: Plan | None = None) -> frozenset[str]:
    """Refs that people keep out of the sync, one by one.

    Args:
        r: the reconciliation.
        but: a plan whose decisions do not count.
    """
    out: set[str] = set()
    for plan, said in verdicts(r.store):
        if but is not None and plan.id == but.id:
            continue
        approved = r.review(plan).approved()
        for action in plan.actions:
            if action.kind == "skip" and action.id in approved:
                out.add(action.ref)
            elif action.kind == "skip" and action.id in said:
                out.discard(action.ref)
    return frozenset(out)


def told(store: Workspace, verdict: Verdict) -> frozenset[tuple[str, str]]:
    """Pairs of refs of whose "is this the same?" a verdict was the last word, in both orders."""
    last: dict[tuple[str, str], Verdict] = {}
    for plan, said in verdicts(store):
        for action in plan.actions:
            if action.claims == "same" and action.id in said:
                last[action.ref, action.other_ref] = said[action.id].verdict
                last[action.other_ref, action.ref] = said[action.id].verdict
    return frozenset(pair for pair, word in last.items() if word == verdict)
