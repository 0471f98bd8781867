"""What may be decided, by whom, on what, and what taking back means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from review_plan import action, believable_plan, plan_of

from recon.errors import NotApprovedError
from recon.plan import Decision, Plan, approved
from recon.settings import Settings
from recon.stages.review import Review
from recon.workspace import Workspace

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

PLAN = plan_of(
    action("l1"),
    action("l2"),
    action("l3", advised=False),
    action("c1", "create"),
    action("c2", "create"),
    action("m1", "merge", bulk=False, title="Merge Tidal Inc (2) into Tidal Inc"),
    action("m2", "merge", bulk=False),
    action("r1", rivals=("r2", "r3"), title="Link Kestrel to Kestrel of Boise"),
    action("r2", rivals=("r1", "r3"), title="Link Kestrel to Kestrel of Salem"),
    action("r3", rivals=("r1",)),
)

Open = Callable[..., Review]


@pytest.fixture
def open_review(tmp_path: Path) -> Open:
    """Opens the review of a plan on one and the same file, as each new session would."""

    def opened(plan: Plan = PLAN, **settings: bool) -> Review:
        log = Workspace.open(tmp_path / "acme.recon.sqlite")
        return Review(plan, log, lambda: NOON, Settings(**settings))

    return opened


def verdicts(review: Review) -> dict[str, str]:
    """Verdict by id of everything that is decided."""
    table = review.table().dropna(subset="verdict")
    return dict(zip(table["id"], table["verdict"], strict=True))


def test_a_decision_is_there_for_the_next_session_at_once(open_review: Open) -> None:
    """What one call decided, another process reads."""
    open_review().approve(["l1"], by="Ann")
    again = open_review()
    assert again.approved() == {"l1"}
    assert again.remaining == len(PLAN.actions) - 1


def test_all_verdicts_count_as_reviewed_and_only_approve_is_carried_out(open_review: Open) -> None:
    """Rejected, skipped and asked ones are reviewed but never approved."""
    review = open_review()
    review.approve(["l1"], by="Ann")
    review.reject(["l2"], by="Ann", note="wrong city")
    review.skip(["l3"], by="Ann")
    review.ask(["c1"], by="Ann", note="Is this Umber's new name?")
    assert review.counts == {"todo": 6, "approve": 1, "reject": 1, "skip": 1, "ask": 1}
    assert review.approved() == {"l1"}
    assert review.table().set_index("id").loc["c1", "note"] == "Is this Umber's new name?"


def test_a_bulk_step_of_two_kinds_is_refused_and_nothing_is_stored(open_review: Open) -> None:
    """Links and creates are never decided on in one step."""
    review = open_review()
    with pytest.raises(NotApprovedError, match="2 link, 1 create"):
        review.approve(["l1", "l2", "c1"], by="Ann")
    assert verdicts(open_review()) == {}


def test_a_bulk_step_with_single_ones_says_how_many_and_stores_nothing(open_review: Open) -> None:
    """An action that must be looked at by itself stops the whole step."""
    plan = plan_of(action("l1"), action("l2", bulk=False), action("l3", bulk=False))
    review = open_review(plan)
    with pytest.raises(NotApprovedError, match="2 of these 3 may only be decided one by one"):
        review.approve(["l1", "l2", "l3"], by="Ann")
    assert verdicts(open_review(plan)) == {}
    review.approve(["l2"], by="Ann")
    assert verdicts(review) == {"l2": "approve"}


@pytest.mark.parametrize("ids", [["r1", "r3"], ["r3", "r1"]])
def test_two_rivals_in_one_step_are_refused(open_review: Open, ids: list[str]) -> None:
    """At most one of several candidates is approved, whichever of them names the other."""
    with pytest.raises(NotApprovedError, match="Only one of these"):
        open_review().approve(ids, by="Ann")


def test_a_rival_of_an_approved_action_is_refused_naming_both(open_review: Open) -> None:
    """Somebody else's approval, made meanwhile, counts too."""
    mine = open_review()
    open_review().approve(["r1"], by="Bob")
    with pytest.raises(NotApprovedError, match=r"of Salem.*of Boise"):
        mine.approve(["r2"], by="Ann")
    mine.reject(["r1"], by="Ann")
    mine.approve(["r2"], by="Ann")
    assert mine.approved() == {"r2"}


