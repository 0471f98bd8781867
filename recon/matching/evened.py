"""Names before they are taken apart: phrases, "&", dots and the marks of a sync evened out.

Most names of a list are bare words, and none of the patterns here is tried on those.
"""

from __future__ import annotations

import re
from functools import lru_cache

from recon.matching.marks import unmarked
from recon.matching.text import fold
from recon.matching.vocabulary import replacements, words

_DOTTED = re.compile(r"\b((?:[a-z]\.){1,5}[a-z])\b\.?")
_FIRST = re.compile(r"\b([a-z])-(\d)(?=\s|$)")  # "A-1 Rentals" is "A1 Rentals"
_YEARS = re.compile(r"(?<!\w)'([0-3]\d)(?!\w)")
_OWNERS = re.compile(r"(owner)(?:'s|s')(?= )")
PIECE = re.compile(r"[^\W_]+")
COUNTERS = {
    "building": "building", "block": "building", "tower": "building", "wing": "building",
    "unit": "unit", "section": "section", "level": "level", "floor": "level", "phase": "phase",
    "job": "job", "project": "job", "lot": "job", "no": "",
}  # fmt: skip
"""What is counted -> one word for it; "" says only that a number follows."""


@lru_cache(maxsize=1)
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(replacements("phrases"), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


def plain(text: str) -> tuple[str, str]:
    """(folded text, "&", phrases and dots evened out, the sync's mark cut off; that mark)."""
    text = fold(text)
    return (text, "") if bare_words(text) else evened(text)


@lru_cache(maxsize=1_000)
def evened(text: str) -> tuple[str, str]:
    """`plain` of a folded text with more in it than bare words.

    Each pattern is tried only where a cheap look says that it may be found: most names need none.
    """
    text, mark = unmarked(text)
    pieces = PIECE.findall(text)
    if "'" in text:
        pieces += PIECE.findall(text.replace("'", ""))  # "Homeowner's Association"
    if not _first_of_phrases().isdisjoint(pieces):
        text = _OWNERS.sub(r"\1s", text)
        text = _phrases().sub(lambda m: replacements("phrases")[m.group()], text)
    text = text.replace("&", " and ").replace("+", " and ")
    if "'" in text:
        text = _YEARS.sub(r" 20\1", text).replace("'", "")
    if "-" in text:
        text = _FIRST.sub(r"\1\2", text)
    if "." in text:
        text = _DOTTED.sub(lambda m: m.group(1).replace(".", ""), text)
    return text, mark


@lru_cache(maxsize=1)
def _first_of_phrases() -> frozenset[str]:
    """The first word of every phrase: a text that has none of them has no phrase."""
    return frozenset(PIECE.findall(phrase)[0] for phrase in replacements("phrases"))


_EVENED_OUT = frozenset(
    {"and", "attn", "attention", "deleted", "duplicate", "use"}
    | {"apt", "apartment", "ste", "suite", "room", "rm"}
)


@lru_cache(maxsize=1)
def _telling() -> frozenset[str]:
    """Words that make a name of bare letters need more than being split."""
    first = {phrase.split()[0] for phrase in replacements("phrases")}
    return _EVENED_OUT.union(first, words("occasions"), COUNTERS)


def bare_words(folded: str) -> bool:
    """Whether a folded name is letters and blanks with nothing in it to be evened out."""
    return (
        folded.isascii()
        and folded.replace(" ", "").isalpha()
        and _telling().isdisjoint(folded.split())
    )


@lru_cache(maxsize=1_000)  # the spelling of a name is asked for behind its tokens
def pieces_of(text: str) -> tuple[tuple[str, ...], str]:
    """The words of one part of a name with abbreviations opened, and its legal form."""
    pieces, legal = without_legal(PIECE.findall(text))
    short = replacements("abbreviations")
    return tuple([short.get(piece, piece) for piece in pieces]), legal


def without_legal(pieces: list[str]) -> tuple[list[str], str]:
    """The words of one part of a name without the legal form at their end, and that form."""
    if not pieces or pieces[-1] not in legal_words():
        return pieces, ""
    last = len(pieces)
    legal: set[str] = set()
    while last > 1 and pieces[last - 1] in legal_words() and pieces[last - 2] != "and":
        last -= 1
        legal.add(replacements("legal_long").get(pieces[last], pieces[last]))
    return pieces[:last], " ".join(sorted(legal))


@lru_cache(maxsize=1)
def legal_words() -> frozenset[str]:
    """Every way to write a legal form, in short or in full."""
    forms = words("legal")
    return forms | {long for long, form in replacements("legal_long").items() if form in forms}
