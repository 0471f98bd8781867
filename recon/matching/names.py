"""Customer names: the spelling-free form, and the typed tokens that two names are aligned by."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from recon.matching.evened import (
    COUNTERS,
    PIECE,
    bare_words,
    evened,
    legal_words,
    pieces_of,
    plain,
    without_legal,
)
from recon.matching.occasions import occasion
from recon.matching.text import fold, present
from recon.matching.vocabulary import nicknames, replacements, words

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(IntEnum):
    """What a token of a name is; decides what its absence on the other side means."""

    WORD = 0
    NUMBER = 1  # store, unit, job, lot, size, model: never the same when two differ
    INITIAL = 2
    WEAK = 3  # "Group", "Services": says little
    GENERATION = 4  # Jr, Sr, II
    CHILD = 5  # a word of the job or sub-customer behind ":" or in brackets
    CODE = 6  # an item's own SKU written into its name
    CLASS = 7  # a colour, size, material, period
    TRADE = 8  # "Plumbing", "Cafe": left off often, but two different ones are two firms
    ASIDE = 9  # a word in brackets that is no job: a town, a former name
    COUNTER = 10  # what a number counts: "job" in "Job 3"
    SUFFIX = 11  # a bare 2 to 9 at the end, as syncs and people put behind a name that is taken
    OCCASION = 12  # what for: "wedding", "headshots"
    YEAR = 13  # the year of an occasion or date
    DAY = 14  # the day: "20250613"


class Name(NamedTuple):
    """One name taken apart; `tokens` are distinct and `kinds` runs beside them."""

    tokens: tuple[str, ...]
    kinds: tuple[Kind, ...]
    legal: str = ""  # "llc", "inc ltd", "" when no legal form is written
    mark: str = ""  # what a sync or QBO has put behind it: "(deleted)", "- 2"
    initials: tuple[tuple[str, ...], ...] = ()  # words that it may be shortened to the initials of
    joined: bool = False  # two are named, "John & Mary Smith", "Lee/Park"


MOST_TOKENS = 10
_UNIT = re.compile(
    r"(?:\b(?:(unit|apt|apartment|ste|suite|room|rm|u)|store|no|nr|num|number)|#)[\s.#-]*(?=\d)"
)
_TWICE = re.compile(
    r"\b(lot|job|phase|project|building|unit|apt|suite|ste)\s*(?:#|no\b\.?|nr\b\.?)\s*(?=\d)"
)
_INITIAL = re.compile(r"(?<![^\W_])([aey])\.(?=\s|$)")  # "A. Webb": here no article, no "and"
_LETTERED = re.compile(
    r"(?:\b(?:unit|apt|apartment|ste|suite|room|rm)[\s.-]*)?#(?=\s?[a-z]\b)"
    r"|\b(?:apt|apartment|ste|suite|room|rm)(?=[\s.-]+[a-z]\b)"
)
_OF_A_HOUSE = re.compile(
    r"(?<![^\W_])(\d{3,5}(?: [a-z]+\.?){1,4}) -\s*(?=(?:[a-z]|\d{1,3})\s*(?:$|\(|,|- ))"
)
"""What stands between the address in a name and its unit: "Webb - 48 Mill Road - C"."""

WITHIN = frozenset(
    {"llc", "inc", "ltd", "pllc", "llp", "plc", "corp", "gmbh", "spzoo", "oyj", "incorporated"}
)
"""Legal forms that are no word of any language: known as such in the middle of a name too."""

_OF_ANYTHING = frozenset({"department", "team"})  # words of a job that say nothing about which
_OF_ANY_OTHER = frozenset({"office", "desk", "services", "service"})  # the same beside other words
_TAKEN = frozenset("23456789")
_LOT = re.compile(r"(?<=[a-z] )l-?(\d{1,3})(?=\s*(?:$|[(),:;]|-\s))")  # "Mill Creek L6"
_DASH = re.compile(r"\s+-+\s+|\s*;\s*")
_DIGIT = re.compile(r"\d")
_CHILD = re.compile(r"\(([^()]*)\)")
_COMMA = re.compile(r"^([^\W\d_]+(?:[ -][^\W\d_]+)?), ([^\W\d_]+(?: [^\W\d_]\.?)?)$")
_JOINED = re.compile(r"[^\W\d_]\s?/\s?[^\W\d_]{2}")
_PARTED = re.compile(r"[:()]")
_CARE_OF = re.compile(r"\s*(?:\bc/o\b|\battn:?|\battention:?).*$")
_SMALL = frozenset({"of", "the", "and", "for", "de", "du", "la", "le", "y", "und", "des", "der"})


def read_name(text: str) -> tuple[Name, str]:
    """A name taken apart and its spelling-free form: `parse_name` and `match_name` of it."""
    return parse_name(text), match_name(text)


@lru_cache(maxsize=100_000)
def match_name(text: str) -> str:
    """The generous, spelling-free form of a name: equal for what a person reads as one name.

    Case, accents, punctuation, "&", legal forms, common abbreviations, a leading "The", the order
    "Smith, John" and marks such as "(deleted)" make no difference. Numbers, words and Jr or Sr do.
    "" only for a missing name. QBO's own uniqueness is stricter: never use this key for that.
    """
    text = present(text)
    folded = plain(text)[0]
    parts = [folded]
    if not bare_words(folded):
        folded = _UNIT.sub(" ", folded)
        if "," in folded and (turned := _COMMA.match(folded)):
            last = turned.group(2)
            if last not in words("legal") and last not in replacements("legal_long"):
                folded = f"{last} {turned.group(1)}"
        parts = _PARTED.split(folded)
    pieces = [piece for part in parts for piece in pieces_of(part)[0]]
    if len(pieces) > 1 and pieces[0] == "the":
        del pieces[0]
    return " ".join([piece.lstrip("0") or piece for piece in pieces]) or fold(text)


@lru_cache(maxsize=1)
def _silent() -> frozenset[str]:
    return words("fillers") | words("titles")


@lru_cache(maxsize=100_000)
def _kind(token: str, part: Kind) -> Kind:
    """What a token is that stands in a part of that kind."""
    if len(token) == 2 and token[0].isalpha() and token[1].isdigit():
        return Kind.WORD if part == Kind.WORD else Kind.NUMBER  # "A1 Rentals"
    if not token.isalpha() and any(c.isdigit() for c in token):
        return Kind.NUMBER
    if part != Kind.WORD:
        return Kind.WEAK if token in _OF_ANYTHING else part
    if len(token) == 1 and token.isascii():
        return Kind.INITIAL
    if token in words("trades"):
        return Kind.TRADE
    return Kind.WEAK if token in words("weak") else Kind.WORD


@lru_cache(maxsize=100_000)
def parse_name(text: str) -> Name:
    """The typed tokens of a customer's name, fillers and titles left out.

    The parts of "parent:child", "Name (job)" and "Job 3 - Name" stay in one name: they are one
    record. The words of a job are CHILD, so that a job is told from its parent.
    """
    folded = fold(text)
    mark, parts = "", [(folded, Kind.WORD)]
    said: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    if not bare_words(folded):
        if "c/o" in folded or "att" in folded:
            folded, mark = plain(_CARE_OF.sub("", folded) or text)
        else:
            folded, mark = evened(folded)
        folded, said, years = occasion(folded)
        if _DIGIT.search(folded):
            folded = _LOT.sub(r"lot \1", folded)
            folded = _OF_A_HOUSE.sub(r"\1 unit ", folded)
            folded = _UNIT.sub(_counted, _TWICE.sub(r"\1 ", folded))
        folded = _LETTERED.sub(" unit ", folded)
        parts = _parts(folded)
    spoken = frozenset(_INITIAL.findall(folded)) if "." in folded else frozenset()
    found, legal = _typed(parts, spoken)
    found |= {t: Kind.OCCASION for t in said if t not in found}
    found |= {t: Kind.YEAR if len(t) == 4 else Kind.DAY for t in years if t not in found}
    kept = list(found.items())[:MOST_TOKENS]
    if not kept:  # only signs: an emoji, a bracket
        kept = [(text[:20], Kind.WORD)] if (text := fold(text)) else []
    main = folded.partition(":")[0]
    main = _CHILD.sub(" ", main) if "(" in main else main
    return Name(
        tokens=tuple([t for t, _ in kept]),
        kinds=tuple([k for _, k in kept]),
        legal=legal,
        mark=mark,
        initials=_initials(PIECE.findall(main)),
        joined=(" and " in main or ("/" in text and bool(_JOINED.search(text))))
        and not legal
        and Kind.TRADE not in found.values(),
    )


def _typed(parts: list[tuple[str, Kind]], spoken: frozenset[str]) -> tuple[dict[str, Kind], str]:
    """(the typed tokens of the parts of a name, its legal form); `spoken` as `_collect`."""
    found: dict[str, Kind] = {}
    legal = ""
    for part, kind in parts:
        pieces, form = pieces_of(part)
        legal = legal or form
        if kind == Kind.WORD:
            named, form, job = _after_legal([*pieces])
            legal = legal or form
            _collect(found, named, Kind.WORD, spoken)
            _collect(found, job, Kind.CHILD)
        else:
            _collect(found, pieces, kind)
    return found, legal


def _counted(found: re.Match[str]) -> str:
    return " unit " if found.group(1) else " no "


def _parts(folded: str) -> list[tuple[str, Kind]]:
    """The parts of a folded name: what stands in front, behind ":" and dashes, in brackets."""
    if not any(sign in folded for sign in (":", "(", ";", "-")):
        return [(folded, Kind.WORD)]
    main, *children = folded.split(":")
    if children and _silent().issuperset(PIECE.findall(main)):  # "Bride: Ann Lee"
        main, *children = children
    asides: list[str] = []
    if "(" in main:
        asides, main = _CHILD.findall(main), _CHILD.sub(" ", main)
    segments = _DASH.split(main)
    jobs = [_is_job(segment) for segment in segments] if len(segments) > 1 else [True]
    if all(jobs):
        jobs = [False] * len(jobs)
    return [
        (" ".join(s for s, job in zip(segments, jobs, strict=True) if not job), Kind.WORD),
        *((s, Kind.CHILD) for s, job in zip(segments, jobs, strict=True) if job),
        *((child, Kind.CHILD) for child in children),
        *((aside, Kind.CHILD if _is_job(aside) else Kind.ASIDE) for aside in asides),
    ]


def _is_job(part: str) -> bool:
    """Whether a part of a name says nothing but which job, place or year is meant."""
    pieces, jobs, sites = PIECE.findall(part), words("jobs"), words("sites")
    for place, piece in enumerate(pieces):
        if not (
            piece in jobs
            or piece in sites
            or piece in COUNTERS
            or piece[0].isdigit()
            or (len(piece) == 1 and place > 0)
        ):
            return False
    return bool(pieces)


def _after_legal(pieces: list[str]) -> tuple[list[str], str, list[str]]:
    """(the name, a legal form in its middle, the job behind that or at the end)."""
    legal, cut, jobs = "", len(pieces), words("jobs")
    for place in range(1, len(pieces) - 1):
        if pieces[place] not in WITHIN and pieces[place] not in legal_words():
            continue
        before_job = pieces[place + 1] in jobs or pieces[place + 1] in COUNTERS
        if pieces[place] in WITHIN or before_job:
            legal, cut = replacements("legal_long").get(pieces[place], pieces[place]), place
            pieces = [*pieces[:place], *pieces[place + 1 :]]
            break
    if legal and not any(p in jobs or p in COUNTERS for p in pieces[cut:]):
        cut = len(pieces)
    if not legal:
        while cut > 2 and pieces[cut - 1] in jobs:
            cut -= 1
        cut = cut if cut <= len(pieces) - 2 else len(pieces)  # "Kitchen Remodel", not "Roof"
        if len(pieces) > 2 and pieces[-1] in words("behind_a_person") and pieces[0] in nicknames():
            cut = min(cut, len(pieces) - 1)
    return pieces[:cut], legal, pieces[cut:]


def _collect(
    found: dict[str, Kind], pieces: Sequence[str], part: Kind, spoken: frozenset[str] = frozenset()
) -> None:
    """Add the tokens of one part of a name; `spoken` are initials that look like fillers."""
    generations, dropped = replacements("generations"), _silent()
    no_person = words("of_no_generation")
    if spoken:
        dropped -= spoken
    if COUNTERS.keys().isdisjoint(pieces):
        counts = [False] * len(pieces)
    else:
        counts = [_counts(pieces, place) for place in range(len(pieces))]
    if sum([piece.isalpha() for piece in pieces if len(piece) == 1]) > 1:
        dropped = words("titles")  # "A. P. Webb"
    told = part == Kind.CHILD and not words("jobs").issuperset(pieces)  # not "Main Office"
    keep = [
        place
        for place, piece in enumerate(pieces)
        if piece not in dropped or (place and counts[place - 1])
    ] or list(range(len(pieces)))
    for place in keep:
        piece = pieces[place]
        if counts[place]:
            if counter := COUNTERS[piece]:
                found.setdefault(counter, Kind.COUNTER)
        elif place and counts[place - 1]:
            found.setdefault(piece.lstrip("0") or piece, Kind.NUMBER)
        elif place and piece in generations and no_person.isdisjoint(pieces[place + 1 :][:1]):
            found.setdefault(generations[piece], Kind.GENERATION)
        elif piece in _TAKEN and place == len(pieces) - 1 and len(found) > 1:
            found.setdefault(piece, Kind.SUFFIX)
        else:
            token = piece.lstrip("0") or piece
            weak = told and token in _OF_ANY_OTHER  # "Press Office"
            found.setdefault(token, Kind.WEAK if weak else _kind(token, part))


def _counts(pieces: Sequence[str], place: int) -> bool:
    """Whether the piece says what the next one counts: "Unit" 4, "Building" A."""
    if pieces[place] not in COUNTERS or place + 1 >= len(pieces):
        return False
    following = pieces[place + 1]
    return following[0].isdigit() or (len(following) == 1 and pieces[place] != "no")


def _initials(pieces: list[str]) -> tuple[tuple[str, ...], ...]:
    """The words whose initials stand for a name of three or more, with its legal form and without.

    "abc" is the Allied Bread Company.
    """
    if len(pieces) < 3:
        return ()
    words_ = [p for p in pieces if p not in _SMALL]
    small = len(words_) < len(pieces) and pieces[0] not in _SMALL
    if len(words_) == 2 and len(pieces) == 3 and small and all(map(str.isascii, pieces)):
        return (tuple(pieces),)  # "uob" of "University of Berlin"
    if not 3 <= len(words_) <= 8 or not all(p.isalpha() and len(p) > 1 for p in words_):
        return ()
    bare = len(without_legal(words_)[0])
    if small:
        return tuple(words_), tuple(pieces)
    whole = tuple(words_)
    return (whole, whole[:bare]) if 3 <= bare < len(words_) else (whole,)


def share_nickname(one: str, other: str) -> bool:
    """Whether two given names can be the same person's ("Bill" and "William")."""
    groups = nicknames()
    return one in groups and other in groups and not groups[one].isdisjoint(groups[other])
