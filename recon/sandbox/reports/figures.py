"""The sums that reports show, added up from the records as they stand.

Amounts are in ten-thousandths. Source: Intuit, Reports entity pages, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.amounts import units
from recon.sandbox.reports import cash
from recon.sandbox.reports.period import Period
from recon.sandbox.reports.split import mark
from recon.sandbox.transactions import stated
from recon.sandbox.transactions.posting import flat

# Kinds, and the sign with which what is open of them counts.
RECEIVABLE = {"Invoice": 1, "CreditMemo": -1, "Payment": -1}
PAYABLE = {"Bill": 1, "VendorCredit": -1}
_SALES = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}
_PURCHASES = {"Bill": 1, "Purchase": 1, "VendorCredit": -1}
_NO_POST = frozenset({"Estimate", "PurchaseOrder", "TimeActivity"})
_TYPES = (
    *("Invoice", "Payment", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate", "Bill"),
    *("BillPayment", "VendorCredit", "Purchase", "PurchaseOrder", "Deposit", "Transfer"),
    "JournalEntry",
)
_PARTIES = {"CustomerRef": "Customer", "VendorRef": "Vendor", "EntityRef": "Vendor"}


@dataclass(frozen=True)
class Sum:
    """An amount under a name."""

    name: str
    record_id: str
    amount: int


@dataclass(frozen=True)
class Open:
    """What is open of one form, and how many days ago it was due."""

    party: str
    party_id: str
    amount: int
    days_late: int
    day: str
    due: str
    type: str
    record_id: str
    number: str
    total: int


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
    paid: bool


def within(ledger: Ledger, kind: str, asked: Period) -> Iterator[Record]:
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
            for record in within(ledger, kind, until):
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


def open_forms(
    ledger: Ledger, asked: Period, kinds: dict[str, int], *, today: bool = False
) -> Iterator[Open]:
    """What is open now, aged at the last day of the period; payments count what is unapplied.

    Args:
        ledger: the books.
        asked: forms until which day, and with whom.
        kinds: which forms, and the sign with which they count.
        today: age them as of today instead.
    """
    last = date.fromisoformat(ledger.today() if today else asked.end)
    for kind, sign in kinds.items():
        field = "UnappliedAmt" if kind == "Payment" else "Balance"
        for record in within(ledger, kind, Period("", asked.end, asked.party)):
            amount = sign * units(record.get(field))
            if amount:
                due = record.get("DueDate") or record["TxnDate"]
                party_id, name = party(ledger, record)
                late = (last - date.fromisoformat(due)).days
                yield Open(
                    party=name,
                    party_id=party_id,
                    amount=amount,
                    days_late=late,
                    day=record["TxnDate"],
                    due=due,
                    type=spaced(kind),
                    record_id=record["Id"],
                    number=number_of(record),
                    total=sign * units(record.get("TotalAmt")),
                )


def forms(ledger: Ledger, asked: Period) -> list[Form]:
    """Every transaction of the period, by day."""
    receivable = ledger.store.every("Account", "active = 1")
    account = next(
        (each for each in receivable if each.get("AccountType") == "Accounts Receivable"), {}
    )
    found = []
    for kind in _TYPES:
        for record in within(ledger, kind, asked):
            party_id, named = party(ledger, record)
            own = account if kind in {"Invoice", "CreditMemo"} else {}
            deposited = record.get("DepositToAccountRef") or record.get("AccountRef") or {}
            amount = units(record.get("TotalAmt", record.get("Amount")))
            found.append(
                Form(
                    day=str(record.get("TxnDate", "")),
                    type=spaced(kind),
                    record_id=record["Id"],
                    number=number_of(record),
                    posts=kind not in _NO_POST,
                    party=named,
                    party_id=party_id,
                    memo=str(record.get("PrivateNote", "")),
                    account=str(own.get("Name") or deposited.get("name", "")),
                    account_id=str(own.get("Id") or deposited.get("value", "")),
                    split="-Split-" if len(record.get("Line") or []) > 1 else "",
                    amount=-amount if kind in {"CreditMemo", "Payment"} else amount,
                    paid=not record.get("Balance"),
                )
            )
    return sorted(found, key=lambda form: form.day)


def number_of(record: Record) -> str:
    """The number that a list shows of a transaction."""
    return str(record.get("DocNumber") or record.get("PaymentRefNum") or "")


def spaced(name: str) -> str:
    """SalesReceipt is "Sales Receipt"."""
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip()


def sales(ledger: Ledger, asked: Period, *, by: str) -> list[Sum]:
    """What was sold, less what was credited; no tax.

    Args:
        ledger: the books.
        asked: which days, of which customers, and on which basis.
        by: "customer", or the reference of lines (ItemRef, ClassRef) or of transactions
            (DepartmentRef) to add up by.
    """
    sums: dict[tuple[str, str], int] = {}
    for record, line, amount in _sales(ledger, asked):
        if not all(mark(ledger, kind, record, line)[0] in ids for kind, ids in asked.only):
            continue
        detail = line.get(line.get("DetailType") or "") or {}
        named = detail.get(by) or record.get(by) or {}
        by_name = (str(named.get("value", "")), str(named.get("name", "")))
        key = party(ledger, record) if by == "customer" else by_name
        sums[key] = sums.get(key, 0) + amount
    listed = (Sum(name or "Not Specified", key, amount) for (key, name), amount in sums.items())
    return sorted(listed, key=lambda each: each.name.casefold())


def _sales(ledger: Ledger, asked: Period) -> Iterator[tuple[Record, Record, int]]:
    """Every line that was sold: its form, the line, and its amount, as far as it was paid."""
    for kind, sign in _SALES.items():
        if asked.cash and kind in stated.SETTLED:
            continue
        for record in within(ledger, kind, asked):
            for line, amount in _sold(record):
                yield record, line, sign * amount
    for payment in within(ledger, "Payment", asked) if asked.cash else ():
        for each in cash.applied(ledger, "Payment", payment):
            for line, amount in _sold(each.form):
                yield each.form, line, _SALES[each.kind] * each.share(amount)


def _sold(record: Record) -> Iterator[tuple[dict[str, Any], int]]:
    """Each line that was sold and its amount; a discount's counts against it."""
    for line in flat(record.get("Line") or []):
        kind = line.get("DetailType")
        amount = units(line.get("Amount"))
        if kind == "SalesItemLineDetail":
            yield line, amount
        elif kind == "DiscountLineDetail":
            yield {}, -amount


def spent_with_vendors(ledger: Ledger, asked: Period) -> list[Sum]:
    """What was bought from each vendor, less what was given back."""
    sums: dict[tuple[str, str], int] = {}
    for record, amount in _bought(ledger, asked):
        key = party(ledger, record)
        sums[key] = sums.get(key, 0) + amount
    listed = (Sum(name or "Not Specified", key, amount) for (key, name), amount in sums.items())
    return sorted(listed, key=lambda each: each.name.casefold())


def _bought(ledger: Ledger, asked: Period) -> Iterator[tuple[Record, int]]:
    """Every purchase and its amount, as far as it was paid."""
    for kind, sign in _PURCHASES.items():
        if asked.cash and kind in stated.SETTLED:
            continue
        for record in within(ledger, kind, asked):
            back = -sign if record.get("Credit") else sign
            yield record, back * units(record.get("TotalAmt"))
    for payment in within(ledger, "BillPayment", asked) if asked.cash else ():
        for each in cash.applied(ledger, "BillPayment", payment):
            yield each.form, _PURCHASES[each.kind] * each.share(units(each.form["TotalAmt"]))
