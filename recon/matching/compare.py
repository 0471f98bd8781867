"""Pairs of records as small whole numbers: one comparison level a subject.

Everywhere 0 means "nothing to compare", a level above 0 speaks for the pair, the higher the more,
and a level below 0 against it, the lower the more. `cmp_difference` only counts downwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recon.matching import places
from recon.matching.addressed import addressed
from recon.matching.align import BIT, Alignment, align, word_bits
from recon.matching.difference import Difference, coverage, difference, length, name_level
from recon.matching.goods import doubt, item_levels
from recon.matching.leftover import conflict, couple, explained
from recon.matching.names import MOST_TOKENS, Kind
from recon.matching.namesakes import crowd, others, sites
from recon.matching.patterns import Patterns, joined
from recon.matching.reach import customer_levels
from recon.matching.residual import residual
from recon.matching.via import Tried, via
from recon.matching.vocabulary import words
from recon.matching.wording import usage_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Comparison:
    """The levels of every pair, and which of the records' names were compared."""

    levels: dict[str, Levels]
    left_name: Ints
    right_name: Ints
    left_over: Bools  # (pairs, tokens) which tokens of the left name are left over
    right_over: Bools
    dealt: Ints | None = None  # hundredths of a bit that equal documents of both books tell
    documents: pd.DataFrame | None = None  # equal_invoices, equal_payments and unequal, by pair

    def beside(self, told: pd.DataFrame) -> Comparison:
        """The comparison with what both books say of each pair."""
        equal = (told["equal_invoices"] + told["equal_payments"]).to_numpy(dtype=np.int64)
        against = (told["bits"] < 0).to_numpy(dtype=bool)
        level = np.where(against, -1, np.minimum(equal, 3)).astype(np.int8)
        bits = np.round(told["bits"].to_numpy(dtype=np.float64) * 100).astype(np.int64)
        return replace(self, levels=self.levels | {"dealings": level}, dealt=bits, documents=told)


@dataclass(frozen=True)
class Compared:
    """All pairs compared, each distinct set of levels once."""

    alike: Patterns
    left_name: NDArray[np.int32]
    right_name: NDArray[np.int32]
    left_over: NDArray[np.uint16]  # a bit a token
    right_over: NDArray[np.uint16]
    dealt: Ints | None
    documents: pd.DataFrame | None

    def take(self, rows: Ints) -> Comparison:
        """Some of the pairs."""
        return Comparison(
            self.alike.take(rows),
            self.left_name.take(rows).astype(np.int64),
            self.right_name.take(rows).astype(np.int64),
            places.unpacked(self.left_over.take(rows), MOST_TOKENS),
            places.unpacked(self.right_over.take(rows), MOST_TOKENS),
            None if self.dealt is None else self.dealt.take(rows),
            None if self.documents is None else self.documents.iloc[rows],
        )


class Joined:
    """Chunks of pairs put together as they come: no second copy of all of them is ever there.

    Their levels are kept as sets of levels, of which there are a tenth as many.
    """

    def __init__(self, most: int) -> None:
        """Room for so many pairs; what is not used of it takes no memory."""
        self._most = most
        self._count = 0
        self._arrays: dict[str, NDArray[Any]] = {}
        self._alike: list[Patterns] = []
        self._documents: list[pd.DataFrame] = []

    def add(self, chunk: Comparison, alike: Patterns) -> None:
        """Put a chunk behind the others, and its sets of levels."""
        self._alike.append(alike)
        dealt = {} if chunk.dealt is None else {"dealt": chunk.dealt}
        names = {name: getattr(chunk, name).astype(np.int32) for name in _NAMED}
        over = {name: places.packed(getattr(chunk, name)) for name in _OVER}
        arrays = names | over | dealt
        end = self._count + len(chunk.left_name)
        for name, part in arrays.items():
            if name not in self._arrays:
                self._arrays[name] = np.empty(self._most, part.dtype)
            self._arrays[name][self._count : end] = part
        self._count = end
        if chunk.documents is not None:
            self._documents.append(chunk.documents)

    def comparison(self) -> Compared:
        """All chunks as one."""
        alike, self._alike = joined(self._alike), []
        documents = pd.concat(self._documents, ignore_index=True) if self._documents else None
        arrays: dict[str, Any] = {"dealt": None} | self._arrays
        return Compared(alike, documents=documents, **arrays)


_NAMED, _OVER = ("left_name", "right_name"), ("left_over", "right_over")


