"""Pairs of records as small whole numbers: one comparison level a subject.

Everywhere 0 means "nothing to compare", a level above 0 speaks for the pair, the higher the more,
and a level below 0 against it, the lower the more. `cmp_difference` only counts downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recon.matching.align import BIT, Alignment, Bond, align, word_bits
from recon.matching.leftover import couple, explained
from recon.matching.names import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Field, Records

    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]
    Bools = NDArray[np.bool_]


class Difference(IntEnum):
    """What two names have left over when everything shared is taken away; `cmp_difference`."""

    NONE = 0
    SMALL = -1  # a middle initial, a weak word
    CHILD = -2  # a job or sub-customer behind ":" on one side
    WORD = -3  # one word on one side
    WORDS = -4  # several words on one side
    BOTH = -5  # one word on each side
    MANY = -6  # several words on both sides
    NUMBER = -7  # a number on one side only
    JOBS = -8  # a job or sub-customer on each side, and they differ
    GENERATION = -9  # Jr against Sr, or Jr against nothing
    NUMBERS = -10  # a number, size, colour or model on each side, and they differ


@dataclass(frozen=True)
class Comparison:
    """The levels of every pair, and which of the records' names were compared."""

    levels: dict[str, Levels]
    alignment: Alignment
    left_name: Ints
    right_name: Ints


VARIANTS = ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1), (0, 2, 2), (2, 0, 2))
"""(left's name, right's name, how far from the names proper): name, other name, person."""


def compare(records: Records, left: Ints, right: Ints) -> Comparison:
    """The comparison levels of the pairs (left[i], right[i])."""
    used = records.name_of[:, 0]
    bits = word_bits(records.names, used[used >= 0].astype(np.int64))
    best, via, one, other = _best_names(records, bits, left, right)
    levels: dict[str, NDArray[Any]] = {
        "name": _name_level(best),
        "via": -via,
        "difference": difference(best),
        "acronym": best.acronym,
        "leftover": explained(records, best, (one, other), (left, right)),
        "coverage": _coverage(best),
        "rarity": np.digitize(best.shared_bits, np.array([4, 8, 11, 14, 17, 20, 24]) * BIT),
        "length": _length(best),
        "mark": -(records.names.marked[one] ^ records.names.marked[other]).astype(np.int8),
        "legal": np.where(best.same_legal, 0, -1),
    }
    levels["couple"] = couple(records, best, (one, other), levels["difference"])
    levels |= (
        _customer_levels(records, bits, left, right)
        if records.kind == "customer"
        else _item_levels(records, bits, left, right)
    )
    small = {name: level.astype(np.int8) for name, level in levels.items()}
    return Comparison(small, best, one, other)


def _best_names(
    records: Records, bits: Ints, left: Ints, right: Ints
) -> tuple[Alignment, Levels, Ints, Ints]:
    """The alignment of the two names that agree best, and how far they are from names proper."""
    rows, one, other, via = [], [], [], []
    for mine, theirs, distance in VARIANTS:
        x, y = records.name_of[left, mine], records.name_of[right, theirs]
        at = np.flatnonzero((x >= 0) & (y >= 0))
        rows.append(at)
        one.append(x[at].astype(np.int64))
        other.append(y[at].astype(np.int64))
        via.append(np.full(len(at), distance, dtype=np.int8))
    row, a, b = (np.concatenate(part) for part in (rows, one, other))
    far = np.concatenate(via)
    aligned = align(records.names, bits, a, b)
    worth = aligned.shared_bits - aligned.left_bits - aligned.right_bits
    worth = worth - 2 * BIT * far - 8 * BIT * (difference(aligned) <= Difference.NUMBER)
    total = len(records.names.texts)
    key = np.minimum(a, b) * total + np.maximum(a, b)
    order = np.lexsort((key, far, -worth, row))
    first = order[np.unique(row[order], return_index=True)[1]]
    return aligned.take(first), far[first], a[first], b[first]


