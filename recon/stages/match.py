"""Match: which records are the same party, the same thing, the same sale, by the evidence alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from recon.books import PAIRS, Books, Side
from recon.matching import dedupe
from recon.matching import match as match_lists
from recon.matching.calibration import AS_SHIPPED, Calibration
from recon.matching.records import ListKind
from recon.ports import Progress, silent
from recon.rules.names import keys, query_key, without_deleted
from recon.table import TEXT

_SALE_WINDOW_DAYS = 3
_TELLING = r"(?=.*\d).{5,}"
"""A number or reference that says which sale it is by itself: not "Cash", not "1001"."""


def match(
    books: Books,
    progress: Progress = silent,
    learnt: Mapping[str, Calibration] = MappingProxyType({}),
) -> pd.DataFrame:
    """Pairs across both sides and within each, with their weight, band and reasons.

    Args:
        books: both sides, tidied.
        progress: told after each of the comparisons.
        learnt: how a kind of record ("customer", within one list "customer-within") is weighed
            other than as shipped.

    Returns:
        `PAIRS` of customers, items, invoices and payments. `scope` is "app-qbo", "app-app" or
        "qbo-qbo"; the left record of "app-qbo" is the app's. Sales are paired across only.
    """
    found: list[pd.DataFrame] = []
    dealings = (_dealings(books.app, books), _dealings(books.qbo, books))
    both: tuple[tuple[ListKind, Callable[[Side], pd.DataFrame]], ...]
    both = (("customer", _parties), ("item", _things))
    for kind, describe in both:
        app, qbo = describe(books.app), describe(books.qbo)
        told = dealings if kind == "customer" and all(len(d) for d in dealings) else None
        by, within = (learnt.get(key, AS_SHIPPED) for key in (kind, f"{kind}-within"))
        found.append(
            _as_pairs(
                match_lists(app, qbo, kind=kind, dealings=told, calibration=by), kind, "app-qbo"
            )
        )
        progress("Comparing names", len(found), 8)
        for scope, side in (("app-app", app), ("qbo-qbo", qbo)):
            found.append(_as_pairs(dedupe(side, kind=kind, calibration=within), kind, scope))
            progress("Comparing names", len(found), 8)
    same = _same_customers(books, found[0])
    found.append(_same_sales(books, same))
    progress("Comparing invoices", 7, 8)
    found.append(_same_payments(books, same))
    progress("Comparing payments", 8, 8)
    return PAIRS.conform(pd.concat(found, ignore_index=True))


def _parties(side: Side) -> pd.DataFrame:
    """A side's customers as the matcher takes them; a sub-customer under its full name."""
    customers = side.customers
    name = customers["name"].where(customers["parent_ref"].isna(), customers["full_name"])
    return pd.DataFrame(
        {
            "id": customers["ref"],
            "display_name": name.map(without_deleted, na_action="ignore"),
            **{
                column: customers[column]
                for column in (
                    "company_name", "given_name", "family_name", "email", "phone",
                    "address_line1", "city", "region", "postal_code",
                )
            },
            "parent_id": customers["parent_ref"],
        }
    )  # fmt: skip


def _things(side: Side) -> pd.DataFrame:
    """A side's items as the matcher takes them; headings and bundles are no things."""
    items = side.items
    items = items[~items["type"].isin(["Category", "Group"])]
    return pd.DataFrame(
        {
            "id": items["ref"],
            "name": items["name"].map(without_deleted, na_action="ignore"),
            "sku": items["sku"],
            "description": items["description"],
            "unit_price": items["unit_price"].astype("float64"),
            "category": items["category"],
        }
    )


