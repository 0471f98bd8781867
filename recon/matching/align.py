"""Two names word by word: what they share, how, and above all what is left over.

Everything is done for all pairs of names at once: equal tokens by comparing arrays, and only the
tokens that found no equal are looked at as strings, each distinct pair of words once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from recon.matching.bonds import Bond, word_bonds
from recon.matching.names import Kind
from recon.matching.records import alphabetic
from recon.matching.vocabulary import USUAL_LIST, usual_count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.nametable import Names

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

BIT = 16
"""Rarity is counted in sixteenths of a bit: whole numbers add up the same in any order."""

_CHUNK = 40_000


@dataclass(frozen=True)
class Alignment:
    """One entry a pair of names; counts of tokens by bond, and what is left over on each side."""

    bonds: NDArray[np.int8]  # (pairs, 6) tokens of the first name by `Bond`
    left: NDArray[np.int8]  # (pairs, kinds) tokens of the first name left over, by `Kind`
    right: NDArray[np.int8]
    shared_bits: Ints
    left_bits: Ints
    right_bits: Ints
    numbers: NDArray[np.int8]  # how many numbers both names have
    jobs: NDArray[np.int8]  # how many words of a job or sub-customer both have
    models: NDArray[np.int8]  # how many model numbers both have
    clash: Bools  # numbers left over on both sides that count the same: 2 in against 3 in
    class_conflict: Bools  # "black" against "white"
    acronym: Bools  # one name holds the initials of the other, or of itself
    same_spelling: Bools
    same_legal: Bools
    left_over: Bools  # (pairs, tokens) which tokens of the first name are left over
    right_over: Bools

    def take(self, rows: Ints) -> Alignment:
        """The alignment of the given pairs only."""
        return Alignment(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def turned(self, swap: Bools) -> Alignment:
        """The alignment with first and second name exchanged where `swap` says so."""
        parts = {f.name: getattr(self, f.name) for f in fields(self)}
        for one, other in (
            ("left", "right"),
            ("left_bits", "right_bits"),
            ("left_over", "right_over"),
        ):
            mask = swap if parts[one].ndim == 1 else swap[:, None]
            parts[one], parts[other] = (
                np.where(mask, parts[other], parts[one]),
                np.where(mask, parts[one], parts[other]),
            )
        return Alignment(**parts)


def word_bits(names: Names, used: Ints) -> Ints:
    """How many sixteenths of a bit each word of the vocabulary tells; `used` are name numbers."""
    tokens = names.tokens[used]
    count = np.bincount(tokens[tokens >= 0].ravel(), minlength=len(names.words))
    usual = np.array([usual_count(word) for word in names.words], dtype=np.int64)
    share = (len(used) + USUAL_LIST) / np.maximum(count + usual, 1)
    return np.asarray(np.round(np.log2(share + 1) * BIT), dtype=np.int64)


def align(names: Names, bits: Ints, one: Ints, other: Ints) -> Alignment:
    """The alignment of name `one[i]` with name `other[i]` for every i.

    Each distinct pair is aligned once, always the same way round, so that the result is the same
    whichever list came first.
    """
    low, high = np.minimum(one, other), np.maximum(one, other)
    total = max(len(names.texts), 1)
    distinct, back = np.unique(low * total + high, return_inverse=True)
    a, b = distinct // total, distinct % total
    width = np.maximum(names.length[a], names.length[b])
    order = np.argsort(width, kind="stable")  # short names together: most have two to four words
    parts = []
    for i in range(0, max(len(order), 1), _CHUNK):
        rows = order[i : i + _CHUNK]
        parts.append(_align(names, bits, (a[rows], b[rows]), int(width[rows].max(initial=1))))
    whole = Alignment(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Alignment)}
    )
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return whole.take(place[back]).turned(one > other)


def _align(names: Names, bits: Ints, both: tuple[Ints, Ints], width: int) -> Alignment:
    """The alignment of names that have at most `width` tokens."""
    a, b = both
    ta, tb = names.tokens[a, :width], names.tokens[b, :width]
    ka, kb = names.kinds[a, :width], names.kinds[b, :width]
    bond_a = np.where(_in(ta, tb), Bond.EQUAL, Bond.NONE).astype(np.int8)
    bond_b = np.where(_in(tb, ta), Bond.EQUAL, Bond.NONE).astype(np.int8)
    acronym = _acronyms(names, (a, b), (ta, tb), (ka, kb), (bond_a, bond_b))
    pair, i, j, bond = _bonds(names, (ta, tb), (ka, kb), (bond_a, bond_b))
    alone = np.bincount(pair, minlength=1)[pair] == 1  # one bond in a pair of names: no contest
    bond_a[pair[alone], i[alone]] = bond_b[pair[alone], j[alone]] = bond[alone]
    for strength in range(Bond.NICKNAME, Bond.NONE, -1):
        for at in np.flatnonzero((bond == strength) & ~alone):
            p, x, y = pair[at], i[at], j[at]
            if not bond_a[p, x] and not bond_b[p, y]:
                bond_a[p, x] = bond_b[p, y] = strength
    together = names.squashed[a] == names.squashed[b]
    bond_a[together[:, None] & (ta >= 0) & (bond_a == 0)] = Bond.TYPO
    bond_b[together[:, None] & (tb >= 0) & (bond_b == 0)] = Bond.TYPO
    over_a, over_b = (ta >= 0) & (bond_a == 0), (tb >= 0) & (bond_b == 0)
    worth_a = np.where((ta >= 0) & (ka < Kind.OCCASION), bits[ta], 0)
    worth_b = np.where((tb >= 0) & (kb < Kind.OCCASION), bits[tb], 0)
    strong_a = np.where(bond_a == Bond.INITIAL, worth_a // 4, worth_a)
    strong_b = np.where(bond_b == Bond.INITIAL, worth_b // 4, worth_b)
    legal = names.legal.codes
    shared = np.minimum(_added(strong_a * (bond_a > 0)), _added(strong_b * (bond_b > 0)))
    return Alignment(
        bonds=_counted(ta >= 0, bond_a, len(Bond)),
        left=_counted(over_a, ka, len(Kind)),
        right=_counted(over_b, kb, len(Kind)),
        shared_bits=shared,
        left_bits=_added(worth_a * over_a),
        right_bits=_added(worth_b * over_b),
        numbers=_added((bond_a == Bond.EQUAL) & (ka == Kind.NUMBER)).astype(np.int8),
        jobs=_added((bond_a > 0) & (ka == Kind.CHILD)).astype(np.int8),
        models=_added((bond_a == Bond.EQUAL) & names.lexicon.model[ta]).astype(np.int8),
        clash=_clash(names, (ta, over_a & (ka == Kind.NUMBER)), (tb, over_b & (kb == Kind.NUMBER))),
        class_conflict=_class_conflict(
            names, (ta, over_a & (ka == Kind.CLASS)), (tb, over_b & (kb == Kind.CLASS))
        ),
        acronym=acronym,
        same_spelling=(names.spelling[a] == names.spelling[b]) & (names.spelling[a] >= 0),
        same_legal=(legal[a] == legal[b]) | (legal[a] < 0) | (legal[b] < 0),
        left_over=np.pad(over_a, ((0, 0), (0, names.tokens.shape[1] - width))),
        right_over=np.pad(over_b, ((0, 0), (0, names.tokens.shape[1] - width))),
    )  # fmt: skip


def _in(tokens: NDArray[np.int32], other: NDArray[np.int32]) -> Bools:
    """Which tokens of a name stand in the other name too.

    Place by place over all pairs: an array of every token by every token takes five times as long.
    """
    mine, theirs = np.ascontiguousarray(tokens.T), np.ascontiguousarray(other.T)
    found = np.zeros(mine.shape, dtype=np.bool_)
    for place, column in enumerate(mine):
        for another in theirs:
            found[place] |= column == another
    return np.asarray((found & (mine >= 0)).T)


def _added(values: NDArray[Any]) -> Ints:
    """The sums over the places of each name: place by place, as numpy adds up short rows slowly."""
    total = np.zeros(len(values), dtype=np.int64)
    for place in values.T:
        total += place
    return total


def _counted(use: Bools, sort: NDArray[np.int8], sorts: int) -> NDArray[np.int8]:
    """(pairs, sorts): how many of a row's used places are of each sort."""
    count = np.zeros(len(use) * sorts, dtype=np.int8)
    row = np.arange(len(use)) * sorts
    for used, kind in zip(use.T, sort.T, strict=True):
        count[row + kind] += used
    return count.reshape(len(use), sorts)


