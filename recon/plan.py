"""What shall be and what was done: actions, finished writes, decisions, the journal.

A plan holds finished requests: apply computes nothing. Whatever a person was shown and whatever
will be sent is inside an action's digest, and an approval counts for that digest only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal
from uuid import UUID, uuid5

ActionKind = Literal[
    "link", "unlink", "merge", "rename", "edit", "create", "renumber", "reactivate", "deactivate",
    "map", "skip", "move",
]  # fmt: skip
WriteTo = Literal["qbo", "app", "hand"]
Operation = Literal["create", "update", "delete", "merge", "hand"]
Undo = Literal["full", "partial", "none"]
Verdict = Literal["approve", "reject", "skip", "ask", "clear"]
Role = Literal["preparer", "reviewer"]
WriteState = Literal["sent", "done", "refused", "unknown"]

_REQUEST_IDS = UUID("7d5b1f0e-6a53-4a6e-9d62-0c6f3a7f2b11")


@dataclass(frozen=True)
class LookUp:
    """How a write is found again when its answer was lost: a natural key of its entity."""

    entity: str
    field: str
    value: str


@dataclass(frozen=True)
class Instruction:
    """Work that only a person can do.

    Attributes:
        where: "QuickBooks" or the app's name.
        who: whose rights it takes.
        steps: the clicks, in order.
        then: what must be done in the app afterwards so that the record travels.
        do: the same for a machine: `step` (merge, edit), `ref`, `into`, `fields`.
    """

    where: str
    who: str
    steps: tuple[str, ...]
    then: tuple[str, ...] = ()
    do: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Write:
    """One finished request, or one piece of hand-work.

    Attributes:
        id: unique in the plan ("w12"); the order in the plan is the order of sending.
        action_id: the action that it carries out.
        to: who does it: QuickBooks' API, the app's API, a person.
        operation: what kind of request.
        entity: QuickBooks' entity name ("Customer"); for the app our kind ("customer").
        body: the request as it will be sent. What exists only after an earlier write is
            `{"$from": "w12", "field": "Id"}`; only Id and SyncToken may be so. To the app: `Id`
            in the app, and what changes under our names (`name`, `email`, `number`; `items`, line
            to item name; `deleted`); of a merge `into` and `seen`, what both looked like. What the
            app's API wants besides is taken from the record as it then is, and changes nothing.
        ref: the record that it changes; empty for a create.
        expect: what a fresh pull must show afterwards: `side` ("qbo", "app"), `table`
            ("customers"), `key` (column to value that names the row), and `shows` (column to
            value as text or bool), or `shows` None when no active row may have that key any more.
            Empty when there is nothing to see.
        restore: the same fields as they were before; empty when there is no way back.
        look_up: natural key for a create.
        instruction: for hand-work; of a write to the app, how a person would do it.
    """

    id: str
    action_id: str
    to: WriteTo
    operation: Operation
    entity: str
    body: Mapping[str, Any]
    ref: str = ""
    expect: Mapping[str, Any] = field(default_factory=dict)
    restore: Mapping[str, Any] = field(default_factory=dict)
    look_up: LookUp | None = None
    instruction: Instruction | None = None

    def request_id(self, plan_id: str, generation: int = 0) -> str:
        """The id that makes a repetition harmless: same plan, write and generation, same id.

        36 characters, within QuickBooks' 50 for a call and 36 for a batch.

        Source: Intuit developer blog, "Request ID update", 2015-04-06, read 2026-11-22.
        """
        return str(uuid5(_REQUEST_IDS, f"{plan_id}:{self.id}:{generation}"))


@dataclass(frozen=True)
class Action:
    """One thing a person decides on.

    Attributes:
        id: stable over runs on the same books (made of what it does).
        kind: closed vocabulary.
        ref: the record it is about, usually the app's.
        other_ref: the record on the other side, or the one merged away.
        title: one line for a list ("Rename QuickBooks customer ...").
        why: what goes wrong without it, in words.
        will: what will happen, in words, before it is approved.
        cause: the outcome or check that asked for it ("duplicate", "near_miss_client_name").
        band: how sure the match is, in words; empty when no match is involved.
        evidence: reasons for and against, in words.
        compare: field to (app's value, QuickBooks' value), as shown side by side.
        undo: how far it can be undone.
        bulk: may be approved together with others of its kind.
        rivals: ids of actions of which at most one may be approved.
        after: ids of actions that must be done first.
        advised: whether recon itself would do it.
        claims: what an approval says of `ref` and `other_ref` ("same" or "different" party or
            thing). "Not the same" is remembered for later plans; turning down a rename of
            somebody different says nothing, for the new name may be what was not liked.
        weighed: how many bits each reason speaks for a match, or below nought against it. Shown,
            but in no digest: a matcher that has learned voids no approval.
        confirm: what somebody has to write in the note of an approval, because it breaks links
            that are there: "disconnect invoice 11"; empty where nothing has to be.
    """

    id: str
    kind: ActionKind
    ref: str
    title: str
    why: str
    will: str
    cause: str
    other_ref: str = ""
    band: str = ""
    evidence: tuple[str, ...] = ()
    compare: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    undo: Undo = "full"
    bulk: bool = True
    rivals: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    advised: bool = True
    claims: Literal["", "same", "different"] = ""
    weighed: tuple[tuple[str, float], ...] = ()
    confirm: str = ""

    def confirmed_by(self, note: str) -> bool:
        """Whether a note says what has to be written; capitals and blanks do not count."""
        return " ".join(self.confirm.casefold().split()) in " ".join(note.casefold().split())


@dataclass(frozen=True)
class Plan:
    """Everything proposed for one company at one moment; frozen, ordered, saved whole.

    Attributes:
        id: unique.
        realm: QuickBooks company id that it is bound to.
        environment: "production", "sandbox" or "files".
        company: the company's name, for people.
        profile: profile id and version that the forecast used.
        made_at: UTC.
        snapshots: ids of the snapshots it was made from (app, qbo).
        actions: in the order in which they are shown.
        writes: in the order in which they are sent.
        app_realm: the app's company whose records it may change; empty when it changes none there
            but by hand.
    """

    id: str
    realm: str
    environment: str
    company: str
    profile: str
    made_at: datetime
    snapshots: tuple[str, str]
    actions: tuple[Action, ...]
    writes: tuple[Write, ...]
    app_realm: str = ""

    def action(self, action_id: str) -> Action:
        """The action of that id.

        Raises:
            KeyError: there is none.
        """
        return {a.id: a for a in self.actions}[action_id]

    def writes_of(self, action_id: str) -> tuple[Write, ...]:
        """The writes that carry out one action, in order."""
        return tuple(w for w in self.writes if w.action_id == action_id)

    def digests(self) -> dict[str, str]:
        """Digest by action id, over what was shown, what will be sent, and to which company."""
        return dict(self._digests)

    @cached_property
    def _digests(self) -> dict[str, str]:
        writes: dict[str, list[Any]] = {a.id: [] for a in self.actions}
        for write in self.writes:
            writes[write.action_id].append(asdict(write))
        bound = [self.realm, self.environment, *filter(None, [self.app_realm])]
        return {a.id: _digest([bound, _shown(a), writes[a.id]]) for a in self.actions}

    @property
    def digest(self) -> str:
        """Digest of the whole plan."""
        return _digest([self.id, sorted(self.digests().items()), [w.id for w in self.writes]])

    def to_json(self) -> str:
        """The plan as text, stable to the byte."""
        told = {**asdict(self), "made_at": self.made_at.isoformat()}
        for action in told["actions"]:  # a list keeps the order in which people are shown them
            action["compare"] = [[name, *pair] for name, pair in action["compare"].items()]
        return json.dumps(told, sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan that `to_json` wrote."""
        told = json.loads(text)
        return cls(
            **{
                **told,
                "made_at": datetime.fromisoformat(told["made_at"]),
                "snapshots": tuple(told["snapshots"]),
                "actions": tuple(_action(a) for a in told["actions"]),
                "writes": tuple(_write(w) for w in told["writes"]),
            }
        )


