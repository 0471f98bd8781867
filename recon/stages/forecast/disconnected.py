"""Invoices that are linked already, and whose link does not hold, or will not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from recon.case import Case

_A_CENT = Decimal("0.01")
_EVENTS = {
    "number": ("app.invoice.number", "its number"),
    "total": ("app.invoice.total", "its total"),
    "tax": ("app.invoice.tax", "its tax"),
    "lines": ("app.invoice.lines", "its lines"),
    "voided": ("qbo.invoice.voided", "it is void in QuickBooks"),
    "email": ("app.client.email", "its client's e-mail"),
}
"""What differs between the sides, to the event of the profile and to words."""


def disconnected(case: Case, asked: pd.DataFrame) -> None:
    """Mark linked invoices whose record is gone, or that an event has disconnected.

    Which side was changed cannot be seen: what differs between the sides has been changed on one of
    them, and either counts.

    Args:
        case: the company.
        asked: the invoices with their effects; `outcome`, `says` and `because` are written.
    """
    by_the_sync = asked["target_ref"].str.startswith("new:").fillna(value=False)
    linked = asked[(asked["effect"] == "link") & ~by_the_sync]
    held = case.books.qbo.invoices.set_index("ref")
    if linked.empty or case.books.qbo.only_lists:
        return
    gone = linked.index[~linked["target_ref"].isin(held.index)]
    asked.loc[gone, "outcome"] = "disconnect"
    asked.loc[gone, "says"] = "Linked to an invoice that QuickBooks does not have any more."
    broken_by = set(case.profile.links.disconnect_on)
    differs = _differences(case, linked.drop(index=gone), held)
    seen = {name: words for name, (event, words) in _EVENTS.items() if event in broken_by}
    differs = differs[list(seen)]
    off = differs.index[differs.any(axis="columns")]
    what = [
        ", ".join(words for words, is_so in zip(seen.values(), row, strict=True) if is_so)
        for row in differs.loc[off].to_numpy()
    ]
    asked.loc[off, "outcome"] = "disconnect"
    asked.loc[off, "because"] = "links.disconnect_on"
    asked.loc[off, "says"] = [f"Linked, but changed since ({each}): disconnected." for each in what]


def _differences(case: Case, linked: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """What differs between each linked invoice and its record, by column of `_EVENTS`."""
    app = case.books.app.invoices.set_index("ref").reindex(linked["ref"])
    theirs = held.reindex(linked["target_ref"])
    differs = pd.DataFrame(index=linked.index)
    differs["number"] = _unlike(linked["number"].array, theirs["number"].array)
    for column in ("total", "tax"):
        differs[column] = _apart(app[column].array, theirs[column].array)
    count, theirs_count = (
        side.invoice_lines.groupby("ref").size().reindex(refs).fillna(0).to_numpy()
        for side, refs in (
            (case.books.app, linked["ref"]),
            (case.books.qbo, linked["target_ref"]),
        )
    )
    differs["lines"] = (count != theirs_count) & (count > 0) & (theirs_count > 0)
    void = theirs["status"].str.casefold().eq("voided").fillna(value=False).to_numpy()
    nothing = (theirs["total"] == 0).fillna(value=False).to_numpy()
    something = (app["total"] > 0).fillna(value=False).to_numpy()
    differs["voided"] = void | (nothing & something)
    mail = case.books.app.customers.set_index("ref")["email"].reindex(app["customer_ref"])
    their_mail = case.books.qbo.customers.set_index("ref")["email"].reindex(theirs["customer_ref"])
    differs["email"] = _unlike(mail.array, their_mail.array)
    differs.loc[differs["voided"], ["total", "tax", "lines"]] = False
    return differs


def _unlike(ours: Any, theirs: Any) -> Any:
    """True where two texts differ but for capitals; not where one is missing."""
    one, other = (pd.Series(side).str.strip().str.casefold() for side in (ours, theirs))
    return (one != other).fillna(value=False).to_numpy()


def _apart(ours: Any, theirs: Any) -> Any:
    """True where two amounts differ by more than a cent; not where one is missing."""
    return ((pd.Series(ours) - pd.Series(theirs)).abs() > _A_CENT).fillna(value=False).to_numpy()
