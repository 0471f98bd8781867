"""Every object that python-quickbooks knows: created, read, changed, found, removed."""

from __future__ import annotations

from typing import Any

import pytest
from quickbooks import QuickBooks
from quickbooks import objects as q
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment
from quickbooks.objects.customertype import CustomerType
from sandbox_talk import Talk, line, linked, ref

CHECKING, SUPPLIES, INCOME = ref("6"), ref("8"), ref("1")
SPENT = {"Amount": 40, "DetailType": "AccountBasedExpenseLineDetail",
         "AccountBasedExpenseLineDetail": {"AccountRef": SUPPLIES}}  # fmt: skip
BOOKED = [
    {"Amount": 9, "DetailType": "JournalEntryLineDetail",
     "JournalEntryLineDetail": {"PostingType": way, "AccountRef": account}}
    for way, account in (("Debit", SUPPLIES), ("Credit", CHECKING))
]  # fmt: skip
BANKED = {"Amount": 5, "DetailType": "DepositLineDetail",
          "DepositLineDetail": {"AccountRef": INCOME}}  # fmt: skip
VENDOR, CUSTOMER = ref("6"), ref("1")

# class: fields of a new one, and one field to change afterwards
LISTS: dict[Any, tuple[dict[str, Any], str]] = {
    q.Account: ({"Name": "Fuel", "AccountType": "Expense", "AccountSubType": "Auto"}, "Name"),
    q.Class: ({"Name": "North"}, "Name"),
    q.Customer: ({"DisplayName": "Moss"}, "Notes"),
    q.Department: ({"Name": "Yard"}, "Name"),
    q.Employee: ({"GivenName": "Kit", "FamilyName": "Reed"}, "FamilyName"),
    q.Item: ({"Name": "Hoe", "Type": "Service", "IncomeAccountRef": INCOME}, "Description"),
    q.PaymentMethod: ({"Name": "Barter"}, "Name"),
    q.Term: ({"Name": "Net 90", "DueDays": 90}, "Name"),
    q.Vendor: ({"DisplayName": "Quarry"}, "Notes"),
    CompanyCurrency: ({"Code": "EUR", "Name": "Euro"}, "Name"),
}
TRANSACTIONS: dict[Any, tuple[dict[str, Any], str]] = {
    q.Bill: ({"VendorRef": VENDOR, "Line": [SPENT]}, "PrivateNote"),
    q.CreditMemo: ({"CustomerRef": CUSTOMER, "Line": [line(5)]}, "PrivateNote"),
    CreditCardPayment: (
        {"Amount": 5, "BankAccountRef": CHECKING, "CreditCardAccountRef": ref("10")}, "PrivateNote"
    ),
    q.Deposit: ({"DepositToAccountRef": CHECKING, "Line": [BANKED]}, "PrivateNote"),
    q.Estimate: ({"CustomerRef": CUSTOMER, "Line": [line(5)]}, "PrivateNote"),
    q.Invoice: ({"CustomerRef": CUSTOMER, "Line": [line(5)]}, "PrivateNote"),
    q.JournalEntry: ({"Line": BOOKED}, "PrivateNote"),
    q.Payment: ({"CustomerRef": CUSTOMER, "TotalAmt": 5}, "PrivateNote"),
    q.Purchase: ({"PaymentType": "Cash", "AccountRef": CHECKING, "Line": [SPENT]}, "PrivateNote"),
    q.PurchaseOrder: (
        {"VendorRef": VENDOR, "APAccountRef": ref("9"), "Line": [SPENT]}, "PrivateNote"
    ),
    q.RefundReceipt: (
        {"CustomerRef": CUSTOMER, "DepositToAccountRef": CHECKING, "Line": [line(5)]},
        "PrivateNote",
    ),
    q.SalesReceipt: ({"CustomerRef": CUSTOMER, "Line": [line(5)]}, "PrivateNote"),
    q.TimeActivity: (
        {"NameOf": "Employee", "EmployeeRef": ref("7"), "TxnDate": "2026-08-01", "Hours": 2},
        "Description",
    ),
    q.Transfer: (
        {"FromAccountRef": CHECKING, "ToAccountRef": ref("20"), "Amount": 5}, "PrivateNote"
    ),
    q.VendorCredit: ({"VendorRef": VENDOR, "Line": [SPENT]}, "PrivateNote"),
}  # fmt: skip
READ_ONLY = (q.TaxCode, q.TaxRate, CustomerType, q.Budget)


