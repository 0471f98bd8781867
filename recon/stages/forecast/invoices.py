"""Invoices: what they need first, what the app asks for, then what QuickBooks checks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, looked_up
from recon.checks.lists import (
    composites,
    goes_by_composites,
    is_abroad,
    names_inactive_class,
    rates_charged,
)
from recon.checks.sales import watched_by_quickbooks
from recon.checks.scope import batch_due
from recon.rules.limits import DOCNUMBER_MAX, EMAIL_MAX
from recon.rules.names import malformed_email
from recon.stages.forecast.disconnected import disconnected
from recon.stages.forecast.numbers import (
    number_taken,
    numbers_in_turn,
    of_another_sale,
)
from recon.stages.forecast.sales import (
    booked_twice,
    client_of,
    closed,
    held_under,
    keep_at_home,
    no_customer_to_bill,
    none_yet,
    settle,
    stays_linked,
    stored_links,
)
from recon.table import MONEY

_RULES = {
    "client_not_linked": "invoice.creates_customer", "client_missing": "invoice.creates_customer",
    "no_lines": "invoice.unresolved_line", "item_not_linked": "invoice.unresolved_line",
    "missing_tax_rate": "invoice.missing_tax_rate", "tax_ambiguous": "invoice.several_rates",
    "link": "invoice.match",
    "create": "invoice.sends",
}  # fmt: skip


def invoice_outcomes(
    case: Case, customers: pd.DataFrame, lines: pd.DataFrame, leave_out: Collection[str]
) -> pd.DataFrame:
    """Effect and outcome of each invoice, in the order in which they are pushed.

    Args:
        case: the company.
        customers: their outcomes.
        lines: of invoices, with their items, as `resolved_lines`.
        leave_out: refs that a person keeps out of the sync.

    Returns:
        Columns of `OUTCOMES`, and `stopped`: refused before the app has looked at the lines.
    """
    rule = case.profile.invoice
    asked = _asked(case)
    _at_home(case, asked, leave_out)
    linked = none_yet(asked)
    if "stored_id" in rule.match:
        linked = stored_links(case, asked)
    stays_linked(asked, linked)
    fault = _customer_fault(case, asked, customers)
    if "number" in rule.match:  # looked up for a client that is there, and for no other
        held = held_under(asked["number"], case.books.qbo.invoices, "number")
        linked = linked.fillna(held.mask(fault.notna()))
    if rule.watches_numbers:
        fault = fault.fillna(number_taken(case, asked, customers))
    asked["stopped"] = fault.notna()
    fault = fault.fillna(_lacks_lines(case, asked, lines))
    if rule.missing_tax_rate == "refuse":
        lacks, unclear = _with_missing_rate(case, lines["lost"])
        fault = fault.mask(fault.isna() & among(asked["ref"], lacks), "missing_tax_rate")
        fault = fault.mask(fault.isna() & among(asked["ref"], unclear), "tax_ambiguous")
    fault = fault.fillna(_refused_by_quickbooks(case, asked, customers, lines))
    fault = fault.mask(asked["at_home"] | linked.notna())
    fault, linked = numbers_in_turn(case, asked, customers, lines, fault, linked)
    words = {rule.number_taken, rule.number_taken_equal} - {"6140"}
    rules = _RULES | dict.fromkeys(words, "invoice.watches_numbers")
    settle(asked, fault, linked, asked["at_home"], rules)
    asked["sent_as"] = asked["number"].where(asked["effect"] == "create")
    draft = (asked["status"] == "draft").fillna(value=False) & (asked["outcome"] == "create")
    asked.loc[draft, "says"] = "Created, though it is a draft: this app sends drafts too."
    dropped = (asked["effect"] == "create") & among(asked["ref"], lines.loc[lines["lost"], "ref"])
    asked.loc[dropped, "outcome"] = "drop_line"
    asked.loc[dropped, "because"] = "invoice.unresolved_line"
    asked.loc[dropped, "says"] = "Created without the lines whose item QuickBooks refuses."
    booked_twice(
        case, asked, "invoice", "Already in QuickBooks under another number: booked twice."
    )
    of_another_sale(case, asked, customers)
    _wait_for_the_batch(case, asked)
    disconnected(case, asked)
    return asked


def _asked(case: Case) -> pd.DataFrame:
    """The invoices in the order of pushing, nothing decided yet; `number` is what is sent."""
    app = case.books.app.invoices
    asked = app.sort_values("number", kind="stable").reset_index(drop=True)
    columns = [
        "ref", "number", "customer_ref", "customer_name", "date", "status", "total", "balance",
        "created_at", "class_name",
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
    waits = {
        "sent": asked["status"] == "draft",
        "paid": ~(
            (asked["status"] == "paid").fillna(False) | (asked["balance"] == 0).fillna(False)
        ),
    }.get(case.profile.invoice.sends)
    if waits is not None:
        keep_at_home(asked, waits.fillna(value=False), "invoice.sends")


def _customer_fault(case: Case, asked: pd.DataFrame, customers: pd.DataFrame) -> pd.Series[Any]:
    """The fault that keeps each invoice's customer out of QuickBooks; NA where it gets in.

    A customer that was left out by a person is taken along, where the app makes missing ones.
    """
    known = customers.set_index("ref")
    fate = known["fault"].where((known["effect"] == "refuse") & known["then"].isna())
    kept_out = (known["effect"] == "skip") & (known["because"] == "status.keeps_out")
    if not case.profile.invoice.creates_customer:
        kept_out |= known["effect"].isin(["skip", "refuse"])
    fate = fate.mask(kept_out, "client_not_linked")
    nobody = asked["client"].isna() & asked["customer_name"].isna()
    return looked_up(asked["client"], fate).mask(nobody, "client_missing")


def _lacks_lines(case: Case, asked: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[Any]:
    """`no_lines` where no line is left; `item_not_linked` of an app that sends all or none."""
    kept = lines.loc[~lines["lost"], "ref"]
    fault = none_yet(asked).mask(~among(asked["ref"], kept), "no_lines")
    if case.profile.invoice.unresolved_line == "refuse":
        fault = fault.mask(among(asked["ref"], lines.loc[lines["lost"], "ref"]), "item_not_linked")
    return fault


def _with_missing_rate(case: Case, lost: pd.Series[bool]) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Refs of invoices with a line that is sent and whose tax QuickBooks does not have.

    And of those with a line whose several rates QuickBooks has as several tax codes.
    """
    lines, rates = case.books.app.invoice_lines, case.books.qbo.tax_rates
    lines = lines[~lost.to_numpy()]
    if case.books.qbo.only_lists:
        return lines["ref"].iloc[:0], lines["ref"].iloc[:0]
    codes = case.books.qbo.tax_codes
    asleep = codes.loc[~codes["active"].fillna(value=True).astype(bool), "ref"]
    charged = ~among("qbo:tax_code:" + rates["tax_code"], asleep)
    known = set(rates.loc[rates["active"].fillna(value=True) & charged, "rate"].dropna())
    used = lines["tax_rate"].dropna().unique()
    lacking = [rate for rate in used if rate > 0 and rate not in known]
    without = lines["tax_rate"].isin(pd.array(lacking, MONEY))
    unclear = pd.Series(False, index=lines.index)
    if goes_by_composites(case):
        parts, made = lines["tax_parts"], composites(case)["tax_parts"]
        without = without.mask(parts.notna(), ~among(parts, made))
        unclear = among(parts, made[made.duplicated()])
    return lines.loc[without, "ref"], lines.loc[unclear, "ref"]


