"""The whole of matching: read, find candidates, compare, weigh, explain."""

from __future__ import annotations

import math
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from recon.errors import TableError
from recon.matching.calibration import AS_SHIPPED, Calibration
from recon.matching.candidates import candidates
from recon.matching.compare import Compared, Comparison, Joined, compare, rarity
from recon.matching.dealings import Common, common
from recon.matching.expectation import MIX, WITHIN, lists_say, mixed, supposed
from recon.matching.explain import explain
from recon.matching.goods import in_prose
from recon.matching.ids import natural
from recon.matching.nameless import nameless_pairs
from recon.matching.patterns import Patterns, patterns
from recon.matching.records import ListKind, Records, read
from recon.matching.shares import shares, weighed
from recon.matching.weigh import (
    STEP,
    bands,
    capped,
    probability,
    rivals,
    settle,
    table,
    tempered,
    weights,
)
from recon.ports import Progress, silent

if TYPE_CHECKING:
    from collections.abc import Generator

    import pyarrow as pa
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Levels = NDArray[np.int8]

Dealings = tuple[pd.DataFrame, pd.DataFrame]

CHUNK = 100_000
"""Pairs compared at a time: the most memory that comparing takes; no result depends on it."""

THREADS = 2
"""Chunks compared at a time. Most of comparing happens in numpy, where threads run beside each
other; a third would wait for Python. A list of one chunk starts none."""


