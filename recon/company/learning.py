"""What people decided, turned into a better matcher for this company: only when somebody asks.

Every approved link or merge is a yes, every rejected one a no. Nothing that is stored changes: a
plan keeps what it was made of, so no approval is voided; the next proposal weighs by what was
learnt. What was learnt, from which answers, by whom and when is kept in the workspace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from recon.company.decided import verdicts
from recon.errors import NotApprovedError, WorkspaceError
from recon.matching.calibration import Calibration, calibrate
from recon.stages.match import match

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation
    from recon.workspace import Workspace

_NOTED = "learnt"
FEWEST = 10
"""Answers below which a kind of pair is weighed as shipped."""

KINDS = {
    "customer": "Customers of both books", "customer-within": "Customers that stand twice",
    "item": "Items of both books", "item-within": "Items that stand twice",
}  # fmt: skip
"""What is weighed apart, and what people call it."""


@dataclass(frozen=True)
class Answer:
    """One answer: which two records, of which of `KINDS`, what they weigh as shipped, yes or no.

    They are weighed as they stand when somebody asks: what was renamed since agrees better than it
    did, what was merged is no longer there. So ask before the plan is sent.
    """

    kind: str
    ref: str
    other_ref: str
    bits: float
    same: bool


@dataclass(frozen=True)
class Lesson:
    """What was learnt at one time.

    Attributes:
        by: who asked.
        at: UTC, in words.
        calibrations: by one of `KINDS`.
        answers: everything it was learnt from.
    """

    by: str
    at: str
    calibrations: dict[str, Calibration]
    answers: tuple[Answer, ...]


def lessons(store: Workspace) -> list[Lesson]:
    """Every lesson, oldest first; the last one counts."""
    told: list[dict[str, Any]] = json.loads(store.noted(_NOTED) or "[]")
    return [
        Lesson(
            each["by"],
            each["at"],
            {kind: Calibration(**two) for kind, two in each["calibrations"].items()},
            tuple(Answer(**answer) for answer in each["answers"]),
        )
        for each in told
    ]


def learnt(store: Workspace) -> dict[str, Calibration]:
    """How this company's pairs are weighed, by `KINDS`; nothing as long as nobody asked."""
    kept = lessons(store)
    return kept[-1].calibrations if kept else {}


def learn(r: Reconciliation, *, by: str) -> Lesson:
    """Learn from every decision of this workspace; the next proposal weighs by it.

    Args:
        r: the company.
        by: who asks.

    Raises:
        NotApprovedError: nobody is named, or decisions on the newest plan are open.
        WorkspaceError: nothing was proposed, or too little was decided to learn from.
    """
    _named(by)
    undecided = r.review().counts["todo"]
    if undecided:
        raise NotApprovedError(
            f"{undecided} decisions on the newest plan are open.",
            remedy="Decide them first: what is weighed never moves under a review.",
        )
    answers = _answers(r, match(r.books, r.progress))
    calibrations = {
        kind: calibrate([a.bits for a in of], [a.same for a in of])
        for kind in KINDS
        if len(of := [answer for answer in answers if answer.kind == kind]) >= FEWEST
    }
    if not calibrations:
        raise WorkspaceError(
            f"Only {len(answers)} links and merges were decided.",
            remedy=f"Learning starts at {FEWEST} of one kind.",
        )
    lesson = Lesson(by.strip(), _written(r.clock()), calibrations, tuple(answers))
    kept = [asdict(each) for each in (*lessons(r.store), lesson)]
    r.store.note(_NOTED, json.dumps(kept, sort_keys=True, ensure_ascii=False))
    return lesson


def forget(r: Reconciliation, *, by: str) -> None:
    """Weigh as shipped again from the next proposal on; what was learnt stays on record.

    Raises:
        NotApprovedError: nobody is named.
    """
    _named(by)
    empty = Lesson(by.strip(), _written(r.clock()), {}, ())
    kept = [asdict(each) for each in (*lessons(r.store), empty)]
    r.store.note(_NOTED, json.dumps(kept, sort_keys=True, ensure_ascii=False))


def _named(by: str) -> None:
    if not by.strip():
        raise NotApprovedError("Nobody is named.", remedy='Say who asks: --by "Ann".')


def _answers(r: Reconciliation, pairs: pd.DataFrame) -> list[Answer]:
    """The last word on each pair that somebody decided and that the matcher knows."""
    known = pairs[pairs["kind"].isin(["customer", "item"])]
    bits = {
        frozenset((row["left_ref"], row["right_ref"])): (
            row["kind"] if row["scope"] == "app-qbo" else f"{row['kind']}-within",
            row["match_weight"],
        )
        for row in known.to_dict("records")
    }
    found: dict[frozenset[str], Answer] = {}
    for ref, other_ref, same in _decided(r):
        both = frozenset((ref, other_ref))
        if both in bits:
            kind, weight = bits[both]
            found[both] = Answer(str(kind), ref, other_ref, round(float(weight), 2), same)
    return list(found.values())


def _decided(r: Reconciliation) -> Iterable[tuple[str, str, bool]]:
    """(ref, other ref, same) of every decision that says so, oldest plan first."""
    for plan, said in verdicts(r.store):
        for action in plan.actions:
            decision = said.get(action.id)
            if decision is None or not action.other_ref:
                continue
            if action.claims == "same" and decision.verdict in ("approve", "reject"):
                yield action.ref, action.other_ref, decision.verdict == "approve"
            elif action.claims == "different" and decision.verdict == "approve":
                yield action.ref, action.other_ref, False


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
