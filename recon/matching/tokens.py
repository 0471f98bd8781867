"""What two records may share, as typed tokens: the axis of the candidates' join.

Words of the names, pairs of words as they sound, e-mail, local part, domain, phone, last seven
digits, house and street, SKU.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recon.matching.letters import beginnings, behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]

SHARES = {
    "word": 1.0, "pair": 0.5, "email": 1.0, "local": 0.7, "domain": 0.6, "phone": 1.0,
    "phone7": 0.6, "house": 0.5, "door": 0.9, "street": 0.4, "sku": 1.0, "code": 0.8,
    "initials": 0.8, "owner": 0.6,
}  # fmt: skip
"""How much of a token's bits count: a word pair says again what its two words said."""

_WORDS_IN_PAIRS = 5


class _Bag:
    """Typed tokens as they are found."""

    def __init__(self) -> None:
        self.rows: dict[str, list[NDArray[np.int32]]] = {}
        self.keys: dict[str, list[Ints]] = {}

    def add(self, kind: str, rows: Ints, keys: Ints) -> None:
        use = np.flatnonzero(keys >= 0)
        self.rows.setdefault(kind, []).append(rows[use].astype(np.int32))
        self.keys.setdefault(kind, []).append(keys[use].astype(np.int64))

    def taken(self, kind: str) -> tuple[NDArray[np.int32], Ints]:
        """(record, key) of all tokens of a kind, which are forgotten here."""
        none = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
        rows, keys = self.rows.pop(kind, none[0]), self.keys.pop(kind, none[1])
        return np.concatenate(rows), np.concatenate(keys)


def typed_tokens(records: Records) -> Iterator[tuple[str, NDArray[np.int32], Ints]]:
    """(kind, record, token key) of all tokens of a kind, kind after kind in the order of `SHARES`.

    The key of a word is its number, that of a pair of words says how they sound (`couples`).
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
    for kind in SHARES:
        if kind in bag.rows:
            yield kind, *bag.taken(kind)


def couples(keys: Ints, words: int) -> tuple[Ints, Ints]:
    """How the two words of pairs sound, as `Lexicon.heard`; `words` of names there are."""
    one, other = np.divmod(keys, max(words, 1))
    return one + 1, other + 1


def distinct(rows: NDArray[np.int32], keys: Ints, total: int) -> tuple[NDArray[np.int32], Ints]:
    """(record, key): each pair of them once, by key and then by record; `total` records there are.

    Key and record are sorted as one number, in a tenth of the time that `np.unique` takes; most
    tokens come nearly in order, which only the stable sort makes use of.
    """
    entries = np.sort(keys * total + rows, kind="stable")
    entries = entries[np.flatnonzero(np.diff(entries, prepend=-1))]
    key = entries // max(total, 1)
    return (entries - key * total).astype(np.int32), key


def _both(one: Ints, other: Ints) -> Ints:
    """One key for two codes, -1 when either is missing."""
    key = one * (other.max(initial=0) + 1) + other
    return np.where((one < 0) | (other < 0), -1, key)


def _add_names(bag: _Bag, records: Records) -> None:
    """Every word of the names, and every two of the first few as they sound."""
    names = records.names
    vocabulary = max(len(names.words), 1)
    heard = names.lexicon.heard - 1  # -1 is no word
    for place in range(3):
        named = np.flatnonzero(records.name_of[:, place] >= 0)
        tokens = np.asfortranarray(names.tokens[records.name_of[named, place]])
        sounds = np.asfortranarray(heard[tokens[:, : _WORDS_IN_PAIRS if place < 2 else 0]])
        for slot in range(tokens.shape[1]):
            some = np.flatnonzero(tokens[:, slot] >= 0)  # few names have many words
            bag.add("word", named[some], tokens[some, slot])
            for before in range(slot if slot < sounds.shape[1] else 0):
                one, other = sounds[some, before], sounds[some, slot]
                key = np.minimum(one, other) * vocabulary + np.maximum(one, other)
                bag.add("pair", named[some], np.where((one < 0) | (other < 0), -1, key))


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
_TOO_SHORT = 4
_LET_GO = np.uint64(24)  # bits of a key; with the rest a token and a record are one number


def _owners(records: Records) -> tuple[Ints, Ints]:
    """The first letters of whom an e-mail address names, and of every name run together.

    No text is put together: keys of the words are. Two beginnings that are not one share a key once
    in a million million times, which is a pair more to compare.
    """
    field, names = records.fields["owner"], records.names
    words = [word if word.isalpha() else "" for word in names.words]
    begun, size = beginnings([*words, ""], _OWNER_LETTERS)  # -1 is no word
    run, long = np.zeros(len(names.texts), np.uint64), np.zeros(len(names.texts), np.int64)
    for place in range(names.tokens.shape[1]):
        rows = np.flatnonzero((names.tokens[:, place] >= 0) & (long < _OWNER_LETTERS))
        token, has = names.tokens[rows, place], long[rows]
        more = np.minimum(size[token], _OWNER_LETTERS - has)
        run[rows] += begun[more, token] * behind(has)
        long[rows] += more
    told, length = beginnings(field.values, _OWNER_LETTERS)
    mine = np.append(np.where(length > _TOO_SHORT, told[-1] >> _LET_GO, 0), 0)[field.codes]
    by_name = np.append(np.where(long > _TOO_SHORT, run >> _LET_GO, 0), 0)
    keys = np.concatenate([mine, *(by_name[records.name_of[:, place]] for place in range(3))])
    return np.tile(np.arange(len(records.ids)), 4), keys.astype(np.int64) - 1  # -1 for no owner


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
