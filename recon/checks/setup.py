"""Settings of the company that decide how a sync behaves."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.finding import findings

_COMPANY = "qbo:company:1"


def _on(case: Case, preference: str) -> bool:
    return case.books.qbo.preference(preference).casefold() == "true"


def closing_date_is_set(case: Case) -> pd.DataFrame:
    """The books are closed up to a day; nothing dated on or before it can be pushed.

    Source: Intuit, error codes 6200 and 6210, Preferences.AccountingInfoPrefs.BookCloseDate;
        Workiz help, "date within a closed period"; read 2026-11-22.
    """
    closed = case.books.qbo.book_close_date
    return findings(
        closing_date_is_set,
        [{"ref": _COMPANY, "day": closed.isoformat()}] if closed else [],
        "The books are closed up to {day}.",
        severity="note",
        remedy="Leave older sales out of the sync, or reopen the period.",
        fault="6210",
    )


def custom_numbers_are_off(case: Case) -> pd.DataFrame:
    """QuickBooks numbers invoices itself, so that the app's numbers and QuickBooks' may drift.

    Source: Intuit, Invoice entity, DocNumber and Preferences.SalesFormsPrefs.CustomTxnNumbers;
        read 2026-11-22.
    """
    known = case.books.qbo.preference("CustomTxnNumbers") != ""
    return findings(
        custom_numbers_are_off,
        [{"ref": _COMPANY}] if known and not _on(case, "CustomTxnNumbers") else [],
        "Custom transaction numbers are off: duplicate invoice numbers are not noticed.",
        severity="wrong",
        remedy="Turn them on: Account and settings > Sales > Sales form content.",
    )


def sales_tax_not_enabled(case: Case) -> pd.DataFrame:
    """The app's lines carry tax, and QuickBooks has sales tax turned off.

    Source: Intuit, Preferences.TaxPrefs.UsingSalesTax; Chargebee help, sales tax must be
        enabled; read 2026-11-22.
    """
    rates = case.books.app.invoice_lines["tax_rate"].dropna()
    known = case.books.qbo.preference("UsingSalesTax") != ""
    taxed = bool((rates > 0).any()) and known and not _on(case, "UsingSalesTax")
    return findings(
        sales_tax_not_enabled,
        [{"ref": _COMPANY}] if taxed else [],
        "Invoices carry sales tax, but sales tax is off in QuickBooks.",
        severity="blocks",
        remedy="Set up sales tax in QuickBooks: Taxes > Sales tax.",
    )


def automatic_tax_is_on(case: Case) -> pd.DataFrame:
    """QuickBooks works tax out itself and overrules what the app says.

    Source: Invoice Ninja user guide, Automatic Sales Tax ("uses QuickBooks' response as the
        source of truth for taxes"); Intuit, TaxPrefs.PartnerTaxEnabled; read 2026-11-22.
    """
    return findings(
        automatic_tax_is_on,
        [{"ref": _COMPANY}] if _on(case, "PartnerTaxEnabled") else [],
        "Automated sales tax is on: tax amounts of the app are replaced by QuickBooks'.",
        severity="wrong",
        remedy="Compare the totals of the first invoices that travel.",
    )
