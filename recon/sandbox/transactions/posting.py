"""What a transaction posts, and what that does to the balances of accounts.

Only accounts on the balance sheet keep a balance in QuickBooks' answers. It is debits less credits:
what is owed to vendors shows as a negative balance. The account of inventory is left as it was
loaded: its balance depends on the cost of what was sold, first in first out, which the sandbox does
not keep.

Source: Intuit, Account entity page (CurrentBalance of the sample accounts), read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.records.amounts import number, times, units
from recon.sandbox.records.entities import SALES

# (account id, debit or, negative, credit in ten-thousandths of the transaction's currency, the line
# or, for its head, the transaction that says so)
Posting = tuple[str, int, Record]
_SIGNS = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}


def move(ledger: Ledger, name: str, record: Record | None, before: Record | None) -> None:
    """Take back what a transaction posted and post it as it is now (None: it is gone)."""
    moved: dict[str, int] = {}
    for each, sign in ((before, -1), (record, 1)):
        if each is None:
            continue
        for account_id, amount, _ in postings(ledger, name, each):
            if amount and _counts(ledger, account_id):
                worth = _in_currency_of(ledger, account_id, each, amount)
                moved[account_id] = moved.get(account_id, 0) + sign * worth
    for account_id, amount in moved.items():
        _add(ledger, account_id, amount)


def _counts(ledger: Ledger, account_id: str) -> bool:
    """The account keeps a balance that transactions move."""
    return accounts.keeps_balance(accounts.type_of(ledger, account_id))


def _in_currency_of(ledger: Ledger, account_id: str, record: Record, amount: int) -> int:
    """An amount in the account's own currency: that of the transaction, or the company's."""
    rate = record.get("ExchangeRate", 1)
    if rate == 1:
        return amount
    account = ledger.store.get("Account", account_id) or {}
    if (account.get("CurrencyRef") or {}).get("value") == record["CurrencyRef"]["value"]:
        return amount
    return times(amount, rate)


def _add(ledger: Ledger, account_id: str, amount: int) -> None:
    """Add to an account's balance, and to those of all accounts above it."""
    own = True
    next_id: str | None = account_id
    while next_id and amount:
        account = ledger.store.get("Account", next_id)
        if account is None or account.get("AccountSubType") == "Inventory":
            return
        fields = ["CurrentBalanceWithSubAccounts", *(["CurrentBalance"] if own else [])]
        for field in fields:
            account[field] = number(units(account.get(field)) + amount)
        ledger.store.rebalance("Account", account)
        own, next_id = False, (account.get("ParentRef") or {}).get("value")


def postings(ledger: Ledger, name: str, record: Record) -> Iterator[Posting]:
    """Debits and credits of a transaction; "" for an account that nothing names."""
    total = units(record.get("TotalAmt"))
    if name in SALES and name != "Estimate":
        yield from _of_sale(ledger, name, record, total * _SIGNS[name])
    elif name == "Payment":
        yield _default(ledger, record, "DepositToAccountRef", "UndepositedFunds"), total, record
        yield _default(ledger, record, "ARAccountRef", "AccountsReceivable"), -total, record
    elif name in {"Bill", "VendorCredit"}:
        sign = 1 if name == "Bill" else -1
        yield _default(ledger, record, "APAccountRef", "AccountsPayable"), -sign * total, record
        yield from _of_lines(ledger, record, sign)
    elif name == "BillPayment":
        yield _default(ledger, record, "APAccountRef", "AccountsPayable"), total, record
        paid = record.get("CheckPayment") or record.get("CreditCardPayment") or {}
        yield _id(paid, "BankAccountRef") or _id(paid, "CCAccountRef"), -total, record
    elif name == "Purchase":
        sign = -1 if record.get("Credit") else 1
        yield _id(record, "AccountRef"), -sign * total, record
        yield from _of_lines(ledger, record, sign)
    elif name == "Deposit":
        yield from _of_deposit(ledger, record, total)
    elif name in {"Transfer", "CreditCardPaymentTxn"}:
        amount = units(record.get("Amount"))
        to, from_ = _id(record, "ToAccountRef"), _id(record, "FromAccountRef")
        yield to or _id(record, "CreditCardAccountRef"), amount, record
        yield from_ or _id(record, "BankAccountRef"), -amount, record
    elif name == "JournalEntry":
        yield from _of_journal(record)


