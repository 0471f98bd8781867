"""Items: what the app's lines name, and what QuickBooks holds under that name."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, once
from recon.checks.finding import findings
from recon.rules.names import (
    ITEM_NAME_MAX,
    illegal_in_name,
    keys,
    query_key,
    unique_key,
    without_deleted,
)


@once
def _seen(case: Case) -> pd.DataFrame:
    """QuickBooks items that the app's look-up can find, with the key that it looks for."""
    items = case.books.qbo.items
    seen = items[items["active"] & items["type"].isin(case.profile.item.types)]
    return seen.assign(key=keys(seen["name"], query_key))


@once
def _missed(case: Case) -> pd.DataFrame:
    """The app's products that the look-up does not find."""
    app = case.books.app.items[["ref", "name"]].dropna()
    app = app.assign(key=keys(app["name"], query_key))
    return app[~among(app["key"], _seen(case)["key"])]


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
        by="qbo or app",
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
        by="qbo or app",
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
        by="qbo",
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
        by="qbo",
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
        "{lines} [line|lines] of this invoice [has|have] no product; each makes a junk item in "
        "QuickBooks.",
        severity="wrong",
        remedy="Choose a product on the line.",
        by="app",
    )


@once
def _unresolved(case: Case) -> pd.DataFrame:
    """Lines whose item is neither found nor can be made: the line, `why`, and its invoice's number.

    Source: Intuit, Item entity: names are unique at the top level, those of inactive items stay
        reserved (6240); no colon, tab or newline (2040); 100 characters (2050); read 2026-11-22.
    """
    items, lines = case.books.qbo.items, case.books.app.invoice_lines
    lines = lines[["ref", "position", "item_name"]].dropna()
    lines = lines.assign(key=keys(lines["item_name"], query_key))
    lines = lines[~among(lines["key"], _seen(case)["key"])]
    top = items[items["parent_ref"].isna()]
    taken = set(keys(top["name"], lambda name: unique_key(without_deleted(name))).dropna())
    name = lines["item_name"]
    why = pd.Series("", index=lines.index, dtype="string")
    why[among(keys(name), taken)] = "its name is held by another record"
    why[name.str.len() > ITEM_NAME_MAX] = "its name is too long"
    why[keys(name, illegal_in_name).fillna("") != ""] = "its name holds a forbidden character"
    if case.profile.item.on_miss == "refuse":
        why[why == ""] = "the app does not make it"
    numbers = case.books.app.invoices.set_index("ref")["number"]
    stuck = lines[why != ""].assign(why=why[why != ""])
    return stuck.assign(number=stuck["ref"].map(numbers)).drop_duplicates("ref")


def line_would_be_dropped(case: Case) -> pd.DataFrame:
    """A line's item can neither be found nor made: the invoice arrives without the line.

    Source: Invoice Ninja's open source as described: such lines are left out silently, only an
        invoice without any line fails; read 2026-11-22.
    """
    stuck = _unresolved(case)
    return findings(
        line_would_be_dropped,
        stuck if case.profile.invoice.unresolved_line == "drop" else stuck.iloc[:0],
        "Invoice {number} would arrive without the line for {item_name}: {why}.",
        severity="wrong",
        remedy="Mend the item first: rename what holds its name, or make it active.",
        by="qbo or app",
    )


def invoice_item_not_linked(case: Case) -> pd.DataFrame:
    """A line's item can neither be found nor made, and the app then does not send the invoice.

    Source: Workiz help, "line items that are not yet synced with QuickBooks"; Intuit, fault 2500;
        read 2026-11-22.
    """
    stuck = _unresolved(case)
    return findings(
        invoice_item_not_linked,
        stuck if case.profile.invoice.unresolved_line == "refuse" else stuck.iloc[:0],
        "Invoice {number} does not travel because of the line for {item_name}: {why}.",
        severity="blocks",
        remedy="Make the item, or make it active, before the invoice is sent.",
        by="qbo or app",
        fault="2500",
    )


def item_dup_name(case: Case) -> pd.DataFrame:
    """Two of the app's products have one name, and so will share one item.

    Source: Workiz help, "having created a duplicate item"; Intuit, Item entity, fault 6240; read
        2026-11-22.
    """
    app = case.books.app.items[["ref", "name"]].dropna()
    key = keys(app["name"])
    return findings(
        item_dup_name,
        app[key.duplicated(keep=False)],
        "{name}: several products in the app have this name.",
        severity="wrong",
        remedy="Merge them in the app, or tell their names apart.",
        by="app",
        fault="6240",
    )


def item_name_variants(case: Case) -> pd.DataFrame:
    """One side holds one item under two spellings.

    Source: a guide of aiscending ("AC Tune-Up" and "A/C Tune Up" become two items, and the profit
        and loss by item unreadable); read 2026-11-22.
    """
    sides = ("app-app", "qbo-qbo")
    pairs = pd.concat([case.partners("item", side, case.settings.same_party) for side in sides])
    names = pd.concat([case.books.app.items, case.books.qbo.items]).set_index("ref")["name"]
    rows = pairs.rename(columns={"left_ref": "ref", "right_ref": "other_ref"})
    rows = rows.assign(name=rows["ref"].map(names), other_name=rows["other_ref"].map(names))
    return findings(
        item_name_variants,
        rows[keys(rows["name"], query_key) != keys(rows["other_name"], query_key)],
        "{name} and {other_name} are one item ({reasons}).",
        severity="wrong",
        remedy="Use one of them from now on, and make the other inactive.",
        by="qbo or app",
    )


def item_price_drift(case: Case) -> pd.DataFrame:
    """A product has another price than the item that it would be linked to.

    Source: inferred: neither side's price list is then the list; Invoice Ninja user guide, edits
        of products are not pushed; read 2026-11-22.
    """
    app = case.books.app.items[["ref", "name", "unit_price"]].dropna()
    app = app.assign(key=keys(app["name"], query_key)).drop_duplicates("key")
    seen = _seen(case)[["ref", "key", "unit_price"]].dropna().drop_duplicates("key")
    both = app.merge(seen, on="key", suffixes=("", "_held"))
    return findings(
        item_price_drift,
        both[both["unit_price"] != both["unit_price_held"]].rename(
            columns={"ref_held": "other_ref"}
        ),
        "{name} costs {unit_price:.2f} in the app and {unit_price_held:.2f} in QuickBooks.",
        severity="note",
        remedy="Decide which list is right, and correct the other.",
        by="qbo or app",
    )


def item_missing_income_account(case: Case) -> pd.DataFrame:
    """An item that the app's lines name has no income account, or one that is inactive.

    Source: Intuit, Item entity, IncomeAccountRef (required of what is sold), fault 2020; fault 610
        "made inactive"; read 2026-11-22.
    """
    qbo, lines = case.books.qbo, case.books.app.invoice_lines
    sold = keys(lines["item_name"], query_key).dropna()
    named = _seen(case)
    named = named[among(named["key"], sold)]
    asleep = qbo.accounts.loc[(~qbo.accounts["active"]).fillna(value=False), "ref"]
    none, off = named["income_account_ref"].isna(), named["income_account_ref"].isin(asleep)
    rows = named.assign(
        what=off.map({True: "an inactive income account", False: "no income account"})
    )
    return findings(
        item_missing_income_account,
        rows.iloc[:0] if qbo.only_lists else rows[none | off],
        "{name} has {what}.",
        severity="blocks",
        remedy="Give the item an active income account.",
        by="qbo",
        fault="2020",
    )
