"""Invoices: what they need first, what the app asks for, then what QuickBooks checks."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import pandas as pd

from recon.books import MONEY, TEXT
from recon.case import Case
from recon.checks.columns import among, of_each
from recon.checks.scope import batch_due
from recon.rules.limits import DOCNUMBER_MAX
from recon.stages.forecast.disconnected import disconnected
from recon.stages.forecast.sales import (
    booked_twice,
    client_of,
    closed,
    held_under,
    keep_at_home,
    none_yet,
    settle,
    stored_links,
)

_A_CENT = Decimal("0.01")
_RULES = {
    "client_not_linked": "invoice.creates_customer", "client_missing": "invoice.creates_customer",
    "no_lines": "invoice.unresolved_line", "item_not_linked": "invoice.unresolved_line",
    "missing_tax_rate": "invoice.missing_tax_rate", "link": "invoice.match",
    "create": "invoice.sends",
}  # fmt: skip


def invoice_outcomes(
    case: Case, customers: pd.DataFrame, items: pd.DataFrame, leave_out: Collection[str]
) -> pd.DataFrame:
    """Effect and outcome of each invoice, in the order in which they are pushed."""
    rule = case.profile.invoice
    asked = _asked(case)
    _at_home(case, asked, leave_out)
    linked = none_yet(asked)
    if "stored_id" in rule.match:
        linked = stored_links(case, asked)
    lines = _resolved_lines(case, items)
    fault = _customer_fault(case, asked, customers)
    if "number" in rule.match:  # looked up for a client that is there, and for no other
        held = held_under(asked["number"], case.books.qbo.invoices, "number")
        linked = linked.fillna(held.mask(fault.notna()))
    if rule.watches_numbers:
        fault = fault.fillna(_number_taken(case, asked, customers))
    fault = fault.fillna(_lacks_lines(case, asked, lines))
    if rule.missing_tax_rate == "refuse":
        lacks_rate = among(asked["ref"], _with_missing_rate(case))
        fault = fault.mask(fault.isna() & lacks_rate, "missing_tax_rate")
    fault = fault.fillna(_refused_by_quickbooks(case, asked, customers, lines))
    fault = fault.mask(asked["at_home"] | linked.notna())
    if _watches_numbers(case) or rule.watches_numbers:
        goes = fault.isna() & ~asked["at_home"] & linked.isna() & asked["number"].notna()
        again = asked["number"][goes].str.casefold().duplicated()
        fault[again.index[again]] = rule.number_taken if rule.watches_numbers else "6140"
    words = {rule.number_taken, rule.number_taken_equal} - {"6140"}
    rules = _RULES | dict.fromkeys(words, "invoice.watches_numbers")
    settle(asked, fault, linked, asked["at_home"], rules)
    asked["sent_as"] = asked["number"].where(asked["effect"] == "create")
    dropped = (asked["effect"] == "create") & among(asked["ref"], lines.loc[lines["lost"], "ref"])
    asked.loc[dropped, "outcome"] = "drop_line"
    asked.loc[dropped, "because"] = "invoice.unresolved_line"
    asked.loc[dropped, "says"] = "Created without the lines whose item QuickBooks refuses."
    booked_twice(
        case, asked, "invoice", "Already in QuickBooks under another number: booked twice."
    )
    _of_another_sale(case, asked, customers)
    _wait_for_the_batch(case, asked)
    disconnected(case, asked)
    return asked


def _asked(case: Case) -> pd.DataFrame:
    """The invoices in the order of pushing, nothing decided yet; `number` is what is sent."""
    app = case.books.app.invoices
    asked = app.sort_values("number", kind="stable").reset_index(drop=True)
    columns = [
        "ref", "number", "customer_ref", "customer_name", "date", "status", "total", "balance",
        "created_at",
    ]  # fmt: skip
    asked = asked[columns].rename(columns={"number": "whole_number"})
    asked["kind"] = "invoice"
    asked["number"] = asked["whole_number"].str.slice(0, case.profile.invoice.number_max)
    asked["client"] = client_of(case.books, asked)
    asked["at_home"] = False
    asked["because"] = none_yet(asked)
    return asked


def _at_home(case: Case, asked: pd.DataFrame, leave_out: Collection[str]) -> None:
    """Note which invoices are not sent at all, and why."""
    keep_at_home(asked, among(asked["ref"], leave_out), None)
    everything = pd.Series(True, index=asked.index)
    if not case.profile.flow["invoice"].pushes:
        keep_at_home(asked, everything, "flow.invoice.mode")
    sends = case.profile.invoice.sends
    if sends in {"sent", "paid"}:
        waits = (asked["status"] == "draft").fillna(value=False)
        if sends == "paid":
            waits |= (asked["balance"] > 0).fillna(value=False)
        keep_at_home(asked, waits, "invoice.sends")


def _customer_fault(case: Case, asked: pd.DataFrame, customers: pd.DataFrame) -> pd.Series[Any]:
    """The fault that keeps each invoice's customer out of QuickBooks; NA where it gets in.

    A customer that was left out by a person is taken along, where the app makes missing ones.
    """
    known = customers.set_index("ref")
    fate = known["fault"].where(known["effect"] == "refuse")
    kept_out = (known["effect"] == "skip") & (known["because"] == "status.keeps_out")
    if not case.profile.invoice.creates_customer:
        kept_out |= known["effect"].isin(["skip", "refuse"])
    fate = fate.mask(kept_out, "client_not_linked")
    return of_each(asked["client"], fate)


def _number_taken(case: Case, asked: pd.DataFrame, customers: pd.DataFrame) -> pd.Series[Any]:
    """The app's own word where the whole number stands in QuickBooks; NA where it does not."""
    rule, held = case.profile.invoice, case.books.qbo.invoices
    twin = held_under(asked["whole_number"], held, "number")
    there = held.set_index("ref")[["total", "customer_ref"]].reindex(twin)
    target = of_each(asked["client"], customers.set_index("ref")["target_ref"])
    there.index = asked.index
    same_total = (asked["total"] - there["total"]).abs() <= _A_CENT
    equal = (same_total & (target == there["customer_ref"])).fillna(value=False).astype(bool)
    words = equal.map({True: rule.number_taken_equal, False: rule.number_taken})
    return words.where(twin.notna()).astype(TEXT)


