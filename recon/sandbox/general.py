"""The general ledger: debits and credits of every transaction, worked out when a report asks.

An amount that nothing in a transaction names an account for stands under Uncategorized Income or
Uncategorized Expense, so that each transaction balances. The cost of stock sold is not posted: it
is not known. Amounts are in ten-thousandths of the home currency, debits positive.

Source: Intuit, Reports (GeneralLedger, TrialBalance, BalanceSheet) entity pages, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recon.sandbox import accounts
from recon.sandbox.amounts import times, units
from recon.sandbox.company import Record
from recon.sandbox.entities import SALES
from recon.sandbox.figures import Period, number_of, party, spaced, within
from recon.sandbox.ledger import Ledger
from recon.sandbox.posting import postings

INCOME, EXPENSE = "Uncategorized Income", "Uncategorized Expense"
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


def chart(ledger: Ledger) -> dict[str, Account]:
    """Every account by its id, inactive ones too, in the order of a statement."""
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
    return {each.record_id: each for each in sorted(known, key=lambda each: each.name.casefold())}


def posted(ledger: Ledger, asked: Period, known: dict[str, Account]) -> list[Posted]:
    """Everything that was posted in a period, by day."""
    found = [
        each
        for kind in _KINDS
        for record in within(ledger, kind, asked)
        for each in _of(ledger, kind, record, known)
    ]
    return sorted(found, key=lambda each: each.day)


def _of(ledger: Ledger, kind: str, record: Record, known: dict[str, Account]) -> Iterator[Posted]:
    """The postings of one transaction, which balance."""
    rest = Account("", *((INCOME, "Income") if kind in SALES else (EXPENSE, "Expense")), "", 0)
    sums: dict[Account, int] = {}
    rate = record.get("ExchangeRate") or 1
    for account_id, amount in postings(ledger, kind, record):
        account = known.get(account_id, rest)
        worth = amount if rate == 1 else times(amount, rate)
        sums[account] = sums.get(account, 0) + worth
    sums[rest] = sums.get(rest, 0) - sum(sums.values())
    moved = {account: amount for account, amount in sums.items() if amount}
    party_id, name = party(ledger, record)
    for account, amount in moved.items():
        others = [each.name for each in moved if each is not account]
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
            split=others[0] if len(others) == 1 else "-Split-",
        )


def on_balance_sheet(account: Account) -> bool:
    """Assets, liabilities and equity; the others start each year at nothing."""
    return accounts.keeps_balance(account.type)


def balances(ledger: Ledger, day: str, known: dict[str, Account]) -> dict[Account, int]:
    """What stood on each account at the end of a day: what stands there now less what came after.

    Accounts of income and expense hold the year up to that day. What is missing for debits to be
    credits is what former years earned, and stands on an account of retained earnings.
    """
    held = {each: each.balance for each in known.values() if on_balance_sheet(each)}
    for each in posted(ledger, Period(day, "9999-12-31"), known):
        if each.day > day and on_balance_sheet(each.account):
            held[each.account] -= each.amount
    for each in posted(ledger, Period(f"{day[:4]}-01-01", day), known):
        if not on_balance_sheet(each.account):
            held[each.account] = held.get(each.account, 0) + each.amount
    retained = next(
        (each for each in held if each.subtype == "RetainedEarnings"),
        Account("", "Retained Earnings", "Equity", "RetainedEarnings", 0),
    )
    held[retained] = held.get(retained, 0) - sum(held.values())
    return {account: amount for account, amount in held.items() if amount}
