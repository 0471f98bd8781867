"""Where money lies in QuickBooks: bank deposits, undeposited funds, opening balances."""

from __future__ import annotations

from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among
from recon.checks.finding import COMPANY, findings
from recon.checks.payments import same_customers


def payment_deposited(case: Case) -> pd.DataFrame:
    """A linked payment was changed in the app, while QuickBooks' own is part of a bank deposit.

    QuickBooks lets nobody change a payment that has been deposited.

    Source: Intuit, fault 6540, "This transaction has been deposited"; read 2026-11-22.
    """
    app, qbo = case.books.app, case.books.qbo
    deposits = qbo.deposits[["payment_ref", "date"]].dropna().drop_duplicates("payment_ref")
    held = qbo.payments[["ref", "amount"]].merge(
        deposits.rename(columns={"payment_ref": "ref", "date": "deposited"}), on="ref"
    )
    links = app.links[["ref", "linked_ref"]].drop_duplicates("ref")
    rows = app.payments.merge(links, on="ref").merge(
        held.rename(columns={"ref": "linked_ref"}), on="linked_ref", suffixes=("", "_held")
    )
    gone = rows["status"].isin(["cancelled", "voided", "deleted", "refunded"])
    back = (rows["refunded"] > 0).fillna(value=False)
    other = (rows["amount"] != rows["amount_held"]).fillna(value=False)
    what = pd.Series("has another amount", index=rows.index).mask(back, "was refunded")
    rows = rows.assign(
        what=what.mask(gone & ~back, "is no more"),
        day=rows["deposited"].dt.date,
        other_ref=rows["linked_ref"],
    )
    return findings(
        payment_deposited,
        rows[(gone | back | other).astype(bool)],
        "Payment {number} {what} in the app, and QuickBooks' is part of the bank deposit of {day}.",
        severity="blocks",
        remedy="Open that bank deposit, take the payment out of it, and send the payment again.",
        by="hand",
        fault="6540",
    )


def undeposited_funds_mapping(case: Case) -> pd.DataFrame:
    """Payments in QuickBooks go straight to the bank, and the app's will wait in another account.

    Told once, where more than half of the payments do.

    Source: Intuit, Payment entity, DepositToAccountRef (Undeposited Funds where none is named);
        TaxDome help, payments go into Undeposited Funds; read 2026-11-22.
    """
    qbo = case.books.qbo
    waiting = qbo.accounts[qbo.accounts["subtype"] == "UndepositedFunds"]
    placed = qbo.payments["deposit_to_ref"].dropna()
    straight = placed[~among(placed, waiting["ref"])]
    names = qbo.accounts.set_index("ref")["name"]
    most = straight.value_counts().index[:1]
    row = {
        "ref": COMPANY,
        "number": len(straight),
        "all": len(placed),
        "account": names.get(most[0], "a bank account") if len(most) else "",
        "waiting": next(iter(waiting["name"]), "Undeposited Funds"),
    }
    sends = case.profile.flow["payment"].pushes
    return findings(
        undeposited_funds_mapping,
        [row] if sends and len(straight) * 2 > len(placed) else [],
        "{number} of {all} payments in QuickBooks went straight to an account such as {account}; "
        "the app's will wait in {waiting} until somebody makes a bank deposit of them.",
        severity="note",
        remedy="Choose the account in the app's connection where it can be; else + New > Bank "
        "deposit, tick the payments, Save.",
        by="hand",
    )


def opening_balance_customer(case: Case) -> pd.DataFrame:
    """A customer has only an opening balance, and the app will send its open invoices as well.

    Source: Intuit, Customer entity, Balance (on create it becomes an invoice), and help, "The
        words Opening balance appear in the Description field"; that the app's open invoices are
        the same money is inferred; read 2026-11-26.
    """
    app, qbo = case.books.app, case.books.qbo
    lines = qbo.invoice_lines
    told = lines.loc[_says_so(lines["description"]), "ref"]
    opening = qbo.invoices[_says_so(qbo.invoices["memo"]) | among(qbo.invoices["ref"], told)]
    others = qbo.invoices.loc[~among(qbo.invoices["ref"], opening["ref"]), "customer_ref"]
    opening = opening[(opening["balance"] > 0).fillna(value=False)]
    opening = opening[~among(opening["customer_ref"], others)]
    due = app.invoices[~among(app.invoices["ref"], app.links["ref"])]
    due = due[(due["balance"] > 0).fillna(value=False)]
    owed = due.groupby("customer_ref")["balance"].sum()
    rows = opening.merge(same_customers(case), left_on="customer_ref", right_on="qbo_ref")
    rows = rows.assign(other_ref=rows["ref"], ref=rows["app_ref"], owed=rows["app_ref"].map(owed))
    return findings(
        opening_balance_customer,
        rows.dropna(subset=["owed"]),
        "{customer_name} has an opening balance of {balance:.2f} in QuickBooks, and the app sends "
        "open invoices over {owed:.2f} on top of it.",
        severity="wrong",
        remedy="Once they have arrived, open the opening balance's invoice in QuickBooks, void it.",
        by="hand",
    )


def _says_so(texts: pd.Series[Any]) -> pd.Series[bool]:
    told = texts.str.lstrip().str.lower().str.startswith("opening balance")
    return told.fillna(value=False).astype(bool)
