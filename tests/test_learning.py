"""A company's yes and no move its weights: only when asked, on record, and under no ceiling."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from recon.books import Snapshot
from recon.cli import app as command_line
from recon.company.learning import FEWEST, forget, learn, learnt, lessons
from recon.errors import NotApprovedError, WorkspaceError
from recon.matching import match
from recon.matching.calibration import Calibration, calibrate
from recon.reconciliation import Reconciliation
from recon.stages.review import Review
from recon.workspace import Workspace

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FAMILIES = ("Abel", "Brandt", "Castor", "Delgado", "Ekberg", "Farrow", "Galvin", "Hobart", "Lomax",
            "Morrow", "Nadler", "Okafor", "Pruitt", "Quimby")  # fmt: skip


def snapshot(system: str, **records: list[dict[str, object]]) -> Snapshot:
    """A pulled side in the raw form of that system."""
    return Snapshot(
        system,  # type: ignore[arg-type]
        "test", "Finch & Sons", "9130" if system == "qbo" else "", "sandbox", NOW, records,
    )  # fmt: skip


@pytest.fixture
def r(tmp_path: Path) -> Reconciliation:
    """A company whose two books spell every customer differently."""
    store = Workspace.open(tmp_path / "books.recon")
    clients: list[dict[str, object]] = [
        {"number": f"{n}", "name": f"Ann {family}", "email": f"ann.{family.lower()}@example.com"}
        for n, family in enumerate(FAMILIES)
    ]
    customers: list[dict[str, object]] = [
        {"Id": f"{n}", "DisplayName": f"{family}, Ann", "Active": True, "SyncToken": "0",
         "PrimaryEmailAddr": {"Address": f"ann.{family.lower()}@example.com"}}
        for n, family in enumerate(FAMILIES)
    ]  # fmt: skip
    store.save_snapshot(snapshot("app", clients=clients))
    store.save_snapshot(
        snapshot("qbo", CompanyInfo=[{"CompanyName": "Finch", "Id": "1"}], Customer=customers)
    )
    return Reconciliation(store, clock=lambda: NOW)


def proposed(r: Reconciliation) -> tuple[Review, list[str]]:
    """The review of a new plan and the ids of what says that two are one."""
    review = r.propose()
    return review, [a.id for a in review.plan.actions if a.claims == "same"]


def decide(r: Reconciliation, *, yes: int) -> Review:
    """A new plan with everything decided: the first links approved, the others rejected."""
    review, same = proposed(r)
    for number, action in enumerate(same):
        review.decide([action], "approve" if number < yes else "reject", by="Ann")
    rest = [a.id for a in review.plan.actions if a.id not in same]
    for action in rest:
        review.skip([action], by="Ann")
    return review


def weight(r: Reconciliation) -> float:
    """What the first pair weighs."""
    pairs = r.match()
    wanted = pairs[pairs["left_ref"] == "app:customer:0"]
    return float(wanted["match_weight"].max())


def test_nothing_is_learnt_under_an_open_review_or_by_nobody(r: Reconciliation) -> None:
    """Nor from too few answers; nothing is kept then."""
    with pytest.raises(WorkspaceError):
        learn(r, by="Ann")  # nothing was proposed
    review, same = proposed(r)
    assert len(same) > FEWEST
    with pytest.raises(NotApprovedError, match="are open"):
        learn(r, by="Ann")
    for action in review.plan.actions:
        review.skip([action.id], by="Ann")
    with pytest.raises(WorkspaceError, match="Only 0 links"):
        learn(r, by="Ann")
    with pytest.raises(NotApprovedError, match="Nobody"):
        learn(r, by=" ")
    assert learnt(r.store) == {}


def test_many_a_no_makes_the_next_proposal_more_careful(r: Reconciliation) -> None:
    """What was approved stays approved, and the answers stand on record."""
    before = weight(r)
    review = decide(r, yes=3)
    approved, digests = review.approved(), review.plan.digests()
    lesson = learn(r, by="Ann")
    assert (lesson.by, lesson.at) == ("Ann", "2026-11-22T09:00:00+00:00")
    assert sum(answer.same for answer in lesson.answers) == 3
    assert lessons(r.store) == [lesson]
    assert r.review().approved() == approved
    assert r.review().plan.digests() == digests
    again = Reconciliation(r.store, clock=lambda: NOW)
    assert weight(again) < before - 1
    with pytest.raises(NotApprovedError, match="Nobody"):
        forget(again, by="")
    forget(again, by="Bo")
    assert weight(Reconciliation(r.store, clock=lambda: NOW)) == before
    assert len(lessons(r.store)) == 2


def test_the_same_answers_teach_the_same(r: Reconciliation) -> None:
    """Learning twice learns from the shipped weights, not from what was learnt."""
    decide(r, yes=FEWEST)
    once = learn(r, by="Ann")
    assert learn(Reconciliation(r.store, clock=lambda: NOW), by="Bo").answers == once.answers
    assert learnt(r.store) == once.calibrations


def test_the_command_line_learns_and_forgets(r: Reconciliation) -> None:
    """And says from how many answers, and what it makes of them."""
    decide(r, yes=FEWEST)
    run = CliRunner().invoke(command_line, ["learn", str(r.store.path), "--by", "Ann"])
    assert run.exit_code == 0, run.output
    assert f"Customers of both books: {FEWEST} yes and" in " ".join(run.output.split())
    words = ["learn", str(r.store.path), "--forget", "--by", "Bo"]
    assert CliRunner().invoke(command_line, words).exit_code == 0
    assert learnt(r.store) == {}


def test_a_few_odd_answers_change_little_and_many_change_no_ceiling() -> None:
    """Held near the shipped weights; a unit beside another unit stays one."""
    assert calibrate([], []) == Calibration()
    few = calibrate([8.0, 9.0, 7.5], [False, True, True])
    assert 0.8 < few.slope <= 1
    assert abs(few.shift) < 2
    keen = calibrate([1.0] * 200, [True] * 200)
    assert keen.shift > 1
    assert json.dumps([keen.slope, keen.shift]) == json.dumps(
        [*vars(calibrate([1.0] * 200, [True] * 200)).values()]
    )
    one = pd.DataFrame({"id": ["1"], "display_name": ["Maple Court Unit 203"], "email": ["a@b.co"]})
    other = one.assign(display_name="Maple Court Unit 204")
    assert match(one, other, min_probability=0.5, calibration=Calibration(1.6, 3.0)).empty
