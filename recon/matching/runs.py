"""Texts cut into runs of letters, digits or signs, all of them at once.

Every distinct word between two blanks is looked at once; a list of names has far fewer of those.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute

from recon.matching.cells import ascii_alone
from recon.matching.text import LONGEST, MISSING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.cells import Texts

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

RUN = re.compile(r"[^\W_]+|[^\w\s]+|_+")

_PLAIN = "[ -&(-.0-~]+"
"""ASCII without "'", which makes one word of two, and "/", looked for in the text as written."""

_MISSING = sorted(set(map(str.lower, MISSING)))
"""In lower case they would be no name: "Nan" is one, "nan" is none."""


class Runs(NamedTuple):
    """The runs of texts in lower case."""

    texts: list[str]  # every distinct run
    run: Ints  # the place in `texts` of each run, line after line
    glued: Bools  # whether no blank stands before it
    size: Ints  # how many each line has


def runs_of(names: Texts) -> Runs:
    """The runs of each name; none of those that are not plain or too long."""
    texts, fit = plain(names, _PLAIN)
    fit = compute.and_not(fit, compute.is_in(texts, value_set=pa.array(_MISSING)))
    return cut(compute.if_else(fit, texts, ""), RUN)


def plain(texts: Texts, pattern: str) -> tuple[pa.Array, pa.Array]:
    """(the texts in lower case, whether each is short and fits a pattern as it is written).

    Args:
        texts: where one is not ASCII, "" stands for it.
        pattern: of whole texts; as `re` and RE2 both read it.
    """
    lines = ascii_alone(texts)
    fit = compute.match_substring_regex(lines, f"^(?:{pattern})$")
    fit = compute.and_(fit, compute.less_equal(compute.binary_length(lines), LONGEST))
    return compute.ascii_lower(lines), fit


def cut(lines: pa.Array, pattern: re.Pattern[str]) -> Runs:
    """What a pattern finds in each line; letters and digits alone are one run to it."""
    words = compute.ascii_split_whitespace(lines)
    coded = words.values.dictionary_encode()
    found = [
        [word] if word.isalnum() else pattern.findall(word) for word in coded.dictionary.to_pylist()
    ]
    number: dict[str, int] = {}
    every = np.array(
        [number.setdefault(run, len(number)) for run in chain.from_iterable(found)], dtype=np.int64
    )
    many = np.array([*map(len, found)], dtype=np.int64)
    word = coded.indices.to_numpy()
    place, first = spread(np.cumsum(many) - many, many, word)
    ends = np.concatenate([[0], np.cumsum(many[word])])[words.offsets.to_numpy()]
    return Runs([*number], every[place], ~first, np.diff(ends))


def spread(start: Ints, size: Ints, rows: Ints) -> tuple[Ints, Bools]:
    """(the places of all members of the given rows, row after row; which begin a row).

    Args:
        start: the place of each row's first member; the others follow it.
        size: how many members each row has.
        rows: whose members are asked for.
    """
    many = size[rows]
    ends = np.cumsum(many)
    total = int(ends[-1]) if len(ends) else 0
    place = np.arange(total) + np.repeat(start[rows] - (ends - many), many)
    first = np.zeros(total, dtype=np.bool_)
    first[(ends - many)[many > 0]] = True
    return place, first