def _dealings(side: Side, books: Books) -> pd.DataFrame:
    """A side's invoices, receipts, payments and lines of sales as the matcher takes them."""
    sales = pd.concat([side.invoices, side.sales_receipts])
    parts = []
    for kind, papers, amount, mark in (
        ("invoice", sales, "total", "number"),
        ("payment", side.payments, "amount", "reference"),
    ):
        kept = papers[(papers["status"] != "voided").fillna(value=True)]
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": kept["customer_ref"]
                    if side is books.qbo
                    else _sold_to(kept, books),
                    "kind": kind,
                    "number": kept[mark].where(kept[mark].str.fullmatch(_TELLING).fillna(False))
                    if kind == "payment"
                    else kept[mark],
                    "date": kept["date"],
                    "amount": kept[amount].astype("float64"),
                    "currency": kept["currency"],
                }
            )
        )
    lines = side.invoice_lines.merge(
        sales[["ref", "customer_ref", "customer_name", "date", "currency"]], on="ref"
    )
    parts.append(
        pd.DataFrame(
            {
                "customer_id": lines["customer_ref"]
                if side is books.qbo
                else _sold_to(lines, books),
                "kind": "item",
                "number": lines["item_name"].str.replace(r"^.*:", "", regex=True),  # no category
                "date": lines["date"],
                "amount": lines["unit_price"].astype("float64"),
                "currency": lines["currency"],
            }
        )
    )
    return pd.concat(parts, ignore_index=True)


def _as_pairs(pairs: pd.DataFrame, kind: str, scope: str) -> pd.DataFrame:
    named = pairs.rename(columns={"left_id": "left_ref", "right_id": "right_ref"})
    return PAIRS.conform(named.assign(kind=kind, scope=scope))


def _same_customers(books: Books, pairs: pd.DataFrame) -> pd.DataFrame:
    """Which QuickBooks customers each of the app's may be: alike, or of exactly its name."""
    alike = pairs.loc[pairs["match_probability"] >= 0.5, ["left_ref", "right_ref"]]
    app, qbo = books.app.customers, books.qbo.customers
    named = pd.DataFrame({"left_ref": app["ref"], "key": keys(app["name"], query_key)}).merge(
        pd.DataFrame({"right_ref": qbo["ref"], "key": keys(qbo["name"], query_key)}).dropna(),
        on="key",
    )
    return pd.concat([alike, named[["left_ref", "right_ref"]]]).drop_duplicates()


def _sold_to(sales: pd.DataFrame, books: Books) -> pd.Series[Any]:
    """The customer of each of the app's sales; by name where the file says no more."""
    customers = books.app.customers[["ref", "name"]].dropna().drop_duplicates("name")
    by_name = sales["customer_name"].map(customers.set_index("name")["ref"])
    return sales["customer_ref"].fillna(by_name).astype(TEXT)


def _same_sales(books: Books, same: pd.DataFrame) -> pd.DataFrame:
    """Invoices that stand in both books: one customer and total, one number or one date."""
    both = _side_by_side(
        books,
        same,
        books.app.invoices,
        pd.concat([books.qbo.invoices, books.qbo.sales_receipts]),
        mark="number",
        amount="total",
    )
    near = both["apart"] <= _SALE_WINDOW_DAYS
    probability = np.select(
        [both["marked"] & near & both["known"], both["marked"] & near, both["apart"] == 0, near],
        [0.999, 0.96, 0.9, 0.3],
        default=0.0,
    )
    probability = np.where(both["marked"] & ~near, 0.3, probability)
    says = np.select(
        [both["marked"] & both["known"], both["marked"], both["apart"] == 0],
        [
            "same customer, number and total",
            "same number, total and date; the customer is called otherwise",
            "same customer, total and date; another number",
        ],
        default="same customer and total; dates a few days apart; another number",
    )
    return _one_to_one(both, probability, says, "invoice")


