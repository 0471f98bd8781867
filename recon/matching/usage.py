"""What two lists of items say of their own words, with no dictionary: one thing, or two.

Names that are equal but for one phrase are the witnesses. "Snow plowing - weekly" stands in one
list alone and "Snow removal - weekly" in the other alone, and so again for monthly and daily:
"plowing" and "removal" are two words for one thing. But where one list holds both "Mug, teal" and
"Mug, rust", the two words tell its own items apart. A record's description that says its name in
other words, and names that share a SKU of their own, are witnesses as well.

A phrase is up to three words in a row; its key is the sum of its words' keys, so that order does
not count. Everything is worked out for all names at once, on distinct names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from recon.matching.columns import distinct
from recon.matching.names import MOST_TOKENS, Kind, Name
from recon.matching.places import added, joined
from recon.matching.vocabulary import item_classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Keys = NDArray[np.uint64]
    Bools = NDArray[np.bool_]

PHRASE = 3
"""Words in a phrase at most."""

FOR, AGAINST = 5, 6
"""Half bits that one witness tells. Of two different attributes that share a family one pair in
eight looks like two words for one thing; of two words for one thing one pair in nine does not."""

_FAMILY = 40
"""Names that are equal but for one phrase; in greater families the first by key are looked at."""

_PAIRS = 1_500_000
"""Pairs of phrases looked at, the smallest families first."""

_SLOTS = 24  # bits

_ONE, _OTHER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


class Witnesses(NamedTuple):
    """How often two phrases were seen as one thing, and how often as two."""

    one: Ints
    two: Ints


@dataclass(frozen=True)
class Usage:
    """The witnesses of every pair of phrases that was met."""

    words: Keys  # key of each word of the vocabulary, and last 0 for none
    sorts: Keys  # the same, but one key for all sizes, all colours, all counts of packs
    pairs: Keys  # sorted
    counts: Witnesses
    within: bool

    def asked(self, one: Keys, other: Keys) -> Witnesses:
        """The witnesses of each pair of phrases; both 0 where it was never met."""
        wanted = pair_key(one, other)
        seen = Witnesses(*(np.zeros(len(wanted), dtype=np.int64) for _ in range(2)))
        met, shift = self._met
        asked = np.flatnonzero(met[wanted >> shift])
        at = np.searchsorted(self.pairs, wanted[asked])
        asked, at = (rows[at < len(self.pairs)] for rows in (asked, at))
        asked, at = (rows[self.pairs[at] == wanted[asked]] for rows in (asked, at))
        seen.one[asked], seen.two[asked] = self.counts.one[at], self.counts.two[at]
        return seen

    @cached_property
    def _met(self) -> tuple[Bools, np.uint64]:
        """(which slots of a table hold a pair, by how much a key is shifted to its slot).

        Nine of ten pairs that are asked for were never met, and are told so by one look.
        """
        bits = min(len(self.pairs).bit_length() + 4, _SLOTS)
        shift = np.uint64(64 - bits)
        met = np.zeros(1 << bits, dtype=np.bool_)
        met[self.pairs >> shift] = True
        return met, shift

    def told_apart(self, one: Ints, other: Ints) -> Bools:
        """Whether the lists use two words (by number) for two things."""
        seen = self.asked(self.words[one], self.words[other])
        return np.asarray((seen.two > 1) & (AGAINST * seen.two > FOR * seen.one))


class Listed(NamedTuple):
    """The names of both lists, and what their records hold beside; a row is a record."""

    name: Ints  # number of each record's name, -1 none
    note: Ints  # of its description
    left: Bools
    sku: Ints  # code, -1 none
    price: Ints  # -1 none


def pair_key(one: Keys, other: Keys) -> Keys:
    """One key for two phrases, whichever comes first."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    return np.asarray(low * _ONE ^ (high * _OTHER + _ONE), dtype=np.uint64)


def word_key(word: str) -> int:
    """A number for a word, the same on every machine."""
    return int.from_bytes(_digest(word))


def _digest(word: str) -> bytes:
    return blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()


class Table(NamedTuple):
    """Names as keys: `word` (names, MOST_TOKENS), 0 where there is none."""

    word: Keys
    sort: Keys
    length: Ints
    spelt: dict[int, tuple[str, Kind]]


_OF_A_SORT = (Kind.CLASS, Kind.NUMBER)


