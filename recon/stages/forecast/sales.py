"""Invoices and payments: what they need first, then what QuickBooks checks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from recon.books import MONEY, TEXT
from recon.case import Case
from recon.rules.limits import DOCNUMBER_MAX, PAYMENT_REF_MAX


def invoice_outcomes(
    case: Case, customers: pd.DataFrame, items: pd.DataFrame, leave_out: Collection[str]
) -> pd.DataFrame:
    """Effect and outcome of each invoice, in the order in which they are pushed."""
    rule = case.profile.invoice
    app = case.books.app
    asked = app.invoices.sort_values("number", kind="stable").reset_index(drop=True)
    asked = asked[["ref", "number", "customer_ref", "customer_name", "date", "status"]].copy()
    asked["kind"] = "invoice"
    asked["number"] = asked["number"].str.slice(0, rule.number_max)
    linked = _same_number(case, asked) if "number" in rule.match else _none(asked)
    not_linked = "" if rule.creates_customer else "client_not_linked"
    fault = _customer_fault(case, asked, customers, not_linked)
    lines = _resolved_lines(case, items)
    lost = lines[lines["lost"]].groupby("ref")["position"].agg(list)
    kept = lines[~lines["lost"]].groupby("ref").size()
    nothing_left = asked["ref"].map(kept).fillna(0) == 0
    if rule.unresolved_line == "refuse":
        nothing_left |= asked["ref"].isin(lost.index)
    fault = fault.mask(fault.isna() & nothing_left, "no_lines")
    if rule.missing_tax_rate == "refuse":
        fault = fault.mask(
            fault.isna() & asked["ref"].isin(_with_missing_rate(case)), "missing_tax_rate"
        )
    fault = fault.mask(fault.isna(), _refused_by_quickbooks(case, asked, lines))

    drafts = (asked["status"] == "draft").fillna(value=False) & (not rule.pushes_drafts)
    skipped = asked["ref"].isin(list(leave_out)) | drafts
    fault = fault.mask(skipped | linked.notna())
    if _watches_numbers(case):
        goes = fault.isna() & ~skipped & linked.isna() & asked["number"].notna()
        again = asked["number"][goes].str.casefold().duplicated()
        fault[again.index[again]] = "6140"
    _settle(asked, fault, linked, skipped)
    asked["sent_as"] = asked["number"].where(asked["effect"] == "create")
    dropped = (asked["effect"] == "create") & asked["ref"].isin(lost.index)
    asked.loc[dropped, "outcome"] = "drop_line"
    asked.loc[dropped, "says"] = "Created without the lines whose item QuickBooks refuses."
    twins = case.partners("invoice", "app-qbo", case.settings.same_party)
    twice = (asked["effect"] == "create") & asked["ref"].isin(twins["left_ref"])
    asked.loc[twice, "outcome"] = "duplicate"
    asked.loc[twice, "says"] = "Already in QuickBooks under another number: booked twice."
    _name_twins(asked, twice, twins)
    return asked


def _settle(
    asked: pd.DataFrame,
    fault: pd.Series[Any],
    linked: pd.Series[Any],
    skipped: pd.Series[Any],
) -> None:
    """Fill effect, outcome, target, fault and sentence of sales, as far as the app's rules go."""
    asked["fault"] = fault
    asked["target_ref"] = linked.mask(skipped)
    effect = fault.notna().map({True: "refuse", False: "create"})
    asked["effect"] = effect.mask(linked.notna(), "link").mask(skipped, "skip")
    asked["outcome"] = asked["effect"]
    asked["says"] = fault.map(_WHY_NOT).fillna(asked["effect"].map(_SAYS))


def _name_twins(asked: pd.DataFrame, twice: pd.Series[Any], twins: pd.DataFrame) -> None:
    """The record of QuickBooks that would be there a second time, as the target."""
    known = twins.drop_duplicates("left_ref").set_index("left_ref")["right_ref"]
    asked["target_ref"] = asked["target_ref"].mask(twice, asked["ref"].map(known))


def _none(asked: pd.DataFrame) -> pd.Series[Any]:
    empty: pd.Series[Any] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    return empty


