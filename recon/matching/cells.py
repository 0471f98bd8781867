"""Texts in Arrow, which reads, sorts and numbers them without making a Python string of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
from pyarrow import compute

from recon.matching.text import LONGEST, MISSING, all_folded, all_present

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Texts: TypeAlias = Sequence[str] | pa.Array

_MISSING = pa.array(sorted(MISSING), pa.large_string())


def in_arrow(texts: Texts) -> pa.Array:
    """The texts for Arrow, which sorts them by their UTF-8 bytes: by their characters, that is.

    Half a character, as some exports cut them, is no text to Arrow: then all are bytes to it.
    """
    if isinstance(texts, pa.Array):
        return texts
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        halves = [text.encode("utf-8", "surrogatepass") for text in texts]
        return pa.array(halves, pa.large_binary())


def listed(texts: pa.Array) -> list[str]:
    """The texts of `in_arrow`."""
    found: list[Any] = texts.to_numpy(zero_copy_only=False).tolist()
    if texts.type == pa.large_binary():
        return [text.decode("utf-8", "surrogatepass") for text in found]
    return found


def raw_texts(cells: pd.Series[Any]) -> pa.Array:
    """The cells of a column as texts that `present` reads; what is none as it writes itself."""
    if getattr(cells.dtype, "storage", "") == "pyarrow":
        texts = pa.array(cells.array).cast(pa.large_string())
        texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        return texts.fill_null("")
    return in_arrow([cell if isinstance(cell, str) else str(cell) for cell in cells.tolist()])


def together(parts: Sequence[pa.Array]) -> pa.Array:
    """The texts of several arrays one after the other."""
    if any(part.type == pa.large_binary() for part in parts):
        parts = [part.cast(pa.large_binary()) for part in parts]
    return pa.concat_arrays(parts)


def ascii_alone(texts: Texts) -> pa.Array:
    """The texts; where one is not ASCII, "" stands for it."""
    texts = in_arrow(texts)
    if texts.type == pa.large_binary():
        return pa.array([t if t.isascii() else "" for t in listed(texts)], pa.large_string())
    return compute.if_else(compute.string_is_ascii(texts), texts, "")


def in_ascii(texts: Texts) -> pa.Array:
    """Which texts are in ASCII and not ""."""
    return compute.greater(compute.binary_length(ascii_alone(texts)), 0)


def mended(
    texts: Texts, usual: pa.Array, fit: pa.Array, key: Callable[[list[str]], Iterable[str]]
) -> pa.Array:
    """What is usually made of texts, and of those that do not fit what `key` makes of them."""
    odd = compute.invert(fit)
    others = [*key(listed(in_arrow(texts).filter(odd)))]
    return compute.replace_with_mask(usual, odd, in_arrow(others)) if others else usual


def present_texts(texts: Texts) -> pa.Array:
    """`present` of every text."""
    texts = in_arrow(texts)
    if texts.type == pa.large_binary():
        return in_arrow(all_present(listed(texts)))
    found = compute.ascii_trim_whitespace(texts)
    found = compute.if_else(compute.is_in(found, value_set=_MISSING), "", found)
    return mended(texts, found, _plainly_written(texts), all_present)


def folded_texts(texts: Texts) -> pa.Array:
    """`fold` of every text."""
    lines = ascii_alone(texts)
    fit = compute.and_(_plainly_written(lines), compute.greater(compute.binary_length(lines), 0))
    fit = compute.and_not(fit, compute.match_substring(lines, "  "))
    return mended(texts, compute.ascii_lower(compute.ascii_trim_whitespace(lines)), fit, all_folded)


def _plainly_written(texts: pa.Array) -> pa.Array:
    """Which texts are short and in ASCII without control characters."""
    short = compute.less_equal(compute.binary_length(texts), LONGEST)
    return compute.and_(compute.ascii_is_printable(texts), short)


def letters_of(texts: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """(the UTF-8 bytes of all texts in a row; where each begins in them, and the last ends)."""
    if not len(texts):
        return np.zeros(0, dtype=np.uint8), np.zeros(1, dtype=np.int64)
    _, ends, letters = texts.buffers()
    end = np.frombuffer(ends, np.int64, len(texts) + 1, texts.offset * 8)
    return np.frombuffer(letters or b"", np.uint8)[end[0] : end[-1]], end - end[0]


def only(kept: str, texts: pa.Array) -> pa.Array:
    """The texts, all of them ASCII, without any other characters than these."""
    letters, end = letters_of(texts)
    return picked(letters, end, np.isin(np.arange(256), [*kept.encode()])[letters])


def picked(letters: NDArray[np.uint8], end: NDArray[np.int64], use: NDArray[np.bool_]) -> pa.Array:
    """The texts of `letters_of` without what is not used."""
    ends = np.concatenate([[0], np.cumsum(use)])[end]
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(letters[use])]
    return pa.Array.from_buffers(pa.large_string(), len(end) - 1, buffers)