_SHORT_LIST = 1_000
_RARITY = np.array([-6, -3, -1, 1, 3, 5, 7, 9, 12, 16, 24])
"""Bits by which the words that two names share are rarer than one name of the longer list: at 0 one
namesake is to be expected, at 7 one in a hundred lists. So a level means the same in every list."""

VARIANTS = {
    "customer": ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1), (0, 2, 2), (2, 0, 2)),
    "item": ((0, 0, 0), (0, 1, 1), (1, 0, 1)),
}
"""(left's name, right's name, how far from the names proper): name, other name, person. An item's
other name is its description: two of them are compared apart, as every version has the same."""


def _list_bits(records: Records) -> int:
    """How many sixteenths of a bit single out one record of the longer list.

    A list of ten people has Smiths like any other: below `_SHORT_LIST` length says nothing.
    """
    longer = max(records.split, len(records.ids) - records.split, _SHORT_LIST)
    return round(math.log2(longer) * BIT)


def rarity(records: Records) -> Ints:
    """How much each word of the names tells, in sixteenths of a bit."""
    used = records.name_of[:, 0]
    bits = word_bits(records.names, used[used >= 0].astype(np.int64))
    if records.kind == "customer":  # of "Webb Residence" only Webb is a name
        number = records.names.lexicon.number
        bits[[number[word] for word in words("households") if word in number]] = 0
    return bits


def compare(records: Records, bits: Ints, left: Ints, right: Ints) -> Comparison:
    """The comparison levels of the pairs (left[i], right[i]); each is for itself.

    Args:
        records: both lists.
        bits: what `rarity` says of them.
        left: row numbers.
        right: row numbers.
    """
    best, called_by, one, other, worst = _best_names(records, bits, left, right)
    lives = np.zeros(len(left), dtype=np.bool_)
    if records.kind == "customer":
        best, lives = addressed(records, bits, best, (one, other), (left, right))
    over = (
        residual(records.names, one, best.left_over),
        residual(records.names, other, best.right_over),
    )
    levels: dict[str, NDArray[Any]] = {
        "name": name_level(best),
        "via": called_by,
        "difference": difference(best),
        "acronym": best.acronym,
        "leftover": explained(records, over, (one, other), (left, right)),
        "coverage": coverage(best),
        "rarity": np.digitize(best.shared_bits - _list_bits(records), _RARITY * BIT),
        "length": length(best, lone=records.kind == "customer"),
        "number": np.minimum(best.numbers, 2),
        "mark": _mark(records, best, one, other),
        "conflict": conflict(records, over, (one, other)),
        "crowd": crowd(records, left, right),
        "legal": np.where(best.same_legal, 0, -1),
        "usage": usage_level(records.names, over, one, other),
    }
    levels["couple"] = couple(records, best, (one, other), levels["difference"])
    levels |= (
        customer_levels(records, bits, left, right) | {"others": others(records, best.rarest)}
        if records.kind == "customer"
        else item_levels(records, bits, left, right)
        | _told_by_model(records, best, levels, one, other)
        | {"doubt": doubt(worst)}
    )
    if records.kind == "customer":
        levels["slip"] = best.slip
        levels["address"] = np.where(lives, np.maximum(levels["address"], 3), levels["address"])
        levels["sites"] = sites(records, left, right, levels["contacts"] >= 3)
    small = {name: level.astype(np.int8) for name, level in levels.items()}
    return Comparison(small, one, other, best.left_over, best.right_over)


def _best_names(
    records: Records, bits: Ints, left: Ints, right: Ints
) -> tuple[Alignment, Levels, Ints, Ints, Levels]:
    """The two names that agree best, how far they are from names proper, and the worst difference.

    That is of any two of an item's names: its name against the other's description too.
    """
    rows, one, other, distances, beside = [], [], [], [], []
    names = [np.ascontiguousarray(records.name_of.take(side, axis=0).T) for side in (left, right)]
    for mine, theirs, distance in VARIANTS[records.kind]:
        x, y = names[0][mine], names[1][theirs]
        may = (x >= 0) & (y >= 0)
        if distance:  # another name is worth a look only if it sounds alike somewhere
            may &= (records.names.heard.take(x) & records.names.heard.take(y)) > 0
        at = np.flatnonzero(may)
        rows.append(at)
        one.append(x[at].astype(np.int64))
        other.append(y[at].astype(np.int64))
        distances.append(np.full(len(at), distance, dtype=np.int8))
        beside.append(np.full(len(at), mine == theirs == 1))
    row, a, b = (np.concatenate(part) for part in (rows, one, other))
    far = np.concatenate(distances)
    aligned = align(records.names, bits, a, b)
    each = aligned.each  # what follows is the same whichever name comes first
    apart = difference(each)
    worth = each.shared_bits - each.left_bits - each.right_bits
    worth -= 8 * BIT * (apart <= Difference.NUMBER)
    worth = worth[aligned.of] - 2 * BIT * far
    gap, shares = apart[aligned.of], (each.shared_bits > 0)[aligned.of]
    worst = np.zeros(len(left), dtype=np.int8)
    if records.kind == "item":
        np.minimum.at(worst, row, gap)
    low, high = np.minimum(a, b), np.maximum(a, b)
    first = _surest(rows, worth, far, low * len(records.names.texts) + high)
    level = -far[first]
    if records.kind == "customer":
        tried = Tried(row, a, b, far, np.concatenate(beside), shares, gap)
        level = via(records, tried, aligned, first, (left, right))
    return aligned.take(first), level, a[first], b[first], worst


