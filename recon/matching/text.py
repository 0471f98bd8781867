"""Raw cells to folded text: Unicode, case, accents, control characters; what is missing."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 240
"""Characters of a cell that are read; what follows cannot tell two customers apart."""

MISSING = frozenset(
    {"", "nan", "NaN", "NAN", "None", "none", "null", "NULL", "<NA>", "N/A", "n/a", "#N/A", "NaT"}
    | {"-", "--", ".", "?"}
)
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "\u0131": "i", "þ": "th"}
    | dict.fromkeys("\u2018\u2019\u201b`\u00b4\u02bc\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u2033", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
_CYRILLIC = dict(zip("абвгдезийклмнопрстуфыэіїєґў", "abvgdeziyklmnoprstufyeiiegu", strict=True)) | {
    "ж": "zh", "\u0445": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "",
    "ю": "yu", "я": "ya", "ё": "yo",
}  # fmt: skip
_GREEK = dict(zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True)) | {
    "θ": "th", "χ": "ch", "ψ": "ps",
}  # fmt: skip
_SPELT = str.maketrans(_CYRILLIC | _GREEK)
"""Cyrillic and Greek as letters of the Latin alphabet, the way passports and bank forms do it; the
finer points ("Iurii", "Yuri") are left to how words sound."""

_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], " ")
_ACCENTS = re.compile("[\u0300-\u036f]")
_SPACE = re.compile(r"\s+")


def present(cell: object) -> str:
    """The cell as text, "" when it is missing (None, NaN, NA, blank, or a written-out 'nan')."""
    if not isinstance(cell, str):
        cell = str(cell)  # None, NaN, NaT and NA write themselves as what `MISSING` holds
    cell = cell[: LONGEST * 2]
    if not cell.isprintable():  # a control character is never printable
        cell = cell.translate(_CONTROLS)
    cell = cell.strip()
    return "" if cell in MISSING else cell


def all_present(cells: Iterable[str]) -> list[str]:
    """`present` of every cell, most of which need only be stripped."""
    return [
        present(cell)
        if len(cell) > LONGEST or not cell.isprintable()
        else ("" if (text := cell.strip()) in MISSING else text)
        for cell in cells
    ]


def present_cells(cells: list[object]) -> list[str]:
    """`present` of every cell of a column, each distinct text looked at once."""
    known: dict[str, str] = {"": ""}
    found = []
    for cell in cells:
        if isinstance(cell, str):
            text = known.get(cell)
            if text is None:
                text = known[cell] = present(cell)
        else:
            text = "" if cell is None else present(cell)
        found.append(text)
    return found


def fold(text: str) -> str:
    """The text in lower case without accents, control characters or odd spaces.

    NFKC turns full-width letters and ligatures into plain ones. Format characters such as
    zero-width joiners and direction marks are dropped: nobody sees them, so they tell nothing.
    Cyrillic and Greek are spelt in Latin letters; other scripts stay as they are.
    """
    if text.isascii():
        if not text.isprintable():
            text = "".join(c if c.isprintable() else " " for c in text)
        return " ".join(text.lower().split())[:LONGEST]
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zs", "Zl", "Zp") else c
        for c in text
        if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")
    )
    text = text.casefold().translate(_LETTERS)
    text = text.replace("й", "y").replace("ї", "i").replace("ў", "u")
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", text)))
    text = text.replace("\u03bf\u03c5", "ou").translate(_SPELT)
    return _SPACE.sub(" ", text).strip()[:LONGEST]


def all_folded(texts: Iterable[str]) -> list[str]:
    """`fold` of every text, most of which need no look at what their characters are."""
    return [
        " ".join(text.lower().split())[:LONGEST]
        if text.isascii() and text.isprintable()
        else fold(text)
        for text in texts
    ]
