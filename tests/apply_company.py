"""A small company and a plan for it, for the tests of apply, verify and undo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from recon.calls.patience import Patience
from recon.plan import Action, ActionKind, Decision, Instruction, LookUp, Plan, Write
from recon.ports import Progress, silent
from recon.qbo.client import sandbox_client
from recon.qbo.writer import QboWriter
from recon.sandbox.books.company import Company
from recon.sandbox.books.defaults import empty_company
from recon.sandbox.server import Sandbox
from recon.settings import Settings
from recon.stages.apply import ApplyResult, apply
from recon.workspace import Workspace

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEWEST = ("app1", "qbo1")
NAMES = ("Ada", "Bob", "Cy", "Dora", "Eve", "Finn")


def company() -> Company:
    """Six customers with ids 1 to 6, the fifth inactive, a vendor Vera and an item Pen."""
    empty = empty_company()
    customers = [
        {"Id": str(n), "SyncToken": "0", "DisplayName": name, "Notes": "keep", "Active": n != 5}
        for n, name in enumerate(NAMES, 1)
    ]
    customers[4]["DisplayName"] += " (deleted)"
    item = {
        "Id": "1", "SyncToken": "0", "Name": "Pen", "Type": "Service", "Active": True,
        "IncomeAccountRef": {"value": "1"},
    }  # fmt: skip
    vendor = {"Id": "90", "SyncToken": "0", "DisplayName": "Vera", "Active": True}
    records = {**empty.records, "Customer": customers, "Vendor": [vendor], "Item": [item]}
    return replace(empty, records=records)


def action(action_id: str, kind: ActionKind = "rename", **more: Any) -> Action:
    """An action whose words do not matter."""
    return Action(
        action_id, kind, f"app:customer:{action_id}", action_id, "why", "will", "c", **more
    )


def update(
    write_id: str,
    action_id: str,
    record_id: str,
    entity: str = "Customer",
    /,
    token: str = "0",
    restore: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Write:
    """A sparse update, promising the name or activity that it sets."""
    columns = {"DisplayName": "name", "Name": "name", "Active": "active"}
    kind = entity.lower()
    shows = {columns[k]: v for k, v in fields.items() if k in columns}
    return Write(
        write_id, action_id, "qbo", "update", entity,
        {"Id": record_id, "SyncToken": token, "sparse": True, **fields},
        ref=f"qbo:{kind}:{record_id}",
        expect={"side": "qbo", "table": f"{kind}s", "key": {"id": record_id}, "shows": shows},
        restore=dict(restore or {}),
    )  # fmt: skip


def create(write_id: str, action_id: str, name: str) -> Write:
    """A new customer, found again by its name."""
    return Write(
        write_id, action_id, "qbo", "create", "Customer", {"DisplayName": name},
        expect={"side": "qbo", "table": "customers", "key": {"name": name},
                "shows": {"active": True}},
        look_up=LookUp("Customer", "DisplayName", name),
    )  # fmt: skip


def by_hand(write_id: str, action_id: str, **expect: Any) -> Write:
    """A merge in the QuickBooks screen."""
    clicks = Instruction("QuickBooks", "admin", ("Merge.",), do={"step": "merge"})
    return Write(
        write_id, action_id, "hand", "hand", "Customer", {}, expect=expect, instruction=clicks
    )


def plan(actions: Iterable[Action], writes: Iterable[Write], **more: Any) -> Plan:
    """A plan for the company."""
    return replace(
        Plan(
            "plan-1", company().realm_id, "sandbox", "Acme", "app 1", NOW, NEWEST,
            tuple(actions), tuple(writes),
        ),
        **more,
    )  # fmt: skip


def whole_plan() -> Plan:
    """One of everything: ten writes of which nine are approved and seven take effect."""
    return plan(
        [
            action("free"), action("new", "create"), action("retire", "deactivate"),
            action("unwanted"), action("take", after=("free",)), action("wake", "reactivate"),
            action("refused"), action("item"),
        ],
        [
            update("w1", "free", "1", restore={"DisplayName": "Ada"}, DisplayName="Ada V"),
            create("w2", "new", "Gil"),
            replace(
                update("w3", "new", "0", restore={"Notes": ""}, Notes="new"),
                body={"Id": {"$from": "w2", "field": "Id"}, "sparse": True, "Notes": "new",
                      "SyncToken": {"$from": "w2", "field": "SyncToken"}},
                ref="", expect={},
            ),
            update("w4", "retire", "2", restore={"Active": True}, Active=False),
            update("w5", "unwanted", "3", restore={"DisplayName": "Cy"}, DisplayName="Sy"),
            update("w6", "take", "4", restore={"DisplayName": "Dora"}, DisplayName="Ada"),
            update("w7", "wake", "5", restore={"DisplayName": "Eve (deleted)", "Active": False},
                   DisplayName="Eva", Active=True),
            update("w8", "refused", "6", restore={"DisplayName": "Finn"}, DisplayName="Vera"),
            update("w9", "refused", "6", restore={"Notes": "keep"}, Notes="never"),
            update("w10", "item", "1", "Item", restore={"Name": "Pen"}, Name="Pencil"),
        ],
    )  # fmt: skip


def approvals(plan: Plan, but: Iterable[str] = ("unwanted",)) -> list[Decision]:
    """The preparer's approval of everything but some actions."""
    digests = plan.digests()
    return [
        Decision(plan.id, a.id, "approve", "Ada", "preparer", digests[a.id], NOW)
        for a in plan.actions
        if a.id not in set(but)
    ]


@contextmanager
def connected(sandbox: Sandbox) -> Iterator[QboWriter]:
    """A writer to a running sandbox that does not sleep."""
    patience = Patience(connect_s=5, answer_s=5, sleep=lambda _: None)
    with sandbox_client(sandbox.describe(), patience) as client:
        yield QboWriter(client)


def carry_out(
    plan: Plan,
    store: Workspace,
    writer: Any,
    decisions: Iterable[Decision] | None = None,
    progress: Progress = silent,
) -> ApplyResult:
    """Apply with everything as it should be."""
    return apply(
        plan, approvals(plan) if decisions is None else decisions, {"qbo": writer}, store,
        clock=lambda: NOW, settings=Settings(), newest=NEWEST, customers={"qbo": len(NAMES)},
        progress=progress,
    )  # fmt: skip


def shown(sandbox: Sandbox, entity: str = "Customer") -> dict[str, tuple[str, str]]:
    """Id to (name, SyncToken) of every record."""
    return {
        r["Id"]: (r.get("DisplayName") or r["Name"], r["SyncToken"])
        for r in sandbox.save().records[entity]
    }


AFTERWARDS = {
    "1": ("Ada V", "1"), "2": ("Bob (deleted)", "1"), "3": ("Cy", "0"), "4": ("Ada", "1"),
    "5": ("Eva", "1"), "6": ("Finn", "0"), "91": ("Gil", "1"),
}  # fmt: skip
"""What the whole plan leaves: each approved write once, nothing else."""
