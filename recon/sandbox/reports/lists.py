"""Reports that list transactions by their heads, and the chart of accounts.

Source: Intuit, Reports (TransactionList, TransactionListByCustomer, AccountList) entity pages
(columns; transaction_type, arpaid, appaid, docnum), read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.amounts import units
from recon.sandbox.reports import figures
from recon.sandbox.reports.details import grouped
from recon.sandbox.reports.figures import Form
from recon.sandbox.reports.layout import Table, cell, columns, row
from recon.sandbox.reports.period import Period

# What transaction_type calls otherwise than the list does.
_CALLED = {
    "receivepayment": "Payment",
    "check": "Purchase",
    "cashpurchase": "Purchase",
    "creditcardcharge": "Purchase",
    "creditcardcredit": "Purchase",
    "expense": "Purchase",
    "billpaymentcheck": "Bill Payment",
    "billpaymentcreditcard": "Bill Payment",
    "creditrefund": "Refund Receipt",
}
_PAID_SIDES = {"arpaid": frozenset({"Invoice"}), "appaid": frozenset({"Bill"})}


def transactions(ledger: Ledger, asked: Period, params: Mapping[str, str]) -> Table:
    """Every transaction of a period on a line of its own."""
    titles = columns(
        ("Date", "tx_date"), ("Transaction Type", "txn_type"), ("Num", "doc_num"),
        ("Posting", "is_no_post"), ("Name", "name"), ("Memo/Description", "memo"),
        ("Account", "account_name"), ("Split", "other_account"), ("Amount", "subt_nat_amount"),
    )  # fmt: skip
    rows = [
        row(
            cell(form.day), cell(form.type, form.record_id), cell(form.number),
            cell("Yes" if form.posts else "No"), cell(form.party, form.party_id),
            cell(form.memo), cell(form.account, form.account_id), cell(form.split),
            cell(form.amount),
        )
        for form in figures.forms(ledger, asked)
        if _wanted(form, params)
    ]  # fmt: skip
    return Table(titles, rows)


def transactions_by(kind: str) -> Callable[[Ledger, Period, Mapping[str, str]], Table]:
    """The report of the transactions with each customer, or with each vendor."""

    def draw(ledger: Ledger, asked: Period, params: Mapping[str, str]) -> Table:
        titles = columns(
            ("Date", "tx_date"), ("Transaction Type", "txn_type"), ("Num", "doc_num"),
            ("Posting", "is_no_post"), ("Memo/Description", "memo"), ("Account", "account_name"),
            ("Amount", "subt_nat_amount"),
        )  # fmt: skip
        listed = [
            (
                cell(form.party, form.party_id),
                row(
                    cell(form.day), cell(form.type, form.record_id), cell(form.number),
                    cell("Yes" if form.posts else "No"), cell(form.memo),
                    cell(form.account, form.account_id), cell(form.amount),
                ),
            )
            for form in figures.forms(ledger, asked)
            if _wanted(form, params) and form.party_id and ledger.store.text(kind, form.party_id)
        ]  # fmt: skip
        return Table(titles, grouped(listed, titles))

    return draw


def _wanted(form: Form, params: Mapping[str, str]) -> bool:
    """The transaction is of the type, number and state that a list is limited to."""
    types = {each.strip().lower() for each in params.get("transaction_type", "").split(",") if each}
    asked = {_CALLED.get(each, each).replace(" ", "").lower() for each in types}
    if asked and form.type.replace(" ", "").lower() not in asked:
        return False
    if params.get("docnum") and form.number != params["docnum"]:
        return False
    for name, kinds in _PAID_SIDES.items():
        state = (params.get(name) or "All").lower()
        if state != "all" and (form.type not in kinds or form.paid != (state == "paid")):
            return False
    return True


def accounts(ledger: Ledger, _: Period) -> Table:
    """The chart of accounts as it stands, whatever period is asked for."""
    titles = columns(("Account", "account_name"), ("Type", "account_type"),
                     ("Detail type", "detail_acc_type"), ("Description", "account_desc"),
                     ("Balance", "account_bal"))  # fmt: skip
    listed = sorted(
        ledger.store.every("Account", "active = 1"),
        key=lambda each: str(each["FullyQualifiedName"]).casefold(),
    )
    rows = [
        row(
            cell(each["FullyQualifiedName"], each["Id"]), cell(str(each.get("AccountType", ""))),
            cell(str(each.get("AccountSubType", ""))), cell(str(each.get("Description", ""))),
            cell(units(each["CurrentBalance"]) if "CurrentBalance" in each else ""),
        )
        for each in listed
    ]  # fmt: skip
    return Table(titles, rows)
