"""Statements of the whole company: profit and loss, balance sheet, trial balance, cash flow.

Source: Intuit, Reports (ProfitAndLoss, BalanceSheet, TrialBalance, CashFlow) entity pages and
samples, read 2026-11-26.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from recon.sandbox import faults, general
from recon.sandbox.amounts import units
from recon.sandbox.figures import Period
from recon.sandbox.general import Account
from recon.sandbox.layout import Column, Row, Table, cell, columns, row, section, total
from recon.sandbox.ledger import Ledger

# Heading, group, account types, and the sign with which credits count.
_RESULTS = (
    ("Income", "Income", ("Income", "Other Income"), -1),
    ("Cost of Goods Sold", "COGS", ("Cost of Goods Sold",), 1),
    ("Expenses", "Expenses", ("Expense", "Other Expense"), 1),
)
_MOST_COLUMNS = 400
_Part = tuple[str, str, str]
_CURRENT_ASSETS: tuple[_Part, ...] = (
    ("Bank Accounts", "BankAccounts", "Bank"),
    ("Accounts Receivable", "AR", "Accounts Receivable"),
    ("Other Current Assets", "OtherCurrentAssets", "Other Current Asset"),
)
_OTHER_ASSETS: tuple[_Part, ...] = (
    ("Fixed Assets", "FixedAssets", "Fixed Asset"),
    ("Other Assets", "OtherAssets", "Other Asset"),
)
_CURRENT_LIABILITIES: tuple[_Part, ...] = (
    ("Accounts Payable", "AP", "Accounts Payable"),
    ("Credit Cards", "CreditCards", "Credit Card"),
    ("Other Current Liabilities", "OtherCurrentLiabilities", "Other Current Liability"),
)
_LONG_TERM: tuple[_Part, ...] = (
    ("Long-Term Liabilities", "LongTermLiabilities", "Long Term Liability"),
)
_ACTIVITIES = (
    (
        "OPERATING ACTIVITIES",
        "OperatingActivities",
        {
            "Accounts Receivable",
            "Other Current Asset",
            "Accounts Payable",
            "Credit Card",
            "Other Current Liability",
        },
    ),
    ("INVESTING ACTIVITIES", "InvestingActivities", {"Fixed Asset", "Other Asset"}),
    ("FINANCING ACTIVITIES", "FinancingActivities", {"Long Term Liability", "Equity"}),
)


def profit_and_loss(ledger: Ledger, asked: Period) -> Table:
    """Income less costs, account by account, in one column or in one for each span of days."""
    spans = _spans(asked)
    sums: dict[Account, list[int]] = {}
    known = general.chart(ledger)
    for each in general.posted(ledger, asked, known):
        if not general.on_balance_sheet(each.account):
            place = next((at for at, span in enumerate(spans) if each.day <= span.end), 0)
            amounts = sums.setdefault(each.account, [0] * len(spans))
            amounts[place] += each.amount
    rows: list[Row] = []
    totals: dict[str, list[int]] = {}
    for label, group, types, sign in _RESULTS:
        lines = {
            account: [sign * amount for amount in amounts]
            for account, amounts in _in_order(sums)
            if account.type in types
        }
        nothing = [0] * len(spans)
        totals[group] = [sum(each) for each in zip(nothing, *lines.values(), strict=True)]
        listed = [_line(account, amounts) for account, amounts in lines.items() if any(amounts)]
        summary = total(f"Total {label}", group, _with_total(totals[group]))
        rows.append(section(cell(label), listed, summary, len(_with_total(spans))))
        if group == "COGS":
            gross = _less(totals["Income"], totals["COGS"])
            rows.append(total("Gross Profit", "GrossProfit", _with_total(gross)))
    net = _less(_less(totals["Income"], totals["COGS"]), totals["Expenses"])
    rows.append(total("Net Income", "NetIncome", _with_total(net)))
    titled = spans if len(spans) == 1 else [*spans, Column("Total", "Money")]
    return Table([Column("", "Account"), *titled], rows)


def _line(account: Account, amounts: list[int]) -> Row:
    return row(cell(account.name, account.record_id), *map(cell, _with_total(amounts)))


def _in_order(sums: Mapping[Account, list[int]]) -> list[tuple[Account, list[int]]]:
    return sorted(sums.items(), key=lambda each: each[0].name.casefold())


def _with_total(amounts: list[int] | list[Column]) -> list[int]:
    """One amount a column; where there are several columns, their sum as the last."""
    counted = [each if isinstance(each, int) else 0 for each in amounts]
    return counted if len(counted) == 1 else [*counted, sum(counted)]


def _less(left: Iterable[int], right: Iterable[int]) -> list[int]:
    return [one - other for one, other in zip(left, right, strict=True)]


def _spans(asked: Period) -> list[Column]:
    """The columns of a period: the whole of it, or its days, weeks, months, quarters or years.

    Raises:
        Fault: 10100 for more columns than anybody reads.
    """
    if asked.by == "Total":
        return [Column("Total", "Money")]
    first, last = date.fromisoformat(asked.start), date.fromisoformat(asked.end)
    spans: list[Column] = []
    while first <= last:
        if len(spans) == _MOST_COLUMNS:
            raise faults.fault("10100", f"A report has up to {_MOST_COLUMNS} columns.")
        end = min(_end_of(asked.by, first), last)
        title = first.strftime("%b %Y") if asked.by == "Month" else f"{first} - {end}"
        spans.append(Column(title, "Money", first.isoformat(), end.isoformat()))
        first = end + timedelta(days=1)
    return spans


def _end_of(by: str, day: date) -> date:
    """The last day of the span that a day falls in; weeks end on Saturday."""
    if by == "Days":
        return day
    if by == "Week":
        return day + timedelta(days=(5 - day.weekday()) % 7)
    month = {"Month": day.month, "Quarter": (day.month + 2) // 3 * 3, "Year": 12}[by]
    return date(day.year, month, monthrange(day.year, month)[1])


def balance_sheet(ledger: Ledger, asked: Period) -> Table:
    """Assets, and who has a claim on them: creditors, then the owners."""
    held = general.balances(ledger, asked.end, general.chart(ledger))
    net = sum(amount for each, amount in held.items() if not general.on_balance_sheet(each))
    assets = _claims(
        ("ASSETS", "TotalAssets"),
        [
            _claims(("Current Assets", "CurrentAssets"), _parts(held, _CURRENT_ASSETS, 1)),
            *_parts(held, _OTHER_ASSETS, 1),
        ],
    )
    equity = _part(held, ("Equity", "Equity", "Equity"), -1)
    equity["Rows"]["Row"].append(
        {**row(cell("Net Income"), cell(-net)), "group": "NetIncome"},
    )
    _add_to_summary(equity, -net)
    current = _parts(held, _CURRENT_LIABILITIES, -1)
    owed = _claims(
        ("Liabilities", "Liabilities"),
        [
            _claims(("Current Liabilities", "CurrentLiabilities"), current),
            *_parts(held, _LONG_TERM, -1),
        ],
    )
    claims = _claims(("LIABILITIES AND EQUITY", "TotalLiabilitiesAndEquity"), [owed, equity])
    return Table(columns(("", "Account"), ("Total", "Money")), [assets, claims])


def _parts(held: Mapping[Account, int], parts: Iterable[_Part], sign: int) -> list[Row]:
    """One section for each type of account that has a balance."""
    made = [_part(held, part, sign) for part in parts]
    return [each for each in made if each["Rows"]["Row"]]


def _part(held: Mapping[Account, int], part: _Part, sign: int) -> Row:
    """The accounts of one type and their sum."""
    title, group, type_ = part
    within = {each: sign * amount for each, amount in held.items() if each.type == type_}
    lines = [row(cell(each.name, each.record_id), cell(amount)) for each, amount in within.items()]
    return section(cell(title), lines, total(f"Total {title}", group, [sum(within.values())]))


def _claims(named: tuple[str, str], parts: list[Row]) -> Row:
    """A section of sections; its sum is theirs."""
    title, group = named
    whole = sum(_sum_of(part) for part in parts)
    word = "TOTAL" if title.isupper() else "Total"
    return section(cell(title), parts, total(f"{word} {title}", group, [whole]))


def _sum_of(part: Row) -> int:
    return units(part["Summary"]["ColData"][1]["value"])


def _add_to_summary(part: Row, amount: int) -> None:
    part["Summary"]["ColData"][1] = cell(_sum_of(part) + amount)


def trial_balance(ledger: Ledger, asked: Period) -> Table:
    """Every account with a balance, on its side; the two sides are equal."""
    held = general.balances(ledger, asked.end, general.chart(ledger))
    rows = [
        row(
            cell(each.name, each.record_id),
            cell(amount if amount > 0 else ""),
            cell(-amount if amount < 0 else ""),
        )
        for each, amount in held.items()
    ]
    if rows:
        debits = sum(amount for amount in held.values() if amount > 0)
        rows.append(total("TOTAL", "GrandTotal", [debits, debits]))
    return Table(columns(("", "Account"), ("Debit", "Money"), ("Credit", "Money")), rows)


def cash_flow(ledger: Ledger, asked: Period) -> Table:
    """Why the banks hold more or less than before: earnings, and what moved elsewhere."""
    moved: dict[Account, int] = {}
    known = general.chart(ledger)
    for each in general.posted(ledger, asked, known):
        moved[each.account] = moved.get(each.account, 0) - each.amount
    net = sum(amount for each, amount in moved.items() if not general.on_balance_sheet(each))
    rows = []
    for title, group, types in _ACTIVITIES:
        lines = [
            row(cell(each.name, each.record_id), cell(amount))
            for each, amount in sorted(moved.items(), key=lambda pair: pair[0].name.casefold())
            if amount and each.type in types
        ]
        amounts = [units(line["ColData"][1]["value"]) for line in lines]
        if group == "OperatingActivities":
            lines.insert(0, {**row(cell("Net Income"), cell(net)), "group": "NetIncome"})
            amounts.append(net)
        label = f"Net cash provided by {title.lower()}"
        rows.append(section(cell(title), lines, total(label, group, [sum(amounts)])))
    rose = -sum(amount for each, amount in moved.items() if each.type == "Bank")
    before = _in_bank(ledger, asked.start, known)
    rows.append(total("Net cash increase for period", "CashIncrease", [rose]))
    rows.append(
        {**row(cell("Cash at beginning of period"), cell(before)), "group": "BeginningCash"}
    )
    rows.append(total("Cash at end of period", "EndingCash", [before + rose]))
    return Table(columns(("", "Account"), ("Total", "Money")), rows)


def _in_bank(ledger: Ledger, start: str, known: Mapping[str, Account]) -> int:
    """What the banks held before a day."""
    later = general.posted(ledger, Period(start, "9999-12-31"), dict(known))
    since = sum(each.amount for each in later if each.account.type == "Bank")
    return sum(each.balance for each in known.values() if each.type == "Bank") - since
