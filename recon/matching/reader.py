"""Names taken apart in bulk, into arrays: each distinct text once, most of them by their shape."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from recon.matching.cells import in_arrow, listed, together
from recon.matching.columns import distinct
from recon.matching.names import MOST_TOKENS, Kind, Name, read_name
from recon.matching.places import found
from recon.matching.shapes import Shapes, places, shapes
from recon.matching.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from recon.matching.cells import Texts

    Ints = NDArray[np.int64]
    Codes = NDArray[np.int32]

_DIGIT = re.compile(r"\d")
_AT_ONCE = 250_000
"""Texts read at a time: cut into runs they take several times the room of what is kept."""

_SPELT = 12
"""Words of a spelling at most; a longer one is one word, whoever reads it."""

_NONE = -1
_FIRST_PLACE = -2  # the run of the name whose place is 0 stands here; below it that of place 1 ...


class Apart(NamedTuple):
    """Names taken apart: a row is a name, a word is its number among a reader's, -1 for none."""

    tokens: Codes  # (names, MOST_TOKENS)
    kinds: NDArray[np.int8]
    signs: NDArray[np.bool_]  # (names, 4) marked, taken, joined, a household
    legal: Codes  # "llc", two forms as one word
    spelling: Codes  # (names, _SPELT) the words of `match_name`
    initials: Codes  # (names, 2) their letters as one word

    def take(self, rows: Ints) -> Apart:
        """The given rows."""
        tokens, kinds, signs, *several = self
        return Apart(tokens[rows], kinds[rows], signs[rows], *[part[rows] for part in several])

    def put(self, rows: Ints, other: Apart) -> None:
        """Other names in the place of the given rows."""
        self.tokens[rows], self.kinds[rows], self.signs[rows] = other[:3]
        for mine, its in zip(self[3:], other[3:], strict=True):
            mine[rows] = its


class Reader:
    """The names of two lists taken apart, and the words that they are made of."""

    def __init__(self, *, few: int = 200) -> None:
        """For fewer new texts than `few` no shapes are looked for: it would not be worth it."""
        self.few = few
        self.number: dict[str, int] = {}  # of every word, as they come
        self.texts = [""]  # by row
        self._row = {"": 0}
        self._written = [in_arrow(self.texts)]
        self._parts = [self._by_themselves([""])]

    def rows(self, texts: Texts) -> Ints:
        """The rows of the texts in `apart`; those that are new are read."""
        if not isinstance(texts, list):  # many: told apart in Arrow first
            coded = in_arrow(texts).dictionary_encode()
            each = self.rows(listed(coded.dictionary))
            return np.asarray(each[coded.indices.to_numpy()], dtype=np.int64)
        row, known = self._row, len(self._row)
        rows = [row.setdefault(text, len(row)) for text in texts]
        new = [*islice(reversed(row), len(row) - known)][::-1]
        self.texts += new
        self._written.append(in_arrow(new))
        for start in range(0, len(new), _AT_ONCE):
            self._parts.append(self._read(new[start : start + _AT_ONCE]))
        return np.array(rows, dtype=np.int64)

    def read(self, texts: Texts) -> Apart:
        """The texts taken apart."""
        rows = self.rows(texts)
        return self.apart.take(rows)

    @property
    def apart(self) -> Apart:
        """Everything read so far; the first row is of ""."""
        if len(self._parts) > 1:
            self._parts = [Apart(*map(np.concatenate, zip(*self._parts, strict=True)))]
        return self._parts[0]

    def written(self, rows: Ints) -> pa.Array:
        """The texts of rows, in Arrow."""
        if len(self._written) > 1:
            self._written = [together(self._written)]
        return self._written[0].take(pa.array(rows))

    def take(self, names: Sequence[Name], spellings: Sequence[str]) -> Apart:
        """Names that somebody else has taken apart."""
        none: Sequence[Mapping[str, int]] = [{}] * len(names)
        tokens, kinds = self._tokens(names, none)
        initials = [[*map(_first_letters, name.initials), "", ""][:2] for name in names]
        return Apart(
            tokens,
            kinds,
            np.array([_signs(name) for name in names], dtype=np.bool_).reshape(-1, 4),
            self._numbers([name.legal for name in names]),
            self._codes([_spelt(spelling) for spelling in spellings], none, _SPELT),
            self._numbers([*chain.from_iterable(initials)]).reshape(-1, 2),
        )

    def _read(self, texts: list[str]) -> Apart:
        if len(texts) < self.few:
            return self._by_themselves(texts)
        apart, kept = self._by_shape(shapes(texts))
        rows = np.flatnonzero(~kept)
        apart.put(rows, self._by_themselves([texts[row] for row in rows.tolist()]))
        return apart

    def _by_themselves(self, texts: list[str]) -> Apart:
        read = [read_name(text) for text in texts]
        return self.take([name for name, _ in read], [spelling for _, spelling in read])

    def _by_shape(self, seen: Shapes) -> tuple[Apart, NDArray[np.bool_]]:
        """(each name as its shape is read, its own words put in; which of them may be read so)."""
        read = [_read_shape(text) for text in seen.texts or [""]]
        where = [shape.places for shape in read]
        number, of = self._numbers(seen.runs), np.maximum(seen.of, 0)

        def own(codes: Codes) -> Codes:
            """The numbers of each name's own words."""
            mine = codes[of]
            mine[seen.of < 0] = _NONE
            row, slot = found(mine <= _FIRST_PLACE)
            run = seen.run[seen.start[row] + (_FIRST_PLACE - mine[row, slot])]
            mine[row, slot] = number[run]
            return mine

        tokens, kinds = self._tokens([shape.name for shape in read], where)
        tokens = own(tokens)
        legal = self._codes(
            [[shape.name.legal] if shape.name.legal else [] for shape in read], where, 1
        )
        spelt = self._codes([shape.spelling for shape in read], where, _SPELT)
        shortened = [(*shape.name.initials, (), ()) for shape in read]
        initials = [own(self._codes([told[k] for told in shortened], where)) for k in range(2)]
        apart = Apart(
            tokens,
            kinds[of],
            np.array([shape.signs for shape in read], dtype=np.bool_)[of],
            own(legal)[:, 0],
            own(spelt),
            self._letters(initials),
        )
        whole = np.array([shape.whole for shape in read], dtype=np.bool_)[of]
        return apart, (seen.of >= 0) & whole & ~_twice(tokens)

    def _letters(self, words_: Sequence[Codes]) -> Codes:
        """The first letters of the words of every row as one word, for each part of them."""
        every = [*self.number]
        codes = np.full((len(words_[0]), len(words_)), _NONE, dtype=np.int32)
        for part, some in enumerate(words_):
            rows = np.flatnonzero((some >= 0).any(1))
            if not rows.size:
                continue
            used = distinct(some[rows])
            letter = np.zeros(len(every) + 1, dtype="U1")
            letter[used] = [every[code][0] for code in used.tolist()]
            texts = np.ascontiguousarray(letter[some[rows]]).view(f"U{some.shape[1]}")
            codes[rows, part] = self._numbers(texts.ravel().tolist())
        return codes

    def _numbers(self, texts: Sequence[str]) -> Codes:
        """The numbers of words; -1 for ""."""
        number = self.number
        return np.array(
            [number.setdefault(text, len(number)) if text else _NONE for text in texts],
            dtype=np.int32,
        )

    def _tokens(
        self, names: Sequence[Name], where: Sequence[Mapping[str, int]]
    ) -> tuple[Codes, NDArray[np.int8]]:
        tokens = self._codes([name.tokens for name in names], where, MOST_TOKENS)
        kinds = np.zeros(tokens.shape, dtype=np.int8)
        kinds[tokens != _NONE] = np.fromiter(chain.from_iterable(n.kinds for n in names), np.int8)
        return tokens, kinds

    def _codes(
        self,
        told: Sequence[Sequence[str]],
        where: Sequence[Mapping[str, int]],
        width: int | None = None,
    ) -> Codes:
        """(names, width): the numbers of words, of stand-ins the places of what they stand for."""
        size = np.fromiter(map(len, told), np.int64, len(told))
        codes = np.full((len(told), width or int(size.max(initial=0))), _NONE, dtype=np.int32)
        number = self.number
        codes[np.arange(codes.shape[1]) < size[:, None]] = [
            _FIRST_PLACE - places_[word]
            if word in places_
            else number.setdefault(word, len(number))
            for some, places_ in zip(told, where, strict=True)
            for word in some
        ]
        return codes


