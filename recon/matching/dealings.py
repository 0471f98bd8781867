"""What two customers have in both books: equal invoices, payments and purchases, or none.

A name is what somebody typed; an invoice of the same number, amount and week in both books is what
happened. A coincidence weighs the more, the fewer documents look like it and the fewer documents
the two customers have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recon.errors import TableError
from recon.matching.purchases import bought
from recon.matching.text import fold, present_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from recon.matching.records import Records

    Ints = NDArray[np.int64]
    Levels = NDArray[np.int8]
    Floats = NDArray[np.float64]

COLUMNS = ("customer_id", "kind", "number", "date", "amount", "currency")
DAYS = 3
"""Documents of one number may be dated so many days apart, and so may those of one amount."""

_USUAL = 1_000  # documents that chance is counted in beside the real ones: small books prove less
_KEPT = 0.8  # share of a customer's documents that stand in both books, where any do
_MOST = {"numbered": 8.0, "dated": 6.0}  # bits of one document, by what is equal beside the amount
_MOST_TOGETHER = 24.0
_LEAST_AGAINST = -4.0
_FEW_SHARED = 0.3
_FINDS = 6.0
_CROWDED = 40
_LARGEST = 1e13


@dataclass(frozen=True)
class Common:
    """What the two books say of pairs of customers.

    Attributes:
        shared: one row a pair that has equal documents or buys the same: one and other (row
            numbers in `Records`), bits, equal_invoices, equal_payments, item_bits, equal_items.
        documents: how many documents each record has in the period that both books cover.
        share: which part of the documents of that period stands in both books.
    """

    shared: pd.DataFrame
    documents: Ints
    share: float

    def found(self) -> tuple[Ints, Ints]:
        """The pairs that the documents alone make worth comparing."""
        telling = self.shared[self.shared["bits"] + self.shared["item_bits"] >= _FINDS]
        return telling["one"].to_numpy(np.int64), telling["other"].to_numpy(np.int64)

    def told(self, one: Ints, other: Ints) -> pd.DataFrame:
        """One row a pair: bits for (above 0) or against it, and how many documents are equal."""
        asked = pd.DataFrame({"one": one, "other": other})
        told = asked.merge(self.shared, on=["one", "other"], how="left").fillna(0)
        none = told["equal_invoices"] + told["equal_payments"] == 0
        known = np.minimum(self.documents[one], self.documents[other])
        against = np.zeros(len(one))
        if self.share >= _FEW_SHARED:
            against = np.maximum(known * np.log2(1 - _KEPT * self.share), _LEAST_AGAINST)
        told["unequal"] = np.where(none, known, 0)
        told["bits"] = told["bits"].where(~none, np.where(known > 0, against, 0.0))
        return told.assign(bits=(told["bits"] + told["item_bits"]).clip(upper=_MOST_TOGETHER))


def common(records: Records, left: pd.DataFrame, right: pd.DataFrame) -> Common:
    """What the documents of two books say of their customers.

    Args:
        records: both lists of customers.
        left: documents of the left list's customers: customer_id, kind ("invoice", "payment", or
            "item" for a line of a sale), number, date, amount and currency; a missing cell is no
            evidence. Of a line, number is what the item is called and amount its price.
        right: the same of the right list.

    Raises:
        TableError: a column is missing.
    """
    for side, frame in (("left", left), ("right", right)):
        if lacking := [column for column in COLUMNS if column not in frame.columns]:
            raise TableError(
                f"The documents of the {side} list have no column {', '.join(lacking)}.",
                remedy="Leave cells empty where nothing is known.",
            )
    row = [
        {text: at for at, text in enumerate(records.ids) if (at < records.split) == mine}
        for mine in (True, False)
    ]
    lines = [frame[frame["kind"] == "item"] for frame in (left, right)]
    items = bought(lines[0], lines[1], (row[0], row[1]))
    papers = [
        _documents(frame[frame["kind"] != "item"], rows)
        for frame, rows in zip((left, right), row, strict=True)
    ]
    equal = pd.concat([_numbered(*papers), _dated(*papers)], ignore_index=True)
    covered = [_in_both(paper, other) for paper, other in (papers, papers[::-1])]
    count = np.zeros(len(records.ids), dtype=np.int64)
    matched = 0
    for paper, inside, side in zip(papers, covered, ("left", "right"), strict=True):
        count += np.bincount(paper["row"].to_numpy()[inside], minlength=len(count))
        matched += len(np.unique(equal[side].to_numpy()))
    together = max(int(sum(inside.sum() for inside in covered)), 1)
    shared = _by_customers(equal, papers).merge(items, on=["one", "other"], how="outer")
    shared = shared.fillna(0).sort_values(["one", "other"], ignore_index=True)
    return Common(shared, count, min(matched / together, 1.0))


def _documents(frame: pd.DataFrame, row: dict[Any, int]) -> pd.DataFrame:
    """The usable documents: row of the customer, kind, number, day, amount and currency."""
    known = frame["customer_id"].map(row)
    amount = pd.to_numeric(frame["amount"], errors="coerce").astype("float64")
    amount = amount.where(amount.abs() < _LARGEST)
    day = pd.to_datetime(frame["date"], errors="coerce", utc=True, format="ISO8601")
    day = day.dt.tz_localize(None)
    use = (known.notna() & amount.notna() & (amount != 0) & day.notna()).to_numpy(dtype=bool)
    numbers = [fold(text).lstrip("0#") for text in present_cells(frame["number"].tolist())]
    found = pd.DataFrame(
        {
            "row": known.fillna(-1).astype("int64"),
            "kind": frame["kind"].astype("str"),
            "number": numbers,
            "day": day.fillna(pd.Timestamp(0)).astype("datetime64[s]").astype("int64") // 86_400,
            "amount": (amount.fillna(0) * 10_000).round().astype("int64"),
            "currency": present_cells(frame["currency"].tolist()),
        }
    )[use]
    order = ["row", "kind", "day", "amount", "number"]
    return found.sort_values(order, ignore_index=True).rename_axis("at").reset_index()


def _numbered(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Pairs of documents of one kind, number and amount, dated within a month."""
    keys = ["kind", "number", "amount"]
    both = _joined(left[left["number"] != ""], right[right["number"] != ""], keys)
    return both[(both["day_left"] - both["day_right"]).abs() <= 31].assign(how="numbered")


