"""Killed at any point and run again, apply does every approved write exactly once.

A child process applies a plan over real HTTP and kills itself, without any clean-up, at one
numbered point; another process then runs the same plan again. The points are in the wrappers
below, not in the product:

    1 before the journal says "sent"      2 after it, before the request leaves
    3 after the answer, before the journal says "done" or "refused"      4 after that
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pytest
from apply_company import (
    AFTERWARDS,
    NOW,
    action,
    approvals,
    carry_out,
    company,
    connected,
    create,
    shown,
    whole_plan,
)

from recon.books import Books, Side
from recon.errors import WorkspaceError
from recon.plan import JournalEntry, Plan, WriteState
from recon.qbo.client import sandbox_client
from recon.qbo.writer import QboWriter
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox
from recon.stages.undo import undo_plan
from recon.workspace import Workspace

KILLED = 9 if os.name == "nt" else -9
SENT_WRITES = 8
"""Approved API writes that leave: seven that take effect and one that is refused."""
PRELOADED = [
    "pytest", "recon.qbo.writer", "recon.sandbox.server", "recon.stages.apply",
    "recon.stages.undo", "recon.workspace",
]  # fmt: skip
"""What a child would otherwise spend a second on; modules of this folder cannot be preloaded."""
UNDONE_WRITES = 7
SET_BACK = {
    "1": ("Ada", "2"), "2": ("Bob", "2"), "3": ("Cy", "0"), "4": ("Dora", "2"),
    "5": ("Eve (deleted)", "2"), "6": ("Finn", "0"), "91": ("Gil (deleted)", "3"),
}  # fmt: skip
"""What an undo of the whole plan leaves: names as before, the new customer inactive."""


@dataclass
class Crash:
    """Counts the points that a run passes, and dies at one of them."""

    point: int
    passed: int = 0

    def pass_by(self) -> None:
        """One more point."""
        self.passed += 1
        if self.passed == self.point:
            os.kill(os.getpid(), 9)  # SIGKILL; on Windows the process is terminated


@dataclass
class CrashingJournal:
    """A workspace's journal with a point before and after every line."""

    store: Workspace
    crash: Crash

    def add(self, entry: JournalEntry) -> None:
        """Append, or die before or after."""
        self.add_all([entry])

    def add_all(self, entries: Sequence[JournalEntry]) -> None:
        """Append all, or die before or after."""
        self.crash.pass_by()
        self.store.add_all(entries)
        self.crash.pass_by()

    def state(self, plan_id: str, write_id: str) -> WriteState | None:
        """As the workspace says."""
        return self.store.state(plan_id, write_id)

    def entries(self, plan_id: str) -> list[JournalEntry]:
        """As the workspace says."""
        return self.store.entries(plan_id)


def run(told: Mapping[str, str], path: str, crash_point: int) -> None:
    """A child: apply what the workspace holds, under its lock, dying where it is told to."""
    with (
        Workspace.open(path, must_exist=True) as store,
        store.applying(),
        sandbox_client(told) as client,
    ):
        plan = store.plan()
        assert plan is not None
        crash = Crash(crash_point)
        carry_out(plan, CrashingJournal(store, crash), QboWriter(client), store.decisions(plan.id))
        os._exit(100 + crash.passed)


def race(told: Mapping[str, str], path: str, ready: Any, go: Any, said: Any) -> None:
    """A child: apply, saying when the lock is held and waiting there; or say why it could not."""
    try:
        with Workspace.open(path) as store, store.applying(), sandbox_client(told) as client:
            ready.set()
            go.wait(60)
            plan = store.plan()
            assert plan is not None
            said.put(carry_out(plan, store, QboWriter(client), store.decisions(plan.id)).says)
    except WorkspaceError as error:
        said.put(str(error))
        raise SystemExit(1) from error


