"""What python-quickbooks and intuit-oauth can call besides creating, changing and removing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from decimal import Decimal
from typing import Any

import pytest
from intuitlib.client import AuthClient
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks import objects as q
from quickbooks.batch import BatchManager, batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import (
    AuthorizationException,
    ObjectNotFoundException,
    QuickbooksException,
    UnsupportedException,
    ValidationException,
)
from quickbooks.objects import detailline
from quickbooks.objects.base import Address, LinkedTxn, PhoneNumber, Ref
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment
from quickbooks.objects.deposit import DepositLine, DepositLineDetail
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.journalentry import JournalEntryLine, JournalEntryLineDetail
from quickbooks.objects.recurringtransaction import RecurringTransaction
from sandbox_talk import Talk, line, linked, ref
from test_sandbox_objects import LISTS, SPENT, TRANSACTIONS, VENDOR, credit_card

from recon.sandbox.records import parts
from recon.sandbox.server import Sandbox

__all__ = ["credit_card"]  # a fixture that is used by every test

EVERYTHING = [*LISTS, *TRANSACTIONS, q.BillPayment, q.TaxAgency, q.Attachable]
LINKABLE = [each for each in (*TRANSACTIONS, q.BillPayment) if hasattr(each, "to_linked_txn")]


@pytest.mark.parametrize("kind", EVERYTHING, ids=lambda kind: kind.__name__)
def test_every_way_of_asking(kind: Any, books: QuickBooks, talk: Talk) -> None:
    """`all`, `filter`, `where`, `choose`, `query` and `count`, with order and pages."""
    fields = {**LISTS, **TRANSACTIONS}.get(kind, (None, ""))[0]
    if fields:
        kind.from_json(fields).save(qb=books)
    whole = kind.all(qb=books)
    assert kind.count(qb=books) == len(whole)
    assert kind.count("Id = '99999'", qb=books) == 0
    ids = [each.Id for each in kind.all(order_by="Id", start_position=1, max_results=5, qb=books)]
    assert ids == [each.Id for each in sorted(whole, key=lambda each: int(each.Id))][:5]
    backwards = kind.where(order_by="MetaData.LastUpdatedTime DESC", max_results=2, qb=books)
    assert len(backwards) == min(2, len(whole))
    assert [each.Id for each in kind.filter(start_position=2, max_results=1, qb=books)] == ids[1:2]
    assert {each.Id for each in kind.choose(ids, qb=books)} == set(ids)
    named = kind.qbo_object_name.upper()
    assert len(
        kind.query(f"select * from {named} where Id in ('{ids[0] if ids else 0}')", qb=books)
    ) == len(ids[:1])
    for each in whole[:1]:
        again = kind.get(each.Id, qb=books, params={"minorversion": "4"})
        assert again.to_dict()["Id"] == each.Id
        assert kind.from_json(json.loads(again.to_json())).to_json() == again.to_json()


def test_references_name_what_they_are_of(books: QuickBooks, talk: Talk) -> None:
    """`to_ref` of every class that has it gives an id, and a name for people."""
    for kind in (q.Account, q.Customer, q.Vendor, q.Employee, q.Item, q.Term, q.TaxCode):
        first = kind.all(max_results=1, qb=books)[0]
        assert first.to_ref().value == first.Id
    for kind in (q.Class, q.Department, CompanyCurrency):
        made = kind.from_json(LISTS[kind][0]).save(qb=books)
        assert made.to_ref().value in {made.Id, getattr(made, "Code", "")}
    assert q.CompanyInfo.get(1, qb=books).to_ref().value == "1"
    for kind in (q.Invoice, q.Bill, q.CreditMemo):
        made = kind.from_json(TRANSACTIONS[kind][0]).save(qb=books)
        assert made.to_ref().value == made.Id


@pytest.mark.parametrize("kind", LINKABLE, ids=lambda kind: kind.__name__)
def test_links_are_named_as_the_server_names_them(kind: Any, books: QuickBooks, talk: Talk) -> None:
    """`to_linked_txn` of a transaction has its id, its kind, and line 1."""
    made = kind()
    made.Id = "7"
    link = made.to_linked_txn()
    assert (link.TxnId, link.TxnType, link.TxnLineId) == ("7", kind.qbo_object_name, 1)


def test_links_pay_and_deposit(books: QuickBooks, talk: Talk) -> None:
    """As the library links them: an invoice by a payment, that by a deposit, a bill likewise."""
    invoice = q.Invoice.from_json(TRANSACTIONS[q.Invoice][0]).save(qb=books)
    payment = q.Payment.from_json({"CustomerRef": ref("1"), "TotalAmt": 5})
    paid = q.PaymentLine()
    paid.Amount, paid.LinkedTxn = 5, [invoice.to_linked_txn()]
    payment.Line = [paid]
    payment = payment.save(qb=books)
    assert q.Invoice.get(invoice.Id, qb=books).Balance == 0
    deposit = q.Deposit.from_json({"DepositToAccountRef": ref("6")})
    put = q.DepositLine()
    put.Amount, put.LinkedTxn, put.DepositLineDetail = 5, [payment.to_linked_txn()], None
    deposit.Line = [put]
    deposit = deposit.save(qb=books)
    assert q.Payment.get(payment.Id, qb=books).LinkedTxn[0]["TxnId"] == deposit.Id
    with pytest.raises(QuickbooksException, match="deposited") as refused:
        payment.delete(qb=books)
    assert refused.value.error_code == 6540
    bill = q.Bill.from_json({"VendorRef": VENDOR, "Line": [SPENT]}).save(qb=books)
    cheque = q.BillPayment.from_json({"VendorRef": VENDOR, "TotalAmt": 40, "PayType": "Check",
                                      "CheckPayment": {"BankAccountRef": ref("6")}})  # fmt: skip
    part = q.BillPaymentLine()
    part.Amount, part.LinkedTxn = 40, [bill.to_linked_txn()]
    cheque.Line = [part]
    cheque.save(qb=books)
    assert q.Bill.get(bill.Id, qb=books).LinkedTxn[0].TxnType == "BillPaymentCheck"


def test_batches_of_every_kind(books: QuickBooks, talk: Talk) -> None:
    """Each transaction in a batch of its own kind: made, changed, removed; faults by item."""
    for kind, (fields, changed) in TRANSACTIONS.items():
        if kind is CreditCardPayment:
            continue  # the library looks for the answer under another name than QuickBooks gives
        made = batch_create([kind.from_json(fields) for _ in range(3)], qb=books)
        assert (len(made.successes), made.faults) == (3, [])
        for each in made.successes:
            setattr(each, changed, "changed")
        again = batch_update(made.successes, qb=books)
        assert {getattr(each, changed) for each in again.successes} == {"changed"}
        gone = batch_delete(again.successes, qb=books)
        assert {each.status for each in gone.successes} == {"Deleted"}
        gone = batch_delete(again.successes[:1], qb=books)
        assert gone.faults[0].Error[0].code == "610"
        assert gone.faults[0].original_object.Id == again.successes[0].Id
    with pytest.raises(QuickbooksException, match="not supported"):
        BatchManager("void")


def test_changes_of_every_kind(books: QuickBooks, talk: Talk) -> None:
    """What changed, class by class; what is gone says so; times with and without an offset."""
    since = "2026-01-01T00:00:00"
    talk.sandbox.switch(cdc_too_old="clamp")
    kinds = [each for each in (*LISTS, *TRANSACTIONS) if each is not q.TimeActivity]
    kinds.remove(CreditCardPayment)  # its records have another name than its class
    for kind in kinds:
        kind.from_json({**LISTS, **TRANSACTIONS}[kind][0]).save(qb=books)
    gone = q.Estimate.from_json(TRANSACTIONS[q.Estimate][0]).save(qb=books)
    gone.delete(qb=books)
    changes = change_data_capture(kinds, since, qb=books)
    for kind in kinds:
        assert len(getattr(changes, kind.qbo_object_name)) >= 1, kind
    assert [each.Id for each in changes.Estimate if getattr(each, "status", "")] == [gone.Id]
    with pytest.raises(UnsupportedException, match="Unsupported"):
        change_data_capture([q.TaxRate], since, qb=books)
    talk.sandbox.switch(cdc_too_old="2060")


def test_exact_numbers(books: QuickBooks, talk: Talk) -> None:
    """With use_decimal amounts come as Decimal, and go as text that is taken for a number."""
    books.use_decimal = True
    invoice = q.Invoice.from_json({"CustomerRef": ref("1"), "Line": [line(0.1)]}).save(qb=books)
    assert q.Invoice.get(invoice.Id, qb=books).TotalAmt == Decimal("0.1")
    again = q.Invoice.get(invoice.Id, qb=books)
    again.Line[0].Amount = Decimal("19.99")
    assert again.save(qb=books).TotalAmt == Decimal("19.99")


def test_the_client_itself(books: QuickBooks, talk: Talk) -> None:
    """Plain calls, reports, PDFs, webhooks' signatures, and every kind of exception."""
    assert books.query("select count(*) from Customer")["QueryResponse"]["totalCount"] == 4
    assert books.get_report("AgedReceivables", {"report_date": "2026-12-31"})["Rows"]["Row"]
    assert books.download_pdf("Invoice", "1").startswith(b"%PDF")
    assert books.misc_operation("invoice/2/send?sendTo=a%40example.com", None,
                                "application/octet-stream")["Invoice"]["EmailStatus"]  # fmt: skip
    body = '{"eventNotifications":[]}'
    signed = hmac.new(b"secret", body.encode(), hashlib.sha256).digest()
    assert books.validate_webhook_signature(body, base64.b64encode(signed), "secret")
    with pytest.raises(ObjectNotFoundException):
        books.download_pdf("Invoice", "999")
    with pytest.raises(ValidationException) as refused:
        q.Customer.query("select * from Customer where Colour = 'x'", qb=books)
    assert refused.value.error_code == 4001
    books.session.access_token = "stale"
    for call in (lambda: q.Customer.all(qb=books), lambda: books.download_pdf("Invoice", "1")):
        with pytest.raises(AuthorizationException):
            call()


