"""Summaries that are neither statements nor lists: income by customer, taxes by agency.

Source: Intuit, Reports (CustomerIncome, TaxSummary) entity pages and samples, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from operator import mul

from recon.sandbox.books.company import Record
from recon.sandbox.books.ledger import Ledger
from recon.sandbox.records.amounts import units
from recon.sandbox.reports import cash, general
from recon.sandbox.reports.figures import within
from recon.sandbox.reports.layout import Row, Table, cell, columns, row, section, total
from recon.sandbox.reports.period import Period
from recon.sandbox.transactions import stated

_EARNED = frozenset({"Income", "Other Income"})
_TAXED = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1,
          "Bill": -1, "Purchase": -1, "VendorCredit": 1}  # fmt: skip


def customer_income(ledger: Ledger, asked: Period) -> Table:
    """What each customer brought in and cost, costs below zero, and what is left."""
    sums: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for each in general.posted(ledger, replace(asked, by="Customers"), general.chart(ledger)):
        record_id, name = each.mark
        if record_id and not general.on_balance_sheet(each.account):
            place = 0 if each.account.type in _EARNED else 1
            sums.setdefault(record_id, [0, 0])[place] -= each.amount
            names[record_id] = name
    rows = [
        row(cell(name, record_id), *map(cell, [*sums[record_id], sum(sums[record_id])]))
        for record_id, name in sorted(names.items(), key=lambda each: each[1].casefold())
        if any(sums[record_id])
    ]
    if rows:
        earned, spent = (sum(each[at] for each in sums.values()) for at in (0, 1))
        rows.append(total("TOTAL", "GrandTotal", [earned, spent, earned + spent]))
    titles = columns(("", "Customer"), ("Income", "Money"), ("Expenses", "Money"),
                     ("Net Income", "Money"))  # fmt: skip
    return Table(titles, rows)


def taxes(ledger: Ledger, asked: Period, params: Mapping[str, str]) -> Table:
    """Under each agency its rates: what was taxed, and the tax; what was bought counts against it.

    QuickBooks lays this report out as each country's return demands; the sandbox does so for none.
    """
    rates = {each["Id"]: each for each in ledger.store.every("TaxRate")}
    sums: dict[str, list[int]] = {}
    for record, worth in _taxed(ledger, asked):
        _add(sums, record, worth)
    wanted = set(filter(None, params.get("agency_id", "").split(",")))
    under: dict[str, list[Row]] = {}
    for rate_id, amounts in sorted(sums.items()):
        rate = rates.get(rate_id, {})
        agency = str((rate.get("AgencyRef") or {}).get("value", ""))
        if not wanted or agency in wanted:
            named = cell(str(rate.get("Name") or "Not Specified"), rate_id)
            under.setdefault(agency, []).append(row(named, *map(cell, amounts)))
    rows = []
    for agency, lines in under.items():
        name = str((ledger.store.get("TaxAgency", agency) or {}).get("DisplayName", ""))
        ends = [
            sum(units(line["ColData"][at]["value"]) for line in lines) for at in (1, 2)
        ]  # fmt: skip
        rows.append(section(cell(name, agency), lines, total(f"Total {name}", "", ends), 2))
    titles = columns(("", "String"), ("Taxable Amount", "Money"), ("Tax Amount", "Money"))
    return Table(titles, rows)


def _taxed(ledger: Ledger, asked: Period) -> Iterator[tuple[Record, Callable[[int], int]]]:
    """Every form with tax on it, and how much an amount of it counts."""
    for kind, sign in _TAXED.items():
        if asked.cash and kind in stated.SETTLED:
            continue
        for record in within(ledger, kind, asked):
            yield record, partial(mul, -sign if record.get("Credit") else sign)
    for name in ("Payment", "BillPayment") if asked.cash else ():
        for payment in within(ledger, name, asked):
            for each in cash.applied(ledger, name, payment):
                yield each.form, partial(_paid, each)


def _paid(each: cash.Applied, amount: int) -> int:
    """As much of an amount of a form as was paid, with the form's sign."""
    return _TAXED[each.kind] * each.share(amount)


def _add(sums: dict[str, list[int]], record: Record, worth: Callable[[int], int]) -> None:
    """Add what a form says of its taxes, as far as it counts."""
    for line in (record.get("TxnTaxDetail") or {}).get("TaxLine") or []:
        detail = line.get("TaxLineDetail") or {}
        rate_id = str((detail.get("TaxRateRef") or {}).get("value", ""))
        amounts = sums.setdefault(rate_id, [0, 0])
        amounts[0] += worth(units(detail.get("NetAmountTaxable")))
        amounts[1] += worth(units(line.get("Amount")))
