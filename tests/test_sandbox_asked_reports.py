"""What a report can be asked for: a basis, columns, limits, an order; and what stock cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sandbox_talk import Talk, line, linked, ref
from test_sandbox_reports import amounts, asked, group, rows_of

from recon.sandbox.books.defaults import empty_company
from recon.sandbox.server import Sandbox

NOON = datetime(2026, 9, 2, 12, tzinfo=UTC)  # a Wednesday
CASH = {"accounting_method": "Cash"}


def spent(amount: float, **detail: Any) -> list[dict[str, Any]]:
    """The one line of a bill."""
    named = {"AccountRef": ref("8"), **detail}
    return [{"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail",
             "AccountBasedExpenseLineDetail": named}]  # fmt: skip


@pytest.fixture(scope="module")
def shop() -> Iterator[Talk]:
    """A company that sells at 10 per cent tax, is paid in parts, and keeps stock."""
    with Sandbox(empty_company(), clock=lambda: NOON) as sandbox:
        talk = Talk(sandbox)
        for name in ("Ash", "Birch"):
            talk.made("customer", DisplayName=name)
        talk.made("vendor", DisplayName="Quarry")  # id 3
        for name in ("North", "South"):
            talk.made("class", Name=name)
        rates = [{"TaxRateName": "City", "RateValue": 10, "TaxAgencyId": "1"}]
        made = talk.send("POST", "taxservice/taxcode", {"TaxCode": "C", "TaxRateDetails": rates})
        code = ref(made.json["TaxCodeId"])
        talk.made("item", Name="Hours", Type="Service", IncomeAccountRef=ref("1"))
        talk.made("item", Name="Pump", Type="Inventory", TrackQtyOnHand=True, QtyOnHand=2,
                  InvStartDate="2026-01-01", PurchaseCost=10, IncomeAccountRef=ref("2"),
                  ExpenseAccountRef=ref("3"), AssetAccountRef=ref("7"), Sku="P-1")  # fmt: skip
        sold = [line(100, TaxCodeRef=ref("TAX"), ClassRef=ref("1")), line(50, ClassRef=ref("2"))]
        first = talk.made("invoice", CustomerRef=ref("1"), Line=sold, TxnDate="2026-03-05",
                          TxnTaxDetail={"TxnTaxCodeRef": code}, DocNumber="1")  # fmt: skip
        assert first["TotalAmt"] == 160
        for day, paid in (("2026-04-01", 53.33), ("2026-07-01", 106.67)):
            talk.made("payment", CustomerRef=ref("1"), TotalAmt=paid, TxnDate=day,
                      Line=[linked(paid, first["Id"])])  # fmt: skip
        talk.made("payment", CustomerRef=ref("2"), TotalAmt=7, TxnDate="2026-04-02")
        talk.made("invoice", CustomerRef=ref("2"), Line=[line(80)], TxnDate="2026-08-01")
        bill = talk.made("bill", VendorRef=ref("3"), TxnDate="2026-02-01",
                         Line=spent(40, CustomerRef=ref("1"), ClassRef=ref("1")))  # fmt: skip
        talk.made("billpayment", VendorRef=ref("3"), TotalAmt=15, PayType="Check",
                  CheckPayment={"BankAccountRef": ref("6")}, TxnDate="2026-04-09",
                  Line=[linked(10, bill["Id"], "Bill")])  # fmt: skip
        stocked = {"ItemRef": ref("2"), "Qty": 3, "UnitPrice": 12}
        talk.made("purchase", PaymentType="Cash", AccountRef=ref("6"), TxnDate="2026-05-01",
                  Line=[{"Amount": 36, "DetailType": "ItemBasedExpenseLineDetail",
                         "ItemBasedExpenseLineDetail": stocked}])  # fmt: skip
        talk.made("salesreceipt", CustomerRef=ref("2"), TxnDate="2026-06-01",
                  Line=[line(90, "2", Qty=3, UnitPrice=30)])  # fmt: skip
        yield talk


def test_on_a_cash_basis_counts_what_is_paid(shop: Talk) -> None:
    """Half a bill is half its expense; what is applied to nothing has a line of its own."""
    april = {**CASH, "start_date": "2026-04-01", "end_date": "2026-04-30"}
    report = asked(shop, "ProfitAndLoss", **april)
    assert report["Header"]["ReportBasis"] == "Cash"
    earned = {row["ColData"][0]["value"]: amounts(row)[0] for row in rows_of(report)
              if row.get("type") == "Data"}  # fmt: skip
    assert earned == {
        "Services": 50, "Unapplied Cash Payment Income": 7, "Purchases": 10,
        "Unapplied Cash Bill Payment Expense": 5,
    }  # fmt: skip
    year = asked(shop, "ProfitAndLoss", **CASH)
    assert group(year, "Income") == 150 + 7 + 90
    assert group(asked(shop, "ProfitAndLoss"), "Income") == 150 + 80 + 90
    sales = asked(shop, "CustomerSales", **CASH)["Rows"]["Row"]
    assert [amounts(row) for row in sales] == [[150], [90], [240]]
    assert amounts(asked(shop, "VendorExpenses", **CASH)["Rows"]["Row"][0]) == [36]
    taxed = asked(shop, "TaxSummary", **april)["Rows"]["Row"][0]
    assert amounts(taxed["Rows"]["Row"][0]) == [Decimal("33.33"), Decimal("3.33")]
    for name in ("TaxSummary", "BAS"):
        assert amounts(asked(shop, name)["Rows"]["Row"][0]) == [100, 10]


def test_on_a_cash_basis_nothing_is_receivable(shop: Talk) -> None:
    """The sheet balances, the trial has two equal sides, and neither knows what is unpaid."""
    sheet = asked(shop, "BalanceSheet", **CASH)
    assert group(sheet, "TotalAssets") == group(sheet, "TotalLiabilitiesAndEquity")
    assert group(sheet, "NetIncome") == group(asked(shop, "ProfitAndLoss", **CASH), "NetIncome")
    assert not {"AR", "AP"} & {row.get("group") for row in rows_of(sheet)}
    assert group(asked(shop, "BalanceSheet"), "AR") == 73
    debit, credit = amounts(rows_of(asked(shop, "TrialBalance", **CASH))[-1])
    assert debit == credit > 0
    flow = asked(shop, "CashFlow", **CASH)
    assert group(flow, "CashIncrease") == group(asked(shop, "CashFlow"), "CashIncrease") == -51


def test_columns_of_what_is_named(shop: Talk) -> None:
    """A column for each class, customer or item, one for the rest, and their sum."""
    report = asked(shop, "ProfitAndLoss", summarize_column_by="classes")
    titles = [column["ColTitle"] for column in report["Columns"]["Column"]]
    assert titles == ["", "North", "South", "Not Specified", "Total"]
    assert report["Columns"]["Column"][1]["MetaData"] == [{"Name": "ColKey", "Value": "1"}]
    nets = next(amounts(row) for row in rows_of(report) if row.get("group") == "NetIncome")
    assert nets == [60, 50, 170, 280]
    report = asked(shop, "ProfitAndLoss", summarize_column_by="Customers")
    nets = next(amounts(row) for row in rows_of(report) if row.get("group") == "NetIncome")
    assert nets == [110, 170, 280]
    for by in ("Vendors", "Employees", "Departments", "ProductsAndServices"):
        assert asked(shop, "ProfitAndLoss", summarize_column_by=by)["Rows"]["Row"]
    income = asked(shop, "CustomerIncome")["Rows"]["Row"]
    assert amounts(income[0]) == [150, -40, 110]


def test_a_balance_sheet_at_the_end_of_each_quarter(shop: Talk) -> None:
    """Each column balances; the last is what the sheet says without columns."""
    report = asked(shop, "BalanceSheet", summarize_column_by="Quarter")
    assert len(report["Columns"]["Column"]) == 5
    lines = {row["group"]: amounts(row) for row in rows_of(report) if "group" in row}
    assert lines["TotalAssets"] == lines["TotalLiabilitiesAndEquity"]
    assert lines["AR"][:2] == [160, Decimal("99.67")]
    assert lines["TotalAssets"][-1] == group(asked(shop, "BalanceSheet"), "TotalAssets")


def test_limits(shop: Talk) -> None:
    """Only what names a class, an account, a customer, a number or a type."""
    report = asked(shop, "ProfitAndLoss", **{"class": "1"})
    assert group(report, "NetIncome") == 60
    assert report["Header"]["Class"] == "1"
    ledger = asked(shop, "GeneralLedger", account="6")["Rows"]["Row"]
    assert [row["Header"]["ColData"][0]["value"] for row in ledger] == ["Checking"]
    listed = asked(shop, "TransactionList", transaction_type="ReceivePayment,Invoice", docnum="1")
    assert len(listed["Rows"]["Row"]) == 1
    assert len(asked(shop, "TransactionList", arpaid="Unpaid")["Rows"]["Row"]) == 1
    assert asked(shop, "TransactionList", customer="99")["Rows"] == {}


def test_columns_and_order_of_a_list(shop: Talk) -> None:
    """Of a list the columns that are asked for, in the order of one of them."""
    report = asked(shop, "TransactionList", columns="tx_date,subt_nat_amount",
                   sort_by="subt_nat_amount", sort_order="descend")  # fmt: skip
    keys = [column["MetaData"][0]["Value"] for column in report["Columns"]["Column"]]
    assert keys == ["tx_date", "subt_nat_amount"]
    sums = [amounts(row)[0] for row in report["Rows"]["Row"]]
    assert sums == sorted(sums, reverse=True)
    report = asked(shop, "TransactionListByCustomer", columns="doc_num", sort_by="nothing")
    assert {len(row["Header"]["ColData"]) for row in report["Rows"]["Row"]} == {2}


def test_spans_of_age(shop: Talk) -> None:
    """As many spans, as long as asked for, up to the report's day or today."""
    spans = {"aging_period": "60", "num_periods": "2", "report_date": "2026-12-31"}
    report = asked(shop, "AgedReceivables", **spans)
    titles = [column["ColTitle"] for column in report["Columns"]["Column"]]
    assert titles == ["", "Current", "1 - 60", "61 and over", "Total"]
    assert amounts(report["Rows"]["Row"][-1])[-2] == 80 - 7
    assert [c["MetaData"][0]["Value"] for c in report["Columns"]["Column"][1:]] == [
        "current", "0", "1", "total"]  # fmt: skip
    assert {"Name": "report_date", "Value": "2026-12-31"} in report["Header"]["Option"]
    report = asked(shop, "AgedReceivables", aging_method="Current", **spans)
    assert amounts(report["Rows"]["Row"][-1]) == [0, 80, -7, 73]


