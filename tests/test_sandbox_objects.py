"""Every object of python-quickbooks is saved, read, found, changed and deleted as its users do.

Through the unmodified library over a socket; the requests are those that its own integration tests
make of Intuit's sandbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from quickbooks import QuickBooks
from quickbooks.objects import (
    Account,
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    Bill,
    BillPayment,
    Class,
    CreditMemo,
    Customer,
    Department,
    Deposit,
    Employee,
    Estimate,
    Invoice,
    Item,
    ItemBasedExpenseLine,
    ItemBasedExpenseLineDetail,
    JournalEntry,
    JournalEntryLine,
    JournalEntryLineDetail,
    Payment,
    PaymentMethod,
    Purchase,
    PurchaseOrder,
    Ref,
    RefundReceipt,
    SalesItemLine,
    SalesItemLineDetail,
    SalesReceipt,
    TaxAgency,
    Term,
    TimeActivity,
    Transfer,
    Vendor,
    VendorCredit,
)
from quickbooks.objects.billpayment import BillPaymentLine, CheckPayment
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment
from quickbooks.objects.deposit import DepositLine, DepositLineDetail


def ref_to(record_id: str, type_: str = "") -> Ref:
    """A reference as the library makes it."""
    ref = Ref()
    ref.value, ref.type = record_id, type_
    return ref


def filled(kind: Callable[[], Any], **fields: Any) -> Any:
    """An object of the library with these attributes."""
    made = kind()
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def expense(amount: float = 200, account: str = "8") -> Any:
    """A line of cost on an account."""
    detail = filled(AccountBasedExpenseLineDetail, AccountRef=ref_to(account, "Account"))
    return filled(AccountBasedExpenseLine, Amount=amount, AccountBasedExpenseLineDetail=detail)


def stock_line() -> Any:
    """A line that buys pumps for a customer."""
    detail = filled(
        ItemBasedExpenseLineDetail,
        BillableStatus="NotBillable",
        UnitPrice=100,
        Qty=1,
        CustomerRef=ref_to("1"),
        TaxCodeRef=ref_to("NON"),
        ItemRef=ref_to("2"),
    )
    return filled(ItemBasedExpenseLine, Amount=100, ItemBasedExpenseLineDetail=detail)


def sale(amount: float = 100) -> Any:
    """A line of hours sold."""
    detail = filled(SalesItemLineDetail, ItemRef=ref_to("1"))
    return filled(SalesItemLine, Amount=amount, SalesItemLineDetail=detail)


def journal_line(side: str, account: str) -> Any:
    """One side of a journal entry."""
    detail = filled(JournalEntryLineDetail, PostingType=side, AccountRef=ref_to(account))
    return filled(JournalEntryLine, Amount=75, JournalEntryLineDetail=detail)


def deposit_line() -> Any:
    """Cash that goes to the bank."""
    detail = filled(DepositLineDetail, AccountRef=ref_to("1"))
    return filled(DepositLine, Amount=20.0, DepositLineDetail=detail)


# kind, what it is made with, one field and its new value
FORMS: list[tuple[Callable[[], Any], dict[str, Any], tuple[str, Any]]] = [
    (Bill, {"VendorRef": ref_to("6"), "Line": [expense()]}, ("PrivateNote", "n")),
    (VendorCredit, {"VendorRef": ref_to("6"), "Line": [expense()]}, ("PrivateNote", "n")),
    (PurchaseOrder, {"VendorRef": ref_to("6"), "Line": [stock_line()], "APAccountRef": ref_to("9")},
     ("Memo", "soon")),
    (Purchase, {"PaymentType": "CreditCard", "AccountRef": ref_to("10"), "Line": [stock_line()],
                "DocNumber": "Doc123"}, ("PrivateNote", "n")),
    (Deposit, {"DepositToAccountRef": ref_to("6"), "Line": [deposit_line()]},
     ("PrivateNote", "n")),
    (Transfer, {"FromAccountRef": ref_to("6"), "ToAccountRef": ref_to("11"), "Amount": 100},
     ("Amount", 101)),
    (CreditCardPayment, {"BankAccountRef": ref_to("6"), "CreditCardAccountRef": ref_to("10"),
                         "Amount": 100}, ("Amount", 101)),
    (JournalEntry, {"Line": [journal_line("Debit", "8"), journal_line("Credit", "6")]},
     ("PrivateNote", "n")),
    (TimeActivity, {"NameOf": "Employee", "EmployeeRef": ref_to("7"), "CostRate": 50.0,
                    "StartTime": "2026-07-22T10:00:00-07:00",
                    "EndTime": "2026-07-22T11:00:00-07:00"}, ("Description", "weeding")),
    (Invoice, {"CustomerRef": ref_to("5"), "Line": [sale()]}, ("PrivateNote", "n")),
    (Estimate, {"CustomerRef": ref_to("5"), "Line": [sale()]}, ("PrintStatus", "NeedToPrint")),
    (CreditMemo, {"CustomerRef": ref_to("5"), "Line": [sale()]}, ("PrivateNote", "n")),
    (SalesReceipt, {"CustomerRef": ref_to("5"), "Line": [sale()]}, ("PrivateNote", "n")),
    (RefundReceipt, {"Line": [sale(200)], "DepositToAccountRef": ref_to("6"), "Balance": 100,
                     "PaymentType": "Check"}, ("PrivateNote", "n")),
    (Payment, {"CustomerRef": ref_to("5"), "TotalAmt": 140.0, "PaymentMethodRef": ref_to("1")},
     ("TotalAmt", 150.0)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "fields", "change"), FORMS, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_transaction_goes_through_its_life(
    books: QuickBooks, kind: Any, fields: dict[str, Any], change: tuple[str, Any]
) -> None:
    """Saved, read, found, changed as a whole, found by a query on its date, deleted."""
    made = filled(kind, **fields).save(qb=books)
    read = kind.get(made.Id, qb=books)
    if "Line" in fields:
        assert read.Line[0].Amount == fields["Line"][0].Amount
    setattr(read, *change)
    changed = read.save(qb=books)
    assert getattr(changed, change[0]) == change[1]
    assert [each.Id for each in kind.choose([made.Id], qb=books)] == [made.Id]
    assert made.Id in [each.Id for each in kind.where("TxnDate > '2026-01-01'", qb=books)]
    changed.delete(qb=books)
    assert kind.choose([made.Id], qb=books) == []


# kind, what it is made with, one field and its new value
LISTS: list[tuple[Callable[[], Any], dict[str, Any], tuple[str, Any]]] = [
    (Account, {"Name": "Till", "AcctNum": "221015", "AccountSubType": "CashOnHand"},
     ("Name", "Cash box")),
    (Class, {"Name": "North"}, ("Name", "Far north")),
    (Customer, {"DisplayName": "Moss & Son"}, ("GivenName", "Ann")),
    (Department, {"Name": "Depot"}, ("Name", "Depot 2")),
    (Employee, {"GivenName": "John", "FamilyName": "Smith"}, ("FamilyName", "Smith-Roe")),
    (Item, {"Name": "Bench", "Type": "Inventory", "TrackQtyOnHand": True, "QtyOnHand": 10,
            "InvStartDate": "2015-01-01", "IncomeAccountRef": ref_to("2"),
            "ExpenseAccountRef": ref_to("3"), "AssetAccountRef": ref_to("7")},
     ("Description", "oak")),
    (PaymentMethod, {"Name": "Barter"}, ("Name", "Exchange")),
    (Term, {"Name": "Ten days", "DueDays": 10}, ("DueDays", 60)),
    (Vendor, {"DisplayName": "Gravel & Co", "AcctNum": "221015"}, ("GivenName", "Gil")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "fields", "change"), LISTS, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_list_record_goes_through_its_life(
    books: QuickBooks, kind: Any, fields: dict[str, Any], change: tuple[str, Any]
) -> None:
    """Saved, read, changed as a whole, found by what makes it unique, put out of use."""
    made = filled(kind, **fields).save(qb=books)
    read = kind.get(made.Id, qb=books)
    assert all(
        getattr(read, name) == value for name, value in fields.items() if not isinstance(value, Ref)
    )
    setattr(read, *change)
    changed = read.save(qb=books)
    assert getattr(kind.get(made.Id, qb=books), change[0]) == change[1]
    changed.Active = False
    changed.save(qb=books)
    assert kind.get(made.Id, qb=books).Active is False


def test_lists_that_are_only_added_to(books: QuickBooks) -> None:
    """A tax agency is made and read."""
    made = filled(TaxAgency, DisplayName="County").save(qb=books)
    assert TaxAgency.get(made.Id, qb=books).DisplayName == "County"
    assert CompanyCurrency.all(qb=books) == []


def test_a_bill_payment_is_made_and_voided(books: QuickBooks) -> None:
    """The bill is paid, then open again; the voided payment stays with nothing in it."""
    bill = filled(Bill, VendorRef=ref_to("6"), Line=[expense()]).save(qb=books)
    line = filled(BillPaymentLine, Amount=200, LinkedTxn=[bill.to_linked_txn()])
    check = filled(CheckPayment, BankAccountRef=ref_to("6"))
    payment = filled(
        BillPayment,
        PayType="Check",
        TotalAmt=200,
        PrivateNote="Private Note",
        VendorRef=ref_to("6"),
        APAccountRef=ref_to("9"),
        CheckPayment=check,
        Line=[line],
    ).save(qb=books)
    read = BillPayment.get(payment.Id, qb=books)
    assert (len(read.Line), read.Line[0].Amount, read.PayType) == (1, 200.0, "Check")
    assert Bill.get(bill.Id, qb=books).Balance == 0
    payment.void(qb=books)
    voided = BillPayment.get(payment.Id, qb=books)
    assert (voided.TotalAmt, "Voided" in voided.PrivateNote) == (0, True)
    assert Bill.get(bill.Id, qb=books).Balance == 200
