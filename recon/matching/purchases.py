"""What two customers buy: the same items at the same prices, in both books.

Weaker than an equal invoice: neighbours buy alike, and who buys one filter buys the other. So only
what few customers buy at that price counts, each item once, and all of them together less than two
documents do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recon.matching.text import fold, present_cells

if TYPE_CHECKING:
    from collections.abc import Mapping

_USUAL = 200  # customers that chance is counted in beside the real ones: small books prove less
_SHARED_BY = 0.05  # of the customers at most: what everybody buys points at nobody
_MOST, _MOST_TOGETHER = 3.0, 8.0
_KEPT = 0.6  # share of what a customer buys that the other book has at that price too
_FEW = 40


def bought(
    left: pd.DataFrame, right: pd.DataFrame, rows: tuple[Mapping[str, int], Mapping[str, int]]
) -> pd.DataFrame:
    """Pairs of customers that buy the same items at the same prices.

    Args:
        left: lines of the left list's sales: customer_id, number (what the item is called),
            amount (the price of one) and currency.
        right: the same of the right list.
        rows: row numbers of both lists' customers by id.

    Returns:
        one and other (row numbers), item_bits and equal_items; one row a pair.
    """
    sides = [_keys(frame, row) for frame, row in zip((left, right), rows, strict=True)]
    customers = max(*(side["row"].nunique() for side in sides), 0) + _USUAL
    rare = []
    for side in sides:
        buyers = side.groupby("key")["row"].transform("size") if len(side) else side["row"]
        use = buyers <= min(_FEW, max(int(_SHARED_BY * customers), 1))
        rare.append(side.assign(buyers=buyers)[use])
    both = rare[0].merge(rare[1], on="key", suffixes=("_left", "_right"))
    chance = both[["buyers_left", "buyers_right"]].max(axis=1) / customers
    bits = np.clip(np.log2(_KEPT / chance.astype("float64")), 0.0, _MOST)
    both = both.assign(bits=(bits * 100).round().astype("int64"))
    told = both.groupby(["row_left", "row_right"])["bits"].agg(["sum", "size"]).reset_index()
    told.columns = pd.Index(["one", "other", "item_bits", "equal_items"])
    told["item_bits"] = (told["item_bits"] / 100).clip(upper=_MOST_TOGETHER)
    return told


def _keys(frame: pd.DataFrame, row: Mapping[str, int]) -> pd.DataFrame:
    """Who buys what: row and key (item, price and currency), each once."""
    amount = pd.to_numeric(frame["amount"], errors="coerce").astype("float64")
    names = [fold(text) for text in present_cells(frame["number"].tolist())]
    known = frame["customer_id"].map(row)
    named = pd.Series([name != "" for name in names], index=frame.index, dtype="bool")
    use = (named & known.notna() & np.isfinite(amount) & (amount > 0)).to_numpy(dtype=bool)
    price = (amount.where(use, 0.0).clip(upper=1e12) * 10_000).round().astype("int64")
    money = present_cells(frame["currency"].tolist())
    told = [f"{n}\t{p}\t{m}" for n, p, m in zip(names, price, money, strict=True)]
    key = pd.Series(told, index=frame.index, dtype="str")  # also of a side that sells nothing
    found = pd.DataFrame({"row": known.fillna(-1).astype("int64"), "key": key})[use]
    return found.drop_duplicates().sort_values(["key", "row"], ignore_index=True)
