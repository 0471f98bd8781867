"""Comparison levels to bits, probabilities and bands."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from recon.matching.difference import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from recon.matching.patterns import Patterns
    from recon.matching.records import ListKind

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Levels = NDArray[np.int8]

Band = Literal["identical", "strict", "close", "similar", "rough"]
BANDS: tuple[Band, ...] = ("identical", "strict", "close", "similar", "rough")
STEP = 100
"""Weights are counted in hundredths of a bit: whole numbers add up the same in any order."""

UNCROSSED = frozenset({"legal", "length", "number", "dealings"})
"""Subjects that mean the same whatever else agrees, or that only say what the others are worth."""

CAPS = {Difference.NUMBERS: -12.0, Difference.GENERATION: -12.0, Difference.JOBS: -4.0}
"""The most bits that a pair may weigh with such a difference, whatever else agrees. Neighbours,
father and son, two jobs of one firm share e-mail, phone and address: no count of them helps."""


@cache
def table(kind: ListKind, *, within: bool) -> Mapping[str, Any]:
    """The shipped weights: "base" bits and, for each term, bits by level; "rivals" the same.

    "one_number" is the most bits of two customers of whom only one has a number, "one_firm" that
    of two of one firm.
    """
    shipped = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = shipped[f"{kind}{'-within' if within else ''}"]
    most = (ONE_NUMBER_WITHIN, OF_ONE_FIRM_WITHIN) if within else (ONE_NUMBER, OF_ONE_FIRM)
    base, bits = found["base"], found["bits"]
    if kind == "customer":
        base += TWICE if within else 0.0
        more = ELSEWHERE | {"crowd": {"-1": NAMESAKE_WITHIN if within else NAMESAKE}}
        bits = bits | {subject: _moved(bits[subject], by) for subject, by in more.items()}
    caps = dict(zip(("one_number", "one_firm"), most, strict=True))
    return {**found, "base": base, "bits": bits, **caps}


TWICE = 0.6
"""Bits added to two customers of one list: in lists of other authors more of them stand there twice
than in the made-up ones."""

ELSEWHERE = {"slip": {"1": -0.3, "-1": -0.8, "-2": -1.8}, "contacts": {"2": -0.8}}
"""Bits added by subject and level: in lists of other authors more people are called nearly alike
than in the made-up ones, and fewer have changed two of their contacts without one that stayed
(chosen on their dev halves)."""

NAMESAKE = 0.4
"""Bits added where one more is called so: fewer are called exactly alike there ..."""
NAMESAKE_WITHIN = -0.8
"""... but within one list a third of the name makes it likelier that all are somebody else."""


def _moved(bits: Mapping[str, float], more: Mapping[str, float]) -> dict[str, float]:
    return {**bits, **{level: bits.get(level, 0.0) + value for level, value in more.items()}}


Term = tuple[str] | tuple[str, str]
"""A subject, or two that mean more together than apart: a leftover word beside an equal e-mail."""


def terms(subjects: Iterable[str]) -> list[Term]:
    """What carries weights: every subject, and every two of them that are not `UNCROSSED`."""
    ordered = sorted(set(subjects) - {"dealings"})
    single: list[Term] = [(subject,) for subject in ordered]
    return single + list(combinations((s for s in ordered if s not in UNCROSSED), 2))


def rival_terms(subjects: Iterable[str]) -> list[Term]:
    """What the rivals' share is made of: how a pair stands, and what that means beside the rest."""
    ordered = sorted(set(subjects) - UNCROSSED)
    beside: list[Term] = [(subject, stands) for subject in ordered for stands in STANDS]
    return [*((stands,) for stands in STANDS), STANDS, *beside]


_SPAN = 64  # more levels than any subject has on either side of 0


def code(levels: Mapping[str, Levels], term: Term) -> Ints:
    """The levels of a term as one whole number a pair; `spelt` reads it back."""
    found = levels[term[0]].astype(np.int64, copy=False)
    return found if len(term) == 1 else found * _SPAN + levels[term[1]]