def _with_bare_line(case: Case, lost: pd.Series[bool]) -> pd.Series[Any]:
    """Refs of invoices with a line for whose rate, or nought, there is no tax code abroad."""
    lines = case.books.app.invoice_lines
    lines = lines[~lost.to_numpy()]
    if case.books.qbo.only_lists or not is_abroad(case):
        return lines["ref"].iloc[:0]
    charged = rates_charged(case)
    bare = ~lines["tax_rate"].isin(pd.array(list(charged), MONEY))
    if 0 in charged:
        bare &= lines["tax_rate"].notna()
    if goes_by_composites(case):
        bare &= lines["tax_parts"].isna()
    refs: pd.Series[Any] = lines.loc[bare, "ref"]
    return refs


def _refused_by_quickbooks(
    case: Case, asked: pd.DataFrame, customers: pd.DataFrame, lines: pd.DataFrame
) -> pd.Series[Any]:
    """Fault code of a create that QuickBooks itself refuses; NA where it would not.

    Source: Intuit, error codes 610 (inactive customer, item or class), 2500 (one that is gone, or
        an item that is a category and sells nothing),
        6140 (duplicate document number, only with custom transaction numbers and the warning on),
        6210 (closed books), 6270 (date before an inventory item's start), 6000 (abroad, a line
        without a tax code); which one is told first is not documented; read 2026-11-22.
    """
    rule, qbo = case.profile.invoice, case.books.qbo
    fault = none_yet(asked)
    if watched_by_quickbooks(case):
        used = qbo.invoices["number"].dropna().str.casefold()
        fault[among(asked["number"].str.casefold(), used)] = "6140"
    fault[among(asked["ref"], _with_bare_line(case, lines["lost"]))] = "6000"
    fault = _of_their_items(case, asked, lines).fillna(fault)
    if case.profile.invoice.sends_class:
        fault[names_inactive_class(case, asked["class_name"])] = "610"
    fault = no_customer_to_bill(case, asked, customers).fillna(fault)
    fault[closed(case, asked)] = "6210"
    fault[asked["number"].str.len().fillna(0) > DOCNUMBER_MAX] = "2050"
    if rule.sends_email:
        mail = looked_up(asked["client"], case.books.app.customers.set_index("ref")["email"])
        fault[malformed_email(mail.str.slice(0, EMAIL_MAX))] = "2210"
    return fault


def _of_their_items(case: Case, asked: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[Any]:
    """Fault of the first line of each invoice whose item cannot be sold that day; NA for none."""
    items = case.books.qbo.items.set_index("ref")
    target = lines["target_ref"].where(~lines["lost"])
    stock = items.loc[items["type"] == "Inventory", "start_date"]
    day = looked_up(lines["ref"], asked.set_index("ref")["date"])
    fault = none_yet(lines)
    fault[(looked_up(target, stock) > day).fillna(value=False)] = "6270"
    fault[among(target, items.index[~items["active"]])] = "610"
    there = target.str.startswith("qbo:").fillna(value=False)
    fault[there & ~among(target, items.index[items["type"] != "Category"])] = "2500"
    first = lines.assign(fault=fault).dropna(subset=["fault"]).drop_duplicates("ref")
    return looked_up(asked["ref"], first.set_index("ref")["fault"])


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
