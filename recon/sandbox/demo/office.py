"""The rest of the demo company's books: what it buys, offers and moves between its accounts.

The forecast has nothing to do with them, so they are not in `demo_company`; `recon sandbox` serves
them, because other people's clients ask for bills and estimates too. They are written through the
API, one after the other, so that every balance follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import orjson

from recon.sandbox.books import load
from recon.sandbox.books.ledger import Ledger, MovableClock
from recon.sandbox.books.store import Store
from recon.sandbox.books.switches import Switches
from recon.sandbox.demo.money import TODAY
from recon.sandbox.serving.asked import Asked
from recon.sandbox.serving.service import Service

if TYPE_CHECKING:
    from recon.sandbox.books.company import Company, Record

CHECKING, SAVINGS, FUEL, SUPPLIES, SUBCONTRACTORS, PAYABLES, CARD = 2, 10, 11, 12, 13, 14, 42
# The first bill is the first vendor's, open and large: the integration tests of python-quickbooks
# pay 200 of it each time they are run.
_LEASE = 4800

_COSTS = {
    "Travel": "Travel",
    "Advertising": "AdvertisingPromotional",
    "Bank charges": "BankCharges",
    "Insurance": "Insurance",
    "Legal and professional fees": "LegalProfessionalFees",
    "Meals and entertainment": "EntertainmentMeals",
    "Rent": "RentOrLeaseOfBuildings",
    "Utilities": "Utilities",
}


def furnished(company: Company) -> Company:
    """The demo company with bills, expenses, orders, estimates and the like behind its sales."""
    evening = datetime.combine(TODAY, time(18), UTC)
    store = Store(None)
    ledger = Ledger(store, Switches(), MovableClock(lambda: evening), company.realm_id)
    load.load(ledger, company)
    office = _Office(Service(ledger), company)
    office.costs()
    office.purchases()
    office.offers()
    office.moves()
    furnished = load.save(ledger)
    store.close()
    return furnished


class _Office:
    """Writes the forms of an office."""

    def __init__(self, service: Service, company: Company) -> None:
        self._service = service
        self._realm_id = company.realm_id
        self._vendors = [_ref(each["Id"]) for each in company.records["Vendor"][:6]]
        buyers = [each for each in company.records["Customer"] if each.get("Active", True)]
        self._customers = [_ref(each["Id"]) for each in buyers[:12]]
        self._employee = _ref(company.records["Employee"][0]["Id"])

    def _made(self, path: str, **fields: Any) -> Record:
        body = orjson.dumps(fields)
        asked = Asked("POST", (path,), {}, body, "application/json", self._realm_id)
        answer: dict[str, Record] = orjson.loads(self._service.answer(asked).body)
        return next(iter(answer.values()))

    def costs(self) -> None:
        """Accounts of what an office spends money on.

        Source: node-quickbooks 2.0.50 test/index.js (over twenty accounts, one is Travel), read
            2026-11-26.
        """
        for name, subtype in _COSTS.items():
            self._made("account", Name=name, AccountType="Expense", AccountSubType=subtype)

    def purchases(self) -> None:
        """Bills, two of them paid, a credit, expenses by cheque and card, an order."""
        bills = [
            self._made(
                "bill",
                VendorRef=self._vendors[place % 6],
                TxnDate=day,
                DocNumber=f"B-{1001 + place}",
                Line=[_spent(90 + 7 * place if place else _LEASE, account)],
            )
            for place, (day, account) in enumerate(_months())
        ]
        for bill in bills[1:3]:
            line = {"Amount": bill["TotalAmt"],
                    "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}  # fmt: skip
            self._made("billpayment", VendorRef=bill["VendorRef"], TotalAmt=bill["TotalAmt"],
                       PayType="Check", CheckPayment={"BankAccountRef": _ref(CHECKING)},
                       TxnDate="2026-04-15", Line=[line])  # fmt: skip
        self._made("vendorcredit", VendorRef=self._vendors[3], TxnDate="2026-05-04",
                   Line=[_spent(25, SUPPLIES)])  # fmt: skip
        for paid, account in (("Check", CHECKING), ("CreditCard", CARD), ("Cash", CHECKING)):
            self._made(
                "purchase",
                PaymentType=paid,
                AccountRef=_ref(account),
                EntityRef=self._vendors[0],
                TxnDate="2026-06-08",
                Line=[_spent(48, FUEL)],
            )
        self._made(
            "purchaseorder",
            VendorRef=self._vendors[1],
            APAccountRef=_ref(PAYABLES),
            TxnDate="2026-10-12",
            DocNumber="PO-1001",
            Line=[_spent(310, SUPPLIES)],
        )

    def offers(self) -> None:
        """Estimates, a refund, hours worked."""
        for place, customer in enumerate(self._customers, 1):
            self._made("estimate", CustomerRef=customer, TxnDate="2026-09-14",
                       DocNumber=f"E-{1000 + place}", Line=[_sold(60 + 5 * place)])  # fmt: skip
        self._made("refundreceipt", CustomerRef=self._customers[0], TxnDate="2026-07-02",
                   DepositToAccountRef=_ref(CHECKING), Line=[_sold(15)])  # fmt: skip
        self._made("timeactivity", NameOf="Employee", EmployeeRef=self._employee, Hours=3,
                   Minutes=30, TxnDate="2026-11-03", Description="Hedges")  # fmt: skip

    def moves(self) -> None:
        """Money between accounts, an entry by hand."""
        sides = (("Debit", SUBCONTRACTORS), ("Credit", CHECKING))
        self._made("journalentry", TxnDate="2026-06-30", Line=[
            {"Amount": 120, "DetailType": "JournalEntryLineDetail",
             "JournalEntryLineDetail": {"PostingType": side, "AccountRef": _ref(account)}}
            for side, account in sides
        ])  # fmt: skip
        self._made("deposit", DepositToAccountRef=_ref(CHECKING), TxnDate="2026-03-02", Line=[
            {"Amount": 5000, "DetailType": "DepositLineDetail",
             "DepositLineDetail": {"AccountRef": _ref(6)}}
        ])  # fmt: skip
        self._made("transfer", FromAccountRef=_ref(CHECKING), ToAccountRef=_ref(SAVINGS),
                   Amount=750, TxnDate="2026-08-03")  # fmt: skip
        self._made("creditcardpayment", CreditCardAccountRef=_ref(CARD), Amount=48,
                   BankAccountRef=_ref(CHECKING), TxnDate="2026-07-15")  # fmt: skip


def _months() -> Iterator[tuple[str, int]]:
    """A day and an account of cost for each month of the year so far."""
    for month in range(1, TODAY.month + 1):
        yield f"2026-{month:02}-05", (FUEL, SUPPLIES, SUBCONTRACTORS)[month % 3]


def _ref(record_id: str | int) -> Record:
    return {"value": str(record_id)}


def _spent(amount: int, account: int) -> Record:
    return {"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {"AccountRef": _ref(account)}}  # fmt: skip


def _sold(amount: int) -> Record:
    return {"Amount": amount, "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": _ref(1)}}  # fmt: skip
