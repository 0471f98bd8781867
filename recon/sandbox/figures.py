"""The sums that reports show, added up from the records as they stand.

Amounts are in ten-thousandths. Source: Intuit, Reports entity pages, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from recon.sandbox.amounts import units
from recon.sandbox.company import Record
from recon.sandbox.ledger import Ledger

# Kinds, and the sign with which what is open of them counts.
RECEIVABLE = {"Invoice": 1, "CreditMemo": -1, "Payment": -1}
PAYABLE = {"Bill": 1, "VendorCredit": -1}
_SALES = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}
_COSTS = {"Bill": 1, "Purchase": 1, "VendorCredit": -1}
_NO_POST = frozenset({"Estimate", "PurchaseOrder", "TimeActivity"})
_TYPES = (
    *("Invoice", "Payment", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate", "Bill"),
    *("BillPayment", "VendorCredit", "Purchase", "PurchaseOrder", "Deposit", "Transfer"),
    "JournalEntry",
)
_PARTIES = {"CustomerRef": "Customer", "VendorRef": "Vendor", "EntityRef": "Vendor"}
_GROUP_OF_TYPE = {
    **dict.fromkeys(("Income", "Other Income"), "Income"),
    "Cost of Goods Sold": "COGS",
    **dict.fromkeys(("Expense", "Other Expense"), "Expenses"),
}


@dataclass(frozen=True)
class Period:
    """First and last day, and the customers that a report is limited to; none for all."""

    start: str
    end: str
    party: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sum:
    """An amount under a name; `group` is Income, COGS or Expenses for an account."""

    name: str
    record_id: str
    amount: int
    group: str = ""


@dataclass(frozen=True)
class Open:
    """What is open of one form, and how many days ago it was due."""

    party: str
    party_id: str
    amount: int
    days_late: int


@dataclass(frozen=True)
class Form:
    """One transaction as a list shows it."""

    day: str
    type: str
    record_id: str
    number: str
    posts: bool
    party: str
    party_id: str
    memo: str
    account: str
    account_id: str
    split: str
    amount: int


def _within(ledger: Ledger, kind: str, asked: Period) -> Iterator[Record]:
    """Transactions of a kind in the period, of the customers asked for."""
    span = (asked.start, asked.end)
    for record in ledger.store.every(kind, "txn_date >= ? AND txn_date <= ?", span):
        if not asked.party or _party_id(record) in asked.party:
            yield record


def _party_id(record: Record) -> str:
    """Whom a transaction is with; "" for nobody."""
    references = (record.get(field) or {} for field in _PARTIES)
    return next((str(each["value"]) for each in references if each.get("value")), "")


def party(ledger: Ledger, record: Record) -> tuple[str, str]:
    """Id and name of whom a transaction is with; empty for nobody."""
    for field, kind in _PARTIES.items():
        reference = record.get(field) or {}
        if reference.get("value"):
            record_id = str(reference["value"])
            named = reference.get("name") or (ledger.store.get(kind, record_id) or {}).get(
                "DisplayName", ""
            )
            return record_id, str(named)
    return "", ""


def owed_by_customers(ledger: Ledger, asked: Period) -> list[Sum]:
    """What each customer owes now; on an earlier last day, what its transactions till then say."""
    customers = ledger.store.every("Customer")
    if asked.end >= ledger.today():
        owed = {each["Id"]: units(each.get("Balance")) for each in customers}
    else:
        owed = {}
        until = Period("", asked.end, asked.party)
        for kind, sign in RECEIVABLE.items():
            for record in _within(ledger, kind, until):
                party_id = _party_id(record)
                owed[party_id] = owed.get(party_id, 0) + sign * units(record.get("TotalAmt"))
    return [
        Sum(each["DisplayName"], each["Id"], owed.get(each["Id"], 0))
        for each in sorted(customers, key=lambda each: str(each["FullyQualifiedName"]).casefold())
        if not asked.party or each["Id"] in asked.party
    ]


def owed_to_vendors(ledger: Ledger, asked: Period) -> list[Sum]:
    """What is open with each vendor."""
    sums: dict[str, Sum] = {}
    for form in open_forms(ledger, asked, PAYABLE):
        before = sums.get(form.party_id)
        amount = form.amount + (before.amount if before else 0)
        sums[form.party_id] = Sum(form.party, form.party_id, amount)
    return sorted(sums.values(), key=lambda each: each.name.casefold())


def open_forms(ledger: Ledger, asked: Period, kinds: dict[str, int]) -> Iterator[Open]:
    """What is open now, aged at the last day of the period; payments count what is unapplied."""
    last = date.fromisoformat(asked.end)
    for kind, sign in kinds.items():
        field = "UnappliedAmt" if kind == "Payment" else "Balance"
        for record in _within(ledger, kind, Period("", asked.end, asked.party)):
            amount = sign * units(record.get(field))
            if amount:
                due = record.get("DueDate") or record["TxnDate"]
                party_id, name = party(ledger, record)
                late = (last - date.fromisoformat(due)).days
                yield Open(name, party_id, amount, late)


def forms(ledger: Ledger, asked: Period) -> list[Form]:
    """Every transaction of the period, by day."""
    receivable = ledger.store.every("Account", "active = 1")
    account = next(
        (each for each in receivable if each.get("AccountType") == "Accounts Receivable"), {}
    )
    found = []
    for kind in _TYPES:
        for record in _within(ledger, kind, asked):
            party_id, named = party(ledger, record)
            own = account if kind in {"Invoice", "CreditMemo"} else {}
            deposited = record.get("DepositToAccountRef") or record.get("AccountRef") or {}
            amount = units(record.get("TotalAmt", record.get("Amount")))
            found.append(
                Form(
                    day=str(record.get("TxnDate", "")),
                    type=_spaced(kind),
                    record_id=record["Id"],
                    number=str(record.get("DocNumber") or record.get("PaymentRefNum") or ""),
                    posts=kind not in _NO_POST,
                    party=named,
                    party_id=party_id,
                    memo=str(record.get("PrivateNote", "")),
                    account=str(own.get("Name") or deposited.get("name", "")),
                    account_id=str(own.get("Id") or deposited.get("value", "")),
                    split="-Split-" if len(record.get("Line") or []) > 1 else "",
                    amount=-amount if kind in {"CreditMemo", "Payment"} else amount,
                )
            )
    return sorted(found, key=lambda form: form.day)


def _spaced(name: str) -> str:
    """SalesReceipt is "Sales Receipt"."""
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()


def sales(ledger: Ledger, asked: Period, *, by: Literal["customer", "item"]) -> list[Sum]:
    """What was sold, less what was credited, by customer or by product and service; no tax."""
    sums: dict[tuple[str, str], int] = {}
    for kind, sign in _SALES.items():
        for record in _within(ledger, kind, asked):
            for detail, amount in _sold(record):
                item = detail.get("ItemRef") or {}
                named = (str(item.get("value", "")), str(item.get("name", "")))
                key = party(ledger, record) if by == "customer" else named
                sums[key] = sums.get(key, 0) + sign * amount
    listed = (Sum(name or "Not specified", key, amount) for (key, name), amount in sums.items())
    return sorted(listed, key=lambda each: each.name.casefold())


def _sold(record: Record) -> Iterator[tuple[dict[str, Any], int]]:
    """Detail and amount of each line that was sold; a discount's counts against it."""
    for line in _flat(record.get("Line") or []):
        kind = line.get("DetailType")
        amount = units(line.get("Amount"))
        if kind == "SalesItemLineDetail":
            yield line.get(kind) or {}, amount
        elif kind == "DiscountLineDetail":
            yield {"DiscountAccountRef": (line.get(kind) or {}).get("DiscountAccountRef")}, -amount


