"""Reports that list transactions: one line each, under the name or the account they belong to.

Source: Intuit, Reports (AgedReceivableDetail, CustomerBalanceDetail, GeneralLedger, JournalReport,
TransactionListByCustomer) entity pages and samples, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.amounts import units
from recon.sandbox.reports import figures, general
from recon.sandbox.reports.aging import Aging
from recon.sandbox.reports.figures import Open
from recon.sandbox.reports.general import Posted
from recon.sandbox.reports.layout import (
    Cell,
    Column,
    Row,
    Table,
    cell,
    columns,
    row,
    section,
    total,
)
from recon.sandbox.reports.period import Period, year_start

_FORM = (("Date", "tx_date"), ("Transaction Type", "txn_type"), ("Num", "doc_num"))
_Titled = tuple[Cell, Row]


def open_detail(ledger: Ledger, asked: Period, kinds: dict[str, int]) -> Table:
    """What is open with each customer or vendor, form by form."""
    listed = [(cell(each.party, each.party_id), _open_line(each)) for each in
              _by_day(figures.open_forms(ledger, asked, kinds))]  # fmt: skip
    titles = columns(*_FORM, ("Due Date", "due_date"), ("Amount", "subt_amount"),
                     ("Open Balance", "subt_open_bal"))  # fmt: skip
    return Table(titles, grouped(listed, titles, grand="TOTAL"))


def aged_detail(ledger: Ledger, asked: Period, kinds: dict[str, int], aging: Aging) -> Table:
    """What is open, form by form, under how long it is overdue."""
    titles = columns(
        *_FORM, ("Name", "name"), ("Due Date", "due_date"),
        ("Amount", "subt_amount"), ("Open Balance", "subt_open_bal"),
    )  # fmt: skip
    listed = _by_day(figures.open_forms(ledger, asked, kinds))
    rows = []
    for place, title in enumerate(aging.titles):
        lines = []
        for each in listed:
            if aging.place(each.days_late) == place:
                line = _open_line(each)
                line["ColData"].insert(3, cell(each.party, each.party_id))
                lines.append((cell(title), line))
        rows += grouped(lines, titles)
    if rows:
        rows.append(_grand("TOTAL", rows, titles))
    return Table(titles, rows)


def _by_day(forms: Iterable[Open]) -> list[Open]:
    return sorted(forms, key=lambda each: each.day)


def _open_line(each: Open) -> Row:
    return row(
        cell(each.day), cell(each.type, each.record_id), cell(each.number), cell(each.due),
        cell(each.total), cell(each.amount),
    )  # fmt: skip


def general_ledger(ledger: Ledger, asked: Period) -> Table:
    """Each account: what stood on it, what was posted to it, what stands on it."""
    titles = columns(*_FORM, ("Name", "name"), ("Memo/Description", "memo"),
                     ("Split", "split_acc"), ("Amount", "subt_nat_amount"),
                     ("Balance", "rbal_nat_amount"))  # fmt: skip
    known = general.chart(ledger)
    eve = _day_before(asked.start)
    before = general.balances(ledger, eve, known, on_cash=asked.cash) if eve else {}
    listed: dict[general.Account, list[Posted]] = {}
    for each in general.posted(ledger, asked, known):
        listed.setdefault(each.account, []).append(each)
    first = date.fromisoformat(asked.start)
    new_year = first == year_start(first, ledger.first_month())
    rows = []
    for account in sorted({*before, *listed}, key=lambda each: each.name.casefold()):
        if asked.accounts and account.record_id not in asked.accounts:
            continue
        # Income and expense start each year at nothing.
        carried = new_year and not general.on_balance_sheet(account)
        balance = 0 if carried else before.get(account, 0)
        lines = [_beginning(balance, len(titles))]
        posted = listed.get(account, [])
        for each in posted:
            balance += each.amount
            lines.append(_posted_line(each, cell(each.split), cell(each.amount), cell(balance)))
        if posted or balance:
            whole = sum(each.amount for each in posted)
            summary = total(f"Total for {account.name}", "", ["", "", "", "", "", whole, ""])
            rows.append(section(cell(account.name, account.record_id), lines, summary, 7))
    return Table(titles, rows)


def _beginning(balance: int, width: int) -> Row:
    return row(cell("Beginning Balance"), *[cell("")] * (width - 2), cell(balance))


def _day_before(day: str) -> str:
    """The day before; "" for the first of all days."""
    first = date.fromisoformat(day)
    return "" if first == date.min else (first - timedelta(days=1)).isoformat()


def _posted_line(each: Posted, *more: Cell) -> Row:
    return row(
        cell(each.day), cell(each.type, each.record_id), cell(each.number),
        cell(each.party, each.party_id), cell(each.memo), *more,
    )  # fmt: skip


def profit_and_loss_detail(ledger: Ledger, asked: Period) -> Table:
    """What was earned and spent, posting by posting, under its account."""
    titles = columns(*_FORM, ("Name", "name"), ("Memo/Description", "memo"),
                     ("Split", "split_acc"), ("Amount", "subt_nat_amount"))  # fmt: skip
    listed = []
    for each in general.posted(ledger, asked, general.chart(ledger)):
        if not general.on_balance_sheet(each.account):
            earned = each.account.type in {"Income", "Other Income"}
            amount = cell(-each.amount if earned else each.amount)
            line = _posted_line(each, cell(each.split), amount)
            listed.append((cell(each.account.name, each.account.record_id), line))
    return Table(titles, grouped(listed, titles))


def journal(ledger: Ledger, asked: Period) -> Table:
    """Every transaction with its debits and credits."""
    titles = columns(*_FORM, ("Name", "name"), ("Memo/Description", "memo"),
                     ("Account", "account_name"), ("Debit", "debt_amt"),
                     ("Credit", "credit_amt"))  # fmt: skip
    rows = [
        _posted_line(
            each,
            cell(each.account.name, each.account.record_id),
            cell(each.amount if each.amount > 0 else ""),
            cell(-each.amount if each.amount < 0 else ""),
        )
        for each in _as_entered(general.posted(ledger, asked, general.chart(ledger)))
    ]
    debits = [units(line["ColData"][6]["value"] or 0) for line in rows]
    if rows:
        rows.append(total("TOTAL", "GrandTotal", [*[""] * 5, sum(debits), sum(debits)]))
    return Table(titles, rows)


def splits(ledger: Ledger, asked: Period) -> Table:
    """Every posting of every transaction, by day."""
    titles = columns(*_FORM, ("Name", "name"), ("Memo/Description", "memo"),
                     ("Account", "account_name"), ("Amount", "subt_nat_amount"))  # fmt: skip
    rows = [
        _posted_line(each, cell(each.account.name, each.account.record_id), cell(each.amount))
        for each in _as_entered(general.posted(ledger, asked, general.chart(ledger)))
    ]
    return Table(titles, rows)


def _as_entered(posted: list[Posted]) -> list[Posted]:
    """By day, the postings of one transaction together."""
    return sorted(posted, key=lambda each: (each.day, each.type, int(each.record_id)))


def grouped(listed: Iterable[_Titled], titles: list[Column], *, grand: str = "") -> list[Row]:
    """Lines under a heading each; what the last column holds is summed up."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for heading, line in listed:
        groups.setdefault((heading["value"], heading.get("id", "")), []).append(line)
    width = len(titles)
    rows = []
    for (title, record_id), lines in sorted(groups.items()):
        whole = sum(units(line["ColData"][-1]["value"]) for line in lines)
        summary = total(f"Total for {title}", "", [*[""] * (width - 2), whole])
        rows.append(section(cell(title, record_id), lines, summary, width - 1))
    if grand and rows:
        rows.append(_grand(grand, rows, titles))
    return rows


def _grand(label: str, rows: list[Row], titles: list[Column]) -> Row:
    """The sum of sections."""
    whole = sum(units(each["Summary"]["ColData"][-1]["value"]) for each in rows)
    return total(label, "GrandTotal", [*[""] * (len(titles) - 2), whole])
