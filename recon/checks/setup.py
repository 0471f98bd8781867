"""Settings of the company that decide how a sync behaves."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, asked
from recon.checks.finding import COMPANY, findings
from recon.rules.names import keys, query_key


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
        [{"ref": COMPANY, "day": closed.isoformat()}] if closed else [],
        "The books are closed up to {day}.",
        severity="note",
        remedy="Leave older sales out of the sync, or reopen the period.",
        by="hand",
        fault="6210",
    )


def custom_numbers_are_off(case: Case) -> pd.DataFrame:
    """QuickBooks numbers invoices itself, so that the app's numbers and QuickBooks' may drift.

    Source: Intuit, Invoice entity, DocNumber and Preferences.SalesFormsPrefs.CustomTxnNumbers;
        read 2026-11-22.
    """
    known = case.books.qbo.preference("CustomTxnNumbers") != ""
    wanted = case.profile.invoice.custom_numbers != "off"
    return findings(
        custom_numbers_are_off,
        [{"ref": COMPANY}] if known and wanted and not _on(case, "CustomTxnNumbers") else [],
        "Custom transaction numbers are off: duplicate invoice numbers are not noticed.",
        severity="wrong",
        remedy="Turn them on: Account and settings > Sales > Sales form content.",
        by="hand",
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
        [{"ref": COMPANY}] if taxed else [],
        "Invoices carry sales tax, but sales tax is off in QuickBooks.",
        severity="blocks",
        remedy="Set up sales tax in QuickBooks: Taxes > Sales tax.",
        by="hand",
    )


def automatic_tax_is_on(case: Case) -> pd.DataFrame:
    """QuickBooks works tax out itself and overrules what the app says.

    Source: Invoice Ninja user guide, Automatic Sales Tax ("uses QuickBooks' response as the
        source of truth for taxes"); Intuit, TaxPrefs.PartnerTaxEnabled; read 2026-11-22.
    """
    return findings(
        automatic_tax_is_on,
        [{"ref": COMPANY}] if _on(case, "PartnerTaxEnabled") else [],
        "Automated sales tax is on: tax amounts of the app are replaced by QuickBooks'.",
        severity="wrong",
        remedy="Compare the totals of the first invoices that travel.",
        by="hand",
    )


def books_not_read(case: Case) -> pd.DataFrame:
    """Of QuickBooks only lists were read, so that silence about the rest proves nothing.

    Source: QuickBooks' list exports hold names and addresses, not settings, tax rates or sales;
        read 2026-11-22.
    """
    return findings(
        books_not_read,
        [{"ref": f"qbo:{kind}:all", "what": what} for kind, what in _NOT_IN_LISTS.items()]
        if case.books.qbo.only_lists
        else [],
        "{what} of QuickBooks were not read: nothing is known of them.",
        severity="wrong",
        remedy="Connect to the live company for a whole picture.",
        by="hand",
    )


_NOT_IN_LISTS = {
    "company": "The settings and tax rates", "invoice": "The invoices", "payment": "The payments",
}  # fmt: skip


def qbo_subscription_inactive(case: Case) -> pd.DataFrame:
    """The QuickBooks subscription has ended: nothing can be written.

    Source: Workiz help, "subscription is no longer active"; Intuit, fault 6190 "Subscription period
        has ended or canceled" and CompanyInfo.NameValue.SubscriptionStatus, of which TRIAL and
        PAID are documented and the words for an end are inferred; read 2026-11-22.
    """
    status = case.books.qbo.preference("SubscriptionStatus")
    ended = status.casefold() in {"expired", "cancelled", "canceled", "suspended", "inactive"}
    return findings(
        qbo_subscription_inactive,
        [{"ref": COMPANY, "status": status}] if ended else [],
        "The QuickBooks subscription is {status}.",
        severity="blocks",
        remedy="Renew the subscription before the sync is turned on.",
        by="hand",
        fault="6190",
    )


def plan_lacks_feature(case: Case) -> pd.DataFrame:
    """The company keeps stock or classes, which its QuickBooks plan no longer carries.

    Source: Zuper help (inventory and classes need Plus or Advanced); Intuit,
        CompanyInfo.NameValue.OfferingSku, fault 5020; read 2026-11-22.
    """
    qbo = case.books.qbo
    plan = qbo.preference("OfferingSku")
    small = any(word in plan.casefold() for word in ("simple start", "essentials"))
    stock = bool((qbo.items["active"] & (qbo.items["type"] == "Inventory")).any())
    classes = bool(qbo.classes["active"].fillna(value=False).any())
    kept = [name for name, is_so in (("stock", stock), ("classes", classes)) if is_so]
    return findings(
        plan_lacks_feature,
        [{"ref": COMPANY, "plan": plan, "kept": " and ".join(kept)}] if small and kept else [],
        "The books keep {kept}, which {plan} does not carry.",
        severity="blocks",
        remedy="Upgrade the plan, or stop using them in the app.",
        by="hand",
        fault="5020",
    )


def class_or_location_required(case: Case) -> pd.DataFrame:
    """QuickBooks tracks classes or locations, of which the app's invoices say nothing.

    Source: Zuper and TaxDome help (a default class or location is to be set); Intuit,
        Preferences.AccountingInfoPrefs.ClassTrackingPerTxn, TrackDepartments; read 2026-11-22.
    """
    on = [
        what
        for what, names in (
            ("classes", ("ClassTrackingPerTxn", "ClassTrackingPerTxnLine")),
            ("locations", ("TrackDepartments",)),
        )
        if any(_on(case, name) for name in names)
    ]
    return findings(
        class_or_location_required,
        [{"ref": COMPANY, "what": " and ".join(on)}] if on else [],
        "QuickBooks tracks {what}: the app's invoices arrive without, and reports by them miss it.",
        severity="wrong",
        remedy="Set a default in the app's connection where it has one.",
        by="hand",
        fault="6000",
    )


def missing_income_account(case: Case) -> pd.DataFrame:
    """QuickBooks has no active income account, without which no item can be made.

    Source: Invoice Ninja's open source as described (the first active income account stands in);
        Intuit, faults 2020 and 6430; read 2026-11-22.
    """
    accounts = case.books.qbo.accounts
    return findings(
        missing_income_account,
        [{"ref": COMPANY}] if len(accounts) and _income(case).empty else [],
        "There is no active income account: no item can be made.",
        severity="blocks",
        remedy="Make an income account, or make one active again.",
        by="qbo or hand",
        fault="6430",
    )


def discount_account_fallback(case: Case) -> pd.DataFrame:
    """Invoices carry a discount, and no income account has "discount" in its name.

    Source: Invoice Ninja's open source as described: the income account whose name holds
        "discount", else the first one; read 2026-11-22.
    """
    invoices = case.books.app.invoices
    number = int((invoices["discount"] > 0).fillna(value=False).sum())
    income = _income(case)
    named = income["name"].str.contains("discount", case=False).fillna(value=False)
    first = income["name"].iloc[0] if len(income) else ""
    lacking = number and len(income) and not named.any()
    return findings(
        discount_account_fallback,
        [{"ref": COMPANY, "number": number, "first": first}] if lacking else [],
        "{number} [invoice carries|invoices carry] a discount, which would be posted to an "
        "account such as "
        "{first}.",
        severity="wrong",
        remedy='Make an income account "Discounts given".',
        by="qbo or hand",
    )


def _income(case: Case) -> pd.DataFrame:
    accounts = case.books.qbo.accounts
    return accounts[accounts["active"].fillna(value=True) & (accounts["type"] == "Income")]


def wrong_company_connected(case: Case) -> pd.DataFrame:
    """Both sides are full, and not one client is known to QuickBooks.

    Source: Workiz help, "previously synced this QuickBooks account to a different Workiz account";
        Biller Genie help; read 2026-11-22.
    """
    app, qbo = case.books.app, case.books.qbo
    sizes = len(app.customers), len(qbo.customers)
    known = among(asked(case)["key"], keys(qbo.customers["name"], query_key)).any()
    paired = case.partners("customer", "app-qbo", case.settings.same_party)
    stranger = min(sizes) >= _FULL and not known and paired.empty
    return findings(
        wrong_company_connected,
        [{"ref": COMPANY, "app": app.company or "the app", "qbo": qbo.company, "number": sizes[0]}]
        if stranger
        else [],
        "Not one of {number} clients of {app} is a customer of {qbo}.",
        severity="wrong",
        remedy="Look whether this is the right QuickBooks company.",
        by="hand",
    )


_FULL = 10
"""Customers a side from which it is no accident that none agrees."""


def reconnect_lost_links(case: Case) -> pd.DataFrame:
    """Nothing is linked, yet QuickBooks has nearly all of the app's invoices: it was synced before.

    Source: Workiz help, "You disconnected and reconnected your QuickBooks integration"; read
        2026-11-22.
    """
    app, qbo = case.books.app, case.books.qbo
    numbers = app.invoices["number"].dropna()
    there = among(numbers.str.casefold(), qbo.invoices["number"].str.casefold())
    forgets = not case.profile.links.reconnect_keeps
    lost = forgets and app.links.empty and len(numbers) > 1 and there.mean() >= _NEARLY_ALL
    return findings(
        reconnect_lost_links,
        [{"ref": COMPANY, "there": int(there.sum()), "number": len(numbers)}] if lost else [],
        "No record is linked, but {there} of {number} invoices are in QuickBooks by number.",
        severity="blocks",
        remedy="Have the app's support restore the links before anything is sent.",
        by="hand",
        fault="6140",
    )


_NEARLY_ALL = 0.9