@pytest.fixture(autouse=True)
def credit_card(talk: Talk) -> None:
    """An account with id 20, to which money can be moved."""
    company = talk.sandbox.save()
    company.records["Account"].append(
        {"Id": "20", "Name": "Card", "AccountType": "Credit Card", "AccountSubType": "CreditCard"}
    )
    talk.sandbox.reset(company)


def changed(kind: Any, fields: dict[str, Any], field: str, books: QuickBooks) -> Any:
    """A record that was created, read, changed by the library's full update, and found again."""
    made = kind.from_json(fields).save(qb=books)
    assert made.SyncToken == "0"
    again = kind.get(made.Id, qb=books)
    for name, value in fields.items():
        if isinstance(value, str | int):
            assert getattr(again, name) == value
    setattr(again, field, "changed")
    assert again.save(qb=books).SyncToken == "1"
    found = kind.filter(Id=made.Id, qb=books)
    assert [getattr(each, field) for each in found] == ["changed"]
    assert kind.count(qb=books) >= 1
    return found[0]


@pytest.mark.parametrize("kind", LISTS, ids=lambda kind: kind.__name__)
def test_what_is_listed_comes_and_goes(kind: Any, books: QuickBooks, talk: Talk) -> None:
    """List records are created, changed, made inactive, then no longer found, yet still read."""
    record = changed(kind, *LISTS[kind], books)
    record.Active = False
    record.save(qb=books)
    assert kind.filter(Id=record.Id, qb=books) == []
    assert kind.get(record.Id, qb=books).Active is False


@pytest.mark.parametrize("kind", TRANSACTIONS, ids=lambda kind: kind.__name__)
def test_what_is_booked_comes_and_goes(kind: Any, books: QuickBooks, talk: Talk) -> None:
    """Transactions are created, changed and deleted."""
    record = changed(kind, *TRANSACTIONS[kind], books)
    gone = record.delete(qb=books)
    assert next(iter(gone.values())) == {"status": "Deleted", "domain": "QBO", "Id": record.Id}
    assert kind.filter(Id=record.Id, qb=books) == []


@pytest.mark.parametrize("kind", READ_ONLY, ids=lambda kind: kind.__name__)
def test_what_is_only_read_can_be_asked_for(kind: Any, books: QuickBooks, talk: Talk) -> None:
    """Kinds without writes answer queries and counts."""
    rows = kind.all(qb=books)
    assert kind.count(qb=books) == len(rows)


def test_payments_of_both_sides_can_be_voided(books: QuickBooks, talk: Talk) -> None:
    """A payment, a bill payment, an invoice and a receipt are voided, each in its own way."""
    bill = talk.made("bill", VendorRef=VENDOR, Line=[SPENT])
    paid = {
        q.BillPayment: {"VendorRef": VENDOR, "TotalAmt": 40, "PayType": "Check",
                        "CheckPayment": {"BankAccountRef": CHECKING},
                        "Line": [linked(40, bill["Id"], "Bill")]},
        q.Payment: {"CustomerRef": CUSTOMER, "TotalAmt": 5, "Line": [linked(5, "1")]},
        q.SalesReceipt: {"CustomerRef": CUSTOMER, "Line": [line(5)]},
        q.Invoice: {"CustomerRef": CUSTOMER, "Line": [line(5)]},
    }  # fmt: skip
    for kind, fields in paid.items():
        record = kind.from_json(fields).save(qb=books)
        record.void(qb=books)
        voided = kind.get(record.Id, qb=books)
        assert voided.TotalAmt == 0
        assert voided.PrivateNote == "Voided"


def test_settings_are_read_and_changed(books: QuickBooks) -> None:
    """CompanyInfo and Preferences are one record each."""
    company = q.CompanyInfo.get(1, qb=books)
    assert company.Country == "USA"
    preferences = q.Preferences.get(qb=books)
    preferences.SalesFormsPrefs.AllowEstimates = False
    preferences.save(qb=books)
    assert q.Preferences.get(qb=books).SalesFormsPrefs.AllowEstimates is False


def test_a_tax_agency_and_a_tax_code_are_made(books: QuickBooks) -> None:
    """The tax service makes a code with its rates under a new agency."""
    agency = q.TaxAgency.from_json({"DisplayName": "City"}).save(qb=books)
    service = q.TaxService()
    service.TaxCode = "City 3"
    rate = q.taxservice.TaxRateDetails()
    rate.TaxRateName, rate.RateValue, rate.TaxAgencyId = "City 3", 3, agency.Id
    service.TaxRateDetails.append(rate)
    made = service.save(qb=books)
    assert made.TaxRateDetails[0].TaxAgencyId == agency.Id
    assert q.TaxCode.get(made.TaxCodeId, qb=books).Name == "City 3"
