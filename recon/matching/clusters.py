"""Groups of records that are one and the same, from pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable


def clusters(pairs: pd.DataFrame, ids: Iterable[str], threshold: float = 0.99) -> pd.Series[int]:
    """The number of the group that each record belongs to, in the order of `ids`.

    The surest pairs join first. A pair does not join two groups when some record of the one and
    some record of the other were compared and contradict each other (`cmp_difference` says that
    their numbers, jobs or generations differ): "A is B" and "B is C" never make unit 203 unit 204.

    Args:
        pairs: what `dedupe` returned; pairs below `threshold` only serve as contradictions.
        ids: every id of the list; one that is in no pair is a group of its own.
        threshold: the `match_probability` from which a pair joins.

    Returns:
        Group numbers 0, 1, ... by first appearance in `ids`, indexed by id.
    """
    order = list(dict.fromkeys(str(i) for i in ids))
    parent = {i: i for i in order}
    members: dict[str, set[str]] = {i: {i} for i in order}

    def root(i: str) -> str:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    against: dict[str, set[str]] = {}
    if "cmp_difference" in pairs:
        contradicted = pairs[pairs["cmp_difference"] <= NEVER]
        for left, right in zip(contradicted["left_id"], contradicted["right_id"], strict=True):
            against.setdefault(left, set()).add(right)
            against.setdefault(right, set()).add(left)
    sure = pairs[pairs["match_probability"] >= threshold]
    sure = sure.sort_values(["match_weight", "left_id", "right_id"], ascending=[False, True, True])
    for left, right in zip(sure["left_id"], sure["right_id"], strict=True):
        if left not in parent or right not in parent:
            continue
        one, other = sorted((root(left), root(right)), key=lambda r: (len(members[r]), r))
        if one == other or any(against.get(i, set()) & members[other] for i in members[one]):
            continue
        parent[one] = other
        members[other] |= members.pop(one)
    numbers: dict[str, int] = {}
    return pd.Series(
        [numbers.setdefault(root(i), len(numbers)) for i in order],
        index=pd.Index(order, name="id"),
        name="cluster",
        dtype="int64",
    )


NEVER = -10
"""`cmp_difference` at or below this level says that the two cannot be the same."""
