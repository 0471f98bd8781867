"""Which pairs are worth comparing: one join over rarity-weighted tokens of every kind.

Each record is a set of typed tokens (words of its names, pairs of words, nickname groups, pairs of
words that differ by one letter, e-mail, local part, domain, phone, last seven digits, house and
street, SKU). A token shared by few records weighs much. The join keeps the best few partners of
every record of either side: one product of two sparse matrices instead of many blocking rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from recon.matching.names import sound
from recon.matching.vocabulary import USUAL_LIST, nicknames

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]

PARTNERS = 12
"""Partners kept a record; more adds under 0.1 % of the true pairs and a third of the time."""

_SHARES = {
    "word": 1.0, "pair": 0.5, "nickname": 0.7, "typo": 0.8, "email": 1.0, "local": 0.7,
    "domain": 0.6, "phone": 1.0, "phone7": 0.6, "house": 0.5, "door": 0.9, "street": 0.4,
    "sku": 1.0, "code": 0.8,
}  # fmt: skip
_SCALE = 64  # bits become whole numbers: sums are exact, whatever their order
_LEAST = 6 * _SCALE
_LETTERS_FOR_TYPO = 5


def candidates(records: Records, *, within: bool) -> tuple[Ints, Ints]:
    """Row numbers (left, right) of the pairs to compare, each pair once, sorted.

    Args:
        records: both lists; for duplicates within one list the left one alone.
        within: whether the list is compared with itself.
    """
    rows, keys, shares = _tokens(records)
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
    forward = _best(weighted[one], present[other], PARTNERS + within)
    backward = _best(weighted[other], present[one], PARTNERS + within)
    a = np.concatenate([forward[0], backward[1]])
    b = np.concatenate([forward[1], backward[0]])
    if within:
        a, b = np.minimum(a, b), np.maximum(a, b)
        a, b = a[a != b], b[a != b]
    else:
        b = b + split
    pairs = np.unique(a * total + b)
    return pairs // total, pairs % total


def _best(
    weighted: sparse.csr_matrix, present: sparse.csr_matrix, partners: int
) -> tuple[Ints, Ints]:
    if not weighted.shape[0] or not present.shape[0]:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    found = sp_matmul_topn(
        weighted, present.T.tocsr(), top_n=partners, threshold=_LEAST, sort=True, n_threads=2
    ).tocoo()
    return found.row.astype(np.int64), found.col.astype(np.int64)


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


def _tokens(records: Records) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """(record, token key, share of its bits) of every typed token."""
    names, everyone = records.names, np.arange(len(records.ids))
    found: list[tuple[Ints, Ints, float]] = []
    kinds = list(_SHARES)

    def add(kind: str, rows: Ints, keys: Ints) -> None:
        use = keys >= 0
        typed = keys[use].astype(np.int64) + (np.int64(kinds.index(kind)) << 58)
        found.append((rows[use], typed, _SHARES[kind]))

    vocabulary = max(len(names.words), 1)
    partner = _typo_pairs(names.words)
    groups = _nickname_pairs(names.words)
    for place in range(3):
        named = everyone[records.name_of[:, place] >= 0]
        rows = records.name_of[named, place]
        tokens = names.tokens[rows].astype(np.int64)
        for slot in range(tokens.shape[1]):
            add("word", named, tokens[:, slot])
            for pairs, kind in ((partner, "typo"), (groups, "nickname")):
                if pairs[0].size:
                    add(kind, *_expand(named, tokens[:, slot], pairs))
            for later in range(slot + 1, min(tokens.shape[1], 5) if place < 2 else 0):
                one, other = tokens[:, slot], tokens[:, later]
                key = np.minimum(one, other) * vocabulary + np.maximum(one, other)
                add("pair", named, np.where((one < 0) | (other < 0), -1, key))
    for name in ("email", "local", "domain", "phone", "phone7", "sku"):
        if name in records.fields:
            add(name, everyone, records.fields[name].codes.astype(np.int64))
    if "house" in records.fields:
        house, street = (records.fields[f].codes.astype(np.int64) for f in ("house", "street"))
        door = np.where(
            (house < 0) | (street < 0), -1, house * (street.max(initial=0) + 1) + street
        )
        add("door", everyone, door)
        postal = records.fields["postal"].codes.astype(np.int64)
        near = np.where(
            (house < 0) | (postal < 0), -1, house * (postal.max(initial=0) + 1) + postal
        )
        add("house", everyone, near)
    if "sku" in records.fields:
        add("code", *_codes_in_names(records))
    return (
        np.concatenate([f[0] for f in found]),
        np.concatenate([f[1] for f in found]),
        np.concatenate([np.full(len(f[0]), f[2]) for f in found]),
    )


def _codes_in_names(records: Records) -> tuple[Ints, Ints]:
    """SKUs and, as the same keys, words of names that are some record's SKU."""
    field, words = records.fields["sku"], records.names.words
    code = {text: number for number, text in enumerate(field.values)}
    as_sku = np.array([code.get(w, -1) for w in words] or [-1], dtype=np.int64)
    rows, keys = [np.arange(len(records.ids))], [field.codes.astype(np.int64)]
    named = np.flatnonzero(records.name_of[:, 0] >= 0)
    tokens = records.names.tokens[records.name_of[named, 0]]
    for slot in range(tokens.shape[1]):
        rows.append(named)
        keys.append(np.where(tokens[:, slot] >= 0, as_sku[tokens[:, slot]], -1))
    return np.concatenate(rows), np.concatenate(keys)


def _expand(rows: Ints, tokens: Ints, pairs: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Every (record, pair number) for which the record's token is in the pair."""
    token, number = pairs
    start = np.searchsorted(token, tokens, side="left")
    count = np.searchsorted(token, tokens, side="right") - start
    repeated = np.repeat(np.arange(len(rows)), count)
    offset = np.arange(len(repeated)) - np.repeat(np.cumsum(count) - count, count)
    return rows[repeated], number[start[repeated] + offset]


def _sorted_pairs(token: list[int], number: list[int]) -> tuple[Ints, Ints]:
    order = np.lexsort((np.array(number, np.int64), np.array(token, np.int64)))
    return np.array(token, np.int64)[order], np.array(number, np.int64)[order]


def _typo_pairs(words: tuple[str, ...]) -> tuple[Ints, Ints]:
    """(word, pair): words that are equal but for one letter, or sound alike; found once for all.

    A pair is numbered by the shortened spelling: "jonson" and "johnson" meet in "jonson".
    """
    shortened: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        if len(word) >= _LETTERS_FOR_TYPO and word.isalpha():
            shortened.setdefault("~" + sound(word), []).append(number)
            for spelling in {word[:i] + word[i + 1 :] for i in range(min(len(word), 24))} | {word}:
                shortened.setdefault(spelling, []).append(number)
    token: list[int] = []
    pair: list[int] = []
    for number, members in enumerate(m for m in shortened.values() if len(m) > 1):
        if len(members) <= 20:
            token += members
            pair += [number] * len(members)
    return _sorted_pairs(token, pair)


def _nickname_pairs(words: tuple[str, ...]) -> tuple[Ints, Ints]:
    """(word, group): the nickname groups of every word."""
    groups = nicknames()
    both = [(n, g) for n, word in enumerate(words) for g in sorted(groups.get(word, ()))]
    return _sorted_pairs([n for n, _ in both], [g for _, g in both])
