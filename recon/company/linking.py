"""Which records are linked, beyond what the app's exports say; kept with the company.

stated by the app      its exports or its API name the record in QuickBooks
picked by a person     hand-work of a plan that was ticked off
inferred               made by the sync since the day on which somebody turned it on
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from recon.apps.inferred import inferred_links
from recon.books import LINKS, PAIRS, Books

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation

_SINCE = "sync on since"
_PICKED = "Picked in the app by a person, as was ticked off."


def sync_on_since(r: Reconciliation) -> datetime | None:
    """When the sync was turned on, UTC; None where it was not, or nobody said."""
    told = r.store.noted(_SINCE)
    return datetime.fromisoformat(told) if told else None


def remember_since(r: Reconciliation, since: datetime | None) -> None:
    """Keep when the sync was turned on; None says that it was not."""
    r.store.note(_SINCE, since.isoformat() if since else "")


def more_links(r: Reconciliation, books: Books) -> pd.DataFrame:
    """`LINKS` that the app itself does not state, each with how it is known."""
    stated = books.app.links
    picked = _picked(r)
    picked = picked[~picked["ref"].isin(stated["ref"])]
    since = sync_on_since(r)
    if since is None:
        return picked
    both = pd.concat([stated, picked])
    names = r.case_of(books, PAIRS.frame()).lookup_names
    known = dict(zip(both["ref"], both["linked_ref"], strict=True))
    inferred = inferred_links(r.profile, books, since, names, known)
    return LINKS.conform(pd.concat([picked, inferred], ignore_index=True))


def with_links(r: Reconciliation, books: Books) -> Books:
    """The books with every link that is known."""
    more = more_links(r, books)
    if more.empty:
        return books
    links = LINKS.conform(pd.concat([books.app.links, more], ignore_index=True))
    return replace(books, app=replace(books.app, links=links))


def _picked(r: Reconciliation) -> pd.DataFrame:
    """What people linked by hand, the last word counting."""
    found: dict[str, str] = {}
    for plan in r.rounds:
        for write in plan.writes:
            do = write.instruction.do if write.instruction else {}
            if do.get("step") == "link" and r.store.state(plan.id, write.id) == "done":
                found[do["ref"]] = do["target"]
    return LINKS.frame(
        {"ref": ref, "linked_ref": target, "how": _PICKED} for ref, target in found.items()
    )
