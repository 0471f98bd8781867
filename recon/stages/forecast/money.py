"""What a forecast comes to: how many, how much, and QuickBooks' figures before and after."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from recon.books import Side
from recon.case import Case
from recon.checks.columns import among

_SALES = ("invoice", "payment")
_CHANGED_IN_APP = ("retitle", "renumber_in_app", "delete_in_app")


def totals(case: Case, outcomes: pd.DataFrame, imported: pd.DataFrame) -> dict[str, Any]:
    """The figures of one row of `SCENARIOS`.

    An invoice that arrives without one of its lines counts whole, and amounts of several currencies
    are added as they stand.

    Args:
        case: the company.
        outcomes: what would be pushed, and what the sync takes in by itself.
        imported: what an import would do before; empty where there is none.
    """
    came = outcomes["outcome"] == "create_in_app"
    unasked = outcomes[came & ~among(outcomes["ref"], imported["ref"])]
    imported, outcomes = pd.concat([imported, unasked]), outcomes[~came]
    kind = outcomes["kind"]
    clients, sales = kind == "customer", kind.isin(_SALES)
    made = outcomes[outcomes["effect"] == "create"]
    at_home = outcomes[(outcomes["effect"] == "skip") & (kind == "invoice")]
    outcome = outcomes["outcome"]
    return {
        "customers_created": int((clients & (outcomes["effect"] == "create")).sum()),
        "customers_twice": int((clients & (outcome == "duplicate")).sum()),
        "wrong_links": int(pd.concat([outcome, imported["outcome"]]).eq("wrong_link").sum()),
        "refused": int((outcome == "refuse").sum()),
        "invoices_sent": int((made["kind"] == "invoice").sum()),
        "sales_twice": int((sales & (outcome == "duplicate")).sum()) + _made_twice(imported),
        "in_closed_period": int((outcomes["fault"] == "6210").sum()),
        "waiting": int((outcome == "wait").sum()),
        "left_out": int((sales & (outcome == "skip")).sum()),
        "left_open": _sum(_rows(case.books.app.invoices, at_home)["balance"]),
        "made_in_app": int((imported["effect"] == "create").sum()),
        "changed_in_app": int(imported["outcome"].isin(_CHANGED_IN_APP).sum()),
        **_figures(case, made),
    }  # fmt: skip


def _made_twice(imported: pd.DataFrame) -> int:
    """Sales that an import makes in the app, which has them already."""
    return int((imported["kind"].isin(_SALES) & (imported["outcome"] == "duplicate")).sum())


def _figures(case: Case, made: pd.DataFrame) -> dict[str, Any]:
    """QuickBooks' receivables, revenue, customers and open invoices before and after."""
    app, qbo = case.books.app, case.books.qbo
    invoices, payments = _rows(app.invoices, made), _rows(app.payments, made)
    owed, earned = _receivables(qbo), _revenue(qbo.invoices) + _revenue(qbo.sales_receipts)
    customers = int(qbo.customers["active"].sum())
    still_open = int((qbo.invoices["balance"] > 0).sum())
    due = invoices["balance"] if len(payments) else invoices["total"]
    return {
        "customers_before": customers,
        "customers_after": customers + int((made["kind"] == "customer").sum()),
        "receivables_before": owed,
        "receivables_after": owed + _sum(invoices["total"]) - _sum(payments["amount"]),
        "revenue_before": earned,
        "revenue_after": earned + _revenue(invoices),
        "open_invoices_before": still_open,
        "open_invoices_after": still_open + int((due > 0).sum()),
    }


def _receivables(qbo: Side) -> Decimal:
    """What is owed: open invoices less what was paid and not applied, and open credits."""
    paid, credited = _sum(qbo.payments["unapplied"]), _sum(qbo.credits["balance"])
    return _sum(qbo.invoices["balance"]) - paid - credited


def _revenue(sales: pd.DataFrame) -> Decimal:
    return _sum(sales["total"]) - _sum(sales["tax"])


def _rows(table: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    return table[among(table["ref"], chosen["ref"])]


def _sum(amounts: pd.Series[Any]) -> Decimal:
    return Decimal(amounts.sum() or 0)
