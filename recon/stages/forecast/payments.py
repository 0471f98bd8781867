"""Payments: whose they are, what they pay, then what QuickBooks checks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, looked_up
from recon.rules.limits import PAYMENT_REF_MAX
from recon.stages.forecast.sales import (
    booked_twice,
    client_of,
    closed,
    customer_there,
    held_under,
    keep_at_home,
    no_customer_to_bill,
    none_yet,
    settle,
    stays_linked,
    stored_links,
)
from recon.table import TEXT

_RULES = {
    "client_not_linked": "payment.match", "invoice_not_linked": "payment.unlinked_invoice",
    "2050": "payment.too_long_reference", "link": "payment.match", "create": "flow.payment.mode",
}  # fmt: skip
_TOO_MUCH = "More than is open on its invoice in QuickBooks."
_UNAPPLIED = "Created, but unapplied as far as its invoice does not travel."


def payment_outcomes(
    case: Case, customers: pd.DataFrame, invoices: pd.DataFrame, leave_out: Collection[str]
) -> pd.DataFrame:
    """Effect and outcome of each payment, in the order in which they are pushed.

    Only an app that is read live says which invoices a payment pays. Of the others it is not known
    whether a payment comes without its invoice.
    """
    rule = case.profile.payment
    asked = _asked(case)
    keep_at_home(asked, among(asked["ref"], leave_out), None)
    if not case.profile.flow["payment"].pushes:
        keep_at_home(asked, pd.Series(True, index=asked.index), "flow.payment.mode")
    linked = none_yet(asked)
    if "stored_id" in rule.match:
        linked = stored_links(case, asked)
    stays_linked(asked, linked)
    if "reference" in rule.match:
        linked = linked.fillna(held_under(asked["reference"], case.books.qbo.payments, "reference"))
    stranger = among(asked["client"], _not_there(case, customers, invoices))
    fault = none_yet(asked).mask(stranger, "client_not_linked")
    alone = among(asked["ref"], _without_their_invoice(case, invoices))
    if rule.unlinked_invoice == "refuse":  # the app looks before it sends anything
        fault = fault.mask(fault.isna() & alone, "invoice_not_linked")
    at_home = fault.notna()
    fault = fault.mask(fault.isna() & closed(case, asked), "6210")
    fault = fault.fillna(no_customer_to_bill(case, asked, customers))
    settled = among(asked["ref"], _of_what_is_settled(case, asked, customers, invoices))
    fault = fault.mask(fault.isna() & settled, "620")
    long = asked["reference"].str.len().fillna(0) > PAYMENT_REF_MAX
    fault = fault.mask(long & ~at_home, "2050")
    going = asked["ref"].where(fault.isna() & linked.isna() & ~asked["at_home"])
    fault = fault.fillna(_beyond_what_is_open(case, going, invoices))
    settle(asked, fault, linked, asked["at_home"], _RULES)
    asked.loc[asked["fault"] == "6000", "says"] = _TOO_MUCH
    asked["sent_as"] = asked["reference"].where(asked["effect"] == "create")
    unapplied = (asked["effect"] == "create") & alone
    asked.loc[unapplied, "says"] = _UNAPPLIED
    asked.loc[unapplied, "because"] = "payment.unlinked_invoice"
    booked_twice(
        case, asked, "payment", "Already in QuickBooks: the income would be counted twice."
    )
    return asked


def _asked(case: Case) -> pd.DataFrame:
    """The payments in the order of pushing, nothing decided yet; `reference` is what is sent."""
    rule, app = case.profile.payment, case.books.app
    asked = app.payments.sort_values("number", kind="stable").reset_index(drop=True)
    asked = asked[["ref", "customer_ref", "customer_name", "date", "reference", "amount"]].copy()
    asked["kind"] = "payment"
    asked["client"] = client_of(case.books, asked)
    if rule.too_long_reference == "cut":
        asked["reference"] = asked["reference"].str.slice(0, rule.reference_max)
    asked["at_home"] = False
    asked["because"] = none_yet(asked)
    return asked


def _not_there(case: Case, customers: pd.DataFrame, invoices: pd.DataFrame) -> set[str]:
    """Clients that are in QuickBooks neither by themselves nor taken along by an invoice."""
    lost = set(customers.loc[customers["effect"] == "refuse", "ref"])
    asked_again = set(invoices.loc[invoices["effect"].isin(["create", "refuse"]), "client"])
    lost -= asked_again & set(customers.loc[customers["then"].notna(), "ref"])
    at_home = set(customers.loc[customers["effect"] == "skip", "ref"])
    if case.profile.invoice.creates_customer:
        along = invoices.loc[invoices["effect"] == "create", "client"]
        at_home -= set(along.dropna())
    return lost | (at_home - set(case.books.app.links["ref"]))


def _of_what_is_settled(
    case: Case, asked: pd.DataFrame, customers: pd.DataFrame, invoices: pd.DataFrame
) -> pd.Series[Any]:
    """Refs of payments of an invoice that is paid in QuickBooks, or another customer's there.

    Source: Intuit, Error codes, 620 ("TxnID Cannot Be Linked"), read 2026-11-22.
    """
    parts = case.books.app.payment_applications
    whose, settled = _as_they_stand(case, customers, invoices)
    invoice = pd.Index(invoices["ref"]).get_indexer(pd.Index(parts["invoice_ref"]))
    payment = pd.Index(asked["ref"]).get_indexer(pd.Index(parts["payment_ref"]))
    known = (invoice >= 0) & (payment >= 0)
    parts, invoice, payment = parts[known], invoice[known], payment[known]
    payer = customer_there(asked, customers).take(payment).set_axis(parts.index)
    foreign = (payer != whose.take(invoice).set_axis(parts.index)).fillna(value=False)
    refused = foreign.astype(bool) | settled.to_numpy()[invoice]
    refs: pd.Series[Any] = parts.loc[refused, "payment_ref"]
    return refs.astype(TEXT)


def _beyond_what_is_open(
    case: Case, going: pd.Series[Any], invoices: pd.DataFrame
) -> pd.Series[Any]:
    """The fault of each payment that pays more than is open then of an invoice in QuickBooks.

    One payment leaves less for the next; what is open of an invoice that the sync itself makes is
    not looked at. Whether QuickBooks refuses, or applies no more than there is, is not established
    (the sandbox's switch `overapplied_payment`): the forecast goes by a refusal.

    Args:
        case: the company.
        going: refs of the payments that nothing else keeps back, in the order of pushing; else NA.
        invoices: their outcomes.

    Source: Intuit, Error codes, 6000 (business validation) and 620 (a settled transaction);
        read 2026-11-22.
    """
    linked = invoices.loc[invoices["effect"] == "link", ["ref", "target_ref"]]
    held = case.books.qbo.invoices.set_index("ref")["balance"]
    there = linked.assign(open=looked_up(linked["target_ref"], held)).dropna(subset=["open"])
    parts = case.books.app.payment_applications.dropna(subset=["amount"])
    parts = parts[among(parts["payment_ref"], going)]
    parts = parts.merge(there, left_on="invoice_ref", right_on="ref")
    asked_for = parts.groupby("target_ref")["amount"].sum()
    left: dict[Any, Any] = there.set_index("target_ref")["open"].to_dict()
    over = {target for target, amount in asked_for.items() if amount > left[target]}
    some = parts[
        among(parts["payment_ref"], parts.loc[parts["target_ref"].isin(over), "payment_ref"])
    ]
    pays: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for ref, target, amount in zip(
        some["payment_ref"], some["target_ref"], some["amount"], strict=True
    ):
        pays[ref].append((target, amount))
    faults = {}
    for ref in going[among(going, some["payment_ref"])]:
        beyond = [left[target] for target, amount in pays[ref] if amount > left[target]]
        if beyond:
            faults[ref] = "6000" if min(beyond) > 0 else "620"
            continue
        for target, amount in pays[ref]:
            left[target] -= amount
    return going.map(faults).astype(TEXT)


def _as_they_stand(
    case: Case, customers: pd.DataFrame, invoices: pd.DataFrame
) -> tuple[pd.Series[Any], pd.Series[bool]]:
    """Whose each invoice is in QuickBooks then, NA for none there; whether it is paid or gone."""
    own = customer_there(invoices, customers).where(invoices["effect"] == "create")
    made = own.set_axis("new:" + invoices["ref"]).dropna()
    held = case.books.qbo.invoices.set_index("ref")
    linked = invoices["target_ref"].where(invoices["effect"] == "link")
    whose = own.fillna(looked_up(linked, pd.concat([held["customer_ref"], made])).astype(TEXT))
    open_ = looked_up(linked, held["balance"]).fillna(invoices["total"].where(own.notna()))
    gone = linked.str.startswith("qbo:").fillna(value=False) & ~among(linked, held.index)
    return whose, (open_ <= 0).fillna(value=False).astype(bool) | gone


def _without_their_invoice(case: Case, invoices: pd.DataFrame) -> pd.Series[Any]:
    """Refs of payments that pay an invoice which the sync does not bring to QuickBooks."""
    stays = invoices.loc[invoices["effect"].isin(["refuse", "skip"]), "ref"]
    applied = case.books.app.payment_applications
    alone: pd.Series[Any] = applied.loc[among(applied["invoice_ref"], stays), "payment_ref"]
    return alone.astype(TEXT)
