"""The order of ids: "99" before "100", "q9" before "q10", all of a list at once."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute

from recon.counting import counted
from recon.errors import TableError
from recon.matching.cells import in_arrow, letters_of, listed, present_texts, raw_texts
from recon.matching.columns import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from recon.matching.cells import Texts

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_DIGITS = re.compile(r"([0-9]{1,300})")
_SHORT_NUMBER = 18  # digits that surely fit into 64 bits
_MOST = 2**62


def natural(text: str) -> tuple[tuple[str | int, ...], str]:
    """What ids are ordered by: "99" before "100", "q9" before "q10"."""
    parts: list[str | int] = list(_DIGITS.split(text))
    parts[1::2] = [int(part) for part in parts[1::2]]
    return tuple(parts), text


def natural_order(ids: Texts) -> Ints:
    """The rows in the `natural` order of their ids, by whole numbers instead of tuples."""
    texts = in_arrow(ids)
    runs = _runs(texts)
    if runs.size[runs.numeral].max(initial=0) > _SHORT_NUMBER:
        every = [*map(natural, listed(texts))]
        return np.array(sorted(range(len(every)), key=every.__getitem__), dtype=np.int64)
    rank, ranks = np.zeros(len(texts), dtype=np.int64), 1
    for key in _keys(runs, len(texts)):
        rank, ranks = _ranked(rank, ranks, key)
    order = np.argsort(rank, kind="stable")
    if (np.diff(rank[order]) == 0).any():  # "7" and "007"
        rank, _ = _ranked(rank, ranks, encode(texts).codes.astype(np.int64))
        order = np.argsort(rank, kind="stable")
    return order


def ordered_ids(frame: pd.DataFrame, side: str) -> tuple[list[str], Ints]:
    """(the ids of a list in their order, the row of each).

    Raises:
        TableError: no `id` column, an empty id, or ids that occur twice.
    """
    if "id" not in frame.columns:
        raise TableError(f"The {side} list has no column 'id'.", remedy="Give every record an id.")
    texts = present_texts(raw_texts(frame["id"]))
    empty = np.flatnonzero(np.equal(compute.binary_length(texts), 0))
    if empty.size:
        raise TableError(
            f"Row {empty[0] + 1} of the {side} list has no id.", remedy="Give every record an id."
        )
    order = natural_order(texts)
    ids = listed(texts.take(pa.array(order)))
    _refuse_twice(ids, side)
    return ids, order


def _refuse_twice(ids: list[str], side: str) -> None:
    twice = sorted({one for one, next_ in pairwise(ids) if one == next_})
    if not twice:
        return
    shown = ", ".join(twice[:5]) + (" ..." if len(twice) > 5 else "")
    raise TableError(
        f"The {side} list has {counted(len(twice), 'id')} more than once: {shown}.",
        remedy="Ids must be unique within a list.",
    )


class _Runs(NamedTuple):
    """The runs of digits and of anything else in texts, text after text."""

    written: NDArray[np.uint8]  # all texts in a row, as bytes
    start: Ints
    size: Ints
    numeral: Bools
    text: Ints  # the row of its text
    place: Ints  # in its text: the even places are no numerals, the odd ones are


def _runs(texts: pa.Array) -> _Runs:
    written, end = letters_of(texts)
    digit = (written >= ord("0")) & (written <= ord("9"))
    fresh = np.append(True, digit[1:] != digit[:-1])[: len(written)]
    fresh[end[:-1][np.diff(end) > 0]] = True
    start = np.flatnonzero(fresh)
    text = np.searchsorted(end[1:], start, side="right")
    first = np.searchsorted(start, end[:-1])[text]
    return _Runs(
        written=written,
        start=start,
        size=np.diff(start, append=len(written)),
        numeral=digit[start],
        text=text,
        place=np.arange(len(start)) - first + digit[start[first]],
    )


def _keys(runs: _Runs, texts: int) -> Iterator[Ints]:
    """What the texts have in each place as numbers in its order, -1 for nothing."""
    value = np.zeros(len(runs.start), dtype=np.int64)
    for digit in range(int(runs.size[runs.numeral].max(initial=0))):
        at = np.flatnonzero(runs.numeral & (runs.size > digit))
        value[at] = value[at] * 10 + (runs.written[runs.start[at] + digit] - ord("0"))
    said = np.flatnonzero(~runs.numeral)
    end = np.concatenate([[0], np.cumsum(runs.size[said])])
    letters = runs.written[np.repeat(~runs.numeral, runs.size)]
    buffers = [None, pa.py_buffer(end), pa.py_buffer(letters)]
    value[said] = encode(pa.Array.from_buffers(pa.large_binary(), len(said), buffers)).codes
    for place in range(int(runs.place.max(initial=-1)) + 1):
        key, at = np.full(texts, -1, dtype=np.int64), np.flatnonzero(runs.place == place)
        key[runs.text[at]] = value[at]
        yield key


def _ranked(rank: Ints, ranks: int, key: Ints) -> tuple[Ints, int]:
    """(ranks that a key decides where they are equal, how many there may be)."""
    keys = int(key.max(initial=-1)) + 2
    if ranks * keys > _MOST:
        (rank, ranks), (key, keys) = _dense(rank), _dense(key)
        key -= 1
    return rank * keys + (key + 1), ranks * keys


def _dense(rank: Ints) -> tuple[Ints, int]:
    distinct, dense = np.unique(rank, return_inverse=True)
    return dense, len(distinct)
