"""Items in one wording: phrases that the lists themselves use for one thing become one phrase.

What is left over of two names after that is looked up again: `usage_level` says whether the lists
use the left-over words for one thing or to tell their own items apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from recon.matching import places
from recon.matching.names import MOST_TOKENS, Kind, Name
from recon.matching.usage import (
    AGAINST,
    FOR,
    PHRASE,
    Listed,
    pair_key,
    witnessed,
    word_sets,
)
from recon.matching.vocabulary import item_classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from recon.matching.nametable import Names
    from recon.matching.residual import Residual
    from recon.matching.usage import Keys, Phrases, Seen, Table, Usage

    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]
    Bools = NDArray[np.bool_]

_ROUNDS = 2
"""A phrase made one in the first round lets more names witness in the second."""

_SURE = 19
"""Half bits that two phrases need to be made one: four witnesses and none against."""

_SPARE = 8
"""Witnesses for each one against that a word needs to be left out everywhere."""

_LEVELS = np.array([-120, -30, 0, 1, 6, 16])
"""Half bits for one thing, from "always told apart" to "surely one": levels -3 to 4, without 1."""


_WHOLE = 2**64 - 1


class _Phrase(NamedTuple):
    words: tuple[tuple[str, Kind], ...]
    names: int  # that have it


class _Rule(NamedTuple):
    """What is written instead of a phrase, and the words (as bits) that must stand beside it."""

    words: tuple[tuple[str, Kind], ...]
    beside: int


def one_wording(names: Sequence[Name], listed: Listed) -> list[Name]:
    """The names with phrases that the lists use for one thing written as one of them."""
    found = list(names)
    for _ in range(_ROUNDS):
        table, phrases, seen = witnessed(found, listed)
        rules = _rules(table, phrases, seen)
        if not rules:
            break
        found = _rewritten(found, table.word, rules)
    return found


def _rules(table: Table, phrases: Phrases, seen: Seen) -> dict[int, _Rule]:
    """Phrase key -> what is written instead."""
    key = pair_key(seen.one, seen.other)
    _, first, back = np.unique(key, return_index=True, return_inverse=True)
    for_, against = (np.bincount(back, seen.says == k, len(first)).astype(int) for k in (1, -1))
    beside = np.full(len(first), ~np.uint64(0))
    says = np.flatnonzero(seen.says == 1)
    np.bitwise_and.at(beside, back[says], seen.beside[says])
    score = FOR * for_ - AGAINST * against
    at = np.flatnonzero(score >= _SURE)
    at = at[np.lexsort((key[first[at]], -score[at]))]
    one, other = seen.one[first[at]], seen.other[first[at]]
    known = _spelt(table, phrases, np.concatenate([one, other]))
    apart = set(key[first[score < 0]].tolist())
    groups: dict[int, list[int]] = {}
    rules: dict[int, _Rule] = {}
    columns = (one, other, beside[at], for_[at], against[at])
    for a, b, common, for_pair, against_pair in zip(*(c.tolist() for c in columns), strict=True):
        if 0 in (a, b):
            word = known.get(a or b)
            if word and for_pair >= _SPARE * (1 + against_pair) and _is_wordy(word):
                rules.setdefault(a or b, _Rule((), common))
        elif a in known and b in known and _may_be_one(known[a], known[b]):
            if common:
                best, worse = sorted((a, b), key=lambda k: _order(known[k]))
                rules.setdefault(worse, _Rule(known[best].words, common))
            else:
                _unite(groups, a, b, apart)
    for group in {id(g): g for g in groups.values()}.values():
        best = min(group, key=lambda k: _order(known[k]))
        rules |= {k: _Rule(known[best].words, 0) for k in group if k != best}
    return rules


def _order(phrase: _Phrase) -> tuple[int, int, tuple[tuple[str, Kind], ...]]:
    """The short phrase before the long, then the frequent one before the seldom."""
    return len(phrase.words), -phrase.names, phrase.words


def _spelt(table: Table, phrases: Phrases, wanted: Keys) -> dict[int, _Phrase]:
    """The words of each wanted phrase as it stands in the first name that has it."""
    rows = np.flatnonzero(np.isin(phrases.key, wanted) & (phrases.size > 0))
    keys, first, count = np.unique(phrases.key[rows], return_index=True, return_counts=True)
    found = {}
    for key, row, many in zip(keys.tolist(), rows[first].tolist(), count.tolist(), strict=True):
        start, size = int(phrases.start[row]), int(phrases.size[row])
        words = table.word[phrases.name[row], start : start + size].tolist()
        found[key] = _Phrase(tuple(table.spelt[w] for w in words), many)
    return found


def _is_wordy(phrase: _Phrase) -> bool:
    return all(kind in (Kind.WORD, Kind.WEAK) for _, kind in phrase.words)


def _may_be_one(one: _Phrase, other: _Phrase) -> bool:
    """Whether no number stands against another and no colour, size or term against its like."""
    numbers = [{w for w, k in p.words if k == Kind.NUMBER} for p in (one, other)]
    if all(numbers) and numbers[0] != numbers[1]:
        return False
    classes = [{w for w, k in p.words if k == Kind.CLASS} for p in (one, other)]
    sorts = [{item_classes().get(w) for w in found} for found in classes]
    return classes[0] == classes[1] or not sorts[0] & sorts[1]


def _unite(groups: dict[int, list[int]], one: int, other: int, apart: set[int]) -> None:
    """Put two phrases into one group unless any two of its members were told apart."""
    a, b = groups.get(one, [one]), groups.get(other, [other])
    if a is b:
        return
    left = np.repeat(np.array(a, dtype=np.uint64), len(b))
    right = np.tile(np.array(b, dtype=np.uint64), len(a))
    if apart.isdisjoint(pair_key(left, right).tolist()):
        both = a + b
        groups.update(dict.fromkeys(both, both))


def _rewritten(names: Sequence[Name], word: Keys, rules: dict[int, _Rule]) -> list[Name]:
    """The names with phrases written otherwise, the longest first."""
    wanted = np.array(sorted(rules), dtype=np.uint64)
    hit = np.zeros(len(names), dtype=np.bool_)
    for size in range(1, PHRASE + 1):
        for start in range(MOST_TOKENS - size + 1):
            hit |= np.isin(word[:, start : start + size].sum(1), wanted)
    found = list(names)
    rows = np.flatnonzero(hit)
    beside = word_sets(word[rows]).tolist()
    for row, keys, others in zip(rows.tolist(), word[rows].tolist(), beside, strict=True):
        found[row] = _reworded(names[row], keys, others, rules)
    return found


def _reworded(name: Name, word: list[int], beside: int, rules: dict[int, _Rule]) -> Name:
    tokens: dict[str, Kind] = {}
    place, length = 0, len(name.tokens)
    while place < length:
        for size in range(min(PHRASE, length - place), 0, -1):
            rule = rules.get(sum(word[place : place + size]) & _WHOLE)
            if rule and rule.beside & beside == rule.beside:
                for text, kind in rule.words:
                    tokens.setdefault(text, kind)
                place += size
                break
        else:
            tokens.setdefault(name.tokens[place], name.kinds[place])
            place += 1
    if not tokens:
        return name
    kept = list(tokens.items())[:MOST_TOKENS]
    return name._replace(tokens=tuple(t for t, _ in kept), kinds=tuple(k for _, k in kept))


def usage_level(table: Names, over: tuple[Residual, Residual], one: Ints, other: Ints) -> Levels:
    """What the lists say of the words that two names have left over.

    Args:
        table: all names.
        over: what the names of each pair have left over.
        one: the number of the first name of each pair.
        other: the number of the second.

    Returns:
        4 surely one thing, 3 probably, 2 perhaps; 1 nothing is left over once both are in one
        wording; 0 never met; -1 told apart now and then, -2 often, -3 always.
    """
    usage = table.usage
    level = np.zeros(len(one), dtype=np.int8)
    if usage is None:
        return level
    left, right = over[0].some(), over[1].some()
    some = np.flatnonzero(left | right)
    seen = usage.asked(*(keys[some] for keys in _keys(usage, over, left & right)))
    # The pair itself is no witness.
    for_, against = seen.one, seen.two
    if usage.within:
        against = np.maximum(against - 1, 0)
    else:
        for_ = np.maximum(for_ - 1, 0)
    score = FOR * for_ - AGAINST * against
    # Where each side has one word at most, that was asked already.
    several = np.maximum(*(words.counted()[some] for words in over)) > 1
    never = np.flatnonzero((for_ + against == 0) & several)
    score[never] = -_worst(usage, *(words.first(_COMPARED)[some[never]] for words in over))
    told = (np.digitize(score, _LEVELS) - 3).astype(np.int8)
    told[told > 0] += 1
    level[table.reworded[one] | table.reworded[other]] = 1
    level[some] = told
    return level


def _keys(usage: Usage, over: tuple[Residual, Residual], both: Bools) -> list[Keys]:
    """The phrase left over on either side; beside nothing, of any size and any colour."""
    return [
        words.added(np.where(both[words.pair], usage.words[words.token], usage.sorts[words.token]))
        for words in over
    ]


_COMPARED = 3
_MOST, _LESS = 119, 4
"""Single words out of a longer difference tell less than the whole of it does."""


def _worst(usage: Usage, left: NDArray[np.int32], right: NDArray[np.int32]) -> Ints:
    """The half bits by which some two left-over words, or one and nothing, were told apart.

    Args:
        usage: what the lists say.
        left: (pairs, `_COMPARED`) left-over words of the first name, -1 for none.
        right: of the second.
    """
    kept = left >= 0, right >= 0
    alone: Bools = np.logical_not(places.some(kept[0]) & places.some(kept[1]))
    asked = places.crossed(*kept)
    asked[alone] = places.crossed(kept[0][alone], kept[1][alone], np.logical_or)
    pair, i, j = places.found(asked)
    keys = [
        np.where(alone[pair], usage.sorts[token], usage.words[token])
        for token in (left[pair, i], right[pair, j])
    ]
    seen = usage.asked(*keys)
    worst = np.zeros(len(left), dtype=np.int64)
    against = np.maximum(seen.two - usage.within, 0)
    np.maximum.at(worst, pair, AGAINST * against - FOR * seen.one)
    return np.asarray(np.minimum(worst, _MOST) // _LESS, dtype=np.int64)
