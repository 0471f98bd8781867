"""How words sound, roughly: the spelling of a name is heard on the phone as often as it is read."""

from __future__ import annotations

import re
from functools import lru_cache

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