def sort_of(word: str, kind: Kind) -> str:
    """What a word tells of, where absence on one side is concerned: any size, any colour."""
    if kind == Kind.CLASS:
        return f"#{item_classes().get(word, '')}"
    if kind == Kind.NUMBER and word[:1].isdigit():
        return "#" + word.lstrip("0123456789./-x")
    return word


def table_of(names: Sequence[Name]) -> Table:
    """The names as keys of their words."""
    word = np.zeros((len(names), MOST_TOKENS), dtype=np.uint64)
    sort = np.zeros_like(word)
    known: dict[tuple[str, Kind], tuple[int, int]] = {}
    spelt: dict[int, tuple[str, Kind]] = {}
    for row, name in enumerate(names):
        for place, both in enumerate(zip(name.tokens, name.kinds, strict=True)):
            keys = known.get(both)
            if keys is None:
                keys = known[both] = (word_key(both[0]), word_key(sort_of(*both)))
                spelt.setdefault(keys[0], both)
            word[row, place], sort[row, place] = keys
    return Table(word, sort, added(word > 0), spelt)


def _table_of_tokens(
    words: Sequence[str], key: Keys, tokens: NDArray[np.int32], kinds: NDArray[np.int8]
) -> Table:
    """`table_of` names that are arrays already; nobody asks it how the words are spelt.

    Args:
        words: the vocabulary.
        key: of each word, and last 0 for none.
        tokens: (names, MOST_TOKENS) places in it, -1 where there is none.
        kinds: of the tokens, by `Kind`.
    """
    word = key[tokens]
    sort = word.copy()
    sorted_ = (tokens >= 0) & np.isin(kinds, _OF_A_SORT)
    both, back = np.unique(
        tokens[sorted_].astype(np.int64) * len(Kind) + kinds[sorted_], return_inverse=True
    )
    keys = _sort_keys(words, *divmod(both, len(Kind)))
    sort[sorted_] = keys[back]
    return Table(word, sort, added(word > 0), {})


def _sort_keys(words: Sequence[str], word: Ints, kind: NDArray[np.integer[Any]]) -> Keys:
    """The keys of what words tell of: many words, few sorts."""
    told = [
        sort_of(words[one], Kind(of)) for one, of in zip(word.tolist(), kind.tolist(), strict=True)
    ]
    key = {sort: word_key(sort) for sort in set(told)}
    return np.array([key[sort] for sort in told], dtype=np.uint64)


class Phrases(NamedTuple):
    """Every phrase of every name: whose it is, its key, that of the rest, where it stands."""

    name: Ints
    key: Keys
    rest: Keys
    sort: Keys
    start: Ints
    size: Ints


def _phrases(table: Table, used: Ints) -> Phrases:
    """The phrases of the used names, none longer than the rest of its name, and the empty one."""
    word, length = table.word[used], table.length[used]
    total = _summed(word)
    parts = []
    for size in range(PHRASE + 1):
        for start in range(MOST_TOKENS - size + 1 if size else 1):
            at = np.flatnonzero((length >= start + size) & (length - size >= max(size, 1)))
            key = _summed(word[at, start : start + size])
            sort = _summed(table.sort[used[at], start : start + size])
            spot = np.full((len(at), 2), (start, size), dtype=np.int64)
            parts.append((used[at], key, total[at] - key, sort, spot))
    name, key, rest, sort, spot = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Phrases(name, key, rest, sort, spot[:, 0], spot[:, 1])


def _changes(values: Keys) -> Bools:
    """Where a value is another than the one before it."""
    changes = np.ones(len(values), dtype=np.bool_)
    changes[1:] = values[1:] != values[:-1]
    return changes


