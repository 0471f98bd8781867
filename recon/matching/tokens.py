"""What two records may share, as typed tokens: the axis of the candidates' join.

Words of the names, pairs of words as they sound, nickname groups, words that are one letter apart,
e-mail, local part, domain, phone, last seven digits, house and street, SKU.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from recon.matching.columns import encode, same_codes
from recon.matching.sounds import sound
from recon.matching.vocabulary import nicknames

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]

_SHARES = {
    "word": 1.0, "pair": 0.5, "nickname": 0.7, "typo": 0.8, "email": 1.0, "local": 0.7,
    "domain": 0.6, "phone": 1.0, "phone7": 0.6, "house": 0.5, "door": 0.9, "street": 0.4,
    "sku": 1.0, "code": 0.8, "initials": 0.8, "owner": 0.6,
}  # fmt: skip
"""How much of a token's bits count: a word pair says again what its two words said."""

_LETTERS_FOR_TYPO = 5
_MEMBERS = 20
"""Words that may meet in one shortened spelling: where more do, it says nothing of any two."""
_WORDS_IN_PAIRS = 5


class _Bag:
    """Typed tokens as they are found."""

    def __init__(self) -> None:
        self.rows: dict[str, list[NDArray[np.int32]]] = {kind: [] for kind in _SHARES}
        self.keys: dict[str, list[Ints]] = {kind: [] for kind in _SHARES}

    def add(self, kind: str, rows: Ints, keys: Ints) -> None:
        use = keys >= 0
        self.rows[kind].append(rows[use].astype(np.int32))
        self.keys[kind].append(keys[use].astype(np.int64))


def typed_tokens(records: Records) -> Iterator[tuple[float, NDArray[np.int32], Ints]]:
    """(how much of its bits counts, record, token key) of all tokens of a kind, kind after kind.

    What was asked for is forgotten here: the tokens of all kinds are the largest arrays of all.
    """
    bag = _Bag()
    _add_names(bag, records)
    everyone = np.arange(len(records.ids))
    for name in ("email", "local", "domain", "phone", "phone7", "sku"):
        if name in records.fields:
            bag.add(name, everyone, records.fields[name].codes.astype(np.int64))
    if "house" in records.fields:
        house, street, postal = (
            records.fields[f].codes.astype(np.int64) for f in ("house", "street", "postal")
        )
        bag.add("door", everyone, _both(house, street))
        bag.add("house", everyone, _both(house, postal))
    _add_initials(bag, records)
    if "owner" in records.fields:
        bag.add("owner", *_owners(records))
    if "sku" in records.fields:
        bag.add("code", *_codes_in_names(records))
    for kind, share in _SHARES.items():
        rows, keys = bag.rows.pop(kind), bag.keys.pop(kind)
        if rows:
            yield share, np.concatenate(rows), np.concatenate(keys)


def _both(one: Ints, other: Ints) -> Ints:
    """One key for two codes, -1 when either is missing."""
    key = one * (other.max(initial=0) + 1) + other
    return np.where((one < 0) | (other < 0), -1, key)


def _add_names(bag: _Bag, records: Records) -> None:
    names = records.names
    vocabulary = max(len(names.words), 1)
    heard = names.lexicon.heard - 1  # -1 is no word
    related = {
        kind: (*_places(pairs[0], len(names.words)), pairs[1])
        for kind, pairs in (
            ("typo", _typo_pairs(names.words)),
            ("nickname", _nickname_pairs(names.words)),
        )
    }
    for place in range(3):
        named = np.flatnonzero(records.name_of[:, place] >= 0)
        tokens = names.tokens[records.name_of[named, place]].astype(np.int64)
        for slot in range(tokens.shape[1]):
            bag.add("word", named, tokens[:, slot])
            for kind, pairs in related.items():
                if pairs[2].size:
                    bag.add(kind, *_expand(named, tokens[:, slot], pairs))
            for later in range(slot + 1, _WORDS_IN_PAIRS if place < 2 else 0):
                one, other = heard[tokens[:, slot]], heard[tokens[:, later]]
                key = np.minimum(one, other) * vocabulary + np.maximum(one, other)
                bag.add("pair", named, np.where((one < 0) | (other < 0), -1, key))


