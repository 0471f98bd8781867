"""What a customer's name says of when and what for: "Ann Lee Senior 2024", "Webb Wedding 6/13".

It is written behind the name of one record and left off in the other, and names nobody. Two years
that differ still tell two apart; a day that both have is one more thing that they share.
"""

from __future__ import annotations

import re
from functools import lru_cache

from recon.matching.vocabulary import words

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(MONTHS)})[a-z]{{0,6}}\.?"
_DAY = r"(0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_DATE = re.compile(
    r"(?<![\w/.-])(?:"
    r"(20\d\d)([-./])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])"
    r"|(20[0-3]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"|(0?[1-9]|[12]\d|3[01])([-./])(0?[1-9]|[12]\d|3[01])\9(20\d\d|[0-3]\d)"
    rf"|{_DAY}\s+{_MONTH},?\s+(20\d\d|[0-3]\d)"
    rf"|{_MONTH}\s+(?:{_DAY},?\s+)?(20\d\d)"
    r")(?![\w/-])"
)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"20[0-4]\d(?:\d{4})?")
_PARTED = re.compile(r"\s-+\s|[:;(),]|\s-+$")
_LEFT_OPEN = re.compile(r"\(\s*\)|[\s:;,(-]+$|^[\s:;,)-]+")


@lru_cache(maxsize=1)
def _nouns() -> frozenset[str]:
    return words("occasions")


@lru_cache(maxsize=1)
def _tellers() -> frozenset[str]:
    return words("occasions") | words("seasons")


def occasion(folded: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(the name without it, the words of the occasion, the years and days) of a folded name.

    A date, or a word such as "wedding" or "headshots" at the end of a part of the name, with the
    years and seasons beside it. A name that would be left without a word is returned as it is.
    """
    text, dated = folded, False
    if _DIGIT.search(folded):
        text, count = _DATE.subn(_spelt, folded)
        dated = count > 0
    if not dated and _nouns().isdisjoint(_WORD.findall(text)) and "family 20" not in text:
        return text, (), ()
    kept: list[str] = []
    said: list[str] = []
    years: list[str] = []
    at, first = 0, True
    for end in (*(found.span() for found in _PARTED.finditer(text)), (len(text), len(text))):
        part = text[at : end[0]]
        tail = _tail(part, first=first, dated=dated)
        for word in _WORD.findall(part[tail:]):
            if word != "of":
                (years if _YEAR.fullmatch(word) else said).append(word)
        part = part[:tail]
        kept += [part, text[end[0] : end[1]]]
        at, first = end[1], first and not _WORD.search(part)
    rest = _LEFT_OPEN.sub("", "".join(kept).strip())
    if not any(len(word) > 1 and word not in words("fillers") for word in _WORD.findall(rest)):
        return text, (), ()
    return rest, tuple(said), tuple(years)


def _spelt(found: re.Match[str]) -> str:
    """A date as its year, and its day as one number behind it where it says one."""
    iso, run, slash, day, month = (
        found.group(1, 3, 4), found.group(5, 6, 7), found.group(11, 8, 10),
        found.group(14, 13, 12), found.group(17, 15, 16),
    )  # fmt: skip
    year, of_year, of_month = next(part for part in (iso, run, slash, day, month) if part[0])
    year = year if len(year) == 4 else f"20{year}"
    if not of_month:
        return f" {year} "
    number = MONTHS.index(of_year) + 1 if of_year in MONTHS else int(of_year)
    day_, month_ = int(of_month), number
    if month_ > 12:  # a day before its month
        day_, month_ = month_, day_
    return f" {year} {year}{month_:02}{day_:02} "


def _tail(part: str, *, first: bool, dated: bool) -> int:
    """Where the words of an occasion begin that a part of a name ends with; its length for none.

    "Senior" is one with a year or behind the name; "William Webb Senior" is a father.
    """
    found = list(_WORD.finditer(part))
    tells = [word.group() in _tellers() or bool(_YEAR.fullmatch(word.group())) for word in found]
    place = len(found)
    while place and tells[place - 1]:
        place -= 1
    while place < len(found) and found[place].group() == "of":
        place += 1
    tail = [word.group() for word in found[place:]]
    nouns = [word for word in tail if word in _nouns()]
    if "family" in tail and any(_YEAR.fullmatch(word) for word in tail):  # "Ann Lee, family 2024"
        nouns.append("family")
    if nouns == ["senior"] and first and len(tail) == 1:
        return len(part)
    if not nouns and not (dated and tail and _YEAR.fullmatch(tail[-1])):
        return len(part)
    if not nouns:  # a date alone: "Ann Lee - Sep 2023"
        while tail and not _YEAR.fullmatch(tail[0]):
            tail, place = tail[1:], place + 1
    return found[place].start()
