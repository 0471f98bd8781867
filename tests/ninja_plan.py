"""Plans that change the mowing company in Invoice Ninja, for the tests of its writer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from recon.apps.invoiceninja.writer import InvoiceNinjaWriter
from recon.calls.patience import Patience
from recon.plan import Action, Decision, Plan, Write
from recon.ports import Journal
from recon.sandbox.books.company import Record
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox
from recon.settings import Settings
from recon.stages.apply import ApplyResult, apply

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEWEST = ("app1", "qbo1")
REALM = "recon-sandbox"
KINDS = {"client": "customer", "produc": "item", "invoic": "invoice", "paymen": "payment"}
ROSE: Mapping[str, str] = {"name": "Rosebud Florist", "number": "0001", "email": "rose@example.com"}
HILL: Mapping[str, str] = {"name": "Hillside School", "number": "0002", "email": ""}


def patience(waited: list[float] | None = None) -> Patience:
    """Waits for nothing, and notes how long it would have."""
    return Patience(
        connect_s=5, answer_s=5, sleep=(waited if waited is not None else []).append,
        jitter=lambda: 0.0,
    )  # fmt: skip


def writer_to(
    app: InvoiceNinjaSandbox, password: str | None = None, waited: list[float] | None = None
) -> InvoiceNinjaWriter:
    """A writer to a running server; the password is the right one unless told."""
    secret = app.password if password is None else password
    return InvoiceNinjaWriter(
        app.base_url, lambda: app.token, lambda: secret, patience=patience(waited)
    )


def change(write_id: str, own_id: str, restore: Record, **fields: Any) -> Write:
    """An update of one record, which had these values before; its action is called as it is."""
    kind = KINDS[own_id[:6]]
    return Write(
        write_id, write_id, "app", "update", kind, {"Id": own_id, **fields},
        ref=f"app:{kind}:{own_id}", restore=restore,
        expect={"side": "app", "table": f"{kind}s", "key": {"id": own_id}, "shows": dict(fields)},
    )  # fmt: skip


def merge(
    write_id: str,
    drop: str = "clientBBBB",
    keep: str = "clientAAAA",
    seen: tuple[Mapping[str, str], Mapping[str, str]] = (HILL, ROSE),
) -> Write:
    """A merge of one client into another."""
    body = {"Id": drop, "into": keep, "seen": {"Id": dict(seen[0]), "into": dict(seen[1])}}
    return Write(
        write_id, write_id, "app", "merge", "customer", body, ref=f"app:customer:{drop}",
        expect={"side": "app", "table": "customers", "key": {"id": drop}, "shows": None},
    )  # fmt: skip


def plan(writes: Iterable[Write], **more: Any) -> Plan:
    """A plan with one action for each write."""
    writes = tuple(writes)
    actions = tuple(
        Action(w.id, "edit", w.ref, w.id, "why", "will", "c", undo="full") for w in writes
    )
    told = {"app_realm": REALM, **more}
    return Plan("plan-1", "9130", "sandbox", "Acme", "app 1", NOW, NEWEST, actions, writes, **told)


def approvals(plan: Plan) -> list[Decision]:
    """Everything is approved."""
    digests = plan.digests()
    return [
        Decision(plan.id, a.id, "approve", "Ada", "preparer", digests[a.id], NOW)
        for a in plan.actions
    ]


def carry_out(plan: Plan, journal: Journal, writer: Any) -> ApplyResult:
    """Apply with everything as it should be."""
    return apply(
        plan, approvals(plan), {"app": writer}, journal, clock=lambda: NOW, settings=Settings(),
        newest=NEWEST, customers={"app": 3},
    )  # fmt: skip


@dataclass
class Seen:
    """What the server holds and was asked for."""

    app: InvoiceNinjaSandbox

    def record(self, path: str, record_id: str) -> Record:
        """One record as it is stored."""
        found: Record = next(r for r in self.all(path) if r["id"] == record_id)
        return found

    def all(self, path: str) -> list[Record]:
        """Every record of a kind."""
        return list(getattr(self.app.save(), path))

    def done(self) -> list[str]:
        """The writes that took effect, in order."""
        return [
            f"{each['method']} {each['path']}"
            for each in self.app.events()
            if each["status"] == 200
        ]
