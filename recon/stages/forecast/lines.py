"""Lines of invoices: the item that each would name, and what invoices bring along to QuickBooks."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, looked_up
from recon.stages.forecast.items import idle_keys, of_another_product, travel_alone
from recon.table import TEXT


def resolved_lines(case: Case, items: pd.DataFrame) -> pd.DataFrame:
    """Invoice lines with the QuickBooks item that they would name; `lost` where there is none.

    Args:
        case: the company.
        items: what becomes of each product key, as `item_effects`.

    Returns:
        ref, position, item_name, amount, key, effect, target_ref, pushed, lost; in the order of the
        invoice lines.
    """
    lines = case.books.app.invoice_lines[["ref", "position", "item_name", "amount"]].merge(
        items[["key", "effect", "target_ref", "pushed"]],
        left_on="item_name",
        right_on="key",
        how="left",
    )
    blank = lines["item_name"].isna()
    lines["lost"] = (lines["effect"] == "refuse").fillna(value=False) & ~blank
    lines["lost"] |= among(lines["item_name"], idle_keys(case))
    if case.profile.item.blank_key == "drop_line":
        lines["lost"] |= blank
    if not case.profile.invoice.creates_items:
        lines["lost"] |= ~blank & ~_in_the_app(case, items, lines)
    return lines


def _in_the_app(case: Case, items: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[bool]:
    """True for lines of a product that is linked, or of an item that came from QuickBooks.

    An app that makes no items for invoices knows them letter by letter: "Mow" is not "mow", and an
    item that one of its products is linked to does not come in once more under its own name.
    """
    pushed = lines["pushed"].astype("boolean").fillna(value=False).astype(bool)
    own = pushed
    if not case.profile.item.relinks:
        own = pushed & ~among(lines["item_name"], _of_an_item_that_is_held(case, items))
    if not case.profile.flow["item"].pulls:
        return own
    matched = items.loc[items["pushed"] & (items["effect"] != "create"), "met"]
    there = looked_up(lines["target_ref"], case.books.qbo.items.set_index("ref")["name"])
    came = (there.astype(TEXT) == lines["item_name"]).fillna(value=False).astype(bool)
    return own | (~pushed & came & ~among(lines["target_ref"], matched))


def _of_an_item_that_is_held(case: Case, items: pd.DataFrame) -> pd.Series[Any]:
    """Keys of products whose item another product holds, where an app links an item but once."""
    own = ("new:app:item:" + items["key"]).where(items["effect"] == "create")
    found = items["target_ref"].where(items["effect"] == "link").fillna(items["met"])
    again = of_another_product(case, items["key"], found.fillna(own.astype(TEXT)))
    keys: pd.Series[Any] = items.loc[again & items["pushed"], "key"]
    return keys


def brought_along(case: Case, invoices: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[Any]:
    """Keys of products that invoices ask QuickBooks for, in the order in which they do.

    Also those of invoices that QuickBooks refuses then; but where a line that finds no item stops
    its invoice, none of the lines behind it. None where products have travelled before.

    Args:
        case: the company.
        invoices: their outcomes, in the order of pushing; `stopped` where the app has not come to
            look at the lines.
        lines: as `resolved_lines`.
    """
    rule = case.profile.invoice
    if not rule.creates_items or travel_alone(case):
        return lines["item_name"].iloc[:0]
    goes = invoices["effect"].isin(["create", "refuse"]) & ~invoices["stopped"]
    turn = pd.Index(invoices.loc[goes, "ref"]).get_indexer(pd.Index(lines["ref"]))
    asked = lines.assign(turn=turn)[turn >= 0].sort_values("turn", kind="stable")
    if rule.unresolved_line == "refuse":
        lost = asked["lost"].astype(int)
        asked = asked[lost.groupby(asked["turn"]).cumsum() == lost]
    keys: pd.Series[Any] = asked["item_name"].dropna()
    return keys
