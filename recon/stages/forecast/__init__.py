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
    customers = customer_outcomes(case, leave_out)
    keys = item_effects(case)
    lines = resolved_lines(case, keys)
    invoices = invoice_outcomes(case, customers, lines, leave_out)
    turned = in_turn(case, keys, brought_along(case, invoices, lines))
    if not (turned["effect"] == "refuse").equals(keys["effect"] == "refuse"):
        # of two spellings the first that is brought is made, and the other may not find it
        lines = resolved_lines(case, turned)
        invoices = invoice_outcomes(case, customers, lines, leave_out)
    items = item_outcomes(case, keys, leave_out, brought_along(case, invoices, lines))
    payments = payment_outcomes(case, customers, invoices, leave_out)
    return _together(case, customers, items, invoices, payments, taken_in(case, customers, keys))


def forecast_otherwise(
    case: Case, told: pd.DataFrame, leave_out: Collection[str] = ()
) -> pd.DataFrame:
    """What may differ from `told` where only the rules for customers are others.

    Customers are worked out anew, and of the sales those whose customer fares otherwise or is
    refused, with those that share a number with one of them.

    Args:
        case: the company under other rules for customers.
        told: its `OUTCOMES` under the rules before.
        leave_out: refs that a person keeps out of the sync.

    Returns:
        `OUTCOMES` of these; whatever is not in it stays as it was told.
    """
    customers = customer_outcomes(case, leave_out)
    before = told.set_index("ref").reindex(customers["ref"])[list(_FATE)].fillna("")
    differs = (customers[list(_FATE)].fillna("").to_numpy() != before.to_numpy()).any(axis=1)
    # who is refused may be linked by a later client, under these rules or under those of `told`
    differs |= (customers["effect"] == "refuse").to_numpy()
    books = sales_of(case, customers.loc[differs, "ref"])
    concerned = case.of_sales(books)
    keys = item_effects(case)
    invoices = invoice_outcomes(concerned, customers, resolved_lines(concerned, keys), leave_out)
    payments = payment_outcomes(concerned, customers, invoices, leave_out)
    return _together(case, customers, invoices, payments, taken_in(case, customers, keys))


_FATE = ("effect", "target_ref", "fault", "because")
"""What of a customer's outcome its sales hang on."""


def _together(case: Case, *tables: pd.DataFrame) -> pd.DataFrame:
    told = pd.concat([OUTCOMES.conform(table) for table in tables], ignore_index=True)
    return OUTCOMES.conform(told.assign(says=with_the_apps_word(case, told)))