def context() -> Any:
    """New processes, started cheaply where the system can."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(PRELOADED)
    return made


def in_child(sandbox: Sandbox, path: Path, crash_point: int = 0) -> int:
    """The exit code of one run in a new process."""
    child = context().Process(target=run, args=(sandbox.describe(), str(path), crash_point))
    child.start()
    child.join(60)
    assert child.exitcode is not None, "the child did not end"
    return int(child.exitcode)


def prepared(path: Path, plan: Plan) -> None:
    """A workspace with an approved plan."""
    with Workspace.open(path) as store:
        store.save_plan(plan)
        store.decide(approvals(plan))


def applied_and_undone(sandbox: Sandbox, path: Path) -> Plan:
    """Apply the whole plan; the plan that sets it back."""
    plan = whole_plan()
    with Workspace.open(path) as store, connected(sandbox) as writer:
        carry_out(plan, store, writer)
        entries = store.entries(plan.id)
    nothing = Books(Side(), Side())
    return undo_plan(plan, entries, plan_id="undo", made_at=NOW, books=nothing)


def effects(sandbox: Sandbox) -> list[tuple[str, str, str]]:
    """Every write that took effect: method, entity, id."""
    return sorted(
        (e["method"], e["entity"], e["id"]) for e in sandbox.events() if e["status"] == 200
    )


def claimed(path: Path, plan: Plan) -> dict[str, WriteState | None]:
    """What the journal says became of each write."""
    with Workspace.open(path) as store:
        return {w.id: store.state(plan.id, w.id) for w in plan.writes}


ONCE = sorted(
    [("update", "Customer", i) for i in ("1", "2", "4", "5", "91")]
    + [("create", "Customer", "91"), ("update", "Item", "1")]
)
CLAIMED = {
    **dict.fromkeys(("w1", "w2", "w3", "w4", "w6", "w7", "w10"), "done"),
    "w5": None, "w8": "refused", "w9": None,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("request_ids", ["honoured", "ignored"])
def test_killed_anywhere_every_approved_write_takes_effect_once(
    tmp_path: Path, request_ids: Literal["honoured", "ignored"]
) -> None:
    """For every point, with a QuickBooks that remembers request ids and one that does not."""
    with Sandbox(company(), switches=Switches(request_ids=request_ids)) as sandbox:
        for point in range(1, 4 * SENT_WRITES + 1):
            sandbox.reset(company())
            plan = replace(whole_plan(), id=f"plan-{point}")
            path = tmp_path / f"{point}.recon"
            prepared(path, plan)
            assert in_child(sandbox, path, point) == KILLED, f"point {point}"
            done = list(claimed(path, plan).values()).count("done")
            assert 0 <= len(effects(sandbox)) - done <= 1, f"point {point}: a wrong claim"
            assert in_child(sandbox, path) >= 100, f"point {point}"
            assert effects(sandbox) == ONCE, f"point {point}"
            assert shown(sandbox) == AFTERWARDS, f"point {point}"
            assert claimed(path, plan) == CLAIMED, f"point {point}"
        path = tmp_path / "last.recon"  # the points above are all that there are
        sandbox.reset(company())
        prepared(path, replace(whole_plan(), id="plan-last"))
        assert in_child(sandbox, path) == 100 + 4 * SENT_WRITES


def wide_plan() -> Plan:
    """The whole plan, and ten new customers that leave in one batch with what is independent."""
    new = [f"n{number}" for number in range(10)]
    return replace(
        whole_plan(),
        actions=(*(action(each, "create") for each in new), *whole_plan().actions),
        writes=(*(create(each, each, f"New {each}") for each in new), *whole_plan().writes),
    )


@pytest.mark.slow
def test_killed_anywhere_a_batch_takes_effect_once(tmp_path: Path) -> None:
    """Before it leaves, while its answer is on the way, and after; nobody remembers request ids."""
    with Sandbox(company(), switches=Switches(request_ids="ignored")) as sandbox:
        path = tmp_path / "first.recon"
        prepared(path, wide_plan())
        points = in_child(sandbox, path) - 100
        wanted = effects(sandbox)
        assert sandbox.counters()["POST batch"] == 1
        assert len(wanted) == 10 + len(ONCE)
        for point in range(1, points + 1):
            sandbox.reset(company())
            plan = replace(wide_plan(), id=f"plan-{point}")
            path = tmp_path / f"{point}.recon"
            prepared(path, plan)
            assert in_child(sandbox, path, point) == KILLED, f"point {point}"
            assert in_child(sandbox, path) >= 100, f"point {point}"
            names = [row["DisplayName"] for row in sandbox.save().records["Customer"]]
            assert len(names) == len(set(names)) == 17, f"point {point}"
            made = [(method, entity) for method, entity, _ in effects(sandbox)]
            assert made == [(method, entity) for method, entity, _ in wanted], f"point {point}"
            states = claimed(path, plan)
            assert [i for i, state in states.items() if state != "done"] == ["w5", "w8", "w9"]


@pytest.mark.slow
def test_killed_anywhere_an_undo_is_finished_by_the_next_run(tmp_path: Path) -> None:
    """Undo is a plan like any other: never half undone in silence, never twice."""
    with Sandbox(company(), switches=Switches(request_ids="ignored")) as sandbox:
        for point in range(1, 4 * UNDONE_WRITES + 1):
            sandbox.reset(company())
            path = tmp_path / f"{point}.recon"
            back = replace(applied_and_undone(sandbox, path), id=f"undo-{point}")
            prepared(path, back)
            assert in_child(sandbox, path, point) == KILLED, f"point {point}"
            assert in_child(sandbox, path) >= 100, f"point {point}"
            assert shown(sandbox) == SET_BACK, f"point {point}"
            assert set(claimed(path, back).values()) == {"done"}, f"point {point}"


def test_of_two_that_apply_at_once_one_works_and_one_sends_nothing(tmp_path: Path) -> None:
    """The second exits not zero with one sentence; when the first has ended, all is done once."""
    path = tmp_path / "a.recon"
    prepared(path, whole_plan())
    here = context()
    ready, never, go, said, refused = (
        here.Event(), here.Event(), here.Event(), here.Queue(), here.Queue(),
    )  # fmt: skip
    with Sandbox(company()) as sandbox:
        told = sandbox.describe()
        first = here.Process(target=race, args=(told, str(path), ready, go, said))
        first.start()
        assert ready.wait(60)
        second = here.Process(target=race, args=(told, str(path), never, go, refused))
        second.start()
        second.join(60)
        assert second.exitcode == 1
        assert "Another recon is at work on a.recon" in refused.get(timeout=60)
        assert sandbox.counters() == {}
        go.set()
        first.join(60)
        assert first.exitcode == 0
        assert said.get(timeout=60).startswith("7 done")
        assert effects(sandbox) == ONCE
