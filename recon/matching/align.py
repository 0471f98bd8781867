"""Two names word by word: what they share, how, and above all what is left over.

Everything is done for all pairs of names at once: equal tokens by comparing arrays, and only the
tokens that found no equal are looked at as strings, each distinct pair of words once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from recon.matching import places
from recon.matching.bonds import Bond, word_bonds
from recon.matching.names import Kind
from recon.matching.namesakes import naming
from recon.matching.records import alphabetic
from recon.matching.vocabulary import USUAL_LIST
from recon.matching.vocabulary import words as known_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.bonds import Lexicon
    from recon.matching.nametable import Names

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Tokens = NDArray[np.int32]

Whole = TypeVar("Whole", np.int32, np.int8)

BIT = 16
"""Rarity is counted in sixteenths of a bit: whole numbers add up the same in any order."""

_CHUNK = 40_000
_FEW = 1_000
"""Names that are not worth a piece of their own: they are aligned with those a word longer."""


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
    slip: NDArray[np.int8]  # whether both words of a slip are in use, see `_slip`
    rarest: Tokens  # (pairs, 2) the two rarest words that both have, see `_rarest`
    clash: Bools  # numbers left over on both sides that count the same: 2 in against 3 in
    class_conflict: Bools  # "black" against "white"
    acronym: Bools  # one name holds the initials of the other, or of itself
    same_spelling: Bools
    same_legal: Bools
    left_over: Bools  # (pairs, tokens) which tokens of the first name are left over
    right_over: Bools

    def take(self, rows: Ints, swap: Bools) -> Alignment:
        """The alignment of the given pairs, first and second name exchanged where `swap` says."""
        turned = rows + len(self.acronym) * swap, rows + len(self.acronym) * ~swap
        parts = {}
        for one, other in _SIDES:
            both = np.concatenate([getattr(self, one), getattr(self, other)])
            parts[one], parts[other] = (both.take(row, axis=0) for row in turned)
        alike = [f.name for f in fields(self) if f.name not in parts]
        return Alignment(**parts, **{n: getattr(self, n).take(rows, axis=0) for n in alike})


_SIDES = (("left", "right"), ("left_bits", "right_bits"), ("left_over", "right_over"))


class Aligned(NamedTuple):
    """Pairs of names, aligned always the same way round."""

    each: Alignment  # in an order of its own
    of: Ints  # the place of each pair in it
    swap: Bools  # whether it is aligned the other way round

    def take(self, rows: Ints) -> Alignment:
        """The alignment of some pairs, the right way round."""
        return self.each.take(self.of[rows], self.swap[rows])


def word_bits(names: Names, used: Ints) -> Ints:
    """How many sixteenths of a bit each word of the vocabulary tells; `used` are name numbers."""
    tokens = names.tokens[used]
    count = np.bincount(tokens[tokens >= 0].ravel(), minlength=len(names.words))
    share = (len(used) + USUAL_LIST) / np.maximum(count + _usual(names.lexicon), 1)
    return np.asarray(np.round(np.log2(share + 1) * BIT), dtype=np.int64)


def _usual(lexicon: Lexicon) -> Ints:
    """In how many of `USUAL_LIST` names each word is met before the list itself is looked at."""
    usual = np.where(lexicon.short[:-1], 8, 0)
    usual[[lexicon.number[word] for word in known_words("weak") if word in lexicon.number]] = 30
    return usual


def align(names: Names, bits: Ints, one: Ints, other: Ints) -> Aligned:
    """The alignment of name `one[i]` with name `other[i]` for every i.

    A pair is always aligned the same way round, so that the result is the same whichever list came
    first. Hardly a pair of names stands there twice.
    """
    a, b = np.minimum(one, other), np.maximum(one, other)
    width = np.maximum(names.length[a], names.length[b]).astype(np.int8)
    order = np.argsort(width, kind="stable")  # names of one length together: most are short
    pieces = np.split(order, _cuts(width[order]))
    few = bits.astype(np.int32)
    parts = [
        _align(names, few, (a[rows], b[rows]), int(width[rows].max(initial=1))) for rows in pieces
    ]
    whole = Alignment(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Alignment)}
    )
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return Aligned(whole, place, one > other)


def _cuts(width: NDArray[np.int8]) -> list[int]:
    """Where sorted lengths of names are cut into pieces, neither small nor large ones."""
    longer = np.flatnonzero(np.diff(width)) + 1
    cuts, last = [], 0
    for cut in np.union1d(longer, np.arange(_CHUNK, len(width), _CHUNK)).tolist():
        if cut - last >= _FEW:
            cuts.append(cut)
            last = cut
    return cuts


def _align(names: Names, bits: NDArray[np.int32], both: tuple[Ints, Ints], width: int) -> Alignment:
    """The alignment of names that have at most `width` tokens."""
    a, b = both
    ta, tb = (_first(names.tokens, rows, width) for rows in both)
    ka, kb = (_first(names.kinds, rows, width) for rows in both)
    there_a, there_b = ta >= 0, tb >= 0
    bond_a, bond_b = _equal(ta, tb)
    acronym = _acronyms(names, (a, b), (ta, tb), (ka, kb), (bond_a, bond_b))
    pair, i, j, bond = _bonds(names, (ta, tb), (ka, kb), (bond_a, bond_b))
    alone = np.bincount(pair, minlength=1)[pair] == 1  # one bond in a pair of names: no contest
    bond_a[pair[alone], i[alone]] = bond_b[pair[alone], j[alone]] = bond[alone]
    for strength in range(Bond.NICKNAME, Bond.NONE, -1):
        for at in np.flatnonzero((bond == strength) & ~alone):
            p, x, y = pair[at], i[at], j[at]
            if not bond_a[p, x] and not bond_b[p, y]:
                bond_a[p, x] = bond_b[p, y] = strength
    together = (names.squashed[a] == names.squashed[b])[:, None]
    bond_a[together & there_a & (bond_a == 0)] = Bond.TYPO
    bond_b[together & there_b & (bond_b == 0)] = Bond.TYPO
    over_a, over_b = there_a & (bond_a == 0), there_b & (bond_b == 0)
    worth_a = bits.take(ta) * (there_a & (ka < Kind.OCCASION))
    worth_b = bits.take(tb) * (there_b & (kb < Kind.OCCASION))
    left = _Over(ta, ka, over_a, _counted(over_a, ka, len(Kind)))
    right = _Over(tb, kb, over_b, _counted(over_b, kb, len(Kind)))
    legal = names.legal.codes
    lexicon = names.lexicon
    return Alignment(
        bonds=_counted(there_a, bond_a, len(Bond)),
        left=left.many,
        right=right.many,
        shared_bits=np.minimum(_strong(worth_a, bond_a), _strong(worth_b, bond_b)),
        left_bits=places.added(worth_a * over_a),
        right_bits=places.added(worth_b * over_b),
        numbers=places.added((bond_a == Bond.EQUAL) & (ka == Kind.NUMBER)).astype(np.int8),
        jobs=places.added((bond_a > 0) & (ka == Kind.CHILD)).astype(np.int8),
        models=places.added((bond_a == Bond.EQUAL) & lexicon.model.take(ta)).astype(np.int8),
        slip=_slip(bits, (ta, tb), (bond_a, bond_b)),
        rarest=_rarest(ta, worth_a, (bond_a == Bond.EQUAL) & naming(ka)),
        clash=_meet(lexicon.counts, Kind.NUMBER, left, right),
        class_conflict=_meet(lexicon.classes, Kind.CLASS, left, right),
        acronym=acronym,
        same_spelling=(names.spelling[a] == names.spelling[b]) & (names.spelling[a] >= 0),
        same_legal=(legal[a] == legal[b]) | (legal[a] < 0) | (legal[b] < 0),
        left_over=_widened(over_a, names.tokens.shape[1]),
        right_over=_widened(over_b, names.tokens.shape[1]),
    )


def _first(table: NDArray[Whole], rows: Ints, width: int) -> NDArray[Whole]:
    """The first places of some rows, with no gaps between them: numpy goes through that at once."""
    return np.ascontiguousarray(table.take(rows, axis=0)[:, :width])


def _widened(use: Bools, width: int) -> Bools:
    """The table with more places, none of them in use."""
    wide = np.zeros((len(use), width), dtype=np.bool_)
    wide[:, : use.shape[1]] = use
    return wide


_IN_USE = np.array([BIT // 2, 2 * BIT + BIT // 2])
"""How many sixteenths of a bit a word tells less than one that stands nowhere else: where it stands
in two names, and in five."""


def _slip(
    bits: NDArray[np.int32],
    tokens: tuple[Tokens, Tokens],
    bonded: tuple[NDArray[np.int8], NDArray[np.int8]],
) -> NDArray[np.int8]:
    """Whether both words of a slip are in use: "Mark" and "Mary" are two names, "Mrak" is none.

    1 one of them stands in no other name, -1 in up to four, -2 both in more; 0 no slip.
    """
    level = np.zeros(len(tokens[0]), dtype=np.int8)
    rows = np.flatnonzero(np.all([places.some(bond == Bond.TYPO) for bond in bonded], axis=0))
    most = bits.max(initial=0)
    rarer = np.maximum(
        *(
            np.where(bond[rows] == Bond.TYPO, bits.take(words[rows]), most).min(1, initial=most)
            for words, bond in zip(tokens, bonded, strict=True)
        )
    )
    in_use = np.digitize(most - rarer, _IN_USE)
    level[rows] = np.where(in_use == 0, 1, -in_use)
    return level


def _equal(tokens: Tokens, other: Tokens) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """`Bond.EQUAL` where a token of a name stands in the other name too, of either name."""
    mine, theirs = np.ascontiguousarray(tokens.T), np.ascontiguousarray(other.T)
    found = np.zeros((2, *mine.shape), dtype=np.bool_)
    for place, column in enumerate(mine):
        for another, facing in enumerate(theirs):
            same = column == facing
            found[0, place] |= same
            found[1, another] |= same
    there = mine >= 0, theirs >= 0
    bond_a, bond_b = (
        np.ascontiguousarray((equal & real).T) * np.int8(Bond.EQUAL)
        for equal, real in zip(found, there, strict=True)
    )
    return bond_a, bond_b


def _rarest(tokens: Tokens, worth: NDArray[np.int32], use: Bools) -> Tokens:
    """The two used tokens of each row that are worth most.

    A single one is there twice, -1 stands where none is used.
    """
    key = np.where(use, (worth.astype(np.int64) << _TOKEN) + tokens, -1)
    first, second = np.full((2, len(key)), -1)
    for column in key.T:
        second = np.maximum(second, np.minimum(first, column))
        first = np.maximum(first, column)
    both = np.stack([first, np.where(second < 0, first, second)], axis=1)
    return np.where(both < 0, -1, both & ((1 << _TOKEN) - 1)).astype(np.int32)


_TOKEN = 32  # bits of a token's number


def _strong(worth: NDArray[np.int32], bond: NDArray[np.int8]) -> Ints:
    """The bits that the bonded words of each name tell: an initial tells a fourth of its word's."""
    return places.added(np.where(bond == Bond.INITIAL, worth // 4, worth * (bond > 0)))


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
    left, right = (places.some(names.initials.take(p, axis=0) >= 0) for p in pair)
    rows = np.flatnonzero(left | right)
    stand = np.zeros(len(rows), dtype=np.bool_)
    for name in pair:
        for words in tokens:
            stand |= places.some(_is_initials(names, name[rows], words[rows]))
    rows = rows[stand]
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
        both = short & (bonded[one] == Bond.EQUAL) & places.some(own[other])[:, None]
        hit = places.some(standing) | places.some(both)
        bonded[one][standing] = Bond.PREFIX
        # "Ashton Zoo Society (AZS)" says itself what AZS is: "Ashton Zoo Society:Shop" is no more
        spelt = places.some(standing & ~own[one]) | places.some(both)
        free = (tokens[other] >= 0) & (bonded[other] == Bond.NONE) & alphabetic(kinds[other])
        bonded[other][free & spelt[:, None]] = Bond.PREFIX
        spare = own[one] & (bonded[one] == Bond.NONE)  # "... Alliance (AHA)" against "... Alliance"
        bonded[one][spare] = Bond.PREFIX
        found |= hit
    return found


def _is_initials(names: Names, name: Ints, tokens: NDArray[np.int32]) -> Bools:
    """Which tokens are the initials of the given names."""
    initials = names.initials.take(name, axis=0)
    found = np.zeros(tokens.shape, dtype=np.bool_)
    for column in initials.T[:, :, None]:
        found |= (tokens == column) & (column >= 0)
    return found


_EVERY = np.array(list(Kind), dtype=np.int8)
_MAY_BOND = tuple(
    np.where(alphabetic(_EVERY), 3, np.where(_EVERY == Kind.CLASS, bit, 0)).astype(np.int8)
    for bit in (1, 2)
)
"""By kind, for either name: words that have a bit in common may bond. Two classes have none."""


def _bonds(
    names: Names,
    tokens: tuple[NDArray[np.int32], NDArray[np.int32]],
    kinds: tuple[NDArray[np.int8], NDArray[np.int8]],
    bonded: tuple[NDArray[np.int8], NDArray[np.int8]],
) -> tuple[Ints, Ints, Ints, NDArray[np.int8]]:
    """(pair, place in first, place in second, bond) of words that belong together unequal."""
    free_a, free_b = (
        np.ascontiguousarray(((token >= 0) & (bond == Bond.NONE)).T * may.take(kind.T))
        for token, kind, bond, may in zip(tokens, kinds, bonded, _MAY_BOND, strict=True)
    )
    ta, tb = (np.ascontiguousarray(token.T) for token in tokens)
    met = []
    for words, mine in zip(ta, free_a, strict=True):
        for facing, theirs in zip(tb, free_b, strict=True):
            pair = np.flatnonzero(mine & theirs)
            met.append((pair, words.take(pair), facing.take(pair)))
    pair, one, other = (np.concatenate(part).astype(np.int64) for part in zip(*met, strict=True))
    ends = np.cumsum([len(rows) for rows, *_ in met])
    bond = word_bonds(names.lexicon, one, other)
    at = np.flatnonzero(bond)
    if names.usage is not None:  # "interior" is no slip of "exterior" where a list has both
        one, other = one[at], other[at]
        given = names.lexicon.given  # "Dick" stays short for Richard, whoever else is about
        apart = names.usage.told_apart(one, other) & ~(given[one] & given[other])
        at = at[~apart]
    i, j = np.divmod(np.searchsorted(ends, at, side="right"), len(tb))
    return pair[at], i, j, bond[at]


class _Over(NamedTuple):
    """What one name of each pair has left over."""

    tokens: Tokens
    kinds: NDArray[np.int8]
    over: Bools
    many: NDArray[np.int8]  # (pairs, kinds)


def _meet(bits: Ints, kind: Kind, one: _Over, other: _Over) -> Bools:
    """Whether both sides have a word of this kind left over that have a bit in common.

    Two colours, two sizes, two numbers of one sort; 24 in and 1500 w say nothing.
    """
    met = np.zeros(len(one.over), dtype=np.bool_)
    rows = np.flatnonzero((one.many[:, kind] > 0) & (other.many[:, kind] > 0))
    seen = [
        places.joined(bits.take(side.tokens[rows]) * (side.over & (side.kinds == kind))[rows])
        for side in (one, other)
    ]
    met[rows] = (seen[0] & seen[1]) > 0
    return met
