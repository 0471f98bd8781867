"""Which links are known beyond what the app states, and how they end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from review_plan import action, plan_of

from recon.books import Snapshot
from recon.plan import Instruction, Write
from recon.reconciliation import Reconciliation

PULLED = datetime(2026, 11, 20, 9, tzinfo=UTC)
LINK = {"ref": "app:customer:1", "target": "qbo:customer:7"}


def opened(folder: Path) -> Reconciliation:
    """The company as somebody who opens it anew finds it."""
    return Reconciliation.open(folder / "ann.recon", "generic_name", clock=lambda: PULLED)


def links(r: Reconciliation) -> list[tuple[str, str]]:
    """What is linked."""
    known = r.books.app.links
    return list(zip(known["ref"], known["linked_ref"], strict=True))


def by_hand(write_id: str, step: str) -> Write:
    """A piece of hand-work on the link."""
    told = Instruction("the app", "Ann", ("Click.",), do={"step": step, **LINK})
    return Write(
        write_id, f"a-{write_id}", "hand", "hand", "customer", LINK, LINK["ref"], instruction=told
    )


def test_a_link_that_was_taken_back_by_hand_is_none(tmp_path: Path) -> None:
    """Once it is ticked off, though it was inferred, or picked, before."""
    r = opened(tmp_path)
    clients = [{"name": "Ann Lee", "number": "1"}]
    customer = {"Id": "7", "SyncToken": "0", "DisplayName": "Ann Lee", "Active": True}
    r.store.save_snapshot(Snapshot("app", "App", "", "", "files", PULLED, {"clients": clients}))
    r.store.save_snapshot(
        Snapshot("qbo", "QuickBooks", "Ann's", "9130", "sandbox", PULLED, {"Customer": [customer]})
    )
    assert links(r) == []
    r.sync_is_on(PULLED - timedelta(days=1))
    assert links(r) == [(LINK["ref"], LINK["target"])]
    plan = plan_of(
        action("a-w1"), action("a-w2", "unlink"),
        writes=[by_hand("w1", "link"), by_hand("w2", "unlink")],
    )  # fmt: skip
    r.store.save_plan(plan)
    for one in ("a-w1", "a-w2"):
        r.review(plan).approve([one], by="Ann")
    r.tick_off("w1", by="Ann", plan=plan)
    assert links(opened(tmp_path)) == [(LINK["ref"], LINK["target"])]
    r.tick_off("w2", by="Ann", plan=plan)
    assert links(opened(tmp_path)) == []
