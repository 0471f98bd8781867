"""Undo sets back what was done, never what somebody else did since, and says what it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from apply_company import (
    NOW,
    action,
    approvals,
    by_hand,
    carry_out,
    company,
    connected,
    create,
    plan,
    shown,
    update,
    whole_plan,
)

from recon.books import CUSTOMERS, Books, Side
from recon.plan import JournalEntry, Plan
from recon.qbo.writer import QboWriter
from recon.sandbox.server import Sandbox
from recon.stages.apply import tick_off
from recon.stages.undo import undo_plan
from recon.workspace import Workspace


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace."""
    with Workspace.open(tmp_path / "a.recon") as made:
        yield made


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The small company, served."""
    with Sandbox(company()) as made:
        yield made


@pytest.fixture
def writer(sandbox: Sandbox) -> Iterator[QboWriter]:
    """A writer to it."""
    with connected(sandbox) as made:
        yield made


def books(**names: str) -> Books:
    """Books whose customers have these names, by id (c1="Ada")."""
    rows = [
        {"ref": f"qbo:customer:{key[1:]}", "id": key[1:], "kind": "customer", "name": name,
         "active": "deleted" not in name}
        for key, name in names.items()
    ]  # fmt: skip
    return Books(Side(), Side(customers=CUSTOMERS.frame(rows)))


def back(chosen: Plan, entries: list[JournalEntry], now: Books) -> Plan:
    """The undo of a plan."""
    return undo_plan(chosen, entries, plan_id="undo-1", made_at=NOW, books=now)


AFTER = books(c1="Ada V", c2="Bob (deleted)", c4="Ada", c5="Eva", c91="Gil")


def test_everything_is_as_before(sandbox: Sandbox, writer: QboWriter, store: Workspace) -> None:
    """Names and activity return in reverse order; what was created is made inactive."""
    carry_out(whole_plan(), store, writer)
    undo = back(whole_plan(), store.entries("plan-1"), AFTER)
    assert [w.body["Id"] for w in undo.writes] == ["1", "5", "4", "2", "91", "91", "1"]
    result = carry_out(undo, store, writer, approvals(undo, but=()))
    assert len(result.done) == 7
    assert result.refused == ()
    assert shown(sandbox) == {
        "1": ("Ada", "2"), "2": ("Bob", "2"), "3": ("Cy", "0"), "4": ("Dora", "2"),
        "5": ("Eve (deleted)", "2"), "6": ("Finn", "0"), "91": ("Gil (deleted)", "3"),
    }  # fmt: skip
    assert shown(sandbox, "Item") == {"1": ("Pen", "2")}


def test_undo_is_decided_like_any_plan(writer: QboWriter, store: Workspace) -> None:
    """One action for each that did something, last first, with the inverse kind and its grade."""
    carry_out(whole_plan(), store, writer)
    undo = back(whole_plan(), store.entries("plan-1"), AFTER)
    assert [(a.id, a.kind, a.undo) for a in undo.actions] == [
        ("undo-item", "rename", "full"), ("undo-wake", "deactivate", "full"),
        ("undo-take", "rename", "full"), ("undo-retire", "reactivate", "full"),
        ("undo-new", "deactivate", "partial"), ("undo-free", "rename", "full"),
    ]  # fmt: skip
    assert (undo.id, undo.realm, undo.snapshots) == (
        "undo-1", whole_plan().realm, whole_plan().snapshots,
    )  # fmt: skip
    assert len({w.id for w in undo.writes}) == len(undo.writes)


def test_somebody_elses_later_change_is_not_undone(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """The name was changed again since: shown as evidence, not advised, and refused if approved."""
    chosen = plan([action("a")], [update("w1", "a", "1", restore={"DisplayName": "Ada"},
                                         DisplayName="Ada V")])  # fmt: skip
    carry_out(chosen, store, writer)
    sandbox.edit_as_human("Customer", "1", {"DisplayName": "Adele"})
    undo = back(chosen, store.entries("plan-1"), books(c1="Adele"))
    assert undo.actions[0].evidence == ("Somebody changed the record since the plan was applied.",)
    assert not undo.actions[0].advised
    result = carry_out(undo, store, writer, approvals(undo))
    assert result.refused[0].conflict == {"DisplayName": ("Ada V", "Adele", "Ada")}
    assert shown(sandbox)["1"] == ("Adele", "2")


def test_a_later_change_of_other_fields_is_kept(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """Only our own fields are set back."""
    chosen = plan([action("a")], [update("w1", "a", "1", restore={"DisplayName": "Ada"},
                                         DisplayName="Ada V")])  # fmt: skip
    carry_out(chosen, store, writer)
    sandbox.edit_as_human("Customer", "1", {"Notes": "theirs"})
    undo = back(chosen, store.entries("plan-1"), books(c1="Ada V"))
    assert undo.actions[0].advised
    assert carry_out(undo, store, writer, approvals(undo)).done == ("u1",)
    record = sandbox.save().records["Customer"][0]
    assert (record["DisplayName"], record["Notes"]) == ("Ada", "theirs")


def test_what_cannot_be_undone_is_listed_and_sends_nothing(
    writer: QboWriter, store: Workspace
) -> None:
    """Merges that were done, changes without a before-image; not what was never done."""
    gone = {"side": "qbo", "table": "customers", "key": {"id": "2"}, "shows": None}
    there = {"side": "qbo", "table": "customers", "key": {"id": "1"}, "shows": None}
    chosen = plan(
        [action(i, "merge") for i in ("ticked", "seen", "open")] + [action("lost"), action("new")],
        [
            by_hand("w1", "ticked"),
            by_hand("w2", "seen", **gone),
            by_hand("w3", "open", **there),
            update("w4", "lost", "1", DisplayName="X"),
            replace(create("w5", "new", "5 %"), entity="TaxService",
                    body={"TaxCode": "5 %", "TaxRateDetails": [
                        {"TaxRateName": "5 %", "RateValue": "5", "TaxAgencyId": "1",
                         "TaxApplicableOn": "Sales"}]}),
        ],
    )  # fmt: skip
    tick_off(chosen, "w1", store, clock=lambda: NOW, by="Ada")
    carry_out(chosen, store, writer)
    undo = back(chosen, store.entries("plan-1"), books(c1="X", c2="Bob (deleted)"))
    assert undo.writes == ()
    assert [(a.id, a.kind, a.undo, a.advised) for a in undo.actions] == [
        (f"keep-{i}", kind, "none", False)
        for i, kind in (
            ("new", "rename"), ("lost", "rename"), ("seen", "merge"), ("ticked", "merge"),
        )
    ]  # fmt: skip
    assert undo.actions[-1].why == "A merge is for ever."


def test_what_cannot_be_undone_is_not_kept_out_of_the_sync(store: Workspace) -> None:
    """An approved "skip" leaves its record out for good; this note must not be one."""
    chosen = plan([action("merged", "merge")], [by_hand("w1", "merged")])
    tick_off(chosen, "w1", store, clock=lambda: NOW, by="Ada")
    (note,) = back(chosen, store.entries("plan-1"), books()).actions
    assert note.title.startswith("Cannot be undone")
    assert note.kind != "skip"


def test_what_was_refused_or_never_sent_is_not_undone(writer: QboWriter, store: Workspace) -> None:
    """Only what the journal calls done is set back."""
    carry_out(whole_plan(), store, writer)
    undo = back(whole_plan(), store.entries("plan-1"), AFTER)
    assert not {"undo-refused", "undo-unwanted"} & {a.id for a in undo.actions}
    assert back(whole_plan(), [], AFTER).actions == ()


def test_an_undo_can_be_undone(sandbox: Sandbox, writer: QboWriter, store: Workspace) -> None:
    """Undo is a plan: its own undo brings the plan's names back."""
    chosen = plan([action("a")], [update("w1", "a", "1", restore={"DisplayName": "Ada"},
                                         DisplayName="Ada V")])  # fmt: skip
    carry_out(chosen, store, writer)
    undo = back(chosen, store.entries("plan-1"), books(c1="Ada V"))
    carry_out(undo, store, writer, approvals(undo))
    again = undo_plan(
        undo, store.entries("undo-1"), plan_id="undo-2", made_at=NOW, books=books(c1="Ada")
    )
    carry_out(again, store, writer, approvals(again))
    assert shown(sandbox)["1"] == ("Ada V", "3")


def test_a_created_transaction_is_deleted() -> None:
    """Transactions have no inactive state; the promise is that it is gone."""
    chosen = plan([action("new", "create")], [replace(create("w1", "new", "x"), entity="Invoice")])
    done = JournalEntry(NOW, "plan-1", "w1", "done", "r", "1", "h", {"Id": "7", "SyncToken": "0"})
    write = back(chosen, [done], books()).writes[0]
    assert (write.operation, write.body) == ("delete", {"Id": "7", "SyncToken": "0"})
    assert (write.ref, write.expect["shows"]) == ("qbo:invoice:7", None)
