"""What a transaction says: which others it is linked to, and what it leaves open for whom.

Pure: nothing is looked up but what is handed in. What follows from it is kept by `links`.

Source: Intuit, Manage linked transactions (workflow page), Payment, BillPayment, Deposit, Bill and
PurchaseOrder entity pages, read 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from recon.sandbox.books.company import Record
from recon.sandbox.lists import accounts
from recon.sandbox.lists.parties import Owed
from recon.sandbox.records.amounts import units
from recon.sandbox.records.entities import SALES

Link = tuple[str, str, int]

# What keeps an open balance, and which way it counts for whoever pays it.
SETTLED = {"Invoice": 1, "CreditMemo": -1, "Bill": 1, "VendorCredit": -1}
PAYING = frozenset({"Payment", "BillPayment"})
SOURCES = (
    *sorted(PAYING),
    "Deposit",
    "Invoice",
    "SalesReceipt",
    "Bill",
    "Purchase",
    "TimeActivity",
)
# What a form can be made from; its status says that it was.
_ORIGINS = frozenset({"Estimate", "PurchaseOrder", "TimeActivity", "ReimburseCharge"})
SHOWN_AS = {
    "Check": "Purchase",
    "Expense": "Purchase",
    "CashPurchase": "Purchase",
    "CreditCardExpense": "Purchase",
    "CreditCardCredit": "Purchase",
    "BillPaymentCheck": "BillPayment",
    "BillPaymentCreditCard": "BillPayment",
}
# Not a record: the target of what is billable to a customer and not yet billed.
UNBILLED = "Unbilled"
# Not a record: the source of what somebody matched to a line of the bank's feed.
BANK_FEED = "BankFeed"


def kind_of(txn_type: str) -> str:
    """The kind of record behind a TxnType: "BillPaymentCheck" is a BillPayment."""
    return SHOWN_AS.get(txn_type, txn_type)


def txn_type(name: str, record: Record) -> str:
    """The TxnType under which others name a transaction."""
    if name == "BillPayment":
        return f"BillPayment{record.get('PayType') or 'Check'}"
    if name == "Purchase":
        if record.get("PaymentType") == "Check":
            return "Check"
        return "CreditCardCredit" if record.get("Credit") else "Expense"
    return name


def open_amount(name: str, record: Record | None) -> int:
    """What a transaction as a whole adds to its customer's or vendor's balance."""
    if record is None:
        return 0
    if name in PAYING:
        paid = sum(amount * SETTLED.get(kind, 0) for kind, _, amount in links_in(name, record))
        return paid - units(record.get("TotalAmt"))
    return SETTLED.get(name, 0) * units(record.get("Balance"))


def owed(name: str, record: Record, type_of: Callable[[str], str]) -> Owed:
    """What a transaction adds to the balances of customers and vendors: by kind and id.

    Args:
        name: the kind of transaction.
        record: the transaction.
        type_of: the AccountType of an account by its id.
    """
    found: Owed = {}
    if name in SETTLED or name in PAYING:
        party = "Customer" if "CustomerRef" in record else "Vendor"
        record_id = (record.get(f"{party}Ref") or {}).get("value")
        if record_id and (amount := open_amount(name, record)):
            found[party, record_id] = amount
    if name in {"JournalEntry", "Deposit", "Purchase"}:
        for party, record_id, amount in _owed_by_lines(name, record, type_of):
            found[party, record_id] = found.get((party, record_id), 0) + amount
    return found


def _owed_by_lines(
    name: str, record: Record, type_of: Callable[[str], str]
) -> Iterable[tuple[str, str, int]]:
    """Lines on receivables or payables: debits for customers, credits for vendors."""
    for line in record.get("Line") or []:
        detail = line.get(line.get("DetailType") or "") or {}
        account = (detail.get("AccountRef") or {}).get("value")
        side = {accounts.RECEIVABLE: "Customer", accounts.PAYABLE: "Vendor"}.get(
            type_of(account) if account else ""
        )
        if side is None:
            continue
        amount = units(line.get("Amount"))
        if name == "JournalEntry":
            entity = (detail.get("Entity") or {}).get("EntityRef") or {}
            debit = detail.get("PostingType") == "Debit"
        elif name == "Deposit":
            entity, debit = detail.get("Entity") or {}, False
        else:
            entity = record.get("EntityRef") or {}
            debit = not record.get("Credit")
        if entity.get("value"):
            yield side, entity["value"], amount if debit == (side == "Customer") else -amount


def links_in(name: str, record: Record) -> list[Link]:
    """The links that a transaction states: (kind, id, amount), each target once."""
    if name in PAYING or name == "Deposit":
        found: dict[tuple[str, str], int] = {}
        for line in record.get("Line") or []:
            for linked in line.get("LinkedTxn") or []:
                key = (kind_of(linked.get("TxnType", "")), str(linked.get("TxnId", "")))
                # QuickBooks keeps one line per invoice: a second one replaces the amount.
                found[key] = units(line.get("Amount"))
        return [(kind, record_id, amount) for (kind, record_id), amount in found.items()]
    links = [(kind, record_id, 0) for kind, record_id in origins_in(record)]
    if name not in SALES:
        links += [(UNBILLED, customer, 0) for customer in _billed_to(name, record)]
    return links


def origins_in(record: Record) -> list[tuple[str, str]]:
    """What a form says it was made from, on its head or on its lines: (kind, id)."""
    stated = list(record.get("LinkedTxn") or ())
    for line in record.get("Line") or ():
        if "LinkedTxn" in line:
            stated += line["LinkedTxn"] or ()
    if not stated:  # nearly always, and half a million times while a company is loaded
        return []
    found = (
        (linked.get("TxnType", ""), str(linked.get("TxnId", "")))
        for linked in stated
        if linked.get("TxnType") in _ORIGINS
    )
    return list(dict.fromkeys(found))


def _billed_to(name: str, record: Record) -> set[str]:
    """The customers to whom something on a purchase or a time sheet is still to be billed."""
    if name == "TimeActivity":
        details = [record]
    else:
        lines = record.get("Line") or []
        details = [line.get(line.get("DetailType") or "") or {} for line in lines]
    return {
        detail["CustomerRef"]["value"]
        for detail in details
        if detail.get("BillableStatus") == "Billable" and detail.get("CustomerRef")
    }
