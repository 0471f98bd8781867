"""Invoices and payments: nothing booked twice, nothing refused that could travel."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import pandas as pd

from recon.checks.columns import among
from recon.counting import counted
from recon.plan import Action
from recon.rules.limits import DOCNUMBER_MAX
from recon.stages.propose.astray import booked_astray, keep_home_or_take_back, leave_unbooked
from recon.stages.propose.draft import Draft
from recon.stages.propose.lines import name_products
from recon.stages.propose.obstacles import lacking_rate, of_invoices, sold_too_early
from recon.stages.propose.payments import propose_payments
from recon.stages.propose.twins import leave_closed, leave_out, twins_of
from recon.table import MONEY


def propose_sales(draft: Draft, outcomes: pd.DataFrame) -> None:
    """Add every action on tax rates, invoices and payments to the draft."""
    case, sure = draft.case, draft.case.settings.same_party
    rows = outcomes[outcomes["kind"] == "invoice"].to_dict("records")
    lost = outcomes["outcome"].isin(["wrong_link", "refuse"]) & (outcomes["kind"] == "customer")
    astray = set(outcomes.loc[lost, "ref"])
    invoices = [row for row in rows if row["outcome"] != "skip"]
    in_the_way, twins = of_invoices(case, invoices), twins_of(draft, "invoice")
    staying = {row["ref"]: "" for row in rows if row["outcome"] == "skip"}
    taken = set(case.books.qbo.invoices["number"].dropna().str.casefold())
    taken |= set(case.books.app.invoices["number"].dropna().str.casefold())
    stored = set(case.books.app.links["ref"])
    booked = booked_astray(draft, outcomes)
    travelling = []
    for row in invoices:
        ref, twin = row["ref"], twins.get(row["ref"])
        if twin and row["outcome"] != "link":
            leave_out(draft, ref, twin, "invoice")
        if twin and twin["match_probability"] >= sure:
            staying |= {} if row["outcome"] == "link" else {ref: ""}
        elif "6210" in in_the_way.get(ref, ()):
            leave_closed(draft, ref, "invoice")
            staying[ref] = ""
        elif row["outcome"] == "wrong_link" and ref in stored:
            keep_home_or_take_back(draft, ref, row["target_ref"])
            staying[ref] = ""
        elif ref in booked:
            leave_unbooked(draft, ref, booked[ref])
            staying[ref] = ""
        else:
            travelling.append(row)
    refused = [row["ref"] for row in travelling if row["outcome"] == "refuse"]
    _add_tax_rates(draft, refused, [row["ref"] for row in travelling if row["fault"] == "6000"])
    _date_items_back(draft, refused)
    lacking = [row["ref"] for row in travelling if row["fault"] == "item_not_linked"]
    name_products(draft, lacking)
    for row in travelling:
        if row["outcome"] != "wrong_link" or draft.rows[row["ref"]]["customer_ref"] not in astray:
            _let_travel(draft, row, in_the_way.get(row["ref"], set()), taken)
    same = {ref: str(twins[ref]["right_ref"]) if ref in twins else "" for ref in staying}
    propose_payments(draft, outcomes[outcomes["kind"] == "payment"], same, booked)


def _let_travel(
    draft: Draft, row: dict[Any, Any], in_the_way: Collection[str], taken: set[str]
) -> None:
    """Mend the number of an invoice that would be refused for it, or linked to another sale."""
    if "2050" in in_the_way:
        _shorten(draft, row["ref"], taken)
    elif "6140" in in_the_way or row["fault"] == "6140" or row["outcome"] == "wrong_link":
        _renumber(draft, row["ref"], taken)


def _renumber(draft: Draft, ref: str, taken: set[str]) -> None:
    """The number is held by another sale: QuickBooks' gives way, else the app's."""
    row = draft.rows[ref]
    sent = str(row["number"])[: draft.case.profile.invoice.number_max]
    invoices = draft.case.books.qbo.invoices
    holders = invoices[invoices["number"].str.casefold() == sent.casefold()]
    closed = draft.case.books.qbo.book_close_date
    fixed = closed is not None and (holders["date"] <= pd.Timestamp(closed)).any()
    if len(holders) == 1 and not fixed and len(str(row["number"])) <= DOCNUMBER_MAX:
        holder = str(holders["ref"].iloc[0])
        number = _free_number(sent, "-QB", taken)
        draft.add(
            Action(
                id="",
                kind="renumber",
                ref=ref,
                other_ref=holder,
                title=f"Renumber QuickBooks invoice {sent} to {number}",
                why="Another sale has the number: the app's invoice is refused, or linked to it.",
                will="Only the number of the QuickBooks invoice changes.",
                cause="docnumber_exists_in_qbo",
                compare=draft.compare(ref, holder),
            ),
            [draft.update(holder, {"DocNumber": number}, {"number": number}, {"DocNumber": sent})],
            "invoice",
        )
        return
    _shorten(draft, ref, taken)


def _shorten(draft: Draft, ref: str, taken: set[str]) -> None:
    """The app's invoice gets a number of its own that QuickBooks has room for."""
    about, row = draft.case.profile.about, draft.rows[ref]
    number = _free_number(str(row["number"])[:DOCNUMBER_MAX], "", taken)
    long = len(str(row["number"])) > DOCNUMBER_MAX
    draft.add(
        Action(
            id="",
            kind="renumber",
            ref=ref,
            title=f"Renumber invoice {row['number']} to {number} in {about.name}",
            why="QuickBooks keeps 21 characters of a number, and those are taken."
            if not long or draft.case.profile.invoice.number_max <= DOCNUMBER_MAX
            else f"QuickBooks takes 21 characters of a number, and {about.name} sends all of them.",
            will=f"{draft.in_app.way}: the invoice gets a shorter number of its own.",
            cause="docnumber_truncation_collision",
            compare={"Number": (str(row["number"]), number)},
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"number": number})],
    )


