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
from itertools import combinations, product
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from recon.apps.profiles import clean_up, load_profile
from recon.books import (
    ACCOUNTS,
    CLASSES,
    CONTACTS,
    CREDITS,
    CUSTOMERS,
    DEPOSITS,
    ESTIMATES,
    INVOICE_LINES,
    INVOICES,
    ITEMS,
    LINKS,
    PAIRS,
    PAYMENT_APPLICATIONS,
    PAYMENTS,
    PREFERENCES,
    SALES_RECEIPTS,
    SYNC_STATUS,
    TAX_CODES,
    TAX_RATES,
    TERMS,
    TRANSACTION_LINKS,
    Books,
    Side,
    make_ref,
)
from recon.case import Case
from recon.plan import Plan
from recon.profile import Profile
from recon.rules.names import legal_name, unique_key
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
    "tax_codes": (TAX_CODES, "tax_code"),
    "terms": (TERMS, "term"),
    "accounts": (ACCOUNTS, "account"),
    "deposits": (DEPOSITS, ""),
    "classes": (CLASSES, "class"),
    "preferences": (PREFERENCES, ""),
    "links": (LINKS, ""),
    "sync_status": (SYNC_STATUS, ""),
    "payment_applications": (PAYMENT_APPLICATIONS, ""),
    "transaction_links": (TRANSACTION_LINKS, ""),
    "estimates": (ESTIMATES, "estimate"),
}


@cache
def profile(name: str = "invoiceninja") -> Profile:
    """A profile, read once; small cases are Invoice Ninja's unless they say otherwise."""
    return load_profile(name)


@cache
def _no_books() -> Side:
    return Side()


def side(system: Any, rows: Rows, company: str = "Small & Sons") -> Side:
    """One side of the books; tables that are not named are empty.

    Instead of a table, `only_lists` may say that sales and settings were never read, and `live`
    that the records were read over an API.
    """
    told: dict[str, Any] = {name: rows[name] for name in ("only_lists", "live") if name in rows}
    for table, (shape, kind) in _SHAPES.items():
        if table in rows:
            told[table] = shape.frame(_filled(system, table, kind, rows[table]))
    assert set(told) == set(rows), f"no such table: {set(rows) - set(told)}"
    return replace(_no_books(), company=company, realm=REALM if system == "qbo" else "", **told)


def _filled(system: Any, table: str, kind: str, rows: Iterable[Row]) -> list[Row]:
    counted: dict[str, int] = {}
    full = []
    for row in rows:
        if not kind:
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
        "band": "close" if p >= 0.9 else "similar", "reasons": reasons,
    }  # fmt: skip


def case(
    app: Rows | None = None,
    qbo: Rows | None = None,
    pairs: Iterable[Row] = (),
    changed: Mapping[str, Mapping[str, Any]] | None = None,
    of: Profile | None = None,
    **settings: Any,
) -> Case:
    """A company before the sync.

    Args:
        app: table to rows of the app.
        qbo: table to rows of QuickBooks.
        pairs: the evidence, rows of `pair`.
        changed: part of the profile to fields that differ ("customer" to {"relinks": False}).
        of: the profile, where it is another app's.
        settings: thresholds that differ.
    """
    told = (of or profile()).model_dump()
    for part, values in (changed or {}).items():
        told[part] |= values
    rules = Profile.model_validate(told)
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
    """The same books with the rows of every table in another order.

    The app's products stay: they are pushed as they stand.
    """
    return Books(_mixed(books.app, order, {"items"}), _mixed(books.qbo, order, set()))


def _mixed(one: Side, order: int, keep: set[str]) -> Side:
    tables = {
        f.name: getattr(one, f.name)
        for f in fields(one)
        if isinstance(getattr(one, f.name), pd.DataFrame) and f.name not in keep
    }
    return replace(
        one,
        **{
            name: table.sample(frac=1, random_state=order).reset_index(drop=True)
            for name, table in tables.items()
        },
    )


