"""Back-test: a pull made after the real sync, held against what was forecast before it.

What the sync did is read from the books. An app that is read live says which records it has linked;
of one read from exports it shows only in QuickBooks: a new record of that name or number. Where the
app has a list of statuses or a log, its own word counts for what the books do not show (why
something stayed away, a payment without a reference); what nothing shows is not judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pandas as pd

from recon.books import LINKS, Books, Effect, Ref, Side, make_ref, split_ref
from recon.case import Case
from recon.checks import disconnects, linked
from recon.ports import SyncEvent
from recon.rehearsal import Difference, Disconnected
from recon.rules.names import without_deleted
from recon.stages.rehearse.agreement import compare
from recon.stages.rehearse.statuses import Said, Statuses

_TABLES = {"customer": "customers", "item": "items", "invoice": "invoices", "payment": "payments"}
_NAMED = {"customer": "name", "item": "name", "invoice": "number", "payment": "reference"}
_STAYS: tuple[Effect, ...] = ("refuse", "skip")
_SAYS = {
    "link": "It is tied to a record that was there before.",
    "create": "QuickBooks has a new record for it.",
    "refuse": "QuickBooks has nothing new for it.",
    "skip": "QuickBooks has nothing new for it.",
}


@dataclass(frozen=True)
class Held:
    """How a forecast stands.

    Attributes:
        true: records that stand as forecast, by kind.
        records: all that could be looked at, by kind.
        differences: those that do not.
        unseen: how many could not be looked at.
        disconnected: what is linked, and came apart.
    """

    true: Mapping[str, int]
    records: Mapping[str, int]
    differences: tuple[Difference, ...]
    unseen: int
    disconnected: tuple[Disconnected, ...]


def backtest(outcomes: pd.DataFrame, case: Case, now: Books) -> Held:
    """The forecast of `case` held against the books after the sync.

    Args:
        outcomes: `OUTCOMES` of the case.
        case: the books before the sync, and the profile.
        now: the books after it.
    """
    told = outcomes.astype(object).where(outcomes.notna(), "").to_dict("records")
    looking = _Looking(case, now)
    events = [looking.event(cast("Mapping[str, Any]", row)) for row in told]
    seen = [event for event in events if event is not None]
    looked_at = outcomes[outcomes["ref"].isin([event.ref for event in seen])]
    found = compare(looked_at, seen, looking.names)
    records = Counter(split_ref(event.ref)[1] for event in seen)
    wrong = Counter(split_ref(each.ref)[1] for each in found)
    true = {kind: number - wrong[kind] for kind, number in records.items()}
    apart = _disconnected(replace(case, books=_with_links(now, seen)))
    return Held(true, dict(records), tuple(found), len(events) - len(seen), apart)


_BREAKS = (
    disconnects.invoice_details_changed, disconnects.invoice_edited_in_qbo,
    disconnects.invoice_voided_in_qbo, disconnects.client_details_changed,
    disconnects.payment_touched_in_qbo, linked.qbo_invoice_deleted, linked.qbo_payment_deleted,
    linked.stored_link_broken,
)  # fmt: skip
"""What breaks a link, or shows that it is broken, each told by a check of its own."""


def _disconnected(case: Case) -> tuple[Disconnected, ...]:
    told = (check(case) for check in _BREAKS)
    rows = (row for found in told for row in found.to_dict("records"))
    return tuple(Disconnected(str(row["ref"]), row["check"], row["says"]) for row in rows)


def _with_links(now: Books, seen: Iterable[SyncEvent]) -> Books:
    """The books with a link for each record that the sync is seen to have tied to another."""
    tied = [
        {"ref": event.ref, "how": "seen after the sync",
         "linked_ref": make_ref("qbo", split_ref(event.ref)[1], event.target)}
        for event in seen
        if event.target
    ]  # fmt: skip
    links = pd.concat([now.app.links, LINKS.frame(tied)]).drop_duplicates("ref")
    return replace(now, app=replace(now.app, links=links.reset_index(drop=True)))


class _Looking:
    """Reads from the books what became of each record."""

    def __init__(self, case: Case, now: Books) -> None:
        self._asked = _asked(case)
        self._linked = {
            ref: split_ref(linked)[2]
            for ref, linked in zip(now.app.links["ref"], now.app.links["linked_ref"], strict=True)
        }
        self._kinds_linked = {split_ref(ref)[1] for ref in self._linked}
        old = _named(case.books.qbo)
        fresh = {key: name for key, name in _named(now.qbo).items() if key not in old}
        self._new = set(fresh)
        self._by_name: dict[tuple[str, str], list[str]] = {}
        for (kind, record_id), name in fresh.items():
            self._by_name.setdefault((kind, name.casefold()), []).append(record_id)
        self._claimed: set[tuple[str, str]] = set()
        self._says = Statuses(case.profile.status, now.app.sync_status)
        self.names = fresh

    def event(self, row: Mapping[str, Any]) -> SyncEvent | None:
        """What became of one record; None where neither the books nor the app show it."""
        kind, ref = row["kind"], Ref(row["ref"])
        if split_ref(ref)[0] == "qbo":  # what comes into the app does not show in QuickBooks
            return None
        event, said = self._in_books(kind, ref, row), self._says.of(ref)
        if said is None or (event is not None and self._is_fact(event)):
            return event
        return _as_said(row, event, said)

    def _is_fact(self, event: SyncEvent) -> bool:
        """Whether the books show it; a link of which the app keeps none is only inferred."""
        stored = split_ref(event.ref)[1] in self._kinds_linked
        return bool(event.target) and (stored or event.effect == "create")

    def _in_books(self, kind: str, ref: Ref, row: Mapping[str, Any]) -> SyncEvent | None:
        """What the books alone show."""
        if kind in self._kinds_linked:
            target = self._linked.get(ref, "")
            effect: Effect | None = self._tied(kind, target)
        else:
            name = self._asked.get(ref, "")
            if not name:
                return None
            candidates = self._by_name.get((kind, name.casefold()), [])
            target = candidates[0] if candidates else ""
            effect = self._tied(kind, target) if target else None
            if effect is None and row["effect"] == "link":  # nothing new: it has what was there
                if row["target_ref"].startswith("new:"):
                    return None
                effect, target = "link", split_ref(row["target_ref"])[2]
        if effect is None:
            effect = row["effect"] if row["effect"] in _STAYS else "refuse"
        fault = row["fault"] if effect == row["effect"] else ""
        dropped = (1,) if row["outcome"] == "drop_line" else ()  # totals are not compared
        return SyncEvent(ref, effect, target, fault, _SAYS[effect], dropped)

    def _tied(self, kind: str, target: str) -> Effect | None:
        """Whether a record was made, or the record was there; a new one is made once."""
        if not target:
            return None
        key = (kind, target)
        if key not in self._new or key in self._claimed:
            return "link"
        self._claimed.add(key)
        return "create"


def _as_said(row: Mapping[str, Any], event: SyncEvent | None, said: Said) -> SyncEvent | None:
    """What the app's own word adds to books that show nothing new of a record."""
    ref = Ref(row["ref"])
    if said.became == "done":
        if event is not None and event.effect not in _STAYS:
            return replace(event, says=said.says)
        if row["effect"] == "link":  # to which record shows nowhere
            return None
        made = event is None and row["effect"] == "create"
        return SyncEvent(ref, "create" if made else "link", "", "", said.says)
    faults = said.faults or (row["fault"] if row["effect"] == said.became else "",)
    fault = row["fault"] if row["fault"] in faults else faults[0]
    return SyncEvent(ref, said.became, "", fault, said.says)


def _asked(case: Case) -> dict[str, str]:
    """The name or number under which each of the app's records would stand in QuickBooks."""
    app, profile = case.books.app, case.profile
    asked: dict[str, str] = {str(ref): str(name) for ref, name in case.lookup_names.items()}
    for table, column, most in (
        (app.items, "name", None),
        (app.invoices, "number", profile.invoice.number_max),
        (app.payments, "reference", profile.payment.reference_max),
    ):
        told = table[["ref", column]].dropna()
        asked |= dict(zip(told["ref"], told[column].str.slice(0, most), strict=True))
    return asked


def _named(side: Side) -> dict[tuple[str, str], str]:
    """Kind and id to name or number, of every record of QuickBooks."""
    return dict(_names(side))


def _names(side: Side) -> Iterator[tuple[tuple[str, str], str]]:
    for kind, table in _TABLES.items():
        frame = getattr(side, table)
        names = frame[_NAMED[kind]].fillna("")
        if "active" in frame:  # the sync made it under the name without the suffix
            names = names.where(frame["active"], names.map(without_deleted))
        for ref, name in zip(frame["ref"], names, strict=True):
            yield (kind, split_ref(ref)[2]), str(name)
