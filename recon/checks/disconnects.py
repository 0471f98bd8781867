"""Invoices that are linked, and what has since been changed that breaks the link.

Only for apps that say what disconnects an invoice.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from recon.books import Side
from recon.case import Case
from recon.checks.columns import among, labelled, looked_up, once
from recon.checks.finding import findings
from recon.checks.linked import differ
from recon.table import TEXT

_A_CENT = Decimal("0.01")
_DETAILS = {
    "number": ("app.invoice.number", "number"), "total": ("app.invoice.total", "total"),
    "tax": ("app.invoice.tax", "tax"), "lines": ("app.invoice.lines", "lines"),
}  # fmt: skip
"""What differs between the sides, to the event of the profile and to words."""
_COMPARED = (*_DETAILS, "voided", "email")


def differences(case: Case, linked: pd.DataFrame) -> pd.DataFrame:
    """What differs between each linked invoice and its record in QuickBooks.

    Args:
        case: the company.
        linked: invoices that are in both books: ref, target_ref, number (as it is sent).

    Returns:
        A row for each, with its index: whether number, total, tax, lines and the client's email
        differ, and whether it is voided; of a void one nothing else is told.
    """
    if linked.empty:
        return pd.DataFrame(index=linked.index, columns=list(_COMPARED), dtype=bool)
    app = _of(case.books.app.invoices, linked["ref"])
    theirs = _of(case.books.qbo.invoices, linked["target_ref"])
    differs = pd.DataFrame(index=linked.index)
    differs["number"] = _unlike(linked["number"].array, theirs["number"].array)
    for column in ("total", "tax"):
        differs[column] = _apart(app[column].array, theirs[column].array)
    count, theirs_count = (
        looked_up(refs, _lines(side, refs)).fillna(0).to_numpy()
        for side, refs in (
            (case.books.app, linked["ref"]),
            (case.books.qbo, linked["target_ref"]),
        )
    )
    differs["lines"] = (count != theirs_count) & (count > 0) & (theirs_count > 0)
    void = theirs["status"].str.casefold().eq("voided").fillna(value=False).to_numpy()
    nothing = (theirs["total"] == 0).fillna(value=False).to_numpy()
    something = (app["total"] > 0).fillna(value=False).to_numpy()
    differs["voided"] = void | (nothing & something)
    mail, their_mail = (
        looked_up(invoices["customer_ref"], side.customers.set_index("ref")["email"])
        for side, invoices in ((case.books.app, app), (case.books.qbo, theirs))
    )
    differs["email"] = _unlike(mail.array, their_mail.array)
    differs.loc[differs["voided"], ["total", "tax", "lines"]] = False
    return differs


def _of(table: pd.DataFrame, refs: pd.Series[Any]) -> pd.DataFrame:
    """The row of each reference, missing where there is none; only those are indexed."""
    return table[among(table["ref"], refs)].set_index("ref").reindex(refs)


def _lines(side: Side, refs: pd.Series[Any]) -> pd.Series[Any]:
    lines = side.invoice_lines["ref"]
    return lines[among(lines, refs)].value_counts()


def _unlike(ours: Any, theirs: Any) -> Any:
    """True where two texts differ but for capitals; not where one is missing."""
    one, other = (pd.Series(side).str.strip().str.casefold() for side in (ours, theirs))
    return (one != other).fillna(value=False).to_numpy()


def _apart(ours: Any, theirs: Any) -> Any:
    """True where two amounts differ by more than a cent; not where one is missing."""
    return ((pd.Series(ours) - pd.Series(theirs)).abs() > _A_CENT).fillna(value=False).to_numpy()


def _events(case: Case) -> frozenset[str]:
    return frozenset(case.profile.links.disconnect_on)


@once
def _linked(case: Case) -> pd.DataFrame:
    """Linked invoices that QuickBooks still has; none where nothing disconnects one.

    Returns:
        ref, target_ref, number, what (the details that differ, in words; empty when none does),
        voided, edited_there (whether QuickBooks' was changed after it was sent), day (when), and
        both customers: customer_ref, customer_ref_held.
    """
    app, held = case.books.app, case.books.qbo.invoices
    links = app.links if _events(case) else app.links.iloc[:0]
    links = links.drop_duplicates("ref").rename(columns={"linked_ref": "target_ref"})
    links = links[links["ref"].str.startswith("app:invoice:")]
    ours = app.invoices[["ref", "number", "customer_ref", "updated_at"]]
    theirs = held[["ref", "customer_ref", "updated_at"]].rename(columns={"ref": "target_ref"})
    linked = links[["ref", "target_ref"]].merge(ours, on="ref")
    linked = linked.merge(theirs, on="target_ref", suffixes=("", "_held"))
    linked["number"] = linked["number"].str.slice(0, case.profile.invoice.number_max)
    differs = differences(case, linked)
    labels = {name: label for name, (_, label) in _DETAILS.items()}
    linked["what"] = labelled(differs[list(labels)].rename(columns=labels))
    synced = app.sync_status.set_index("ref")["at"]
    sent = looked_up(linked["ref"], synced).fillna(linked["updated_at"])
    edited = (linked["updated_at_held"].dt.floor("D") > sent.dt.floor("D")).fillna(value=False)
    return linked.assign(
        other_ref=linked["target_ref"],
        voided=differs["voided"],
        edited_there=edited.astype(bool),
        day=linked["updated_at_held"].dt.date,
    )


def invoice_details_changed(case: Case) -> pd.DataFrame:
    """A linked invoice differs from QuickBooks' in a detail whose change disconnects it.

    Source: Studio Ninja help, "Why is my invoice disconnected from QuickBooks?" (Invoice ID, tax
        options, total, line items); read 2026-11-22.
    """
    linked = _linked(case)
    heeds = {event for event, _ in _DETAILS.values()} & _events(case)
    changed = (linked["what"] != "") & ~linked["voided"] & ~linked["edited_there"]
    return findings(
        invoice_details_changed,
        linked[changed & bool(heeds)],
        "Invoice {number} differs from the one in QuickBooks ({what}) and is disconnected.",
        severity="wrong",
        remedy="Enter in the app what is right in QuickBooks, then copy it again: that overwrites.",
        by="hand",
    )


def invoice_edited_in_qbo(case: Case) -> pd.DataFrame:
    """A linked invoice was changed in QuickBooks after it was sent, and differs now.

    Days are compared, since exports say no more of when a record was edited or sent.

    Source: Studio Ninja help, edits made in QuickBooks disconnect the invoice; Intuit,
        MetaData.LastUpdatedTime; read 2026-11-22.
    """
    linked = _linked(case)
    edited = linked["edited_there"] & (linked["what"] != "") & ~linked["voided"]
    return findings(
        invoice_edited_in_qbo,
        linked[edited & ("qbo.invoice.edited" in _events(case))],
        "Invoice {number} was edited in QuickBooks on {day} ({what}) and is disconnected.",
        severity="wrong",
        remedy="Make the same edit in the app, then copy the invoice again.",
        by="app",
    )


def invoice_voided_in_qbo(case: Case) -> pd.DataFrame:
    """A linked invoice is void in QuickBooks, and the app knows nothing of it.

    Source: Studio Ninja help, an invoice that was voided is disconnected, and copying makes it
        anew; Intuit, Invoice entity, "Void an invoice"; read 2026-11-22.
    """
    linked = _linked(case)
    return findings(
        invoice_voided_in_qbo,
        linked[linked["voided"] & ("qbo.invoice.voided" in _events(case))],
        "Invoice {number} is void in QuickBooks and open in the app: it is disconnected.",
        severity="wrong",
        remedy="Cancel it in the app too; where it is still owed, copy it again.",
        by="app",
    )


def client_details_changed(case: Case) -> pd.DataFrame:
    """A client of linked invoices differs from its customer, which disconnects all of them.

    Source: Studio Ninja help, changes of the client's name, e-mail or other key details disconnect
        its invoices; read 2026-11-22.
    """
    linked = _linked(case)
    heeds = {"app.client.name", "app.client.email"} & _events(case)
    both = linked.dropna(subset=["customer_ref", "customer_ref_held"]) if heeds else linked[:0]
    number = both["customer_ref"].value_counts()
    pairs = both[["customer_ref", "customer_ref_held"]].drop_duplicates()
    ours = case.books.app.customers.set_index("ref").assign(name=case.lookup_names)
    theirs = case.books.qbo.customers.set_index("ref")
    differs = pd.DataFrame(
        {
            label: differ(
                looked_up(pairs["customer_ref"], ours[column]),
                looked_up(pairs["customer_ref_held"], theirs[column]),
            )
            for column, label in _KEY_DETAILS.items()
        }
    )
    rows = pairs.assign(
        ref=pairs["customer_ref"],
        other_ref=pairs["customer_ref_held"],
        name=looked_up(pairs["customer_ref"], ours["name"]),
        number=pairs["customer_ref"].map(number),
        what=labelled(differs),
    )
    return findings(
        client_details_changed,
        rows[rows["what"] != ""],
        "{name} differs from its customer in QuickBooks ({what}): its {number} linked [invoice "
        "is|invoices "
        "are] disconnected.",
        severity="wrong",
        remedy="Make both sides agree, and only then copy its invoices again.",
        by="qbo or app",
    )


_KEY_DETAILS = {
    "name": "name", "email": "e-mail", "phone": "phone", "address_line1": "street",
}  # fmt: skip


_PAID = {"paid": "qbo.payment.any", "credited": "qbo.credit.any"}
"""How a sum came off an invoice in QuickBooks, to the event of the profile."""


def _paid_how(case: Case, invoices: pd.Series[Any]) -> pd.Series[Any]:
    """Whether each of QuickBooks' invoices was paid or credited; both where no payment tells.

    A credit note is used up by a payment that pays more than was received with it.

    Source: Intuit, Payment entity, Line.LinkedTxn (a credit memo and the invoice in one payment,
        whose TotalAmt leaves the credit out); read 2026-11-22.
    """
    held = case.books.qbo
    parts = held.payment_applications
    paying = parts.loc[among(parts["invoice_ref"], invoices), "payment_ref"]
    parts = parts[among(parts["payment_ref"], paying)]
    payments = held.payments[among(held.payments["ref"], paying)].set_index("ref")["amount"]
    spent = parts.groupby("payment_ref")["amount"].sum().reindex(payments.index)
    with_credit = payments.index[(spent > payments).fillna(value=False)]
    credited = parts.loc[among(parts["payment_ref"], with_credit), "invoice_ref"]
    how: pd.Series[Any] = pd.Series("paid or credited", index=invoices.index, dtype=TEXT)
    how[among(invoices, parts["invoice_ref"])] = "paid"
    how[among(invoices, credited)] = "credited"
    return how


def payment_touched_in_qbo(case: Case) -> pd.DataFrame:
    """QuickBooks shows another sum paid on a linked invoice, which disconnects it for good.

    A payment or a credit was added, changed or deleted there, and which of the two is told where
    QuickBooks' payments show it. Invoices of equal totals are compared.

    Source: Studio Ninja help, with payments synced a payment or credit note that is added, edited
        or deleted in QuickBooks disconnects, and "this issue cannot be resolved directly"; read
        2026-11-22.
    """
    rows = _otherwise_paid(case)
    rows = rows.assign(how=_paid_how(case, rows["target_ref"]))
    heeds = [how for how, event in _PAID.items() if event in _events(case)]
    return findings(
        payment_touched_in_qbo,
        rows[rows["how"].isin([*heeds, "paid or credited"])],
        "Invoice {number}: {theirs:.2f} is {how} in QuickBooks and {ours:.2f} in the app: it is "
        "disconnected for good.",
        severity="blocks",
        remedy="From now on enter payments and credits in the app only; leave this one as it is.",
        by="hand",
    )


def _otherwise_paid(case: Case) -> pd.DataFrame:
    """Linked invoices of one total of which `ours` is paid in the app, `theirs` in QuickBooks."""
    linked = _linked(case)
    if not set(_PAID.values()) & _events(case):
        return linked.iloc[:0].assign(ours=None, theirs=None)
    app = _of(case.books.app.invoices, linked["ref"])
    held = _of(case.books.qbo.invoices, linked["target_ref"])
    ours = (app["total"] - app["balance"]).array
    theirs = (held["total"] - held["balance"]).array
    touched = _apart(ours, theirs) & ~_apart(app["total"].array, held["total"].array)
    touched = pd.Series(touched, index=linked.index) & ~linked["voided"]
    return linked.assign(ours=ours, theirs=theirs)[touched]