@pytest.mark.parametrize(
    ("macro", "start", "end"),
    [
        ("This Week", "2026-08-30", "2026-09-05"),
        ("Last Week-to-date", "2026-08-23", "2026-08-26"),
        ("Next 4 Weeks", "2026-09-06", "2026-10-03"),
        ("Last Month", "2026-08-01", "2026-08-31"),
        ("Last Month-to-date", "2026-08-01", "2026-08-02"),
        ("This Fiscal Quarter", "2026-07-01", "2026-09-30"),
        ("Last Fiscal Quarter", "2026-04-01", "2026-06-30"),
        ("This Fiscal Year-to-date", "2026-01-01", "2026-09-02"),
        ("Next Fiscal Year", "2027-01-01", "2027-12-31"),
        ("Yesterday", "2026-09-01", "2026-09-01"),
        ("", "2026-01-01", "2026-09-02"),
    ],
)
def test_a_word_for_a_span_of_days(shop: Talk, macro: str, start: str, end: str) -> None:
    """The words that QuickBooks has for periods."""
    head = shop.send("GET", "reports/CustomerSales", date_macro=macro).json["Header"]
    assert (head["StartPeriod"], head["EndPeriod"]) == (start, end)


def test_a_fiscal_year_can_start_in_april(shop: Talk) -> None:
    """Then the year to date, and what a balance sheet calls net income, begin in April."""
    info = shop.get("companyinfo", "1")
    shop.post("companyinfo", info | {"FiscalYearStartMonth": "April", "sparse": True})
    head = shop.send("GET", "reports/ProfitAndLoss").json["Header"]
    assert head["StartPeriod"] == "2026-04-01"
    net = group(asked(shop, "BalanceSheet", end_date="2026-09-02"), "NetIncome")
    assert net == 80 + 90
    assert asked(shop, "GeneralLedger", start_date="0001-01-01", end_date="0001-02-01")
    now = shop.get("companyinfo", "1")
    shop.post("companyinfo", now | {"FiscalYearStartMonth": "January", "sparse": True})


