"""Which pairs are worth comparing: one join over rarity-weighted tokens of every kind.

A token shared by few records weighs much. The join keeps the best few partners of every record of
either side: one product of two sparse matrices instead of many blocking rules.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from recon.matching.tokens import SHARES, couples, distinct, typed_tokens
from recon.matching.worth import SCALE, Tokens, worth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from recon.matching.records import ListKind, Records

    Ints = NDArray[np.int64]

PARTNERS: Mapping[ListKind, int] = {"customer": 8, "item": 12}
"""Partners kept a record; items come in families. Twelve of a customer would add a fourth to all
pairs and under 0.1 % to the true ones."""

_BEHIND = 2
"""A partner that shares less than half of what the best one shares is none. At two fifths there are
a quarter more pairs to compare and 0.2 % more of the true ones."""

_LEAST, _CHANCE = 6.0, 6.0
"""The fewest bits that two records share. In a long list some share that with many by chance: then
six fewer than single out one of its records, which sixty-four share."""


def candidates(records: Records, *, within: bool) -> tuple[Ints, Ints]:
    """Row numbers (left, right) of the pairs to compare, each pair once, sorted.

    Args:
        records: both lists; for duplicates within one list the left one alone.
        within: whether the list is compared with itself.
    """
    total, split = len(records.ids), records.split
    tokens = _tokens(records, within=within)
    if not tokens.held.nnz:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    one = tokens.held[:, :split]
    other = one if within else tokens.held[:, split:]
    bits = worth(tokens, records.names, np.diff(one.indptr), np.diff(other.indptr))
    del tokens
    longer = max(one.shape[1], other.shape[1])
    least = max(_LEAST, math.log2(longer) - _CHANCE) * SCALE
    keep = _Keep(PARTNERS[records.kind] + within, least, within)
    forward = _best(one, other, bits, keep)
    backward = forward if within else _best(other, one, bits.T.tocsr(), keep)
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


def _tokens(records: Records, *, within: bool) -> Tokens:
    """What records may share. Each kind is sorted once, token and record as one number."""
    total, words = max(len(records.ids), 1), len(records.names.words)
    sizes, record, shares = [np.zeros(1, np.int64)], [np.empty(0, np.int32)], [np.empty(0)]
    sounds = couples(np.empty(0, np.int64), words)
    for kind, rows, keys in typed_tokens(records):
        if kind != "word" and not within:  # a word may meet another word than itself
            met = _on_both_sides(keys, rows < records.split)
            rows, keys = rows.compress(met), keys.compress(met)  # noqa: PLW2901 the others are let go here
        held, key, size = _counted(rows, keys, total)
        if kind == "word":
            size = np.bincount(key, size, minlength=words).astype(np.int64)
        if kind == "pair":
            sounds = couples(key, words)
        record.append(held)
        sizes.append(size)
        shares.append(np.full(len(size), SHARES[kind]))
    start, every = np.cumsum(np.concatenate(sizes)), np.concatenate(record)
    ones = np.ones(len(every), dtype=np.float32)
    held = sparse.csr_matrix((ones, every, start), shape=(len(start) - 1, len(records.ids)))
    return Tokens(held, np.concatenate(shares), sounds)


def _counted(
    rows: NDArray[np.int32], keys: Ints, total: int
) -> tuple[NDArray[np.int32], Ints, Ints]:
    """(the records of each token, token after token; each token's key; how many records it has)."""
    spelt = None
    if int(keys.max(initial=0)) >= _MOST // total:
        spelt, keys = np.unique(keys, return_inverse=True)  # the same in fewer digits
    held, key = distinct(rows, keys, total)
    first = np.flatnonzero(np.diff(key, prepend=-1))
    token, size = key[first], np.diff(first, append=len(key))
    return held, token if spelt is None else spelt[token], size


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


class _Keep(NamedTuple):
    """Which partners of a record are kept."""

    most: int  # of each record, itself included
    least: float  # bits that it shares, in parts of `SCALE`
    within: bool  # whether both are one list: no record is a partner of itself


def _best(
    mine: sparse.csr_matrix, others: sparse.csr_matrix, bits: sparse.csr_matrix, keep: _Keep
) -> tuple[Ints, Ints]:
    """The best partners of each record; those far behind its very best one are left out.

    Args:
        mine: tokens by the records that look for partners.
        others: the same tokens by the partners.
        bits: what a token of mine tells beside one of the others.
        keep: which are kept.
    """
    if not mine.shape[1] or not others.shape[1]:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    each = mine.T.tocsr()
    rows, columns = [], []
    for start in range(0, each.shape[0], JOINED):
        wanted = _wanted(each[start : start + JOINED], bits)
        row, column = _near(wanted, others, keep, start=start)
        rows.append(row)
        columns.append(column)
    return np.concatenate(rows), np.concatenate(columns)


def _wanted(each: sparse.csr_matrix, bits: sparse.csr_matrix) -> sparse.csr_matrix:
    """What each record is looking for: the tokens that tell something beside one of its own.

    A product of the two, but for what two tokens of a record tell beside the same one: that is left
    as two entries, which the next product adds up anyway.
    """
    told = bits[each.indices]
    shape = each.shape[0], bits.shape[1]
    return sparse.csr_matrix((told.data, told.indices, told.indptr[each.indptr]), shape=shape)


def _near(
    wanted: sparse.csr_matrix, others: sparse.csr_matrix, keep: _Keep, *, start: int
) -> tuple[Ints, Ints]:
    """`_best` of some rows, the first of which is row `start`."""
    found = sp_matmul_topn(
        wanted,
        others,
        top_n=keep.most,
        threshold=keep.least,
        sort=True,
        n_threads=2 if wanted.shape[0] >= _FOR_TWO else 1,
    )
    row = np.repeat(np.arange(start, start + wanted.shape[0]), np.diff(found.indptr))
    column, bits = found.indices.astype(np.int64), found.data
    if keep.within:
        apart = row != column
        row, column, bits = row[apart], column[apart], bits[apart]
    first = np.flatnonzero(np.diff(row, prepend=-1))  # of each record, the best of its partners
    near = bits * _BEHIND >= np.repeat(bits[first], np.diff(first, append=len(row)))
    return row[near], column[near]