def _same_payments(books: Books, same: pd.DataFrame) -> pd.DataFrame:
    """Payments that stand in both books: one customer and amount, one reference or one date."""
    both = _side_by_side(
        books, same, books.app.payments, books.qbo.payments, mark="reference", amount="amount"
    )
    near = both["apart"] <= _SALE_WINDOW_DAYS
    probability = np.select(
        [both["marked"] & near & both["known"], both["marked"] & near, both["apart"] == 0, near],
        [0.999, 0.96, 0.9, 0.4],
        default=0.0,
    )
    says = np.select(
        [both["marked"] & both["known"], both["marked"], both["apart"] == 0],
        [
            "same customer, amount and reference",
            "same reference, amount and date; the customer is called otherwise",
            "same customer, amount and date",
        ],
        default="same customer and amount; dates a few days apart",
    )
    return _one_to_one(both, probability, says, "payment")


def _side_by_side(
    books: Books,
    same: pd.DataFrame,
    app: pd.DataFrame,
    qbo: pd.DataFrame,
    *,
    mark: str,
    amount: str,
) -> pd.DataFrame:
    """Sales of both sides that may be one: of one customer and amount.

    A sale of the same number (or telling reference), amount and day is one whatever its customer
    is called on either side.

    Returns:
        ref, ref_right; marked: the number or reference is the same; apart: days between; known:
        the customers are one by their own evidence.
    """
    columns = ["ref", mark, "date", amount, "currency"]
    left = app[columns].assign(left_customer=_sold_to(app, books))
    left["mark"] = left[mark].str.slice(0, 21).str.casefold()
    right = qbo.loc[qbo["status"] != "voided", [*columns, "customer_ref"]]
    right = right.assign(mark=right[mark].str.slice(0, 21).str.casefold())
    known = (
        left.merge(same, left_on="left_customer", right_on="left_ref")
        .drop(columns="left_ref")
        .merge(
            right,
            left_on=["right_ref", amount],
            right_on=["customer_ref", amount],
            suffixes=("", "_right"),
        )
    )
    marked = left[left["mark"].str.fullmatch(_TELLING).fillna(value=False)]
    anybodys = marked.merge(right, on=["mark", amount, "date"], suffixes=("", "_right"))
    anybodys = anybodys.assign(mark_right=anybodys["mark"], date_right=anybodys["date"])
    both = pd.concat(
        [known.assign(known=True), anybodys.assign(known=False)], ignore_index=True
    ).drop_duplicates(["ref", "ref_right"])
    other_money = (both["currency"] != both["currency_right"]).fillna(value=False)
    both = both[~other_money.astype(bool)]
    return pd.DataFrame(
        {
            "ref": both["ref"],
            "ref_right": both["ref_right"],
            "marked": (both["mark"] == both["mark_right"]).fillna(value=False).astype(bool),
            "apart": (both["date"] - both["date_right"]).dt.days.abs(),
            "known": both["known"].astype(bool),
        }
    )


def _one_to_one(
    both: pd.DataFrame, probability: np.ndarray[Any, Any], says: np.ndarray[Any, Any], kind: str
) -> pd.DataFrame:
    """The best pairs such that no sale is used twice, surest first."""
    ranked = (
        pd.DataFrame(
            {
                "left_ref": both["ref"],
                "right_ref": both["ref_right"],
                "match_probability": probability,
                "reasons": says,
            }
        )
        .query("match_probability > 0")
        .sort_values(["match_probability", "left_ref", "right_ref"], ascending=[False, True, True])
    )
    used: set[str] = set()
    keep: list[bool] = []
    for left, right in zip(ranked["left_ref"], ranked["right_ref"], strict=True):
        free = left not in used and right not in used
        keep.append(free)
        if free:
            used.update((left, right))
    kept = ranked[np.array(keep, dtype=bool)]
    odds = kept["match_probability"] / (1 - kept["match_probability"])
    return PAIRS.conform(
        kept.assign(
            scope="app-qbo",
            kind=kind,
            match_weight=np.log2(odds),
            band=pd.cut(
                kept["match_probability"],
                [0, 0.5, 0.95, 1],
                labels=["similar", "close", "identical"],
            ).astype(str),
        )
    )