def _acronyms(
    names: Names,
    pair: tuple[Ints, Ints],
    tokens: tuple[NDArray[np.int32], NDArray[np.int32]],
    kinds: tuple[NDArray[np.int8], NDArray[np.int8]],
    bonded: tuple[NDArray[np.int8], NDArray[np.int8]],
) -> Bools:
    """Bond initials with what they stand for, in place; which pairs have any.

    "AHA" with "American Housing Alliance", and either with "American Housing Alliance (AHA)".
    """
    found = np.zeros(len(pair[0]), dtype=np.bool_)
    some = [(names.initials[p] >= 0).any(1) for p in pair]
    rows = np.flatnonzero(some[0] | some[1])
    if not rows.size:
        return found
    few = [bond[rows] for bond in bonded]
    found[rows] = _bond_initials(
        names, [p[rows] for p in pair], [t[rows] for t in tokens], [k[rows] for k in kinds], few
    )
    for bond, changed in zip(bonded, few, strict=True):
        bond[rows] = changed
    return found


def _bond_initials(
    names: Names,
    pair: list[Ints],
    tokens: list[NDArray[np.int32]],
    kinds: list[NDArray[np.int8]],
    bonded: list[NDArray[np.int8]],
) -> Bools:
    """`_acronyms` of pairs of which at least one name has initials in the vocabulary."""
    found = np.zeros(len(pair[0]), dtype=np.bool_)
    own = [_is_initials(names, p, t) for p, t in zip(pair, tokens, strict=True)]
    for one, other in ((0, 1), (1, 0)):
        short = _is_initials(names, pair[other], tokens[one])
        standing = short & (bonded[one] == Bond.NONE)
        both = short & (bonded[one] == Bond.EQUAL) & own[other].any(axis=1, keepdims=True)
        hit = standing.any(1) | both.any(1)
        bonded[one][standing] = Bond.PREFIX
        # "Ashton Zoo Society (AZS)" says itself what AZS is: "Ashton Zoo Society:Shop" is no more
        spelt = (standing & ~own[one]).any(1) | both.any(1)
        free = (tokens[other] >= 0) & (bonded[other] == Bond.NONE) & alphabetic(kinds[other])
        bonded[other][free & spelt[:, None]] = Bond.PREFIX
        spare = own[one] & (bonded[one] == Bond.NONE)  # "... Alliance (AHA)" against "... Alliance"
        bonded[one][spare] = Bond.PREFIX
        found |= hit
    return found