def spelt(term: Term, number: int) -> str:
    """A code as it stands in `weights.json`: "4", or "4,-1" for two subjects."""
    if len(term) == 1:
        return str(number)
    second = (number + _SPAN // 2) % _SPAN - _SPAN // 2
    return f"{(number - second) // _SPAN},{second}"


def told(
    levels: Mapping[str, Levels], bits: Mapping[str, Mapping[str, float]]
) -> Iterator[tuple[Term, Ints]]:
    """What each term weighs for each pair, in hundredths of a bit.

    Args:
        levels: by subject.
        bits: by term ("email", "email*name") the bits by level ("4", "4,5"); 0 where none stands.
    """
    if not all(level.size for level in levels.values()):
        return
    levels = {subject: level.astype(np.int64) for subject, level in levels.items()}
    ends = {subject: np.array([level.min(), level.max()]) for subject, level in levels.items()}
    for name, by_level in bits.items():
        one, _, other = name.partition("*")
        term: Term = (one, other) if other else (one,)
        if one not in levels or (other and other not in levels):
            continue
        place = code(levels, term)
        least, most = code(ends, term).tolist()
        table_ = np.zeros(most - least + 1, dtype=np.int64)
        for level, value in by_level.items():
            first, _, second = level.partition(",")
            at = (int(first) * _SPAN + int(second) if second else int(first)) - least
            if 0 <= at <= most - least:
                table_[at] = round(value * STEP)
        yield term, table_[place - least]


def _added(alike: Patterns, bits: Mapping[str, Mapping[str, float]]) -> Ints:
    """What all terms weigh together for each pair, in hundredths of a bit."""
    total = np.zeros(len(alike.levels["name"]), dtype=np.int64)
    for _, share in told(alike.levels, bits):
        total += share
    return total.take(alike.of)


ONE_NUMBER = 2.0
"""The most bits that two customers may weigh of whom only one has a number: a unit of a building
and the building are called alike and reached alike."""

ONE_NUMBER_WITHIN = -1.0
"""The same within one list: there a number parts two that were meant to be two."""

NOTHING_SHARED = 4.0
"""The most bits of two whose names share nothing: firms of one building, a firm and its owner. Two
equal invoices or payments lift it: nobody else has those."""


OF_ONE_FIRM = 0.0
"""The most bits of two customers who share a company and its contacts, but are called otherwise:
two people of one firm, its branches in two towns."""

OF_ONE_FIRM_WITHIN = -4.0
"""The same within one list, where whoever wrote them down wrote two."""

_ALWAYS_APART, _PART_OF = -3, (Difference.CHILD, Difference.NUMBER)
TOLD_APART = -2.0
"""The most bits of a job, a unit or a numbered lot against the name without it, where the lists
have both of others: they mean two. Two equal invoices or payments lift it."""

_BOTH_IN_USE, _REACHED = -2, 3  # of `slip`; of `contacts`, from which on one is equal
TWO_NAMES = 6.0
"""The most bits of two customers who are a letter apart in two names that are both in use, with no
contact in common: Mark and Mary Webb may be one, but nobody is to approve it unseen. Two equal
invoices or payments lift it."""

A_WORD_OVER = 6.0
"""The most bits of two items of which one says a word more, with no SKU, description or habit of
the lists that explains it: a service call and the same after hours may cost the same."""


def weights(alike: Patterns, shipped: Mapping[str, Any], dealt: Ints | None = None) -> Ints:
    """What each pair's levels weigh together, in hundredths of a bit, before rivals.

    Args:
        alike: the pairs' sets of levels.
        shipped: the weights of the levels.
        dealt: what the two books say of each pair, in hundredths of a bit.
    """
    total = round(shipped["base"] * STEP) + _added(alike, shipped["bits"])
    return capped(total if dealt is None else total + dealt, alike, shipped)


def capped(total: Ints, alike: Patterns, shipped: Mapping[str, Any]) -> Ints:
    """The weights, none above what the difference of the two names allows."""
    return np.minimum(total, ceiling(alike.levels, shipped).take(alike.of))


def ceiling(levels: Mapping[str, Levels], shipped: Mapping[str, Any]) -> Ints:
    """The most that each set of levels may weigh, in hundredths of a bit."""
    most = np.full(len(levels["name"]), 10_000 * STEP, dtype=np.int64)
    untold = levels["dealings"] < 2 if "dealings" in levels else np.True_  # by both books
    strangers = (levels["name"] == 0) & (levels["leftover"] <= 1) & untold
    most[strangers] = round(NOTHING_SHARED * STEP)
    of_one_firm = (levels["via"] == -6) | (levels["conflict"] == -3)
    most[of_one_firm] = round(shipped.get("one_firm", OF_ONE_FIRM) * STEP)
    if "email" in levels:
        apart = (levels["usage"] == _ALWAYS_APART) & np.isin(levels["difference"], _PART_OF)
        apart &= untold
        most[apart] = np.minimum(most[apart], round(TOLD_APART * STEP))
    if "slip" in levels:
        two = (levels["slip"] == _BOTH_IN_USE) & (levels["contacts"] < _REACHED) & untold
        most[two] = np.minimum(most[two], round(TWO_NAMES * STEP))
    if "sku" in levels:
        bare = (levels["difference"] <= Difference.WORD) & (levels["sku"] < 3)
        bare &= (levels["note"] < 2) & (levels["usage"] < 3)
        most[bare] = np.minimum(most[bare], round(A_WORD_OVER * STEP))
    one_number = {Difference.NUMBER: shipped.get("one_number", ONE_NUMBER)}
    caps = CAPS | (one_number if "email" in levels else {})
    for difference, cap in caps.items():
        capped = levels["difference"] == difference
        most[capped] = np.minimum(most[capped], round(cap * STEP))
    return most


STANDS = ("lead", "rival")
"""How a pair stands against the best other pair of one of its records: of that where it stands
better, and of that where it stands worse."""

_EDGES = np.array([-6, -3, 0, 1 / STEP, 3, 6, 12]) * STEP


def rivals(weight: Ints, left: Ints, right: Ints) -> dict[str, Levels]:
    """How a pair stands against the best other pairs of its two records: `STANDS`.

    4 no rival within 12 bits, 3 six bits ahead, 2 three, 1 ahead, 0 tied with the best rival, -1
    behind by up to three bits, -2 by up to six, -3 by more.
    """
    # within one list a record may stand left in one pair and right in the next
    margins = np.split(_margin(np.tile(weight, 2), np.concatenate([left, right])), 2)
    found = np.maximum(*margins), np.minimum(*margins)
    levels = ((np.digitize(margin, _EDGES) - 3).astype(np.int8) for margin in found)
    return dict(zip(STANDS, levels, strict=True))


_ALONE = -(10**9)


def _margin(weight: Ints, group: Ints) -> Ints:
    """The weight minus the greatest other weight of the same group; far above any when alone."""
    groups = int(group.max(initial=0)) + 1
    best, second = np.full((2, groups), _ALONE, dtype=np.int64)
    np.maximum.at(best, group, weight)
    leads = weight == best[group]
    np.maximum.at(second, group[~leads], weight[~leads])
    tied = np.bincount(group[leads], minlength=groups) > 1
    other = np.where(leads & ~tied[group], second[group], best[group])
    return np.asarray(weight - other, dtype=np.int64)


def settle(
    weight: Ints, stands: Mapping[str, Levels], shipped: Mapping[str, Any], alike: Patterns
) -> Ints:
    """The weights as shipped: the rivals' share added, the caps kept."""
    final = weight + round(shipped["rivals"]["base"] * STEP)
    final += _added(alike.beside(stands), shipped["rivals"]["bits"])
    return capped(final, alike, shipped)


_LONG, _PROSE, _TEMPER, _HEADROOM = 3, 6 * STEP, 40, 60


def tempered(total: Ints, alike: Patterns, rival: Levels, *, prose: bool) -> Ints:
    """The weights, those of prose nearer to nothing and kept below 99 %.

    Two long descriptions that differ and share no model number or SKU are never sure: editions,
    licences and sets of one product are told in the same words. Where a list describes its items
    in `prose`, as shops do, nothing but an SKU, or a model number in names alike whose descriptions
    do not differ in a size, is sure.
    """
    levels = alike.levels
    if "model" not in levels:
        return total
    differs = (levels["length"] >= _LONG) & (levels["difference"] < Difference.SMALL)
    unsure = (differs | prose) & (levels["model"] < 2)
    unsure |= prose & ((levels["coverage"] <= _HALF) | (levels["note"] == _OTHER_SIZE))
    unsure &= levels["sku"] < 3
    above = _PROSE + np.minimum((total - _PROSE) // _TEMPER, _HEADROOM)
    held = np.where(unsure.take(alike.of) & (total > _PROSE), above, total)
    if not prose:
        return held
    trails = held * _TRAILING - STEP
    return np.rint(np.where(rival < 0, trails, held * _BELIEVED)).astype(np.int64)


_BELIEVED, _TRAILING = 0.8, 0.4
"""What bits between prose are worth, and those of a pair that stands behind another of its records,
from which one bit is taken besides. Two that tell of one thing share words, and so do an upgrade
and its academic edition. So counted, what is called half sure is right in half of other authors'
lists (dev halves of Abt-Buy and Amazon-Google)."""
_HALF = 2  # fifths of two names that are shared
_OTHER_SIZE = -2  # a size or number that the two descriptions do not share


def probability(bits: Floats) -> Floats:
    """The probability that log2 odds of `bits` mean."""
    return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(bits, -60.0, 60.0))))


def bands(levels: Mapping[str, Levels], chance: Floats) -> NDArray[np.object_]:
    """The band of each pair; see README.md for what an accountant may do with each."""
    band = np.full(len(chance), "rough", dtype=object)
    band[chance >= 0.5] = "similar"
    band[chance >= 0.9] = "close"
    strict = (chance >= 0.99) & (levels["rival"] > 0)
    band[strict] = "strict"
    same = (levels["name"] == 5) & (levels["via"] == 0) & (levels["difference"] == 0)
    band[strict & same & (levels["legal"] == 0)] = "identical"
    return band
