"""How words sound, roughly: the spelling of a name is heard on the phone as often as it is read."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from pyarrow import compute

from recon.matching.cells import ascii_alone, in_ascii, letters_of, mended, picked

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from recon.matching.cells import Texts

_SOUNDS = (
    ("ph", "f"), ("gh", "g"), ("ck", "k"), ("sch", "s"), ("sh", "s"), ("ce", "se"), ("ci", "si"),
    ("cy", "si"), ("c", "k"), ("q", "k"), ("x", "ks"), ("z", "s"), ("v", "f"), ("wr", "r"),
    ("kn", "n"),
)  # fmt: skip
_SILENT = re.compile("[aeiouyhw]")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """How a word sounds, roughly: equal for "Fridley" and "Fridlie", "Cohen" and "Kohn"."""
    for written, spoken in _SOUNDS:
        word = word.replace(written, spoken)
    key = word[:1] + _SILENT.sub("", word[1:])
    return _DOUBLED.sub(r"\1", key)


def sounds(words: Texts) -> pa.Array:
    """The `sound` of every word."""
    lines = ascii_alone(words)
    for written, spoken in _SOUNDS:
        lines = compute.replace_substring(lines, written, spoken)
    letters, end = letters_of(lines)
    heard = ~np.isin(letters, [*b"aeiouyhw"])
    heard[_first(end)] = True
    letters, end = letters_of(picked(letters, end, heard))
    fresh = np.append(True, letters[1:] != letters[:-1])[: len(letters)]
    fresh[_first(end)] = True
    return mended(words, picked(letters, end, fresh), in_ascii(words), lambda odd: map(sound, odd))


def _first(end: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each word begins, if it has a letter."""
    return end[:-1][np.diff(end) > 0]
