"""The raw columns of two lists: every distinct cell once, and its place for each record.

What is to be known of a cell is worked out for the distinct ones; the records get it by one look-up
of a whole array. Two lists of 100,000 customers have 2.2 million cells and 1 million distinct ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from recon.counting import counted
from recon.errors import TableError
from recon.matching.letters import pair_bits
from recon.matching.text import all_folded, all_present

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    Codes = NDArray[np.int32]
    Ints = NDArray[np.int64]

_DIGITS = re.compile(r"([0-9]{1,300})")
_SHORT_NUMBER = 18  # digits that surely fit into 64 bits


@dataclass(frozen=True)
class Column:
    """One raw column of both lists, left above right."""

    codes: Codes  # place of each record's cell in `cells`
    cells: list[str]  # read by `present`, "" for what is missing; in no order, perhaps twice

    @classmethod
    def of(cls, texts: list[str]) -> Self:
        """The column of these cells, as `present` reads them."""
        codes, distinct = pd.factorize(np.array(texts, dtype=object))
        return cls(codes.astype(np.int32), list(distinct))

    def each(self) -> list[str]:
        """The cell of every record."""
        found: list[str] = np.array([*self.cells, ""], dtype=object)[self.codes].tolist()
        return found

    def keys(self, key: Callable[[str], str]) -> Field:
        """The key of every record's cell, made once a distinct cell."""
        return self.coded(map(key, self.cells))

    def folded(self) -> Field:
        """The folded cells."""
        return self.coded(all_folded(self.cells))

    def coded(self, keys: Iterable[str]) -> Field:
        """The keys of `cells`, one after the other, as those of the records."""
        field = encode(keys)
        return Field(field.codes[self.codes], field.values)


@dataclass(frozen=True)
class Field:
    """Keys as codes into their sorted distinct values; -1 is missing."""

    codes: Codes
    values: tuple[str, ...]

    @cached_property
    def length(self) -> NDArray[np.int64]:
        """How many characters each value has; 0 last, for what is missing."""
        return np.array([*map(len, self.values), 0], dtype=np.int64)

    @cached_property
    def pairs(self) -> NDArray[np.uint64]:
        """See `pair_bits`."""
        return pair_bits(self.values)

    def each(self) -> list[str]:
        """The key of every record, "" where it is missing."""
        found: list[str] = np.array([*self.values, ""], dtype=object)[self.codes].tolist()
        return found

    def keys(self, key: Callable[[str], str]) -> Field:
        """A key of every value, made once a value; what is missing stays so."""
        field = encode([*map(key, self.values), ""])
        return Field(field.codes[self.codes], field.values)


def encode(texts: Iterable[str]) -> Field:
    """Texts as codes into their sorted distinct values; "" is -1."""
    every = [*texts, ""]
    coded = in_arrow(every).dictionary_encode()
    code, order = coded.indices.to_numpy(), compute.sort_indices(coded.dictionary).to_numpy()
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(-1, len(order) - 1)  # "" comes first
    example = np.empty(len(order), dtype=np.int64)
    example[code] = np.arange(len(code))
    return Field(place[code[:-1]], tuple([every[row] for row in example[order[1:]].tolist()]))


def same_codes(texts: Sequence[str]) -> Codes:
    """Codes that are equal where texts are, in no order; -1 for ""."""
    codes, distinct = pd.factorize(np.array(texts, dtype=object))
    if "" in distinct:
        codes = np.where(codes == list(distinct).index(""), -1, codes)
    return np.asarray(codes, dtype=np.int32)


def distinct(codes: Codes | Ints) -> Ints:
    """The codes that occur, each once and in their order, without -1."""
    use = np.zeros(int(codes.max(initial=-1)) + 2, dtype=np.bool_)
    use[codes] = True  # -1 marks the last place
    return np.flatnonzero(use[:-1])


def same_sequences(codes: Ints, start: Ints, size: Ints) -> Ints:
    """Numbers that are equal where sequences of codes are, in no order; -1 for empty ones.

    Args:
        codes: of all sequences, none below 0.
        start: where each sequence begins in them.
        size: how many codes it has.
    """
    found = np.full(len(size), -1, dtype=np.int64)
    many, known = int(codes.max(initial=0)) + 1, 0
    at = np.flatnonzero(size > 0)
    for place in range(int(size.max(initial=0))):
        at = at[size[at] > place]
        # one code more than the same beginning: both as one number
        longer, distinct = pd.factorize((found[at] + 1) * many + codes[start[at] + place])
        found[at] = longer + known
        known += len(distinct)
    return found


def distinct_sequences(codes: Ints, start: Ints, size: Ints) -> tuple[Ints, Ints]:
    """(the number of each sequence, equal where they are, -1 for empty ones; one row of each).

    Args:
        codes: of all sequences, none below 0.
        start: where each sequence begins in them.
        size: how many codes it has.
    """
    of = same_sequences(codes, start, size)
    some = np.flatnonzero(of >= 0)
    of[some], numbers = pd.factorize(of[some])
    example = np.empty(len(numbers), dtype=np.int64)
    example[of[some]] = some
    return of, example


