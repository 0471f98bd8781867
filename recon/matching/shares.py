"""What each reason weighs: a pair's bits, told apart by what they were given for.

The bits of two subjects together ("an equal e-mail beside a leftover word") are halved between the
two. The parts add up to the pair's weight, to the hundredth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from recon.matching.patterns import patterns
from recon.matching.weigh import STEP, told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]

_REASON = {
    **dict.fromkeys(("name", "via", "coverage", "rarity", "length", "acronym", "legal"), "name"),
    "slip": "name", "usage": "name", "doubt": "description",
    **dict.fromkeys(("number", "model"), "number"),
    **dict.fromkeys(("difference", "leftover", "conflict", "couple"), "left over"),
    "email": "e-mail", "phone": "phone", "address": "address", "place": "place",
    "person": "contact person", "sku": "SKU", "price": "price", "note": "description",
    "mark": "mark", "crowd": "namesakes", "others": "namesakes", "sites": "namesakes",
    "contacts": "contacts", "rival": "rivals", "lead": "rivals",
}  # fmt: skip
_ALWAYS = frozenset(
    {"name", "via", "coverage", "rarity", "length", "legal", "difference", "rival", "lead"}
)
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
    distinct, of = patterns(levels)
    found = {reason: share[of] for reason, share in _by_levels(distinct, shipped).items()}
    if dealt is not None:
        found["documents"] += dealt
    found["limit"] += usual - sum(found.values()) + settled - moved
    found["these lists"] += moved - usual
    found["your answers"] += final - settled
    return found


def _by_levels(levels: Mapping[str, Levels], shipped: Mapping[str, Any]) -> dict[str, Ints]:
    """The shares that follow from the levels alone."""
    found = {reason: np.zeros(len(levels["name"]), dtype=np.int64) for reason in _ORDER}
    whole = shipped["base"], shipped["rivals"]["base"]
    found["to begin with"] += sum(round(base * STEP) for base in whole)
    for bits in (shipped["bits"], shipped["rivals"]["bits"]):
        for term, share in told(levels, bits):
            parts = [share] if len(term) == 1 else [share // 2, share - share // 2]
            for subject, part in zip(term, parts, strict=True):
                if subject in _ALWAYS:
                    found[_REASON[subject]] += part
                    continue
                said = part * (levels[subject] != 0)
                found[_REASON[subject]] += said
                found["to begin with"] += part - said
    return found


def weighed(found: Mapping[str, Ints]) -> pa.Array:
    """The shares of each pair as one line: "name +9.1, e-mail +5.3, phone -1.1".

    The bits are rounded to tenths, and what is below one is left out.
    """
    columns, text = [], pa.large_string()
    for reason, share in found.items():
        place, distinct = pd.factorize(np.round(share / 10).astype(np.int64))
        said = [f"{reason} {tenths / 10:+.1f}" if tenths else None for tenths in distinct.tolist()]
        if any(said):
            columns.append(pa.array(said, text).take(pa.array(place)))
    if not columns:
        return pa.repeat(pa.scalar("", text), len(place))
    return compute.binary_join_element_wise(*columns, pa.scalar(", ", text), null_handling="skip")
