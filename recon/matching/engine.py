"""The whole of matching: read, find candidates, compare, weigh, explain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recon.errors import TableError
from recon.matching.candidates import candidates
from recon.matching.compare import Comparison, compare
from recon.matching.explain import explain
from recon.matching.nameless import nameless_pairs
from recon.matching.records import ListKind, Records, read
from recon.matching.weigh import STEP, bands, probability, rivals, settle, table, weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


def match(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    kind: ListKind = "customer",
    min_probability: float = 0.005,
) -> pd.DataFrame:
    """Which records of two lists are the same customer or item: `PAIRS`.

    Args:
        left: one row per record; `id` and any of the columns of `kind` (see README.md).
        right: the other list, the same columns.
        kind: "customer" or "item".
        min_probability: pairs below this probability are left out.

    Returns:
        One row per pair: left_id, right_id, match_weight (bits, log2 of the odds),
        match_probability, band, reasons, and a `cmp_*` level for each comparison; the surest pair
        first. A record may be in several pairs: near ties are shown, never resolved here.

    Raises:
        TableError: `id` is missing, empty or not unique.
    """
    pairs = _pairs(left, right, kind, min_probability, within=False)
    if kind == "item":
        return pairs
    by_contact = nameless_pairs(left, right).query("match_probability >= @min_probability")
    if by_contact.empty:
        return pairs
    odds = by_contact["match_probability"] / (1 - by_contact["match_probability"])
    levels = dict.fromkeys((c for c in pairs.columns if c.startswith("cmp_")), 0)
    added = by_contact.assign(match_weight=np.log2(odds), **levels)[list(pairs.columns)]
    return _surest_first(pd.concat([pairs, added.astype(pairs.dtypes)], ignore_index=True))


def dedupe(
    frame: pd.DataFrame, *, kind: ListKind = "customer", min_probability: float = 0.005
) -> pd.DataFrame:
    """Which records of one list are the same customer or item: `PAIRS` with left_id < right_id.

    Args:
        frame: one row per record; `id` and any of the columns of `kind` (see README.md).
        kind: "customer" or "item".
        min_probability: pairs below this probability are left out.

    Returns:
        As `match`, each pair once.

    Raises:
        TableError: `id` is missing, empty or not unique.
    """
    return _pairs(frame, frame.iloc[:0], kind, min_probability, within=True)


def compared(
    left: pd.DataFrame, right: pd.DataFrame, kind: ListKind, *, within: bool
) -> tuple[Records, Ints, Ints, Comparison]:
    """The candidates of two lists (or within the left one) and their comparison levels."""
    if kind not in ("customer", "item"):
        raise TableError(f"kind is {kind!r}", remedy="It must be 'customer' or 'item'.")
    records = read(left, right, kind)
    one, other = candidates(records, within=within)
    named = (records.name_of[one, 0] >= 0) & (records.name_of[other, 0] >= 0)
    one, other = one[named], other[named]
    return records, one, other, compare(records, one, other)


def _pairs(
    left: pd.DataFrame, right: pd.DataFrame, kind: ListKind, least: float, *, within: bool
) -> pd.DataFrame:
    records, one, other, comparison = compared(left, right, kind, within=within)
    shipped = table(kind, within=within)
    weight = weights(comparison.levels, shipped)
    rival = rivals(weight, one, other)
    final = settle(weight, rival, shipped, comparison.levels)
    chance = np.round(probability(final / STEP), 6)
    kept = np.flatnonzero(chance >= least)
    levels = {name: level[kept] for name, level in comparison.levels.items()}
    levels["rival"] = rival[kept]
    one, other = one[kept], other[kept]
    pairs = pd.DataFrame(
        {
            "left_id": records.ids[one],
            "right_id": records.ids[other],
            "match_weight": final[kept] / STEP,
            "match_probability": chance[kept],
            "band": bands(levels, rival[kept], chance[kept]),
            "reasons": explain(records, comparison, levels, kept),
            **{f"cmp_{name}": level for name, level in levels.items() if name != "contacts"},
        }
    ).astype({"left_id": "str", "right_id": "str", "band": "str", "reasons": "str"})
    return _surest_first(pairs)


def _surest_first(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs.sort_values(
        ["match_weight", "left_id", "right_id"], ascending=[False, True, True], ignore_index=True
    )