def sorted_by(texts: Sequence[str]) -> Ints:
    """The places of distinct texts in their order."""
    return np.asarray(compute.sort_indices(in_arrow(texts)).to_numpy(), dtype=np.int64)


def in_arrow(texts: Sequence[str]) -> pa.Array:
    """The texts for Arrow, which sorts them by their UTF-8 bytes: by their characters, that is."""
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:  # half a character, as some exports cut them
        halves = [text.encode("utf-8", "surrogatepass") for text in texts]
        return pa.array(halves, pa.large_binary())


def columns_of(
    left: pd.DataFrame, right: pd.DataFrame, wanted: Sequence[str]
) -> tuple[NDArray[np.object_], dict[str, Column]]:
    """(the ids of both lists, their wanted columns), left above right, each list sorted by id.

    A column that a list does not have is all "".

    Raises:
        TableError: no `id` column, an empty id, or ids that occur twice in one list.
    """
    ids, order, above = [], [], 0
    for frame, side in ((left, "left"), (right, "right")):
        own = _ids(frame, side)
        place = natural_order(own)
        _refuse_twice(own, place, side)
        ids += [own[row] for row in place.tolist()]
        order.append(place + above)
        above += len(own)
    places = np.concatenate(order)
    both = {column: _column((left, right), column, places) for column in wanted}
    return np.array(ids, dtype=object), both


def _ids(frame: pd.DataFrame, side: str) -> list[str]:
    if "id" not in frame.columns:
        raise TableError(f"The {side} list has no column 'id'.", remedy="Give every record an id.")
    ids = all_present(_texts(frame["id"]).fillna("").tolist())
    if "" in ids:
        raise TableError(
            f"Row {ids.index('') + 1} of the {side} list has no id.",
            remedy="Give every record an id.",
        )
    return ids


def _refuse_twice(ids: list[str], order: NDArray[np.int64], side: str) -> None:
    if len(set(ids)) == len(ids):
        return
    twice = sorted({ids[a] for a, b in pairwise(order.tolist()) if ids[a] == ids[b]})
    shown = ", ".join(twice[:5]) + (" ..." if len(twice) > 5 else "")
    raise TableError(
        f"The {side} list has {counted(len(twice), 'id')} more than once: {shown}.",
        remedy="Ids must be unique within a list.",
    )


def natural(text: str) -> tuple[tuple[str | int, ...], str]:
    """What ids are ordered by: "99" before "100", "q9" before "q10"."""
    parts: list[str | int] = list(_DIGITS.split(text))
    parts[1::2] = [int(part) for part in parts[1::2]]
    return tuple(parts), text


def natural_order(ids: list[str]) -> NDArray[np.int64]:
    """The rows in the `natural` order of their ids.

    Most lists number their records, "C-204", and then two arrays are sorted instead of tuples.
    """
    every, before, number = "".join(ids), [""], ids
    if not (every.isascii() and every.isdigit()):
        before = [text.rstrip("0123456789") for text in ids]
        number = [text[len(start) :] for text, start in zip(ids, before, strict=True)]
    size = np.fromiter(map(len, number), np.int64, len(number))
    plain = size.min(initial=_SHORT_NUMBER) > 0 and size.max(initial=0) <= _SHORT_NUMBER
    if plain and not any(map(_DIGITS.search, set(before))):
        values = np.array([*map(int, number)], dtype=np.int64)
        starts = np.broadcast_to(encode(before).codes, values.shape)
        order = np.lexsort((values, starts))
        ties = (np.diff(values[order]) == 0) & (np.diff(starts[order]) == 0)  # "7" and "007"
        if not ties.any():
            return order
    return np.array(sorted(range(len(ids)), key=[*map(natural, ids)].__getitem__), dtype=np.int64)


def _column(frames: tuple[pd.DataFrame, ...], column: str, order: Ints) -> Column:
    parts = [
        _texts(frame[column])
        if column in frame.columns
        else pd.Series("", frame.index, dtype="str")
        for frame in frames
    ]
    codes, distinct = pd.factorize(pd.concat(parts, ignore_index=True))
    codes[codes < 0] = len(distinct)  # missing
    return Column(codes.astype(np.int32)[order], all_present([*distinct.tolist(), ""]))


def _texts(cells: pd.Series[Any]) -> pd.Series[Any]:
    """The cells as texts that `all_present` reads; what is none as it writes itself."""
    if isinstance(cells.dtype, pd.StringDtype):
        return cells
    texts = [cell if isinstance(cell, str) else str(cell) for cell in cells.tolist()]
    return pd.Series(texts, dtype="object")
