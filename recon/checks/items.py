"""Items: what the app's lines name, and what QuickBooks holds under that name."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.finding import findings
from recon.rules.names import keys, query_key, unique_key, without_deleted


def _seen(case: Case) -> pd.DataFrame:
    """QuickBooks items that the app's look-up can find, with the key that it looks for."""
    items = case.books.qbo.items
    seen = items[items["active"] & items["type"].isin(case.profile.item.types)]
    return seen.assign(key=keys(seen["name"], query_key))


def _missed(case: Case) -> pd.DataFrame:
    """The app's products that the look-up does not find."""
    app = case.books.app.items[["ref", "name"]].dropna()
    app = app.assign(key=keys(app["name"], query_key))
    return app[~app["key"].isin(_seen(case)["key"])]


def near_miss_product_name(case: Case) -> pd.DataFrame:
    """Both sides hold one item under two spellings.

    Source: Invoice Ninja user guide, "if your … product keys differ slightly between systems, you
        can still end up with duplicates"; read 2026-11-22.
    """
    names = case.books.qbo.items.set_index("ref")["name"]
    pairs = case.partners("item", "app-qbo", case.settings.same_party)
    rows = pairs.merge(_missed(case), left_on="left_ref", right_on="ref")
    rows = rows.assign(other_ref=rows["right_ref"], other_name=rows["right_ref"].map(names))
    return findings(
        near_miss_product_name,
        rows,
        "{name} is {other_name} in QuickBooks ({reasons}).",
        severity="wrong",
        remedy="Give both the same name before the sync.",
    )


def item_name_held_by_category_or_group(case: Case) -> pd.DataFrame:
    """A category or a bundle has the product's name: not found, yet the name is taken.

    Source: Invoice Ninja user guide, "skipping Category and Group types"; Intuit, Item entity,
        names are unique, fault 6240; read 2026-11-22.
    """
    items = case.books.qbo.items
    held = items[items["type"].isin(["Category", "Group"]) & items["parent_ref"].isna()]
    held = held.assign(key=keys(held["name"], query_key))[["ref", "type", "key"]]
    clash = _missed(case).merge(held, on="key", suffixes=("", "_held"))
    return findings(
        item_name_held_by_category_or_group,
        clash.rename(columns={"ref_held": "other_ref"}),
        "{name} is the name of a {type} in QuickBooks.",
        severity="blocks",
        remedy="Rename the category or bundle.",
        fault="6240",
    )


def inactive_item(case: Case) -> pd.DataFrame:
    """The product's item is inactive: not found, yet it keeps its name.

    Source: Workiz help, "ensure the affected items are active"; Intuit, inactive items' names stay
        reserved; read 2026-11-22.
    """
    items = case.books.qbo.items
    asleep = items[~items["active"]]
    asleep = asleep.assign(key=keys(asleep["name"], lambda n: unique_key(without_deleted(n))))
    clash = _missed(case).merge(asleep[["ref", "key"]], on="key", suffixes=("", "_held"))
    return findings(
        inactive_item,
        clash.rename(columns={"ref_held": "other_ref"}),
        "{name} is inactive in QuickBooks.",
        severity="blocks",
        remedy="Make the item active again.",
        fault="6240",
    )


def item_leaf_name_ambiguous(case: Case) -> pd.DataFrame:
    """Several items of one name lie in different categories; the app takes whichever comes first.

    Source: Invoice Ninja's open source as described: the leaf name is looked up; read 2026-11-22.
    """
    seen = _seen(case)
    twice = seen[seen["key"].duplicated(keep=False)]
    app = case.books.app.items[["ref", "name"]].dropna()
    app = app.assign(key=keys(app["name"], query_key))
    clash = app.merge(twice[["ref", "key", "full_name"]], on="key", suffixes=("", "_held"))
    return findings(
        item_leaf_name_ambiguous,
        clash.rename(columns={"ref_held": "other_ref"}),
        "{name} may mean {full_name}: several items have this name.",
        severity="wrong",
        remedy="Rename all but one of them.",
    )


def blank_product_key(case: Case) -> pd.DataFrame:
    """A line without a product makes a new item at every push.

    Source: Invoice Ninja's open source as described: an item "Product" with a random ending;
        read 2026-11-22.
    """
    lines = case.books.app.invoice_lines
    blank = lines.loc[lines["item_name"].isna(), ["ref", "position"]]
    first = blank.drop_duplicates("ref").assign(
        lines=lambda found: found["ref"].map(blank.groupby("ref").size())
    )
    return findings(
        blank_product_key,
        first,
        "{lines} line(s) of this invoice have no product; each makes a junk item in QuickBooks.",
        severity="wrong",
        remedy="Choose a product on the line.",
    )