def test_a_request_id_and_parameters(books: QuickBooks, talk: Talk) -> None:
    """Saving and deleting twice under one id does it once; `include` allows a number again."""
    first = q.Customer.from_json({"DisplayName": "Moss"}).save(qb=books, request_id="r1")
    twice = q.Customer.from_json({"DisplayName": "Moss"}).save(qb=books, request_id="r1")
    assert first.Id == twice.Id
    note = {"DocNumber": "7", **TRANSACTIONS[q.Invoice][0]}
    made = q.Invoice.from_json(note).save(qb=books)
    with pytest.raises(QuickbooksException) as refused:
        q.Invoice.from_json(note).save(qb=books)
    assert refused.value.error_code == 6140
    q.Invoice.from_json(note).save(qb=books, params={"include": "allowduplicatedocnum"})
    for _ in range(2):
        assert made.delete(qb=books, request_id="r2")["Invoice"]["status"] == "Deleted"


def test_what_has_no_id_of_its_own(books: QuickBooks, talk: Talk) -> None:
    """Rates and templates are saved, and deleted, without an Id beside them."""
    rate = ExchangeRate.from_json({"SourceCurrencyCode": "EUR", "Rate": 1.5,
                                   "AsOfDate": "2026-08-01"}).save(qb=books)  # fmt: skip
    rate.Rate = 1.6
    assert rate.save(qb=books, request_id="r3").Rate == 1.6
    assert len(ExchangeRate.filter(SourceCurrencyCode="EUR", qb=books)) == 1
    for name, fields in (
        ("Invoice", TRANSACTIONS[q.Invoice][0]), ("Bill", TRANSACTIONS[q.Bill][0]),
        ("Purchase", TRANSACTIONS[q.Purchase][0]), ("Deposit", TRANSACTIONS[q.Deposit][0]),
        ("JournalEntry", TRANSACTIONS[q.JournalEntry][0]),
        ("Transfer", TRANSACTIONS[q.Transfer][0]), ("Estimate", TRANSACTIONS[q.Estimate][0]),
        ("CreditMemo", TRANSACTIONS[q.CreditMemo][0]),
        ("VendorCredit", TRANSACTIONS[q.VendorCredit][0]),
        ("PurchaseOrder", TRANSACTIONS[q.PurchaseOrder][0]),
        ("SalesReceipt", TRANSACTIONS[q.SalesReceipt][0]),
        ("RefundReceipt", TRANSACTIONS[q.RefundReceipt][0]),
    ):  # fmt: skip
        info = {"Name": name, "RecurType": "Automated", "Active": True,
                "ScheduleInfo": {"IntervalType": "Monthly", "NumInterval": 1}}  # fmt: skip
        made = RecurringTransaction.from_json({name: {**fields, "RecurringInfo": info}})
        kept = made.save(qb=books)
        found = RecurringTransaction.where(f"Type = '{name}'", qb=books)
        assert [getattr(each, name).RecurringInfo.Name for each in found] == [name]
        getattr(kept, name).RecurringInfo.ScheduleInfo.NumInterval = 2
        again = kept.save(qb=books)
        assert getattr(again, name).SyncToken == "1"
        again.delete(qb=books)
    assert RecurringTransaction.count(qb=books) == 0