def test_a_decision_on_something_else_than_the_plan_holds_is_refused(open_review: Open) -> None:
    """The digest that was shown must be the plan's."""
    review = open_review()
    shown = dict(review.digests)
    with pytest.raises(NotApprovedError, match="changed since"):
        review.approve(["l1"], by="Ann", digests={**shown, "l1": "of another day"})
    with pytest.raises(NotApprovedError, match="changed since"):
        review.approve(["l1"], by="Ann", digests={"l2": shown["l2"]})
    review.approve(["l1"], by="Ann", digests=shown)
    assert review.approved() == {"l1"}


def test_an_approval_of_what_has_changed_since_does_not_count(open_review: Open) -> None:
    """It is shown as changed and waits for a verdict again."""
    open_review().approve(["l1", "l2"], by="Ann")
    other = replace(PLAN, actions=(replace(PLAN.actions[0], will="More."), *PLAN.actions[1:]))
    review = open_review(other)
    rows = review.table().set_index("id")
    assert list(rows.loc[["l1", "l2"], "changed"]) == [True, False]
    assert review.approved() == {"l2"}
    assert review.remaining == len(PLAN.actions) - 1


@pytest.mark.parametrize(
    ("ids", "verdict", "by", "says"),
    [
        (["l1", "zz", "yy"], "approve", "Ann", "no action 'zz' and 1 more"),
        (["l1"], "yes", "Ann", "'yes' is not a verdict"),
        (["l1"], "approve", "  ", "needs a name"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(
    open_review: Open, ids: list[str], verdict: str, by: str, says: str
) -> None:
    """Unknown ids, unknown verdicts and nameless people store nothing."""
    review = open_review()
    with pytest.raises(NotApprovedError, match=says):
        review.decide(ids, verdict, by=by)  # type: ignore[arg-type]
    assert verdicts(open_review()) == {}


def test_what_breaks_links_is_approved_by_writing_which(open_review: Open) -> None:
    """In the approval's note, or in that of one's own question before, as the widget does it."""
    plan = plan_of(
        action("b1", "renumber", bulk=False, confirm="disconnect invoice 11, invoice 12"),
        action("b2", "renumber", bulk=False, confirm="disconnect invoice 13"),
    )
    review = open_review(plan)
    for note in ("", "yes, do", "disconnect invoice 11"):
        with pytest.raises(NotApprovedError, match="invoice 11, invoice 12"):
            review.approve(["b1"], by="Ann", note=note)
    assert verdicts(review) == {}
    review.approve(["b1"], by="Ann", note="Agreed: Disconnect  invoice 11, invoice 12.")
    review.ask(["b2"], by="Ann", note="disconnect invoice 13")
    with pytest.raises(NotApprovedError, match="invoice 13"):
        review.approve(["b2"], by="Bo")
    (said,) = review.approve(["b2"], by="Ann")
    assert said.note == "disconnect invoice 13"
    assert open_review(plan).approved() == {"b1", "b2"}


def test_an_approval_that_names_no_broken_link_is_not_carried_out(open_review: Open) -> None:
    """However it came into the log: nothing is applied on its word."""
    plan = plan_of(action("b1", confirm="disconnect invoice 11"))
    review = open_review(plan)
    said = Decision(plan.id, "b1", "approve", "Ann", "preparer", plan.digests()["b1"], NOON)
    assert approved(plan, [said]) == frozenset()
    assert approved(plan, [replace(said, note="disconnect invoice 11")]) == {"b1"}
    assert review.plan.digests() != plan_of(action("b1")).digests()


def test_undo_takes_back_a_bulk_step_as_one_and_then_the_step_before(open_review: Open) -> None:
    """What stood before stands again, with its note; a third undo goes on back."""
    review = open_review()
    review.ask(["l1"], by="Ann", note="really?")
    review.approve(["l1", "l2", "l3"], by="Ann")
    review.reject(["l2"], by="Ann")
    review.undo(by="Ann")
    assert verdicts(review) == {"l1": "approve", "l2": "approve", "l3": "approve"}
    open_review().undo(by="Ann")
    assert verdicts(review) == {"l1": "ask"}
    assert review.table().set_index("id").loc["l1", "note"] == "really?"
    review.undo(by="Ann")
    assert verdicts(review) == {}
    assert review.undo(by="Ann") == []
    assert review.remaining == len(PLAN.actions)


def test_undo_returns_to_each_verdict_of_a_change_of_mind(open_review: Open) -> None:
    """Approve, reject, approve is three steps back, even across sessions."""
    for verdict in ("approve", "reject", "approve"):
        open_review().decide(["l1"], verdict, by="Ann")  # type: ignore[arg-type]
    seen = []
    for _ in range(3):
        open_review().undo(by="Ann")
        seen.append(verdicts(open_review()).get("l1"))
    assert seen == ["reject", "approve", None]


def test_a_new_decision_after_an_undo_is_what_the_next_undo_takes_back(open_review: Open) -> None:
    """Undo, decide, undo, undo ends where it began."""
    review = open_review()
    review.approve(["l1"], by="Ann")
    review.approve(["l2"], by="Ann")
    review.undo(by="Ann")
    review.reject(["l3"], by="Ann")
    review.undo(by="Ann")
    assert verdicts(review) == {"l1": "approve"}
    review.undo(by="Ann")
    assert verdicts(review) == {}


def test_undo_leaves_what_somebody_else_has_decided_since(open_review: Open) -> None:
    """Only one's own last word is taken back."""
    ann, bob = open_review(), open_review()
    ann.approve(["l1", "l2"], by="Ann")
    bob.refresh()
    bob.reject(["l1"], by="Bob")
    ann.undo(by="Ann")
    assert verdicts(ann) == {"l1": "reject"}
    bob.undo(by="Bob")
    assert verdicts(bob) == {"l1": "approve"}


def test_undo_does_not_bring_two_rivals_back(open_review: Open) -> None:
    """An approval that now has an approved rival stays taken back."""
    review = open_review()
    review.approve(["r1"], by="Ann")
    review.reject(["r1"], by="Ann")
    review.approve(["r2"], by="Bob")
    with pytest.raises(NotApprovedError, match="Only one of these"):
        review.undo(by="Ann")
    assert review.approved() == {"r2"}


def test_nothing_is_ever_erased(open_review: Open, tmp_path: Path) -> None:
    """The log reads as what happened, taking back included."""
    review = open_review()
    review.approve(["l1"], by="Ann")
    review.reject(["l1"], by="Ann")
    review.undo(by="Ann")
    rows = Workspace.open(tmp_path / "acme.recon.sqlite").decisions(PLAN.id)
    assert [r.verdict for r in rows] == ["approve", "reject", "clear", "approve"]
    assert len({r.at for r in rows}) == 3


def test_a_second_person_signs_what_the_preparer_approved(open_review: Open) -> None:
    """With four eyes asked for, only the signed ones may be carried out."""
    review = open_review(second_person=True)
    review.approve(["l1", "l2"], by="Ann")
    assert review.approved() == frozenset()
    review.sign(["l1"], by="Bob")
    assert review.approved() == {"l1"}
    assert review.table().set_index("id").loc["l1", "signed_by"] == "Bob"
    review.undo(by="Bob")
    assert review.approved() == frozenset()
    assert verdicts(review) == {"l1": "approve", "l2": "approve"}


def test_nobody_signs_his_own_work_or_what_is_not_approved(open_review: Open) -> None:
    """One sentence each, and nothing is stored."""
    review = open_review(second_person=True)
    review.approve(["l1"], by="Ann")
    with pytest.raises(NotApprovedError, match="cannot sign it too"):
        review.sign(["l1"], by=" ann ")
    with pytest.raises(NotApprovedError, match="has not approved it"):
        review.sign(["l1", "l2"], by="Bob")
    assert review.approved() == frozenset()


def test_approving_what_is_advised_keeps_to_bulk_and_to_the_undecided(open_review: Open) -> None:
    """Single ones, rivals, unadvised ones and what a person rejected are left alone."""
    review = open_review()
    review.reject(["c2"], by="Ann")
    made = review.approve_advised(by="Ann")
    assert [d.action_id for d in made] == ["l1", "l2", "c1"]
    assert verdicts(review) == {"l1": "approve", "l2": "approve", "c1": "approve", "c2": "reject"}
    assert review.approve_advised(by="Ann") == []


def test_a_large_plan_is_decided_one_by_one_without_reading_all_again(open_review: Open) -> None:
    """The table holds every action in plan order, whatever was decided."""
    plan = believable_plan(400)
    review = open_review(plan)
    singles = [a.id for a in plan.actions if not a.bulk and not a.rivals]
    for action_id in singles:
        review.approve([action_id], by="Ann")
    assert list(review.table()["id"]) == [a.id for a in plan.actions]
    assert review.approved() == set(singles)
