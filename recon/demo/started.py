"""A demo company in which the app's sync has run once already, with nobody's plan before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from recon.books import Side, make_ref, split_ref
from recon.demo.judge import Judge, Verdict
from recon.ports import Clock, SyncEvent

TURNED_ON = datetime(2026, 11, 21, tzinfo=UTC)
"""The day after the demo company's last record."""

_TABLES = {
    "customer": "customers", "item": "items", "invoice": "invoices", "payment": "payments",
}  # fmt: skip


def clock_from(began: datetime, clock: Clock) -> Clock:
    """A clock that goes as `clock` does and stood at an hour after the sync was turned on then."""
    shift = TURNED_ON.replace(hour=1) - began
    return lambda: clock() + shift


@dataclass(frozen=True)
class Middle:
    """What a plan makes of books in which the sync has run already.

    Attributes:
        made: customers and items that the app made beside one of the same party or thing.
        left: those of them that still stand beside one, though QuickBooks would merge the two.
        links: records that the app had linked, and that nobody has given up or left out since.
        lost: those of them whose record in QuickBooks is gone or inactive.
    """

    made: int
    left: int
    links: int
    lost: int

    def as_json(self) -> dict[str, Any]:
        """The counts, for machines."""
        return asdict(self)


def know_what_the_sync_made(judge: Judge, events: Iterable[SyncEvent]) -> None:
    """Tell the judge whose the records are that a sync created."""
    for event in events:
        system, kind, _ = split_ref(event.ref)
        if event.effect != "create" or system != "app":
            continue
        if kind == "customer":
            judge.truth.party_of_customer[event.target] = judge.party(event.ref)
        elif kind == "item":
            judge.truth.thing_of_item[event.target] = judge.party(event.ref)
        else:
            judge.made[kind, event.target] = judge.first_key(event.ref)


def middle(
    judge: Judge, verdicts: Iterable[Verdict], links: Iterable[tuple[str, str]], qbo: Side
) -> Middle:
    """How the books stand.

    Args:
        judge: knows who is who.
        verdicts: of the first sync.
        links: the app's reference and QuickBooks' id of what is linked.
        qbo: QuickBooks, as it is now.
    """
    made = [
        make_ref("qbo", verdict.kind, verdict.event.target)
        for verdict in verdicts
        if verdict.outcome == "duplicate" and verdict.kind in {"customer", "item"}
    ]
    crowds = {kind: _crowds(judge, getattr(qbo, _TABLES[kind]), kind) for kind in _TABLES}
    held = list(links)
    return Middle(
        made=len(made),
        left=sum(crowds[split_ref(ref)[1]].get(ref, False) for ref in made),
        links=len(held),
        lost=sum(not _stands(ref, target, qbo) for ref, target in held),
    )


def _crowds(judge: Judge, table: pd.DataFrame, kind: str) -> dict[str, bool]:
    """Each active record of a party or thing, and whether another one could be merged into it."""
    if kind not in {"customer", "item"}:
        return {}
    active = table[table["active"]]
    parents = set(table["parent_ref"].dropna())
    rows = active[~active["ref"].isin(parents)]
    known = rows.assign(
        party=rows["ref"].map(judge.party),
        alike=rows["type"] if kind == "item" else rows["currency"].fillna(""),
    )
    known = known[known["party"] != ""]
    several = known.duplicated(["party", "alike"], keep=False)
    return dict(zip(known["ref"], several, strict=True))


def _stands(ref: str, target: str, qbo: Side) -> bool:
    """Whether the record that one of the app's is linked to is there, and active."""
    kind = split_ref(ref)[1]
    table: pd.DataFrame = getattr(qbo, _TABLES[kind])
    found = table[table["ref"] == make_ref("qbo", kind, target)]
    return bool(len(found)) and ("active" not in found or bool(found["active"].iloc[0]))
