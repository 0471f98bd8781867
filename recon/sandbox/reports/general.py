"""The general ledger: debits and credits of every transaction, worked out when a report asks.

An amount that nothing in a transaction names an account for stands under Uncategorized Income or
Uncategorized Expense, so that each transaction balances. The cost of stock sold is not posted.
Amounts are in ten-thousandths of the home currency, debits positive.

Source: Intuit, Reports (GeneralLedger, TrialBalance, BalanceSheet) entity pages, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.records.amounts import times, units
from recon.sandbox.records.entities import SALES
from recon.sandbox.reports import cash
from recon.sandbox.reports.figures import number_of, party, spaced, within
from recon.sandbox.reports.period import Period, year_start
from recon.sandbox.reports.split import Mark, mark
from recon.sandbox.transactions import posting

INCOME, EXPENSE = "Uncategorized Income", "Uncategorized Expense"
_EARNING = SALES | {"Payment"}
_KINDS = (
    *("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt", "Payment"),
    *("Bill", "VendorCredit", "BillPayment", "Purchase"),
    *("Deposit", "Transfer", "CreditCardPaymentTxn", "JournalEntry"),
)


@dataclass(frozen=True)
class Account:
    """What reports need to know of an account; `balance` is debits less credits."""

    record_id: str
    name: str
    type: str
    subtype: str
    balance: int


@dataclass(frozen=True)
class Posted:
    """One debit or, negative, credit."""

    day: str
    type: str
    record_id: str
    number: str
    party: str
    party_id: str
    memo: str
    account: Account
    amount: int
    split: str
    mark: Mark


def chart(ledger: Ledger) -> dict[str, Account]:
    """Every account by its id, inactive ones too, in the order of a statement.

    What the cash basis needs besides stands under its subtype, whether the company has it or not.
    """
    known = [
        Account(
            each["Id"],
            str(each.get("FullyQualifiedName") or each.get("Name", "")),
            str(each.get("AccountType", "")),
            str(each.get("AccountSubType", "")),
            units(each.get("CurrentBalance")),
        )
        for each in ledger.store.every("Account")
    ]
    found = {each.record_id: each for each in sorted(known, key=lambda each: each.name.casefold())}
    for subtype, (name, type_) in cash.UNAPPLIED.items():
        own = next((each for each in known if each.subtype == subtype), None)
        found[subtype] = own or Account("", name, type_, subtype, 0)
    return found


def posted(ledger: Ledger, asked: Period, known: dict[str, Account]) -> list[Posted]:
    """Everything that was posted in a period, by day."""
    found = [
        each
        for kind in _KINDS
        for record in within(ledger, kind, asked)
        for each in _of(ledger, kind, record, known, asked)
    ]
    return sorted(found, key=lambda each: each.day)


def _of(
    ledger: Ledger, kind: str, record: Record, known: dict[str, Account], asked: Period
) -> Iterator[Posted]:
    """The postings of one transaction, which balance, as far as the report is about them."""
    rest = Account("", *((INCOME, "Income") if kind in _EARNING else (EXPENSE, "Expense")), "", 0)
    sums: dict[tuple[Account, Mark], int] = {}
    rate, whole = record.get("ExchangeRate") or 1, 0
    entries = cash.postings if asked.cash else posting.postings
    for account_id, amount, said in entries(ledger, kind, record):
        worth = amount if rate == 1 else times(amount, rate)
        whole += worth
        if _wanted(ledger, asked, record, said):
            key = (known.get(account_id, rest), mark(ledger, asked.by, record, said))
            sums[key] = sums.get(key, 0) + worth
    if whole and _wanted(ledger, asked, record, record):
        key = (rest, mark(ledger, asked.by, record, record))
        sums[key] = sums.get(key, 0) - whole
    moved = {key: amount for key, amount in sums.items() if amount}
    party_id, name = party(ledger, record)
    for (account, marked), amount in moved.items():
        if asked.accounts and account.record_id not in asked.accounts:
            continue
        others = {each.name for each, _ in moved if each is not account}
        yield Posted(
            day=str(record.get("TxnDate", "")),
            type=spaced(kind.removesuffix("Txn")),
            record_id=record["Id"],
            number=number_of(record),
            party=name,
            party_id=party_id,
            memo=str(record.get("PrivateNote") or ""),
            account=account,
            amount=amount,
            split=others.pop() if len(others) == 1 else "-Split-",
            mark=marked,
        )


def _wanted(ledger: Ledger, asked: Period, record: Record, said: Record) -> bool:
    """The line names what the report is limited to."""
    return all(mark(ledger, kind, record, said)[0] in ids for kind, ids in asked.only)


def on_balance_sheet(account: Account) -> bool:
    """Assets, liabilities and equity; the others start each year at nothing."""
    return accounts.keeps_balance(account.type)


def balances(
    ledger: Ledger, day: str, known: dict[str, Account], *, on_cash: bool = False
) -> dict[Account, int]:
    """What stood on each account at the end of a day: what stands there now less what came after.

    Accounts of income and expense hold the fiscal year up to that day. What is missing for debits
    to be credits is what former years earned, and stands on an account of retained earnings.

    Args:
        ledger: the books.
        day: the day.
        known: the chart of accounts.
        on_cash: as if nothing had been posted before it was paid.
    """
    held = {each: each.balance for each in known.values() if on_balance_sheet(each)}
    for each in posted(ledger, Period(day, "9999-12-31"), known):
        if each.day > day and on_balance_sheet(each.account):
            held[each.account] -= each.amount
    if on_cash:
        _put_on_cash(ledger, day, known, held)
    first = year_start(date.fromisoformat(day), ledger.first_month()).isoformat()
    for each in posted(ledger, Period(first, day, cash=on_cash), known):
        if not on_balance_sheet(each.account):
            held[each.account] = held.get(each.account, 0) + each.amount
    retained = next(
        (each for each in held if each.subtype == "RetainedEarnings"),
        Account("", "Retained Earnings", "Equity", "RetainedEarnings", 0),
    )
    held[retained] = held.get(retained, 0) - sum(held.values())
    return {account: amount for account, amount in held.items() if amount}


def _put_on_cash(
    ledger: Ledger, day: str, known: dict[str, Account], held: dict[Account, int]
) -> None:
    """Take out of balances what was not paid yet; receivables and payables hold what is left."""
    settled = {each for each in held if each.type in {accounts.RECEIVABLE, accounts.PAYABLE}}
    held.update(dict.fromkeys(settled, 0))
    for sign, basis in ((-1, False), (1, True)):
        for each in posted(ledger, Period("", day, cash=basis), known):
            if each.account not in settled:
                if on_balance_sheet(each.account):
                    held[each.account] = held.get(each.account, 0) + sign * each.amount
            elif basis:
                held[each.account] += each.amount
