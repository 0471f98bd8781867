"""The sync on a twin, watched: every record with what the app asked, and what it was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from recon.books import Ref
from recon.errors import RejectedError
from recon.ports import AppRecords, Progress, QboPort, Simulation, SyncEvent
from recon.rehearsal import Call, Difference, Step, SyncRun
from recon.stages.rehearse.agreement import compare

_ENTITIES = {"Customer": "customer", "Item": "item", "Invoice": "invoice", "Payment": "payment"}
_NAMES = ("DisplayName", "Name", "DocNumber", "PaymentRefNum")


@dataclass
class Watched:
    """A sync, and what it did so far; it may be stopped at any record.

    Attributes:
        left_out: what a person left alone.
        known: refs of all records of the forecast: repeated numbers are told apart as there.
        events: one a record, and one more for what an invoice took along.
        calls: of each event, those that led to it.
        made: kind and id to name or number, of every record that the sync made.
        records: how many there are to push.
        complete: whether the sync came to its end.
    """

    left_out: frozenset[str]
    known: Collection[str]
    records: int
    events: list[SyncEvent] = field(default_factory=list)
    calls: list[tuple[Call, ...]] = field(default_factory=list)
    made: dict[tuple[str, str], str] = field(default_factory=dict)
    complete: bool = False


def watch(
    watched: Watched,
    simulate: Simulation,
    app: AppRecords,
    qbo: QboPort,
    progress: Progress,
    what: str,
) -> None:
    """Run the sync to its end; `watched` holds all that happened, wherever it is stopped.

    Args:
        watched: filled.
        simulate: the app's sync.
        app: the app's records.
        qbo: QuickBooks' twin.
        progress: told after each record.
        what: said to `progress`.

    Raises:
        RemoteError: the twin could not be asked.
    """
    listening = _Listening(qbo, watched.made)
    seen: Counter[str] = Counter()
    progress(what, 0, watched.records)
    for event in simulate(app, listening, frozenset(map(Ref, watched.left_out))):
        seen[event.ref] += 1
        again = Ref(f"{event.ref}#{seen[event.ref]}")
        watched.events.append(replace(event, ref=again) if again in watched.known else event)
        watched.calls.append(tuple(listening.calls))
        listening.calls.clear()
        done = len(watched.events)
        progress(what, done, max(done, watched.records))
    watched.complete = True


def run_of(watched: Watched, outcomes: pd.DataFrame, seconds: float) -> SyncRun:
    """The run beside the forecast of the books that it met."""
    found = compare(outcomes, watched.events, watched.made, complete=watched.complete)
    words = dict(zip(outcomes["ref"], outcomes["outcome"], strict=True))
    steps = tuple(_steps(watched, found, words))
    return SyncRun(steps, tuple(found), watched.records, seconds)


def _steps(
    watched: Watched, differences: Iterable[Difference], words: Mapping[str, str]
) -> Iterator[Step]:
    other = {difference.ref for difference in differences}
    last = {event.ref: event for event in watched.events}
    for event, calls in zip(watched.events, watched.calls, strict=True):
        # a customer of QuickBooks may come again with its sale: the forecast is of the last time
        again = event.ref.startswith("qbo:") and last[event.ref] is not event
        outcome = event.effect if again or event.ref in other else words[event.ref]
        yield Step(event.ref, event.effect, outcome, event.target, event.fault, event.says, calls)


@dataclass
class _Listening:
    """QuickBooks as the app sees it; remembers what was said since the last record."""

    qbo: QboPort
    made: dict[tuple[str, str], str]
    calls: list[Call] = field(default_factory=list)

    def query(self, statement: str) -> list[dict[str, Any]]:
        """Records of one query, first page."""
        try:
            found = self.qbo.query(statement)
        except RejectedError as error:
            self.calls.append(Call(statement, _refused(error)))
            raise
        one = f": Id {found[0].get('Id', '')}" if len(found) == 1 else ""
        self.calls.append(Call(statement, f"{len(found)} found{one}"))
        return found

    def create(self, entity: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create; what is made is remembered under its name."""
        record = self._sent("create", entity, body)
        kind = _ENTITIES.get(entity, entity.lower())
        self.made[kind, str(record["Id"])] = _called(record)
        return record

    def update(self, entity: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Full or sparse update, as the body says."""
        return self._sent("update", entity, body)

    def _sent(self, verb: str, entity: str, body: Mapping[str, Any]) -> dict[str, Any]:
        asked = f"{verb} {entity} {_called(body)}".rstrip()
        send = self.qbo.create if verb == "create" else self.qbo.update
        try:
            record = send(entity, body)
        except RejectedError as error:
            self.calls.append(Call(asked, _refused(error)))
            raise
        self.calls.append(Call(asked, f"Id {record['Id']}"))
        return record


def _refused(error: RejectedError) -> str:
    return f"refused: {error.code or error.status}"


def _called(record: Mapping[str, Any]) -> str:
    return next((str(record[name]) for name in _NAMES if record.get(name)), "")
