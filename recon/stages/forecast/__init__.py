"""Forecast: what this app's sync would do to each record, and what that means for the books.

Each record gets an *effect*, what the app physically does (link, create, refuse, skip), worked out
from the profile and from QuickBooks' rules alone, and an *outcome*, what that means when the
evidence of PAIRS is laid beside it: a create of somebody who is there already is a `duplicate`, a
link to somebody else is a `wrong_link`.

    lookups    what is found in QuickBooks       turns      customers that the sync itself makes
    customers, items, invoices, payments         evidence   what effects on customers mean
    lines      items of lines, brought along     numbers    invoice numbers that are in use
    money      what it comes to                  importing  what an import would do to the app
    saying     the sentences
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from recon.books import OUTCOMES
from recon.case import Case
from recon.stages.forecast.customers import customer_outcomes
from recon.stages.forecast.importing import taken_in
from recon.stages.forecast.invoices import invoice_outcomes
from recon.stages.forecast.items import in_turn, item_effects, item_outcomes
from recon.stages.forecast.lines import brought_along, resolved_lines
from recon.stages.forecast.payments import payment_outcomes
from recon.stages.forecast.sales import sales_of
from recon.stages.forecast.saying import with_the_apps_word


def forecast(case: Case, leave_out: Collection[str] = ()) -> pd.DataFrame:
    """What the first sync would do with every record of the app, and what it takes in.

    Args:
        case: the company before the sync.
        leave_out: refs that a person keeps out of the sync.

    Returns:
        `OUTCOMES`: customers, items, invoices, payments, each in the app's order of pushing; last
        those of QuickBooks' records that come into the app by themselves, under QuickBooks'
        references. `target_ref` is a QuickBooks record, or `new:<app ref>` for one that the sync
        itself makes for another record.
    """
    sent = case.once(_Sent(frozenset(leave_out)))
    payments = payment_outcomes(case, sent.customers, sent.invoices, leave_out)
    come = taken_in(case, sent.customers, sent.keys)
    return _together(case, sent.customers, sent.items, sent.invoices, payments, come)


@dataclass(frozen=True)
class _Worked:
    """Outcomes of all but the payments, and what becomes of each product key."""

    customers: pd.DataFrame
    keys: pd.DataFrame
    items: pd.DataFrame
    invoices: pd.DataFrame


@dataclass(frozen=True)
class _Sent:
    """Works out all but the payments; kept by the case, as other answers share a part of it."""

    leave_out: frozenset[str]

    def __call__(self, case: Case) -> _Worked:
        customers = customer_outcomes(case, self.leave_out)
        keys = item_effects(case)
        lines = resolved_lines(case, keys)
        invoices = invoice_outcomes(case, customers, lines, self.leave_out)
        turned = in_turn(case, keys, brought_along(case, invoices, lines))
        if not (turned["effect"] == "refuse").equals(keys["effect"] == "refuse"):
            # of two spellings the first that is brought is made, and the other may not find it
            lines = resolved_lines(case, turned)
            invoices = invoice_outcomes(case, customers, lines, self.leave_out)
        items = item_outcomes(case, keys, self.leave_out, brought_along(case, invoices, lines))
        return _Worked(customers, keys, items, invoices)


def payments_otherwise(case: Case, other: Case, leave_out: Collection[str] = ()) -> pd.DataFrame:
    """`OUTCOMES` of the payments, where only the rules for payments are others.

    Args:
        case: the company.
        other: it under other rules for payments.
        leave_out: refs that a person keeps out of the sync.
    """
    sent = case.once(_Sent(frozenset(leave_out)))
    payments = payment_outcomes(other, sent.customers, sent.invoices, leave_out)
    return _together(other, payments)


def customers_otherwise(case: Case, other: Case, leave_out: Collection[str] = ()) -> pd.DataFrame:
    """What may differ where only the rules for customers are others.

    Customers are worked out anew, and of the sales those whose customer fares otherwise, with
    those that share a number with one of them.

    Args:
        case: the company.
        other: it under other rules for customers.
        leave_out: refs that a person keeps out of the sync.

    Returns:
        `OUTCOMES` of these; whatever is not in it stays as it is.
    """
    sent = case.once(_Sent(frozenset(leave_out)))
    customers = customer_outcomes(other, leave_out)
    before = sent.customers.set_index("ref").reindex(customers["ref"])[list(_FATE)].fillna("")
    differs = (customers[list(_FATE)].fillna("").to_numpy() != before.to_numpy()).any(axis=1)
    # whom a later client links, under these rules or under the other ones, may fare otherwise too
    differs |= customers["then"].notna().to_numpy()
    come = taken_in(other, customers, sent.keys)
    if not differs.any():
        return _together(other, customers, come)
    concerned = other.of_sales(sales_of(other, customers.loc[differs, "ref"]))
    lines = resolved_lines(concerned, sent.keys)
    invoices = invoice_outcomes(concerned, customers, lines, leave_out)
    payments = payment_outcomes(concerned, customers, invoices, leave_out)
    return _together(other, customers, invoices, payments, come)


_FATE = ("effect", "target_ref", "fault", "because", "then")
"""What of a customer's outcome its sales hang on."""


def _together(case: Case, *tables: pd.DataFrame) -> pd.DataFrame:
    told = pd.concat([OUTCOMES.conform(table) for table in tables], ignore_index=True)
    return OUTCOMES.conform(told.assign(says=with_the_apps_word(case, told)))
