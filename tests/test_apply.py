"""Apply sends what was approved, once, to the right company, and says what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apply_company import (
    AFTERWARDS,
    NEWEST,
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

from recon.calls.patience import Patience
from recon.errors import (
    AuthError,
    BusyError,
    ConfigError,
    NotApprovedError,
    OutcomeUnknownError,
    StalePlanError,
    UnsafePlanError,
    WorkspaceError,
)
from recon.plan import Decision, Plan
from recon.qbo.client import sandbox_client
from recon.qbo.writer import QboWriter
from recon.sandbox.books.switches import Switches
from recon.sandbox.server import Sandbox
from recon.sandbox.serving.gateway import Injected
from recon.settings import Settings
from recon.stages.apply import apply, tick_off
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


def sent(sandbox: Sandbox) -> int:
    """How many writes reached the server."""
    calls = sandbox.counters()
    return sum(n for route, n in calls.items() if route in {"POST customer", "POST item"})


def states(store: Workspace, write_id: str) -> list[str]:
    """The journal of one write of plan-1."""
    return [e.state for e in store.entries("plan-1") if e.write_id == write_id]


def test_each_approved_write_takes_effect_once(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """Approved ones are done in order, a refusal ends its action only, unapproved stay unsent."""
    result = carry_out(whole_plan(), store, writer)
    assert shown(sandbox) == AFTERWARDS
    assert shown(sandbox, "Item") == {"1": ("Pencil", "1")}
    assert result.done == ("w1", "w2", "w3", "w4", "w6", "w7", "w10")
    assert [(r.write_id, r.action_id, r.code) for r in result.refused] == [
        ("w8", "refused", "6240")
    ]
    assert (result.before, result.by_hand, dict(result.waiting)) == ((), (), {})
    assert states(store, "w1") == ["sent", "done"]
    assert states(store, "w8") == ["sent", "refused"]
    assert states(store, "w5") == states(store, "w9") == []
    assert all(c["Notes"] == "keep" for c in sandbox.save().records["Customer"][:6])


def test_the_same_plan_twice_sends_nothing_the_second_time(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """A second run is a no-op and says so in words."""
    carry_out(whole_plan(), store, writer)
    before = sent(sandbox)
    result = carry_out(whole_plan(), store, writer)
    assert sent(sandbox) == before
    assert result.says.startswith("Nothing was left to send; 7 done before, 1 refused")
    assert [r.code for r in result.refused] == ["6240"]


def test_the_journal_knows_what_was_sent_and_answered(writer: QboWriter, store: Workspace) -> None:
    """Request id, realm and body digest are there before the answer, ids with it; no names."""
    carry_out(whole_plan(), store, writer)
    first, second = store.entries("plan-1")[:2]
    assert first.request_id == second.request_id == whole_plan().writes[0].request_id("plan-1")
    assert first.realm == writer.realm
    assert first.body_hash == second.body_hash != ""
    assert (second.detail["Id"], second.detail["SyncToken"]) == ("1", "1")
    assert "Ada" not in str(store.entries("plan-1"))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"newest": ("app1", "qbo2")}, StalePlanError),
        ({"newest": ("app2", "qbo1")}, StalePlanError),
        ({"plan": replace(whole_plan(), realm="43")}, WorkspaceError),
        ({"plan": replace(whole_plan(), environment="production")}, WorkspaceError),
        ({"plan": replace(whole_plan(), environment="files")}, WorkspaceError),
        ({"writers": {}}, ConfigError),
        ({"settings": Settings(max_changed_share=0.5, min_records_for_share=5)}, UnsafePlanError),
    ],
)
def test_nothing_is_sent_when_a_guard_says_no(
    sandbox: Sandbox, writer: QboWriter, store: Workspace, changed: dict[str, Any], error: type
) -> None:
    """Old plan, other company, other kind of company, no connection, too much change."""
    asked: dict[str, Any] = {
        "plan": whole_plan(), "writers": {"qbo": writer}, "newest": NEWEST, "customers": {"qbo": 6},
        "settings": Settings(), **changed,
    }  # fmt: skip
    chosen: Plan = asked.pop("plan")
    with pytest.raises(error, match="nothing was sent"):
        apply(chosen, approvals(chosen), asked.pop("writers"), store, clock=lambda: NOW, **asked)
    assert sent(sandbox) == 0
    assert store.entries("plan-1") == []


def test_real_books_are_not_written_to_before_somebody_said_so(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """A writer that may only read sends nothing, and the person learns how to allow it."""
    assert writer.may_write
    writer.may_write = False
    with pytest.raises(ConfigError, match=r"real books.*recon allow"):
        carry_out(whole_plan(), store, writer)
    assert sandbox.counters() == {}
    assert store.entries("plan-1") == []


def test_too_much_change_is_told_with_its_numbers(writer: QboWriter, store: Workspace) -> None:
    """Only approved changes count; creates change no customer."""
    tight = Settings(max_changed_share=0.5, min_records_for_share=5)
    with pytest.raises(
        UnsafePlanError, match=r"change 5 of 6 customers in QuickBooks \(83%\); the limit is 50%"
    ):
        apply(
            whole_plan(), approvals(whole_plan()), {"qbo": writer}, store,
            clock=lambda: NOW, settings=tight, newest=NEWEST, customers={"qbo": 6},
        )  # fmt: skip


def test_only_what_was_shown_and_approved_is_sent(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """An approval of another digest, a rejection and no decision are no approval."""
    chosen = whole_plan()
    edited = replace(
        chosen,
        writes=tuple(
            replace(w, body={**w.body, "DisplayName": "Mallory"}) if w.id == "w1" else w
            for w in chosen.writes
        ),
    )
    decisions = [d for d in approvals(chosen) if d.action_id == "free"]
    assert carry_out(edited, store, writer, decisions).done == ()
    rejected = [*approvals(chosen), *(replace(d, verdict="reject") for d in approvals(chosen))]
    assert carry_out(chosen, store, writer, rejected).done == ()
    assert carry_out(chosen, store, writer, []).done == ()
    assert sent(sandbox) == 0


def test_a_second_person_must_have_signed(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """Under four eyes only what somebody else signed as well is sent."""
    chosen = whole_plan()
    first = approvals(chosen)
    signed = [
        replace(d, role="reviewer", by="Bea") for d in first if d.action_id in {"free", "new"}
    ]
    own = [replace(d, role="reviewer", by=" ada") for d in first if d.action_id == "item"]
    decisions: list[Decision] = [*first, *signed, *own]
    result = apply(
        chosen, decisions, {"qbo": writer}, store, clock=lambda: NOW,
        settings=Settings(second_person=True), newest=NEWEST, customers={"qbo": 6},
    )  # fmt: skip
    assert result.done == ("w1", "w2", "w3")


def test_two_rivals_are_never_both_sent(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """Two answers to one question, both approved by some way round the review."""
    chosen = plan(
        [action("one", rivals=("other",)), action("other", rivals=("one",))],
        [
            update("w1", "one", "1", DisplayName="X"),
            update("w2", "other", "2", DisplayName="X"),
        ],
    )
    with pytest.raises(NotApprovedError, match="only one of them"):
        carry_out(chosen, store, writer)
    assert sent(sandbox) == 0


def test_what_depends_on_something_open_waits_and_is_listed(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """Not approved, refused, done by hand later: the dependent action waits, with the reason."""
    chosen = plan(
        [
            action("open"), action("bad"), action("hand", "merge"),
            action("a", after=("open",)), action("b", after=("bad",)),
            action("c", after=("hand",)), action("d", after=("a",)),
        ],
        [
            update("w1", "open", "1", DisplayName="X"),
            update("w2", "bad", "2", DisplayName="Vera"),
            by_hand("w3", "hand"),
            update("w4", "a", "3", DisplayName="A"),
            update("w5", "b", "4", DisplayName="B"),
            update("w6", "c", "6", DisplayName="C"),
            update("w7", "d", "6", DisplayName="D"),
        ],
    )  # fmt: skip
    decisions = approvals(chosen, but=["open"])
    result = carry_out(chosen, store, writer, decisions)
    assert result.done == ()
    assert result.by_hand == ("w3",)
    assert dict(result.waiting) == {
        "a": "open is not approved",
        "b": "w2 of bad was refused",
        "c": "w3 of hand is hand-work that is not ticked off",
        "d": "w4 of a is not done",
    }
    tick_off(chosen, "w3", store, clock=lambda: NOW, by="Ada")
    later = carry_out(chosen, store, writer, decisions)
    assert later.done == ("w6",)
    assert later.by_hand == ()
    with pytest.raises(NotApprovedError, match="not hand-work"):
        tick_off(chosen, "w1", store, clock=lambda: NOW, by="Ada")


def test_hand_work_inside_an_action_holds_up_what_follows_it(
    writer: QboWriter, store: Workspace
) -> None:
    """The order of a plan is the order of doing, whoever does it."""
    chosen = plan(
        [action("both", "merge")],
        [
            update("w1", "both", "1", DisplayName="X"),
            by_hand("w2", "both"),
            update("w3", "both", "1", token="1", Notes="merged"),
        ],
    )
    first = carry_out(chosen, store, writer)
    assert (first.done, first.by_hand) == (("w1",), ("w2",))
    assert list(first.waiting) == ["both"]
    tick_off(chosen, "w2", store, clock=lambda: NOW, by="Ada")
    assert carry_out(chosen, store, writer).done == ("w3",)


def test_an_answer_that_an_unapproved_write_should_give_is_waited_for(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """A placeholder that cannot be filled sends nothing."""
    needy = update("w2", "needy", "0", Notes="x")
    body = {**needy.body, "Id": {"$from": "w1", "field": "Id"}}
    chosen = plan(
        [action("new", "create"), action("needy")],
        [create("w1", "new", "Gil"), replace(needy, body=body)],
    )
    result = carry_out(chosen, store, writer, approvals(chosen, but=["new"]))
    assert dict(result.waiting) == {"needy": "it needs the answer to w1, which is not done"}
    assert sent(sandbox) == 0


def test_somebody_elses_change_of_other_fields_is_kept(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """5010, our fields untouched: sent once more with the new SyncToken, as a new generation."""
    sandbox.edit_as_human("Customer", "1", {"Notes": "theirs"})
    result = carry_out(whole_plan(), store, writer)
    assert "w1" in result.done
    record = sandbox.save().records["Customer"][0]
    assert (record["DisplayName"], record["Notes"]) == ("Ada V", "theirs")
    entries = [e for e in store.entries("plan-1") if e.write_id == "w1"]
    assert [e.state for e in entries] == ["sent", "sent", "done"]
    assert entries[1].request_id == whole_plan().writes[0].request_id("plan-1", 1)
    assert entries[0].body_hash != entries[1].body_hash == entries[2].body_hash


def test_somebody_elses_change_of_our_fields_goes_back_to_the_reviewer(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """5010, the planned field changed: refused with what was, what is and what would be."""
    sandbox.edit_as_human("Customer", "1", {"DisplayName": "Adele"})
    result = carry_out(whole_plan(), store, writer)
    assert [(r.write_id, r.code) for r in result.refused] == [("w1", "5010"), ("w8", "6240")]
    assert result.refused[0].conflict == {"DisplayName": ("Ada", "Adele", "Ada V")}
    assert shown(sandbox)["1"] == ("Adele", "1")
    assert result.waiting == {"take": "w1 of free was refused"}


def test_a_token_that_was_read_too_old_is_no_conflict(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """Two actions on one record, both planned on the same SyncToken: both take effect."""
    chosen = plan(
        [action("a"), action("b")],
        [
            update("w1", "a", "1", restore={"DisplayName": "Ada"}, DisplayName="Ada V"),
            update("w2", "b", "1", restore={"Notes": "keep"}, Notes="new"),
        ],
    )
    assert carry_out(chosen, store, writer).done == ("w1", "w2")
    assert shown(sandbox)["1"] == ("Ada V", "2")


def test_a_stale_write_without_before_image_is_refused(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """Nobody can say whether the change was ours to overwrite, so it is not."""
    sandbox.edit_as_human("Customer", "1", {"Notes": "theirs"})
    chosen = plan([action("a")], [update("w1", "a", "1", DisplayName="Ada V")])
    assert [r.code for r in carry_out(chosen, store, writer).refused] == ["5010"]
    assert shown(sandbox)["1"] == ("Ada", "1")


@pytest.mark.parametrize(
    "fault",
    [
        Injected(cut="before"), Injected(cut="after"), Injected(status=500), Injected(status=503),
        Injected(status=504, style="html"), Injected(status=429), Injected(status=401),
    ],
)  # fmt: skip
@pytest.mark.parametrize("route", ["POST customer", "POST item"])
def test_one_broken_answer_changes_nothing_about_the_end(
    sandbox: Sandbox, writer: QboWriter, store: Workspace, fault: Injected, route: str
) -> None:
    """A cut, a server error or an expired token in the middle: every write once all the same."""
    sandbox.inject(route, fault)
    result = carry_out(whole_plan(), store, writer)
    assert len(result.done) == 7
    assert shown(sandbox) == AFTERWARDS
    assert shown(sandbox, "Item") == {"1": ("Pencil", "1")}


def test_a_write_that_is_done_late_is_not_called_refused(
    sandbox: Sandbox, store: Workspace
) -> None:
    """Looked for too early and sent again: the name that is taken then is its own."""
    patience = Patience(connect_s=5, answer_s=0.3, tries=9, sleep=lambda _: None)
    chosen = plan([action("new", "create")], [create("w1", "new", "Gil")])
    with (
        Sandbox(company(), switches=Switches(request_ids="ignored")) as late,
        sandbox_client(late.describe(), patience) as client,
    ):
        late.inject("POST customer", Injected(delay_s=0.32), 1)
        late.inject("POST customer", Injected(delay_s=0.15), 1)  # overtaken by the first one
        result = carry_out(chosen, store, QboWriter(client))
        assert result.done == ("w1",)
        names = [row["DisplayName"] for row in late.save().records["Customer"]]
        assert names.count("Gil") == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Injected(status=503), OutcomeUnknownError), (Injected(cut="before"), OutcomeUnknownError),
        (Injected(status=429), BusyError), (Injected(status=403), AuthError),
    ],
)  # fmt: skip
def test_what_stops_a_run_is_continued_by_the_next(
    sandbox: Sandbox, writer: QboWriter, store: Workspace, fault: Injected, error: type
) -> None:
    """The run ends with one error, and running it again continues with the very same write."""
    sandbox.inject("POST customer", Injected(delay_s=0), 1)
    sandbox.inject("POST customer", fault, 3)
    with pytest.raises(error):
        carry_out(whole_plan(), store, writer)
    assert states(store, "w1") == ["sent", "done"]
    assert states(store, "w3") == []
    sandbox.inject("POST customer", Injected(delay_s=0), 1)
    while True:
        try:
            result = carry_out(whole_plan(), store, writer)
            break
        except error:
            continue
    assert result.before[0] == "w1"
    assert shown(sandbox) == AFTERWARDS


def test_one_that_is_not_there_any_more_is_refused_alone(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """A record that is gone, or a code nobody knows, ends that action only."""
    chosen = plan(
        [action("gone"), action("odd"), action("fine")],
        [
            update("w1", "gone", "777", DisplayName="X"),
            update("w2", "odd", "2", DisplayName="Y"),
            update("w3", "fine", "3", DisplayName="Z"),
        ],
    )
    sandbox.inject("POST customer", Injected(delay_s=0), 1)
    sandbox.inject("POST customer", Injected(status=400, code="9999"), 1)
    result = carry_out(chosen, store, writer)
    assert [r.code for r in result.refused] == ["610", "9999"]
    assert result.done == ("w3",)


def test_progress_is_told_for_every_write(writer: QboWriter, store: Workspace) -> None:
    """From one to all, unsent ones included."""
    told: list[tuple[str, int, int | None]] = []
    chosen = whole_plan()
    apply(
        chosen, approvals(chosen), {"qbo": writer}, store, clock=lambda: NOW,
        settings=Settings(), newest=NEWEST, customers={"qbo": 6},
        progress=lambda *s: told.append(s),
    )  # fmt: skip
    assert told == [("Applying the plan", n, 9) for n in range(1, 10)]


def test_a_plan_read_back_from_the_workspace_is_sent_as_it_was(
    sandbox: Sandbox, writer: QboWriter, store: Workspace
) -> None:
    """Saving and loading changes neither digests nor bodies."""
    store.save_plan(whole_plan())
    store.decide(approvals(whole_plan()))
    loaded = store.plan()
    assert loaded is not None
    carry_out(loaded, store, writer, store.decisions("plan-1"))
    assert shown(sandbox) == AFTERWARDS
