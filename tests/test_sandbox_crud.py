"""Create, read, update, deactivate, delete and void, through the unmodified python-quickbooks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from quickbooks import QuickBooks
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException
from quickbooks.objects import (
    Account,
    CompanyInfo,
    Customer,
    Department,
    Employee,
    Invoice,
    Item,
    Payment,
    PaymentMethod,
    Preferences,
    SalesReceipt,
    TaxAgency,
    TaxCode,
    TaxRate,
    Term,
    Vendor,
)
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.taxservice import TaxRateDetails, TaxService
from quickbooks.objects.trackingclass import Class
from sandbox_talk import Talk, garden_company, line, ref

from recon.sandbox.server import Sandbox


def test_a_customer_lives_a_whole_life(books: QuickBooks) -> None:
    """Create, read, change, deactivate, find, reactivate: every step as the library does it."""
    customer = Customer()
    customer.DisplayName = "Fern & Fable, 東京"
    customer = customer.save(qb=books)
    assert (customer.Id, customer.SyncToken) == ("8", "0")
    customer = Customer.get(8, qb=books)
    customer.CompanyName = "Fern & Fable Ltd."
    customer = customer.save(qb=books)
    assert (customer.CompanyName, customer.SyncToken) == ("Fern & Fable Ltd.", "1")
    customer.Active = False
    customer = customer.save(qb=books)
    assert customer.DisplayName == "Fern & Fable, 東京 (deleted)"
    assert customer.PrintOnCheckName == "Fern & Fable, 東京"
    assert not Customer.filter(DisplayName="Fern & Fable, 東京 (deleted)", qb=books)
    found = Customer.where("Active IN (true, false) AND Id = '8'", qb=books)
    assert [each.Active for each in found] == [False]
    customer.Active = True
    assert customer.save(qb=books).DisplayName == "Fern & Fable, 東京"


def test_a_stale_copy_is_refused(books: QuickBooks) -> None:
    """Who read before another wrote gets 5010 and changes nothing."""
    first, second = Customer.get(1, qb=books), Customer.get(1, qb=books)
    first.Notes = "first"
    first.save(qb=books)
    second.Notes = "second"
    with pytest.raises(QuickbooksException) as refused:
        second.save(qb=books)
    assert refused.value.error_code == 5010
    assert Customer.get(1, qb=books).Notes == "first"


def test_the_librarys_own_save_leaves_totals_alone(books: QuickBooks) -> None:
    """Its default keys ("" and 0) come with every save; they change no money and lose no line."""
    before = Invoice.get(1, qb=books)
    before.PrivateNote = "called them"
    after = before.save(qb=books)
    assert (after.TotalAmt, after.Balance, after.DocNumber) == (100.0, 70.0, "1001")
    assert [each.TxnType for each in after.LinkedTxn] == ["Payment"]
    assert len(after.Line) == 2


def test_an_invoice_by_objects(books: QuickBooks) -> None:
    """An invoice built of the library's objects, then voided and deleted by its methods."""
    detail = SalesItemLineDetail()
    detail.ItemRef = Item.get(1, qb=books).to_ref()
    sales_line = SalesItemLine()
    sales_line.Amount = 75
    sales_line.SalesItemLineDetail = detail
    invoice = Invoice()
    invoice.CustomerRef = Customer.get(5, qb=books).to_ref()
    invoice.Line.append(sales_line)
    invoice = invoice.save(qb=books, request_id="one")
    assert invoice.save(qb=books).TotalAmt == 75
    Invoice.get(invoice.Id, qb=books).void(qb=books)
    voided = Invoice.get(invoice.Id, qb=books)
    assert (voided.TotalAmt, voided.Balance, voided.PrivateNote) == (0, 0, "Voided")
    voided.delete(qb=books)
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(invoice.Id, qb=books)


def test_payments_and_receipts_are_voided_the_other_way(books: QuickBooks, talk: Talk) -> None:
    """Payment and SalesReceipt void through operation=update&include=void."""
    Payment.get(4, qb=books).void(qb=books)
    assert Payment.get(4, qb=books).TotalAmt == 0
    assert Invoice.get(1, qb=books).Balance == 100
    made = talk.made("salesreceipt", CustomerRef=ref("1"), Line=[line(9)])
    receipt = SalesReceipt.get(made["Id"], qb=books)
    receipt.void(qb=books)
    assert SalesReceipt.get(made["Id"], qb=books).PrivateNote == "Voided"


