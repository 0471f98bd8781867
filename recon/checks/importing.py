"""What an import of QuickBooks' customers would do to the app's clients, before anything is pushed.

Only for apps whose import is known to go by CompanyName, then by e-mail.
"""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.columns import among, looked_up, once
from recon.checks.finding import COMPANY, a_few, findings
from recon.rules.names import collated, keys, query_key


@once
def _imported(case: Case) -> pd.DataFrame:
    """Active customers as an import looks for them.

    Returns:
        ref, name, company_name, mail (folded), by_name (the client whose name is CompanyName),
        by_mail (the first client that has a contact with this e-mail).
    """
    customers = case.books.qbo.customers
    held = customers.loc[customers["active"], ["ref", "name", "company_name", "email"]]
    if "company_name" not in case.profile.pull.customer_match:
        held = held.iloc[:0]
    clients = case.books.app.customers[["ref", "name"]].dropna()
    by_name = clients.assign(key=keys(clients["name"], collated)).drop_duplicates("key")
    mails = pd.concat(
        [case.books.app.contacts[["ref", "email"]], case.books.app.customers[["ref", "email"]]]
    ).dropna()
    by_mail = mails.assign(mail=keys(mails["email"], query_key)).drop_duplicates("mail")
    held = held.assign(mail=keys(held["email"], query_key))
    return held.assign(
        by_name=looked_up(keys(held["company_name"], collated), by_name.set_index("key")["ref"]),
        by_mail=looked_up(held["mail"], by_mail.set_index("mail")["ref"]),
    )


def import_would_blank_name(case: Case) -> pd.DataFrame:
    """A customer without CompanyName is found by e-mail: its empty name replaces the client's.

    Told once: of a healthy company that is so of nearly every person.

    Source: Invoice Ninja's open source as described (the client's name is filled from
        CompanyName after a hit by e-mail); its user guide says that the name is compared; read
        2026-11-22.
    """
    held = _imported(case)
    names = case.books.app.customers.set_index("ref")["name"]
    hit = held[held["company_name"].isna() & held["by_mail"].notna()]
    hit = hit[among(hit["by_mail"], names.dropna().index)]
    return findings(
        import_would_blank_name,
        [{"ref": COMPANY, "number": len(hit), "names": a_few(hit["name"])}] if len(hit) else [],
        "{number} [customer has|customers have] no company name: an import would find the client "
        "by e-mail and "
        "may empty its name ({names}).",
        severity="note",
        remedy="Before any import, write the display name into the company name too.",
        by="qbo",
    )


def import_companyname_mismatch(case: Case) -> pd.DataFrame:
    """A customer has a client's name, but another CompanyName and no e-mail to be found by.

    Source: Invoice Ninja's open source as described (CompanyName, then e-mail, else a new
        client); read 2026-11-22.
    """
    held = _imported(case)
    clients = case.books.app.customers[["ref", "name"]].dropna()
    clients = clients.assign(key=keys(clients["name"], query_key)).drop_duplicates("key")
    lost = held[held["by_name"].isna() & held["by_mail"].isna()]
    client = looked_up(keys(lost["name"], query_key), clients.set_index("key")["ref"])
    return findings(
        import_companyname_mismatch,
        lost.assign(other_ref=client)[client.notna()],
        "{name} is a client of the same name, but an import goes by the company name and makes "
        "another.",
        severity="note",
        remedy="Before any import, write the display name into the company name too.",
        by="qbo",
    )


def shared_email_relink(case: Case) -> pd.DataFrame:
    """Several customers are found by one e-mail, so that an import gives all the same client.

    Source: Invoice Ninja's open source as described: a client that is linked already is linked
        anew; read 2026-11-22.
    """
    held = _imported(case)
    by_mail = held[held["by_name"].isna() & held["by_mail"].notna()]
    crowd = by_mail[by_mail["by_mail"].duplicated(keep=False)]
    return findings(
        shared_email_relink,
        crowd.assign(other_ref=crowd["by_mail"]),
        "{name} shares the address {email} with other customers: an import links all of them to "
        "one client.",
        severity="wrong",
        remedy="Before any import, give each its own e-mail, or its client's name as company name.",
        by="qbo or app",
    )
