"""What the two lists themselves say of each level: expectation and maximisation, without labels.

The shipped weights know how lists usually are. How much an equal phone, a leftover word or a
common name means in *these* two lists shows in the lists: suppose which pairs are one, count how
often each level comes among them and among the others, weigh every pair by that, and suppose again
until nothing moves. Two rules keep it from taking siblings for one party: the ceilings of `weigh`,
and that the pairs of one record compete, for seldom are two of them right.

Source: P. Fellegi and A. Sunter, "A Theory for Record Linkage", 1969; W. E. Winkler, "Using the EM
Algorithm for Weight Computation in the Fellegi-Sunter Model of Record Linkage", 1988.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from recon.matching.weigh import STEP, ceiling, probability

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from recon.matching.patterns import Patterns
    from recon.matching.records import ListKind

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Levels = NDArray[np.int8]

TOGETHER = ("name", "slip", "difference", "leftover", "via", "conflict")
"""Subjects that only mean something together: one slip beside nothing left over."""

AGAIN = ("others",)
"""Subjects that say again what others say, here `rarity` and `crowd`: every subject counts as if it
knew nothing of the rest, and the same told three times would be believed three times."""

_EVENED = 1.3
"""What a level's bits are worth: counted from shares, of which many hedge, and beside pairs that
share much, or they would not be compared, they come out small."""
_PRIOR = 5.0
"""Pairs by which each level is held at meaning nothing; what is rare says little."""
_ROUNDS, _STILL = 50, 3e-5
"""Rounds at most, and the part of all matches that one may still move: a single pair that cannot
make up its mind does not keep a million others waiting."""
_SPAN = 64  # more levels than any subject has on either side of 0
_MOST = 25.0
_LET_GO = 0.9
"""Where fewer of the pairs at hand may count, the others are let go."""

_GRAIN, _ODDS = 2.0**-20, 2.0**-12
"""Shares and odds are counted in these, as whole numbers: sums are exact in any order of pairs."""
_NOTHING = _GRAIN / 4
"""Odds below this count as nothing, neither as a share nor as a rival."""


@dataclass(frozen=True)
class Mix:
    """How much the shipped weights count beside what the lists say.

    Attributes:
        shipped: factor of the shipped bits.
        lists: factor of the lists' own bits.
        base: bits added, so that the probability stays true.
    """

    shipped: float
    lists: float
    base: float


MIX: Mapping[ListKind, Mix] = {"customer": Mix(0.75, 0.12, 1.0), "item": Mix(0.62, 0.14, 1.4)}
"""Chosen on the dev half of other authors' lists, where the shipped weights are less at home than
on made-up ones; the calibration came out true there too."""

WITHIN = Mix(0.9, 0.1, -0.6)
"""The same within one list, where few pairs are one: they teach less."""

FEW = 300.0
"""Expected matches at which the lists' own word counts half: forty customers teach nothing."""


def lists_say(
    alike: Patterns,
    rows: tuple[Ints, Ints],
    start: Floats,
    shipped: Mapping[str, Any],
) -> Ints:
    """What the lists themselves say of each pair, in hundredths of a bit.

    Args:
        alike: the pairs' sets of levels.
        rows: of the left and of the right record of each pair, of two lists or of one.
        start: how likely each pair is supposed to be one before anything is counted.
        shipped: the weights of the levels, whose ceilings hold.
    """
    distinct, of = alike
    codes = [_code(distinct, subjects) for subjects in _groups(distinct)]
    held = np.bincount(of).astype(np.float64)
    sizes: list[Floats] = [np.bincount(code, held).astype(np.float64) for code in codes]
    share, most = start, ceiling(distinct, shipped) / STEP
    pairs = every = _Pairs(of, *rows, np.ones(len(held), dtype=np.bool_), codes)
    for _ in range(_ROUNDS):
        counted = np.bincount(pairs.of, np.rint(share / _GRAIN), len(held)).astype(np.float64)
        told = _bits(codes, sizes, counted, pairs, len(of))
        odds = np.exp2(np.clip(np.minimum(told, most), -40.0, 40.0))
        count = odds >= _NOTHING
        if (count & ~pairs.sets).any():  # a set that had been let go
            share, pairs = pairs.in_place(share, of), every
        before, share = share, _shares(np.where(count, odds, 0.0)[pairs.of], pairs.one, pairs.other)
        moved = np.rint(np.abs(share - before) / _GRAIN).sum()
        if moved <= _STILL * np.rint(share / _GRAIN).sum():
            break
        use = share > 0.0
        if np.count_nonzero(use) < _LET_GO * len(use):
            pairs, share = pairs.take(use, count, codes), share[use]
    del share, before, pairs
    share = _shares(odds[of], *rows)
    bits = np.log2(share + 1e-15)
    np.subtract(1.0, share, out=share)
    share += 1e-15
    bits -= np.log2(share, out=share)
    np.clip(bits, -_MOST, _MOST, out=bits)
    bits *= STEP
    return np.rint(bits, out=bits).astype(np.int64)


