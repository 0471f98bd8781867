"""Killed at any point and run again, each change reaches Invoice Ninja exactly once.

As in `test_apply_crash.py`, but without request ids to lean on: what became of a change is always
looked up, of a merge by the client that is gone.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ninja_plan import HILL, NOW, ROSE, Seen, approvals, carry_out, change, merge, plan, writer_to
from ninja_talk import mowing_company
from test_apply_crash import KILLED, Crash, CrashingJournal, context

from recon.apps.invoiceninja.writer import InvoiceNinjaWriter
from recon.books import Books, Side
from recon.plan import Plan
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox
from recon.stages.undo import undo_plan
from recon.workspace import Workspace

RENAMED = {**ROSE, "name": "Rosebud & Co"}
WHOLE = plan(
    [
        change("w1", "clientAAAA", {"name": "Rosebud Florist"}, name="Rosebud & Co"),
        merge("w2", seen=(HILL, RENAMED)),
    ]
)
ONCE = ["PUT clients/clientAAAA", "POST clients/clientAAAA/clientBBBB/merge"]


def run(told: dict[str, str], path: str, crash_point: int) -> None:
    """A child: apply what the workspace holds, dying where it is told to."""
    with Workspace.open(path, must_exist=True) as store, store.applying():
        plan = store.plan()
        assert plan is not None
        crash = Crash(crash_point)
        writer = InvoiceNinjaWriter(
            told["invoiceninja_url"],
            lambda: told["invoiceninja_token"],
            lambda: told["invoiceninja_password"],
        )
        carry_out(plan, CrashingJournal(store, crash), writer)
        os._exit(100 + crash.passed)


def in_child(app: InvoiceNinjaSandbox, path: Path, crash_point: int = 0) -> int:
    """The exit code of one run in a new process."""
    child: Any = context().Process(target=run, args=(app.describe(), str(path), crash_point))
    child.start()
    child.join(60)
    assert child.exitcode is not None, "the child did not end"
    return int(child.exitcode)


def prepared(path: Path, plan: Plan) -> None:
    """A workspace with an approved plan."""
    with Workspace.open(path) as store:
        store.save_plan(plan)
        store.decide(approvals(plan))


@pytest.mark.slow
def test_killed_anywhere_every_change_is_made_once(tmp_path: Path) -> None:
    """Before and after each line of the journal: before it leaves, and before its end is known."""
    with InvoiceNinjaSandbox(mowing_company()) as app:
        for point in range(1, 4 * len(ONCE) + 1):
            app.reset(mowing_company())
            path = tmp_path / f"{point}.recon"
            prepared(path, replace(WHOLE, id=f"plan-{point}"))
            assert in_child(app, path, point) == KILLED, f"point {point}"
            assert in_child(app, path) >= 100, f"point {point}"
            assert Seen(app).done() == ONCE, f"point {point}"
            with Workspace.open(path) as store:
                states = {store.state(f"plan-{point}", w.id) for w in WHOLE.writes}
            assert states == {"done"}, f"point {point}"
            assert len(Seen(app).record("clients", "clientAAAA")["contacts"]) == 3


def test_what_can_be_undone_is_set_back_and_a_merge_is_said_to_be_for_ever(tmp_path: Path) -> None:
    """The name, the address, the number, the lines and the deleted product are as before."""
    whole = plan(
        [
            change("w1", "clientAAAA", {"name": "Rosebud Florist"}, name="Rosebud & Co"),
            change("w2", "clientAAAA", {"email": "rose@example.com"}, email="r@example.com"),
            change("w3", "invoiceBBB", {"number": "INV-2"}, number="INV-2b"),
            change("w4", "invoiceAAA", {"items": {"1": "Mow"}}, items={"1": "Rake"}),
            change("w5", "productAAA", {"deleted": False}, deleted=True),
            merge("w6", seen=(HILL, {**RENAMED, "email": "r@example.com"})),
        ]
    )
    with (
        InvoiceNinjaSandbox(mowing_company()) as app,
        Workspace.open(tmp_path / "a.recon") as store,
    ):
        first = {path: Seen(app).all(path) for path in ("products", "invoices")}
        rose = Seen(app).record("clients", "clientAAAA")
        assert len(carry_out(whole, store, writer_to(app)).done) == 6
        back = undo_plan(
            whole, store.entries("plan-1"), plan_id="undo", made_at=NOW,
            books=Books(Side(), Side()),
        )  # fmt: skip
        kept = [a for a in back.actions if a.id.startswith("keep-")]
        assert [(a.ref, a.undo, a.why) for a in kept] == [
            ("app:customer:clientBBBB", "none", "A merge is for ever.")
        ]
        assert len(carry_out(back, store, writer_to(app)).done) == 5
        now = Seen(app)
        for path, fields in (("products", {"is_deleted", "product_key"}), ("invoices", {"number"})):
            for old, new in zip(first[path], now.all(path), strict=True):
                assert {n: new[n] for n in fields} == {n: old[n] for n in fields}
        assert now.record("invoices", "invoiceAAA")["line_items"][0]["product_key"] == "Mow"
        again = now.record("clients", "clientAAAA")
        assert (again["name"], again["contacts"][:2]) == (rose["name"], rose["contacts"])
        assert len(now.all("clients")) == 2


def test_what_was_changed_after_the_plan_is_not_set_back(tmp_path: Path) -> None:
    """The undo is held against what the plan left."""
    whole = plan([change("w1", "clientAAAA", {"name": "Rosebud Florist"}, name="Rosebud & Co")])
    with (
        InvoiceNinjaSandbox(mowing_company()) as app,
        Workspace.open(tmp_path / "a.recon") as store,
    ):
        carry_out(whole, store, writer_to(app))
        app.edit_as_human("clients", "clientAAAA", {"name": "Rose's"})
        back = undo_plan(
            whole, store.entries("plan-1"), plan_id="undo", made_at=NOW,
            books=Books(Side(), Side()),
        )  # fmt: skip
        (refusal,) = carry_out(back, store, writer_to(app)).refused
        assert refusal.conflict == {"name": ("Rosebud & Co", "Rose's", "Rosebud Florist")}
        assert Seen(app).record("clients", "clientAAAA")["name"] == "Rose's"
