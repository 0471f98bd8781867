"""What of an approved plan a person would do next, and what was not done in the end."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from recon.plan import Action, Plan, Write
from recon.ports import Journal


def open_hand_work(plan: Plan, approved: Collection[str], journal: Journal) -> list[Write]:
    """Approved hand-work that waits for nothing any more, in the order of the plan."""
    done = {entry.write_id for entry in journal.entries(plan.id) if entry.state == "done"}
    actions = {action.id: action for action in plan.actions}
    of_action: dict[str, list[Write]] = {}
    for write in plan.writes:
        of_action.setdefault(write.action_id, []).append(write)
    return [
        write
        for write in plan.writes
        if write.to == "hand"
        and write.action_id in approved
        and write.id not in done
        and all(needed.id in done for needed in _before(write, actions, of_action))
    ]


def _before(
    write: Write, actions: dict[str, Action], of_action: dict[str, list[Write]]
) -> Iterator[Write]:
    """What must be done first: other actions, and what stands earlier in its own."""
    for other in actions[write.action_id].after:
        yield from of_action.get(other, ())
    for earlier in of_action[write.action_id]:
        if earlier.id == write.id:
            return
        yield earlier


def undone(
    plan: Plan, approved: Collection[str], journal: Journal, told: Collection[str] = ()
) -> list[str]:
    """What of the approved plan was not done, a sentence each; `told` are told of already."""
    last = {entry.write_id: entry for entry in journal.entries(plan.id)}
    titles = {action.id: action.title for action in plan.actions}
    said = []
    for write in plan.writes:
        entry = last.get(write.id)
        done = entry is not None and entry.state == "done"
        if done or write.action_id not in approved or write.id in told:
            continue
        why = "it waits for what was not done"
        if entry is not None:
            why = f"refused: {entry.detail.get('code') or entry.detail.get('says', '')}"
        said.append(f"{write.id} ({titles[write.action_id]}): {why}.")
    return said