class _Pairs(NamedTuple):
    """The pairs of some sets of levels: the others would not count."""

    of: Ints  # the set of each pair
    one: Ints
    other: Ints
    sets: Bools  # which of all sets these are
    codes: list[Ints]  # the levels of those, for each group of subjects

    def take(self, use: Bools, sets: Bools, codes: list[Ints]) -> _Pairs:
        """The pairs of fewer sets; `codes` are of all there are."""
        some = np.flatnonzero(sets)
        of, one, other = (column[use] for column in (self.of, self.one, self.other))
        return _Pairs(of, one, other, sets, [code[some] for code in codes])

    def in_place(self, share: Floats, of: Ints) -> Floats:
        """What is known of each pair, 0 of those that are not here; `of` are all pairs' sets."""
        every = np.zeros(len(of))
        every[self.sets[of]] = share
        return every


def supposed(alike: Patterns) -> Floats:
    """How likely each pair is to be one where nothing is known of any list: a rule of thumb."""
    levels = alike.levels
    contacts = [levels[s] >= 3 for s in ("email", "phone", "address", "sku") if s in levels]
    reached = np.any(contacts, axis=0)
    same = (levels["name"] >= 3) & (levels["difference"] == 0)
    near = (levels["name"] >= 1) & reached
    return np.select([same & reached, same, near], [0.95, 0.5, 0.3], 0.01).take(alike.of)


def mixed(weight: Ints, says: Ints, mix: Mix) -> Ints:
    """The shipped weights, moved by what the lists say: the more, the more matches there are.

    Args:
        weight: as shipped, in hundredths of a bit.
        says: what the lists say, in hundredths of a bit.
        mix: how much either counts.
    """
    found = probability(weight / STEP)
    matches = float(np.rint(found / _GRAIN).sum()) * _GRAIN
    trust = matches / (matches + FEW)
    moved = mix.shipped * weight + mix.lists * says + mix.base * STEP
    return np.asarray(np.rint(trust * moved + (1.0 - trust) * weight), dtype=np.int64)


def _groups(levels: Mapping[str, Levels]) -> Iterable[tuple[str, ...]]:
    yield tuple(subject for subject in TOGETHER if subject in levels)
    yield from ((subject,) for subject in sorted(levels) if subject not in (*TOGETHER, *AGAIN))


def _code(levels: Mapping[str, Levels], subjects: tuple[str, ...]) -> Ints:
    """The levels of subjects taken together, as places 0 to n."""
    packed = np.zeros(len(levels["name"]), dtype=np.int64)
    for subject in subjects:
        packed = packed * _SPAN + (levels[subject].astype(np.int64) + _SPAN // 2)
    return pd.factorize(packed)[0]


def _bits(
    codes: list[Ints], sizes: list[Floats], counted: Floats, pairs: _Pairs, total: int
) -> Floats:
    """The log2 odds of a pair of each set of levels, were the shares true.

    Args:
        codes: for each group of subjects, its levels in each set.
        sizes: how many pairs have them.
        counted: the shares of each set's pairs together, in `_GRAIN`.
        pairs: those that have a share.
        total: how many pairs there are.
    """
    ones = counted.sum() * _GRAIN
    others = total - ones
    odds = np.full(len(counted), np.log2(max(ones, _GRAIN) / max(others, _GRAIN)))
    shared = counted[pairs.sets]
    for code, size, some in zip(codes, sizes, pairs.codes, strict=True):
        among = np.bincount(some, weights=shared, minlength=len(size)) * _GRAIN
        usual = _PRIOR * size / total
        bits = np.log2((among + usual) / (ones + _PRIOR))
        bits -= np.log2((size - among + usual) / (others + _PRIOR))
        odds += (_EVENED * bits).take(code)
    return odds


def _shares(odds: Floats, one: Ints, other: Ints) -> Floats:
    """How likely each pair is to be one, were its odds beside those of its records' other pairs.

    In place, as there may be many millions.
    """
    counted = np.minimum(odds, 2.0**24)
    counted /= _ODDS
    np.rint(counted, out=counted)
    several = max(int(one.max(initial=0)), int(other.max(initial=0))) + 1
    held = np.bincount(one, weights=counted, minlength=several)
    held += np.bincount(other, weights=counted, minlength=several)
    rivals: Floats = np.asarray(held[one], dtype=np.float64)
    rivals += held[other]
    counted *= 2.0
    rivals -= counted
    rivals *= _ODDS
    rivals += 1.0 + odds
    return np.divide(odds, rivals, out=rivals)
