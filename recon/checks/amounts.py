"""Invoices: dates, sums, lengths and numbers that QuickBooks would refuse or read otherwise."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from recon.case import Case
from recon.checks.columns import among
from recon.checks.finding import findings
from recon.rules.limits import MEMO_MAX

_HALF_A_CENT = Decimal("0.005")


def docnumber_dup_in_source(case: Case) -> pd.DataFrame:
    """Two of the app's invoices have one number.

    Source: Holmberg Ledger's guide to Jobber (the second is refused); Intuit, fault 6140; read
        2026-11-22.
    """
    app = case.books.app.invoices
    number = app["number"].str.casefold()
    return findings(
        docnumber_dup_in_source,
        app[number.duplicated(keep=False) & number.notna()],
        "Invoice {number}: several invoices in the app have this number.",
        severity="blocks",
        remedy="Give each its own number in the app.",
        by="app",
        fault="6140",
    )


def docnumber_blank(case: Case) -> pd.DataFrame:
    """An invoice has no number, and QuickBooks gives it none while custom numbers are on.

    Source: Intuit, Invoice entity, DocNumber (stays empty when CustomTxnNumbers is on and none
        is sent); read 2026-11-22.
    """
    app = case.books.app.invoices
    custom = case.books.qbo.preference("CustomTxnNumbers").casefold() == "true"
    return findings(
        docnumber_blank,
        app[app["number"].fillna("").str.strip() == ""] if custom else app.iloc[:0],
        "An invoice of {customer_name} has no number and will have none in QuickBooks.",
        severity="wrong",
        remedy="Give the invoice its number in the app.",
        by="app",
    )


def invoice_no_lines(case: Case) -> pd.DataFrame:
    """An invoice has no line.

    Source: Workiz help, "didn't have any line items"; Intuit, Invoice entity, at least one line,
        fault 2020; read 2026-11-22.
    """
    app = case.books.app
    empty = app.invoices[~among(app.invoices["ref"], app.invoice_lines["ref"])]
    return findings(
        invoice_no_lines,
        empty if len(app.invoice_lines) else empty.iloc[:0],  # an export may have no lines at all
        "Invoice {number} has no line.",
        severity="blocks",
        remedy="Add its line in the app, or leave it out of the sync.",
        by="app",
        fault="2020",
    )


def negative_invoice_total(case: Case) -> pd.DataFrame:
    """An invoice's total is below zero, which QuickBooks takes for a credit memo only.

    Source: ServiceTitan help (negative invoices are exported as credits); refusals in public
        code; read 2026-11-22.
    """
    app = case.books.app.invoices
    return findings(
        negative_invoice_total,
        app[(app["total"] < 0).fillna(value=False)],
        "Invoice {number} has a total of {total:.2f}.",
        severity="blocks",
        remedy="Leave it out of the sync and enter a credit memo.",
        by="hand",
    )


def zero_invoice(case: Case) -> pd.DataFrame:
    """An invoice over zero: some apps leave it out, some send it.

    Source: Ad Orbit and HoneyBook help; read 2026-11-22.
    """
    app = case.books.app.invoices
    return findings(
        zero_invoice,
        app[(app["total"] == 0).fillna(value=False)],
        "Invoice {number} has a total of nothing.",
        severity="note",
        remedy="Leave it out of the sync unless somebody needs it in QuickBooks.",
        by="hand",
    )


def negative_line(case: Case) -> pd.DataFrame:
    """A line is below zero where QuickBooks expects a discount.

    Source: reported by integrators (apps differ in how they send it); read 2026-11-22.
    """
    lines = case.books.app.invoice_lines
    below = lines[(lines["amount"] < 0).fillna(value=False)]
    numbers = case.books.app.invoices.set_index("ref")["number"]
    return findings(
        negative_line,
        below.assign(number=below["ref"].map(numbers)),
        "Invoice {number}: line {position} is {amount:.2f}.",
        severity="note",
        remedy="Use the invoice's discount, or a discount item.",
        by="app",
    )


def amount_not_qty_x_rate(case: Case) -> pd.DataFrame:
    """A line's amount is not its quantity times its price; QuickBooks checks that.

    Source: Intuit, error codes, 6070 "amount calculation incorrect"; that it is rounded to the
        cent is reported by integrators; read 2026-11-22.
    """
    lines = case.books.app.invoice_lines.dropna(subset=["quantity", "unit_price", "amount"])
    off = (lines["quantity"] * lines["unit_price"] - lines["amount"]).abs() > _HALF_A_CENT
    wrong = lines[off]
    numbers = case.books.app.invoices.set_index("ref")["number"]
    return findings(
        amount_not_qty_x_rate,
        wrong.assign(
            number=wrong["ref"].map(numbers), product=wrong["quantity"] * wrong["unit_price"]
        ),
        "Invoice {number}: line {position} says {amount:.2f}; quantity times price is "
        "{product:.2f}.",
        severity="blocks",
        remedy="Give a discount as a line or on the invoice, so that the line's sum is right.",
        by="app",
        fault="6070",
    )


def due_before_txn_date(case: Case) -> pd.DataFrame:
    """An invoice is due before it was written.

    Source: inferred: nobody means it, and it is overdue from the start; read 2026-11-22.
    """
    app = case.books.app.invoices
    early = app[(app["due_date"] < app["date"]).fillna(value=False)]
    return findings(
        due_before_txn_date,
        early.assign(day=early["date"].dt.date, due=early["due_date"].dt.date),
        "Invoice {number} of {day} is due on {due}.",
        severity="note",
        remedy="Correct the due date in the app.",
        by="app",
    )


def date_in_future(case: Case) -> pd.DataFrame:
    """An invoice is dated after today.

    Source: inferred: a wrong year is a common slip, and QuickBooks books it there; read
        2026-11-22.
    """
    app = case.books.app.invoices
    late = app[(app["date"] > pd.Timestamp(case.now.date())).fillna(value=False)]
    return findings(
        date_in_future,
        late.assign(day=late["date"].dt.date),
        "Invoice {number} is dated {day}, which is still to come.",
        severity="note",
        remedy="Look whether the date is meant.",
        by="app",
    )


def customer_memo_too_long(case: Case) -> pd.DataFrame:
    """The text to the customer is longer than QuickBooks keeps.

    Source: Intuit, Invoice entity, CustomerMemo, 1,000 characters, fault 2050; CurbWaste help;
        read 2026-11-22.
    """
    app = case.books.app.invoices
    return findings(
        customer_memo_too_long,
        app[app["memo"].str.len().fillna(0) > MEMO_MAX],
        "Invoice {number}: of the text to the customer only 1,000 characters arrive, or none.",
        severity="note",
        remedy="Shorten the text in the app.",
        by="app",
        fault="2050",
    )


def tax_rate_many_decimals(case: Case) -> pd.DataFrame:
    """A tax rate has more than two decimals, at which QuickBooks' sums have been seen to fail.

    Source: Intuit's own .NET SDK, issue 472, fault 6000 "error while calculating tax"; read
        2026-11-22.
    """
    lines = case.books.app.invoice_lines[["ref", "tax_rate"]].dropna()
    rates = lines["tax_rate"].drop_duplicates()
    fine = rates[[rate != round(rate, 2) for rate in rates]]
    used = lines[lines["tax_rate"].isin(fine)].drop_duplicates("tax_rate")
    return findings(
        tax_rate_many_decimals,
        used.assign(percent=[f"{rate.normalize():f}" for rate in used["tax_rate"]]),
        "This invoice is the first with a tax rate of {percent} %.",
        severity="note",
        remedy="Compare the tax of the first invoice that travels to the cent.",
        by="hand",
        fault="6000",
    )