def _dated(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Pairs of documents of one kind and amount, dated within `DAYS`."""
    width = DAYS + 1
    parts = []
    for step in (-1, 0, 1):
        mine = left.assign(week=left["day"] // width + step)
        other = right.assign(week=right["day"] // width)
        parts.append(_joined(mine, other, ["kind", "amount", "week"]))
    both = pd.concat(parts, ignore_index=True)
    return both[(both["day_left"] - both["day_right"]).abs() <= DAYS].assign(how="dated")


def _joined(left: pd.DataFrame, right: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The pairs of documents that agree in the keys; what too many share is left out."""
    rare = []
    for frame in (left, right):
        size = frame.groupby(keys)["at"].transform("size") if len(frame) else frame["at"]
        rare.append(frame[size <= _CROWDED])
    both = rare[0].merge(rare[1], on=keys, suffixes=("_left", "_right"))
    other_money = (
        (both["currency_left"] != both["currency_right"])
        & (both["currency_left"] != "")
        & (both["currency_right"] != "")
    )
    both = both[~other_money]
    return both.rename(columns={"at_left": "left", "at_right": "right"})


def _in_both(mine: pd.DataFrame, other: pd.DataFrame) -> NDArray[np.bool_]:
    """Which of my documents are of the period that the other's documents cover."""
    if mine.empty or other.empty:
        return np.zeros(len(mine), dtype=np.bool_)
    inside = mine["day"].between(other["day"].min(), other["day"].max())
    return np.asarray(inside, dtype=np.bool_)


def _by_customers(equal: pd.DataFrame, papers: list[pd.DataFrame]) -> pd.DataFrame:
    """Pairs of customers with the bits of their equal documents, no document counted twice."""
    total = (len(papers[0]) + len(papers[1])) / 2 + _USUAL
    alike = np.maximum(
        equal.groupby(["how", "left"])["right"].transform("size"),
        equal.groupby(["how", "right"])["left"].transform("size"),
    )
    owned = [paper["row"].value_counts() for paper in papers]
    many = np.maximum(
        equal["row_left"].map(owned[0]).fillna(1), equal["row_right"].map(owned[1]).fillna(1)
    )
    chance = np.minimum(many * alike / total, 1.0).astype("float64")
    most = equal["how"].map(_MOST).astype("float64")
    bits = (np.clip(np.log2(_KEPT / chance), 0.0, most) * 100).round().astype("int64")
    equal = equal.assign(bits=bits)
    pair = ["row_left", "row_right"]
    sides = []
    for side in ("left", "right"):  # no document counts twice, whichever side is looked at
        best = equal.groupby([*pair, side, "kind"], as_index=False)["bits"].max()
        counted = {f"equal_{kind}s": best["kind"] == kind for kind in ("invoice", "payment")}
        sides.append(best.assign(**counted).groupby(pair)[["bits", *counted]].sum())
    summed: pd.DataFrame = sides[0].where(sides[0] < sides[1], sides[1]).reset_index()
    summed["bits"] = (summed["bits"] / 100).clip(upper=_MOST_TOGETHER)
    return summed.rename(columns={"row_left": "one", "row_right": "other"})
