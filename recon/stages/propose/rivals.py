"""Which actions are several answers to one question, so that at most one may be approved."""

from __future__ import annotations

from collections.abc import Iterable

from recon.plan import Action

_WHO = {"near_miss", "inactive_twin"}
_TWO_ANSWERS = {"wrong_stored_link", "duplicate_in_qbo"}
_OF_BOTH = {
    "blank_client_collapses", "same_name_different_party", "item_name_held_by_category_or_group",
}  # fmt: skip
"""Here the question is about the two records together."""


def rivals_among(actions: Iterable[Action]) -> dict[str, tuple[str, ...]]:
    """Actions of which at most one may be approved: several answers to who one record is."""
    groups: dict[tuple[str, str], list[str]] = {}
    for action in actions:
        if action.cause in _WHO:
            groups.setdefault(("ref", action.ref), []).append(action.id)
            groups.setdefault(("other_ref", action.other_ref), []).append(action.id)
        elif (
            action.cause in _TWO_ANSWERS
            or action.cause.startswith("name_taken_by_")
            or (action.cause == "client_dup_in_source" and action.claims)
        ):
            groups.setdefault(("ref", action.ref), []).append(action.id)
        elif action.cause in _OF_BOTH:
            about = ("ref", action.ref) if not action.other_ref else (action.ref, action.other_ref)
            groups.setdefault(about, []).append(action.id)
    found: dict[str, set[str]] = {}
    for ids in groups.values():
        for one in ids:
            found.setdefault(one, set()).update(other for other in ids if other != one)
    return {one: tuple(sorted(others)) for one, others in found.items() if others}
