"""Names of one shape are taken apart together: "Ann Webb" as "Bob Lee", "Oak #5021" as "Elm #3077".

What most words of a name are called does not matter for how it is taken apart: its signs do, and
the words that a table or a pattern knows. So every other word is replaced by a stand-in of its
sort, the texts that are equal then are read once by `names`, and the words are put back. No rule
of reading stands here: which words are known is gathered from the reader's own tables and patterns.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute

from recon.matching import evened, marks, names, occasions
from recon.matching.cells import in_arrow
from recon.matching.columns import distinct_sequences
from recon.matching.marks import COUNTED
from recon.matching.occasions import MONTHS
from recon.matching.runs import RUN, runs_of, spread
from recon.matching.text import MISSING
from recon.matching.vocabulary import nicknames, replacements, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_READERS = (evened, marks, names, occasions)
_SORTED_BY = (
    "weak", "trades", "jobs", "sites", "behind_a_person", "households", "legal", "of_no_generation",
)  # fmt: skip
"""Tables of which nothing is asked but whether a word stands in them; so of `names.WITHIN` and of
the nicknames."""

_KNOWN = ("titles", "fillers", "occasions", "seasons")
_OPENED = ("phrases", "legal_long", "abbreviations", "generations")

_LETTERS, _ESCAPED = re.compile(r"[a-z]{2,}"), re.compile(r"\\.")
_NUMBER = re.compile(r"(?!20..(?:....)?$)[1-9][0-9]{2,11}")
_DIGITS = range(3, 13)
"""Numbers of which nothing is asked but how many digits they have: no year, day, mark or "007"."""

_STAND_INS = 6
"""Words of one sort in a name at most; a name with more is read by itself."""

_MOST_RUNS = 12
_CARE = ("attn", "attention")
_ENDS = (*re.findall("[a-z]+(?=[|)])", COUNTED.pattern), "family")
_ITSELF = -1


class Shapes(NamedTuple):
    """Names as texts that many of them share, and what each has in the place of the stand-ins."""

    texts: list[str]
    of: Ints  # the place of each name's shape in them, -1 for names to be read by themselves
    runs: list[str]  # every distinct run of letters, digits or signs
    run: Ints  # the place in `runs` of each run, name after name
    start: Ints  # where the runs of each name begin


def shapes(names: Sequence[str]) -> Shapes:
    """The shapes of names as they are written."""
    runs, run, glued, size = runs_of(names)
    start, name = np.cumsum(size) - size, np.repeat(np.arange(len(size)), size)
    sort = _sorts_of(runs, run, name, len(names))
    stands = np.flatnonzero(sort >= 0)
    which = _which_of_its_sort(name[stands] * len(_stand_ins()) + sort[stands])
    room = np.array([len(some) for some in _stand_ins()])
    alone = size > _MOST_RUNS
    alone[name[stands[which >= room[sort[stands]]]]] = True
    alone[_saying_twice(name[stands], run[stands], len(runs))] = True
    shown = run.copy()
    shown[stands] = len(runs) + sort[stands] * _STAND_INS + np.minimum(which, _STAND_INS - 1)
    of, example = distinct_sequences(shown * 2 + glued, start, np.where(alone, 0, size))
    place, first = spread(start, size, example)
    padded = [(*some, *[""] * (_STAND_INS - len(some))) for some in _stand_ins()]
    spelt = [*runs, *chain.from_iterable(padded)]
    pieces = _pieces([spelt[k] for k in shown[place].tolist()], glued[place], first)
    return Shapes("".join(pieces).split("\n")[1:], of, runs, run, start)


def _pieces(texts: list[str], glued: Bools, first: Bools) -> list[str]:
    """The runs with what parts them from those before."""
    parted = np.where(first, "\n", np.where(glued, "", " ")).tolist()
    return [before + text for before, text in zip(parted, texts, strict=True)]


def places(text: str) -> dict[str, int]:
    """Stand-in -> which run of a shape's text it is."""
    known = _every_stand_in()
    return {run: k for k, run in enumerate(RUN.findall(text)) if run in known}


def _sorts_of(runs: list[str], run: Ints, name: Ints, names: int) -> Ints:
    """The sort of every run, `_ITSELF` for what is kept."""
    bare, beside_digits, digits = np.ascontiguousarray(_every_sort(runs).T)
    numbered = np.zeros(names, dtype=np.bool_)
    numbered[name[(digits > 0)[run]]] = True
    return np.asarray(np.where(numbered[name], beside_digits[run], bare[run]), dtype=np.int64)


