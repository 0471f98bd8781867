"""Apply: send what was approved, and remember each request before it leaves.

for each approved write, in the order of the plan
    done or refused before           leave it
    sent before, answer unknown      look whether it happened; if not, the same request id again
    never sent                       journal "sent", send, journal what came back

Writes that do not depend on each other leave many at once (`waves`, `together`).

Running it again continues where it stopped, whatever stopped it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from recon.errors import NotApprovedError
from recon.plan import Decision, JournalEntry, Plan, Write, WriteTo, approved, body_hash
from recon.ports import Clock, Journal, Progress, Writer, silent
from recon.settings import Settings
from recon.stages.apply import guards
from recon.stages.apply.run import ApplyResult, Refusal, Run
from recon.stages.apply.together import PARCELS, send_wave, settle_earlier
from recon.stages.apply.waves import LOOKED_AT, ties, wave

__all__ = ["ApplyResult", "Refusal", "apply", "tick_off"]

log = logging.getLogger(__name__)

WORTH_IT = 8
"""Fewer writes than this leave one by one: each answer is known before the next one leaves."""


def apply(  # noqa: PLR0913  (each is a different guard, and none may be left out unseen)
    plan: Plan,
    decisions: Iterable[Decision],
    writers: Mapping[WriteTo, Writer],
    journal: Journal,
    *,
    clock: Clock,
    settings: Settings,
    newest: tuple[str, str],
    customers: Mapping[WriteTo, int],
    progress: Progress = silent,
) -> ApplyResult:
    """Send every approved write that the journal does not call done, in plan order.

    Args:
        plan: as it was reviewed.
        decisions: all of them; what counts as approved is settled here.
        writers: who sends what; hand-work is listed, not sent.
        journal: durable; each request is in it before it leaves.
        clock: now, in UTC; only for the journal.
        settings: whether a second person must have signed, and the safety limit.
        newest: ids of the newest snapshots of app and QuickBooks.
        customers: how many customers each side has.
        progress: told after each write.

    Raises:
        StalePlanError, NotApprovedError, UnsafePlanError, WorkspaceError, ConfigError: nothing was
            sent.
        BusyError, OutcomeUnknownError, AuthError: stopped here; running it again continues here.
    """
    chosen = approved(plan, decisions, second_person=settings.second_person)
    guards.require_fresh(plan, newest)
    guards.require_one_rival(plan, chosen)
    guards.require_right_company(plan, chosen, writers)
    guards.require_safe(plan, chosen, settings, customers)
    run = Run(plan, chosen, writers, journal, clock)
    writes = [w for w in plan.writes if w.action_id in chosen]
    for side, writer in writers.items():
        writer.require([w for w in writes if w.to == side and run.is_open(w)])
    _carry_out(run, writes, progress)
    result = run.result()
    log.info(
        "applied plan=%s done=%d before=%d refused=%d waiting=%d by_hand=%d",
        plan.id, len(result.done), len(result.before), len(result.refused), len(result.waiting),
        len(result.by_hand),
    )  # fmt: skip
    return result


def _carry_out(run: Run, writes: list[Write], progress: Progress) -> None:
    """Bring every write to its end: those that left before, then many at once, or one by one."""
    settle_earlier(run)
    for write in writes:
        if run.state(write.id) is not None:
            run.carry_out(write)
    actions = {action.id: action for action in run.plan.actions}
    known = {write.id: ties(write, actions[write.action_id]) for write in writes}
    fits = {w.id: w.to != "hand" and run.writers[w.to].fits(w) for w in writes}
    pending = list(writes)

    def tell(under_way: Sequence[Write] = ()) -> None:
        open_ = sum(run.state(w.id) not in {"done", "refused"} for w in under_way)
        progress("Applying the plan", len(writes) - len(pending) - open_, len(writes))

    while pending:
        near = pending[:LOOKED_AT]
        to = next((w.to for w in near if fits[w.id]), pending[0].to)
        free = {w.id: w.to == to and fits[w.id] and run.may_leave(w) for w in near}
        most = PARCELS * run.writers[to].most_together if to in run.writers else 0
        together = wave(near, known, free, most)
        if len(together) < WORTH_IT:
            run.carry_out(pending.pop(0))
            tell()
            continue
        gone = {write.id for write in together}
        pending = [write for write in pending if write.id not in gone]
        send_wave(run, together, run.writers[to], partial(tell, together))


def tick_off(plan: Plan, write_id: str, journal: Journal, *, clock: Clock, by: str) -> None:
    """Journal that a person did one piece of hand-work; what waited for it can be applied.

    Raises:
        NotApprovedError: the write is not hand-work.
    """
    write = next((w for w in plan.writes if w.id == write_id), None)
    if write is None or write.to != "hand":
        raise NotApprovedError(
            f"{write_id} is not hand-work of this plan.", remedy="Look at its list of hand-work."
        )
    if journal.state(plan.id, write_id) != "done":
        journal.add(
            JournalEntry(
                at=clock(), plan_id=plan.id, write_id=write_id, state="done", request_id="",
                realm=plan.realm, body_hash=body_hash(write.body), detail={"by": by},
            )
        )  # fmt: skip
