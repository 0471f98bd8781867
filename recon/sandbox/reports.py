"""Reports in QuickBooks' envelope: Header, Columns, Rows.

What the sandbox's records hold is added up, anew for each report. A report that needs what is not
kept (the cost of stock, a cash basis) is refused and not made up.

Source: Intuit, Reports (CustomerBalance, TransactionList, AgedReceivables, ProfitAndLoss) entity
pages and samples, read 2026-11-26.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from recon.sandbox import details, faults, figures, statements
from recon.sandbox.amounts import units
from recon.sandbox.figures import PAYABLE, RECEIVABLE, Period
from recon.sandbox.layout import Table, cell, columns, row, total
from recon.sandbox.ledger import Ledger


def report(ledger: Ledger, name: str, params: Mapping[str, str]) -> dict[str, Any]:
    """One report by the name that stands in its address, in any case.

    Raises:
        Fault: 500 for a report that the sandbox cannot draw up, or for a cash basis; 2060.
    """
    known = {title.lower(): title for title in _REPORTS}
    title = known.get(name.lower())
    if title is None:
        raise faults.fault("500", f"Operation report {name} is not supported.")
    if params.get("accounting_method", "Accrual").lower() != "accrual":
        raise faults.fault("500", "Operation report on a cash basis is not supported.")
    asked = period(ledger, params)
    table = _REPORTS[title](ledger, asked)
    return {
        "Header": _header(ledger, title, asked, table),
        "Columns": {"Column": [column.written() for column in table.columns]},
        "Rows": {"Row": table.rows},
    }


def period(ledger: Ledger, params: Mapping[str, str]) -> Period:
    """What a report is asked to cover: start_date and end_date, or a date_macro; and of whom."""
    today = date.fromisoformat(ledger.today())
    start, end = _macro(params.get("date_macro", "").lower(), today)
    wanted = params.get("customer") or params.get("vendor") or ""
    dates = {name: _day(params, name) for name in ("start_date", "end_date", "report_date")}
    return Period(
        start=dates["start_date"] or start.isoformat(),
        end=dates["end_date"] or dates["report_date"] or end.isoformat(),
        party=frozenset(filter(None, wanted.split(","))),
        by=_columns_by(params),
    )


def _columns_by(params: Mapping[str, str]) -> str:
    """What a statement has a column for: a span of days, or only the total.

    Raises:
        Fault: 500 for customers, classes and the like.
    """
    asked = params.get("summarize_column_by") or "Total"
    known = {each.lower(): each for each in ("Total", "Days", "Week", "Month", "Quarter", "Year")}
    by = known.get(asked.lower())
    if by is None:
        raise faults.fault("500", f"Operation report by {asked} is not supported.")
    return by


def _day(params: Mapping[str, str], name: str) -> str:
    """A date that is asked for, "" for none.

    Raises:
        Fault: 2060.
    """
    text = params.get(name, "")
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError:
        raise faults.fault("2060", f"Supplied value:{text}", name) from None


def _macro(macro: str, today: date) -> tuple[date, date]:
    """First and last day of a date macro; the fiscal year is the calendar's."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    year = today.replace(month=1, day=1)
    spans = {
        "all": (date.min, date.max),
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "this month": (month, month.replace(day=monthrange(month.year, month.month)[1])),
        "this month-to-date": (month, today),
        "last month": (last_month, month - timedelta(days=1)),
        "this fiscal year": (year, year.replace(month=12, day=31)),
        "last fiscal year": (year.replace(year=year.year - 1), year - timedelta(days=1)),
    }
    return spans.get(macro, (year, today))


def _header(ledger: Ledger, title: str, asked: Period, table: Table) -> dict[str, Any]:
    home = ledger.preference("CurrencyPrefs", "HomeCurrency") or {}
    return {
        "Time": ledger.stamp(),
        "ReportName": title,
        "ReportBasis": "Accrual",
        "StartPeriod": asked.start,
        "EndPeriod": asked.end,
        "SummarizeColumnsBy": asked.by,
        "Currency": home.get("value", "USD"),
        "Option": [{"Name": "NoReportData", "Value": "false" if table.rows else "true"}],
    }


def _by_name(title: str, column: str, sums: Iterable[figures.Sum]) -> Table:
    """A name and an amount a row, and their total."""
    listed = [each for each in sums if each.amount]
    rows = [row(cell(each.name, each.record_id), cell(each.amount)) for each in listed]
    if rows:
        rows.append(total("TOTAL", "GrandTotal", [sum(each.amount for each in listed)]))
    return Table(columns(("", column), (title, "Money")), rows)