def _every_sort(runs: list[str]) -> Ints:
    """(runs, 3): the `_sort` of every run, most of which are words that no table knows."""
    words_ = in_arrow(runs)
    unknown = compute.and_not(
        compute.and_(
            compute.ascii_is_alpha(words_), compute.greater(compute.binary_length(words_), 1)
        ),
        compute.or_(
            compute.is_in(words_, value_set=pa.array(sorted(_telling() | _sorted_words()))),
            compute.match_substring_regex(words_, f"^(?:{'|'.join(_CARE)})"),
        ),
    )
    parts = compute.match_substring_regex(words_, f"^(?:{'|'.join(MONTHS)})|(?:{'|'.join(_ENDS)})$")
    usual = _number_of()[_NOWHERE]
    sorts = np.full((len(runs), 3), (usual, usual, 0), dtype=np.int64)
    sorts[np.array(parts, dtype=np.bool_), 1] = _ITSELF
    odd = np.flatnonzero(~np.array(unknown, dtype=np.bool_))
    sorts[odd] = np.array([_sort(runs[k]) for k in odd.tolist()], dtype=np.int64).reshape(-1, 3)
    return sorts


def _which_of_its_sort(key: Ints) -> Ints:
    """How many equal keys stand before each."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    fresh = np.flatnonzero(np.diff(ordered, prepend=-1))
    which = np.empty(len(key), dtype=np.int64)
    which[order] = np.arange(len(key)) - np.repeat(fresh, np.diff(fresh, append=len(key)))
    return which


def _saying_twice(name: Ints, run: Ints, runs: int) -> Ints:
    """Names that have a word twice."""
    key = np.sort(name * runs + run)
    return np.asarray(key[1:][key[1:] == key[:-1]] // runs, dtype=np.int64)


@lru_cache(maxsize=1)
def _telling() -> frozenset[str]:
    """Words that the reader knows for more than in which tables they stand."""
    found = set(map(str.lower, MISSING))
    found.update(*map(words, _KNOWN), *map(replacements, _OPENED))
    for value in chain.from_iterable(vars(module).values() for module in _READERS):
        if isinstance(value, re.Pattern):
            found.add(_ESCAPED.sub(" ", value.pattern))
        elif isinstance(value, (frozenset, tuple, dict)) and value is not names.WITHIN:
            found.update(part for part in value if isinstance(part, str))
    return frozenset(chain.from_iterable(map(_LETTERS.findall, found)))


@lru_cache(maxsize=1)
def _stand_ins() -> tuple[tuple[str, ...], ...]:
    """The stand-ins of every sort: words of the same tables, or numbers of as many digits."""
    numbers = [
        tuple(f"{first}{first}".ljust(digits, "5") for first in range(3, 3 + _STAND_INS))
        for digits in _DIGITS
    ]
    return (*_of_kinds().values(), *numbers)


@lru_cache(maxsize=1)
def _every_stand_in() -> frozenset[str]:
    return frozenset(chain.from_iterable(_stand_ins()))


@lru_cache(maxsize=1)
def _of_kinds() -> dict[tuple[bool, ...], tuple[str, ...]]:
    """The stand-ins of every kind of word. What an abbreviation is opened to is none."""
    opened = set(chain.from_iterable(replacements(table).values() for table in _OPENED))
    made_up = [f"qua{letter}x" for letter in "bcdfgh"]
    known = sorted(_sorted_words() - opened)
    found: dict[tuple[bool, ...], tuple[str, ...]] = {}
    for word in (*made_up, *known):
        if len(word) > 2 and word.isascii() and not _is_itself(word) and not _is_part(word):
            kind = _kind(word)
            found[kind] = (*found.get(kind, ()), word)[:_STAND_INS]
    return found


@lru_cache(maxsize=1)
def _number_of() -> dict[tuple[bool, ...], int]:
    return {kind: number for number, kind in enumerate(_of_kinds())}


def _kind(word: str) -> tuple[bool, ...]:
    if word not in _sorted_words():
        return _NOWHERE
    tables = [word in words(table) for table in _SORTED_BY]
    return (*tables, word in names.WITHIN, word in nicknames())


_NOWHERE = (False,) * (len(_SORTED_BY) + 2)


@lru_cache(maxsize=1)
def _sorted_words() -> frozenset[str]:
    return names.WITHIN.union(nicknames(), *map(words, _SORTED_BY))


def _is_itself(word: str) -> bool:
    return len(word) == 1 or word in _telling() or word.startswith(_CARE)


def _is_part(word: str) -> bool:
    return word.startswith(MONTHS) or word.endswith(_ENDS)


@lru_cache(maxsize=100_000)
def _sort(run: str) -> tuple[int, int, bool]:
    """The sort of a run, its sort in a name with digits, and whether it has some itself."""
    if not run.isalpha():
        sort = len(_of_kinds()) + len(run) - _DIGITS[0] if _NUMBER.fullmatch(run) else _ITSELF
        return sort, sort, run.isalnum()
    sort = _ITSELF if _is_itself(run) else _number_of().get(_kind(run), _ITSELF)
    return sort, _ITSELF if _is_part(run) else sort, False
