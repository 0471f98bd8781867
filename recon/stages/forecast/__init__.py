"""Forecast: what this app's sync would do to each record, and what that means for the books.

Each record gets an *effect*, what the app physically does (link, create, refuse, skip), worked out
from the profile and from QuickBooks' rules alone, and an *outcome*, what that means when the
evidence of PAIRS is laid beside it: a create of somebody who is there already is a `duplicate`, a
link to somebody else is a `wrong_link`.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from recon.books import OUTCOMES
from recon.case import Case
from recon.stages.forecast.customers import customer_outcomes
from recon.stages.forecast.items import item_effects, item_outcomes
from recon.stages.forecast.sales import invoice_outcomes, payment_outcomes


def forecast(case: Case, leave_out: Collection[str] = ()) -> pd.DataFrame:
    """What the first push of every record of the app would do.

    Args:
        case: the company before the sync.
        leave_out: refs that a person keeps out of the sync.

    Returns:
        `OUTCOMES`: customers, items, invoices, payments, each in the app's order of pushing.
        `target_ref` is a QuickBooks record, or `new:<app ref>` for one that the sync itself
        makes for another record.
    """
    customers = customer_outcomes(case, leave_out)
    keys = item_effects(case)
    items = item_outcomes(case, keys, leave_out)
    invoices = invoice_outcomes(case, customers, keys, leave_out)
    payments = payment_outcomes(case, customers, invoices, leave_out)
    return OUTCOMES.conform(pd.concat([customers, items, invoices, payments], ignore_index=True))
