"""The demo from start to end: sync a copy as it is, mend the books, sync again, compare."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from recon.books import Ref
from recon.company.choosing import choose
from recon.demo.appside import INVOICE_NINJA, AppDesk
from recon.demo.judge import Booked, Judge, Verdict, booked, count, count_by_kind
from recon.demo.people import HAND, PREPARER, Accountant, Clerk
from recon.demo.started import TURNED_ON, Middle, clock_from, know_what_the_sync_made, middle
from recon.plan import Plan, Write
from recon.ports import Progress, SyncEvent, silent
from recon.qbo.client import sandbox_client
from recon.qbo.port import QboCalls
from recon.qbo.reader import QboReader
from recon.qbo.writer import QboWriter
from recon.reconciliation import Reconciliation, utc_now
from recon.rehearsal import Rehearsal, agreement
from recon.sandbox.demo import Demo, demo_company
from recon.sandbox.server import Sandbox
from recon.stages.rehearse import compare
from recon.trial.simulated import APPS

__all__ = ["INVOICE_NINJA", "DemoResult", "run_demo"]

MENDS = ("of", "by_hand", "in_app", "in_app_by_hand")
_ROUNDS = 4


@dataclass
class DemoResult:
    """What the demo showed; every number was counted in this run.

    Attributes:
        before: records by outcome when the sync meets the books as they are.
        after: the same once the approved plan is applied.
        before_by_kind, after_by_kind: the same for each kind of record.
        faults: refusals before and after, by fault code.
        on_others: new sales before and after that were booked on somebody else.
        applied: writes sent through the APIs of QuickBooks and the app.
        by_hand: pieces of hand-work done.
        mends: approved actions by how they were carried out: `of` all, those `by_hand` of a person;
            `in_app` those that change records of the app, `in_app_by_hand` of them.
        left_out: records kept out of the sync by approved skips.
        agreed: records whose forecast came true before, after; and of how many.
        surprises: records whose forecast did not.
        unlike: findings of the verification that say that something is not as promised.
        app: whose sync.
        rehearsed: the rehearsal of the first plan, where one was asked for.
        middle: where the sync has run before the plan: what it made, and what is left of that.
        files: the work papers.
    """

    before: dict[str, int] = field(default_factory=dict)
    after: dict[str, int] = field(default_factory=dict)
    before_by_kind: Mapping[str, dict[str, int]] = field(default_factory=dict)
    after_by_kind: Mapping[str, dict[str, int]] = field(default_factory=dict)
    faults: dict[str, dict[str, int]] = field(default_factory=dict)
    on_others: dict[str, int] = field(default_factory=dict)
    applied: int = 0
    by_hand: int = 0
    mends: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    agreed: dict[str, tuple[int, int]] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    unlike: int = 0
    app: str = ""
    rehearsed: Rehearsal | None = None
    middle: Middle | None = None
    files: dict[str, Path] = field(default_factory=dict)

    def tell_agreement(self, when: str, forecast: pd.DataFrame, events: list[SyncEvent]) -> None:
        """Note how far the sync did what was forecast."""
        found = compare(forecast, events)
        self.agreed[when] = agreement((event.ref for event in events), found)
        self.surprises += map(str, found)

    def tell_before(self, verdicts: list[Verdict]) -> None:
        """Note what the sync does without a plan."""
        self.before, self.before_by_kind = count(verdicts), count_by_kind(verdicts)
        self.faults["before"] = _faults(verdict.event for verdict in verdicts)

    def as_json(self) -> dict[str, Any]:
        """The counts, for machines."""
        run = self.rehearsed.after if self.rehearsed else None
        rehearsed = {**run.counts, **_in_words(run.agreement)} if run else {}
        return {
            "app": self.app,
            "before": self.before,
            "after": self.after,
            "applied": self.applied,
            "by_hand": self.by_hand,
            "mends": {word: self.mends[word] for word in MENDS},
            "left_out": self.left_out,
            "before_by_kind": self.before_by_kind,
            "after_by_kind": self.after_by_kind,
            "faults": self.faults,
            "booked_on_others": self.on_others,
            "forecast_agreed": {when: _in_words(n) for when, n in self.agreed.items()},
            "not_as_promised": self.unlike,
            **({"rehearsal": rehearsed} if run else {}),
            **({"started": self.middle.as_json()} if self.middle else {}),
        }


def run_demo(  # noqa: PLR0913  (each is a choice of its own)
    folder: Path,
    *,
    app: str = INVOICE_NINJA,
    customers: int = 300,
    seed: int = 7,
    started: bool = False,
    rehearsal: bool = False,
    progress: Progress = silent,
) -> DemoResult:
    """The whole job on a demo company, in `folder`: exports, workspace and work papers.

    Args:
        folder: made when there is none; an earlier demo in it is replaced.
        app: whose sync; the company's clients are in that app then.
        customers: about how many customers QuickBooks has.
        seed: another seed, another company.
        started: the sync has run once on the company itself before anybody plans.
        rehearsal: the first plan is rehearsed before it is applied.
        progress: told how far each step is.
    """
    progress("Making the demo company", 0, 1)
    demo = demo_company(customers, seed)
    progress("Making the demo company", 1, 1)
    result = DemoResult(app=app)
    folder.mkdir(parents=True, exist_ok=True)
    workspace = folder / "demo.recon.sqlite"
    for old in folder.glob("demo.recon.sqlite*"):
        old.unlink()

    desk = AppDesk(app, folder / "exports", copy.deepcopy(demo.app))
    judge = Judge(demo.truth, desk.records)
    if not started:
        own = Judge(demo.truth, demo.app)
        events, stand = _sync_untouched(demo, desk, progress)
        result.tell_before(own.verdicts(events))
        result.on_others["before"] = len(own.on_others(events, stand))

    company = Sandbox(demo.company, admin=True, clock=clock_from(utc_now(), utc_now))
    with desk, company as sandbox, sandbox_client(sandbox.describe()) as client:
        r = Reconciliation.open(
            workspace,
            app,
            readers={"app": desk.reader, "qbo": QboReader(client)},
            writers={"qbo": QboWriter(client), **desk.writers},
            progress=progress,
        )
        choose(r, app)  # whoever opens its workspace later is told of this app
        if started:
            events = list(desk.sync(QboCalls(client), frozenset(), progress, "before"))
            unplanned = judge.verdicts(events)
            result.tell_before(unplanned)
            result.on_others["before"] = len(judge.on_others(events, booked(QboCalls(client))))
            know_what_the_sync_made(judge, events)
            desk.remember(events)
            r.sync_is_on(TURNED_ON)
            desk.publish()
        r.pull()
        first, called = r.forecast(), r.names()
        if not started:
            result.tell_agreement("before", first, events)
        clerk = Clerk(desk.records, sandbox, APPS[app].hands, desk.links)
        report_on = _mend(r, judge, clerk, desk, result, rehearsal=rehearsal)

        outcomes = r.outcomes
        leave_out = frozenset(Ref(ref) for ref in r.left_out)
        events = list(desk.sync(QboCalls(client), leave_out, progress, "after"))
        result.on_others["after"] = len(judge.on_others(events, booked(QboCalls(client))))
        verdicts = judge.verdicts(events)
        result.after, result.after_by_kind = count(verdicts), count_by_kind(verdicts)
        result.faults["after"] = _faults(events)
        result.left_out = len(leave_out)
        result.tell_agreement("after", outcomes, events)
        if started:
            r.pull()
            held = [(ref, to) for ref, to in desk.linked().items() if ref not in leave_out]
            result.middle = middle(judge, unplanned, held, r.books.qbo)
        result.files = r.report(
            folder,
            by=PREPARER,
            plans=report_on,
            outcomes=first,
            before=result.before,
            after=result.after,
            before_by_kind=result.before_by_kind,
            after_by_kind=result.after_by_kind,
            names={**r.names(), **called},  # as they were when it was forecast
        )
    return result


def _sync_untouched(
    demo: Demo, desk: AppDesk, progress: Progress
) -> tuple[list[SyncEvent], Booked]:
    """What the sync does to the books when nobody mends them, and on whom each sale then stands."""
    untouched = replace(desk, records=copy.deepcopy(demo.app))
    with Sandbox(demo.company) as sandbox, sandbox_client(sandbox.describe()) as client:
        qbo = QboCalls(client)
        return list(untouched.sync(qbo, frozenset(), progress, "before")), booked(qbo)


def _mend(
    r: Reconciliation,
    judge: Judge,
    clerk: Clerk,
    desk: AppDesk,
    result: DemoResult,
    *,
    rehearsal: bool,
) -> list[Plan]:
    """Propose, approve, apply and verify until a plan holds nothing more to approve."""
    plans: list[Plan] = []
    for _ in range(_ROUNDS):
        review = r.propose()
        Accountant(judge).decide(review)
        approved = review.approved()
        if not approved:
            break
        if rehearsal and not plans:
            result.rehearsed = r.rehearse()
        plans.append(review.plan)
        applied = r.apply(review.plan)
        _know_what_was_made(r, review.plan, judge)
        result.applied += len(applied.done)
        desk.refresh()
        writes = [w for w in review.plan.writes if w.action_id in approved]
        result.mends += _mends(approved, writes)
        result.by_hand += clerk.do(writes)
        for write_id in applied.by_hand:
            r.tick_off(write_id, by=HAND, plan=review.plan)
        desk.publish()
        r.pull()
        seen = r.verify(review.plan)
        result.unlike += int(seen["check"].isin(["not_as_promised", "by_hand_open"]).sum())
    return plans


def _mends(approved: Collection[str], writes: Collection[Write]) -> Counter[str]:
    """How many actions there are, and of which kinds `DemoResult.mends` tells."""
    hand = {write.action_id for write in writes if write.to == "hand"}
    in_app = {write.action_id for write in writes if write.ref.startswith("app:")}
    counts = (len(approved), len(hand), len(in_app), len(in_app & hand))
    return Counter(dict(zip(MENDS, counts, strict=True)))


def _know_what_was_made(r: Reconciliation, plan: Plan, judge: Judge) -> None:
    """Tell the judge whose the customers are that the plan made."""
    whose = {action.id: judge.party(action.ref) for action in plan.actions}
    answers = {e.write_id: e.detail for e in r.store.entries(plan.id) if e.state == "done"}
    for write in plan.writes:
        if write.operation == "create" and write.entity == "Customer" and write.id in answers:
            party = whose[write.action_id]
            judge.truth.party_of_customer[str(answers[write.id]["Id"])] = party


def _in_words(agreement: tuple[int, int]) -> dict[str, int]:
    agreed, of = agreement
    return {"of": of, "agreed": agreed}


def _faults(events: Iterable[SyncEvent]) -> dict[str, int]:
    codes = pd.Series([event.fault for event in events if event.effect == "refuse"], dtype=str)
    return {str(code): int(number) for code, number in codes.value_counts().sort_index().items()}