def _families(phrases: Phrases) -> tuple[Ints, Ints]:
    """Pairs of phrases (by row) that have the same rest."""
    shared = pd.factorize(phrases.rest)[0]
    order = np.flatnonzero(np.bincount(shared)[shared] > 1)
    order = order[np.lexsort((phrases.name[order], phrases.key[order], phrases.rest[order]))]
    rest, key = phrases.rest[order], phrases.key[order]
    fresh = _changes(rest) | _changes(key)
    order, rest = order[fresh], rest[fresh]
    start = np.flatnonzero(_changes(rest))
    size = np.minimum(np.diff(np.append(start, len(rest))), _FAMILY)
    one, other, left = [], [], _PAIRS
    for many in range(2, _FAMILY + 1):
        first = start[size == many][: max(left, 0) // (many * (many - 1) // 2)]
        left -= len(first) * (many * (many - 1) // 2)
        a, b = np.triu_indices(many, 1)
        one.append(order[first[:, None] + a].ravel())
        other.append(order[first[:, None] + b].ravel())
    return np.concatenate(one), np.concatenate(other)


def _overlap(table: Table, phrases: Phrases, one: Ints, other: Ints) -> Bools:
    """Whether two phrases share a word and both have another: a shorter pair says the same."""
    both = np.flatnonzero(np.minimum(phrases.size[one], phrases.size[other]) > 1)
    found = []
    for row in (one[both], other[both]):
        place = phrases.start[row, None] + np.arange(PHRASE)
        inside = np.arange(PHRASE) < phrases.size[row, None]
        words = table.word[phrases.name[row, None], np.minimum(place, MOST_TOKENS - 1)]
        found.append(np.where(inside, words, 0))
    equal = (found[0][:, :, None] == found[1][:, None, :]) & (found[0] > 0)[:, :, None]
    shared = equal.sum((1, 2))
    least = np.minimum(phrases.size[one[both]], phrases.size[other[both]])
    overlap = np.zeros(len(one), dtype=np.bool_)
    overlap[both] = (shared > 0) & (shared < least)
    return overlap


class Seen(NamedTuple):
    """Pairs of phrases with what was seen of each once: 1 as one thing, -1 as two."""

    one: Keys
    other: Keys
    says: NDArray[np.int8]
    beside: Keys  # a set of bits for the words that stood beside both


def _seen_in_names(table: Table, phrases: Phrases, listed: Listed) -> Seen:
    """What names that are equal but for one phrase say of the two phrases."""
    one, other = _families(phrases)
    keep = ~_overlap(table, phrases, one, other)
    one, other = one[keep], other[keep]
    a, b = phrases.name[one], phrases.name[other]
    total, sets = _summed(table.word), word_sets(table.word)
    sides, sku, price = _held(listed, total)
    crosswise = sides[a] * sides[b] == _LEFT * _RIGHT
    says = np.where(crosswise, 1, -1).astype(np.int8)
    across = np.flatnonzero(crosswise)
    says[across[_differ(sku, price, a[across], b[across])]] = 0
    left, right = phrases.key[one], phrases.key[other]
    # Beside nothing at all every size and every colour stands for its sort.
    bare = np.flatnonzero((phrases.size[one] == 0) | (phrases.size[other] == 0))
    left[bare], right[bare] = phrases.sort[one[bare]], phrases.sort[other[bare]]
    return Seen(left, right, says, sets[a] & sets[b])


def _differ(sku: Ints, price: Ints, a: Ints, b: Ints) -> Bools:
    """Whether two names have two SKUs, or one is far dearer than the other."""
    other_sku = (sku[a] >= 0) & (sku[b] >= 0) & (sku[a] != sku[b])
    low, high = np.minimum(price[a], price[b]), np.maximum(price[a], price[b])
    return np.asarray(other_sku | ((low > 0) & (high > low + low // 3)))


def word_sets(word: Keys) -> Keys:
    """A set of bits for the words of each name; a bit stands for few words."""
    bit = np.where(word > 0, np.uint64(1) << (word >> np.uint64(58)), np.uint64(0))
    return np.asarray(joined(bit), dtype=np.uint64)


def _summed(words: Keys) -> Keys:
    """The sum of each row: the key of its words in any order."""
    total = np.zeros(len(words), dtype=np.uint64)
    for place in words.T:
        total += place
    return total


_LEFT, _RIGHT = 1, 2


def _held(listed: Listed, total: Keys) -> tuple[Ints, Ints, Ints]:
    """(sides, SKU, price) by name: in which lists names of its words stand, and the first's."""
    code, several = pd.factorize(total)
    rows = np.flatnonzero(listed.name >= 0)
    of = code[listed.name[rows]]
    sides = np.zeros(len(several), dtype=np.int64)
    sides[of[listed.left[rows]]] = _LEFT
    sides[distinct(of[~listed.left[rows]])] += _RIGHT
    sku, price = (np.full(len(several), -1, dtype=np.int64) for _ in range(2))
    np.maximum.at(sku, of, listed.sku[rows])
    np.maximum.at(price, of, listed.price[rows])
    return sides[code], sku[code], price[code]


def _seen_as_one(table: Table, one: Ints, other: Ints) -> Seen:
    """What is left over of two names of one item says the same in other words."""
    a, b = table.word[one], table.word[other]
    equal = (a[:, :, None] == b[:, None, :]) & (a > 0)[:, :, None]
    over_a, over_b = (a > 0) & ~equal.any(2), (b > 0) & ~equal.any(1)
    shared = equal.any(2).sum(1)
    most = np.maximum(over_a.sum(1), over_b.sum(1))
    use = over_a.any(1) & over_b.any(1) & (most <= PHRASE) & (shared >= most)
    return Seen(
        np.where(over_a, a, 0).sum(1)[use],
        np.where(over_b, b, 0).sum(1)[use],
        np.ones(int(use.sum()), dtype=np.int8),
        word_sets(np.where(equal.any(2), a, np.uint64(0)))[use],
    )


def _one_item(listed: Listed) -> tuple[Ints, Ints]:
    """Pairs of names of one item: a record's name and description, and names of one own SKU."""
    both = (listed.name >= 0) & (listed.note >= 0)
    pairs = [np.stack([listed.name[both], listed.note[both]], axis=1)]
    known = (listed.sku >= 0) & (listed.name >= 0)
    size = int(listed.sku.max(initial=-1)) + 1
    held = [
        np.bincount(listed.sku[known & side], minlength=size)
        for side in (listed.left, ~listed.left)
    ]
    own = known & (held[0] == 1)[listed.sku] & (held[1] == 1)[listed.sku] if size else known
    mine, theirs = (np.flatnonzero(own & side) for side in (listed.left, ~listed.left))
    mine, theirs = (rows[np.argsort(listed.sku[rows])] for rows in (mine, theirs))
    pairs.append(np.stack([listed.name[mine], listed.name[theirs]], axis=1))
    distinct = np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)
    return distinct[:, 0], distinct[:, 1]


def witnessed(names: Sequence[Name], listed: Listed) -> tuple[Table, Phrases, Seen]:
    """Everything that the names say of pairs of phrases."""
    table = table_of(names)
    return table, *_witnessed(table, listed)


def _witnessed(table: Table, listed: Listed) -> tuple[Phrases, Seen]:
    same, several = pd.factorize(_summed(table.word))
    first = np.empty(len(several), dtype=np.int64)
    first[same[::-1]] = np.arange(len(same))[::-1]  # the first of the same words is set last
    named = np.zeros(len(table.word) + 1, dtype=np.bool_)
    named[listed.name] = True  # the last place is none's
    phrases = _phrases(table, np.sort(first[named[first]]))
    parts = [_seen_in_names(table, phrases, listed), _seen_as_one(table, *_one_item(listed))]
    return phrases, Seen(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def usage(
    words: Sequence[str], tokens: NDArray[np.int32], kinds: NDArray[np.int8], listed: Listed
) -> Usage:
    """What the lists say of any two phrases.

    Args:
        words: the vocabulary.
        tokens: (names, MOST_TOKENS) places in it, -1 where there is none.
        kinds: of the tokens, by `Kind`.
        listed: which records have the names.
    """
    digests = b"".join([*map(_digest, words), bytes(8)])
    keys = np.frombuffer(digests, dtype=">u8").astype(np.uint64)
    _, seen = _witnessed(_table_of_tokens(words, keys, tokens, kinds), listed)
    key = pair_key(seen.one, seen.other)
    told = [_counted(key[seen.says == says]) for says in (1, -1)]
    pairs = _counted(np.concatenate([met for met, _ in told]))[0]
    counts = [np.zeros(len(pairs), dtype=np.int64) for _ in told]
    for count, (met, often) in zip(counts, told, strict=True):
        count[np.searchsorted(pairs, met)] = often
    kind = np.zeros(len(keys), dtype=np.int8)
    kind[tokens[tokens >= 0][::-1]] = kinds[tokens >= 0][::-1]  # the first of a word is set last
    some = distinct(tokens)
    some = some[np.isin(kind[some], _OF_A_SORT)]
    sorts = keys.copy()
    sorts[some] = _sort_keys(words, some, kind[some])
    return Usage(
        words=keys,
        sorts=sorts,
        pairs=pairs,
        counts=Witnesses(*counts),
        within=bool(listed.left.all()),
    )


def _counted(keys: Keys) -> tuple[Keys, Ints]:
    """(the distinct keys, sorted; how often each occurs)."""
    ordered = np.sort(keys)
    start = np.flatnonzero(_changes(ordered))
    return ordered[start], np.diff(start, append=len(keys))
