"""Reports that need the whole of the books: they agree with one another and with the records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from quickbooks import QuickBooks
from sandbox_talk import Talk, garden_company, line, linked, ref

from recon.sandbox.server import Sandbox

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
YEAR = {"start_date": "2026-01-01", "end_date": "2026-12-31"}
# Every report that node-quickbooks 2.0, the PHP SDK and karellen-qbo-mcp 0.0.8 ask for, but for
# FECReport, and for those of taxes, of which there are none here.
REPORTS = [
    "AccountList",
    "AgedPayableDetail",
    "AgedPayables",
    "AgedReceivableDetail",
    "AgedReceivables",
    "BalanceSheet",
    "CashFlow",
    "ClassSales",
    "CustomerBalance",
    "CustomerBalanceDetail",
    "CustomerIncome",
    "CustomerSales",
    "DepartmentSales",
    "GeneralLedger",
    "GeneralLedgerFR",
    "InventoryValuationDetail",
    "InventoryValuationSummary",
    "ItemSales",
    "JournalReport",
    "JournalReportFR",
    "ProfitAndLoss",
    "ProfitAndLossDetail",
    "TransactionList",
    "TransactionListByCustomer",
    "TransactionListByVendor",
    "TransactionListWithSplits",
    "TrialBalance",
    "TrialBalanceFR",
    "VendorBalance",
    "VendorBalanceDetail",
    "VendorExpenses",
]


@pytest.fixture(scope="module")
def busy() -> Iterator[Talk]:
    """The garden company in August 2026 after some of everything."""
    with Sandbox(garden_company(), clock=lambda: NOON) as sandbox:
        talk = Talk(sandbox)
        spent = [{"Amount": 40, "DetailType": "AccountBasedExpenseLineDetail",
                  "AccountBasedExpenseLineDetail": {"AccountRef": ref("8")}}]  # fmt: skip
        bill = talk.made("bill", VendorRef=ref("6"), Line=spent, TxnDate="2026-06-02")
        talk.made("vendorcredit", VendorRef=ref("6"), Line=[spent[0] | {"Amount": 3}],
                  TxnDate="2026-08-01")  # fmt: skip
        talk.made("billpayment", VendorRef=ref("6"), TotalAmt=15, PayType="Check",
                  CheckPayment={"BankAccountRef": ref("6")}, TxnDate="2026-06-09",
                  Line=[linked(15, bill["Id"], "Bill")])  # fmt: skip
        talk.made("purchase", PaymentType="Cash", AccountRef=ref("6"), Line=spent,
                  TxnDate="2026-07-20")  # fmt: skip
        off = {"Amount": 5, "DetailType": "DiscountLineDetail",
               "DiscountLineDetail": {"PercentBased": False}}  # fmt: skip
        talk.made("invoice", CustomerRef=ref("1"), Line=[line(90), off], TxnDate="2026-08-01")
        talk.made("class", Name="North")
        talk.made("salesreceipt", CustomerRef=ref("1"), Line=[line(25, "5")], TxnDate="2026-08-01",
                  ClassRef=ref("1"))  # fmt: skip
        talk.made("creditmemo", CustomerRef=ref("2"), Line=[line(50)], TxnDate="2026-08-02")
        entry = [
            {"Amount": 9, "DetailType": "JournalEntryLineDetail",
             "JournalEntryLineDetail": {"PostingType": way, "AccountRef": ref(account)}}
            for way, account in (("Debit", "8"), ("Credit", "6"))
        ]  # fmt: skip
        talk.made("journalentry", Line=entry, TxnDate="2026-08-03")
        yield talk


def rows_of(report: dict[str, Any]) -> list[dict[str, Any]]:
    """All rows of a report, sections before what is in them."""
    found = []
    waiting = list(report["Rows"]["Row"])
    while waiting:
        row = waiting.pop(0)
        found.append(row)
        waiting = row.get("Rows", {}).get("Row", []) + waiting
    return found


def amounts(row: dict[str, Any]) -> list[Decimal]:
    """The amounts of a row or of its summary, blanks left out."""
    cells = (row.get("Summary") or row)["ColData"][1:]
    return [Decimal(cell["value"]) for cell in cells if cell["value"]]


def group(report: dict[str, Any], name: str) -> Decimal:
    """The amount of the one section or row of a group."""
    return next(amounts(row)[-1] for row in rows_of(report) if row.get("group") == name)


def asked(talk: Talk, name: str, **params: str) -> dict[str, Any]:
    """A report of the year."""
    reply = talk.send("GET", f"reports/{name}", **(YEAR | params))
    assert reply.status == 200, reply.json
    return reply.json


@pytest.mark.parametrize("name", REPORTS)
def test_each_row_has_a_cell_for_each_column(name: str, busy: Talk) -> None:
    """Every report comes, with rows, and all of them as wide as its columns."""
    report = asked(busy, name)
    assert report["Header"]["ReportName"] == name
    width = len(report["Columns"]["Column"])
    lines = [row[part]["ColData"] if part else row["ColData"]
             for row in rows_of(report) for part in ("Header", "Summary", "")
             if part in row or (not part and "ColData" in row)]  # fmt: skip
    assert lines
    assert {len(each) for each in lines} == {width}


def test_the_balance_sheet_balances(busy: Talk) -> None:
    """Assets are what is owed and what is owned; receivables are what customers owe."""
    sheet = asked(busy, "BalanceSheet")
    assert group(sheet, "TotalAssets") == group(sheet, "TotalLiabilitiesAndEquity")
    assert group(sheet, "AP") == group(asked(busy, "VendorBalanceDetail"), "GrandTotal") == 22
    earned = group(asked(busy, "ProfitAndLoss"), "NetIncome")
    assert group(sheet, "NetIncome") == earned
    before = asked(busy, "BalanceSheet", end_date="2026-07-31")
    assert group(sheet, "AR") == 35
    assert "AR" not in {row.get("group") for row in rows_of(before)}
    assert group(before, "AP") == 25


def test_debits_are_credits(busy: Talk) -> None:
    """Trial balance and journal have two equal sides; the ledger runs up to the trial balance."""
    trial = asked(busy, "TrialBalance")
    for report in (trial, asked(busy, "JournalReport")):
        debit, credit = amounts(rows_of(report)[-1])
        assert debit == credit > 0
    known = {row["ColData"][0]["value"]: sum(amounts(row)) for row in trial["Rows"]["Row"][:-1]}
    for section in asked(busy, "GeneralLedger")["Rows"]["Row"]:
        account = section["Header"]["ColData"][0]["value"]
        balance = section["Rows"]["Row"][-1]["ColData"][-1]["value"]
        assert abs(Decimal(balance)) == known.get(account, 0)


def test_cash_follows_the_bank(busy: Talk) -> None:
    """What the bank holds at the end is what it held before and what came in."""
    flow = asked(busy, "CashFlow", start_date="2026-08-01")
    assert group(flow, "CashIncrease") == -9
    parts = ("OperatingActivities", "InvestingActivities", "FinancingActivities")
    assert sum(group(flow, part) for part in parts) == -9
    bank = group(asked(busy, "BalanceSheet"), "BankAccounts")
    assert group(flow, "EndingCash") == group(flow, "BeginningCash") - 9 == bank


def test_a_column_for_each_month(busy: Talk) -> None:
    """Profit and loss in columns: each says what it covers, and the last is their sum."""
    report = asked(busy, "ProfitAndLoss", summarize_column_by="Month")
    columns = report["Columns"]["Column"]
    assert [columns[1]["ColTitle"], columns[-1]["ColTitle"], len(columns)] == [
        "Jan 2026", "Total", 14]  # fmt: skip
    assert columns[2]["MetaData"] == [{"Name": "StartDate", "Value": "2026-02-01"},
                                      {"Name": "EndDate", "Value": "2026-02-28"},
                                      {"Name": "ColKey", "Value": "Feb 2026"}]  # fmt: skip
    *months, whole = next(amounts(r) for r in rows_of(report) if r.get("group") == "NetIncome")
    assert sum(months) == whole == group(asked(busy, "ProfitAndLoss"), "NetIncome")
    assert months[5] == -40
    for by, count in (("Quarter", 4), ("Year", 1), ("Week", 53), ("Days", 365)):
        report = asked(busy, "ProfitAndLoss", summarize_column_by=by)
        assert len(report["Columns"]["Column"]) in {count + 2, count + 1}


def test_open_forms_stand_under_their_customer(busy: Talk, books: QuickBooks) -> None:
    """The details add up to the sums; an old form stands under its age."""
    owed = group(asked(busy, "CustomerBalance"), "GrandTotal")
    assert group(asked(busy, "CustomerBalanceDetail"), "GrandTotal") == owed
    aged = asked(busy, "AgedReceivableDetail", report_date="2026-12-31")
    assert group(aged, "GrandTotal") == owed
    titles = [
        row["Header"]["ColData"][0]["value"] for row in aged["Rows"]["Row"] if "Header" in row
    ]
    assert titles[-1] == "91 and over"
    assert books.get_report("TrialBalance")["Rows"]["Row"]
    spent = asked(busy, "VendorExpenses", vendor="6")["Rows"]["Row"]
    assert amounts(spent[0]) == [Decimal("37.00")]
