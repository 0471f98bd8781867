"""Sales that stay out of the sync: those that stand in both books, and those of a closed period."""

from __future__ import annotations

from typing import Any

from recon.books import split_ref
from recon.plan import Action
from recon.stages.propose.draft import Draft
from recon.stages.propose.reasons import told_of

_SAME_SALE = 0.95
"""From here on leaving a sale out may be approved together with others."""


def twins_of(draft: Draft, kind: str) -> dict[str, Any]:
    """The app's sale to the likeliest pair with the same sale in QuickBooks."""
    case = draft.case
    likely = case.partners(kind, "app-qbo", case.settings.worth_asking).to_dict("records")
    return {pair["left_ref"]: pair for pair in reversed(likely)}


def leave_out(draft: Draft, ref: str, pair: Any, kind: str) -> None:
    """A sale that stands in QuickBooks already is not sent."""
    about = draft.case.profile.about
    draft.add(
        Action(
            id="",
            kind="skip",
            ref=ref,
            other_ref=pair["right_ref"],
            title=f"Leave {kind} {split_ref(ref)[2]} out: it is in QuickBooks already",
            why="Pushed as well, it would be refused, or booked twice.",
            will=f"Nothing is sent; in {about.name} do not save, resend or bulk-sync this {kind}.",
            cause=f"{kind}_in_both",
            **told_of(pair),
            compare=draft.compare(ref, pair["right_ref"]),
            advised=pair["match_probability"] >= draft.case.settings.same_party,
            bulk=pair["match_probability"] >= _SAME_SALE,
        )
    )


def leave_closed(draft: Draft, ref: str, kind: str) -> None:
    """A sale of a closed period is not sent."""
    closed = draft.case.books.qbo.book_close_date
    draft.add(
        Action(
            id="",
            kind="skip",
            ref=ref,
            title=f"Leave {kind} {split_ref(ref)[2]} out: its period is closed",
            why=f"It is dated on or before {closed}, when the books were closed.",
            will="Nothing is sent. To have it in the books, enter it as an adjustment, or reopen.",
            cause=f"{kind}_in_closed_period",
        )
    )