def _is_initials(names: Names, name: Ints, tokens: NDArray[np.int32]) -> Bools:
    """Which tokens are the initials of the given names."""
    initials = names.initials[name]
    same = np.equal(tokens[:, :, None], initials[:, None, :]) & (initials >= 0)[:, None, :]
    return np.asarray(same.any(axis=2), dtype=np.bool_)


def _bonds(
    names: Names,
    tokens: tuple[NDArray[np.int32], NDArray[np.int32]],
    kinds: tuple[NDArray[np.int8], NDArray[np.int8]],
    bonded: tuple[NDArray[np.int8], NDArray[np.int8]],
) -> tuple[Ints, Ints, Ints, NDArray[np.int8]]:
    """(pair, place in first, place in second, bond) of words that belong together unequal."""
    (ta, tb), (ka, kb) = tokens, kinds
    free_a = (ta >= 0) & (bonded[0] == 0) & (alphabetic(ka) | (ka == Kind.CLASS))
    free_b = (tb >= 0) & (bonded[1] == 0) & (alphabetic(kb) | (kb == Kind.CLASS))
    classes = (ka == Kind.CLASS)[:, :, None] & (kb == Kind.CLASS)[:, None, :]
    pair, i, j = np.nonzero(free_a[:, :, None] & free_b[:, None, :] & ~classes)
    one, other = ta[pair, i].astype(np.int64), tb[pair, j].astype(np.int64)
    size = max(len(names.words), 1)
    distinct, back = np.unique(
        np.minimum(one, other) * size + np.maximum(one, other), return_inverse=True
    )
    first, second = distinct // size, distinct % size
    bond = word_bonds(names.lexicon, first, second)
    if names.usage is not None:  # "interior" is no slip of "exterior" where a list has both
        given = names.lexicon.given  # "Dick" stays short for Richard, whoever else is about
        apart = names.usage.told_apart(first, second) & ~(given[first] & given[second])
        bond = np.where(apart, Bond.NONE, bond).astype(np.int8)
    bond = bond[back]
    use = bond > 0
    return pair[use], i[use], j[use], bond[use]


def _clash(
    names: Names,
    one: tuple[NDArray[np.int32], Bools],
    other: tuple[NDArray[np.int32], Bools],
) -> Bools:
    """Whether both sides have a number of one sort left over; 24 in and 1500 w say nothing."""
    counts = names.lexicon.counts
    seen = [
        np.bitwise_or.reduce(np.where(over, counts[tokens], 0), axis=1)
        for tokens, over in (one, other)
    ]
    return np.asarray((seen[0] & seen[1]) > 0)


def _class_conflict(
    names: Names,
    one: tuple[NDArray[np.int32], Bools],
    other: tuple[NDArray[np.int32], Bools],
) -> Bools:
    """Whether both sides have a word of one class left over: two colours, two sizes."""
    classes = names.lexicon.classes
    seen = [
        np.bitwise_or.reduce(np.where(over, classes[tokens], 0), axis=1)
        for tokens, over in (one, other)
    ]
    return np.asarray((seen[0] & seen[1]) > 0)
