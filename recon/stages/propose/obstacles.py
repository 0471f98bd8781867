"""Everything that stands in the way of a sale, and not only what is told first.

A forecast tells one fault of a sale. Behind a client who is not in QuickBooks yet may wait a number
that is too long, behind that a closed period: a plan that mends the first only needs another plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among
from recon.checks.sales import closed, of_taken_numbers, watched_by_quickbooks
from recon.rules.limits import DOCNUMBER_MAX, PAYMENT_REF_MAX
from recon.rules.names import keys, query_key

Row = dict[Any, Any]
Obstacles = dict[str, set[str]]
"""Ref of a sale that is refused to the faults that its own fields call forth."""


def of_invoices(case: Case, rows: Iterable[Row]) -> Obstacles:
    """What of its number and date stands in the way of each invoice that is refused."""
    found: Obstacles = {row["ref"]: set() for row in rows if row["outcome"] == "refuse"}
    rule, books = case.profile.invoice, case.books
    invoices = books.app.invoices[among(books.app.invoices["ref"], found)]
    sent = invoices["number"].str.slice(0, rule.number_max).str.len().fillna(0)
    _note(found, "2050", invoices.loc[sent > DOCNUMBER_MAX, "ref"])
    _note(found, "6210", closed(case, invoices)["ref"])
    if "number" not in rule.match and (rule.watches_numbers or watched_by_quickbooks(case)):
        _note(found, "6140", of_taken_numbers(case)["ref"])
    return found


def of_payments(case: Case, rows: Iterable[Row]) -> Obstacles:
    """What of its reference and date stands in the way of each payment that is refused."""
    found: Obstacles = {row["ref"]: set() for row in rows if row["outcome"] == "refuse"}
    rule, books = case.profile.payment, case.books
    payments = books.app.payments[among(books.app.payments["ref"], found)]
    sent = payments["reference"]
    if rule.too_long_reference == "cut":
        sent = sent.str.slice(0, rule.reference_max)
    _note(found, "2050", payments.loc[sent.str.len().fillna(0) > PAYMENT_REF_MAX, "ref"])
    _note(found, "6210", closed(case, payments)["ref"])
    return found


def _note(found: Obstacles, fault: str, refs: pd.Series[Any]) -> None:
    for ref in refs[among(refs, found)]:
        found[ref].add(fault)


def lacking_rate(case: Case) -> pd.DataFrame:
    """Lines of the app's invoices whose tax rate QuickBooks does not have."""
    lines, rates = case.books.app.invoice_lines, case.books.qbo.tax_rates
    if case.books.qbo.only_lists:
        return lines.iloc[:0]
    known = set(rates.loc[rates["active"].fillna(value=True), "rate"].dropna())
    taxed = lines[lines["tax_rate"].notna()]
    return taxed[~taxed["tax_rate"].isin(known) & (taxed["tax_rate"] > 0)]


def sold_too_early(case: Case) -> pd.DataFrame:
    """Lines that sell an inventory item before the day from which its stock is counted.

    Returns:
        `ref` and `date` of the invoice, `ref_item` and `start_date` of the item, a row a line.
    """
    app, items = case.books.app, case.books.qbo.items
    stock = items[(items["type"] == "Inventory") & items["start_date"].notna()]
    stock = stock.assign(key=keys(stock["name"], query_key))
    lines = app.invoice_lines.dropna(subset=["item_name"])[["ref", "item_name"]]
    lines = lines.assign(key=keys(lines["item_name"], query_key))
    lines = lines[among(lines["key"], stock["key"])]
    sold = lines.merge(app.invoices[["ref", "date"]], on="ref")
    both = sold.merge(stock[["ref", "key", "start_date"]], on="key", suffixes=("", "_item"))
    return both[both["start_date"] > both["date"]]