def _of_another_sale(case: Case, asked: pd.DataFrame, customers: pd.DataFrame) -> None:
    """Mark links by number alone to an invoice whose total, or customer, is known to be another."""
    by_number = (asked["effect"] == "link") & stored_links(case, asked).isna()
    there = case.books.qbo.invoices.set_index("ref")[["total", "customer_ref"]]
    there = there.reindex(asked["target_ref"]).set_index(asked.index)
    client = customers.set_index("ref")
    target = of_each(asked["client"], client["target_ref"].where(client["effect"] == "link"))
    other = ((asked["total"] - there["total"]).abs() > _A_CENT).fillna(value=False)
    other |= (target != there["customer_ref"]).fillna(value=False)
    wrong = by_number & other.astype(bool)
    asked.loc[wrong, "outcome"] = "wrong_link"
    asked.loc[wrong, "says"] = "The number is the same, but it is another sale: wrongly linked."


def _resolved_lines(case: Case, items: pd.DataFrame) -> pd.DataFrame:
    """Invoice lines with the QuickBooks item that they would name; `lost` where there is none."""
    lines = case.books.app.invoice_lines[["ref", "position", "item_name", "amount"]].merge(
        items[["key", "effect", "target_ref", "pushed"]],
        left_on="item_name",
        right_on="key",
        how="left",
    )
    blank = lines["item_name"].isna()
    lines["lost"] = (lines["effect"] == "refuse").fillna(value=False) & ~blank
    if case.profile.item.blank_key == "drop_line":
        lines["lost"] |= blank
    if not case.profile.invoice.creates_items:
        unknown = ~lines["pushed"].astype("boolean").fillna(value=True)
        there = of_each(lines["target_ref"], case.books.qbo.items.set_index("ref")["name"])
        same = (there.astype(TEXT) == lines["item_name"]).fillna(value=False)  # "Mow" is not "mow"
        lines["lost"] |= unknown & ((lines["effect"] == "create") | ~same).fillna(value=False)
        if not case.profile.item.relinks:
            lines["lost"] |= among(lines["item_name"], _of_an_item_that_is_held(items))
    return lines


def _of_an_item_that_is_held(items: pd.DataFrame) -> pd.Series[Any]:
    """Keys of products whose item another product holds, where an app links an item but once."""
    own = ("new:app:item:" + items["key"]).where(items["effect"] == "create")
    held = items["target_ref"].where(items["effect"] == "link").fillna(own.astype(TEXT))
    again: pd.Series[Any] = items.loc[held.notna() & held.duplicated() & items["pushed"], "key"]
    return again


_BEFORE_ITEMS = frozenset({"client_not_linked", "client_missing", "6240", "2040", "2210"})
"""Why an invoice stays before an app has looked at its lines."""


