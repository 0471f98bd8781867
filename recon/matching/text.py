"""Raw cells to folded text: Unicode, case, accents, control characters; what is missing."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 240
"""Characters of a cell that are read; what follows cannot tell two customers apart."""

_MISSING = frozenset(
    {"", "nan", "NaN", "NAN", "None", "none", "null", "NULL", "<NA>", "N/A", "n/a", "#N/A", "NaT"}
    | {"-", "--", ".", "?"}
)
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "\u0131": "i", "þ": "th"}
    | dict.fromkeys("\u2018\u2019\u201b`\u00b4\u02bc\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], " ")
_ACCENTS = re.compile("[\u0300-\u036f]")
_SPACE = re.compile(r"\s+")


def present(cell: object) -> str:
    """The cell as text, "" when it is missing (None, NaN, NA, blank, or a written-out 'nan')."""
    if not isinstance(cell, str):
        cell = str(cell)  # None, NaN, NaT and NA write themselves as what `_MISSING` holds
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
