"""Records that the app has linked to something else, which no name, number or address undoes.

Such a record is left out, with what is yet to be sent of it, or its link is taken back by hand.
"""

from __future__ import annotations

import pandas as pd

from recon.books import split_ref
from recon.checks.columns import among
from recon.plan import Action
from recon.stages.propose.draft import Draft


def keep_home(draft: Draft, ref: str, target: str) -> None:
    """Leave a record out that is linked to another one: a link is taken back in the app, if at all.

    Args:
        draft: the plan.
        ref: the app's record.
        target: what it is linked to.
    """
    about = draft.case.profile.about
    draft.add(
        Action(
            id="",
            kind="skip",
            ref=ref,
            other_ref=target,
            title=f"Leave {_told(draft, ref)} out: it is linked to {draft.name(target)}",
            why="Whatever is sent of it is booked on somebody else."
            if ":customer:" in ref
            else "Whatever is sent of it is booked as something else.",
            will=f"Nothing is sent of it by {about.name}; the link stays.",
            cause="wrong_stored_link",
            compare=draft.compare(ref, target),
            bulk=False,
        )
    )


def keep_home_or_take_back(draft: Draft, ref: str, target: str) -> None:
    """The same for a product or an invoice, with the other answer: its link is taken back."""
    keep_home(draft, ref, target)
    about, held = draft.case.profile.about, draft.name(target)
    draft.add(
        Action(
            id="",
            kind="unlink",
            ref=ref,
            other_ref=target,
            title=f"Take back the link of {_told(draft, ref)} to {held} in {about.name}",
            why="Whatever is sent of it is booked as something else.",
            will=f"By hand in {about.name}, as far as its support can. Before it is sent anew it "
            f"has to be called otherwise than {held}. What was booked there stays.",
            cause="wrong_stored_link",
            compare=draft.compare(ref, target),
            undo="partial",
            bulk=False,
            advised=False,
        ),
        [draft.unlink_in_app(ref, target)],
    )


def booked_astray(draft: Draft, outcomes: pd.DataFrame) -> dict[str, str]:
    """Sales that are yet to be sent, and whose client or product is linked to something else.

    Or was left out, which takes no link back: the sync books what names it all the same.

    Returns:
        The sale's ref to that of its client or product.
    """
    app, stored = draft.case.books.app, draft.case.books.app.links["ref"]
    left_out = (outcomes["effect"] == "skip") & outcomes["because"].isna()
    wrong = outcomes[(outcomes["outcome"] == "wrong_link") | left_out]
    linked = wrong.loc[among(wrong["ref"], stored), "ref"]
    another = {ref for ref, name in draft.planned if name in _MENDED}
    astray = linked[~linked.isin(list(another))]
    items = app.items[among(app.items["ref"], astray)].dropna(subset=["name"])
    called = dict(zip(items["name"], items["ref"], strict=True))
    sold = zip(app.invoice_lines["ref"], app.invoice_lines["item_name"], strict=True)
    found = {sale: called[name] for sale, name in sold if name in called}
    for table in (app.invoices, app.payments):
        theirs = table[among(table["customer_ref"], astray)]
        found |= dict(zip(theirs["ref"], theirs["customer_ref"], strict=True))
    known = set(stored)
    return {sale: ref for sale, ref in found.items() if sale not in known}


_MENDED = ("target", "keep", "into")
"""What the write that links a record by hand, or merges it into another one, says besides."""


def leave_unbooked(draft: Draft, ref: str, astray: str) -> None:
    """A sale that would be booked as something else, or on somebody else, is not sent.

    Args:
        draft: the plan.
        ref: the sale.
        astray: its product or client, which is linked to something else.
    """
    about = draft.case.profile.about
    sells = ":item:" in astray
    draft.add(
        Action(
            id="",
            kind="skip",
            ref=ref,
            other_ref=astray,
            title=f"Leave {_told(draft, ref)} out: it {'sells' if sells else 'is of'} "
            f"{draft.called(astray)}",
            why=f"That {about.product if sells else about.client} is linked to something else, or "
            "left out: the sale would be booked where the link leads.",
            will=f"Nothing is sent. Choose another {about.product} on its lines to send it."
            if sells
            else "Nothing is sent until the link is taken back; enter it in QuickBooks by hand.",
            cause="sale_of_a_wrong_link",
            bulk=False,
        )
    )


def _told(draft: Draft, ref: str) -> str:
    """A record for titles: a sale with its kind before its number."""
    kind = split_ref(ref)[1]
    return f"{kind} {draft.name(ref)}" if kind in {"invoice", "payment"} else draft.called(ref)
