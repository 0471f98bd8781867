"""What the newest plan has yet to write to QuickBooks, for the checks that look at the plan."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from recon.books import PLANNED
from recon.case import Case
from recon.plan import Plan, standing
from recon.workspace import Workspace


def with_planned(case: Case, store: Workspace) -> Case:
    """The case, beside what the newest plan will write; what was turned down is not in it."""
    plan = store.plan()
    if plan is None:
        return case
    done = {entry.write_id for entry in store.entries(plan.id) if entry.state == "done"}
    last = standing(plan, store.decisions(plan.id))
    said = {action_id: decision.verdict for action_id, decision in last.items()}
    # of a plan that was begun only the rest of what was approved is still to come
    wanted = ("approve",) if done else ("approve", "ask", None)
    open_ = {action.id for action in plan.actions if said.get(action.id) in wanted}
    return replace(case, planned=PLANNED.frame(_updates(plan, open_, done)))


def _updates(plan: Plan, open_: Collection[str], done: Collection[str]) -> Iterator[dict[str, Any]]:
    whose = {action.id: action.ref for action in plan.actions}
    ours_already = {write.ref for write in plan.writes if write.id in done}  # newer by our hand
    for write in plan.writes:
        ours = write.to == "qbo" and write.operation == "update" and write.ref not in ours_already
        if ours and write.action_id in open_:
            for_ref = whose[write.action_id]
            yield {
                "ref": write.ref,
                "for_ref": for_ref if for_ref.startswith("app:") else None,
                "sync_token": write.body.get("SyncToken"),
            }
