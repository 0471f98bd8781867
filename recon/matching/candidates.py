"""Which pairs are worth comparing: one join over rarity-weighted tokens of every kind.

A token shared by few records weighs much. The join keeps the best few partners of every record of
either side: one product of two sparse matrices instead of many blocking rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from recon.matching.tokens import distinct, typed_tokens
from recon.matching.vocabulary import USUAL_LIST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

PARTNERS = 12
"""Partners kept a record; more adds under 0.1 % of the true pairs and a third of the time."""

_BEHIND = 2
"""A partner that shares less than half of what the best one shares is none. At a fourth there are
twice as many pairs to compare and 0.1 % more of the true ones, none of them called sure."""

_SCALE = 64  # bits become whole numbers: sums are exact, whatever their order, in 24 bits too
_LEAST = 6 * _SCALE


def candidates(records: Records, *, within: bool) -> tuple[Ints, Ints]:
    """Row numbers (left, right) of the pairs to compare, each pair once, sorted.

    Args:
        records: both lists; for duplicates within one list the left one alone.
        within: whether the list is compared with itself.
    """
    total, split = len(records.ids), records.split
    tokens, share = _incidence(records, within=within)
    if not tokens.nnz:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    one = tokens[:, :split]
    other = one if within else tokens[:, split:]
    frequency = np.diff(tokens.indptr).astype(np.int64)  # whose products do not fit into 32 bits
    on_left = np.diff(one.indptr).astype(np.int64)
    del tokens
    weight = np.round(np.log2((total + USUAL_LIST) / frequency + 1) * share * _SCALE)
    use = _affordable(frequency, on_left, within=within, total=total) & (weight > 0)
    weight, one = weight[use].astype(np.float32), one[use]
    other = one if within else other[use]
    forward = _best(one, other, weight, within=within)
    backward = forward if within else _best(other, one, weight, within=False)
    a = np.concatenate([forward[0], backward[1]])
    b = np.concatenate([forward[1], backward[0]])
    if within:
        a, b = np.minimum(a, b), np.maximum(a, b)
    else:
        b = b + split
    right, left = distinct(b, a, total)
    return left, right.astype(np.int64)


_MOST = 2**62
"""Token and record as one whole number stay below this."""


def _incidence(records: Records, *, within: bool) -> tuple[sparse.csr_matrix, Floats]:
    """(tokens by records, 1 where a record has a token; the part of each token's bits that counts).

    The tokens run by kind and key. Each kind is sorted once, token and record as one number.
    """
    total = max(len(records.ids), 1)
    sizes, record, shares = [np.zeros(1, np.int64)], [np.empty(0, np.int32)], [np.empty(0)]
    for share, rows, keys in typed_tokens(records):
        if not within:
            met = _on_both_sides(keys, rows < records.split)
            rows, keys = rows.compress(met), keys.compress(met)  # noqa: PLW2901 the others are let go here
        if int(keys.max(initial=0)) >= _MOST // total:
            keys = np.unique(keys, return_inverse=True)[1]  # noqa: PLW2901 the same in fewer digits
        held, key = distinct(rows, keys, total)
        first = np.flatnonzero(np.diff(key, prepend=-1))
        record.append(held)
        sizes.append(np.diff(first, append=len(key)))
        shares.append(np.full(len(first), share))
    start, every = np.cumsum(np.concatenate(sizes)), np.concatenate(record)
    ones = np.ones(len(every), dtype=np.float32)
    shape = (len(start) - 1, len(records.ids))
    return sparse.csr_matrix((ones, every, start), shape=shape), np.concatenate(shares)


_SLOTS = 26  # bits
_ODD = np.uint64(0x9E3779B97F4A7C15)


def _on_both_sides(keys: Ints, left: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which tokens some record of the other list may have too; the rest join nothing.

    Nearly half of the tokens go before anything is sorted. Large keys share slots by chance: that
    only lets through what joins nothing.
    """
    bits = min(_SLOTS, max(len(keys), 1).bit_length() + 3)
    slot = keys
    if int(keys.max(initial=0)) >> bits:
        slot = ((keys.astype(np.uint64) * _ODD) >> np.uint64(64 - bits)).astype(np.int64)
    sides = np.zeros((2, 1 << bits), dtype=np.bool_)
    sides[0, slot[np.flatnonzero(left)]] = True
    sides[1, slot[np.flatnonzero(~left)]] = True
    return np.asarray((sides[0] & sides[1])[slot])


_FOR_TWO = 2_000
"""Records from which on a second thread helps: below, to start it and wait for it takes longer than
the whole join, the more so where the cores are busy. No pair depends on it."""

JOINED = 50_000
"""Records joined with the other list at a time: the most that its result takes; no pair depends
on it."""


def _best(
    mine: sparse.csr_matrix,
    others: sparse.csr_matrix,
    weight: NDArray[np.float32],
    *,
    within: bool,
) -> tuple[Ints, Ints]:
    """The best partners of each record; those far behind its very best one are left out.

    Args:
        mine: tokens by the records that look for partners.
        others: the same tokens by the partners.
        weight: of each token.
        within: whether both are one list.
    """
    if not mine.shape[1] or not others.shape[1]:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    weights = np.repeat(weight, np.diff(mine.indptr))
    weighted = sparse.csr_matrix((weights, mine.indices, mine.indptr), shape=mine.shape).T.tocsr()
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
    order = _beside_alike(weighted, others)
    found = sp_matmul_topn(
        weighted[order],
        others,
        top_n=PARTNERS + itself,
        threshold=_LEAST,
        sort=True,
        n_threads=2 if weighted.shape[0] >= _FOR_TWO else 1,
    )
    row = np.repeat(order + start, np.diff(found.indptr))
    column, bits = found.indices.astype(np.int64), found.data
    if itself:
        apart = row != column
        row, column, bits = row[apart], column[apart], bits[apart]
    first = np.flatnonzero(np.diff(row, prepend=-1))  # of each record, the best of its partners
    near = bits * _BEHIND >= np.repeat(bits[first], np.diff(first, append=len(row)))
    return row[near], column[near]


def _beside_alike(weighted: sparse.csr_matrix, others: sparse.csr_matrix) -> Ints:
    """The rows in an order in which the product takes a fifth less time.

    Rows that share the token that most of the others have come one after the other: what they add
    to is in the cache still. Every second one stands in the second half, which is another thread's.
    """
    many = np.diff(others.indptr).astype(np.int64)[weighted.indices]
    rows = np.flatnonzero(np.diff(weighted.indptr))
    top = np.full(weighted.shape[0], -1)
    if rows.size:
        key = many * weighted.shape[1] + weighted.indices
        top[rows] = np.maximum.reduceat(key, weighted.indptr[rows])
    order = np.argsort(top, kind="stable")
    return np.concatenate([order[::2], order[1::2]])


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