def test_the_ends_of_time(shop: Talk) -> None:
    """No calendar goes further than these."""
    for span in ({"start_date": "9999-01-01", "end_date": "9999-12-31"}, {"date_macro": "all"},
                 {"start_date": "0001-01-01", "end_date": "0001-01-02"}):  # fmt: skip
        for name in ("ProfitAndLoss", "BalanceSheet", "GeneralLedger", "CashFlow"):
            for by in ("Month", "Total"):
                reply = shop.send("GET", f"reports/{name}", summarize_column_by=by, **span)
                assert reply.status in {200, 400}, (name, span)


def test_stock_costs_what_came_in_first(shop: Talk) -> None:
    """Two at 10 and one at 12 were sold: two at 12 are left."""
    value = asked(shop, "InventoryValuationSummary")["Rows"]["Row"]
    assert [cell["value"] for cell in value[0]["ColData"]] == ["Pump", "P-1", "2", "24.00", "12.00"]
    before = asked(shop, "InventoryValuationSummary", end_date="2026-05-02")["Rows"]["Row"]
    assert [cell["value"] for cell in before[0]["ColData"]][2:] == ["5", "56.00", "11.20"]
    moved = asked(shop, "InventoryValuationDetail")["Rows"]["Row"][0]["Rows"]["Row"]
    assert [row["ColData"][6]["value"] for row in moved] == ["20.00", "36.00", "-32.00"]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"summarize_column_by": "Colours"}, "2170"),
        ({"accounting_method": "Guess"}, "2170"),
        ({"date_macro": "Last Blue Moon"}, "2170"),
        ({"start_date": "soon"}, "2060"),
        ({"aging_period": "0"}, "2090"),
        ({"num_periods": "many"}, "2090"),
        ({"aging_method": "None"}, "2170"),
    ],
)
def test_words_that_nobody_knows_are_refused(shop: Talk, params: dict[str, str], code: str) -> None:
    """A report never quietly covers something else than was asked for."""
    assert shop.send("GET", "reports/AgedReceivables", **params).code == code