def _free_number(wanted: str, mark: str, taken: set[str]) -> str:
    for count in range(1, 10_000):
        tail = f"{mark}{count if count > 1 or not mark else ''}"
        tail = tail if mark else f"-{tail}"
        number = wanted[: DOCNUMBER_MAX - len(tail)] + tail
        if number.casefold() not in taken:
            taken.add(number.casefold())
            return number
    raise AssertionError("ten thousand invoices share one number")


def _add_tax_rates(draft: Draft, concerned: Collection[str], bare: Collection[str]) -> None:
    """One tax rate for each percentage that lines carry and QuickBooks lacks.

    Args:
        draft: the plan.
        concerned: invoices that are refused.
        bare: those of them that are refused, abroad, for a line that is not taxed: it carries
            nought.
    """
    case = draft.case
    rates, every = case.books.qbo.tax_rates, case.books.app.invoice_lines
    missing = lacking_rate(case)
    if case.profile.invoice.missing_tax_rate != "refuse":
        missing = missing.iloc[:0]
    missing = missing[among(missing["ref"], concerned)]
    untaxed = every[among(every["ref"], bare) & ~(every["tax_rate"] > 0).fillna(value=False)]
    nought: pd.Series[Any] = pd.Series(Decimal(0), index=untaxed.index, dtype=MONEY)
    missing = pd.concat([missing, untaxed.assign(tax_rate=nought, tax_name="Not taxed")])
    agencies = list(rates["agency"].dropna().unique())
    agency = str(agencies[0]) if agencies else "1"
    for rate, group in missing.groupby("tax_rate"):
        percent = format(Decimal(str(rate)).normalize(), "f")
        names = group["tax_name"].dropna()
        named = str(names.iloc[0]) if len(names) else "Sales tax"
        label = named if percent in named else f"{named} {percent}"
        first = str(group["ref"].iloc[0])
        count = group["ref"].nunique()
        draft.add(
            Action(
                id="",
                kind="map",
                ref=first,
                other_ref=f"qbo:tax_rate:{percent}",
                title=f"Add the tax rate {label} % to QuickBooks",
                why=f"{counted(count, 'invoice carries', 'invoices carry')} {percent} %, which "
                "QuickBooks does not know.",
                will=f"A tax code with this rate is made, paid to the tax agency with id {agency}; "
                "no document changes.",
                cause="tax_rate_missing_in_qbo",
                undo="partial",
                bulk=False,
                advised=len(agencies) < 2,  # with several, a person must know whose rate it is
            ),
            [draft.create_tax_rate(label, percent, agency)],
            "tax",
        )


def _date_items_back(draft: Draft, concerned: Collection[str]) -> None:
    """One as-of date for each inventory item that an invoice sells too early."""
    both = sold_too_early(draft.case)
    both = both[among(both["ref"], concerned)]
    for ref, group in both.groupby("ref_item"):
        day = group["date"].min().date().isoformat()
        row = draft.rows[str(ref)]
        draft.add(
            Action(
                id="",
                kind="edit",
                ref=str(group["ref"].iloc[0]),
                other_ref=str(ref),
                title=f"Set the as-of date of {row['name']} to {day} in QuickBooks",
                why="An invoice sells it before the day from which QuickBooks counts its stock.",
                will="By hand in QuickBooks; its opening quantity is then dated that day.",
                cause="inventory_start_after_invoice",
                bulk=False,
            ),
            [
                draft.edit_in_qbo(
                    str(ref),
                    {"InvStartDate": day},
                    (
                        "Open Sales > Products and services.",
                        f"Edit {row['name']}, set the as-of date of its quantity to {day}, Save.",
                    ),
                    {"start_date": day},
                )
            ],
        )