def _places(token: Ints, words: int) -> tuple[Ints, Ints]:
    """(where in the sorted tokens each word starts, how often it stands there), last of no word."""
    count = np.append(np.bincount(token, minlength=words), 0)
    return np.cumsum(count) - count, count


def _add_initials(bag: _Bag, records: Records) -> None:
    """The initials of names, and as the same keys the words that are somebody's initials."""
    names = records.names
    some = np.zeros(len(names.words) + 1, dtype=np.bool_)
    some[names.initials[names.initials >= 0]] = True
    for place in range(2):
        named = np.flatnonzero(records.name_of[:, place] >= 0)
        rows = records.name_of[named, place]
        for codes in (*names.initials[rows].T, *names.tokens[rows].T):
            bag.add("initials", named, np.where(some[codes], codes, -1).astype(np.int64))


_OWNER_LETTERS = 9


def _owners(records: Records) -> tuple[Ints, Ints]:
    """The first letters of whom an e-mail address names, and of every name run together."""
    field, names = records.fields["owner"], records.names
    letters = [*(word if word.isalpha() else "" for word in names.words), ""]  # -1 is no word
    run = np.full(len(names.texts), "", dtype=object)
    for place in range(names.tokens.shape[1]):
        rows = np.flatnonzero(names.tokens[:, place] >= 0)
        run[rows] += np.array(letters, dtype=object)[names.tokens[rows, place]]
    cut = [text[:_OWNER_LETTERS] for text in (*field.values, *run.tolist())]
    codes = encode(text if len(text) > 4 else "" for text in cut).codes.astype(np.int64)
    everyone = np.arange(len(records.ids))
    mine = np.append(codes[: len(field.values)], -1)[field.codes]
    by_name = np.append(codes[len(field.values) :], -1)
    keys = [mine, *(by_name[records.name_of[:, place]] for place in range(3))]
    return np.tile(everyone, 4), np.concatenate(keys)


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


def _expand(rows: Ints, tokens: Ints, pairs: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints]:
    """Every (record, pair number) for which the record's token is in the pair."""
    start, count, number = pairs
    start, count = start[tokens], count[tokens]
    repeated = np.repeat(np.arange(len(rows)), count)
    offset = np.arange(len(repeated)) - np.repeat(np.cumsum(count) - count, count)
    return rows[repeated], number[start[repeated] + offset]


def _sorted_pairs(token: Ints, number: Ints) -> tuple[Ints, Ints]:
    order = np.lexsort((number, token))
    return token[order], number[order]


def _typo_pairs(words: tuple[str, ...]) -> tuple[Ints, Ints]:
    """(word, pair): words that are equal but for one letter, or sound alike; found once for all.

    A pair is numbered by the shortened spelling: "jonson" and "johnson" meet in "jonson".
    """
    looked = [n for n, w in enumerate(words) if len(w) >= _LETTERS_FOR_TYPO and w.isalpha()]
    spelt = [_spellings(words[number]) for number in looked]
    token = np.repeat(np.array(looked, np.int64), np.array([*map(len, spelt)], np.int64))
    pair = same_codes([*chain.from_iterable(spelt)]).astype(np.int64)
    members = np.bincount(pair)
    use = ((members > 1) & (members <= _MEMBERS))[pair]
    return _sorted_pairs(token[use], pair[use])


def _spellings(word: str) -> Collection[str]:
    """How a word sounds, the word without each of its letters, and the word: each once."""
    cut = [word[:place] + word[place + 1 :] for place in range(min(len(word), 24))]
    return dict.fromkeys(["~" + sound(word), *cut, word])  # a set would come in another order


def _nickname_pairs(words: tuple[str, ...]) -> tuple[Ints, Ints]:
    """(word, group): the nickname groups of every word."""
    groups = nicknames()
    both = [(n, g) for n, word in enumerate(words) for g in sorted(groups.get(word, ()))]
    return _sorted_pairs(*np.array(both, np.int64).reshape(-1, 2).T)
