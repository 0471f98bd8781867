"""Undo: what a plan did, as another plan that sets it back; reviewed and applied the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from recon.books import Books, make_ref
from recon.plan import Action, ActionKind, JournalEntry, Plan, Write, filled
from recon.rules.names import without_deleted
from recon.rules.promises import seen

_INVERSE: dict[ActionKind, ActionKind] = {
    "create": "deactivate",
    "deactivate": "reactivate",
    "reactivate": "deactivate",
}
_DEACTIVATED = {
    "Account": "account", "Class": "class", "Customer": "customer", "Employee": "employee",
    "Item": "item", "PaymentMethod": "payment_method", "Term": "term", "Vendor": "vendor",
}  # fmt: skip
"""Lists whose records can be made inactive but never deleted, with our kind of record.

Source: sandbox-verified entity table of karellen-qbo-mcp 0.0.8 and Intuit's entity pages, read
2026-11-22.
"""
_DELETED = {
    "Invoice": "invoice", "Payment": "payment", "CreditMemo": "credit", "Estimate": "estimate",
    "SalesReceipt": "sales_receipt",
}  # fmt: skip
_COLUMNS = {
    "DisplayName": "name", "Name": "name", "DocNumber": "number", "Active": "active",
    "CustomerRef": "customer_ref",
}  # fmt: skip
_NAMES = {"DisplayName", "Name"}
_FOR_EVER = "A merge is for ever."
_CHANGED_SINCE = "Somebody changed the record since the plan was applied."


def undo_plan(
    plan: Plan,
    journal_entries: Iterable[JournalEntry],
    *,
    plan_id: str,
    made_at: datetime,
    books: Books,
    snapshots: tuple[str, str] | None = None,
) -> Plan:
    """A plan that sets back whatever `plan` did, last first.

    An update is set back to the fields as they were; its guard is the SyncToken that our own write
    left, so that a later change by somebody else is found and not overwritten. What was created is
    made inactive; transactions are deleted. What cannot be undone is listed and sends nothing.

    Args:
        plan: what was applied.
        journal_entries: what became of it.
        plan_id: of the new plan.
        made_at: UTC.
        books: tidied from a fresh pull; says what changed since and which hand-work was done.
        snapshots: ids of that pull (app, QuickBooks); the plan's own when left out.
    """
    done = {
        e.write_id: e.detail for e in journal_entries if e.plan_id == plan.id and e.state == "done"
    }
    sent = {write.action_id for write in plan.writes if write.id in done and write.to != "hand"}
    undo = _Undo(done, _tokens(plan, done), books, frozenset(sent))
    for action in reversed(plan.actions):
        undo.add(action, plan.writes_of(action.id))
    return replace(
        plan,
        id=plan_id,
        made_at=made_at,
        snapshots=snapshots or plan.snapshots,
        actions=tuple(undo.actions),
        writes=tuple(undo.ordered(plan)),
    )


@dataclass
class _Undo:
    """The new plan while it is being written."""

    done: Mapping[str, Mapping[str, Any]]
    tokens: Mapping[tuple[str, str], str]
    books: Books
    sent: frozenset[str] = frozenset()
    actions: list[Action] = field(default_factory=list)
    inverse: dict[str, Write] = field(default_factory=dict)

    def add(self, action: Action, writes: Sequence[Write]) -> None:
        """Add what sets one action back, and what of it cannot be."""
        undo_id, made, lost = f"undo-{action.id}", [], []
        for write in reversed(writes):
            if not self.took_effect(write) or (write.to == "hand" and self.beaten(action)):
                continue
            inverse = self.inverse_of(write)
            if isinstance(inverse, str):
                lost.append(inverse)
            else:
                self.inverse[write.id] = replace(inverse, action_id=undo_id)
                made.append(write)
        if made:
            changed = any(self.changed_since(write) for write in made)
            self.actions.append(
                Action(
                    id=undo_id,
                    kind=_INVERSE.get(action.kind, action.kind),
                    ref=action.ref,
                    other_ref=action.other_ref,
                    title=f"Undo: {action.title}",
                    why="The plan that was applied did this.",
                    will="It is set back to how it was before the plan.",
                    cause="undo",
                    evidence=(_CHANGED_SINCE,) if changed else (),
                    undo="full" if all(w.operation == "update" for w in made) else "partial",
                    advised=not changed,
                )
            )
        if lost:
            self.actions.append(
                Action(
                    id=f"keep-{action.id}",
                    kind=action.kind,  # never "skip": approved, it would leave the record out
                    ref=action.ref,
                    other_ref=action.other_ref,
                    title=f"Cannot be undone: {action.title}",
                    why=" ".join(dict.fromkeys(lost)),
                    will="Nothing is sent.",
                    cause="undo",
                    undo="none",
                    bulk=False,
                    advised=False,
                )
            )

    def took_effect(self, write: Write) -> bool:
        """Whether there is anything to undo; of hand-work only the books may know."""
        if write.id in self.done:
            return True
        if write.to != "hand" or "$from" in str(write.expect):
            return False
        shown = seen(write.expect, self.books)
        return shown is not None and shown.kept

    def beaten(self, action: Action) -> bool:
        """Whether another answer to the same question was sent, which leaves the books alike."""
        return bool(self.sent & set(action.rivals))

    def changed_since(self, write: Write) -> bool:
        """Whether the books no longer show what the write left."""
        shown = seen(filled(write.expect, self.done), self.books)
        return shown is not None and not shown.kept

    def inverse_of(self, write: Write) -> Write | str:
        """The write that sets another one back, or why there is none."""
        if write.to == "hand":
            merged = write.instruction is not None and write.instruction.do.get("step") == "merge"
            return _FOR_EVER if merged else "It was done by hand; set it back by hand."
        if write.operation == "merge":
            return _FOR_EVER
        if write.operation == "create":
            return self.uncreate(write)
        if write.operation == "update" and write.restore:
            return self.restore_in_app(write) if write.to == "app" else self.restore(write)
        return "What was there before is not known any more."

    def restore(self, write: Write) -> Write:
        """The update that puts the fields back."""
        fields = {k: v for k, v in write.restore.items() if k not in {"Id", "SyncToken", "sparse"}}
        left = {name: write.body.get(name) for name in fields}
        shows = {_COLUMNS[n]: _as_ref(n, v) for n, v in fields.items() if n in _COLUMNS}
        if fields.get("Active") is False:  # QuickBooks adds the suffix again by itself
            fields |= {n: without_deleted(str(fields[n])) for n in _NAMES & fields.keys()}
        return replace(
            write,
            body=self.guarded(write.entity, str(self.done[write.id]["Id"]), fields),
            expect={**write.expect, "shows": shows} if write.expect and shows else {},
            restore=left,
            look_up=None,
        )

    def restore_in_app(self, write: Write) -> Write:
        """The same in the app, whose guard are the fields themselves."""
        fields = dict(write.restore)
        left = {name: write.body.get(name) for name in fields}
        expect: dict[str, Any] = {}
        if write.expect and "items" not in fields:  # of lines that had the name before, too
            told = write.expect.get("shows") or ()
            key = {name: fields.get(name, value) for name, value in write.expect["key"].items()}
            shows = {name: fields[name] or None for name in told if name in fields}
            expect = {**write.expect, "key": key, "shows": shows}
        body = {"Id": write.body["Id"], **fields}
        return replace(write, body=body, expect=expect, restore=left, instruction=None)

    def uncreate(self, write: Write) -> Write | str:
        """The update that makes a created record inactive, or the delete of a transaction."""
        record_id = str(self.done[write.id]["Id"])
        kind = _DEACTIVATED.get(write.entity) or _DELETED.get(write.entity)
        if kind is None or write.body.get("Type") == "Category":
            return "QuickBooks can neither delete it nor make it inactive."
        made = replace(write, ref=make_ref("qbo", kind, record_id), look_up=None)
        key = {"side": "qbo", "table": write.expect.get("table"), "key": {"id": record_id}}
        if write.entity in _DELETED:
            body = self.guarded(write.entity, record_id, {})
            del body["sparse"]
            expect = {**key, "shows": None} if write.expect else {}
            return replace(made, operation="delete", body=body, expect=expect, restore={})
        return replace(
            made,
            operation="update",
            body=self.guarded(write.entity, record_id, {"Active": False}),
            expect={**key, "shows": {"active": False}} if write.expect else {},
            restore={"Active": True},
        )

    def guarded(self, entity: str, record_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A sparse body for the record as our last write left it."""
        token = self.tokens[entity, record_id]
        return {"Id": record_id, "SyncToken": token, "sparse": True, **fields}

    def ordered(self, plan: Plan) -> Iterable[Write]:
        """The new writes in the reverse order of sending, numbered."""
        ids = [w.id for w in reversed(plan.writes) if w.id in self.inverse]
        last: dict[tuple[str, str, str], str] = {}
        for number, write_id in enumerate(ids, 1):
            write = replace(self.inverse[write_id], id=f"u{number}")
            same = (write.action_id, write.entity, str(write.body.get("Id")))
            if write.to == "qbo" and same in last:  # what our own write before it left
                token = {"$from": last[same], "field": "SyncToken"}
                write = replace(write, body={**write.body, "SyncToken": token})
            last[same] = write.id
            yield write


def _as_ref(name: str, value: Any) -> Any:
    """A field of QuickBooks as our column shows it: a reference to a customer as a `Ref`."""
    return make_ref("qbo", "customer", str(value["value"])) if name == "CustomerRef" else value


def _tokens(plan: Plan, done: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    """The newest SyncToken that our own writes left, by entity and id."""
    tokens: dict[tuple[str, str], str] = {}
    for write in plan.writes:
        if write.id in done and write.to != "hand":
            key = (write.entity, str(done[write.id]["Id"]))
            token = str(done[write.id]["SyncToken"])
            tokens[key] = max(tokens.get(key, ""), token, key=lambda t: (len(t), t))
    return tokens
