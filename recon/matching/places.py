"""Tables of pairs by places, such as the ten places of a name's words, one short row a pair.

numpy begins anew for every row. Going through such a table place by place, or as one long array,
takes a third to a tenth of the time of `sum(1)`, `any(1)` and `nonzero`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


def added(values: NDArray[Any]) -> Ints:
    """The sum of each row."""
    total = np.zeros(len(values), dtype=np.int64)
    for place in values.T:
        total += place
    return total


def some(use: Bools) -> Bools:
    """Which rows have any place in use."""
    found = np.zeros(len(use), dtype=np.bool_)
    for place in use.T:
        found |= place
    return found


def joined(bits: NDArray[Any]) -> NDArray[Any]:
    """The bits of all places of each row together."""
    found = np.zeros(len(bits), dtype=bits.dtype)
    for place in bits.T:
        found |= place
    return found


def packed(use: Bools) -> NDArray[np.uint16]:
    """A bit for each place of a row that is in use, of sixteen at most."""
    bits = np.zeros(len(use), dtype=np.uint16)
    for number, place in enumerate(use.T):
        bits |= place.astype(np.uint16) << np.uint16(number)
    return bits


def unpacked(bits: NDArray[np.uint16], several: int) -> Bools:
    """The table of so many places of which these are the `packed` rows."""
    return (bits[:, None] >> np.arange(several, dtype=np.uint16)) & np.uint16(1) > 0


def found(use: Bools) -> tuple[Ints, ...]:
    """(row, place, ...) of what is in use, row after row, as `np.nonzero` gives it."""
    at = np.flatnonzero(use)
    axes: list[Ints] = []
    for size in reversed(use.shape[1:]):
        above = at // size
        axes.append(at - above * size)
        at = above
    return (at, *reversed(axes))


def crossed(one: Bools, other: Bools, how: np.ufunc = np.logical_and) -> Bools:
    """(rows, places, places): every place of a row with every place of the other table's row."""
    table = np.empty((*one.shape, other.shape[1]), dtype=np.bool_)
    for place, column in enumerate(one.T):
        for another, facing in enumerate(other.T):
            how(column, facing, out=table[:, place, another])
    return table
