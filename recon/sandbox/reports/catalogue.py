"""Every report by its name, in QuickBooks' envelope: Header, Columns, Rows.

What the sandbox's records hold is added up, anew for each report.

Source: Intuit, Reports entity pages and samples; node-quickbooks 2.0 index.js and the PHP SDK's
ReportName (the names that they ask for), read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from recon.sandbox import faults
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.reports import details, figures, lists, statements, stock_value, summaries
from recon.sandbox.reports.aging import Aging, aging
from recon.sandbox.reports.figures import PAYABLE, RECEIVABLE
from recon.sandbox.reports.layout import Column, Table, cell, columns, row, total
from recon.sandbox.reports.period import Period, period
from recon.sandbox.reports.split import SPLITS

Draw = Callable[[Ledger, Period, Mapping[str, str]], Table]
# Parameters that a header repeats.
_REPEATED = {"customer": "Customer", "vendor": "Vendor", "employee": "Employee", "item": "Item",
             "class": "Class", "department": "Department", "date_macro": "DateMacro"}  # fmt: skip


def report(ledger: Ledger, name: str, params: Mapping[str, str]) -> dict[str, Any]:
    """One report by the name that stands in its address, in any case.

    Raises:
        Fault: 500 for a report that the sandbox cannot draw up; 2060, 2090, 2170 for parameters.
    """
    known = {title.lower(): title for title in _REPORTS}
    title = known.get(name.lower())
    if title is None:
        raise faults.fault("500", f"Operation report {name} is not supported.")
    asked = period(ledger, params)
    if title not in _BY_COLUMN or (title == "BalanceSheet" and asked.by in SPLITS):
        asked = replace(asked, by="Total")
    table = _REPORTS[title](ledger, asked, params)
    if params.get("columns"):
        table = table.only(params["columns"].split(","))
    if params.get("sort_by"):
        descending = params.get("sort_order", "").lower().startswith("desc")
        table = table.ordered(params["sort_by"], descending=descending)
    return {
        "Header": _header(ledger, title, asked, params, empty=not table.rows),
        "Columns": {"Column": [column.written() for column in table.columns]},
        "Rows": {"Row": table.rows} if table.rows else {},
    }


def _header(
    ledger: Ledger, title: str, asked: Period, params: Mapping[str, str], *, empty: bool
) -> dict[str, Any]:
    options = {"report_date": asked.end} if title.startswith("Aged") else {}
    options["NoReportData"] = "true" if empty else "false"
    head: dict[str, Any] = {
        "Time": ledger.stamp(),
        "ReportName": title,
        "ReportBasis": "Cash" if asked.cash and title in _ON_BASIS else "Accrual",
        "StartPeriod": asked.start,
        "EndPeriod": asked.end,
        "SummarizeColumnsBy": asked.by,
        "Currency": ledger.home_currency(),
        "Option": [{"Name": name, "Value": value} for name, value in options.items()],
    }
    if title not in _ON_BASIS:
        del head["ReportBasis"]
    head |= {member: params[name] for name, member in _REPEATED.items() if params.get(name)}
    return head


def _by_name(title: str, column: str, sums: Iterable[figures.Sum]) -> Table:
    """A name and an amount a row, and their total."""
    listed = [each for each in sums if each.amount]
    rows = [row(cell(each.name, each.record_id), cell(each.amount)) for each in listed]
    if rows:
        rows.append(total("TOTAL", "GrandTotal", [sum(each.amount for each in listed)]))
    return Table(columns(("", column), (title, "Money")), rows)


def _aged(column: str, aging_: Aging, open_forms: Iterable[figures.Open]) -> Table:
    """Open amounts of each party by how long they are overdue."""
    parties: dict[str, tuple[str, list[int]]] = {}
    for form in open_forms:
        _, amounts = parties.setdefault(form.party_id, (form.party, [0] * len(aging_.titles)))
        amounts[aging_.place(form.days_late)] += form.amount
    rows = [
        row(cell(name, party_id), *map(cell, amounts), cell(sum(amounts)))
        for party_id, (name, amounts) in sorted(parties.items(), key=lambda each: each[1][0])
        if any(amounts)
    ]
    if rows:
        sums = [sum(column) for column in zip(*(each for _, each in parties.values()), strict=True)]
        rows.append(total("TOTAL", "GrandTotal", [*sums, sum(sums)]))
    current, *late = aging_.titles
    keyed = [(current, "current"), *((title, str(at)) for at, title in enumerate(late))]
    heads = [Column(title, "Money", key) for title, key in (*keyed, ("Total", "total"))]
    return Table([Column("", column), *heads], rows)


def _summary(
    title: str, column: str, sums: Callable[[Ledger, Period], Iterable[figures.Sum]]
) -> Draw:
    """A report of one amount for each name."""
    return lambda ledger, asked, _params: _by_name(title, column, sums(ledger, asked))


def _sales(title: str, column: str, by: str) -> Draw:
    """A report of what was sold, by customer or by what lines name."""
    return _summary(title, column, lambda ledger, asked: figures.sales(ledger, asked, by=by))


def _overdue(column: str, kinds: dict[str, int]) -> Draw:
    """A summary of what is open by age."""

    def draw(ledger: Ledger, asked: Period, params: Mapping[str, str]) -> Table:
        spans = aging(params)
        return _aged(column, spans, figures.open_forms(ledger, asked, kinds, today=spans.today))

    return draw


def _overdue_detail(kinds: dict[str, int]) -> Draw:
    """A list of what is open by age."""
    return lambda ledger, asked, params: details.aged_detail(ledger, asked, kinds, aging(params))


def _plain(draw: Callable[[Ledger, Period], Table]) -> Draw:
    """A report that looks at nothing but the period."""
    return lambda ledger, asked, _params: draw(ledger, asked)


_BASED: Mapping[str, Draw] = {
    "ProfitAndLoss": _plain(statements.profit_and_loss),
    "ProfitAndLossDetail": _plain(details.profit_and_loss_detail),
    "BalanceSheet": _plain(statements.balance_sheet),
    "TrialBalance": _plain(statements.trial_balance),
    "TrialBalanceFR": _plain(statements.trial_balance),
    "GeneralLedger": _plain(details.general_ledger),
    "GeneralLedgerFR": _plain(details.general_ledger),
    "BAS": summaries.taxes,
    "CustomerIncome": _plain(summaries.customer_income),
    "CustomerSales": _sales("Total", "Customer", "customer"),
    "ItemSales": _sales("Amount", "ProductsAndService", "ItemRef"),
    "ClassSales": _sales("Total", "Class", "ClassRef"),
    "DepartmentSales": _sales("Total", "Department", "DepartmentRef"),
    "VendorExpenses": _summary("Total", "Vendor", figures.spent_with_vendors),
    "TaxSummary": summaries.taxes,
}
_UNBASED: Mapping[str, Draw] = {
    "CustomerBalance": _summary("Total", "Customer", figures.owed_by_customers),
    "VendorBalance": _summary("Total", "Vendor", figures.owed_to_vendors),
    "AgedReceivables": _overdue("Customer", RECEIVABLE),
    "AgedPayables": _overdue("Vendor", PAYABLE),
    "CustomerBalanceDetail": _plain(
        lambda ledger, asked: details.open_detail(ledger, asked, RECEIVABLE)
    ),
    "VendorBalanceDetail": _plain(
        lambda ledger, asked: details.open_detail(ledger, asked, PAYABLE)
    ),
    "AgedReceivableDetail": _overdue_detail(RECEIVABLE),
    "AgedPayableDetail": _overdue_detail(PAYABLE),
    "TransactionList": lists.transactions,
    "TransactionListByCustomer": lists.transactions_by("Customer"),
    "TransactionListByVendor": lists.transactions_by("Vendor"),
    "TransactionListWithSplits": _plain(details.splits),
    "AccountList": _plain(lists.accounts),
    "JournalReport": _plain(details.journal),
    "JournalReportFR": _plain(details.journal),
    "CashFlow": _plain(statements.cash_flow),
    "InventoryValuationSummary": _plain(stock_value.summary),
    "InventoryValuationDetail": _plain(stock_value.detail),
}
_REPORTS: Mapping[str, Draw] = {**_BASED, **_UNBASED}
# What is owed is the same on either basis.
_ON_BASIS = frozenset({*_BASED, "CustomerBalance", "VendorBalance"})
_BY_COLUMN = frozenset({"ProfitAndLoss", "BalanceSheet"})