def difference(names: Alignment) -> Levels:
    """The `Difference` level of each alignment."""
    left, right = names.left.astype(np.int64), names.right.astype(np.int64)

    def over(side: Ints, *kinds: Kind) -> Ints:
        return np.asarray(side[:, list(kinds)].sum(1))

    wordy = (Kind.WORD, Kind.CHILD, Kind.CLASS)
    small_left, small_right = (over(s, Kind.INITIAL, Kind.WEAK) for s in (left, right))
    words_left, words_right = over(left, *wordy), over(right, *wordy)
    child = over(left, Kind.CHILD) + over(right, Kind.CHILD)
    count = words_left + words_right
    level = np.where(small_left + small_right > 0, Difference.SMALL, Difference.NONE)
    level = np.where(count == 1, Difference.WORD, level)
    level = np.where(count > 1, Difference.WORDS, level)
    level = np.where((count > 0) & (child == count), Difference.CHILD, level)
    weak_both = (words_left + small_left > 0) & (words_right + small_right > 0)
    level = np.where(weak_both, Difference.BOTH, level)
    level = np.where((words_left > 0) & (words_right > 0) & (count > 2), Difference.MANY, level)
    number_left, number_right = over(left, Kind.NUMBER), over(right, Kind.NUMBER)
    level = np.where((number_left > 0) ^ (number_right > 0), Difference.NUMBER, level)
    jobs = (over(left, Kind.CHILD) > 0) & (over(right, Kind.CHILD) > 0)
    level = np.where(jobs, Difference.JOBS, level)
    generation = over(left, Kind.GENERATION) + over(right, Kind.GENERATION)
    level = np.where(generation > 0, Difference.GENERATION, level)
    differ = (number_left > 0) & (number_right > 0)
    return np.asarray(np.where(differ | names.class_conflict, Difference.NUMBERS, level), np.int8)


def _name_level(names: Alignment) -> Levels:
    """5 one spelling, 4 the same words, 3 nickname or short form, 2 typo, 1 initial, 0 nothing.

    -1 when no word is the same and they are held together by spelling slips alone.
    """
    bonds = names.bonds
    level = np.where(bonds[:, Bond.EQUAL] > 0, 4, 0)
    for bond, value in ((Bond.NICKNAME, 3), (Bond.PREFIX, 3), (Bond.TYPO, 2), (Bond.INITIAL, 1)):
        level = np.where(bonds[:, bond] > 0, value, level)
    level = np.where((bonds[:, Bond.TYPO] > 0) & (bonds[:, Bond.TYPO + 1 :].sum(1) == 0), -1, level)
    return np.asarray(np.where(names.same_spelling, 5, level), dtype=np.int8)