def test_intuits_client_can_be_pointed_anywhere() -> None:
    """Addresses set by hand, tokens passed in, everything refused that Intuit refuses."""
    with Sandbox() as sandbox:
        sign_in_and_out(sandbox.describe())


def sign_in_and_out(told: dict[str, str]) -> None:
    """Every method of the client, the refused ones too."""
    client = AuthClient(told["client_id"], told["client_secret"], "http://localhost/cb",
                        told["discovery_url"], access_token=told["access_token"],
                        refresh_token=told["refresh_token"])  # fmt: skip
    base = told["base_url"]
    client.setAuthorizeURLs({
        "auth_endpoint": f"{base}/connect/oauth2", "user_info_url": client.user_info_url,
        "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
        "revoke_endpoint": f"{base}/v2/oauth2/tokens/revoke",
    })  # fmt: skip
    assert client.get_user_info().json()["sub"]
    client.refresh()
    assert client.expires_in == 3600
    assert 8_639_000 < client.x_refresh_token_expires_in <= 8_640_000
    spare = client.access_token
    client.refresh()
    assert client.revoke(token=spare)
    refused = (
        lambda: client.get_bearer_token("code"), lambda: client.refresh("other"),
        lambda: client.revoke("other"), lambda: client.get_user_info(spare),
    )  # fmt: skip
    for call in refused:
        with pytest.raises(AuthClientError) as error:
            call()
        assert error.value.status_code in {400, 401}
        assert error.value.intuit_tid
    assert client.revoke()
    with pytest.raises(AuthClientError):
        client.get_user_info()


