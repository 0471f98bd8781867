"""One run over a plan: what the journal knows already, and what is added to it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from recon.errors import OutcomeUnknownError, RejectedError, RemoteError, StaleRecordError
from recon.plan import (
    JournalEntry,
    Plan,
    Write,
    WriteState,
    WriteTo,
    body_hash,
    filled,
    placeholders,
)
from recon.ports import Clock, Journal, Writer

log = logging.getLogger(__name__)

_GUARD = {"Id", "SyncToken", "sparse"}


@dataclass(frozen=True)
class Refusal:
    """One write that the other side refused for good.

    Attributes:
        write_id: the write.
        action_id: its action; what was left of it was not sent.
        code: QuickBooks' fault code, empty when recon itself refused.
        says: why, without names.
        conflict: field to (as planned on, as it is now, as it would become), when somebody
            changed the record meanwhile: for the reviewer.
    """

    write_id: str
    action_id: str
    code: str
    says: str
    conflict: Mapping[str, tuple[Any, Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class ApplyResult:
    """What became of every approved action.

    Attributes:
        done: ids of writes that took effect in this run.
        before: ids of writes that were done in earlier runs.
        refused: writes that never will be done with this plan.
        waiting: action id to what it waits for.
        by_hand: ids of hand-work not ticked off yet.
    """

    done: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    waiting: Mapping[str, str] = field(default_factory=dict)
    by_hand: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """The result in one sentence."""
        if not self.done:
            text = f"Nothing was left to send; {len(self.before)} done before"
        else:
            text = f"{len(self.done)} done, {len(self.before)} done before"
        return (
            f"{text}, {len(self.refused)} refused, {len(self.waiting)} waiting, "
            f"{len(self.by_hand)} to do by hand."
        )


@dataclass
class Run:
    """One run: what the journal knows, and what is added to it."""

    plan: Plan
    chosen: frozenset[str]
    writers: Mapping[WriteTo, Writer]
    journal: Journal
    clock: Clock
    last: dict[str, JournalEntry] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    before: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.last = {e.write_id: e for e in self.journal.entries(self.plan.id)}
        self.before = frozenset(i for i, e in self.last.items() if e.state == "done")
        self.actions = {a.id: a for a in self.plan.actions}
        self.of_action: dict[str, list[Write]] = {a.id: [] for a in self.plan.actions}
        for write in self.plan.writes:
            self.of_action[write.action_id].append(write)

    def carry_out(self, write: Write) -> None:
        """Bring one write to its end, or leave it where it must wait."""
        state = self.state(write.id)
        if state in {"done", "refused"} or write.to == "hand":
            return
        if state is None:  # what left already is settled, whatever it should have waited for
            if any(self.state(w.id) == "refused" for w in self.of_action[write.action_id]):
                return
            if why := self.waits_for(write):
                self.waiting[write.action_id] = why
                return
        self.settle(write)

    def may_leave(self, write: Write) -> bool:
        """Whether a write is new, and waits for nothing."""
        refused = any(self.state(w.id) == "refused" for w in self.of_action[write.action_id])
        return self.state(write.id) is None and not refused and not self.waits_for(write)

    def state(self, write_id: str) -> WriteState | None:
        """The last state of a write, this run included."""
        entry = self.last.get(write_id)
        return entry.state if entry else None

    def is_open(self, write: Write) -> bool:
        """Whether a write has not come to its end yet."""
        return self.state(write.id) not in {"done", "refused"}

    def waits_for(self, write: Write) -> str:
        """What must happen before this write may leave, in words; empty when nothing."""
        for source, _ in placeholders(write.body):
            if self.state(source) != "done":
                return f"it needs the answer to {source}, which is not done"
        for other in self.actions[write.action_id].after:
            if other not in self.chosen:
                return f"{other} is not approved"
            for needed in self.of_action[other]:
                if self.state(needed.id) != "done":
                    return self.open_step(other, needed)
        for earlier in self.of_action[write.action_id]:
            if earlier.id == write.id:
                break
            if self.state(earlier.id) != "done":
                return self.open_step(write.action_id, earlier)
        return ""

    def open_step(self, action_id: str, needed: Write) -> str:
        """Why a step that others wait for is open."""
        if self.state(needed.id) == "refused":
            return f"{needed.id} of {action_id} was refused"
        if needed.to == "hand":
            return f"{needed.id} of {action_id} is hand-work that is not ticked off"
        return f"{needed.id} of {action_id} is not done"

    def settle(self, write: Write) -> None:
        """Bring one write to a known end; raises when that cannot be had now."""
        try:
            self.attempt(write)
        except OutcomeUnknownError as error:
            self.keep_all([self.in_doubt(write, error)])
            try:
                self.attempt(write)  # once; then a person runs it again
            except OutcomeUnknownError as again:
                self.keep_all([self.in_doubt(write, again)])
                raise

    def attempt(self, write: Write) -> None:
        """Send one write; after a doubt look first whether it happened.

        How long QuickBooks remembers a request id is unknown, so the same id alone is no proof.
        """
        body: dict[str, Any] = filled(write.body, self.answers())
        earlier = self.last.get(write.id)
        if earlier is None:
            self.send(write, body, generation=0)
            return
        body |= {k: v for k, v in earlier.detail.items() if k == "SyncToken"}
        generation = int(earlier.detail.get("generation", 0))
        found = self.writers[write.to].find(write, body)
        if found is not None:
            self.finish(write, body, generation, found)
        else:
            self.send(write, body, generation)

    def answers(self) -> dict[str, Mapping[str, Any]]:
        """What was answered so far, by write id."""
        return {i: e.detail for i, e in self.last.items() if e.state == "done"}

    def in_doubt(self, write: Write, error: RemoteError) -> JournalEntry:
        """That nobody knows whether the write took effect, for the journal."""
        sent = self.last[write.id]
        detail = {**sent.detail, "status": error.status, "tid": error.tid}
        return replace(sent, state="unknown", at=self.clock(), detail=detail)

    def send(self, write: Write, body: dict[str, Any], generation: int) -> None:
        """Journal, then send, then journal the answer."""
        again = write.id in self.last
        self.add(write, "sent", body, generation)
        request_id = write.request_id(self.plan.id, generation)
        try:
            answer = self.writers[write.to].send(write, body, request_id)
        except RejectedError as error:
            if again and self.there_after_all(write, body, generation):
                return
            if isinstance(error, StaleRecordError):
                self.send_on_newer_record(write, body, generation, error)
            else:
                self.refuse(write, body, generation, error)
        else:
            self.finish(write, body, generation, answer)

    def there_after_all(self, write: Write, body: dict[str, Any], generation: int) -> bool:
        """Whether what is refused now took effect when it was sent before, later than we looked.

        A request whose answer was lost may still be under way; ours then comes second, and a name
        that is taken or a record that was changed is our own doing.
        """
        found = self.writers[write.to].find(write, body)
        if found is not None:
            self.finish(write, body, generation, found)
        return found is not None

    def send_on_newer_record(
        self, write: Write, body: dict[str, Any], generation: int, error: StaleRecordError
    ) -> None:
        """Somebody changed the record. If not in our fields, keep their change and add ours."""
        writer = self.writers[write.to]
        planned_on = {k: v for k, v in write.restore.items() if k not in _GUARD}
        if generation == 0 and planned_on and write.operation == "update":
            same = writer.find(write, {**planned_on, "Id": body["Id"]})
            if same is not None:
                fresh = {**body, "SyncToken": str(same["SyncToken"])}
                self.send(write, fresh, generation + 1)
                return
        now = writer.find(write, {"Id": body["Id"]}) if write.operation == "update" else None
        conflict = {
            name: [write.restore.get(name), (now or {}).get(name), value]
            for name, value in body.items()
            if name not in _GUARD
        }
        self.refuse(write, body, generation, error, conflict)

    def finish(
        self, write: Write, body: dict[str, Any], generation: int, answer: Mapping[str, Any]
    ) -> None:
        """Journal that it took effect, with what later writes need of the answer."""
        self.add(write, "done", body, generation, self.kept_of(answer))

    def kept_of(self, answer: Mapping[str, Any]) -> dict[str, str]:
        """What the journal keeps of a record: no names."""
        return {"Id": str(answer["Id"]), "SyncToken": str(answer["SyncToken"])}

    def refuse(
        self,
        write: Write,
        body: dict[str, Any],
        generation: int,
        error: RejectedError,
        conflict: Mapping[str, list[Any]] | None = None,
    ) -> None:
        """Journal that it never will take effect with this plan."""
        self.keep_all([self.refusal(write, body, generation, error, conflict)])

    def refusal(
        self,
        write: Write,
        body: Mapping[str, Any],
        generation: int,
        error: RejectedError,
        conflict: Mapping[str, list[Any]] | None = None,
    ) -> JournalEntry:
        """That it never will take effect with this plan, for the journal."""
        log.warning("write refused id=%s code=%s", write.id, error.code)
        detail = {
            "code": error.code, "also": list(error.others), "says": str(error), "tid": error.tid,
            "conflict": dict(conflict or {}),
        }  # fmt: skip
        return self.entry(write, "refused", body, generation, detail)

    def add(
        self,
        write: Write,
        state: WriteState,
        body: Mapping[str, Any],
        generation: int,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Append to the journal; durable when it returns."""
        self.keep_all([self.entry(write, state, body, generation, detail)])

    def entry(
        self,
        write: Write,
        state: WriteState,
        body: Mapping[str, Any],
        generation: int,
        detail: Mapping[str, Any] | None = None,
        request_id: str = "",
    ) -> JournalEntry:
        """A line for the journal; `request_id` where it is not the write's own."""
        told = {"generation": generation, **(detail or {})}
        if generation and "SyncToken" not in told:
            told["SyncToken"] = body["SyncToken"]  # a resumed run must send the very same body
        return JournalEntry(
            at=self.clock(),
            plan_id=self.plan.id,
            write_id=write.id,
            state=state,
            request_id=request_id or write.request_id(self.plan.id, generation),
            realm=self.writers[write.to].realm,
            body_hash=body_hash(body),
            detail=told,
        )

    def keep_all(self, entries: Sequence[JournalEntry]) -> None:
        """Append to the journal, all or none, and to what this run knows."""
        self.journal.add_all(entries)
        for entry in entries:
            self.last[entry.write_id] = entry
            if entry.state == "done":
                self.done.append(entry.write_id)

    def result(self) -> ApplyResult:
        """What became of every approved action."""
        writes = [w for w in self.plan.writes if w.action_id in self.chosen]
        return ApplyResult(
            done=tuple(w.id for w in writes if w.id in set(self.done)),
            before=tuple(w.id for w in writes if w.id in self.before),
            refused=tuple(
                _refusal(w, self.last[w.id]) for w in writes if self.state(w.id) == "refused"
            ),
            waiting=dict(self.waiting),
            by_hand=tuple(w.id for w in writes if w.to == "hand" and self.state(w.id) != "done"),
        )


def _refusal(write: Write, entry: JournalEntry) -> Refusal:
    conflict = entry.detail.get("conflict", {})
    return Refusal(
        write_id=write.id,
        action_id=write.action_id,
        code=str(entry.detail.get("code", "")),
        says=str(entry.detail.get("says", "")),
        conflict={name: (v[0], v[1], v[2]) for name, v in conflict.items()},
    )
