"""Customers: currency, tax, hierarchy, and what does not fit into QuickBooks' fields."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, found_by_name, looked_up
from recon.checks.finding import findings
from recon.rules.limits import PHONE_MAX


def merge_currency_mismatch(case: Case) -> pd.DataFrame:
    """Two duplicates in QuickBooks have different currencies, so that they cannot be merged.

    Source: reported by QuickBooks users (the merge is refused where currencies differ), not
        written by Intuit; read 2026-11-22.
    """
    customers = case.books.qbo.customers.set_index("ref")
    pairs = case.partners("customer", "qbo-qbo", case.settings.same_party)
    sides = ("left_ref", "right_ref")
    one, other = (looked_up(pairs[side], customers["currency"]) for side in sides)
    rows = pairs.assign(
        ref=pairs["left_ref"], other_ref=pairs["right_ref"], one=one, other=other,
        name=looked_up(pairs["left_ref"], customers["name"]),
        other_name=looked_up(pairs["right_ref"], customers["name"]),
    )  # fmt: skip
    return findings(
        merge_currency_mismatch,
        rows[(one != other).fillna(value=False)],
        "{name} ({one}) and {other_name} ({other}) cannot be merged: their currencies differ.",
        severity="blocks",
        remedy="Keep both, and link each client to the one of its currency.",
        by="hand",
    )


def multicurrency_mismatch(case: Case) -> pd.DataFrame:
    """A client bills in another currency than the customer that it would be linked to.

    Source: Intuit, Customer entity, CurrencyRef (cannot be changed once it is used); Zuper and
        Chargebee help, multicurrency has to be on; read 2026-11-22.
    """
    home = case.books.qbo.preference("HomeCurrency")
    found = found_by_name(case)
    bills_in = looked_up(found["ref"], case.books.app.customers.set_index("ref")["currency"])
    held = found["currency_held"].fillna(home) if home else found["currency_held"]
    rows = found.assign(bills_in=bills_in, holds=held)
    differ = (bills_in.str.upper() != held.str.upper()).fillna(value=False)
    return findings(
        multicurrency_mismatch,
        rows[differ],
        "{name} bills in {bills_in}; the customer in QuickBooks is kept in {holds}.",
        severity="blocks",
        remedy="Make a second customer in QuickBooks for that currency.",
        by="qbo",
        fault="6000",
    )


def currency_not_in_qbo(case: Case) -> pd.DataFrame:
    """A client bills in a foreign currency, and QuickBooks keeps books in one currency only.

    Source: Intuit, Preferences.CurrencyPrefs.MultiCurrencyEnabled; Chargebee help; read
        2026-11-22.
    """
    qbo, app = case.books.qbo, case.books.app.customers
    home = qbo.preference("HomeCurrency")
    foreign = app[(app["currency"].str.upper() != home.upper()).fillna(value=False)]
    single = bool(home) and qbo.preference("MultiCurrencyEnabled").casefold() == "false"
    return findings(
        currency_not_in_qbo,
        foreign.assign(home=home) if single else foreign.iloc[:0],
        "{name} bills in {currency}, but QuickBooks keeps its books in {home} only.",
        severity="blocks",
        remedy="Turn on multicurrency (for good), or bill in the home currency.",
        by="hand",
        fault="6000",
    )


def subcustomer_hierarchy_mismatch(case: Case) -> pd.DataFrame:
    """The customer that a client would be linked to stands below another one.

    Source: Housecall Pro and BILL help: a sub-customer or project has a parent that the app does
        not know; read 2026-11-22.
    """
    found = found_by_name(case)
    below = found[found["parent_ref_held"].notna()]
    return findings(
        subcustomer_hierarchy_mismatch,
        below[~among(below["ref"], _with_parent(case))],
        "{name} is {full_name_held} in QuickBooks: its invoices will stand below that parent.",
        severity="note",
        remedy="Find out whether the parent customer is to be billed.",
        by="hand",
    )


def bill_with_parent_mismatch(case: Case) -> pd.DataFrame:
    """The app bills a client itself, while QuickBooks bills it with its parent.

    Source: Intuit, Customer entity, BillWithParent; that
        invoices of the app then show on the parent's statement is inferred; read 2026-11-22.
    """
    found = found_by_name(case)
    with_parent = found["bill_with_parent_held"].fillna(value=False)
    return findings(
        bill_with_parent_mismatch,
        found[with_parent & ~among(found["ref"], _with_parent(case))],
        "{name} is billed with its parent in QuickBooks ({full_name_held}), in the app by itself.",
        severity="wrong",
        remedy='Take "Bill with parent" off the customer, or bill the parent in the app.',
        by="qbo or app",
    )


def _with_parent(case: Case) -> pd.Series[str]:
    app = case.books.app.customers
    with_parent: pd.Series[str] = app.loc[app["parent_ref"].notna(), "ref"]
    return with_parent


def parent_not_synced(case: Case) -> pd.DataFrame:
    """A client stands below another one that QuickBooks does not have.

    Source: Workiz help, "has a parent client that is not synced to QuickBooks"; Intuit,
        fault 2500; read 2026-11-22.
    """
    app = case.books.app.customers
    known = set(found_by_name(case)["ref"]) | set(case.books.app.links["ref"])
    below = app[app["parent_ref"].notna() & ~among(app["parent_ref"], known)]
    parent = below["parent_ref"].map(case.lookup_names).fillna("a client that is not there")
    return findings(
        parent_not_synced,
        below.assign(other_ref=below["parent_ref"], parent=parent),
        "{name} stands below {parent}, which QuickBooks does not have.",
        severity="blocks",
        remedy="Send the parent first.",
        by="qbo or app",
        fault="2500",
    )


def client_missing_person_name(case: Case) -> pd.DataFrame:
    """A client has no first or no last name, and its app wants both; QuickBooks itself does not.

    Source: Workiz help, "does not have a first and last name"; read 2026-11-22.
    """
    app = case.books.app.customers
    both = ["given_name", "family_name"]
    if not set(both) <= set(case.profile.customer.requires):
        app = app.iloc[:0]
    return findings(
        client_missing_person_name,
        app[app[both].isna().any(axis="columns")],
        "{name} has no first or no last name.",
        severity="blocks",
        remedy="Fill in both; a company may stand in both.",
        by="app",
        fault="6080",
    )


def email_missing(case: Case) -> pd.DataFrame:
    """A client without an e-mail, where the app finds customers by e-mail.

    Source: HoneyBook and JobsiteOn help, customers are matched by e-mail; read 2026-11-22.
    """
    app = case.books.app.customers
    by_mail = "email" in case.profile.customer.match
    return findings(
        email_missing,
        app[app["email"].isna()] if by_mail else app.iloc[:0],
        "{name} has no e-mail, by which the app would find it in QuickBooks.",
        severity="wrong",
        remedy="Enter the same e-mail on both sides.",
        by="qbo or app",
    )


def phone_too_long(case: Case) -> pd.DataFrame:
    """A phone number has more characters than QuickBooks keeps.

    Source: Intuit, Customer entity, PrimaryPhone, 30 characters, fault 2050; read 2026-11-22.
    """
    app = case.books.app.customers
    return findings(
        phone_too_long,
        app[app["phone"].str.len().fillna(0) > PHONE_MAX],
        "{name}: the phone number {phone} has more than 30 characters.",
        severity="note",
        remedy="Keep only the number in the field, and put the rest into the notes.",
        by="app",
        fault="2050",
    )


def address_line_too_long(case: Case) -> pd.DataFrame:
    """A part of an address, or of a person's name, is longer than the app sends: it arrives cut.

    Source: Invoice Ninja's open source as described: street 41, city 31, state 21, postal code
        13, first and last name 25 characters, less than QuickBooks takes; read 2026-11-22.
    """
    app = case.books.app.customers
    found = [
        app.loc[app[column].str.len().fillna(0) > limit, ["ref", "name", column]].rename(
            columns={column: "part"}
        ).assign(limit=limit)
        for column, limit in case.profile.customer.cuts.items()
        if limit  # 0: no column that travels
    ]  # fmt: skip
    return findings(
        address_line_too_long,
        pd.concat(found) if found else app.iloc[:0],
        "{name}: of {part} only {limit} characters arrive.",
        severity="note",
        remedy="Shorten it; a long street can be spread over both lines.",
        by="app",
    )


def tax_exempt_mismatch(case: Case) -> pd.DataFrame:
    """The app charges a client tax, and in QuickBooks its customer is exempt.

    Source: Intuit, Customer entity, Taxable; Dirt Face help, exemption has to agree on both
        sides; read 2026-11-22.
    """
    lines = case.books.app.invoice_lines
    taxed = lines.loc[(lines["tax_rate"] > 0).fillna(value=False), "ref"]
    invoices = case.books.app.invoices
    charged = invoices.loc[among(invoices["ref"], taxed), "customer_ref"]
    found = found_by_name(case)
    exempt = ~found["taxable_held"].fillna(value=True)
    return findings(
        tax_exempt_mismatch,
        found[exempt & among(found["ref"], charged)],
        "{name} is charged tax in the app and is exempt in QuickBooks.",
        severity="wrong",
        remedy="Find out which is right, and make both sides agree.",
        by="qbo or app",
    )


def ast_customer_address_incomplete(case: Case) -> pd.DataFrame:
    """Automated sales tax goes by the customer's address, and that of a taxed client is not whole.

    Source: Invoice Ninja user guide, Automatic Sales Tax ("based on the customer's location");
        Intuit, TaxPrefs.PartnerTaxEnabled; read 2026-11-22.
    """
    app, lines = case.books.app, case.books.app.invoice_lines
    automatic = case.books.qbo.preference("PartnerTaxEnabled").casefold() == "true"
    taxed = lines.loc[(lines["tax_rate"] > 0).fillna(value=False), "ref"]
    charged = app.invoices.loc[among(app.invoices["ref"], taxed), "customer_ref"]
    clients = app.customers[among(app.customers["ref"], charged)]
    lacking = clients["region"].isna() | clients["postal_code"].isna()
    return findings(
        ast_customer_address_incomplete,
        clients[lacking] if automatic else clients.iloc[:0],
        "{name} is charged tax and has no state or postal code, by which QuickBooks works it out.",
        severity="wrong",
        remedy="Complete the address in the app.",
        by="app",
    )
