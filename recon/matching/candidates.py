"""Which pairs are worth comparing: one join over rarity-weighted tokens of every kind.

A token shared by few records weighs much. The join keeps the best few partners of every record of
either side: one product of two sparse matrices instead of many blocking rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from recon.matching.tokens import share_of, typed_tokens
from recon.matching.vocabulary import USUAL_LIST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

PARTNERS = 12
"""Partners kept a record; more adds under 0.1 % of the true pairs and a third of the time."""

_BEHIND = 4
"""A partner that shares less than a fourth of what the best one shares is none: under 0.05 % of the
true pairs, and a fourth of the pairs to compare."""

_SCALE = 64  # bits become whole numbers: sums are exact, whatever their order, in 24 bits too
_LEAST = 6 * _SCALE


def candidates(records: Records, *, within: bool) -> tuple[Ints, Ints]:
    """Row numbers (left, right) of the pairs to compare, each pair once, sorted.

    Args:
        records: both lists; for duplicates within one list the left one alone.
        within: whether the list is compared with itself.
    """
    rows, keys = typed_tokens(records)
    if not rows.size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    total, split = len(records.ids), records.split
    present, share = _incidence(rows, keys, total)
    del rows, keys  # the largest arrays of all
    frequency = np.bincount(present.indices, minlength=present.shape[1])
    weight = np.round(np.log2((total + USUAL_LIST) / frequency + 1) * share * _SCALE)
    on_left = np.bincount(present.indices[: present.indptr[split]], minlength=len(frequency))
    weight[~_affordable(frequency, on_left, within=within, total=total)] = 0
    weighted = present.copy()
    weighted.data = weight.astype(np.float32)[present.indices]
    present.data[weighted.data == 0] = 0
    present.eliminate_zeros()
    weighted.eliminate_zeros()
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


def _incidence(rows: NDArray[np.int32], keys: Ints, total: int) -> tuple[sparse.csr_matrix, Floats]:
    """(records by tokens, 1 where a record has a token; how much of each token's bits counts)."""
    distinct, column = np.unique(keys, return_inverse=True)
    ones = np.ones(len(rows), dtype=np.float32)
    shape = (total, len(distinct))
    present = sparse.csr_matrix((ones, (rows, column.astype(np.int32))), shape=shape)
    present.sum_duplicates()
    present.data[:] = 1
    return present, share_of(distinct)


JOINED = 50_000
"""Records joined with the other list at a time: the most that its result takes; no pair depends
on it."""


def _best(
    weighted: sparse.csr_matrix, present: sparse.csr_matrix, *, within: bool
) -> tuple[Ints, Ints]:
    """The best partners of each row; those far behind its very best one are left out."""
    if not weighted.shape[0] or not present.shape[0]:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    others = present.T.tocsr()
    rows, columns = [], []
    for start in range(0, weighted.shape[0], JOINED):
        row, column = _near(weighted[start : start + JOINED], others, itself=within, start=start)
        rows.append(row)
        columns.append(column)
    return np.concatenate(rows), np.concatenate(columns)


def _near(
    weighted: sparse.csr_matrix, others: sparse.csr_matrix, *, itself: bool, start: int
) -> tuple[Ints, Ints]:
    """`_best` of some rows, the first of which is row `start`; `itself`: of one list alone."""
    found = sp_matmul_topn(
        weighted,
        others,
        top_n=PARTNERS + itself,
        threshold=_LEAST,
        sort=True,
        n_threads=2,
    ).tocoo()
    row, column, bits = found.row.astype(np.int64), found.col.astype(np.int64), found.data
    if itself:
        apart = row + start != column
        row, column, bits = row[apart], column[apart], bits[apart]
    best = np.zeros(found.shape[0])
    np.maximum.at(best, row, bits)
    near = bits * _BEHIND >= best[row]
    return row[near] + start, column[near]


def _affordable(frequency: Ints, on_left: Ints, *, within: bool, total: int) -> NDArray[np.bool_]:
    """Which tokens take part: the rarest, as many as the work allows.

    The work of a token is the product of its records on both sides. Ten thousand records of one
    name cost a hundred million steps and point at nobody.
    """
    work = on_left * (on_left if within else frequency - on_left)
    order = np.lexsort((np.arange(len(work)), work))
    kept = np.zeros(len(work), dtype=np.bool_)
    kept[order[np.cumsum(work[order]) <= 20_000_000 + 2_000 * total]] = True
    return kept
