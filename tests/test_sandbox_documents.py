"""Files, mail, PDFs, templates, rates and reports: what stands beside the books."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from quickbooks import QuickBooks
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException
from quickbooks.objects import Attachable, Customer, Estimate, Invoice
from quickbooks.objects.base import AttachableRef
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.recurringtransaction import (
    RecurringInfo,
    RecurringInvoice,
    RecurringTransaction,
    ScheduleInfo,
)
from sandbox_talk import Talk, garden_company, line, ref

from recon.sandbox.server import Sandbox

NOON = datetime(2026, 8, 15, 19, tzinfo=UTC)


def hangs_on(customer: Customer) -> AttachableRef:
    """The link of an attachment to a customer."""
    link = AttachableRef()
    link.EntityRef = customer.to_ref()
    return link


def test_python_quickbooks_attaches_files_and_notes(
    books: QuickBooks, talk: Talk, tmp_path: Path
) -> None:
    """A file by path, one by bytes, a note; each is read, found by what it hangs on, deleted."""
    customer = Customer.get(1, qb=books)
    scan = tmp_path / "scan.txt"
    scan.write_bytes(b"one\r\ntwo\n--three\n")
    for content in ({"_FilePath": str(scan)}, {"_FileBytes": b"\x00\xff raw"}):
        file = Attachable()
        file.FileName, file.ContentType = "scan.txt", "text/plain"
        file.AttachableRef.append(hangs_on(customer))
        vars(file).update(content)
        kept = file.save(qb=books)
        assert (kept.FileName, kept.ContentType) == ("scan.txt", "text/plain")
        wanted = scan.read_bytes() if "_FilePath" in content else b"\x00\xff raw"
        assert kept.Size == len(wanted)
        assert requests.get(kept.TempDownloadUri, timeout=10).content == wanted
    note = Attachable()
    note.Note = "call back"
    note.AttachableRef.append(hangs_on(customer))
    note.save(qb=books)
    found = Attachable.where(
        "AttachableRef.EntityRef.Type = 'customer' AND AttachableRef.EntityRef.value = '1'",
        qb=books,
    )
    assert [each.Id for each in found] == ["1", "2", "3"]
    assert Attachable.where("AttachableRef.EntityRef.value = '2'", qb=books) == []
    url = talk.session.get(
        f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}/download/1", timeout=10
    )
    assert requests.get(url.text, timeout=10).content == scan.read_bytes()
    assert talk.send("GET", "download/3").code == "610"
    found[0].delete(qb=books)
    assert requests.get(found[0].TempDownloadUri, timeout=10).status_code == 404
    with pytest.raises(ObjectNotFoundException):
        Attachable.get(1, qb=books)


def test_an_upload_of_several_files_fails_file_by_file(talk: Talk) -> None:
    """Raw parts with CRLF, as browsers and node-quickbooks send them; one link leads nowhere."""
    url = f"{talk.sandbox.base_url}/v3/company/{talk.sandbox.realm_id}/upload"
    bad = b'{"AttachableRef": [{"EntityRef": {"type": "Invoice", "value": "999"}}]}'
    files = {
        "file_content_01": ("a.bin", b"\r\n\x00\r\n", "application/octet-stream"),
        "file_metadata_02": (None, bad, "application/json"),
        "file_content_02": ("b.bin", b"b", "text/plain"),
    }
    done = talk.session.post(url, files=files, timeout=10).json()["AttachableResponse"]
    assert done[0]["Attachable"]["FileName"] == "a.bin"
    assert done[0]["Attachable"]["Size"] == 5
    fetched = requests.get(done[0]["Attachable"]["TempDownloadUri"], timeout=10)
    assert fetched.content == b"\r\n\x00\r\n"
    assert fetched.headers["content-disposition"] == "attachment"
    assert done[1]["Fault"]["Error"][0]["code"] == "2500"
    assert talk.query("SELECT COUNT(*) FROM Attachable").record()["totalCount"] == 1
    assert talk.post("upload", "no multipart").code == "2010"
    assert talk.post("attachable", {"Category": "Image"}).code == "2020"


def test_forms_are_sent_and_printed(books: QuickBooks, talk: Talk) -> None:
    """Sending marks the form, and needs an address; a PDF is a PDF."""
    invoice = Invoice.get(1, qb=books)
    with pytest.raises(QuickbooksException, match="Email address is required"):
        invoice.send(qb=books)
    sent = invoice.send(qb=books, send_to="rose+bills@example.com")["Invoice"]
    assert sent["EmailStatus"] == "EmailSent"
    assert sent["BillEmail"]["Address"] == "rose+bills@example.com"
    assert sent["DeliveryInfo"]["DeliveryType"] == "Email"
    assert (sent["SyncToken"], sent["Balance"]) == ("1", 70.0)
    assert talk.sandbox.events()[-1]["method"] == "send"
    printed = invoice.download_pdf(qb=books)
    assert printed.startswith(b"%PDF-1.4")
    assert printed.rstrip().endswith(b"%%EOF")
    assert b"(Rosebud Florist)" in printed
    assert talk.send("GET", "invoice/99/pdf").code == "610"
    assert talk.send("POST", "invoice/1/send", sendTo="nobody").code == "2210"
    assert talk.send("POST", "customer/1/send").code == "500"
    estimate = Estimate.from_json(
        talk.made("estimate", CustomerRef=ref("1"), Line=[line(5)], BillEmail={"Address": "a@b.c"})
    )
    assert estimate.send(qb=books)["Estimate"]["EmailStatus"] == "EmailSent"


def test_an_upload_may_be_too_large(talk: Talk) -> None:
    """More than 100 MB are refused (6030), with nothing kept."""
    assert talk.send("POST", "upload", bytes(100 * 2**20 + 1)).code == "6030"
    assert talk.query("SELECT COUNT(*) FROM Attachable").json["QueryResponse"]["totalCount"] == 0


def template(day: int = 1) -> RecurringTransaction:
    """A monthly invoice."""
    sold = SalesItemLine()
    sold.Amount = 100
    sold.SalesItemLineDetail = SalesItemLineDetail()
    sold.SalesItemLineDetail.ItemRef = ref("1")
    invoice = RecurringInvoice()
    invoice.Line.append(sold)
    invoice.CustomerRef = ref("1")
    invoice.RecurringInfo = RecurringInfo()
    invoice.RecurringInfo.Name = "Monthly care"
    invoice.RecurringInfo.ScheduleInfo = ScheduleInfo()
    invoice.RecurringInfo.ScheduleInfo.IntervalType = "Monthly"
    invoice.RecurringInfo.ScheduleInfo.DayOfMonth = day
    wrapper = RecurringTransaction()
    wrapper.Invoice = invoice
    return wrapper


def test_a_template_is_a_transaction_in_a_wrapper(books: QuickBooks, talk: Talk) -> None:
    """It is created, read, changed, found by type and deleted, and never owes anything."""
    owed = talk.get("customer", "1")["Balance"]
    made = template().save(qb=books)
    assert made.Invoice.Line[0].Amount == 100
    assert not hasattr(made.Invoice, "Type")
    again = RecurringTransaction.get(made.Invoice.Id, qb=books)
    again.Invoice.RecurringInfo.ScheduleInfo.DayOfMonth = 15
    again.save(qb=books)
    found = RecurringTransaction.where("Type = 'Invoice'", qb=books)
    assert [each.Invoice.RecurringInfo.ScheduleInfo.DayOfMonth for each in found] == [15]
    assert RecurringTransaction.where("Type = 'Bill'", qb=books) == []
    assert talk.get("customer", "1")["Balance"] == owed
    with pytest.raises(QuickbooksException, match="Stale Object"):
        again.delete(qb=books)
    gone = found[0].delete(qb=books)
    assert gone["RecurringTransaction"]["Invoice"]["status"] == "Deleted"
    nameless = {"Invoice": {"CustomerRef": ref("1"), "Line": [line(1)], "RecurringInfo": {}}}
    assert talk.post("recurringtransaction", nameless).code == "2020"
    assert talk.post("recurringtransaction", {"Customer": {}}).code == "2010"
    unknown = {"Invoice": {"CustomerRef": ref("99"), "Line": [line(1)], "RecurringInfo": {
        "Name": "x", "RecurType": "Automated"}}}  # fmt: skip
    assert talk.post("recurringtransaction", unknown).code == "2500"


def test_exchange_rates_hold_from_their_day_on(books: QuickBooks, talk: Talk) -> None:
    """A rate is set, asked for by currency and day, and has no id of its own."""
    for day, value in (("2026-01-01", 1.08), ("2026-03-01", 1.1)):
        rate = ExchangeRate()
        rate.SourceCurrencyCode, rate.AsOfDate, rate.Rate = "EUR", day, value
        assert rate.save(qb=books).TargetCurrencyCode == "USD"
    asked = {"sourcecurrencycode": "eur", "asofdate": "2026-02-15"}
    kept = talk.send("GET", "exchangerate", **asked).record()
    assert (kept["Rate"], kept["AsOfDate"]) == (1.08, "2026-01-01")
    assert not {"Id", "SyncToken"} & set(kept)
    assert talk.send("GET", "exchangerate", sourcecurrencycode="EUR").record()["Rate"] == 1.1
    assert talk.send("GET", "exchangerate", sourcecurrencycode="USD").record()["Rate"] == 1
    assert talk.send("GET", "exchangerate", sourcecurrencycode="CHF").code == "610"
    assert talk.send("GET", "exchangerate").code == "2020"
    rate.Rate = 1.2
    rate.save(qb=books)
    rates = ExchangeRate.where("SourceCurrencyCode = 'EUR'", order_by="AsOfDate", qb=books)
    assert [each.Rate for each in rates] == [1.08, 1.2]
    assert talk.post("exchangerate", {"SourceCurrencyCode": "EUR", "Rate": 0}).code == "2140"
    currency = CompanyCurrency()
    currency.Code = "EUR"
    assert currency.save(qb=books).Name == "Euro"
    assert CompanyCurrency.get(currency.Id, qb=books).to_ref().value == "EUR"


@pytest.fixture
def summer() -> Talk:
    """The garden company in August 2026, with a receipt, a credit and a bill."""
    with Sandbox(garden_company(), clock=lambda: NOON) as sandbox:
        talk = Talk(sandbox)
        talk.made("salesreceipt", CustomerRef=ref("1"), Line=[line(25, "5")], TxnDate="2026-08-01")
        talk.made("creditmemo", CustomerRef=ref("2"), Line=[line(50)], TxnDate="2026-08-02")
        yield talk


def cells(row: dict) -> list[str]:
    """The texts of one row."""
    return [cell["value"] for cell in (row.get("Summary") or row)["ColData"]]


def test_customer_balances_are_reported(summer: Talk) -> None:
    """CustomerBalance shows who owes what, today or on an earlier day."""
    report = summer.send("GET", "reports/CustomerBalance").json
    assert report["Header"]["ReportName"] == "CustomerBalance"
    assert report["Header"]["Option"] == [{"Name": "NoReportData", "Value": "false"}]
    assert [each["ColTitle"] for each in report["Columns"]["Column"]] == ["", "Total"]
    rows = report["Rows"]["Row"]
    assert [cells(row) for row in rows] == [
        ["Hillside School", "180.00"],
        ["Gym", "40.00"],
        ["Rosebud Florist", "70.00"],
        ["TOTAL", "290.00"],
    ]
    assert rows[0]["ColData"][0]["id"] == "2"
    early = {"report_date": "2026-07-05", "customer": "1"}
    report = summer.send("GET", "reports/customerbalance", **early).json
    assert [cells(row) for row in report["Rows"]["Row"]][-1] == ["TOTAL", "100.00"]


def test_open_invoices_are_aged(summer: Talk) -> None:
    """AgedReceivables sorts what is open by the days since it was due."""
    rows = summer.send("GET", "reports/AgedReceivables").json["Rows"]["Row"]
    assert [cells(row)[:4] for row in rows] == [
        ["Gym", "0.00", "40.00", "0.00"],
        ["Hillside School", "0.00", "200.00", "-20.00"],
        ["Rosebud Florist", "0.00", "70.00", "0.00"],
        ["TOTAL", "0.00", "310.00", "-20.00"],
    ]


def test_transactions_are_listed_by_day(summer: Talk) -> None:
    """TransactionList has every transaction of the period, with ids."""
    span = {"start_date": "2026-07-10", "end_date": "2026-08-31"}
    rows = summer.send("GET", "reports/TransactionList", **span).json["Rows"]["Row"]
    assert [(cells(row)[0], cells(row)[1], cells(row)[-1]) for row in rows] == [
        ("2026-07-10", "Payment", "-30.00"),
        ("2026-07-11", "Payment", "-20.00"),
        ("2026-07-12", "Deposit", "20.00"),
        ("2026-08-01", "Sales Receipt", "25.00"),
        ("2026-08-02", "Credit Memo", "-50.00"),
    ]


def test_profit_and_loss_adds_up_accounts(summer: Talk, books: QuickBooks) -> None:
    """Sales go to the accounts of their items; what was spent to the accounts of the lines."""
    expense = {"Amount": 12, "DetailType": "AccountBasedExpenseLineDetail",
               "AccountBasedExpenseLineDetail": {"AccountRef": ref("8")}}  # fmt: skip
    summer.made(
        "purchase", PaymentType="Cash", AccountRef=ref("6"), Line=[expense], TxnDate="2026-08-03"
    )
    span = {"start_date": "2026-08-01", "end_date": "2026-08-31"}
    report = summer.send("GET", "reports/ProfitAndLoss", **span).json
    by_group = {row["group"]: cells(row)[1] for row in report["Rows"]["Row"]}
    assert by_group == {"Income": "-25.00", "COGS": "0.00", "GrossProfit": "-25.00",
                        "Expenses": "12.00", "NetOperatingIncome": "-37.00",
                            "NetIncome": "-37.00"}  # fmt: skip
    income = report["Rows"]["Row"][0]["Rows"]["Row"]
    assert [cells(row) for row in income] == [
        ["Sales of Product Income", "25.00"],
        ["Services", "-50.00"],
    ]
    sold = summer.send("GET", "reports/ItemSales", **span).json["Rows"]["Row"]
    assert [cells(row) for row in sold] == [
        ["Garden:Rose", "25.00"],
        ["Hours", "-50.00"],
        ["TOTAL", "-25.00"],
    ]
    sold = summer.send("GET", "reports/CustomerSales", **span).json["Rows"]["Row"]
    assert cells(sold[-1]) == ["TOTAL", "-25.00"]


def test_what_cannot_be_worked_out_is_refused(books: QuickBooks, talk: Talk) -> None:
    """A report that nobody knows, a day that is none, more columns than anybody reads."""
    assert books.get_report("CustomerBalance")["Header"]["Currency"] == "USD"
    with pytest.raises(QuickbooksException, match="Unsupported Operation"):
        books.get_report("Horoscope")
    assert talk.send("GET", "reports/ProfitAndLoss", start_date="May").code == "2060"
    daily = {"summarize_column_by": "Days", "date_macro": "all"}
    assert talk.send("GET", "reports/ProfitAndLoss", **daily).code == "10100"
    assert talk.send("GET", "reports/TransactionList", date_macro="all").status == 200
    for empty in ("VendorBalance", "AgedPayables"):
        report = talk.send("GET", f"reports/{empty}").json
        assert report["Rows"] == {}
        assert {"Name": "NoReportData", "Value": "true"} in report["Header"]["Option"]


def test_an_invoice_says_where_it_can_be_paid(books: QuickBooks, talk: Talk) -> None:
    """On request, if it can be paid online and somebody gets it by mail."""
    payable = {"AllowOnlineCreditCardPayment": True, "BillEmail": {"Address": "a@example.com"}}
    sold = {"CustomerRef": ref("1"), "Line": [line(5)], **payable}
    invoice = Invoice.from_json(sold).save(qb=books)
    asked = {"include": "invoiceLink"}
    assert Invoice.get(invoice.Id, qb=books, params=dict(asked)).InvoiceLink.startswith("http")
    assert Invoice.get(invoice.Id, qb=books).InvoiceLink == ""
    assert Invoice.get("1", qb=books, params=dict(asked)).InvoiceLink == ""


def test_unknown_addresses_and_methods(talk: Talk) -> None:
    """No such address is 10000, no such method 405."""
    assert (talk.send("GET", "unicorn/1").status, talk.send("GET", "unicorn/1").code) == (
        500,
        "10000",
    )
    for method, path in (
        ("PUT", "customer"),
        ("DELETE", "customer/1"),
        ("GET", "customer"),
        ("GET", "batch"),
        ("POST", "cdc"),
        ("POST", "reports/CustomerBalance"),
    ):
        assert talk.send(method, path, "{}").status == 405, path
    assert talk.post("customer", {"DisplayName": "Moss"}, operation="update").status == 200