def brought_along(case: Case, invoices: pd.DataFrame) -> pd.Series[Any]:
    """Keys of products that invoices take to QuickBooks, also those that are refused there then."""
    rule = case.profile.invoice
    lines = case.books.app.invoice_lines
    if not rule.creates_items:
        return lines["item_name"].iloc[:0]
    words = {rule.number_taken, rule.number_taken_equal} - {"6140"}
    early = among(invoices["fault"], _BEFORE_ITEMS | words).fillna(value=False)
    goes = invoices["effect"].isin(["create", "refuse"]) & ~early
    keys: pd.Series[Any] = lines.loc[among(lines["ref"], invoices.loc[goes, "ref"]), "item_name"]
    return keys.dropna()


def _lacks_lines(case: Case, asked: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[Any]:
    """`no_lines` where no line is left; `item_not_linked` of an app that sends all or none."""
    kept = lines.loc[~lines["lost"], "ref"]
    fault = none_yet(asked).mask(~among(asked["ref"], kept), "no_lines")
    if case.profile.invoice.unresolved_line == "refuse":
        fault = fault.mask(among(asked["ref"], lines.loc[lines["lost"], "ref"]), "item_not_linked")
    return fault


def _with_missing_rate(case: Case) -> pd.Series[Any]:
    """Refs of invoices with a line whose tax rate QuickBooks does not have."""
    lines, rates = case.books.app.invoice_lines, case.books.qbo.tax_rates
    if case.books.qbo.only_lists:
        return lines["ref"].iloc[:0]
    known = set(rates.loc[rates["active"].fillna(value=True), "rate"].dropna())
    used = lines["tax_rate"].dropna().unique()
    lacking = [rate for rate in used if rate > 0 and rate not in known]
    without: pd.Series[Any] = lines.loc[lines["tax_rate"].isin(pd.array(lacking, MONEY)), "ref"]
    return without


def _refused_by_quickbooks(
    case: Case, asked: pd.DataFrame, customers: pd.DataFrame, lines: pd.DataFrame
) -> pd.Series[Any]:
    """Fault code of a create that QuickBooks itself refuses; NA where it would not.

    Source: Intuit, error codes 610 (inactive customer), 6140 (duplicate document number, only with
        custom transaction numbers and the warning on), 6210 (closed books), 6270 (date before an
        inventory item's start); which one is told first is not documented; read 2026-11-22.
    """
    qbo = case.books.qbo
    fault = none_yet(asked)
    asleep = qbo.customers.loc[~qbo.customers["active"], "ref"]
    target = of_each(asked["client"], customers.set_index("ref")["target_ref"])
    fault[among(target, asleep) & among(asked["client"], _linked(customers))] = "610"
    if _watches_numbers(case):
        used = qbo.invoices["number"].dropna().str.casefold()
        fault[among(asked["number"].str.casefold(), used)] = "6140"
    stock = qbo.items.loc[qbo.items["type"] == "Inventory", ["ref", "start_date"]]
    dated = lines.merge(
        stock.rename(columns={"ref": "target_ref", "start_date": "start"}), on="target_ref"
    ).merge(asked[["ref", "date"]], on="ref")
    early = dated.loc[(dated["start"] > dated["date"]) & ~dated["lost"], "ref"]
    fault[among(asked["ref"], early)] = "6270"
    fault[closed(case, asked)] = "6210"
    fault[asked["number"].str.len().fillna(0) > DOCNUMBER_MAX] = "2050"
    return fault


def _linked(customers: pd.DataFrame) -> pd.Series[Any]:
    refs: pd.Series[Any] = customers.loc[customers["effect"] == "link", "ref"]
    return refs


def _watches_numbers(case: Case) -> bool:
    """Whether QuickBooks refuses a number that is in use, and the app does not ask it to bear it.

    Source: as `_refused_by_quickbooks`.
    """
    qbo = case.books.qbo
    settings = ("WarnDuplicateCheckNumber", "CustomTxnNumbers")
    watches = all(qbo.preference(name).casefold() == "true" for name in settings)
    return watches and not case.profile.invoice.allows_duplicate_number


def _wait_for_the_batch(case: Case, asked: pd.DataFrame) -> None:
    """Invoices so young that the next batch has not been sent yet: pending, not missing."""
    if not case.profile.invoice.window_hours:
        return
    due, now = batch_due(case, asked), pd.Timestamp(case.now)
    waits = (asked["outcome"] == "create") & (due > now).fillna(value=False)
    asked.loc[waits, "outcome"] = "wait"
    asked.loc[waits, "because"] = "invoice.window_hours"
    asked.loc[waits, "says"] = (
        "Travels with the next batch; missing only if it is not in QuickBooks by "
        + due[waits].dt.strftime("%Y-%m-%d %H:%M")
        + " UTC."
    )