def _flat(lines: Iterable[Record]) -> Iterator[Record]:
    """Lines with the components of bundles in place of the bundles."""
    for line in lines:
        if line.get("DetailType") == "GroupLineDetail":
            yield from _flat((line.get("GroupLineDetail") or {}).get("Line") or [])
        else:
            yield line


def results(ledger: Ledger, asked: Period) -> list[Sum]:
    """What was earned and spent, by account: sales, credits, bills, expenses, journal entries."""
    accounts = {each["Id"]: each for each in ledger.store.every("Account")}
    items = {each["Id"]: each for each in ledger.store.every("Item")}
    sums: dict[str, int] = {}
    for account_id, amount in _earned(ledger, asked, items):
        sums[account_id] = sums.get(account_id, 0) + amount
    for account_id, amount in _spent(ledger, asked, items):
        income = _group(accounts.get(account_id)) == "Income"
        sums[account_id] = sums.get(account_id, 0) + (-amount if income else amount)
    listed = []
    for account_id, amount in sums.items():
        account = accounts.get(account_id)
        name = account["FullyQualifiedName"] if account else "Uncategorized Income"
        listed.append(Sum(name, account_id, amount, _group(account)))
    return sorted(listed, key=lambda each: each.name.casefold())


def _group(account: Record | None) -> str:
    return "Income" if account is None else _GROUP_OF_TYPE.get(account.get("AccountType", ""), "")


def _earned(ledger: Ledger, asked: Period, items: dict[str, Record]) -> Iterator[tuple[str, int]]:
    for kind, sign in _SALES.items():
        for record in _within(ledger, kind, asked):
            for detail, amount in _sold(record):
                item = items.get(str((detail.get("ItemRef") or {}).get("value", "")), {})
                account = detail.get("DiscountAccountRef") or item.get("IncomeAccountRef") or {}
                yield str(account.get("value", "")), sign * amount


def _spent(ledger: Ledger, asked: Period, items: dict[str, Record]) -> Iterator[tuple[str, int]]:
    """Accounts and what was spent on them; journal entries count their debits."""
    for kind, sign in {**_COSTS, "JournalEntry": 1}.items():
        for record in _within(ledger, kind, asked):
            back = -sign if kind == "Purchase" and record.get("Credit") else sign
            for line in record.get("Line") or []:
                detail = line.get(line.get("DetailType", "")) or {}
                item = items.get(str((detail.get("ItemRef") or {}).get("value", "")), {})
                account = detail.get("AccountRef") or item.get("ExpenseAccountRef") or {}
                credit = -1 if detail.get("PostingType") == "Credit" else 1
                yield str(account.get("value", "")), back * credit * units(line.get("Amount"))
