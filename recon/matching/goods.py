"""Comparison levels of two items: SKU, price, description."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from recon.matching import places
from recon.matching.align import align
from recon.matching.difference import Difference, coverage, difference, name_level
from recon.matching.kept import once
from recon.matching.values import holders, met, near

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]
    Bools = NDArray[np.bool_]


def item_levels(records: Records, bits: Ints, left: Ints, right: Ints) -> dict[str, Levels]:
    """sku, price, note, and `contacts`: how many of them agree and how many differ."""
    field = records.fields
    code = met(field["sku"], left, right)
    sku = np.where(code.known, -1, 0)
    slip = near(field["sku"], code, 1) & ~_other_digits(records, left, right)
    if slip.any():
        slip &= ~_has_twin(records, left[slip], right[slip])[np.stack([left, right])].any(0)
    sku = np.where(slip, 1, sku)
    sku = np.where(_sku_in_name(records, left, right) | _sku_in_name(records, right, left), 2, sku)
    sku = np.where(code.equal, 4, sku)
    sku = np.where(code.equal & (holders("sku", records, left) > 1), 3, sku)
    levels = {
        "sku": sku,
        "price": _price(records, left, right),
        "note": _note(records, bits, left, right),
    }
    agree = (sku >= 3).astype(np.int8) + (levels["price"] >= 3) + (levels["note"] >= 2)
    against = (sku < 0).astype(np.int8) + (levels["price"] < 0) + (levels["note"] < 0)
    levels["contacts"] = np.minimum(agree, 3) * 3 + np.minimum(against, 2)
    return levels


def _other_digits(records: Records, left: Ints, right: Ints) -> Bools:
    """Whether two SKUs have as many digits but other ones: the next model, no slip of a finger."""
    count, code = _digits(records)
    a, b = (records.fields["sku"].codes[rows] for rows in (left, right))
    return np.asarray((count[a] == count[b]) & (code[a] != code[b]))


@once
def _digits(records: Records) -> tuple[Ints, Ints]:
    """(how many digits each SKU has, equal where two have the same in any order); last of none."""
    digits = [re.sub(r"\D", "", value) for value in [*records.fields["sku"].values, ""]]
    count = np.array([len(text) for text in digits], dtype=np.int64)
    return count, np.unique(["".join(sorted(text)) for text in digits], return_inverse=True)[1]


def _has_twin(records: Records, *rows: Ints) -> Bools:
    """Which of the given records' lists hold another SKU one letter away from the record's own.

    Where codes end in "YM" and "YL" one letter is the next size, no slip of a finger.
    """
    field = records.fields["sku"]
    asked = {field.values[code][:_START] for code in field.codes[np.concatenate(rows)]}
    twins = np.zeros(len(records.ids), dtype=np.bool_)
    for side in (slice(0, records.split), slice(records.split, None)):
        codes = np.unique(field.codes[side])
        met: dict[tuple[str, str], list[int]] = {}
        for code in codes[codes >= 0].tolist():
            text = field.values[code]
            if text[:_START] in asked:
                for shorter in {text, *(text[:i] + text[i + 1 :] for i in range(len(text)))}:
                    met.setdefault((text[:_START], shorter), []).append(code)
        crowded_ = [code for group in met.values() if len(group) > 1 for code in group]
        twins[side] = np.isin(field.codes[side], crowded_)
    return twins


_START = 3
"""Two SKUs of one family begin alike."""


def _sku_in_name(records: Records, one: Ints, other: Ints) -> Bools:
    """Whether the SKU of `one` is written in the name of `other`, which has none of its own."""
    field = records.fields["sku"]
    token = _sku_words(records)[field.codes[one]]
    tokens = records.names.tokens.take(records.name_of[other, 0], axis=0)
    return np.asarray(places.some(tokens == token[:, None]) & (field.codes[other] < 0))


@once
def _sku_words(records: Records) -> Ints:
    """The number of the word that each SKU is, -2 where no name has it; -2 last, for no SKU."""
    words = records.names.lexicon.number
    return np.array([*(words.get(v, -2) for v in records.fields["sku"].values), -2], dtype=np.int64)


def doubt(worst: Levels) -> Levels:
    """How far a name and the other's description differ at worst: 0 hardly, -3 by two sizes."""
    return np.asarray(-np.digitize(-worst, [2, -Difference.NUMBER, -Difference.NUMBERS]), np.int8)


def _price(records: Records, left: Ints, right: Ints) -> Levels:
    """4 equal and seldom, 3 equal, 2 within 5 %, 1 within 25 %, -1 further apart."""
    a, b = records.price[left], records.price[right]
    both = (a > 0) & (b > 0)
    gap, size = np.abs(a - b), np.maximum(a, b)
    level = np.where(both, -1, 0)
    level = np.where(both & (gap * 4 <= size), 1, level)
    level = np.where(both & (gap * 20 <= size), 2, level)
    level = np.where(both & (gap == 0), 3, level)
    return np.asarray(np.where(both & (gap == 0) & _seldom(records)[left], 4, level), np.int8)


@once
def _seldom(records: Records) -> Bools:
    """Which records have a price that few have."""
    _, code, count = np.unique(records.price, return_inverse=True, return_counts=True)
    return np.asarray(count[code] <= 4)


def _note(records: Records, bits: Ints, left: Ints, right: Ints) -> Levels:
    """3 descriptions say the same, 2 nearly, 1 partly, -1 different, -2 different sizes."""
    a, b = records.name_of[left, 1], records.name_of[right, 1]
    at = np.flatnonzero((a >= 0) & (b >= 0))
    level = np.zeros(len(left), dtype=np.int8)
    names = align(records.names, bits, a[at].astype(np.int64), b[at].astype(np.int64))
    gap, cover = difference(names.each), coverage(names.each)
    found = np.where(cover >= 3, 1, -1)
    found = np.where(gap >= Difference.SMALL, 2, found)
    found = np.where((gap >= Difference.SMALL) & (name_level(names.each) >= 4), 3, found)
    level[at] = np.where(gap <= Difference.NUMBER, -2, found)[names.of]
    return level


_PROSE = 20
"""Words from which on a description is a shop's text: those of bookkeepers have a handful."""


@once
def in_prose(records: Records) -> bool:
    """Whether a list describes its items in prose: half of its descriptions are so long."""
    counts = np.array([text.count(" ") + 1 for text in (*records.names.texts, "")], dtype=np.int64)
    described = records.name_of[:, 1]
    halves = described[: records.split], described[records.split :]
    return any(np.median(counts[own[own >= 0]]) >= _PROSE for own in halves if (own >= 0).any())
