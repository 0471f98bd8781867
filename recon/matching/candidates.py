"""Which pairs are worth comparing: one join over rarity-weighted tokens of every kind.

A token shared by few records weighs much. The join keeps the best few partners of every record of
either side: one product of two sparse matrices instead of many blocking rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from recon.matching.tokens import typed_tokens
from recon.matching.vocabulary import USUAL_LIST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]

PARTNERS = 12
"""Partners kept a record; more adds under 0.1 % of the true pairs and a third of the time."""

_BEHIND = 4
"""A partner that shares less than a fourth of what the best one shares is none: under 0.05 % of the
true pairs, and a fourth of the pairs to compare."""

_SCALE = 64  # bits become whole numbers: sums are exact, whatever their order
_LEAST = 6 * _SCALE


def candidates(records: Records, *, within: bool) -> tuple[Ints, Ints]:
    """Row numbers (left, right) of the pairs to compare, each pair once, sorted.

    Args:
        records: both lists; for duplicates within one list the left one alone.
        within: whether the list is compared with itself.
    """
    rows, keys, shares = typed_tokens(records)
    if not rows.size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    _, column = np.unique(keys, return_inverse=True)
    total, split = len(records.ids), records.split
    columns = int(column.max()) + 1
    once = np.unique(rows * columns + column, return_index=True)[1]
    rows, column, shares = rows[once], column[once], shares[once]
    frequency = np.bincount(column, minlength=columns)
    weight = np.round(
        np.log2((total + USUAL_LIST) / frequency + 1) * shares[_first(column, columns)] * _SCALE
    )
    kept = _affordable(frequency, column, rows < split, within=within, total=total)
    use = kept[column] & (weight[column] > 0)
    rows, column = rows[use], column[use]
    shape = (total, columns)
    weighted = sparse.csr_matrix((weight[column], (rows, column)), shape=shape)
    present = sparse.csr_matrix((np.ones(len(rows)), (rows, column)), shape=shape)
    one = slice(0, split)
    other = one if within else slice(split, total)
    forward = _best(weighted[one], present[other], within=within)
    backward = forward if within else _best(weighted[other], present[one], within=False)
    a = np.concatenate([forward[0], backward[1]])
    b = np.concatenate([forward[1], backward[0]])
    if within:
        a, b = np.minimum(a, b), np.maximum(a, b)
    else:
        b = b + split
    pairs = np.unique(a * total + b)
    return pairs // total, pairs % total


def _best(
    weighted: sparse.csr_matrix, present: sparse.csr_matrix, *, within: bool
) -> tuple[Ints, Ints]:
    """The best partners of each row; those far behind its very best one are left out."""
    if not weighted.shape[0] or not present.shape[0]:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    found = sp_matmul_topn(
        weighted,
        present.T.tocsr(),
        top_n=PARTNERS + within,
        threshold=_LEAST,
        sort=True,
        n_threads=2,
    ).tocoo()
    row, column, bits = found.row.astype(np.int64), found.col.astype(np.int64), found.data
    if within:
        others = row != column
        row, column, bits = row[others], column[others], bits[others]
    best = np.zeros(found.shape[0])
    np.maximum.at(best, row, bits)
    near = bits * _BEHIND >= best[row]
    return row[near], column[near]


def _first(column: Ints, columns: int) -> Ints:
    first = np.zeros(columns, dtype=np.int64)
    first[column[::-1]] = np.arange(len(column))[::-1]
    return first


def _affordable(
    frequency: Ints, column: Ints, left: NDArray[np.bool_], *, within: bool, total: int
) -> NDArray[np.bool_]:
    """Which tokens take part: the rarest, as many as the work allows.

    The work of a token is the product of its records on both sides. Ten thousand records of one
    name cost a hundred million steps and point at nobody.
    """
    on_left = np.bincount(column[left], minlength=len(frequency))
    work = on_left * (on_left if within else frequency - on_left)
    order = np.lexsort((np.arange(len(work)), work))
    kept = np.zeros(len(work), dtype=np.bool_)
    kept[order[np.cumsum(work[order]) <= 20_000_000 + 2_000 * total]] = True
    return kept