@dataclass(frozen=True)
class Decision:
    """What one person said about one action; the last word counts, none is ever erased.

    Attributes:
        plan_id: the plan.
        action_id: the action.
        verdict: approve, reject, skip, ask, or clear (back to undecided).
        by: who, as they call themselves.
        role: preparer decides, reviewer signs.
        digest: of the action as it was shown.
        at: UTC.
        note: for a colleague.
    """

    plan_id: str
    action_id: str
    verdict: Verdict
    by: str
    role: Role
    digest: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class JournalEntry:
    """One line of the journal: what is about to be sent, or what came back.

    Attributes:
        seq: order of writing, given by the journal.
        at: UTC.
        plan_id: the plan.
        write_id: the write.
        state: sent, done, refused, unknown.
        request_id: as sent.
        realm: company it was sent to.
        body_hash: digest of the body as sent.
        detail: the answer (Id, SyncToken), or the fault.
    """

    at: datetime
    plan_id: str
    write_id: str
    state: WriteState
    request_id: str
    realm: str
    body_hash: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    seq: int = 0


def standing(plan: Plan, decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The preparer's last word on each action, by action id; cleared ones are left out."""
    last = {d.action_id: d for d in decisions if d.plan_id == plan.id and d.role == "preparer"}
    return {action_id: d for action_id, d in last.items() if d.verdict != "clear"}


def approved(
    plan: Plan, decisions: Iterable[Decision], *, second_person: bool = False
) -> frozenset[str]:
    """Ids of the actions that may be carried out.

    An approval counts for exactly what was shown: when an action's digest has changed since, or its
    note lacks what had to be written, it does not count. With `second_person`, somebody other than
    the preparer must have approved after the preparer did, and have seen the same digest.

    Source: the four-eyes principle as firms sign off work papers.
    """
    decisions = list(decisions)
    digests, actions = plan.digests(), {action.id: action for action in plan.actions}
    yes = {
        action_id: d
        for action_id, d in standing(plan, decisions).items()
        if d.verdict == "approve"
        and d.digest == digests.get(action_id)
        and actions[action_id].confirmed_by(d.note)
    }
    if not second_person:
        return frozenset(yes)
    signed = {d.action_id: d for d in decisions if d.plan_id == plan.id and d.role == "reviewer"}
    return frozenset(
        action_id
        for action_id, first in yes.items()
        if (second := signed.get(action_id)) is not None
        and second.verdict == "approve"
        and second.digest == first.digest
        and second.at >= first.at
        and second.by.strip().casefold() != first.by.strip().casefold()
    )


def body_hash(body: Mapping[str, Any]) -> str:
    """Digest of a request's body, independent of the order of its keys."""
    return _digest(body)


def placeholders(body: object) -> Iterable[tuple[str, str]]:
    """(write id, field) of every placeholder in a body."""
    if isinstance(body, Mapping):
        if "$from" in body:
            yield str(body["$from"]), str(body["field"])
        else:
            for value in body.values():
                yield from placeholders(value)
    elif isinstance(body, list | tuple):
        for value in body:
            yield from placeholders(value)


def filled(body: Any, answers: Mapping[str, Mapping[str, Any]]) -> Any:
    """`body` with every placeholder replaced from the answers of earlier writes, by write id.

    Raises:
        KeyError: an earlier write has no answer yet.
    """
    if isinstance(body, Mapping):
        if "$from" in body:
            return answers[body["$from"]][body["field"]]
        return {key: filled(value, answers) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [filled(value, answers) for value in body]
    return body


def pointed(body: Any, ids: Mapping[str, str]) -> Any:
    """`body` whose placeholders name writes by their new ids."""
    if isinstance(body, Mapping):
        if "$from" in body:
            return {**body, "$from": ids[body["$from"]]}
        return {key: pointed(value, ids) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [pointed(value, ids) for value in body]
    return body


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _shown(action: Action) -> dict[str, Any]:
    shown = asdict(action)
    del shown["weighed"]
    if not action.confirm:
        del shown["confirm"]  # plans that were kept before there was one keep their digests
    return shown


def _compared(told: Any) -> list[list[str]]:
    if isinstance(told, dict):  # as plans were kept at first
        return [[name, *pair] for name, pair in told.items()]
    return list(told)


def _action(told: dict[str, Any]) -> Action:
    return Action(
        **{
            **told,
            "evidence": tuple(told["evidence"]),
            "weighed": tuple((reason, bits) for reason, bits in told.get("weighed", ())),
            "compare": {name: (one, other) for name, one, other in _compared(told["compare"])},
            "rivals": tuple(told["rivals"]),
            "after": tuple(told["after"]),
        }
    )


def _write(told: dict[str, Any]) -> Write:
    instruction = told["instruction"]
    return Write(
        **{
            **told,
            "look_up": LookUp(**told["look_up"]) if told["look_up"] else None,
            "instruction": Instruction(
                **{
                    **instruction,
                    "steps": tuple(instruction["steps"]),
                    "then": tuple(instruction["then"]),
                }
            )
            if instruction
            else None,
        }
    )
