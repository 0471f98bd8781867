"""The loop over stages that makes a rehearsal.

    a twin of the books as they are    ->  sync  ->  beside the forecast that people saw
    another  ->  plan, hand-work       ->  sync  ->  beside the forecast of what the plan left

Only the workspace is read, and only it is written to: neither side is called, and the journal of
the twin is kept apart from the real one. Stopping it (Ctrl-C, or the notebook's stop button) gives
what was seen so far, marked incomplete, and keeps nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from recon.advice.scenarios import (
    AS_SET,
    Scenario,
    before_start,
    left_out_of,
    way_called,
    worked_out,
)
from recon.apps.profiles import name_of
from recon.books import split_ref
from recon.case import Case
from recon.company.decided import kept_out
from recon.company.learning import learnt
from recon.errors import InputError
from recon.plan import Plan, WriteTo
from recon.rehearsal import Rehearsal, SyncRun, rehearsed_as
from recon.stages.apply import apply, tick_off
from recon.stages.match import match
from recon.stages.rehearse import Watched, open_hand_work, run_of, undone, watch
from recon.stages.tidy import tidy
from recon.trial.twin import Twin, TwinJournal, twin_of

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation

log = logging.getLogger(__name__)

_KEPT_AS = "rehearsal"
_HAND = "rehearsal"


def rehearse(r: Reconciliation, *, with_plan: bool = True, scenario: str = AS_SET) -> Rehearsal:
    """The approved plan and the app's sync on a twin of the pulled books, and it without the plan.

    Args:
        r: of which company; a rehearsal that was not stopped is kept in its workspace.
        with_plan: False runs the sync on the books as they are only; where a plan is approved, that
            is half a rehearsal and is not kept.
        scenario: how the sync is turned on, as `recon.advice.scenarios` calls it ("import first");
            only that of how things are set is kept: it is the one that apply goes by.

    Raises:
        InputError: a company cannot be made of what was pulled, or there is no such way.
        UnsafePlanError, NotApprovedError: apply would refuse the plan too.
    """
    one = way_called(r.profile, scenario)
    newest = _to_rehearse(r)
    plan = newest if with_plan else None
    as_set = one.name == AS_SET
    told = Rehearsal(
        _name(r, plan), r.clock(), plan.id if plan else "", scenario="" if as_set else one.name
    )
    left_out = before_start(r) | kept_out(r, newest)
    with _twin(r, one) as twin:
        before, complete = _sync(r, twin, r.case, one, left_out, "without the plan")
        told = replace(told, before=before, complete=complete, notes=twin.notes)
    if plan is not None and told.complete:
        told = _with_plan(r, plan, one, told)
    log.info("rehearsed complete=%s differences=%d", told.complete, len(told.differences))
    if told.complete and plan is newest and as_set:
        r.store.save_result(_KEPT_AS, told.to_json())
    return told


def last_rehearsal(r: Reconciliation) -> Rehearsal | None:
    """The rehearsal that is kept, if it was of these books, this plan and these approvals."""
    told = _kept(r)
    return told if told is not None and still_stands(r, told) else None


def still_stands(r: Reconciliation, told: Rehearsal) -> bool:
    """Whether books, plan, approvals and answers are those of a rehearsal."""
    return told.of == _name(r, _to_rehearse(r))


def standing(r: Reconciliation) -> str:
    """Whether what is approved was rehearsed, in a sentence for who is about to send it."""
    told = last_rehearsal(r)
    if told is not None:
        return told.says
    if _kept(r) is None:
        return "Not rehearsed."
    return "Not rehearsed as it stands: the books, the plan or a decision changed since."


def rehearsal_of(r: Reconciliation, plans: Sequence[Plan]) -> Rehearsal | None:
    """The rehearsal that is kept, if it was of one of these plans, or of the books as they are."""
    told = _kept(r)
    if told is not None and told.plan_id in {plan.id for plan in plans}:
        return told
    return last_rehearsal(r)


def _kept(r: Reconciliation) -> Rehearsal | None:
    kept = r.store.result(_KEPT_AS)
    return Rehearsal.from_json(kept) if kept else None


def _to_rehearse(r: Reconciliation) -> Plan | None:
    """The newest plan, where it is of these books and something in it is approved."""
    plan = r.store.plan()
    app, ledger = r.snapshots
    if plan is None or plan.snapshots != (app.id, ledger.id):
        return None
    return plan if r.review(plan).approved() else None


def _twin(r: Reconciliation, one: Scenario) -> AbstractContextManager[Twin]:
    """A twin of the pulled books, with the app set as the forecast takes it to be.

    What the app sends in batches has been sent in the end, as the forecast says it will be.
    """
    profile = r.profile.answered(one.answers)
    answers = {question: profile.answer_of(question) for question in profile.choices}
    links = r.books.app.links
    known = {
        ref: split_ref(to)[2] for ref, to in zip(links["ref"], links["linked_ref"], strict=True)
    }
    return twin_of(
        name_of(r.profile), *r.snapshots, answers=answers, links=known,
        imports=one.imports, asked_for=profile.pull.ignores_mode,
    )  # fmt: skip


def _name(r: Reconciliation, plan: Plan | None) -> str:
    app, ledger = r.snapshots
    approved = r.review(plan).approved() if plan else frozenset()
    about, given = r.profile.about, sorted(r.profile.given.items())
    profile = f"{about.id} {about.version} {given}"
    return rehearsed_as((app.id, ledger.id), plan, approved, r.left_out, profile)


def _with_plan(r: Reconciliation, plan: Plan, one: Scenario, told: Rehearsal) -> Rehearsal:
    """The plan on a twin, and the sync behind it."""
    journal = TwinJournal()
    approved = r.review(plan).approved()
    with _twin(r, one) as twin:
        try:
            failed = _carry_out(r, twin, plan, journal)
            books = tidy(*twin.snapshots(r.clock, r.progress))
            case = r.case_of(books, match(books, r.progress, learnt(r.store)))
            after, complete = _sync(r, twin, case, one, r.left_out, "with the plan")
        except KeyboardInterrupt:
            return replace(told, complete=False)
    by_hand = {write.id for write in plan.writes if write.to == "hand"}
    done = {entry.write_id for entry in journal.entries(plan.id) if entry.state == "done"}
    return replace(
        told,
        after=after,
        applied=len(done - by_hand),
        by_hand=len(done & by_hand),
        not_done=(*failed.values(), *undone(plan, approved, journal, failed)),
        complete=complete,
    )


def _carry_out(r: Reconciliation, twin: Twin, plan: Plan, journal: TwinJournal) -> dict[str, str]:
    """Apply and do hand-work by turns until nothing more can be done.

    Returns:
        A sentence by the id of each piece of hand-work that could not be done.
    """
    app, ledger = r.snapshots
    approved = r.review(plan).approved()
    failed: dict[str, str] = {}
    customers: dict[WriteTo, int] = {
        "qbo": len(r.books.qbo.customers),
        "app": len(r.books.app.customers),
    }
    send = partial(
        apply, plan, r.store.decisions(plan.id), twin.writers(plan), journal, clock=r.clock,
        settings=r.settings, newest=(app.id, ledger.id), customers=customers,
        progress=lambda _what, *numbers: r.progress("The plan, on the twin", *numbers),
    )  # fmt: skip
    while True:
        send()
        turn = open_hand_work(plan, approved, journal)
        turn = [write for write in turn if write.id not in failed]
        if not turn:
            return failed
        for write in turn:
            try:
                twin.by_hand(write)
            except InputError as error:
                failed[write.id] = f"{write.id}, by hand: {error}"
                continue
            tick_off(plan, write.id, journal, clock=r.clock, by=_HAND)


def _sync(
    r: Reconciliation, twin: Twin, case: Case, one: Scenario, left_out: frozenset[str], how: str
) -> tuple[SyncRun, bool]:
    """The sync on a twin, and whether it came to its end."""
    told = worked_out(case, one, left_out)
    stays, outcomes = left_out_of(told.case, one, left_out), told.every
    watched = Watched(stays, frozenset(outcomes["ref"]), twin.app.size)
    began = r.clock()
    try:
        watch(watched, twin.sync, twin.app, twin.qbo, r.progress, f"The sync {how}, on a twin")
    except KeyboardInterrupt:
        watched.complete = False
    seconds = (r.clock() - began).total_seconds()
    return run_of(watched, outcomes, seconds), watched.complete
