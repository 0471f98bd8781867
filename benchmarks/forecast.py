"""Time and memory of the forecast and the checks on a large made-up company.

    python benchmarks/forecast.py --customers 100000 --profile invoiceninja --profile generic_email

Each side has that many customers, five times as many invoices of two lines, and three times as many
payments; one name in nine, one number in five and one item in eleven differ between the sides, a
third of the sales is paired. JSON lines: processor seconds and the largest resident size so far, of
making the books, then of each profile's forecast, of what other answers to its open questions would
change, and of the checks. Names and sums are counted up, not drawn: every run is the same.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import psutil

from recon.advice.scenarios import with_other_answers
from recon.apps.profiles import clean_up, load_profile
from recon.books import (
    CONTACTS,
    CUSTOMERS,
    INVOICE_LINES,
    INVOICES,
    ITEMS,
    PAIRS,
    PAYMENT_APPLICATIONS,
    PAYMENTS,
    PREFERENCES,
    Books,
    Side,
    System,
)
from recon.case import Case
from recon.checks import check
from recon.settings import Settings
from recon.stages.forecast import forecast
from recon.table import Table, money

NOW = datetime(2026, 11, 26, tzinfo=UTC)
ITEM_COUNT = 2_000
FIRST = ("Ann", "Bo", "Cy", "Di", "Eve", "Flo", "Gus", "Hal", "Ida", "Jo")


def table(shape: Table, columns: Mapping[str, Sequence[Any] | pd.Series]) -> pd.DataFrame:
    """Columns as this table; those that are not named are missing."""
    size = len(next(iter(columns.values())))
    made = {
        name: pd.Series(columns[name], dtype=dtype)
        if name in columns
        else pd.Series(pd.array([None] * size, dtype=dtype))
        if not str(dtype).startswith("datetime")
        else pd.Series(pd.NaT, index=range(size), dtype=dtype)
        for name, dtype in shape.columns.items()
    }
    return pd.DataFrame(made)


def side(system: System, customers: int, shift: int) -> Side:
    """One side of the books; `shift` decides which names and numbers it spells otherwise."""
    number = np.arange(customers)
    refs = [f"{system}:customer:{i}" for i in number]
    given = [FIRST[i % len(FIRST)] for i in number]
    family = [f"Family{i % (customers // 7 + 1)} {i // 1000}" for i in number]
    dots = ["" if (i + shift) % 9 else "." for i in number]
    names = [f"{one} {two}{dot}" for one, two, dot in zip(given, family, dots, strict=True)]
    mails = [f"user{i}@example.com" if i % 3 else None for i in number]
    people = table(CUSTOMERS, {
        "ref": refs, "kind": ["customer"] * customers, "id": list(map(str, number)),
        "number": list(map(str, number)), "name": names, "given_name": given,
        "family_name": family, "email": mails, "active": [True] * customers,
        "phone": [f"555 010 {i:06d}" for i in number],
        "address_line1": [f"{i} Main St" for i in number],
    })  # fmt: skip
    contacts = table(CONTACTS, {
        "ref": refs, "position": [1] * customers, "given_name": given, "family_name": family,
        "email": mails,
    })  # fmt: skip
    items = [f"Item {i}{'' if (i + shift) % 11 else 'x'}" for i in range(ITEM_COUNT)]
    things = table(ITEMS, {
        "ref": [f"{system}:item:{name if system == 'app' else i}" for i, name in enumerate(items)],
        "id": list(map(str, range(ITEM_COUNT))), "name": items, "full_name": items,
        "type": ["Service"] * ITEM_COUNT, "active": [True] * ITEM_COUNT,
    })  # fmt: skip
    preferences = PREFERENCES.frame(
        {"name": name, "value": value}
        for name, value in {
            "BookCloseDate": "2025-06-30",
            "CustomTxnNumbers": "true",
            "WarnDuplicateCheckNumber": "true",
        }.items()
    )
    sales = _sales(system, refs, names, items, shift)
    if system == "qbo":
        return Side(customers=people, items=things, preferences=preferences, **sales)
    return Side(customers=people, contacts=contacts, items=things, **sales)


def _sales(
    system: System, refs: list[str], names: list[str], items: list[str], shift: int
) -> dict[str, pd.DataFrame]:
    size = 5 * len(refs)
    owner = (np.arange(size) * 7) % len(refs)
    numbers = [f"INV-{i if (i + shift) % 5 else i + 10 * size}" for i in range(size)]
    made = [f"{system}:invoice:{n if system == 'app' else i}" for i, n in enumerate(numbers)]
    totals = 10 + (np.arange(size) * 13) % 4990
    amounts = money(totals.tolist())
    days = pd.Series(pd.Timestamp("2025-01-01") + pd.to_timedelta(np.arange(size) % 690, unit="D"))
    invoices = table(INVOICES, {
        "ref": made, "id": list(map(str, range(size))), "number": numbers,
        "customer_ref": [refs[i] for i in owner], "customer_name": [names[i] for i in owner],
        "date": days, "due_date": days, "total": amounts, "status": ["sent"] * size,
        "balance": money((totals * (np.arange(size) % 5 == 0)).tolist()),
    })  # fmt: skip
    named = (np.arange(2 * size) * 3) % len(items)
    lines = table(INVOICE_LINES, {
        "ref": [ref for ref in made for _ in (1, 2)], "position": [1, 2] * size,
        "item_name": [items[i] for i in named], "description": ["work"] * (2 * size),
    })  # fmt: skip
    paid = np.arange(3 * len(refs))
    payments = table(PAYMENTS, {
        "ref": [f"{system}:payment:{i}" for i in paid], "id": list(map(str, paid)),
        "number": list(map(str, paid)), "customer_ref": [refs[owner[i]] for i in paid],
        "customer_name": [names[owner[i]] for i in paid], "amount": amounts.iloc[paid],
        "date": days.iloc[paid], "reference": [f"R{i}" for i in paid],
    })  # fmt: skip
    applied = table(PAYMENT_APPLICATIONS, {
        "payment_ref": payments["ref"], "invoice_ref": [made[i] for i in paid],
        "amount": payments["amount"],
    })  # fmt: skip
    return {
        "invoices": invoices, "invoice_lines": lines, "payments": payments,
        "payment_applications": applied,
    }  # fmt: skip


def pairs_of(books: Books) -> pd.DataFrame:
    """Every customer with its twin, and a third of the sales."""
    found = []
    for kind, step in (("customer", 1), ("invoice", 3), ("payment", 3)):
        ours, theirs = (getattr(one, f"{kind}s")["ref"] for one in (books.app, books.qbo))
        found.append(
            pd.DataFrame({"left_ref": ours, "right_ref": theirs}).iloc[::step].assign(kind=kind)
        )
    rows = pd.concat(found, ignore_index=True)
    said = {"scope": "app-qbo", "match_weight": 5.0, "match_probability": 0.97, "band": "close"}
    return PAIRS.conform(rows.assign(reasons="the same name", **said))


def told(what: str, began: float, **more: Any) -> None:
    """One line: what was done, how long it took, how much memory is held."""
    held = psutil.Process().memory_info().rss >> 20
    seconds = round(time.process_time() - began, 1)
    print(json.dumps({"what": what, "seconds": seconds, "rss_mb": held, **more}), flush=True)


def main() -> None:
    """Make the books, then time each profile."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--customers", type=int, default=20_000)
    arguments.add_argument("--profile", action="append", help="default: invoiceninja")
    arguments.add_argument("--checks", action="store_true", help="time the checks too")
    asked = arguments.parse_args()
    began = time.process_time()
    books = Books(side("app", asked.customers, 1), side("qbo", asked.customers, 2))
    pairs = pairs_of(books)
    told("books", began, customers=asked.customers)
    for name in asked.profile or ["invoiceninja"]:
        profile = load_profile(name)
        case = Case(books, profile, Settings(), NOW, pairs, clean_up(profile))
        began = time.process_time()
        outcomes = forecast(case)
        told("forecast", began, profile=name, records=len(outcomes))
        began = time.process_time()
        outcomes = with_other_answers(case, outcomes, frozenset())
        told("other answers", began, profile=name, differ=int(outcomes["otherwise"].notna().sum()))
        if asked.checks:
            began = time.process_time()
            told("checks", began, profile=name, findings=len(check(case)))


if __name__ == "__main__":
    main()
