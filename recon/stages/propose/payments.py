"""Payments: none booked twice, none refused for the sake of an invoice that stays out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from recon.books import split_ref
from recon.plan import Action
from recon.rules.limits import PAYMENT_REF_MAX
from recon.stages.propose.astray import leave_unbooked
from recon.stages.propose.creating import enter_payment
from recon.stages.propose.draft import Draft
from recon.stages.propose.obstacles import of_payments
from recon.stages.propose.twins import leave_closed, leave_out, twins_of


def propose_payments(
    draft: Draft, outcomes: pd.DataFrame, staying: dict[str, str], booked: dict[str, str]
) -> None:
    """Add every action on payments to the draft.

    Args:
        draft: the plan.
        outcomes: `OUTCOMES` of payments.
        staying: the app's invoices that stay out of the sync, to the same in QuickBooks; "" where
            it is not there.
        booked: sales whose client or product is linked to something else; see `astray`.
    """
    case = draft.case
    twins, sure = twins_of(draft, "payment"), case.settings.same_party
    rows = outcomes.to_dict("records")
    in_the_way = of_payments(case, rows)
    for row in rows:
        twin = twins.get(row["ref"])
        if twin and row["outcome"] not in {"skip", "link"}:
            leave_out(draft, row["ref"], twin, "payment")
        if row["outcome"] == "skip" or (twin and twin["match_probability"] >= sure):
            continue
        faults = in_the_way.get(row["ref"], ())
        if row["ref"] in booked:
            leave_unbooked(draft, row["ref"], booked[row["ref"]])
        elif "6210" in faults:
            leave_closed(draft, row["ref"], "payment")
        elif "2050" in faults:
            _shorten(draft, row["ref"])
    _without_their_invoices(draft, outcomes, staying, {*twins, *booked})


def _without_their_invoices(
    draft: Draft, outcomes: pd.DataFrame, staying: dict[str, str], twins: Collection[str]
) -> None:
    """Payments of invoices that stay out: entered in QuickBooks where it has the invoice."""
    books = draft.case.books
    parts = books.app.payment_applications
    payments = _by_ref(books.app.payments)
    there = _by_ref(books.qbo.invoices)
    owed = {ref: row["balance"] for ref, row in there.items()}
    travels = set(outcomes.loc[~outcomes["outcome"].isin(["skip", "link", "duplicate"]), "ref"])
    for ref, invoices in parts.groupby("payment_ref")["invoice_ref"].unique().items():
        lost = [each for each in invoices if each in staying]
        if not lost or ref in twins or ref not in travels:
            continue
        payment = payments[str(ref)]
        found = staying[lost[0]] if len(invoices) == 1 else ""
        amount, balance = payment["amount"], owed.get(found)
        open_enough = balance is not None and amount <= balance
        if (
            open_enough
            and amount > 0
            and not draft.case.books.qbo.only_lists
            and not _closed(draft, payment)
            and not _special(draft, payment, there[found])
        ):
            owed[found] = balance - amount
            enter_payment(draft, payment, there[found])
            _stays_out(draft, str(ref), entered=True)
        else:
            _stays_out(draft, str(ref), entered=False)


def _by_ref(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    known = table.astype(object).where(table.notna(), None)
    return {
        str(row["ref"]): {str(k): v for k, v in row.items()} for row in known.to_dict("records")
    }


def _closed(draft: Draft, payment: dict[str, Any]) -> bool:
    until = draft.case.books.qbo.book_close_date
    return bool(until is not None and payment["date"] <= pd.Timestamp(until))


def _special(draft: Draft, payment: dict[str, Any], invoice: dict[str, Any]) -> bool:
    """Whether a person has to look: it was paid back, or is not in the home currency."""
    home = draft.case.books.qbo.preference("HomeCurrency")
    foreign = {payment["currency"] or home, invoice["currency"] or home} != {home}
    return foreign or bool(payment["refunded"])


def _stays_out(draft: Draft, ref: str, *, entered: bool) -> None:
    about = draft.case.profile.about
    lost = "refuse it" if draft.case.profile.payment.unlinked_invoice == "refuse" else (
        "leave it unapplied"
    )  # fmt: skip
    see = (
        "Nothing is sent: the plan enters it in QuickBooks."
        if entered
        else "Nothing is sent. Look whether QuickBooks has the money already, under another "
        "reference or on a deposit; if not, enter it there."
    )
    draft.add(
        Action(
            id="",
            kind="skip",
            ref=ref,
            title=f"Leave payment {split_ref(ref)[2]} out: its invoice stays out",
            why=f"The invoice that it pays is not sent by {about.name}, which would {lost}.",
            will=see,
            cause="payment_of_what_stays_out",
        )
    )


def _shorten(draft: Draft, ref: str) -> None:
    """A reference that QuickBooks has no room for is cut in the app."""
    about, row = draft.case.profile.about, draft.rows[ref]
    before = str(row["reference"] or "")
    now = before[:PAYMENT_REF_MAX].rstrip()
    draft.add(
        Action(
            id="",
            kind="edit",
            ref=ref,
            title=f"Shorten the reference of payment {split_ref(ref)[2]} in {about.name}",
            why=f"QuickBooks takes {PAYMENT_REF_MAX} characters; {about.name} sends all of them.",
            will=f"{draft.in_app.way}: {now}.",
            cause="payment_reference_too_long",
            compare={"Reference": (before, now)},
            bulk=False,
        ),
        [draft.edit_in_app(ref, {"reference": now})],
    )
