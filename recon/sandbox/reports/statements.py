"""Statements of the whole company: profit and loss, balance sheet, trial balance, cash flow.

Source: Intuit, Reports (ProfitAndLoss, BalanceSheet, TrialBalance, CashFlow) entity pages and
samples, read 2026-11-26.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from recon.sandbox import faults
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.amounts import units
from recon.sandbox.reports import general
from recon.sandbox.reports.general import Account, Posted
from recon.sandbox.reports.layout import Column, Row, Table, cell, columns, row, section, total
from recon.sandbox.reports.period import Period
from recon.sandbox.reports.split import SPLITS

# Heading, group, account type, the sign with which debits count, and the results that follow: their
# label, group, and how what was earned and spent makes them up.
_Result = tuple[str, str, dict[str, int]]
_GROSS = {"Income": 1, "COGS": -1}
_OPERATING = {**_GROSS, "Expenses": -1}
_OTHER = {"OtherIncome": 1, "OtherExpenses": -1}
_RESULTS: tuple[tuple[str, str, str, int, tuple[_Result, ...]], ...] = (
    ("Income", "Income", "Income", -1, ()),
    ("Cost of Goods Sold", "COGS", "Cost of Goods Sold", 1,
     (("Gross Profit", "GrossProfit", _GROSS),)),
    ("Expenses", "Expenses", "Expense", 1,
     (("Net Operating Income", "NetOperatingIncome", _OPERATING),)),
    ("Other Income", "OtherIncome", "Other Income", -1, ()),
    ("Other Expenses", "OtherExpenses", "Other Expense", 1,
     (("Net Other Income", "NetOtherIncome", _OTHER),
      ("Net Income", "NetIncome", _OPERATING | _OTHER))),
)  # fmt: skip
# Left out where there is nothing in them.
_IF_ANY = frozenset({"OtherIncome", "OtherExpenses", "NetOtherIncome"})
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
    """Income less costs, account by account, in one column, by time or by what is named."""
    posted = [
        each
        for each in general.posted(ledger, asked, general.chart(ledger))
        if not general.on_balance_sheet(each.account)
    ]
    heads = _marked(posted) if asked.by in SPLITS else _spans(asked)
    sums: dict[Account, list[int]] = {}
    for each in posted:
        amounts = sums.setdefault(each.account, [0] * len(heads))
        amounts[_place(each, heads)] += each.amount
    rows: list[Row] = []
    totals: dict[str, list[int]] = {}
    for label, group, type_, sign, results in _RESULTS:
        lines = {
            account: [sign * amount for amount in amounts]
            for account, amounts in _in_order(sums)
            if account.type == type_
        }
        nothing = [0] * len(heads)
        totals[group] = [sum(each) for each in zip(nothing, *lines.values(), strict=True)]
        listed = [_line(account, amounts) for account, amounts in lines.items() if any(amounts)]
        summary = total(f"Total {label}", group, _with_total(totals[group]))
        if listed or group not in _IF_ANY:
            rows.append(section(cell(label), listed, summary, len(_with_total(heads))))
        for title, name, parts in results:
            made = [sum(sign * totals[part][at] for part, sign in parts.items())
                    for at in range(len(heads))]  # fmt: skip
            if name not in _IF_ANY or any(any(totals[part]) for part in parts):
                rows.append(total(title, name, _with_total(made)))
    titled = heads if len(heads) == 1 else [*heads, Column("Total", "Money")]
    return Table([Column("", "Account"), *titled], rows)


def _marked(posted: Iterable[Posted]) -> list[Column]:
    """A column for each customer, class or the like that anything is posted for."""
    names = {each.mark[0]: each.mark[1] for each in posted}
    named = sorted(names.items(), key=lambda mark: (not mark[0], mark[1].casefold()))
    listed = [Column(name or "Not Specified", "Money", record_id) for record_id, name in named]
    return listed or [Column("Total", "Money")]


def _place(each: Posted, heads: list[Column]) -> int:
    """The column that a posting belongs to: the span that its day is in, or what it names."""
    for at, column in enumerate(heads):
        if column.end and each.day <= column.end:
            return at
        if not column.end and column.key == each.mark[0]:
            return at
    return 0


def _line(account: Account, amounts: list[int]) -> Row:
    return row(cell(account.name, account.record_id), *map(cell, _with_total(amounts)))


def _in_order(sums: Mapping[Account, list[int]]) -> list[tuple[Account, list[int]]]:
    return sorted(sums.items(), key=lambda each: each[0].name.casefold())


def _with_total(amounts: list[int] | list[Column]) -> list[int]:
    """One amount a column; where there are several columns, their sum as the last."""
    counted = [each if isinstance(each, int) else 0 for each in amounts]
    return counted if len(counted) == 1 else [*counted, sum(counted)]


def _spans(asked: Period) -> list[Column]:
    """The columns of a period: the whole of it, or its days, weeks, months, quarters or years.

    Raises:
        Fault: 10100 for more columns than anybody reads.
    """
    if asked.by == "Total" or asked.by in SPLITS:
        return [Column("Total", "Money")]
    first, last = date.fromisoformat(asked.start), date.fromisoformat(asked.end)
    spans: list[Column] = []
    while True:
        if len(spans) == _MOST_COLUMNS:
            raise faults.fault("10100", f"A report has up to {_MOST_COLUMNS} columns.")
        end = min(_end_of(asked.by, first), last)
        title = first.strftime("%b %Y") if asked.by == "Month" else f"{first} - {end}"
        spans.append(Column(title, "Money", "", first.isoformat(), end.isoformat()))
        if end >= last:
            return spans
        first = end + timedelta(days=1)


def _end_of(by: str, day: date) -> date:
    """The last day of the span that a day falls in; weeks end on Saturday."""
    if by == "Days":
        return day
    if by == "Week":
        return day + timedelta(days=(5 - day.weekday()) % 7)
    month = {"Month": day.month, "Quarter": (day.month + 2) // 3 * 3, "Year": 12}[by]
    return date(day.year, month, monthrange(day.year, month)[1])


def balance_sheet(ledger: Ledger, asked: Period) -> Table:
    """Assets, and who has a claim on them: creditors, then the owners; at the end of each span."""
    heads = _spans(asked)
    known = general.chart(ledger)
    held: dict[Account, list[int]] = {}
    for at, head in enumerate(heads):
        then = general.balances(ledger, head.end or asked.end, known, on_cash=asked.cash)
        for account, amount in then.items():
            held.setdefault(account, [0] * len(heads))[at] = amount
    earned = [each for each in held if not general.on_balance_sheet(each)]
    net = [-sum(held[each][at] for each in earned) for at in range(len(heads))]
    assets = _claims(
        ("ASSETS", "TotalAssets"),
        [
            _claims(("Current Assets", "CurrentAssets"), _parts(held, _CURRENT_ASSETS, 1), net),
            *_parts(held, _OTHER_ASSETS, 1),
        ],
        net,
    )
    equity = _part(held, ("Equity", "Equity", "Equity"), -1, net)
    equity["Rows"]["Row"].append({**row(cell("Net Income"), *map(cell, net)), "group": "NetIncome"})
    equity["Summary"]["ColData"][1:] = [
        cell(before + more) for before, more in zip(_sums_of(equity), net, strict=True)
    ]
    current = _parts(held, _CURRENT_LIABILITIES, -1)
    owed = _claims(
        ("Liabilities", "Liabilities"),
        [
            _claims(("Current Liabilities", "CurrentLiabilities"), current, net),
            *_parts(held, _LONG_TERM, -1),
        ],
        net,
    )
    claims = _claims(("LIABILITIES AND EQUITY", "TotalLiabilitiesAndEquity"), [owed, equity], net)
    return Table([Column("", "Account"), *heads], [assets, claims])


def _parts(held: Mapping[Account, list[int]], parts: Iterable[_Part], sign: int) -> list[Row]:
    """One section for each type of account that has a balance."""
    wide = next(iter(held.values()), [0])
    made = [_part(held, part, sign, wide) for part in parts]
    return [each for each in made if each["Rows"]["Row"]]


def _part(held: Mapping[Account, list[int]], part: _Part, sign: int, wide: list[int]) -> Row:
    """The accounts of one type and their sums, as wide as a list of amounts."""
    title, group, type_ = part
    within = {
        each: [sign * amount for amount in amounts]
        for each, amounts in held.items()
        if each.type == type_
    }
    lines = [
        row(cell(each.name, each.record_id), *map(cell, amounts))
        for each, amounts in within.items()
    ]
    sums = [sum(each[at] for each in within.values()) for at in range(len(wide))]
    return section(cell(title), lines, total(f"Total {title}", group, sums), len(wide))


def _claims(named: tuple[str, str], parts: list[Row], wide: list[int]) -> Row:
    """A section of sections; its sums are theirs."""
    title, group = named
    whole = [sum(_sums_of(part)[at] for part in parts) for at in range(len(wide))]
    word = "TOTAL" if title.isupper() else "Total"
    return section(cell(title), parts, total(f"{word} {title}", group, whole), len(wide))


def _sums_of(part: Row) -> list[int]:
    return [units(each["value"]) for each in part["Summary"]["ColData"][1:]]


def trial_balance(ledger: Ledger, asked: Period) -> Table:
    """Every account with a balance, on its side; the two sides are equal."""
    held = general.balances(ledger, asked.end, general.chart(ledger), on_cash=asked.cash)
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
