"""Records that the app has linked already: whether the links hold, and what an update would do."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among
from recon.checks.finding import findings
from recon.rules.names import keys, query_key


def _links(case: Case, kind: str) -> pd.DataFrame:
    """Stored links of the app's records of one kind: ref, linked_ref."""
    links = case.books.app.links[["ref", "linked_ref"]].drop_duplicates("ref")
    return links[links["ref"].str.startswith(f"app:{kind}:")]


def _called(case: Case, kind: str) -> pd.Series[Any]:
    app = case.books.app
    tables = {
        "customer": (app.customers, "name"),
        "item": (app.items, "name"),
        "invoice": (app.invoices, "number"),
        "payment": (app.payments, "number"),
    }
    table, column = tables[kind]
    named: pd.Series[Any] = table.set_index("ref")[column]
    return named


def _gone(case: Case, kind: str, held: pd.DataFrame) -> pd.DataFrame:
    """Links to records that QuickBooks does not have: ref, linked_ref, called."""
    links = _links(case, kind)
    gone = links[~among(links["linked_ref"], held["ref"])]
    if case.books.qbo.only_lists and kind in {"invoice", "payment"}:
        gone = gone.iloc[:0]  # they were never read
    return gone.assign(called=gone["ref"].map(_called(case, kind)))


def stored_link_broken(case: Case) -> pd.DataFrame:
    """The app points at a customer or item that QuickBooks does not have, or that is inactive.

    Source: Invoice Ninja's open source as described (a customer that is not found is created
        anew); Intuit, fault 610, "Object Not Found"; read 2026-11-22.
    """
    found = []
    for kind, held in (
        ("customer", case.books.qbo.customers),
        ("item", case.books.qbo.items),
    ):
        gone = _gone(case, kind, held).assign(what="is not there")
        links = _links(case, kind)
        asleep = links[among(links["linked_ref"], held.loc[~held["active"], "ref"])]
        asleep = asleep.assign(called=asleep["ref"].map(_called(case, kind)), what="is inactive")
        found += [gone, asleep]
    rows = pd.concat(found, ignore_index=True)
    return findings(
        stored_link_broken,
        rows.assign(id=rows["linked_ref"].str.split(":", n=2).str[2]),
        "{called} is linked to the QuickBooks record {id}, which {what}.",
        severity="wrong",
        remedy="Make the record active again, or have the link taken off in the app.",
        by="qbo or hand",
        fault="610",
    )


def qbo_invoice_deleted(case: Case) -> pd.DataFrame:
    """The app points at an invoice that was deleted in QuickBooks.

    Source: Workiz help, "has been deleted in QuickBooks"; Intuit, fault 610; read 2026-11-22.
    """
    return findings(
        qbo_invoice_deleted,
        _gone(case, "invoice", case.books.qbo.invoices),
        "Invoice {called} is linked to an invoice that QuickBooks does not have.",
        severity="wrong",
        remedy="Have the link taken off in the app, so that the invoice is sent again.",
        by="hand",
        fault="610",
    )


def qbo_payment_deleted(case: Case) -> pd.DataFrame:
    """The app points at a payment that was deleted in QuickBooks.

    Source: Workiz help, "has been deleted in QuickBooks"; Intuit, fault 610; read 2026-11-22.
    """
    return findings(
        qbo_payment_deleted,
        _gone(case, "payment", case.books.qbo.payments),
        "Payment {called} is linked to a payment that QuickBooks does not have.",
        severity="wrong",
        remedy="Have the link taken off in the app, so that the payment is sent again.",
        by="hand",
        fault="610",
    )


def invoice_customer_inactive(case: Case) -> pd.DataFrame:
    """An invoice that is yet to travel belongs to a client whose linked customer is inactive.

    Source: Workiz help, "linked to a client that has been made inactive in QuickBooks"; Intuit,
        fault 610; read 2026-11-22.
    """
    held = case.books.qbo.customers
    links = _links(case, "customer").rename(columns={"ref": "customer_ref"})
    links = links[among(links["linked_ref"], held.loc[~held["active"], "ref"])]
    rows = case.books.app.invoices[["ref", "number", "customer_ref"]].merge(
        links, on="customer_ref"
    )
    rows = rows[~among(rows["ref"], _links(case, "invoice")["ref"])]
    return findings(
        invoice_customer_inactive,
        rows.assign(
            other_ref=rows["linked_ref"], name=rows["linked_ref"].map(held.set_index("ref")["name"])
        ),
        "Invoice {number}: its customer {name} is inactive in QuickBooks.",
        severity="blocks",
        remedy="Make the customer active again.",
        by="qbo",
        fault="610",
    )


