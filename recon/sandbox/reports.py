"""Reports in QuickBooks' envelope: Header, Columns, Rows.

What the sandbox's records hold is added up; it keeps no general ledger, so a balance sheet or a
trial balance is refused and not made up.

Source: Intuit, Reports (CustomerBalance, TransactionList, AgedReceivables, ProfitAndLoss) entity
pages and samples, read 2026-11-26.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from recon.sandbox import faults, figures
from recon.sandbox.amounts import number
from recon.sandbox.figures import Period
from recon.sandbox.ledger import Ledger

Cell = dict[str, str]
_BUCKETS = ("Current", "1 - 30", "31 - 60", "61 - 90", "91 and over")
_GROUPS = (("Income", "Income"), ("Cost of Goods Sold", "COGS"), ("Expenses", "Expenses"))


@dataclass(frozen=True)
class Table:
    """A report's columns (title, type) and its rows as QuickBooks writes them."""

    columns: Sequence[tuple[str, str]]
    rows: list[dict[str, Any]]


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
        "Columns": {"Column": [{"ColTitle": t, "ColType": kind} for t, kind in table.columns]},
        "Rows": {"Row": table.rows},
    }


def period(ledger: Ledger, params: Mapping[str, str]) -> Period:
    """What a report is asked to cover: start_date and end_date, or a date_macro; and of whom."""
    today = date.fromisoformat(ledger.today())
    start, end = _macro(params.get("date_macro", "").lower(), today)
    dates = {name: _day(params, name) for name in ("start_date", "end_date", "report_date")}
    return Period(
        start=dates["start_date"] or start.isoformat(),
        end=dates["end_date"] or dates["report_date"] or end.isoformat(),
        party=frozenset(filter(None, params.get("customer", "").split(","))),
    )


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
        "SummarizeColumnsBy": "Total",
        "Currency": home.get("value", "USD"),
        "Option": [{"Name": "NoReportData", "Value": "false" if table.rows else "true"}],
    }


def _cell(value: str | int, record_id: str = "") -> Cell:
    """One cell: a text, or an amount in ten-thousandths; with the id of what it names."""
    text = f"{number(value):.2f}" if isinstance(value, int) else value
    return {"value": text, "id": record_id} if record_id else {"value": text}


def _row(*cells: Cell) -> dict[str, Any]:
    return {"ColData": list(cells), "type": "Data"}


def _total(label: str, group: str, amounts: Iterable[int]) -> dict[str, Any]:
    cells = [_cell(label), *map(_cell, amounts)]
    return {"Summary": {"ColData": cells}, "type": "Section", "group": group}


def _by_name(title: str, column: str, sums: Iterable[figures.Sum]) -> Table:
    """A name and an amount a row, and their total."""
    listed = [each for each in sums if each.amount]
    rows = [_row(_cell(each.name, each.record_id), _cell(each.amount)) for each in listed]
    if rows:
        rows.append(_total("TOTAL", "GrandTotal", [sum(each.amount for each in listed)]))
    return Table([("", column), (title, "Money")], rows)


def _aged(column: str, open_forms: Iterable[figures.Open]) -> Table:
    """Open amounts of each party by how long they are overdue."""
    parties: dict[str, tuple[str, list[int]]] = {}
    for form in open_forms:
        _, amounts = parties.setdefault(form.party_id, (form.party, [0] * len(_BUCKETS)))
        place = 0 if form.days_late <= 0 else min((form.days_late - 1) // 30 + 1, 4)
        amounts[place] += form.amount
    rows = [
        _row(_cell(name, party_id), *map(_cell, amounts), _cell(sum(amounts)))
        for party_id, (name, amounts) in sorted(parties.items(), key=lambda each: each[1][0])
        if any(amounts)
    ]
    if rows:
        sums = [sum(column) for column in zip(*(each for _, each in parties.values()), strict=True)]
        rows.append(_total("TOTAL", "GrandTotal", [*sums, sum(sums)]))
    titles = [(title, "Money") for title in (*_BUCKETS, "Total")]
    return Table([("", column), *titles], rows)


def _transaction_list(ledger: Ledger, asked: Period) -> Table:
    columns = [
        ("Date", "tx_date"), ("Transaction Type", "txn_type"), ("Num", "doc_num"),
        ("Posting", "is_no_post"), ("Name", "name"), ("Memo/Description", "memo"),
        ("Account", "account_name"), ("Split", "other_account"), ("Amount", "subt_nat_amount"),
    ]  # fmt: skip
    rows = [
        _row(
            _cell(form.day), _cell(form.type, form.record_id), _cell(form.number),
            _cell("Yes" if form.posts else "No"), _cell(form.party, form.party_id),
            _cell(form.memo), _cell(form.account, form.account_id), _cell(form.split),
            _cell(form.amount),
        )
        for form in figures.forms(ledger, asked)
    ]  # fmt: skip
    return Table(columns, rows)


def _profit_and_loss(ledger: Ledger, asked: Period) -> Table:
    """Income less costs, account by account; what stock cost when it was sold is not known."""
    sums = figures.results(ledger, asked)
    rows, totals = [], {}
    for label, group in _GROUPS:
        within = [each for each in sums if each.group == group and each.amount]
        totals[group] = sum(each.amount for each in within)
        lines = [_row(_cell(each.name, each.record_id), _cell(each.amount)) for each in within]
        section = _total(f"Total {label}", group, [totals[group]])
        rows.append(
            {"Header": {"ColData": [_cell(label), _cell("")]}, "Rows": {"Row": lines}, **section}
        )
        if group == "COGS":
            gross = totals["Income"] - totals["COGS"]
            rows.append(_total("Gross Profit", "GrossProfit", [gross]))
    net = totals["Income"] - totals["COGS"] - totals["Expenses"]
    rows.append(_total("Net Income", "NetIncome", [net]))
    return Table([("", "Account"), ("Total", "Money")], rows)


_REPORTS: Mapping[str, Callable[[Ledger, Period], Table]] = {
    "CustomerBalance": lambda ledger, asked: _by_name(
        "Total", "Customer", figures.owed_by_customers(ledger, asked)
    ),
    "VendorBalance": lambda ledger, asked: _by_name(
        "Total", "Vendor", figures.owed_to_vendors(ledger, asked)
    ),
    "AgedReceivables": lambda ledger, asked: _aged(
        "Customer", figures.open_forms(ledger, asked, figures.RECEIVABLE)
    ),
    "AgedPayables": lambda ledger, asked: _aged(
        "Vendor", figures.open_forms(ledger, asked, figures.PAYABLE)
    ),
    "CustomerSales": lambda ledger, asked: _by_name(
        "Total", "Customer", figures.sales(ledger, asked, by="customer")
    ),
    "ItemSales": lambda ledger, asked: _by_name(
        "Amount", "ProductsAndService", figures.sales(ledger, asked, by="item")
    ),
    "TransactionList": _transaction_list,
    "ProfitAndLoss": _profit_and_loss,
}
