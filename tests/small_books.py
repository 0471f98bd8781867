"""Books small enough to see whole: rows in short form become the tables of both sides.

A row names what a test cares about and nothing else. Its `ref` is made of side, kind and `id`;
`active` is true, a client's number is its id, and the lines of a sale are counted. The same form is
written in Python and in the golden files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pandas as pd

from recon.apps.profiles import clean_up, load_profile
from recon.books import (
    CONTACTS,
    CREDITS,
    CUSTOMERS,
    INVOICE_LINES,
    INVOICES,
    ITEMS,
    PAIRS,
    PAYMENTS,
    PREFERENCES,
    SALES_RECEIPTS,
    TAX_RATES,
    Books,
    Side,
    make_ref,
)
from recon.case import Case
from recon.plan import Plan
from recon.ports import Profile
from recon.settings import Settings
from recon.stages.propose import propose

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
REALM = "9130"

Row = dict[str, Any]
Rows = Mapping[str, list[Row]]

_SHAPES = {
    "customers": (CUSTOMERS, "customer"),
    "contacts": (CONTACTS, "customer"),
    "vendors": (CUSTOMERS, "vendor"),
    "employees": (CUSTOMERS, "employee"),
    "items": (ITEMS, "item"),
    "invoices": (INVOICES, "invoice"),
    "invoice_lines": (INVOICE_LINES, "invoice"),
    "payments": (PAYMENTS, "payment"),
    "credits": (CREDITS, "credit"),
    "sales_receipts": (SALES_RECEIPTS, "sales_receipt"),
    "tax_rates": (TAX_RATES, "tax_rate"),
    "preferences": (PREFERENCES, ""),
}


@cache
def profile() -> Profile:
    """The profile that all small cases share."""
    return load_profile("invoiceninja")


@cache
def _no_books() -> Side:
    return Side()


def side(system: Any, rows: Rows, company: str = "Small & Sons") -> Side:
    """One side of the books; tables that are not named are empty."""
    told = {}
    for table, (shape, kind) in _SHAPES.items():
        if table in rows:
            told[table] = shape.frame(_filled(system, table, kind, rows[table]))
    assert set(told) == set(rows), f"no such table: {set(rows) - set(told)}"
    return replace(_no_books(), company=company, realm=REALM if system == "qbo" else "", **told)


def _filled(system: Any, table: str, kind: str, rows: Iterable[Row]) -> list[Row]:
    counted: dict[str, int] = {}
    full = []
    for row in rows:
        if table == "preferences":
            full.append(row)
            continue
        record_id = str(row.get("invoice") or row.get("client") or row["id"])
        ref = make_ref(system, kind, record_id)
        counted[ref] = counted.get(ref, 0) + 1
        usual: Row = {"ref": ref, "id": record_id, "kind": kind, "active": True}
        if table in {"contacts", "invoice_lines"}:
            usual["position"] = counted[ref]
        if system == "app" or kind in {"invoice", "payment"}:
            usual["number"] = record_id
        if system == "qbo":
            usual |= {"sync_token": "0", "type": "Service"}
        if "customer" in row:
            usual["customer_ref"] = make_ref(system, "customer", str(row["customer"]))
        full.append(usual | row)
    return full


def pair(left: str, right: str, p: float, reasons: str = "names differ by one letter") -> Row:
    """A row of PAIRS for two refs; scope and kind follow from them."""
    (one, kind, _), (other, _, _) = left.split(":", 2), right.split(":", 2)
    return {
        "left_ref": left, "right_ref": right, "scope": f"{one}-{other}", "kind": kind,
        "match_probability": p, "match_weight": math.log2(p / (1 - p)),
        "band": "close" if p >= 0.5 else "similar", "reasons": reasons,
    }  # fmt: skip


def case(
    app: Rows | None = None,
    qbo: Rows | None = None,
    pairs: Iterable[Row] = (),
    changed: Mapping[str, Mapping[str, Any]] | None = None,
    **settings: Any,
) -> Case:
    """A company before the sync.

    Args:
        app: table to rows of the app.
        qbo: table to rows of QuickBooks.
        pairs: the evidence, rows of `pair`.
        changed: part of the profile to fields that differ ("customer" to {"relinks": False}).
        settings: thresholds that differ.
    """
    rules = profile()
    for part, values in (changed or {}).items():
        rules = rules.model_copy(
            update={part: getattr(rules, part).model_copy(update=dict(values))}
        )
    books = Books(side("app", app or {}), side("qbo", qbo or {}))
    return Case(books, rules, Settings(**settings), NOW, PAIRS.frame(pairs), clean_up(rules))


def plan_for(small: Case, outcomes: pd.DataFrame) -> Plan:
    """What is proposed for a small case."""
    return propose(
        small, outcomes, plan_id="plan-1", environment="sandbox", snapshots=("app-1", "qbo-1")
    )


def preferences(**values: str) -> list[Row]:
    """Settings of the QuickBooks company."""
    return [{"name": name, "value": value} for name, value in values.items()]


def shuffled(books: Books, order: int) -> Books:
    """The same books with the rows of every table in another order."""
    return replace(
        books,
        **{
            name: replace(
                one,
                **{
                    f.name: getattr(one, f.name)
                    .sample(frac=1, random_state=order)
                    .reset_index(drop=True)
                    for f in fields(one)
                    if isinstance(getattr(one, f.name), pd.DataFrame)
                },
            )
            for name, one in (("app", books.app), ("qbo", books.qbo))
        },
    )