def _first_letters(several: Sequence[str]) -> str:
    return "".join([word[0] for word in several])


def _spelt(spelling: str) -> list[str]:
    """The words of a spelling; a long one, which no shape has, is one word."""
    if not spelling:
        return []
    several = spelling.split(" ")
    return several if len(several) <= _SPELT else [spelling]


class _Shape(NamedTuple):
    """The text of a shape taken apart."""

    name: Name
    spelling: tuple[str, ...]
    places: Mapping[str, int]  # stand-in -> which run of the text it is
    signs: tuple[bool, ...]
    whole: bool  # no stand-in has become part of something else


@lru_cache(maxsize=100_000)
def _read_shape(text: str) -> _Shape:
    name, spelling = read_name(text)
    spelt, where = tuple(_spelt(spelling)), places(text)
    others = [word for word in (*name.tokens, *spelt) if word not in where]
    if " " in name.legal:  # two forms are in the order of their letters
        others.append(name.legal)
    whole = " " not in "".join(spelt)  # too long
    whole &= all(map(str.isalnum, name.tokens))  # else a part of the text is the only token
    whole &= not any(stand_in in word for stand_in in where for word in others)
    return _Shape(name, spelt, where, _signs(name), whole)


def _twice(tokens: Codes) -> NDArray[np.bool_]:
    """Names that have a token twice: opened, an abbreviation is another of their words."""
    ordered = np.sort(tokens, axis=1)
    return np.asarray(((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(1))


def _signs(name: Name) -> tuple[bool, bool, bool, bool]:
    numbered = name.mark != "" and bool(_DIGIT.search(name.mark))
    return name.mark != "" and not numbered, numbered, name.joined, is_household(name)


def is_household(name: Name) -> bool:
    """Whether a name says only whose home it is: "Webb Residence", "The Webb Family"."""
    if name.legal or words("households").isdisjoint(name.tokens):
        return False
    beside = (Kind.OCCASION, Kind.YEAR, Kind.DAY, Kind.SUFFIX)
    kinds = [kind for kind in name.kinds if kind not in beside]
    whose = kinds.count(Kind.WORD)
    return whose in (1, 2) and len(kinds) == whose + 1
