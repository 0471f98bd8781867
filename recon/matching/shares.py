"""What each reason weighs: a pair's bits, told apart by what they were given for.

The bits of two subjects together ("an equal e-mail beside a leftover word") are halved between the
two. The parts add up to the pair's weight, to the hundredth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from recon.matching.weigh import STEP, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]

_REASON = {
    **dict.fromkeys(("name", "via", "coverage", "rarity", "length", "acronym", "legal"), "name"),
    "usage": "name", "doubt": "description",
    **dict.fromkeys(("number", "model"), "number"),
    **dict.fromkeys(("difference", "leftover", "conflict", "couple"), "left over"),
    "email": "e-mail", "phone": "phone", "address": "address", "place": "place",
    "person": "contact person", "sku": "SKU", "price": "price", "note": "description",
    "mark": "mark", "crowd": "namesakes", "contacts": "contacts", "rival": "rivals",
}  # fmt: skip
_ALWAYS = frozenset({"name", "via", "coverage", "rarity", "length", "legal", "difference", "rival"})
"""Subjects of which level 0 says something; of the others it says that nothing was to compare."""

_ORDER = (
    *dict.fromkeys(_REASON.values()), "documents", "to begin with", "limit", "these lists",
    "your answers",
)  # fmt: skip


def shares(
    levels: Mapping[str, Levels],
    shipped: Mapping[str, Any],
    dealt: Ints | None,
    weight: Sequence[Ints],
) -> dict[str, Ints]:
    """Hundredths of a bit by reason, in the order in which they are told.

    Args:
        levels: of the pairs, `rival` included.
        shipped: the weights of the levels.
        dealt: what the documents of both books say of each pair, in hundredths of a bit.
        weight: of each pair, in hundredths of a bit: as shipped; as these lists have moved it;
            below the ceilings; as a person's answers have moved it.

    Returns:
        Every reason of the kind of list; "limit" is what a ceiling took away.
    """
    usual, moved, settled, final = weight
    whole = shipped["base"], shipped["rivals"]["base"]
    found = {reason: np.zeros(len(final), dtype=np.int64) for reason in _ORDER}
    found["to begin with"] += sum(round(base * STEP) for base in whole)
    if dealt is not None:
        found["documents"] += dealt
    for bits in (shipped["bits"], shipped["rivals"]["bits"]):
        for term, share in told(levels, bits):
            parts = [share] if len(term) == 1 else [share // 2, share - share // 2]
            for subject, part in zip(term, parts, strict=True):
                silent = (levels[subject] == 0) & (subject not in _ALWAYS)
                found[_REASON[subject]] += np.where(silent, 0, part)
                found["to begin with"] += np.where(silent, part, 0)
    found["limit"] += usual - sum(found.values()) + settled - moved
    found["these lists"] += moved - usual
    found["your answers"] += final - settled
    return found


def weighed(found: Mapping[str, Ints]) -> NDArray[np.object_]:
    """The shares of each pair as one line: "name +9.1, e-mail +5.3, phone -1.1".

    The bits are rounded to tenths, and what is below one is left out.
    """
    tenths = np.stack([np.round(share / 10).astype(np.int64) for share in found.values()], axis=1)
    pattern, back = np.unique(tenths, axis=0, return_inverse=True)
    lines = [
        ", ".join(f"{r} {v / 10:+.1f}" for r, v in zip(found, row, strict=True) if v)
        for row in pattern.tolist()
    ]
    return np.array(lines, dtype=object)[back.ravel()]
