"""Raw cells to folded text: Unicode, case, accents, control characters, and what counts as missing."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

LONGEST = 240
"""Characters of a cell that are read; what follows cannot tell two customers apart."""

_MISSING = frozenset(
    {"", "nan", "NaN", "NAN", "None", "none", "null", "NULL", "<NA>", "N/A", "n/a", "#N/A", "NaT"}
    | {"-", "--", ".", "?"}
)
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ё": "е"}
    | dict.fromkeys("’‘`´ʼ′", "'")
    | dict.fromkeys("“”„″", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
)
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], " ")
_ACCENTS = re.compile("[\u0300-\u036f]")
_SPACE = re.compile(r"\s+")


def present(cell: object) -> str:
    """The cell as text, "" when it is missing (None, NaN, NA, blank, or a written-out 'nan')."""
    if not isinstance(cell, str):
        if pd.isna(cell) or str(cell) in _MISSING:
            return ""
        cell = str(cell)
    cell = cell[: LONGEST * 2].translate(_CONTROLS).strip()
    return "" if cell in _MISSING else cell


def fold(text: str) -> str:
    """The text in lower case without accents, control characters or odd spaces.

    NFKC turns full-width letters and ligatures into plain ones. Format characters such as
    zero-width joiners and direction marks are dropped: nobody sees them, so they tell nothing.
    """
    if text.isascii():
        if not text.isprintable():
            text = "".join(c if c.isprintable() else " " for c in text)
        return _SPACE.sub(" ", text.lower()).strip()[:LONGEST]
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") else c
        for c in text
        if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")
    )
    text = text.casefold().translate(_LETTERS)
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    return _SPACE.sub(" ", text).strip()[:LONGEST]
