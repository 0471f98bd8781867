"""Names of one party that differ in a way that has a name of its own."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, asked, held, once
from recon.checks.finding import findings
from recon.rules.names import keys, query_key


@once
def _held(case: Case) -> pd.DataFrame:
    """Active QuickBooks customers: other_ref, held, key (case ignored)."""
    named = held(case)[["ref", "name", "key"]].dropna(subset=["key"])
    return named.rename(columns={"ref": "other_ref", "name": "held"})


def sanitiser_breaks_match(case: Case) -> pd.DataFrame:
    """Both sides have the same name, but the app changes it before it looks it up.

    Source: Invoice Ninja's open source in 2026 as described: quotation marks and other
        characters are taken out, "&" becomes "and"; read 2026-11-22.
    """
    app = case.books.app.customers[["ref", "name"]].dropna()
    app = app.assign(
        key=keys(app["name"], query_key), asked=case.lookup_names.reindex(app["ref"]).array
    )
    app = app[keys(app["name"], case.clean_up) != app["name"]]
    active = _held(case)
    found = among(keys(app["asked"], query_key), active["key"])
    return findings(
        sanitiser_breaks_match,
        app[~found].merge(active, on="key"),
        "{name} has the same name in QuickBooks, but the app will look for {asked}.",
        severity="wrong",
        remedy="Give the customer in QuickBooks the name that the app looks for.",
        by="qbo or app",
    )


def case_only_difference(case: Case) -> pd.DataFrame:
    """One name is written with other capitals on the two sides.

    QuickBooks' own query ignores case, so an app that asks it finds the customer; an app that
    compares by itself does not, and then the name is taken.

    Source: Intuit, Data queries, "attribute names and values are case-insensitive"; fault 6240
        where an app compares itself, as reported by integrators; read 2026-11-22.
    """
    both = asked(case).merge(_held(case), on="key")
    return findings(
        case_only_difference,
        both[both["name"] != both["held"]],
        "{name} is written {held} in QuickBooks; only the capitals differ.",
        severity="note",
        remedy="Write both alike.",
        by="qbo or app",
        fault="6240",
    )


def name_order_swapped(case: Case) -> pd.DataFrame:
    """One side has "Last, First" where the other has "First Last".

    Source: Schedule Fencing help, the order of first and last name has to agree; read
        2026-11-22.
    """
    active, sent = _held(case), asked(case)
    sent = sent[~among(sent["key"], active["key"])]
    straight = sent.assign(key=keys(sent["name"], lambda name: query_key(_turned(name))))
    turned = active.assign(key=keys(active["held"], lambda name: query_key(_turned(name))))
    mixed = straight["name"].str.contains(",", regex=False)
    rows = straight.merge(turned, on="key")
    rows = rows[among(rows["ref"], straight.loc[mixed, "ref"]) ^ rows["held"].str.contains(",")]
    return findings(
        name_order_swapped,
        rows,
        "{name} is {held} in QuickBooks: first and last name stand in another order.",
        severity="wrong",
        remedy="Give both the same name before the sync.",
        by="qbo or app",
    )


def _turned(name: str) -> str:
    """The name "Lee, Ann" as "Ann Lee"; one without exactly one comma as it is."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else name
