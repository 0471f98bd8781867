"""What people decided on every plan of a company, the last word on each record counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recon.plan import Decision, Plan, Verdict, standing

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation


def decided(r: Reconciliation) -> list[tuple[Plan, dict[str, Decision]]]:
    """Every plan, oldest first, with the preparer's last word on each of its actions."""
    return [(plan, standing(plan, r.store.decisions(plan.id))) for plan in r.store.plans()]


def left_out(r: Reconciliation, but: Plan | None = None) -> frozenset[str]:
    """Refs that a person decided to keep out of the sync.

    Args:
        r: of which company.
        but: a plan whose decisions do not count.
    """
    out: set[str] = set()
    for plan, verdicts in decided(r):
        if but is not None and plan.id == but.id:
            continue
        approved = r.review(plan).approved()
        for action in plan.actions:
            if action.kind == "skip" and action.id in approved:
                out.add(action.ref)
            elif action.kind == "skip" and action.id in verdicts:
                out.discard(action.ref)
    return frozenset(out)


def told(r: Reconciliation, verdict: Verdict) -> frozenset[tuple[str, str]]:
    """Pairs of refs of whose "is this the same?" a verdict was the last word, in both orders."""
    last: dict[tuple[str, str], Verdict] = {}
    for plan, verdicts in decided(r):
        for action in plan.actions:
            if action.claims == "same" and action.id in verdicts:
                last[action.ref, action.other_ref] = verdicts[action.id].verdict
                last[action.other_ref, action.ref] = verdicts[action.id].verdict
    return frozenset(pair for pair, word in last.items() if word == verdict)