def _coverage(names: Alignment) -> Levels:
    """How much of what the two names say is shared, in fifths: 0 under a fifth, 5 everything."""
    whole = 2 * names.shared_bits + names.left_bits + names.right_bits
    return np.asarray(10 * names.shared_bits // np.maximum(whole, 1), dtype=np.int8)


def _length(names: Alignment) -> Levels:
    """How long the longer of two names is: 1 up to four words, 2 up to six, 3 longer."""
    bonded = names.bonds[:, 1:].sum(1)
    most = bonded + np.maximum(names.left.sum(1), names.right.sum(1))
    return np.asarray(np.digitize(most, [5, 7]) + 1, dtype=np.int8)


def _pair(field: Field, left: Ints, right: Ints) -> tuple[Ints, Ints, Bools]:
    a, b = field.codes[left].astype(np.int64), field.codes[right].astype(np.int64)
    return a, b, (a >= 0) & (b >= 0)


def _same(field: Field, left: Ints, right: Ints) -> Bools:
    a, b, both = _pair(field, left, right)
    return np.asarray(both & (a == b))


def _near(field: Field, left: Ints, right: Ints, letters: int) -> Bools:
    """Whether two unequal values differ by at most so many letters; each distinct pair once."""
    a, b, both = _pair(field, left, right)
    at = np.flatnonzero(both & (a != b))
    near = np.zeros(len(a), dtype=np.bool_)
    if not at.size:
        return near
    size = len(field.values)
    key = np.minimum(a[at], b[at]) * size + np.maximum(a[at], b[at])
    distinct, back = np.unique(key, return_inverse=True)
    one = [field.values[k] for k in distinct // size]
    other = [field.values[k] for k in distinct % size]
    cutoff = np.array([letters if min(len(x), len(y)) > 3 * letters else 0 for x, y in zip(one, other, strict=True)])  # noqa: E501  # fmt: skip
    distance = cpdist(
        one, other, scorer=OSA.distance, score_cutoff=letters, dtype=np.int32, workers=1
    )
    near[at] = (distance <= cutoff)[back]
    return near


def _crowded(field: Field, records: Records, rows: Ints) -> Bools:
    """Whether more than three records of either list share the value."""
    crowd = np.zeros(len(field.values) + 1, dtype=np.bool_)
    for side in (slice(0, records.split), slice(records.split, None)):
        codes = field.codes[side]
        crowd[:-1] |= np.bincount(codes[codes >= 0], minlength=len(field.values)) > 3
    return np.asarray(crowd[field.codes[rows]])


def _customer_levels(records: Records, bits: Ints, left: Ints, right: Ints) -> dict[str, Levels]:
    field = records.fields
    levels = {
        "email": _email(records, left, right),
        "phone": _phone(records, left, right),
        "address": _address(records, left, right),
        "place": _place(records, left, right),
        "person": _person(records, bits, left, right),
    }
    _, _, both = _pair(field["unit"], left, right)
    differ = both & ~_same(field["unit"], left, right) & (levels["address"] > 0)
    levels["address"] = np.where(differ, -2, levels["address"])
    agree = sum((levels[n] >= 3).astype(np.int8) for n in ("email", "phone", "address"))
    against = sum((levels[n] < 0).astype(np.int8) for n in ("email", "phone", "address"))
    levels["contacts"] = np.minimum(agree, 3) * 3 + np.minimum(against, 2)
    return levels


def _email(records: Records, left: Ints, right: Ints) -> Levels:
    field = records.fields
    *_, both = _pair(field["email"], left, right)
    same = _same(field["email"], left, right)
    level = np.where(both, -1, 0)
    level = np.where(_same(field["domain"], left, right), 1, level)
    level = np.where(
        _same(field["local"], left, right) | _near(field["email"], left, right, 2), 2, level
    )
    level = np.where(same, 4, level)
    return np.asarray(np.where(same & _crowded(field["email"], records, left), 3, level), np.int8)


def _phone(records: Records, left: Ints, right: Ints) -> Levels:
    field = records.fields
    a, b, both = _pair(field["phone"], left, right)
    digits = np.array([len(v) for v in field["phone"].values] or [0])
    short = both & (np.minimum(digits[a], digits[b]) < 9)
    level = np.where(both, -1, 0)
    level = np.where(_near(field["phone"], left, right, 1), 1, level)
    level = np.where(short & _same(field["phone7"], left, right), 2, level)
    same = _same(field["phone"], left, right)
    level = np.where(same, 4, level)
    return np.asarray(np.where(same & _crowded(field["phone"], records, left), 3, level), np.int8)


def _address(records: Records, left: Ints, right: Ints) -> Levels:
    field = records.fields
    *_, both = _pair(field["street"], left, right)
    street, house = (_same(field[f], left, right) for f in ("street", "house"))
    similar = _near(field["street"], left, right, 2)
    level = np.where(both, -1, 0)
    level = np.where(street, 1, level)
    level = np.where(house & similar, 3, level)
    level = np.where(house & street, 4, level)
    crowd = (
        house
        & street
        & _crowded(field["street"], records, left)
        & _crowded(field["house"], records, left)
    )
    return np.asarray(np.where(crowd, 3, level), np.int8)


def _place(records: Records, left: Ints, right: Ints) -> Levels:
    level = np.zeros(len(left), dtype=np.int8)
    for name, value in (("region", 0), ("city", 1), ("postal", 2)):
        *_, both = _pair(records.fields[name], left, right)
        same = _same(records.fields[name], left, right)
        level = np.where(both & ~same & (level <= 0), -1, level)
        level = np.where(same, np.maximum(value, level), level)
    return np.asarray(level, np.int8)


def _person(records: Records, bits: Ints, left: Ints, right: Ints) -> Levels:
    """Whether the contact persons behind two names are one."""
    a, b = records.name_of[left, 2], records.name_of[right, 2]
    at = np.flatnonzero((a >= 0) & (b >= 0))
    level = np.zeros(len(left), dtype=np.int8)
    names = align(records.names, bits, a[at].astype(np.int64), b[at].astype(np.int64))
    small = difference(names) >= Difference.SMALL
    level[at] = np.where(small & (names.shared_bits > 0), 2, -1)
    return level


def _item_levels(records: Records, bits: Ints, left: Ints, right: Ints) -> dict[str, Levels]:
    field = records.fields
    *_, both = _pair(field["sku"], left, right)
    sku = np.where(both, -1, 0)
    sku = np.where(_near(field["sku"], left, right, 1), 1, sku)
    sku = np.where(_sku_in_name(records, left, right) | _sku_in_name(records, right, left), 2, sku)
    same = _same(field["sku"], left, right)
    sku = np.where(same, 4, sku)
    sku = np.where(same & _crowded(field["sku"], records, left), 3, sku)
    levels = {
        "sku": sku,
        "price": _price(records, left, right),
        "note": _note(records, bits, left, right),
    }
    agree = (sku >= 3).astype(np.int8) + (levels["price"] >= 3) + (levels["note"] >= 2)
    against = (sku < 0).astype(np.int8) + (levels["price"] < 0) + (levels["note"] < 0)
    levels["contacts"] = np.minimum(agree, 3) * 3 + np.minimum(against, 2)
    return levels


def _sku_in_name(records: Records, one: Ints, other: Ints) -> Bools:
    """Whether the SKU of `one` is written in the name of `other`, which has none of its own."""
    words = {w: n for n, w in enumerate(records.names.words)}
    field = records.fields["sku"]
    token = np.array([words.get(v, -2) for v in field.values] + [-2])[field.codes[one]]
    tokens = records.names.tokens[records.name_of[other, 0]]
    return np.asarray((tokens == token[:, None]).any(1) & (field.codes[other] < 0))


def _price(records: Records, left: Ints, right: Ints) -> Levels:
    """4 equal and seldom, 3 equal, 2 within 5 %, 1 within 25 %, -1 further apart."""
    a, b = records.price[left], records.price[right]
    both = (a > 0) & (b > 0)
    gap, size = np.abs(a - b), np.maximum(a, b)
    level = np.where(both, -1, 0)
    level = np.where(both & (gap * 4 <= size), 1, level)
    level = np.where(both & (gap * 20 <= size), 2, level)
    level = np.where(both & (gap == 0), 3, level)
    _, code, count = np.unique(records.price, return_inverse=True, return_counts=True)
    seldom = count[code][left] <= 4
    return np.asarray(np.where(both & (gap == 0) & seldom, 4, level), np.int8)


def _note(records: Records, bits: Ints, left: Ints, right: Ints) -> Levels:
    """3 descriptions say the same, 2 nearly, 1 partly, -1 different, -2 different sizes."""
    a, b = records.name_of[left, 1], records.name_of[right, 1]
    at = np.flatnonzero((a >= 0) & (b >= 0))
    level = np.zeros(len(left), dtype=np.int8)
    names = align(records.names, bits, a[at].astype(np.int64), b[at].astype(np.int64))
    gap, cover = difference(names), _coverage(names)
    found = np.where(cover >= 3, 1, -1)
    found = np.where(gap >= Difference.SMALL, 2, found)
    found = np.where((gap >= Difference.SMALL) & (_name_level(names) >= 4), 3, found)
    level[at] = np.where(gap <= Difference.NUMBER, -2, found)
    return level
