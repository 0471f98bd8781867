"""Invoices that are linked already, and whose link does not hold, or will not."""

from __future__ import annotations

import pandas as pd

from recon.case import Case
from recon.checks.disconnects import differences

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
    differs = differences(case, linked.drop(index=gone))
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
