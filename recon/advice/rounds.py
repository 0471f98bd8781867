"""Several plans of one company, one after the other, as the work papers tell of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from recon.plan import Plan


def joined(plans: Sequence[Plan]) -> Plan:
    """Several plans of one company, one after the other, as one.

    Ids of the second and later ones are marked with `in_round`.
    """
    first, *later = plans
    actions, writes = list(first.actions), list(first.writes)
    for number, plan in enumerate(later, 2):
        actions += [
            replace(
                action,
                id=in_round(number, action.id),
                rivals=tuple(in_round(number, other) for other in action.rivals),
                after=tuple(in_round(number, other) for other in action.after),
            )
            for action in plan.actions
        ]
        writes += [
            replace(
                write,
                id=in_round(number, write.id),
                action_id=in_round(number, write.action_id),
            )
            for write in plan.writes
        ]
    return replace(first, actions=tuple(actions), writes=tuple(writes))


def in_round(number: int, plain_id: str) -> str:
    """An id of the first plan as it is, of a later one with its number in front."""
    return plain_id if number == 1 else f"{number}/{plain_id}"