_NAMES = (
    "Ann Lee", "ann lee", "Ann Lee ", "Ann  Lee", "Ann Lee (V)", "Ann: Lee", "Bo Lee", "Bo\tLee",
    "No Contact Set", "A", "Finch & Sons", "Finch and Sons", "Finch", "x" * 101, "x" * 99,
)  # fmt: skip
_KEYS = ("Repairs", "repairs", "Repair", "Pump", "Pool:Pump", "y" * 101, "Labour")
_DAYS = ("2025-12-30", "2025-12-31", "2026-02-01", "2026-03-01")
_CHANCES = (0.05, 0.2, 0.4, 0.6, 0.97)


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Any]:
    """Arguments of `case`: small books in which names, keys and numbers collide.

    QuickBooks' own books obey QuickBooks' rules: a name is held once.
    """
    name = st.sampled_from(_NAMES)
    held = draw(st.lists(name, unique_by=unique_key, max_size=5))
    held = [legal_name(n) or "Nobody" for n in held]
    held = list({unique_key(n): n for n in held}.values())
    kinds = draw(st.lists(st.sampled_from(_HOLDERS), min_size=len(held), max_size=len(held)))
    qbo: dict[str, list[Row]] = {"customers": [], "vendors": [], "employees": []}
    for number, (own, (table, active)) in enumerate(zip(held, kinds, strict=True), 1):
        shown = own if active else f"{own} (deleted)"
        qbo[table].append({"id": str(number), "name": shown, "active": active, **draw(_CONTACT)})
    things = draw(st.lists(st.sampled_from(_KEYS), unique_by=unique_key, max_size=4))
    qbo["items"] = [
        {"id": str(n), "name": legal_name(key)[:100], **draw(_THING)}
        for n, key in enumerate(things, 1)
    ]
    qbo["invoices"] = [{"id": str(n), "number": f"100{n}"} for n in range(draw(st.integers(0, 2)))]
    qbo["preferences"] = preferences(
        BookCloseDate=draw(st.sampled_from(["", "2025-12-31"])),
        CustomTxnNumbers="true",
        WarnDuplicateCheckNumber=draw(st.sampled_from(["true", "false"])),
    )
    clients = [
        {"id": str(n), "name": draw(st.none() | name), **draw(_CONTACT)}
        for n in range(1, draw(st.integers(0, 5)) + 1)
    ]
    keys = draw(st.lists(st.sampled_from(_KEYS), unique=True, max_size=4))
    app: dict[str, list[Row]] = {
        "customers": clients,
        "items": [{"id": key, "name": key} for key in keys],
        "invoices": [],
        "invoice_lines": [],
        "payments": [],
    }
    for n in range(draw(st.integers(0, 3)) if clients else 0):
        client = draw(st.sampled_from(clients))["id"]
        number = draw(st.sampled_from((f"100{n}", f"{'1' * 22}{n}")))
        day = draw(st.sampled_from(_DAYS))
        app["invoices"].append({"id": number, "customer": client, "date": day})
        app["invoice_lines"] += [
            {"invoice": number, "item_name": draw(st.none() | st.sampled_from(_KEYS))}
            for _ in range(draw(st.integers(0, 2)))
        ]
        app["payments"].append({"id": number, "customer": client, "date": day})
    return {"app": app, "qbo": qbo, "pairs": draw(_pairs(app, qbo))}


_HOLDERS = (
    ("customers", True), ("customers", True), ("customers", False), ("vendors", True),
    ("employees", True),
)  # fmt: skip
_CONTACT = st.fixed_dictionaries(
    {
        "email": st.sampled_from((None, None, "ann@example.com", "ann@example")),
        "phone": st.sampled_from((None, "555 010 0001", "555 010 0002")),
        "city": st.sampled_from((None, "Buda", "Pest")),
    }
)
_THING = st.fixed_dictionaries(
    {
        "type": st.sampled_from(("Service", "Service", "Inventory", "Category", "Group")),
        "active": st.sampled_from((True, True, False)),
        "start_date": st.sampled_from((None, "2026-01-15")),
    }
)


@st.composite
def _pairs(draw: st.DrawFn, app: Rows, qbo: Rows) -> list[Row]:
    ours = [f"app:customer:{row['id']}" for row in app["customers"]]
    theirs = [f"qbo:customer:{row['id']}" for row in qbo["customers"]]
    products = [f"app:item:{row['id']}" for row in app["items"]]
    things = [
        f"qbo:item:{row['id']}" for row in qbo["items"] if row["type"] not in {"Category", "Group"}
    ]
    possible = [
        *product(ours, theirs), *combinations(ours, 2), *combinations(theirs, 2),
        *product(products, things),
    ]  # fmt: skip
    if not possible:
        return []
    chosen = draw(st.lists(st.sampled_from(possible), unique=True, max_size=6))
    return [pair(one, other, draw(st.sampled_from(_CHANCES))) for one, other in chosen]
