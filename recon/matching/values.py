"""Whether two records hold the same value in one column, nearly the same, or one that many hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from recon.matching.kept import once
from recon.matching.letters import PAIRS_OF_A_SLIP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.columns import Field
    from recon.matching.records import Records

    Codes = NDArray[np.int32]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Levels = NDArray[np.int8]


class Met(NamedTuple):
    """What two records have in one column, pair by pair."""

    one: Codes  # places in the column's values, -1 for none
    other: Codes
    known: Bools  # neither is missing
    equal: Bools


def met(field: Field, left: Ints, right: Ints) -> Met:
    """What the given records have in a column."""
    one, other = field.codes.take(left), field.codes.take(right)
    known = (one >= 0) & (other >= 0)
    return Met(one, other, known, known & (one == other))


def near(field: Field, pairs: Met, letters: int) -> Bools:
    """Whether two unequal values differ by at most so many letters; each distinct pair once."""
    at = np.flatnonzero(pairs.known & ~pairs.equal)
    a, b = pairs.one.astype(np.int64), pairs.other.astype(np.int64)
    # Unequal values that may not differ, or differ by more than that, need no look.
    mine, theirs = (field.length.take(side.take(at)) for side in (a, b))
    at = at[(np.minimum(mine, theirs) > 3 * letters) & (np.abs(mine - theirs) <= letters)]
    odd = np.bitwise_count(field.pairs.take(a.take(at)) ^ field.pairs.take(b.take(at)))
    at = at[odd <= PAIRS_OF_A_SLIP * letters]
    size = max(len(field.values), 1)
    key = np.minimum(a[at], b[at]) * size + np.maximum(a[at], b[at])
    distinct, back = np.unique(key, return_inverse=True)
    distance = cpdist(
        [*map(field.values.__getitem__, (distinct // size).tolist())],
        [*map(field.values.__getitem__, (distinct % size).tolist())],
        scorer=OSA.distance,
        score_cutoff=letters,
        dtype=np.int32,
        workers=1,
    )
    found = np.zeros(len(a), dtype=np.bool_)
    found[at] = (distance <= letters)[back]
    return found


_MANY = 3
"""Records of one list that may share a way of reaching them before it counts as shared by many."""


def holders(name: str, records: Records, rows: Ints) -> Levels:
    """How many share the value that a pair has in common: 0 nobody else, 1 few, 2 many.

    The greater number of the two lists counts; within one list the pair itself are two.
    """
    return np.asarray(
        _holders(records)[name].take(records.fields[name].codes.take(rows)), dtype=np.int8
    )


@once
def _holders(records: Records) -> dict[str, Levels]:
    """By column, how many share each value, as `holders` says it; 0 last, for none."""
    found = {}
    for name, field in records.fields.items():
        most = np.zeros(len(field.values) + 1, dtype=np.int64)
        halves = (field.codes[: records.split], field.codes[records.split :])
        for codes in halves:
            count = np.bincount(codes[codes >= 0], minlength=len(field.values))
            most[:-1] = np.maximum(most[:-1], count)
        alone = 1 if halves[1].size else 2
        found[name] = np.where(most > _MANY, 2, np.where(most > alone, 1, 0)).astype(np.int8)
    return found