def _surest(rows: list[Ints], worth: Ints, far: Levels, key: Ints) -> Ints:
    """The place of the names of each pair that agree best.

    Args:
        rows: the pairs of each variant; the first has all of them, names proper each has.
        worth: how well two names agree, variant after variant.
        far: how far they are from names proper.
        key: of the two names, which decides where all else is equal.
    """
    best = np.arange(len(rows[0]))
    for row, start in zip(rows[1:], np.cumsum([len(row) for row in rows]), strict=False):
        old, new = best[row], np.arange(start, start + len(row))
        ahead, farther = worth[new] - worth[old], far[new] - far[old]
        nearer = (farther < 0) | ((farther == 0) & (key[new] < key[old]))
        better = (ahead > 0) | ((ahead == 0) & nearer)
        best[row[better]] = new[better]
    return best


def _told_by_model(
    records: Records, names: Alignment, levels: dict[str, NDArray[Any]], one: Ints, other: Ints
) -> dict[str, Levels]:
    """`model`: what the model numbers of two names say; and `difference` in its light.

    2 both hold one model number, 1 one up to the letters at its end (the colour), -1 two different
    ones, 0 else. In a long description sizes and counts come and go: a model outweighs them.
    """
    table, stems = records.names, []
    for name, over in ((one, names.left_over), (other, names.right_over)):
        stems.append(np.where(over, table.lexicon.stem[table.tokens[name]], 0))
    kin = (np.equal(stems[0][:, :, None], stems[1][:, None, :]) & (stems[0] > 0)[:, :, None]).any(
        (1, 2)
    )
    two = places.some(stems[0] > 0) & places.some(stems[1] > 0)
    model = np.where(names.models > 0, 2, np.where(kin, 1, np.where(two, -1, 0)))
    gap = levels["difference"]
    long = (levels["length"] >= 2) & (model > 0) & (gap == Difference.NUMBERS)
    return {
        "model": model.astype(np.int8),
        "difference": np.where(long & ~names.class_conflict, Difference.MANY, gap).astype(np.int8),
    }


def _mark(records: Records, names: Alignment, one: Ints, other: Ints) -> Levels:
    """What stands behind one of two names.

    -1 one is marked as a copy or deleted, -2 one has a 1 to 9 behind it, -3 one says an
    occasion or its year, -4 each says another occasion, 1 both say one year, 2 one day, 0 nothing.
    """
    when = (Kind.OCCASION, Kind.YEAR, Kind.DAY)
    left, right = (
        np.any([side[:, kind] > 0 for kind in when], axis=0) for side in (names.left, names.right)
    )
    level = np.where(left | right, np.where(left & right, -4, -3), 0)
    dated = records.names.naming < records.names.length
    at = np.flatnonzero(dated.take(one) & dated.take(other))  # few names say when
    kinds = [records.names.kinds.take(n.take(at), axis=0) for n in (one, other)]
    for kind, meant in ((Kind.YEAR, 1), (Kind.DAY, 2)):
        said = [side == kind for side in kinds]
        shared = places.some(said[0] & ~names.left_over.take(at, axis=0))
        shared &= places.some(said[1] & ~names.right_over.take(at, axis=0))
        level[at] = np.where(shared & ((level[at] != -4) | (meant == 2)), meant, level[at])
    numbered = (names.left + names.right)[:, Kind.SUFFIX] > 0
    numbered |= records.names.taken[one] ^ records.names.taken[other]
    level = np.where(numbered, -2, level)
    marked = records.names.marked[one] ^ records.names.marked[other]
    return np.where(marked, -1, level).astype(np.int8)
