"""What kind of thing a record is, where the two sides see it otherwise."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import looked_up
from recon.checks.finding import findings
from recon.checks.payments import same_customers
from recon.rules.names import keys, query_key


def individual_vs_company(case: Case) -> pd.DataFrame:
    """A client is a company on one side and a person on the other.

    Told where the app says which it is, and QuickBooks has only names of the other kind.

    Source: Jobber help, a customer without a company name becomes a person; Intuit, Customer
        entity, CompanyName, GivenName, FamilyName; read 2026-11-22.
    """
    rows = people_and_companies(case)
    return findings(
        individual_vs_company,
        rows,
        "{name} is a {ours} in the app and a {theirs} in QuickBooks.",
        severity="note",
        remedy="In QuickBooks fill in a company's company name, or a person's first and last name.",
        by="qbo or hand",
    )


def people_and_companies(case: Case) -> pd.DataFrame:
    """Clients of whom the two sides disagree.

    Returns:
        ref, other_ref, name (the app's), ours and theirs ("company" or "person").
    """
    ours = case.books.app.customers[["ref", "name", "is_company"]].dropna(subset=["is_company"])
    theirs = case.books.qbo.customers[["ref", "company_name", "given_name", "family_name"]]
    both = ours.merge(same_customers(case), left_on="ref", right_on="app_ref")
    both = both.merge(theirs, left_on="qbo_ref", right_on="ref", suffixes=("", "_held"))
    company = both["company_name"].notna()
    person = both["given_name"].notna() | both["family_name"].notna()
    says = both["is_company"].astype(bool)
    differ = (says & person & ~company) | (~says & company & ~person)
    words = {True: "company", False: "person"}
    return both.assign(other_ref=both["qbo_ref"], ours=says.map(words), theirs=(~says).map(words))[
        differ.astype(bool)
    ]


def item_type_conversion(case: Case) -> pd.DataFrame:
    """A product keeps stock on one side only, and the app does not take one for the other.

    Source: Workiz help, an item that was inventory in QuickBooks and is non-inventory in Workiz
        cannot be synced; Intuit, Item entity, Type; read 2026-11-22.
    """
    app, qbo = case.books.app, case.books.qbo
    ours = app.items.assign(stock=keeps_stock(app.items["type"])).dropna(subset=["stock"])
    ours = ours.assign(key=keys(ours["name"], query_key))
    held = qbo.items[qbo.items["type"].isin(["Inventory", "NonInventory", "Service"])]
    held = held.assign(key=keys(held["name"], query_key), stock=held["type"] == "Inventory")
    links = app.links[["ref", "linked_ref"]].drop_duplicates("ref").set_index("ref")["linked_ref"]
    by_name = held.drop_duplicates("key").set_index("key")["ref"]
    other_ref = looked_up(ours["ref"], links).fillna(looked_up(ours["key"], by_name))
    ours = ours.assign(other_ref=other_ref)
    both = ours.merge(held, left_on="other_ref", right_on="ref", suffixes=("", "_held"))
    other = both["stock"].astype(bool) != both["stock_held"].astype(bool)
    return findings(
        item_type_conversion,
        both[other & (case.profile.item.other_kind == "refuse")],
        "{name} is {type} in the app and {type_held} in QuickBooks.",
        severity="blocks",
        remedy="Leave both as they are, and sell a new product of the other kind from now on.",
        by="app or hand",
        fault="item_type",
    )


def keeps_stock(kinds: pd.Series[Any]) -> pd.Series[Any]:
    """Whether stock is kept of products of these kinds; NA where the word does not tell."""
    told = kinds.str.casefold().str.replace(r"[^a-z]", "", regex=True)
    stock: pd.Series[Any] = told.astype(object).map(_STOCK).astype("boolean")
    return stock


_STOCK = {
    **dict.fromkeys(("inventory", "inventoryitem", "stock", "stockitem"), True),
    **dict.fromkeys(("noninventory", "noninventoryitem", "nonstock", "service", "labor"), False),
}
"""What apps call kinds of products, letters only, to whether stock is kept of them."""
