"""Street lines as keys that are equal when a person would call them the same."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from pyarrow import compute
from rapidfuzz.distance import OSA

from recon.matching.cells import in_arrow, listed
from recon.matching.columns import distinct_sequences
from recon.matching.runs import cut, plain, spread
from recon.matching.text import LONGEST, fold
from recon.matching.vocabulary import replacements

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.cells import Texts

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


class Address(NamedTuple):
    """A street line taken apart; all "" when the line says nothing that can be compared."""

    number: str = ""
    street: str = ""
    unit: str = ""


class Whole(NamedTuple):
    """A whole address that stands on one line."""

    line: str
    city: str
    region: str
    postal_code: str


_WHOLE = re.compile(
    r"(?P<line>.*\w.*),\s*(?P<city>[^\W\d_][^,\d]*),\s*(?P<region>[A-Za-z][A-Za-z. ]*?)[\s,]+"
    r"(?P<postal>\d{4,6}(?:-\d{3,4})?|[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d)\s*"
)
_UNIT = re.compile(r"(?:#|\bunit\b)\s*([0-9a-z]+)")
_PIECE = re.compile(r"[^\W_]+")
_PARTS = ("line", "city", "region", "postal")
_SPELT_OUT = (("'", ""), ("#", " unit "))
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_NUMBERED = frozenset(("hwy", "rte", "cr", "fm", "sr", "us", "interstate"))
"""Roads called by a number: in "Highway 12" it is the street, in "Oak Street 12" the house."""
_ELSEWHERE = frozenset(("between", "near", "opposite", "off", "at", "corner"))
"""Behind these it says what is near the street, not which it is."""
_LETTERS = 5  # of a street's kind that a slip leaves recognisable


def address_key(text: str) -> Address:
    """Number, street and unit of a street line, with "Street", "St." and "ST" made one."""
    folded = fold(text)
    for sign, spelt in _SPELT_OUT:
        folded = folded.replace(sign, spelt)
    return _address([_short(piece) for piece in _PIECE.findall(folded)])


def whole_address(text: str) -> Whole | None:
    """The parts of "12 Oak Street, Mapleton, OR 97453"; None where it is a street line alone."""
    found = _WHOLE.fullmatch(text) if "," in text and len(text) <= LONGEST else None
    return Whole(*(found.group(part) or "" for part in _PARTS)) if found else None


def address_keys(texts: Texts) -> tuple[list[str], list[str], list[str]]:
    """(numbers, streets, units): `address_key` of every text; most lines are read together."""
    lines, fit = plain(texts, "[ -~]+")
    lines = compute.if_else(fit, lines, "")
    for sign, spelt in _SPELT_OUT:
        lines = compute.replace_substring(lines, sign, spelt)
    pieces, piece, _, size = cut(lines, _PIECE)
    code: dict[str, int] = {"": 0, "unit": 1}
    of_piece = [code.setdefault(_short(text), len(code)) for text in pieces]
    word, words = np.array([*of_piece, 0], dtype=np.int64)[piece], [*code]
    line = np.repeat(np.arange(len(size)), size)
    behind, left = _behind_unit(word == code["unit"], line)
    units = word[behind], line[behind]
    word, line = _as_far_as(word[left], line[left], [text in _ELSEWHERE for text in words])
    numeral = np.array([_is_numeral(text) for text in words], dtype=np.bool_)[word]
    behind_road = np.array([text in _NUMBERED for text in words], dtype=np.bool_)[word]
    numeral[1:] &= ~(behind_road[:-1] & (line[1:] == line[:-1]))
    number = _numbers(words, word[numeral], line[numeral], len(texts))
    street = _streets(words, word[~numeral], np.bincount(line[~numeral], minlength=len(texts)))
    unit = _numbers(words, *units, len(texts))
    odd = ~fit.to_numpy(zero_copy_only=False)
    for row, text in zip(
        np.flatnonzero(odd).tolist(), listed(in_arrow(texts).filter(odd)), strict=True
    ):
        number[row], street[row], unit[row] = address_key(text)
    return number, street, unit


def _behind_unit(is_unit: Bools, line: Ints) -> tuple[Ints, Ints]:
    """(the places of what stands behind the first "unit" of a line; the places of other words)."""
    followed = np.flatnonzero(is_unit[:-1] & (line[1:] == line[:-1]))
    behind = followed[np.diff(line[followed], prepend=-1) > 0] + 1
    left = ~is_unit
    left[behind] = False
    return behind, np.flatnonzero(left)


def _as_far_as(word: Ints, line: Ints, ends: list[bool]) -> tuple[Ints, Ints]:
    """The words of each line in front of the first that `ends` it, which is none that begins it."""
    end = np.array(ends, dtype=np.bool_)[word]
    first = np.flatnonzero(np.diff(line, prepend=-1))
    end[first] = False
    met = np.cumsum(end)
    size = np.diff(np.append(first, len(line)))
    before = met == np.repeat(met[first], size)
    return word[before], line[before]


def _is_numeral(piece: str) -> bool:
    """Whether a piece is a number: "12" or "12b"; "5th" is a street's name."""
    return piece[:1].isdigit() and not _ORDINAL.fullmatch(piece)


def _numbers(words: list[str], word: Ints, line: Ints, lines: int) -> list[str]:
    """The number of each line, the first of those in it."""
    first = np.zeros(lines, dtype=np.int64)
    first[line[::-1]] = word[::-1]
    bare = np.array([text.lstrip("0") for text in words], dtype=object)
    found: list[str] = bare[first].tolist()
    return found


def _streets(words: list[str], word: Ints, size: Ints) -> list[str]:
    """The words of each line as one text, put together once for all lines that are alike."""
    start = np.cumsum(size) - size
    street, example = distinct_sequences(word, start, size)
    said = [words[k] for k in word[spread(start, size, example)[0]].tolist()]
    ends = [0, *np.cumsum(size[example]).tolist()]
    texts = np.array([*(" ".join(said[a:b]) for a, b in pairwise(ends)), ""], dtype=object)
    found: list[str] = texts[street].tolist()
    return found


def _short(piece: str) -> str:
    return replacements("street").get(piece) or _slipped(piece)


def _address(pieces: list[str]) -> Address:
    unit = ""
    if "unit" in pieces:
        line = " ".join(pieces)
        if found := _UNIT.search(line):
            unit = found.group(1)
            pieces = f"{line[: found.start()]} {line[found.end() :]}".split()
    pieces = [piece for piece in pieces if piece != "unit"]
    number, street = "", []
    for before, piece in pairwise(["", *pieces]):
        if before and piece in _ELSEWHERE:
            break
        if not _is_numeral(piece) or before in _NUMBERED:
            street.append(piece)
        else:
            number = number or piece
    return Address(number.lstrip("0"), " ".join(street), unit.lstrip("0"))


@cache
def _kinds(letters: int) -> list[tuple[str, str]]:
    """The kinds of street that so long a word may be a slip of, and their short forms."""
    return [
        (long, short)
        for long, short in replacements("street").items()
        if len(long) >= _LETTERS and abs(len(long) - letters) <= 1 and short.isalpha()
    ]


@lru_cache(maxsize=100_000)
def _slipped(piece: str) -> str:
    """The short form of a street's kind that is written with one slip: "Boulveard", "Couft"."""
    if len(piece) >= _LETTERS and piece.isalpha():
        for long, short in _kinds(len(piece)):
            if OSA.distance(piece, long, score_cutoff=1) <= 1:
                return short
    return piece