def _same_number(case: Case, asked: pd.DataFrame) -> pd.Series[Any]:
    """The QuickBooks invoice of each number, where the app would look for it."""
    held = case.books.qbo.invoices[["ref", "number"]].dropna()
    held = held.assign(key=held["number"].str.casefold()).drop_duplicates("key")
    return asked["number"].str.casefold().map(held.set_index("key")["ref"]).astype(TEXT)


def _same_reference(case: Case, asked: pd.DataFrame) -> pd.Series[Any]:
    """The QuickBooks payment of each reference, where the app would look for it."""
    held = case.books.qbo.payments[["ref", "reference"]].dropna()
    held = held.assign(key=held["reference"].str.casefold()).drop_duplicates("key")
    return asked["reference"].str.casefold().map(held.set_index("key")["ref"]).astype(TEXT)


_SAYS = {
    "link": "Found in QuickBooks and linked.",
    "create": "Created.",
    "skip": "Left out of the sync.",
    "refuse": "Refused.",
}
_WHY_NOT = {
    "6140": "QuickBooks has an invoice of this number already and refuses a second one.",
    "6210": "The date lies in the closed period.",
    "2050": "It is longer than QuickBooks takes.",
    "6270": "A line sells an inventory item before its as-of date.",
    "6240": "Its customer is refused, so the invoice cannot travel.",
    "2040": "Its customer is refused, so the invoice cannot travel.",
    "2210": "Its customer is refused, so the invoice cannot travel.",
    "no_lines": "No line is left whose item QuickBooks takes.",
    "missing_tax_rate": "QuickBooks has no tax rate of this percentage.",
    "client_not_linked": "Its customer is not in QuickBooks.",
    "invoice_not_linked": "An invoice that it pays is not in QuickBooks.",
}


def _customer_fault(
    case: Case, asked: pd.DataFrame, customers: pd.DataFrame, not_linked: str = ""
) -> pd.Series[Any]:
    """The fault that keeps each sale's customer out of QuickBooks; NA where it gets in.

    A sale whose customer cannot be told from its name alone shares the fate of the first of that
    name: the app looks all of them up under the same name.
    """
    fate = customers.set_index("ref")["fault"].where(
        customers.set_index("ref")["effect"] == "refuse"
    )
    named = case.books.app.customers[["ref", "name"]].dropna().drop_duplicates("name")
    by_name = asked["customer_name"].map(named.set_index("name")["ref"])
    fault = asked["customer_ref"].fillna(by_name).map(fate).astype(TEXT)
    return fault.mask(fault.notna(), not_linked) if not_linked else fault


def _resolved_lines(case: Case, items: pd.DataFrame) -> pd.DataFrame:
    """Invoice lines with the QuickBooks item that they would name; `lost` where there is none."""
    lines = case.books.app.invoice_lines[["ref", "position", "item_name", "tax_rate"]].merge(
        items[["key", "effect", "target_ref"]], left_on="item_name", right_on="key", how="left"
    )
    blank = lines["item_name"].isna()
    lines["lost"] = (lines["effect"] == "refuse").fillna(value=False) & ~blank
    if case.profile.item.blank_key == "drop_line":
        lines["lost"] |= blank
    if not case.profile.invoice.creates_items:
        lines["lost"] |= (lines["effect"] == "create").fillna(value=False)
    return lines


def _with_missing_rate(case: Case) -> set[str]:
    """Refs of invoices with a line whose tax rate QuickBooks does not have."""
    if case.books.qbo.only_lists:
        return set()
    lines, rates = case.books.app.invoice_lines, case.books.qbo.tax_rates
    known = set(rates.loc[rates["active"].fillna(value=True), "rate"].dropna())
    taxed = lines[lines["tax_rate"].fillna(0).astype(MONEY) > 0]
    return set(taxed.loc[~taxed["tax_rate"].isin(known), "ref"])


