"""Payments: what they pay, and what stands in QuickBooks beside them."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, found_by_name, once
from recon.checks.finding import findings
from recon.checks.sales import closed, of_early_sales, of_taken_numbers, of_unknown_rates


@once
def _applied(case: Case) -> pd.DataFrame:
    """What pays what in the app: the payment's columns, and its invoice's with `_paid` behind."""
    app = case.books.app
    paid = app.invoices.rename(columns={name: f"{name}_paid" for name in app.invoices})
    parts = app.payment_applications.rename(
        columns={"payment_ref": "ref", "invoice_ref": "ref_paid", "amount": "part"}
    )
    both = parts.merge(app.payments, on="ref").merge(paid, on="ref_paid")
    return both.assign(other_ref=both["ref_paid"])


def payment_partially_unapplied(case: Case) -> pd.DataFrame:
    """A payment travels without its invoice, and so stays unapplied in QuickBooks.

    Source: Invoice Ninja's open source as described: only invoices that are linked get a line;
        read 2026-11-22.
    """
    in_closed = closed(case, case.books.app.invoices)
    refused = (of_taken_numbers(case), of_early_sales(case), of_unknown_rates(case), in_closed)
    stays = pd.concat([rows["ref"] for rows in refused])
    linked, rows = case.books.app.links["ref"], _applied(case)
    twins = case.partners("payment", "app-qbo", case.settings.same_party)["left_ref"]
    at_home = pd.concat([linked, closed(case, rows)["ref"], twins])
    travels = ~among(rows["ref"], at_home)
    left_behind = among(rows["ref_paid"], stays) & ~among(rows["ref_paid"], linked)
    unapplied = case.profile.payment.unlinked_invoice == "unapplied"
    return findings(
        payment_partially_unapplied,
        rows[travels & left_behind] if unapplied else rows.iloc[:0],
        "Payment {number} pays invoice {number_paid}, which does not travel: it stays unapplied.",
        severity="wrong",
        remedy="Leave the payment out too, or link the invoice first.",
        by="hand",
    )


def payment_customer_mismatch(case: Case) -> pd.DataFrame:
    """A payment belongs to one client, and the invoice that it pays to another.

    Source: CurbWaste and BILL help (after a merge on one side only); Intuit, fault 620,
        "TxnID Cannot Be Linked"; read 2026-11-22.
    """
    rows = _applied(case)
    return findings(
        payment_customer_mismatch,
        rows[(rows["customer_ref"] != rows["customer_ref_paid"]).fillna(value=False)],
        "Payment {number} of {customer_name} pays invoice {number_paid} of {customer_name_paid}.",
        severity="blocks",
        remedy="Give both the same client in the app.",
        by="app",
        fault="620",
    )


def payment_before_invoice(case: Case) -> pd.DataFrame:
    """A payment is older than the invoice that it pays, as a deposit is.

    Source: Workiz and HoneyBook help (deposits arrive before their invoice and stay unapplied);
        read 2026-11-22.
    """
    rows = _applied(case)
    early = rows[(rows["date"] < rows["date_paid"]).fillna(value=False)]
    return findings(
        payment_before_invoice,
        early.assign(paid=early["date"].dt.date, day=early["date_paid"].dt.date),
        "Payment {number} of {paid} is older than invoice {number_paid} of {day}.",
        severity="note",
        remedy="Look that it is applied once both have arrived.",
        by="hand",
    )


def payment_without_invoice(case: Case) -> pd.DataFrame:
    """A payment in the app pays no invoice, so that it arrives as a credit of the customer.

    Source: HoneyBook and Workiz help, payments without an invoice; read 2026-11-22.
    """
    app = case.books.app
    loose = app.payments[~among(app.payments["ref"], app.payment_applications["payment_ref"])]
    return findings(
        payment_without_invoice,
        loose if len(app.payment_applications) else loose.iloc[:0],  # an export does not say it
        "Payment {number} of {customer_name} pays no invoice.",
        severity="wrong",
        remedy="Apply it in the app.",
        by="app",
    )


def unapplied_payment(case: Case) -> pd.DataFrame:
    """A payment is not wholly applied: what is left is a credit that nobody uses.

    Source: ServiceCore help, unapplied payments; Intuit, Payment entity, UnappliedAmt; read
        2026-11-22.
    """
    app, qbo = case.books.app, case.books.qbo
    tables = pd.concat(
        [
            app.payments.assign(where="the app"),
            qbo.payments.assign(where="QuickBooks", number=qbo.payments["reference"]),
        ]
    )
    rows = tables[(tables["unapplied"] > 0).fillna(value=False)]
    shown = rows["number"].fillna(rows["ref"].str.split(":", n=2).str[2])
    return findings(
        unapplied_payment,
        rows.assign(shown=shown),
        "Payment {shown} in {where}: {unapplied:.2f} of it is not applied.",
        severity="note",
        remedy="Apply it to what it pays.",
        by="hand",
    )


def payment_void_in_closed_period(case: Case) -> pd.DataFrame:
    """A linked payment was cancelled in the app and lies in the closed period: it stays as it is.

    Source: Invoice Ninja user guide: a void in a closed period fails and is flagged; Intuit, fault
        6210; read 2026-11-22.
    """
    app = case.books.app.payments
    void = app["status"].isin(["cancelled", "voided", "deleted", "refunded"])
    linked = among(app["ref"], case.books.app.links["ref"])
    return findings(
        payment_void_in_closed_period,
        closed(case, app[void & linked]),
        "Payment {number} of {day} is {status} in the app and cannot be voided in QuickBooks.",
        severity="blocks",
        remedy="Enter a correction in the open period.",
        by="hand",
        fault="6210",
    )


def payment_method_unsupported(case: Case) -> pd.DataFrame:
    """A payment in QuickBooks was made in a way that the app does not take back.

    Source: Workiz help, "can only sync cash, credit, or check payments from QuickBooks"; read
        2026-11-22.
    """
    held = case.books.qbo.payments
    taken = case.profile.payment.methods_back
    held = held if taken else held.iloc[:0]
    method = held["method"].str.casefold()
    fine = pd.Series(False, index=held.index)
    for word in taken:
        fine |= method.str.contains(word, regex=False).fillna(value=False)
    odd = method.notna() & ~fine
    return findings(
        payment_method_unsupported,
        held[odd],
        "A payment of {customer_name} was made by {method}, which the app does not take.",
        severity="wrong",
        remedy="Give it another payment method in QuickBooks.",
        by="qbo",
    )


def batch_payment(case: Case) -> pd.DataFrame:
    """One payment in QuickBooks pays several invoices, of which the app takes only the first.

    Source: Workiz help, payments of several invoices; read 2026-11-22.
    """
    parts = case.books.qbo.payment_applications
    invoices = parts.groupby("payment_ref")["invoice_ref"].nunique()
    held = case.books.qbo.payments
    held = held.iloc[:0] if case.profile.payment.splits_back else held
    rows = held.assign(invoices=held["ref"].map(invoices).fillna(0).astype("int64"))
    return findings(
        batch_payment,
        rows[rows["invoices"] > 1],
        "A payment of {customer_name} pays {invoices} invoices, of which the app takes one.",
        severity="wrong",
        remedy="Enter it as one payment for each invoice.",
        by="hand",
    )


def sales_receipt_collision(case: Case) -> pd.DataFrame:
    """QuickBooks holds a sales receipt for what the app has as an invoice: it is booked twice.

    Told by customer, total and three days. Its payment would come on top.

    Source: Housecall Pro help, sales receipts beside invoices; read 2026-11-22.
    """
    invoices = case.books.app.invoices.merge(
        same_customers(case), left_on="customer_ref", right_on="app_ref"
    )
    held = case.books.qbo.sales_receipts[["ref", "customer_ref", "date", "total"]]
    both = invoices.merge(
        held.dropna(), left_on=["qbo_ref", "total"], right_on=["customer_ref", "total"],
        suffixes=("", "_held"),
    )  # fmt: skip
    near = (both["date"] - both["date_held"]).abs() <= pd.Timedelta(days=3)
    both = both[near & (both["total"] > 0)]
    return findings(
        sales_receipt_collision,
        both.assign(other_ref=both["ref_held"], day=both["date_held"].dt.date),
        "Invoice {number} over {total:.2f}: QuickBooks has a sales receipt of {day} over the same.",
        severity="wrong",
        remedy="If it is the same sale, leave the invoice and its payment out of the sync.",
        by="hand",
    )


def credit_memo_unsupported(case: Case) -> pd.DataFrame:
    """A client's customer has a credit in QuickBooks of which the app knows nothing.

    Source: Housecall Pro help, credit memos stay in QuickBooks; read 2026-11-22.
    """
    credits_ = case.books.qbo.credits
    still_open = credits_[(credits_["balance"] > 0).fillna(value=False)]
    rows = still_open.merge(same_customers(case), left_on="customer_ref", right_on="qbo_ref")
    return findings(
        credit_memo_unsupported,
        rows.assign(other_ref=rows["app_ref"]),
        "{customer_name} has a credit of {balance:.2f} in QuickBooks, which the app does not see.",
        severity="note",
        remedy="Apply it in QuickBooks before the app asks the customer for the whole sum.",
        by="hand",
    )


@once
def same_customers(case: Case) -> pd.DataFrame:
    """Who is who by the evidence, else by the name: app_ref, qbo_ref."""
    pairs = case.partners("customer", "app-qbo", case.settings.same_party)
    by_pair = pairs[["left_ref", "right_ref"]].set_axis(["app_ref", "qbo_ref"], axis="columns")
    by_name = found_by_name(case)[["ref", "other_ref"]].set_axis(
        ["app_ref", "qbo_ref"], axis="columns"
    )
    return pd.concat([by_pair, by_name]).drop_duplicates("app_ref")