def linked_update_overwrites_qbo(case: Case) -> pd.DataFrame:
    """A linked customer differs in QuickBooks: the app's next change of the client overwrites it.

    Source: Invoice Ninja's open source as described: a full, not a sparse update with the
        client's name, e-mail and address; read 2026-11-22.
    """
    links = _links(case, "customer")
    if "customer" not in case.profile.links.overwrites:
        links = links.iloc[:0]
    app = case.books.app.customers.set_index("ref").assign(name=case.lookup_names)
    qbo = case.books.qbo.customers.set_index("ref")
    links = links[among(links["ref"], app.index) & among(links["linked_ref"], qbo.index)]
    differs = pd.DataFrame(index=links.index)
    for column, label in _OVERWRITTEN.items():
        ours = folded(links["ref"].map(app[column]))
        theirs = folded(links["linked_ref"].map(qbo[column]))
        differs[label] = theirs.ne("") & ours.ne(theirs)
    labels = list(_OVERWRITTEN.values())
    what = [
        ", ".join(label for label, is_so in zip(labels, row, strict=True) if is_so)
        for row in differs.to_numpy()
    ]
    rows = links.assign(
        other_ref=links["linked_ref"],
        name=links["linked_ref"].map(qbo["name"]),
        what=pd.Series(what, index=links.index, dtype="object"),
    )
    return findings(
        linked_update_overwrites_qbo,
        rows[differs.any(axis="columns")],
        "{name} in QuickBooks differs from its client ({what}): the next change overwrites it.",
        severity="wrong",
        remedy="Bring the client in the app up to date first.",
        by="app",
    )


_OVERWRITTEN = {
    "name": "name", "email": "e-mail", "phone": "phone", "address_line1": "street", "city": "city",
}  # fmt: skip


def folded(values: pd.Series[Any]) -> pd.Series[Any]:
    """Text as it is compared: a phone by its digits, the rest without regard to case and blanks."""
    text = values.astype("string").fillna("").str.strip().str.casefold()
    digits = text.str.replace(r"[^0-9]", "", regex=True)
    return text.mask(text.str.fullmatch(r"[\d\s()+.\-]{7,}"), digits.str[-10:])


def differ(ours: pd.Series[Any], theirs: pd.Series[Any]) -> pd.Series[bool]:
    """True where both hold something that is not the same, however it is written.

    Only what is not equal letter by letter is folded, which is the slower part.
    """
    apart = (ours != theirs).fillna(value=False).astype(bool)
    apart &= ours.notna() & theirs.notna()
    unequal = apart.index[apart]
    apart[unequal] = folded(ours[unequal]).ne(folded(theirs[unequal])).astype(bool)
    return apart


def rename_not_propagated(case: Case) -> pd.DataFrame:
    """A linked client has another name by now, and its app does not send changes of names.

    Source: TaxDome and HoneyBook help: a name that is changed later is not changed in
        QuickBooks; read 2026-11-22.
    """
    links = _links(case, "customer")
    if case.profile.links.rename_travels:
        links = links.iloc[:0]
    names = case.books.qbo.customers.set_index("ref")["name"]
    rows = links.assign(
        name=links["ref"].map(case.lookup_names),
        other_ref=links["linked_ref"],
        held=links["linked_ref"].map(names),
    ).dropna(subset=["name", "held"])
    return findings(
        rename_not_propagated,
        rows[keys(rows["name"], query_key) != keys(rows["held"], query_key)],
        "{name} is still called {held} in QuickBooks; the app does not change that.",
        severity="wrong",
        remedy="Rename the customer in QuickBooks.",
        by="qbo",
    )


def initial_sync_failed(case: Case) -> pd.DataFrame:
    """The app says itself that a record failed to travel, and it has no link.

    Source: Workiz help, "failed to sync during the initial sync"; read 2026-11-22.
    """
    told = case.books.app.sync_status
    failed = told[told["status"].str.casefold().isin(["failed", "error"]).fillna(value=False)]
    return findings(
        initial_sync_failed,
        failed[~among(failed["ref"], case.books.app.links["ref"])],
        "The app could not send this record: {says}",
        severity="blocks",
        remedy="Mend the cause, then send the record again from the app's sync history.",
        by="hand",
    )


def skipped_account_has_open_ar(case: Case) -> pd.DataFrame:
    """A client is kept out of the sync and still owes money: its invoices never arrive.

    Source: TaxDome help: nothing of an account that is not synced travels, and nothing more is
        said about it; read 2026-11-22.
    """
    told = case.books.app.sync_status
    out = told[told["status"].str.casefold().isin(_OUT).fillna(value=False)]
    invoices = case.books.app.invoices
    owed = invoices[invoices["balance"].fillna(0) > 0].groupby("customer_ref")["balance"].sum()
    rows = out.assign(
        name=out["ref"].map(_called(case, "customer")), owed=out["ref"].map(owed)
    ).dropna(subset=["owed"])
    return findings(
        skipped_account_has_open_ar,
        rows,
        "{name} is kept out of the sync and owes {owed:.2f}.",
        severity="wrong",
        remedy="Choose the customer in QuickBooks for it, or enter its invoices there.",
        by="hand",
    )


_OUT = ("skipped", "not synced", "failed")
