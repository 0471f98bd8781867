"""Apply: send what was approved, and remember each request before it leaves.

for each approved write, in the order of the plan
    done or refused before           leave it
    sent before, answer unknown      look whether it happened; if not, the same request id again
    never sent                       journal "sent", send, journal what came back

Running it again continues where it stopped, whatever stopped it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from recon.errors import NotApprovedError
from recon.plan import Decision, JournalEntry, Plan, WriteTo, approved, body_hash
from recon.ports import Clock, Journal, Progress, Writer, silent
from recon.settings import Settings
from recon.stages.apply import guards
from recon.stages.apply.run import ApplyResult, Refusal, Run

__all__ = ["ApplyResult", "Refusal", "apply", "tick_off"]

log = logging.getLogger(__name__)


def apply(  # noqa: PLR0913  (each is a different guard, and none may be left out unseen)
    plan: Plan,
    decisions: Iterable[Decision],
    writers: Mapping[WriteTo, Writer],
    journal: Journal,
    *,
    clock: Clock,
    settings: Settings,
    newest: tuple[str, str],
    customers: int,
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
        customers: how many customers QuickBooks has.
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
    for number, write in enumerate(writes, 1):
        run.carry_out(write)
        progress("Applying the plan", number, len(writes))
    result = run.result()
    log.info(
        "applied plan=%s done=%d before=%d refused=%d waiting=%d by_hand=%d",
        plan.id, len(result.done), len(result.before), len(result.refused), len(result.waiting),
        len(result.by_hand),
    )  # fmt: skip
    return result


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