def match(  # noqa: PLR0913
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    kind: ListKind = "customer",
    min_probability: float = 0.005,
    dealings: Dealings | None = None,
    calibration: Calibration = AS_SHIPPED,
    shipped: bool = True,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Which records of two lists are the same customer or item: `PAIRS`.

    Args:
        left: one row per record; `id` and any of the columns of `kind` (see README.md).
        right: the other list, the same columns.
        kind: "customer" or "item".
        min_probability: pairs below this probability are left out.
        dealings: for customers, the documents of both books (see `dealings.common`): equal
            invoices and payments then count for a pair, and their absence may count against it.
        calibration: what a person's answers have taught about these lists.
        shipped: False weighs by what the two lists say themselves, without the shipped weights.
        progress: told how many pairs are compared; what it raises ends the work.

    Returns:
        One row per pair: left_id, right_id, match_weight (bits, log2 of the odds),
        match_probability, band, reasons, weighed (the bits of each reason: "name +9.1, e-mail
        +5.3, phone -1.1"), and a `cmp_*` level for each comparison; the surest pair first, equal
        ones in the order of their ids ("99" before "100"). A record may be in several pairs: near
        ties are shown, never resolved here.

    Raises:
        TableError: `id` is missing, empty or not unique, or documents lack a column.
    """
    pairs = _pairs(
        prepare(left, right, kind, dealings=dealings if kind == "customer" else None),
        min_probability,
        calibration,
        progress,
        shipped=shipped,
    )
    if kind == "item":
        return pairs
    by_contact = nameless_pairs(left, right)
    by_contact = by_contact[by_contact["match_probability"] >= min_probability]
    if by_contact.empty:
        return pairs
    odds = by_contact["match_probability"] / (1 - by_contact["match_probability"])
    levels = dict.fromkeys((c for c in pairs.columns if c.startswith("cmp_")), 0)
    added = by_contact.assign(match_weight=np.log2(odds), weighed="", **levels)[list(pairs.columns)]
    return _surest_first(pd.concat([pairs, added.astype(pairs.dtypes)], ignore_index=True))


def dedupe(
    frame: pd.DataFrame,
    *,
    kind: ListKind = "customer",
    min_probability: float = 0.005,
    calibration: Calibration = AS_SHIPPED,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Which records of one list are the same customer or item: `PAIRS`, each pair once.

    Args:
        frame: one row per record; `id` and any of the columns of `kind` (see README.md).
        kind: "customer" or "item".
        min_probability: pairs below this probability are left out.
        calibration: what a person's answers have taught about this list.
        progress: told how many pairs are compared; what it raises ends the work.

    Returns:
        As `match`, each pair once, the smaller id left ("99" is smaller than "100").

    Raises:
        TableError: `id` is missing, empty or not unique.
    """
    return _pairs(prepare(frame, None, kind), min_probability, calibration, progress)


@dataclass(frozen=True)
class Prepared:
    """Two lists, or one, read and joined: all that comparing any of their pairs needs.

    Nothing here knows how the pairs are gone through: `compared` of any chunk of them, anywhere
    and in any order, gives the same.
    """

    records: Records
    bits: Ints  # what each word tells
    one: Ints  # row numbers of the pairs worth comparing
    other: Ints
    within: bool
    books: Common | None = None


def prepare(
    left: pd.DataFrame,
    right: pd.DataFrame | None,
    kind: ListKind,
    *,
    dealings: Dealings | None = None,
) -> Prepared:
    """Both lists read, or one alone, and the pairs worth comparing."""
    if kind not in ("customer", "item"):
        raise TableError(f"kind is {kind!r}", remedy="It must be 'customer' or 'item'.")
    within = right is None
    records = read(left, left.iloc[:0] if right is None else right, kind)
    one, other = candidates(records, within=within)
    books = common(records, *dealings) if dealings else None
    if books:
        total = max(len(records.ids), 1)
        found = books.found()
        both = np.union1d(one * total + other, found[0] * total + found[1])
        one, other = both // total, both % total
    named = (records.name_of[one, 0] >= 0) & (records.name_of[other, 0] >= 0)
    return Prepared(records, rarity(records), one[named], other[named], within, books)


def compared(given: Prepared, chunk: slice = slice(None)) -> Comparison:
    """The comparison of some of the pairs."""
    one, other = given.one[chunk], given.other[chunk]
    comparison = compare(given.records, given.bits, one, other)
    return comparison.beside(given.books.told(one, other)) if given.books else comparison


def _pairs(
    given: Prepared,
    least: float,
    calibration: Calibration,
    progress: Progress,
    *,
    shipped: bool = True,
) -> pd.DataFrame:
    weighs = table(given.records.kind, within=given.within)
    whole = _compared(given, progress)
    found = _weighed(given, whole, least, calibration, shipped=shipped)
    comparison, names = whole.take(found.rows), given.records.names
    left, right = (given.records.ids[side[found.rows]] for side in (given.one, given.other))
    del given, whole  # what is not shown is let go before sentences are made of the rest
    levels = comparison.levels | found.stands
    return pd.DataFrame(
        {
            "left_id": _texts(left),
            "right_id": _texts(right),
            "match_weight": found.weight[-1] / STEP,
            "match_probability": found.chance,
            "band": _texts(bands(levels, found.chance)),
            "reasons": _texts(explain(names, comparison, levels)),
            "weighed": _texts(weighed(shares(levels, weighs, comparison.dealt, found.weight))),
            **{f"cmp_{name}": level for name, level in levels.items() if name != "contacts"},
        }
    )


def _texts(column: NDArray[np.object_] | pa.Array) -> pd.api.extensions.ExtensionArray:
    """The column as pandas keeps it: in half the room, and the texts are let go one by one."""
    return pd.array(column, dtype="str")


class _Weighed(NamedTuple):
    """The pairs that are shown, the surest first."""

    rows: Ints  # which of all pairs
    stands: dict[str, Levels]  # against their rivals
    weight: tuple[Ints, ...]  # as `shares` wants them
    chance: Floats


def _weighed(
    given: Prepared, whole: Compared, least: float, calibration: Calibration, *, shipped: bool
) -> _Weighed:
    alike, one, other = whole.alike, given.one, given.other
    weighs = table(given.records.kind, within=given.within)
    weight = weights(alike, weighs, whole.dealt)
    stands = rivals(weight, one, other)
    usual = settle(weight, stands, weighs, alike)
    del weight
    start = probability(usual / STEP) if shipped else supposed(alike)
    says = lists_say(alike, (one, other), start, weighs)
    mix = WITHIN if given.within else MIX[given.records.kind]
    moved = mixed(usual, says, mix) if shipped else says
    del start, says
    prose = given.records.kind == "item" and in_prose(given.records)
    settled = tempered(capped(moved, alike, weighs), alike, stands["rival"], prose=prose)
    final = capped(calibration.of(settled), alike, weighs)
    rows = _reaching(final, least)
    chance = np.round(probability(final[rows] / STEP), 6)
    rows, chance = rows[chance >= least], chance[chance >= least]
    order = np.lexsort((other[rows], one[rows], -final[rows]))
    rows, chance = rows[order], chance[order]
    weight_of = tuple(each[rows] for each in (usual, moved, settled, final))
    shown = {name: level[rows] for name, level in stands.items()}
    return _Weighed(rows, shown, weight_of, chance)


def _reaching(weight: Ints, least: float) -> Ints:
    """The pairs whose weight may come near a probability: few have to be looked at closely."""
    near = least - 2e-6  # probabilities are rounded
    if not 0.0 < near < 1.0:
        return np.arange(len(weight))
    return np.flatnonzero(weight >= STEP * math.log2(near / (1.0 - near)) - 1)


def _compared(given: Prepared, progress: Progress) -> Compared:
    """The comparison of all pairs."""
    whole, done, total = Joined(len(given.one)), 0, len(given.one)
    progress("Comparing pairs", done, total)
    with closing(_chunks(given)) as chunks:
        for comparison, alike in chunks:
            whole.add(comparison, alike)
            done = min(done + CHUNK, total)
            progress("Comparing pairs", done, total)
    return whole.comparison()


def _chunks(given: Prepared) -> Generator[tuple[Comparison, Patterns]]:
    """The comparison of the pairs and their sets of levels, chunk after chunk.

    Some chunks are compared ahead; closing the generator waits for those begun and drops the rest.
    """

    def chunk(start: int) -> tuple[Comparison, Patterns]:
        part = compared(given, slice(start, start + CHUNK))
        return part, patterns(part.levels)

    starts = range(0, max(len(given.one), 1), CHUNK)
    if len(starts) == 1:
        yield chunk(0)
        return
    pool = ThreadPoolExecutor(THREADS)
    try:
        ahead: deque[Future[tuple[Comparison, Patterns]]] = deque()
        for start in starts:
            ahead.append(pool.submit(chunk, start))
            if len(ahead) > THREADS:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _surest_first(pairs: pd.DataFrame) -> pd.DataFrame:
    """The surest pair first; equal ones in the order of their ids, 99 before 100."""
    order = pairs[["match_weight", "left_id", "right_id"]].assign(
        match_weight=-pairs["match_weight"],
        left_id=pairs["left_id"].map(natural),
        right_id=pairs["right_id"].map(natural),
    )
    rows = sorted(order.itertuples(), key=lambda row: row[1:])
    return pairs.loc[[row.Index for row in rows]].reset_index(drop=True)
