"""Which records are linked, beyond what the app's exports say; kept with the company.

stated by the app      its exports or its API name the record in QuickBooks
picked by a person     hand-work of a plan that was ticked off
inferred               made by the sync since the day on which somebody turned it on
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from recon.apps.inferred import inferred_links
from recon.books import LINKS, PAIRS, Books, make_ref

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation

_SINCE = "sync on since"
_INFERRED = "inferred links"
_MADE: Mapping[str, str] = {"Customer": "customer", "Item": "item"}
_PICKED = "Picked in the app by a person, as was ticked off."


def sync_on_since(r: Reconciliation) -> datetime | None:
    """When the sync was turned on, UTC; None where it was not, or nobody said."""
    told = r.store.noted(_SINCE)
    return datetime.fromisoformat(told) if told else None


def remember_since(r: Reconciliation, since: datetime | None) -> None:
    """Keep when the sync was turned on, and forget what was inferred; None: it was not."""
    r.store.note(_SINCE, since.isoformat() if since else "")
    r.store.save_result(_INFERRED, "[]")


def keep_inferred(r: Reconciliation, books: Books) -> None:
    """Infer what the sync has linked, and keep it: a name that is mended later changes no link.

    Args:
        r: of which company; nothing is inferred where the sync is not on.
        books: of a fresh pull, with the links that are known.
    """
    since = sync_on_since(r)
    if since is None:
        return
    links = books.app.links
    names = r.case_of(books, PAIRS.frame()).lookup_names
    known = dict(zip(links["ref"], links["linked_ref"], strict=True))
    new = inferred_links(r.profile, books, since, names, known, _mended(r))
    kept = [*_inferred(r), *new.to_dict("records")]
    r.store.save_result(_INFERRED, json.dumps(kept))


def _mended(r: Reconciliation) -> frozenset[str]:
    """References on both sides of what plans have changed, made, or merged others into."""
    refs: set[str] = set()
    for plan in r.rounds:
        made = {e.write_id: e.detail for e in r.store.entries(plan.id) if e.state == "done"}
        for write in plan.writes:
            if write.id not in made:
                continue
            do = write.instruction.do if write.instruction else {}
            refs |= {write.ref, str(do.get("ref", "")), str(do.get("into", ""))}
            if write.operation == "create" and write.entity in _MADE:
                refs.add(make_ref("qbo", _MADE[write.entity], str(made[write.id].get("Id", ""))))
    return frozenset(refs - {""})


def _inferred(r: Reconciliation) -> list[dict[str, str]]:
    told: list[dict[str, str]] = json.loads(r.store.result(_INFERRED) or "[]")
    return told


def with_links(r: Reconciliation, books: Books) -> Books:
    """The books with every link that is known: as stated, else as picked, else as inferred."""
    more = pd.concat([_picked(r), LINKS.frame(_inferred(r))], ignore_index=True)
    back = _taken_back(r)
    more = more[[pair not in back for pair in zip(more["ref"], more["linked_ref"], strict=True)]]
    if more.empty:
        return books
    there = pd.concat([table["ref"] for table in (
        books.app.customers, books.app.items, books.app.invoices, books.app.payments,
    )])  # fmt: skip
    links = pd.concat([books.app.links, more[more["ref"].isin(there)]], ignore_index=True)
    links = LINKS.conform(links.drop_duplicates("ref"))
    return replace(books, app=replace(books.app, links=links))


def _picked(r: Reconciliation) -> pd.DataFrame:
    """What people linked by hand, the last word counting."""
    found = {do["ref"]: do["target"] for do in _ticked_off(r, "link")}
    return LINKS.frame(
        {"ref": ref, "linked_ref": target, "how": _PICKED} for ref, target in found.items()
    )


def _taken_back(r: Reconciliation) -> frozenset[tuple[str, str]]:
    """Record and target of links that people took back by hand; what the app states stands."""
    return frozenset((do["ref"], do["target"]) for do in _ticked_off(r, "unlink"))


def _ticked_off(r: Reconciliation, step: str) -> Iterator[Mapping[str, Any]]:
    """Hand-work of one kind in the app that somebody did, oldest first."""
    for plan in r.rounds:
        for write in plan.writes:
            do = write.instruction.do if write.instruction else {}
            if do.get("step") == step and r.store.state(plan.id, write.id) == "done":
                yield do
