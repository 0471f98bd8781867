"""How many others are called like a pair, wholly or by the words that it shares."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recon.matching.kept import once
from recon.matching.names import Kind
from recon.matching.nametable import same_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]
    Tokens = NDArray[np.int32]
    Levels = NDArray[np.int8]

_CROWD = 3
_SITES = np.array([2, 3, 5])
_OTHERS = np.array([1, 3, 7, 15, 63, 255])
"""Up to so many others are one level."""


def crowd(records: Records, left: Ints, right: Ints) -> Levels:
    """How many others of the two lists are called like the pair: 0 to -3.

    Jr, initials and marks make no difference: "Ann Lee" is less sure of "Ann Lee" where there is
    an "Ann Lee Jr" too.
    """
    core, called = _called_so(records)
    others = np.maximum(called[left], called[right])
    others -= np.where(_within(records) & (core[left] == core[right]), 2, 1)
    return np.asarray(-np.clip(others, 0, _CROWD), np.int8)


def others(records: Records, rarest: Tokens) -> Levels:
    """How many others of a list have both of the two rarest words that a pair's names share.

    "Cedar" and "Court" may each be rare, yet a house of that name has fifty units: the words that
    come together are counted together. The greater number of the two lists counts.

    Args:
        records: both lists.
        rarest: (pairs, 2) the two words, the second the first again where only one is shared, -1
            where none is.

    Returns:
        1 nobody else has them, -1 one to two others have, -2 up to six, -3 up to fourteen, -4 up
        to 62, -5 up to 254, -6 more; 0 the names share no word.
    """
    keys, level = _together(records)
    key = _key(rarest[:, 0], rarest[:, 1], len(records.names.words))
    place = np.searchsorted(keys, key)
    found = np.where(keys[place] == key, level[place], 1)
    return np.asarray(np.where(rarest[:, 0] < 0, 0, found), dtype=np.int8)


def sites(records: Records, left: Ints, right: Ints, told: NDArray[np.bool_]) -> Levels:
    """How many houses are called like the pair: 0 one at most, -1 two, -2 three or four, -3 more.

    0 too where an equal contact has `told` which house it is.

    A house is an address at which the lists know two numbers of one name: Cedar Court Unit 1 and
    Unit 2. Where Cedar Court is a house of three towns, "Cedar Court Unit 1" alone tells nobody
    which of them is meant. The stores of a chain are no such houses: each has its own address.
    """
    several = np.maximum(*(_houses(records).take(side) for side in (left, right)))
    return np.asarray(np.where(told, 0, -np.digitize(several, _SITES)), dtype=np.int8)


def _within(records: Records) -> bool:
    """Whether it is one list."""
    return records.split == len(records.ids)


@once
def _called_so(records: Records) -> tuple[Ints, Ints]:
    """(the core of each record's name, how many of its list are called so, itself included)."""
    core = np.append(records.names.core, -1)[records.name_of[:, 0]].astype(np.int64)
    called = np.ones(len(core), dtype=np.int64)
    for half in (slice(None, records.split), slice(records.split, None)):
        own = core[half]
        count = np.bincount(own[own >= 0], minlength=int(own.max(initial=0)) + 1)
        called[half] = np.where(own >= 0, count[own], 1)
    return core, called


@once
def _houses(records: Records) -> Ints:
    """How many houses are called like each record, whatever its number; 0 where it has none."""
    names, called = records.names, records.name_of[:, 0]
    numbers = np.where(names.kinds == Kind.NUMBER, names.tokens, -1)
    words = np.sort(np.where(naming(names.kinds), names.tokens, -1), axis=1)
    number = np.append(numbers.max(1), -1)[called].astype(np.int64)
    body = np.append(same_rows(words, behind=True), -1)[called].astype(np.int64)
    house, street = (records.fields[name].codes.astype(np.int64) for name in ("house", "street"))
    told = np.flatnonzero((number >= 0) & (body >= 0) & (house >= 0) & (street >= 0))
    address = pd.factorize(house[told] * (int(street.max(initial=0)) + 1) + street[told])[0]
    place, first = pd.factorize(body[told] * (len(told) + 1) + address)
    known = np.unique(place * len(names.words) + number[told])  # every number at a place once
    several = np.bincount(known // len(names.words), minlength=len(first)) > 1
    houses = np.bincount(first[several] // (len(told) + 1), minlength=int(body.max(initial=0)) + 1)
    return np.where((number >= 0) & (body >= 0), houses[body], 0)


@once
def _together(records: Records) -> tuple[Ints, Levels]:
    """(every two words that somebody's others have too, ascending; `others` of each).

    A last one that is no two words stands behind them, so that there is always a next one.
    """
    names, called = records.names, records.name_of[:, 0]
    left = np.arange(len(called)) < records.split
    held = [
        np.bincount(called[(called >= 0) & side], minlength=len(names.texts))
        for side in (left, ~left)
    ]
    words = np.where(naming(names.kinds), names.tokens, -1)
    keys, rows = [], []
    for slot, later in combinations_with_replacement(range(words.shape[1]), 2):
        row = np.flatnonzero((words[:, slot] >= 0) & (words[:, later] >= 0))
        keys.append(_key(words[row, slot], words[row, later], len(names.words)))
        rows.append(row)
    key, row = np.concatenate(keys), np.concatenate(rows)
    order = np.argsort(key, kind="stable")
    key, row = key[order], row[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    most = np.maximum(*(np.add.reduceat(side[row], first) for side in held))
    most -= 2 if _within(records) else 1  # the pair itself
    told = first[most > 0]
    level = -np.digitize(most[most > 0], _OTHERS)
    return np.append(key[told], np.iinfo(np.int64).max), np.append(level, 1).astype(np.int8)


def naming(kinds: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Which tokens call somebody: no numbers, which units of every house have, and no dates."""
    return np.asarray(_NAMING[kinds])


_NAMING = np.array(
    [kind < Kind.OCCASION and kind not in (Kind.NUMBER, Kind.SUFFIX, Kind.COUNTER) for kind in Kind]
)


def _key(one: Tokens, other: Tokens, words: int) -> Ints:
    """Two words as one whole number, whichever comes first."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    return low.astype(np.int64) * words + high