def _aged(column: str, open_forms: Iterable[figures.Open]) -> Table:
    """Open amounts of each party by how long they are overdue."""
    parties: dict[str, tuple[str, list[int]]] = {}
    for form in open_forms:
        _, amounts = parties.setdefault(form.party_id, (form.party, [0] * len(details.BUCKETS)))
        amounts[details.bucket(form.days_late)] += form.amount
    rows = [
        row(cell(name, party_id), *map(cell, amounts), cell(sum(amounts)))
        for party_id, (name, amounts) in sorted(parties.items(), key=lambda each: each[1][0])
        if any(amounts)
    ]
    if rows:
        sums = [sum(column) for column in zip(*(each for _, each in parties.values()), strict=True)]
        rows.append(total("TOTAL", "GrandTotal", [*sums, sum(sums)]))
    titles = [(title, "Money") for title in (*details.BUCKETS, "Total")]
    return Table(columns(("", column), *titles), rows)


def _transaction_list(ledger: Ledger, asked: Period) -> Table:
    titles = columns(
        ("Date", "tx_date"), ("Transaction Type", "txn_type"), ("Num", "doc_num"),
        ("Posting", "is_no_post"), ("Name", "name"), ("Memo/Description", "memo"),
        ("Account", "account_name"), ("Split", "other_account"), ("Amount", "subt_nat_amount"),
    )  # fmt: skip
    rows = [
        row(
            cell(form.day), cell(form.type, form.record_id), cell(form.number),
            cell("Yes" if form.posts else "No"), cell(form.party, form.party_id),
            cell(form.memo), cell(form.account, form.account_id), cell(form.split),
            cell(form.amount),
        )
        for form in figures.forms(ledger, asked)
    ]  # fmt: skip
    return Table(titles, rows)


def _account_list(ledger: Ledger, _: Period) -> Table:
    """The chart of accounts as it stands, whatever period is asked for."""
    titles = columns(("Account", "account_name"), ("Type", "account_type"),
                     ("Detail type", "detail_acc_type"), ("Description", "account_desc"),
                     ("Balance", "account_bal"))  # fmt: skip
    listed = sorted(
        ledger.store.every("Account", "active = 1"),
        key=lambda each: str(each["FullyQualifiedName"]).casefold(),
    )
    rows = [
        row(
            cell(each["FullyQualifiedName"], each["Id"]), cell(str(each.get("AccountType", ""))),
            cell(str(each.get("AccountSubType", ""))), cell(str(each.get("Description", ""))),
            cell(units(each["CurrentBalance"]) if "CurrentBalance" in each else ""),
        )
        for each in listed
    ]  # fmt: skip
    return Table(titles, rows)


_REPORTS: Mapping[str, Callable[[Ledger, Period], Table]] = {
    "CustomerBalance": lambda ledger, asked: _by_name(
        "Total", "Customer", figures.owed_by_customers(ledger, asked)
    ),
    "VendorBalance": lambda ledger, asked: _by_name(
        "Total", "Vendor", figures.owed_to_vendors(ledger, asked)
    ),
    "AgedReceivables": lambda ledger, asked: _aged(
        "Customer", figures.open_forms(ledger, asked, RECEIVABLE)
    ),
    "AgedPayables": lambda ledger, asked: _aged(
        "Vendor", figures.open_forms(ledger, asked, PAYABLE)
    ),
    "CustomerSales": lambda ledger, asked: _by_name(
        "Total", "Customer", figures.sales(ledger, asked, by="customer")
    ),
    "ItemSales": lambda ledger, asked: _by_name(
        "Amount", "ProductsAndService", figures.sales(ledger, asked, by="ItemRef")
    ),
    "CustomerBalanceDetail": lambda ledger, asked: details.open_detail(ledger, asked, RECEIVABLE),
    "VendorBalanceDetail": lambda ledger, asked: details.open_detail(ledger, asked, PAYABLE),
    "AgedReceivableDetail": lambda ledger, asked: details.aged_detail(ledger, asked, RECEIVABLE),
    "AgedPayableDetail": lambda ledger, asked: details.aged_detail(ledger, asked, PAYABLE),
    "VendorExpenses": lambda ledger, asked: _by_name(
        "Total", "Vendor", figures.spent_with_vendors(ledger, asked)
    ),
    "ClassSales": lambda ledger, asked: _by_name(
        "Total", "Class", figures.sales(ledger, asked, by="ClassRef")
    ),
    "DepartmentSales": lambda ledger, asked: _by_name(
        "Total", "Department", figures.sales(ledger, asked, by="DepartmentRef")
    ),
    "TransactionList": _transaction_list,
    "TransactionListByCustomer": lambda ledger, asked: details.transactions_by(
        ledger, asked, "Customer"
    ),
    "TransactionListByVendor": lambda ledger, asked: details.transactions_by(
        ledger, asked, "Vendor"
    ),
    "TransactionListWithSplits": details.splits,
    "AccountList": _account_list,
    "GeneralLedger": details.general_ledger,
    "JournalReport": details.journal,
    "ProfitAndLoss": statements.profit_and_loss,
    "ProfitAndLossDetail": details.profit_and_loss_detail,
    "BalanceSheet": statements.balance_sheet,
    "TrialBalance": statements.trial_balance,
    "CashFlow": statements.cash_flow,
}