def test_the_safe_sparse_update_keeps_what_is_not_sent(books: QuickBooks) -> None:
    """A hand-made body changes one field; a full one empties all others."""
    sparse = {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "late payer"}
    after = books.update_object("Customer", json.dumps(sparse))["Customer"]
    assert (after["Notes"], after["CompanyName"]) == ("late payer", "Rosebud Florist LLC")
    full = {"Id": "1", "SyncToken": "1", "DisplayName": "Rosebud Florist"}
    after = books.update_object("Customer", json.dumps(full))["Customer"]
    assert "CompanyName" not in after
    assert "BillAddr" not in after
    assert after["Balance"] == 70.0


def test_the_naive_sparse_update_blanks_the_record(books: QuickBooks) -> None:
    """A fresh object with sparse=True posts "" for every default, and they count."""
    naive = Customer()
    naive.Id, naive.SyncToken, naive.sparse = "1", "0", True
    naive.DisplayName = "Rosebud Florist"
    assert not naive.save(qb=books).CompanyName


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Vendor, {"DisplayName": "Pump Works"}),
        (Employee, {"GivenName": "Ann", "FamilyName": "Oak"}),
        (Account, {"Name": "Tips", "AccountType": "Income"}),
        (Class, {"Name": "North"}),
        (Department, {"Name": "Nursery"}),
        (Term, {"Name": "Net 45", "DueDays": "45"}),
        (PaymentMethod, {"Name": "Barter"}),
        (TaxAgency, {"DisplayName": "Ada County"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_other_lists(books: QuickBooks, kind: type, fields: dict[str, str]) -> None:
    """Each list takes a new record and gives it back by id and by query."""
    record = kind()
    for name, value in fields.items():
        setattr(record, name, value)
    saved = record.save(qb=books)
    assert saved.SyncToken == "0"
    assert kind.get(saved.Id, qb=books).Id == saved.Id
    assert saved.Id in [each.Id for each in kind.all(qb=books)]


def test_the_tax_service_makes_code_and_rates(books: QuickBooks) -> None:
    """One request, two kinds of records that read back."""
    rate = TaxRateDetails()
    rate.TaxRateName, rate.RateValue, rate.TaxAgencyId = "Ada 6", 6, 1
    service = TaxService()
    service.TaxCode = "Ada County"
    service.TaxRateDetails.append(rate)
    service.save(qb=books)
    code = TaxCode.filter(Name="Ada County", qb=books)[0]
    rate_id = code.SalesTaxRateList.TaxRateDetail[0].TaxRateRef.value
    assert TaxRate.get(rate_id, qb=books).RateValue == 6


def test_the_settings_records(books: QuickBooks, running: Sandbox) -> None:
    """CompanyInfo answers to the realm and to 1; Preferences take a sparse update."""
    assert CompanyInfo.get(running.realm_id, qb=books).CompanyName == "Sandbox Company"
    preferences = Preferences.get(qb=books)
    assert preferences.SalesFormsPrefs.CustomTxnNumbers is True


def test_answers_carry_what_quickbooks_adds(talk: Talk) -> None:
    """domain, sparse, MetaData and SyncToken stand on every record, `time` on every answer."""
    reply = talk.post("customer", {"DisplayName": "Moss"})
    record = reply.record()
    assert (record["domain"], record["sparse"], record["SyncToken"]) == ("QBO", False, "0")
    assert record["MetaData"]["CreateTime"][-6:] == "-07:00"
    assert reply.json["time"]
    assert reply.headers["content-type"] == "application/json;charset=UTF-8"


def test_several_limits_are_reported_at_once(talk: Talk) -> None:
    """One fault, one 2050 for each text that is too long."""
    body = {"DisplayName": "x" * 501, "CompanyName": "y" * 101, "Suffix": "z" * 17}
    reply = talk.post("customer", body)
    assert [each["element"] for each in reply.errors] == ["DisplayName", "CompanyName", "Suffix"]
    assert {each["code"] for each in reply.errors} == {"2050"}


def test_a_request_id_writes_once(talk: Talk) -> None:
    """The same request id gives the first answer, byte for byte, a refusal included."""
    first = talk.post("customer", {"DisplayName": "Moss"}, requestid="r1")
    again = talk.post("customer", {"DisplayName": "Moss"}, requestid="r1")
    assert (again.status, again.json) == (first.status, first.json)
    refused = talk.post("customer", {"DisplayName": "Moss"}, requestid="r2")
    assert refused.code == "6240"
    assert talk.query("SELECT COUNT(*) FROM Customer").record() == {"totalCount": 5}
    assert len(talk.sandbox.events()) == 2


def test_text_that_is_not_utf8_is_refused(talk: Talk) -> None:
    """Latin-1 bytes give code 500 with the XML parser's words."""
    reply = talk.send("POST", "customer", '{"DisplayName":"Café"}'.encode("latin-1"))
    assert reply.code == "500"
    assert "Invalid byte 1 of 1-byte UTF-8 sequence" in reply.detail


def test_everything_is_kept_in_a_file(tmp_path, running: Sandbox) -> None:
    """With a path, a second sandbox goes on where the first stopped."""
    file = tmp_path / "company.sqlite"
    with Sandbox(garden_company(), path=file) as first:
        Talk(first).made("customer", DisplayName="Moss")
    with Sandbox(path=file) as second:
        assert second.realm_id == garden_company().realm_id
        assert Talk(second).get("customer", "8")["DisplayName"] == "Moss"


def test_a_saved_company_loads_as_the_same(talk: Talk) -> None:
    """Save, load, save: nothing changes, derived fields included."""
    talk.made("invoice", CustomerRef=ref("3"), Line=[line(12.34)])
    saved = talk.sandbox.save()
    talk.sandbox.reset(saved)
    assert talk.sandbox.save() == saved


def test_a_refusal_under_a_request_id_leaves_nothing(talk: Talk) -> None:
    """What a write did before it was refused is undone, alone or within a batch."""
    before = talk.sandbox.save()
    estimate = [{"TxnId": "999", "TxnType": "Estimate"}]
    body = {"CustomerRef": ref("1"), "Line": [line(5)], "LinkedTxn": estimate}
    assert talk.post("invoice", body, requestid="r").code == "620"
    item = {"bId": "1", "operation": "create", "Invoice": body}
    talk.send("POST", "batch", {"BatchItemRequest": [item]}, requestid="b")
    assert talk.sandbox.save() == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
WORDS = (
    "Id SyncToken sparse DisplayName Name Active ParentRef Job CustomerRef TotalAmt Line LinkedTxn "
    "Amount DetailType SalesItemLineDetail GroupLineDetail DiscountLineDetail ItemRef TaxCodeRef "
    "Qty UnitPrice value TxnId TxnType TxnDate TxnTaxDetail TxnTaxCodeRef TotalTax BillAddr Type "
    "DocNumber PrimaryEmailAddr Address IncomeAccountRef GroupItemRef Quantity"
)
NAMES = st.sampled_from(WORDS.split())
VALUES = st.sampled_from(["1", "2", 3, "SalesItemLineDetail", "GroupLineDetail", "Invoice", True])
BODIES = st.recursive(
    VALUES | JSON,
    lambda inner: st.dictionaries(NAMES, inner, max_size=6) | st.lists(inner, max_size=2),
    max_leaves=15,
)


LINES = st.fixed_dictionaries(
    {"DetailType": st.sampled_from(["SalesItemLineDetail", "GroupLineDetail", "Other"])},
    optional=dict.fromkeys(
        ("Amount", "Id", "LinkedTxn", "SalesItemLineDetail", "GroupLineDetail"), BODIES
    ),
)
FORMS = st.fixed_dictionaries(
    {"CustomerRef": st.just(ref("1")), "TotalAmt": VALUES, "Line": st.lists(LINES, max_size=2)},
    optional={"TxnTaxDetail": BODIES, "LinkedTxn": BODIES, "TxnDate": BODIES, "BillAddr": BODIES},
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(["customer", "item", "invoice", "payment", "class"]), BODIES | FORMS)
def test_no_body_breaks_the_server(running: Sandbox, kind: str, body: Any) -> None:
    """Whatever JSON is sent is done or refused with a fault; nothing else."""
    talk = Talk(running)
    reply = talk.post(kind, body)
    assert (reply.status, bool(reply.errors)) in {(200, False), (400, True)}
    talk.session.close()


@pytest.mark.parametrize(
    "group",
    [
        {"CurrencyPrefs": "USD"},
        {"CurrencyPrefs": {"HomeCurrency": "USD"}},
        {"OtherPrefs": {"NameValue": ["x"]}},
        {"OtherPrefs": {"NameValue": {"Name": "x"}}},
    ],
)
def test_settings_keep_their_shape(talk: Talk, group: Any) -> None:
    """A group of preferences that is none is refused, and the company still works."""
    assert talk.change("preferences", "1", **group).code == "2010"
    assert talk.made("invoice", CustomerRef=ref("1"), Line=[line(5)])
