"""Names of the app's customers against what QuickBooks accepts and already holds."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, asked, held, once
from recon.checks.finding import findings
from recon.rules.names import (
    CUSTOMER_NAME_MAX,
    illegal_in_name,
    keys,
    unique_key,
    without_deleted,
)


@once
def _asked(case: Case) -> pd.DataFrame:
    """The app's customers with the name that it looks up: ref, name, key (strict), found."""
    looked_for = asked(case)
    found = among(looked_for["key"], held(case)["key"])
    return looked_for.assign(key=keys(looked_for["name"]), found=found)


def name_illegal_characters(case: Case) -> pd.DataFrame:
    """A name holds a colon, a tab or a line break, which no name in QuickBooks may hold.

    Source: Intuit, Customer entity, DisplayName; fault 2040; read 2026-11-22.
    """
    sent = _asked(case)
    bad = keys(sent["name"], illegal_in_name).fillna("") != ""
    return findings(
        name_illegal_characters,
        sent[bad & ~sent["found"]],
        "{name} holds a character that QuickBooks refuses.",
        severity="blocks",
        remedy="Write a dash instead of a colon, a blank instead of a tab or line break.",
        by="app",
        fault="2040",
    )


def name_too_long(case: Case) -> pd.DataFrame:
    """A name is longer than the app sends or QuickBooks takes: cut before the look-up, or refused.

    Source: the profile's own cut; Intuit, Customer entity, 500 characters; read 2026-11-22.
    """
    limit = case.profile.customer.name_max or CUSTOMER_NAME_MAX
    fate = "cut before it is looked up" if case.profile.customer.name_max else "refused"
    app = case.books.app.customers
    long = app[app["name"].str.len().fillna(0) > limit]
    return findings(
        name_too_long,
        long.assign(limit=limit, fate=fate),
        "{name} is longer than {limit} characters and is {fate}.",
        severity="wrong",
        remedy="Give the customer in QuickBooks the cut name, or shorten it on both sides.",
        by="qbo or app",
    )


def whitespace_noise(case: Case) -> pd.DataFrame:
    """A name has blanks at its ends, doubled, or invisible: it will not equal its twin.

    Source: Teachworks help, client names with extra spaces are not matched; read 2026-11-22.
    """
    tables = (case.books.app.customers, case.books.qbo.customers)
    named = pd.concat([t[["ref", "name"]] for t in tables]).dropna()
    noisy = named["name"].str.contains(r"^\s|\s$|\s\s|[\u00a0\u200b\u200c\u200d\ufeff]", regex=True)
    return findings(
        whitespace_noise,
        named[noisy],
        "{name!r} has blanks that nobody sees.",
        severity="wrong",
        remedy="Type the name anew with single blanks.",
        by="qbo or app",
        fault="6240",
    )


def blank_client_collapses(case: Case) -> pd.DataFrame:
    """A client without any name is sent under one made-up name that all such clients share.

    Source: Invoice Ninja's open source as described, "No Contact Set"; read 2026-11-22.
    """
    sent = _asked(case)
    blank = sent[sent["name"] == case.profile.customer.blank_literal]
    return findings(
        blank_client_collapses,
        blank,
        "A client without a name would be sent as {name}, together with every other one.",
        severity="blocks",
        remedy="Give the client its name in the app.",
        by="app",
    )


def name_taken_by_vendor_or_employee(case: Case) -> pd.DataFrame:
    """The app would create a customer under a name that a vendor or an employee holds.

    QuickBooks keeps one name space for customers, vendors and employees. The app's own look-up
    name is compared, not the raw one.

    Source: Intuit, Customer entity, DisplayName ("must be unique across all Customer, Vendor,
        and Employee objects"), fault 6240; read 2026-11-22.
    """
    qbo = case.books.qbo
    others = pd.concat([qbo.vendors, qbo.employees])[["ref", "name", "kind"]]
    others = others.assign(key=keys(others["name"]))
    sent = _asked(case)
    clash = sent[~sent["found"]].merge(others, on="key", suffixes=("", "_held"))
    return findings(
        name_taken_by_vendor_or_employee,
        clash.rename(columns={"ref_held": "other_ref"}),
        "{name} is already the name of {kind} {name_held}.",
        severity="blocks",
        remedy='Rename the vendor or employee, for example with "(V)" behind the name, or make it '
        "inactive; or rename the client in the app.",
        by="qbo or app",
        fault="6240",
    )


def customer_inactive_in_qbo(case: Case) -> pd.DataFrame:
    """A client's customer is in QuickBooks but inactive, where no look-up finds it.

    Source: Workiz help, "has been made inactive in QuickBooks"; inactive names end in
        " (deleted)"; read 2026-11-22.
    """
    qbo = case.books.qbo.customers
    asleep = qbo.loc[~qbo["active"], ["ref", "name"]]
    asleep = asleep.assign(key=keys(asleep["name"], lambda n: unique_key(without_deleted(n))))
    sent = _asked(case)
    clash = sent[~sent["found"]].merge(asleep, on="key", suffixes=("", "_held"))
    return findings(
        customer_inactive_in_qbo,
        clash.rename(columns={"ref_held": "other_ref"}),
        "{name} is inactive in QuickBooks: the sync would make a second customer.",
        severity="wrong",
        remedy="Make it active again before the sync.",
        by="qbo",
    )
