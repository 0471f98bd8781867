"""Numbers of invoices that are in use: in QuickBooks before the sync, and by what it brings itself.

Q1 (created) -> Q1 (6140, or the app's own word, or linked to the first: as the app goes by them)
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from recon.case import Case
from recon.checks.columns import among
from recon.checks.sales import watched_by_quickbooks
from recon.stages.forecast.sales import customer_there, held_under, stored_links
from recon.table import TEXT

_A_CENT = Decimal("0.01")
_OVER_A_CENT = 0.011
_APART = 2
"""So many of customer, total and date have to speak against a link that the app has stored."""


def number_taken(case: Case, asked: pd.DataFrame, customers: pd.DataFrame) -> pd.Series[Any]:
    """The app's own word where the whole number stands in QuickBooks; NA where it does not."""
    held = case.books.qbo.invoices
    twin = held_under(asked["whole_number"], held, "number")
    there = held.set_index("ref")[["total", "customer_ref"]].reindex(twin).set_index(asked.index)
    whose = customer_there(asked, customers)
    return _word(case, asked, whose, there).where(twin.notna()).astype(TEXT)


def _word(
    case: Case, asked: pd.DataFrame, whose: pd.Series[Any], there: pd.DataFrame
) -> pd.Series[Any]:
    """What the app says of each number beside the invoice that has it: total, customer_ref."""
    same_total = (asked["total"].astype(float) - there["total"].astype(float)).abs() < _OVER_A_CENT
    equal = (same_total & (whose == there["customer_ref"])).fillna(value=False).astype(bool)
    rule = case.profile.invoice
    return equal.map({True: rule.number_taken_equal, False: rule.number_taken})


def numbers_in_turn(
    case: Case,
    asked: pd.DataFrame,
    customers: pd.DataFrame,
    lines: pd.DataFrame,
    fault: pd.Series[Any],
    linked: pd.Series[Any],
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Faults and links once the numbers count that the sync itself brings to QuickBooks.

    The first invoice of a number, as it is sent, is created where nothing else speaks against it.
    An app that asks for numbers finds it there for every later one that has that number.

    Args:
        case: the company.
        asked: the invoices in the order of pushing; `stopped` becomes true of those that the app
            does not send because of the number.
        customers: their outcomes.
        lines: of invoices, with their items, as `resolved_lines`.
        fault: why each would be refused, this aside.
        linked: what each is linked to, this aside.

    Returns:
        The same two, with this.
    """
    rule = case.profile.invoice
    key = asked["number"].str.casefold()
    if rule.watches_numbers or "number" in rule.match:
        place = _brought_before(asked, key, fault, linked)
        found = place >= 0
        if rule.watches_numbers:
            whose = customer_there(asked, customers)
            there = pd.DataFrame({"total": _as_sent(case, asked, lines), "customer_ref": whose})
            word = _word(case, asked, whose, there.reindex(place).set_index(asked.index))
            fault = fault.mask(found, word.astype(TEXT))
            asked["stopped"] |= found
        else:
            linked = linked.mask(found, ("new:" + asked["ref"]).reindex(place).array)
            fault = fault.mask(found)
    if watched_by_quickbooks(case):
        goes = ~asked["at_home"] & linked.isna() & fault.isna() & key.notna()
        again = key[goes].duplicated()
        fault[again.index[again]] = "6140"
    return fault, linked


def _brought_before(
    asked: pd.DataFrame, key: pd.Series[Any], fault: pd.Series[Any], linked: pd.Series[Any]
) -> pd.Series[int]:
    """Row of the invoice before each that brings the number that is asked for; -1 where none does.

    The whole number is asked for, and found where one that was cut is equal to it.
    """
    open_ = ~asked["at_home"] & linked.isna()
    first = key[open_ & fault.isna() & key.notna()].drop_duplicates()
    rows = pd.Series(first.index, index=first)
    place = asked["whole_number"].str.casefold().map(rows).fillna(-1).astype(int)
    return place.mask(~open_ | asked["stopped"] | (place >= asked.index), -1)


def _as_sent(case: Case, asked: pd.DataFrame, lines: pd.DataFrame) -> pd.Series[Any]:
    """The total of each invoice without its lost lines; its tax stays while a line is taxed."""
    lost = lines["lost"]
    taxed = (case.books.app.invoice_lines["tax_rate"] > 0).fillna(value=False).to_numpy()
    less = lines.loc[lost, "amount"].astype(float).groupby(lines.loc[lost, "ref"]).sum()
    tax = case.books.app.invoices.set_index("ref")["tax"].astype(float)
    untaxed = among(asked["ref"], lines.loc[lost & taxed, "ref"])
    untaxed &= ~among(asked["ref"], lines.loc[~lost & taxed, "ref"])
    less = asked["ref"].map(less).fillna(0.0) + asked["ref"].map(tax).where(untaxed, 0.0)
    total: pd.Series[Any] = asked["total"].astype(float) - less.astype(float)
    return total


def of_another_sale(case: Case, asked: pd.DataFrame, customers: pd.DataFrame) -> None:
    """Mark links to an invoice whose total, or customer, is known to be another.

    A link that is stored is evidence by itself, and an invoice may have been edited since: there
    two of customer, total and date have to differ.
    """
    linked = asked["effect"] == "link"
    stored = linked & stored_links(case, asked).notna()
    whose = customer_there(asked, customers)
    ours = asked.assign(ref="new:" + asked["ref"], customer_ref=whose)
    held = case.books.qbo.invoices
    ours = ours[among(ours["ref"], asked.loc[linked & ~stored, "target_ref"])]
    there = pd.concat([each[["ref", "total", "customer_ref", "date"]] for each in (held, ours)])
    there = there.set_index("ref").reindex(asked["target_ref"]).set_index(asked.index)
    total = ((asked["total"] - there["total"]).abs() > _A_CENT).fillna(value=False).astype(bool)
    customer = (whose != there["customer_ref"]).fillna(value=False).astype(bool)
    dated = asked["date"].notna() & there["date"].notna()
    date = dated & (asked["date"] != there["date"])
    apart = total.astype(int) + customer.astype(int) + date.astype(int)
    wrong = linked & (total | customer).where(~stored, apart >= _APART)
    asked.loc[wrong, "outcome"] = "wrong_link"
    asked.loc[wrong, "says"] = stored.map(
        {
            True: "Linked to another sale, as it seems: little but the link speaks for it.",
            False: "The number is the same, but it is another sale: wrongly linked.",
        }
    )