def _refused_by_quickbooks(case: Case, asked: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[Any]:
    """Fault code of a create that QuickBooks itself refuses; NA where it would not.

    Source: Intuit, error codes 6140 (duplicate document number, only with custom transaction
        numbers and the warning on), 6210 (closed books), 6270 (date before an inventory item's
        start); which one is told first is not documented; read 2026-11-22.
    """
    qbo = case.books.qbo
    fault: pd.Series[Any] = pd.Series(pd.NA, index=asked.index, dtype=TEXT)
    if _watches_numbers(case):
        used = qbo.invoices["number"].dropna().str.casefold()
        fault[asked["number"].str.casefold().isin(used)] = "6140"
    stock = qbo.items.loc[qbo.items["type"] == "Inventory", ["ref", "start_date"]]
    dated = lines.merge(
        stock.rename(columns={"ref": "target_ref", "start_date": "start"}), on="target_ref"
    ).merge(asked[["ref", "date"]], on="ref")
    early = dated.loc[(dated["start"] > dated["date"]) & ~dated["lost"], "ref"]
    fault[asked["ref"].isin(early)] = "6270"
    closed = qbo.book_close_date
    if closed is not None:
        fault[asked["date"] <= pd.Timestamp(closed)] = "6210"
    fault[asked["number"].str.len().fillna(0) > DOCNUMBER_MAX] = "2050"
    return fault


def _watches_numbers(case: Case) -> bool:
    """Whether QuickBooks refuses a number that is in use, and the app does not ask it to bear it.

    Source: as `_refused_by_quickbooks`.
    """
    qbo = case.books.qbo
    settings = ("WarnDuplicateCheckNumber", "CustomTxnNumbers")
    watches = all(qbo.preference(name).casefold() == "true" for name in settings)
    return watches and not case.profile.invoice.allows_duplicate_number


_UNAPPLIED = "Created, but unapplied as far as its invoice does not travel."


def _without_their_invoice(case: Case, invoices: pd.DataFrame) -> pd.Series[Any]:
    """Refs of payments that pay an invoice which the sync does not bring to QuickBooks."""
    stays = invoices.loc[invoices["effect"].isin(["refuse", "skip"]), "ref"]
    applied = case.books.app.payment_applications
    return applied.loc[applied["invoice_ref"].isin(stays), "payment_ref"]


def payment_outcomes(
    case: Case, customers: pd.DataFrame, invoices: pd.DataFrame, leave_out: Collection[str]
) -> pd.DataFrame:
    """Effect and outcome of each payment, in the order in which they are pushed.

    Only an app that is read live says which invoices a payment pays. Of the others it is not known
    whether a payment comes without its invoice.
    """
    rule = case.profile.payment
    app = case.books.app
    asked = app.payments.sort_values("number", kind="stable").reset_index(drop=True)
    asked = asked[["ref", "customer_ref", "customer_name", "date", "reference"]].copy()
    asked["kind"] = "payment"
    if rule.too_long_reference == "cut":
        asked["reference"] = asked["reference"].str.slice(0, rule.reference_max)
    linked = _same_reference(case, asked) if "reference" in rule.match else _none(asked)
    fault = _customer_fault(case, asked, customers, "client_not_linked")
    closed = case.books.qbo.book_close_date
    if closed is not None:
        fault = fault.mask(fault.isna() & (asked["date"] <= pd.Timestamp(closed)), "6210")
    long = asked["reference"].str.len().fillna(0) > PAYMENT_REF_MAX
    fault = fault.mask(long & (fault != "client_not_linked").fillna(value=True), "2050")
    alone = asked["ref"].isin(_without_their_invoice(case, invoices))
    if rule.unlinked_invoice == "refuse":
        fault = fault.mask(fault.isna() & alone, "invoice_not_linked")
    skipped = asked["ref"].isin(list(leave_out))
    _settle(asked, fault.mask(skipped | linked.notna()), linked, skipped)
    asked["sent_as"] = asked["reference"].where(asked["effect"] == "create")
    asked.loc[(asked["effect"] == "create") & alone, "says"] = _UNAPPLIED
    twins = case.partners("payment", "app-qbo", case.settings.same_party)
    twice = (asked["effect"] == "create") & asked["ref"].isin(twins["left_ref"])
    asked.loc[twice, "outcome"] = "duplicate"
    asked.loc[twice, "says"] = "Already in QuickBooks: the income would be counted twice."
    _name_twins(asked, twice, twins)
    return asked