def test_a_voided_payment_frees_its_invoice(books: QuickBooks, talk: Talk) -> None:
    """As the library voids it: by an update with include=void."""
    paid = {"CustomerRef": ref("2"), "TotalAmt": 50, "Line": [linked(50, "2")]}
    payment = q.Payment.from_json(paid).save(qb=books)
    assert q.Invoice.get("2", qb=books).Balance == 200
    assert payment.void(qb=books)["Payment"]["TotalAmt"] == 0
    assert q.Invoice.get("2", qb=books).Balance == 250
    with pytest.raises(QuickbooksException, match="unsaved"):
        q.Payment().void(qb=books)
    with pytest.raises(QuickbooksException, match="unsaved"):
        q.Payment().delete(qb=books)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Line", detailline.DetailLine),
        ("Line", detailline.SalesItemLine),
        ("Line", detailline.SubtotalLine),
        ("Line", detailline.DescriptionOnlyLine),
        ("Line", detailline.TDSLine),
        ("Line", DepositLine),
        ("Line", JournalEntryLine),
        ("SalesItemLineDetail", detailline.SalesItemLineDetail),
        ("ItemBasedExpenseLineDetail", detailline.ItemBasedExpenseLineDetail),
        ("AccountBasedExpenseLineDetail", detailline.AccountBasedExpenseLineDetail),
        ("DiscountLineDetail", detailline.DiscountLineDetail),
        ("DescriptionLineDetail", detailline.DescriptionLineDetail),
        ("GroupLineDetail", detailline.GroupLineDetail),
        ("JournalEntryLineDetail", JournalEntryLineDetail),
        ("DepositLineDetail", DepositLineDetail),
        ("LinkedTxn", LinkedTxn),
        ("BillAddr", Address),
        ("CustomerRef", Ref),
        ("Mobile", PhoneNumber),
    ],
)
def test_every_attribute_of_the_parts_of_records_is_known(name: str, made: type) -> None:
    """What the library's class holds is never refused as a member that there is not."""
    parts.check(name, vars(made()))