def _of_sale(ledger: Ledger, name: str, record: Record, total: int) -> Iterator[Posting]:
    """A sale: receivable or money in hand, its tax, and items whose income is a liability."""
    if name in {"Invoice", "CreditMemo"}:
        yield _default(ledger, record, "ARAccountRef", "AccountsReceivable"), total, record
    else:
        yield _default(ledger, record, "DepositToAccountRef", "UndepositedFunds"), total, record
    sign = _SIGNS[name]
    tax = units((record.get("TxnTaxDetail") or {}).get("TotalTax"))
    if tax:
        liability = "SalesTaxPayable" if ledger.in_us() else "GlobalTaxPayable"
        yield accounts.default(ledger, liability)["value"], -sign * tax, record
    for line in flat(record.get("Line") or []):
        detail = line.get(line.get("DetailType") or "") or {}
        amount = -sign * units(line.get("Amount"))
        item_id = _id(detail, "ItemRef")
        if detail.get("ItemAccountRef"):
            yield _id(detail, "ItemAccountRef"), amount, line
        elif item_id:
            item = ledger.store.get("Item", item_id) or {}
            yield _id(item, "IncomeAccountRef"), amount, line
        elif line.get("DetailType") == "DiscountLineDetail":
            yield _id(detail, "DiscountAccountRef"), -amount, line


def flat(lines: Iterable[Record]) -> Iterator[Record]:
    """Lines with the components of bundles in place of the bundles."""
    for line in lines:
        if line.get("DetailType") == "GroupLineDetail":
            yield from flat((line.get("GroupLineDetail") or {}).get("Line") or [])
        else:
            yield line


def _of_lines(ledger: Ledger, record: Record, sign: int) -> Iterator[Posting]:
    """The accounts that the lines of a purchase name, or that their items have for it."""
    for line in record.get("Line") or []:
        amount = sign * units(line.get("Amount"))
        bought = line.get("ItemBasedExpenseLineDetail")
        if bought:
            item = ledger.store.get("Item", _id(bought, "ItemRef")) or {}
            yield _id(item, "AssetAccountRef") or _id(item, "ExpenseAccountRef"), amount, line
        elif line.get("AccountBasedExpenseLineDetail"):
            yield _id(line["AccountBasedExpenseLineDetail"], "AccountRef"), amount, line


def _of_deposit(ledger: Ledger, record: Record, total: int) -> Iterator[Posting]:
    """A deposit: in at the bank, out of undeposited funds or whatever its lines name."""
    yield _id(record, "DepositToAccountRef"), total, record
    back = record.get("CashBack") or {}
    yield _id(back, "AccountRef"), units(back.get("Amount")), record
    for line in record.get("Line") or []:
        if line.get("LinkedTxn"):
            source = accounts.default(ledger, "UndepositedFunds")["value"]
        else:
            source = _id(line.get("DepositLineDetail") or {}, "AccountRef")
        yield source, -units(line.get("Amount")), line


def _of_journal(record: Record) -> Iterator[Posting]:
    for line in record.get("Line") or []:
        detail = line.get("JournalEntryLineDetail") or {}
        sign = 1 if detail.get("PostingType") == "Debit" else -1
        yield _id(detail, "AccountRef"), sign * units(line.get("Amount")), line


def _id(of: Record, field: str) -> str:
    return str((of.get(field) or {}).get("value") or "")


def _default(ledger: Ledger, record: Record, field: str, subtype: str) -> str:
    return _id(record, field) or str(accounts.default(ledger, subtype)["value"])
