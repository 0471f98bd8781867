"""Customers: who is who on both sides, and where the app's rule and the evidence differ."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, asked, found_by_name, looked_up
from recon.checks.edits import made_by_sync
from recon.checks.finding import findings
from recon.rules.names import legal_email


def _named(case: Case, pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs as rows of findings: ref, other_ref, name, other_name, reasons, band."""
    books = case.books
    app, qbo = (side.customers.set_index("ref")["name"] for side in (books.app, books.qbo))
    said = pd.concat([case.lookup_names, qbo, app])
    rows = pairs.rename(columns={"left_ref": "ref", "right_ref": "other_ref"})
    return rows.assign(
        name=looked_up(rows["ref"], said),
        other_name=looked_up(rows["other_ref"], said).fillna(""),
    )


def near_miss_client_name(case: Case) -> pd.DataFrame:
    """Both sides hold one party under two spellings, which the app's rule does not see as one.

    Source: Invoice Ninja user guide, "if your client names … differ slightly between systems, you
        can still end up with duplicates"; read 2026-11-22.
    """
    alike = _named(case, case.partners("customer", "app-qbo", case.settings.same_party))
    found = found_by_name(case)
    return findings(
        near_miss_client_name,
        alike[~among(alike["ref"], found["ref"])],
        "{name} is {other_name} in QuickBooks ({reasons}).",
        severity="wrong",
        remedy="Give both the same name before the sync.",
        by="qbo or app",
    )


def client_dup_in_source(case: Case) -> pd.DataFrame:
    """Two of the app's clients are one party.

    Source: Workiz help, "determine if the duplicate clients … are the same person"; read
        2026-11-22.
    """
    return findings(
        client_dup_in_source,
        _named(case, case.partners("customer", "app-app", case.settings.same_party)),
        "{name} and {other_name} are one party ({reasons}).",
        severity="wrong",
        remedy="Merge them in the app; keep the one that QuickBooks knows.",
        by="app",
        fault="6240",
    )


def duplicate_in_qbo(case: Case) -> pd.DataFrame:
    """Two active QuickBooks customers are one party.

    One that the sync itself made is told by `duplicate_made_by_sync`.

    Source: Intuit help, "Merge duplicate customers" (permanent; no sub-customers); read 2026-11-22.
    """
    customers = case.books.qbo.customers
    active = customers.loc[customers["active"], "ref"]
    pairs = case.partners("customer", "qbo-qbo", case.settings.same_party)
    pairs = pairs.drop(index=made_by_sync(case).index)
    return findings(
        duplicate_in_qbo,
        _named(case, pairs[among(pairs["left_ref"], active) & among(pairs["right_ref"], active)]),
        "{name} and {other_name} are one party ({reasons}).",
        severity="wrong",
        remedy="Merge them in the QuickBooks screen into the one that the app will be linked to.",
        by="hand",
    )


def many_to_one_link(case: Case) -> pd.DataFrame:
    """Several clients would be linked to one customer.

    Source: Invoice Ninja's open source as described: no test whether a customer is linked
        already; read 2026-11-22.
    """
    sent = asked(case)
    crowd = sent[sent["key"].duplicated(keep=False)]
    return findings(
        many_to_one_link,
        crowd,
        "{name}: several clients have this name and would share one customer.",
        severity="wrong",
        remedy="Merge them if they are one party; otherwise tell their names apart.",
        by="app",
    )


def same_name_different_party(case: Case) -> pd.DataFrame:
    """A client has exactly the name of a customer that the evidence says is somebody else.

    Source: Invoice Ninja user guide, clients are matched by display name alone; read 2026-11-22.
    """
    found = found_by_name(case)
    told = case.partners("customer", "app-qbo", 0.0).set_index(["left_ref", "right_ref"])
    at = pd.MultiIndex.from_frame(found[["ref", "other_ref"]])
    believed = told["match_probability"].reindex(at).fillna(0.0).to_numpy()
    reasons = told["reasons"].reindex(at).fillna("nothing but the name agrees").to_numpy()
    found = found.assign(reasons=reasons)
    return findings(
        same_name_different_party,
        found[
            (believed < case.settings.other_party)
            | case.contradicted(found["ref"], found["other_ref"])
        ],
        "{name} would be linked to a customer of the same name that is somebody else ({reasons}).",
        severity="wrong",
        remedy="Tell the names apart on one side before the sync.",
        by="qbo or app",
    )


def shared_email(case: Case) -> pd.DataFrame:
    """One e-mail address stands on several customers of one side, so it proves nothing.

    Source: HoneyBook and Housecall Pro help, customers matched by e-mail; read 2026-11-22.
    """
    found = []
    for side in (case.books.app, case.books.qbo):
        mail = side.customers.loc[side.customers["active"], ["ref", "name", "email"]]
        mail = mail.dropna(subset=["email"])
        found.append(mail[mail["email"].str.casefold().duplicated(keep=False)])
    return findings(
        shared_email,
        pd.concat(found),
        "{name} shares the address {email} with others.",
        severity="note",
        remedy="Do not link by e-mail here.",
        by="hand",
    )


def email_invalid(case: Case) -> pd.DataFrame:
    """An e-mail address that QuickBooks refuses, and with it the customer.

    Source: Intuit, Customer entity, PrimaryEmailAddr, fault 2210; read 2026-11-22.
    """
    app = case.books.app.customers[["ref", "name", "email"]].dropna(subset=["email"])
    bad = app[~app["email"].map(legal_email).astype(bool)]
    return findings(
        email_invalid,
        bad,
        "{name}: QuickBooks refuses the address {email}.",
        severity="blocks",
        remedy="Correct the address, or leave it empty.",
        by="app",
        fault="2210",
    )


def merge_blocked_by_subcustomers(case: Case) -> pd.DataFrame:
    """Two duplicates cannot be merged while one of them has sub-customers.

    Source: Intuit help, "Merge duplicate customers" (neither may have sub-customers or projects);
        read 2026-11-22.
    """
    parents = set(case.books.qbo.customers["parent_ref"].dropna())
    pairs = case.partners("customer", "qbo-qbo", case.settings.same_party)
    stuck = pairs[among(pairs["left_ref"], parents) | among(pairs["right_ref"], parents)]
    return findings(
        merge_blocked_by_subcustomers,
        _named(case, stuck),
        "{name} and {other_name} cannot be merged: one has sub-customers.",
        severity="blocks",
        remedy="Move the sub-customers to the one that stays, then merge.",
        by="hand",
    )
