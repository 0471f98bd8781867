"""Money between accounts: deposits, transfers and payments to a credit card.

Source: Intuit, Deposit, Transfer and CreditCardPayment entity pages, Error codes 6430, 6440, 6540,
read 2026-11-26.
"""

from __future__ import annotations

from recon.sandbox import faults
from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.lists import accounts
from recon.sandbox.records.amounts import number, units
from recon.sandbox.transactions import stated
from recon.sandbox.transactions.purchases import check_payee
from recon.sandbox.transactions.shared import check_marks, detail_of, number_lines

# What can be taken to the bank, and which way its money goes.
_DEPOSITABLE = {
    "Payment": 1,
    "SalesReceipt": 1,
    "RefundReceipt": -1,
    "JournalEntry": 1,
    "Transfer": 1,
    "Purchase": 1,
}


def settle_deposit(ledger: Ledger, record: Record, before: Record | None) -> None:
    """Check what is deposited and where, and work out the total.

    Raises:
        Fault: 6430 for an account that no money is deposited in, 2250 for no line, 6440 for a
            line without account or payment, 620 for what cannot be deposited (again), 6000.
    """
    target = record["DepositToAccountRef"]
    accounts.checked(ledger, target, accounts.BANK, accounts.CURRENT_ASSET)
    if not record.get("Line"):
        raise faults.fault("2250", "You must enter at least one split line.", "Line")
    record["Line"] = number_lines(record["Line"], before)
    own = before["Id"] if before else None
    for line in record["Line"]:
        if line.get("LinkedTxn"):
            _check_deposited(ledger, line, own)
        else:
            _check_cash(ledger, line)
    total = sum(units(line["Amount"]) for line in record["Line"])
    back = record.get("CashBack")
    if back:
        accounts.checked(ledger, back.get("AccountRef"))
        total -= units(back.get("Amount"))
    if total < 0:
        raise faults.business("The total of a deposit must not be negative.")
    record["TotalAmt"] = number(total)


def _check_deposited(ledger: Ledger, line: Record, own: str | None) -> None:
    """A line that takes a payment or receipt out of undeposited funds, wholly."""
    for linked in line["LinkedTxn"]:
        kind = stated.kind_of(linked.get("TxnType", ""))
        record_id = str(linked.get("TxnId", ""))
        found = ledger.store.get(kind, record_id) if kind in _DEPOSITABLE else None
        if found is None:
            raise faults.cannot_link(faults.INACTIVE)
        holders = {(source, holder) for source, holder, _ in ledger.store.links_to(kind, record_id)}
        if any(source == "Deposit" and holder != own for source, holder in holders):
            raise faults.cannot_link("The transaction has been deposited already.")
        held_in = (found.get("DepositToAccountRef") or {}).get("value")
        waiting = accounts.default(ledger, "UndepositedFunds")["value"]
        if kind in {"Payment", "SalesReceipt"} and held_in not in (None, waiting):
            raise faults.cannot_link("The transaction is not in Undeposited Funds.")
        linked.setdefault("TxnLineId", "0")
        whole = units(found.get("TotalAmt", found.get("Amount"))) * _DEPOSITABLE[kind]
        line.setdefault("Amount", number(whole))
        if kind in {"Payment", "SalesReceipt"} and units(line["Amount"]) != whole:
            raise faults.business("A payment can only be deposited with its whole amount.")


def _check_cash(ledger: Ledger, line: Record) -> None:
    """A line of money that no transaction has recorded yet."""
    line.setdefault("DetailType", "DepositLineDetail")
    detail = detail_of(line)
    if not detail.get("AccountRef"):
        said = "You must select a product or service or an account for each split line."
        raise faults.fault("6440", said)
    accounts.checked(ledger, detail["AccountRef"])
    if (detail.get("Entity") or {}).get("value"):
        check_payee(ledger, detail["Entity"], detail["Entity"])
    check_marks(ledger, detail)
    if line.get("Amount") is None:
        raise faults.required("Line.Amount")


def settle_transfer(ledger: Ledger, record: Record, _before: Record | None) -> None:
    """Check a transfer's two accounts and its amount.

    Raises:
        Fault: 6430 for an account that is not on the balance sheet, or is receivable or payable,
            2140 for an amount that is not above zero, 6000 for one account twice.
    """
    ends = [record["FromAccountRef"], record["ToAccountRef"]]
    for reference in ends:
        type_ = accounts.checked(ledger, reference)["AccountType"]
        owed = type_ in {accounts.RECEIVABLE, accounts.PAYABLE}
        if owed or not accounts.keeps_balance(type_):
            raise faults.fault("6430", f"Invalid account type: {type_}")
    _check_moved(record)
    if ends[0]["value"] == ends[1]["value"]:
        raise faults.business("You must transfer between two different accounts.")


def settle_card_payment(ledger: Ledger, record: Record, _before: Record | None) -> None:
    """Check which card is paid from which bank account.

    Raises:
        Fault: 6430, 2140.
    """
    accounts.checked(ledger, record["BankAccountRef"], accounts.BANK)
    accounts.checked(ledger, record["CreditCardAccountRef"], accounts.CREDIT_CARD)
    _check_moved(record)


def _check_moved(record: Record) -> None:
    if units(record["Amount"]) <= 0:
        raise faults.fault("2140", f"Supplied value:{record['Amount']}", "Amount")
