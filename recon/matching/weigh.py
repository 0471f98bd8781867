"""Comparison levels to bits, probabilities and bands."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from recon.matching.difference import Difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from recon.matching.records import ListKind

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Levels = NDArray[np.int8]

Band = Literal["identical", "strict", "close", "similar", "rough"]
BANDS: tuple[Band, ...] = ("identical", "strict", "close", "similar", "rough")
STEP = 100
"""Weights are counted in hundredths of a bit: whole numbers add up the same in any order."""

CROSSED = (
    ("difference", "contacts"), ("name", "contacts"), ("rarity", "contacts"), ("via", "contacts"),
    ("leftover", "contacts"), ("couple", "contacts"), ("acronym", "contacts"),
    ("difference", "coverage"), ("leftover", "difference"), ("difference", "length"),
    ("coverage", "length"), ("mark", "difference"), ("mark", "contacts"), ("conflict", "contacts"),
    ("crowd", "contacts"), ("place", "contacts"), ("person", "contacts"), ("mark", "name"),
    ("crowd", "name"), ("number", "difference"), ("number", "contacts"),
    ("model", "contacts"), ("model", "coverage"), ("model", "difference"),
    ("usage", "difference"), ("usage", "contacts"), ("usage", "coverage"), ("usage", "name"),
    ("doubt", "difference"), ("doubt", "contacts"),
)  # fmt: skip
"""Levels that mean more together than apart: a leftover word beside an equal e-mail ..."""

CAPS = {Difference.NUMBERS: -12.0, Difference.GENERATION: -12.0, Difference.JOBS: -4.0}
"""The most bits that a pair may weigh with such a difference, whatever else agrees. Neighbours,
father and son, two jobs of one firm share e-mail, phone and address: no count of them helps."""


@cache
def table(kind: ListKind, *, within: bool) -> Mapping[str, Any]:
    """The shipped weights: "base" bits and, for each subject, bits by level."""
    shipped = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = shipped[f"{kind}{'-within' if within else ''}"]
    return found


def crossed(levels: Mapping[str, Levels]) -> dict[str, Ints]:
    """The levels and the products of levels that carry weights, as whole numbers."""
    single = {name: level.astype(np.int64) for name, level in levels.items()}
    both = {
        f"{a}*{b}": single[a] * 100 + single[b] for a, b in CROSSED if a in single and b in single
    }
    return single | both


ONE_NUMBER = 2.0
"""The most bits that two customers may weigh of whom only one has a number: a unit of a building
and the building are called alike and reached alike."""

NOTHING_SHARED = 4.0
"""The most bits of two whose names share nothing: firms of one building, a firm and its owner. Two
equal invoices or payments lift it: nobody else has those."""


def weights(
    levels: Mapping[str, Levels], shipped: Mapping[str, Any], dealt: Ints | None = None
) -> Ints:
    """What each pair's levels weigh together, in hundredths of a bit, before rivals.

    Args:
        levels: by subject.
        shipped: the weights of the levels.
        dealt: what the two books say of each pair, in hundredths of a bit.
    """
    total = np.full(len(levels["name"]), round(shipped["base"] * STEP), dtype=np.int64)
    for name, level in crossed(levels).items():
        bits = shipped["bits"].get(name)
        if bits and len(level):
            seen, back = np.unique(level, return_inverse=True)
            total += np.array([round(bits.get(str(k), 0.0) * STEP) for k in seen])[back]
    return capped(total if dealt is None else total + dealt, levels)


def capped(total: Ints, levels: Mapping[str, Levels]) -> Ints:
    """The weights, none above what the difference of the two names allows."""
    strangers = (levels["name"] == 0) & (levels["leftover"] <= 1)
    if "dealings" in levels:
        strangers &= levels["dealings"] < 2
    total = np.where(strangers, np.minimum(total, round(NOTHING_SHARED * STEP)), total)
    caps = CAPS | ({Difference.NUMBER: ONE_NUMBER} if "email" in levels else {})
    for difference, cap in caps.items():
        capped = levels["difference"] == difference
        total = np.where(capped, np.minimum(total, round(cap * STEP)), total)
    return total


def rivals(weight: Ints, left: Ints, right: Ints) -> Levels:
    """How a pair stands against the best other pair of its two records; `cmp_rival`.

    3 no rival within 12 bits, 2 six bits ahead, 1 ahead, 0 tied with the best rival, -1 behind by
    less than six bits, -2 behind by more.
    """
    if not weight.size:
        return np.zeros(0, dtype=np.int8)
    margin = np.minimum(_margin(weight, left), _margin(weight, right))
    edges = np.array([-6, 0, 1 / STEP, 6, 12]) * STEP
    return np.asarray(np.digitize(margin, edges) - 2, dtype=np.int8)


def _margin(weight: Ints, group: Ints) -> Ints:
    """The weight minus the greatest other weight of the same group (20 bits when alone)."""
    order = np.lexsort((-weight, group))
    first = np.unique(group[order], return_index=True)[1]
    size = np.diff(np.append(first, len(order)))
    best = np.repeat(weight[order][first], size)
    second = np.full(len(first), -(10**9), dtype=np.int64)
    more = size > 1
    second[more] = weight[order][first[more] + 1]
    is_best = np.zeros(len(order), dtype=np.bool_)
    is_best[first] = True
    other = np.where(is_best, np.repeat(second, size), best)
    margin = np.empty(len(order), dtype=np.int64)
    margin[order] = weight[order] - other
    return margin


def settle(
    weight: Ints, rival: Levels, shipped: Mapping[str, Any], levels: Mapping[str, Levels]
) -> Ints:
    """The final weights: the rivals' share added, the caps kept."""
    extra = {int(k): round(v * STEP) for k, v in shipped["rival"].items()}
    final = weight + np.array([extra.get(k, 0) for k in range(-2, 4)])[rival.astype(np.int64) + 2]
    return _tempered(capped(final, levels), levels)


_LONG, _PROSE, _TEMPER, _HEADROOM = 3, 6 * STEP, 40, 60


def _tempered(total: Ints, levels: Mapping[str, Levels]) -> Ints:
    """The weights, those of prose kept below 99 % in their order.

    Two long descriptions that differ and share no model number or SKU are never sure: editions,
    licences and sets of one product are told in the same words.
    """
    if "model" not in levels:
        return total
    prose = (levels["length"] >= _LONG) & (levels["difference"] < Difference.SMALL)
    prose &= (levels["model"] < 2) & (levels["sku"] < 3)
    above = _PROSE + np.minimum((total - _PROSE) // _TEMPER, _HEADROOM)
    return np.where(prose & (total > _PROSE), above, total)


def probability(bits: Floats) -> Floats:
    """The probability that log2 odds of `bits` mean."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, -60.0, 60.0))))


def bands(levels: Mapping[str, Levels], rival: Levels, chance: Floats) -> NDArray[np.object_]:
    """The band of each pair; see README.md for what an accountant may do with each."""
    band = np.full(len(chance), "rough", dtype=object)
    band[chance >= 0.5] = "similar"
    band[chance >= 0.9] = "close"
    strict = (chance >= 0.99) & (rival > 0)
    band[strict] = "strict"
    same = (levels["name"] == 5) & (levels["via"] == 0) & (levels["difference"] == 0)
    band[strict & same & (levels["legal"] == 0)] = "identical"
    return band
