"""One company's work as the notebooks share it: the plan of now, what was applied, how it began."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from recon.demo.desk import DemoDesk
from recon.errors import NotApprovedError, WorkspaceError
from recon.opening import connect, open_workspace
from recon.plan import Plan
from recon.ports import Progress
from recon.reconciliation import Reconciliation
from recon.reports import words
from recon.stages.review import Review
from recon.widgets.panel import Panel

DEMO = "demo"
_BEFORE, _APPLIED = "forecast_before", "applied_plans"

Counts = dict[str, dict[str, int]]
"""Kind of record to outcome to number."""


class Engagement:
    """A reconciliation with what the notebooks remember of it.

    Attributes:
        r: the reconciliation.
        by: who works here, as it shall stand in the papers.
        demo: the demo company, when it is that.
        app: the invoicing app's name.
        panels: what is shown of it with buttons, by title.
    """

    def __init__(self, r: Reconciliation, by: str = "", demo: DemoDesk | None = None) -> None:
        self.r = r
        self.by = by
        self.demo = demo
        self.app = r.profile.about.name
        self.panels: dict[str, Panel] = {}

    @classmethod
    def open(
        cls,
        workspace: str | Path,
        app_files: str = "",
        qbo: str = "",
        *,
        by: str = "",
        customers: int | None = None,
    ) -> Engagement:
        """The work on a company; see `Desk.open`."""
        if str(workspace) == DEMO:
            demo = DemoDesk.open(customers=customers)
            return cls(demo.r, by, demo)
        return cls(open_workspace(workspace, app_files, qbo), by)

    def pull(self) -> None:
        """Read both sides afresh."""
        if self.demo is None:
            connect(self.r)
        with self.connected():
            self.r.pull()

    @contextmanager
    def connected(self) -> Iterator[None]:
        """One connection for many requests."""
        if self.demo is None:
            yield
        else:
            with self.demo.connected():
                yield

    @contextmanager
    def told(self, progress: Progress) -> Iterator[None]:
        """Long work is told to `progress` meanwhile."""
        usual, self.r.progress = self.r.progress, progress
        try:
            yield
        finally:
            self.r.progress = usual

    def named(self) -> str:
        """Who works here.

        Raises:
            NotApprovedError: nobody said.
        """
        if not self.by.strip():
            raise NotApprovedError("Nobody's name is given.", remedy="Set BY in the first cell.")
        return self.by

    def newest(self) -> Plan | None:
        """The newest plan, whatever it was made from."""
        return self.r.store.plan()

    def begun(self) -> Plan | None:
        """The plan that is being carried out: the newest with an approval, else the last sent."""
        newest = self.newest()
        if newest is not None and self.r.review(newest).approved():
            return newest
        return self.applied()[-1] if self.applied() else newest

    def review(self) -> Review:
        """The review of a plan for the books as they were last read, made when there is none."""
        app, ledger = self.r.snapshots
        plan = self.newest()
        if plan is not None and plan.snapshots == (app.id, ledger.id):
            return self.r.review(plan)
        if not self.applied():
            self.r.store.set_mapping(_BEFORE, self.forecast())
        return self.r.propose()

    def forecast(self) -> Counts:
        """How many records come to which outcome, by kind."""
        outcomes = self.r.forecast()
        return {
            str(kind): dict(Counter(str(name) for name in of_kind))
            for kind, of_kind in outcomes.groupby("kind", sort=False)["outcome"]
        }

    def before(self) -> Counts:
        """The forecast as it was when the first plan was made; today's before that."""
        return self.r.store.mapping(_BEFORE) or self.forecast()

    def harmed(self) -> pd.DataFrame:
        """The `OUTCOMES` that would do harm now; `rejected` says that a person refused to mend it.

        The forecast goes by the evidence: what a person knows better stays in it, and is marked.
        """
        outcomes = self.r.forecast()
        bad = outcomes[[words.outcome(name).tone == "bad" for name in outcomes["outcome"]]]
        plans = {plan.id: plan for plan in (*self.applied(), self.newest()) if plan is not None}
        rejected = {
            ref
            for plan in plans.values()
            for action in plan.actions
            if (said := self.r.review(plan).verdict(action.id)) and said.verdict == "reject"
            for ref in (action.ref, action.other_ref)
        }
        return bad.assign(rejected=bad["ref"].isin(rejected))

    def left(self) -> str:
        """How many records would still come to harm, in a sentence."""
        rejected = self.harmed()["rejected"]
        known, open_ = int(rejected.sum()), int((~rejected).sum())
        apart = f", apart from {known:,} where you rejected the proposal" if known else ""
        if not open_:
            return f"No record would come to harm now{apart}."
        return f"{words.counted(open_, 'record')} would still come to harm now{apart}."

    def applied(self) -> list[Plan]:
        """The plans that were sent, or begun, in order.

        Raises:
            WorkspaceError: one of them is not kept any more.
        """
        order: Mapping[str, int] = self.r.store.mapping(_APPLIED) or {}
        plans = [self.r.store.plan(plan_id) for plan_id in sorted(order, key=order.__getitem__)]
        kept = [plan for plan in plans if plan is not None]
        if len(kept) < len(plans):
            raise WorkspaceError("A plan that was applied is missing from the workspace.")
        return kept

    def note_applied(self, plan: Plan) -> None:
        """Remember that a plan is about to be sent."""
        order = self.r.store.mapping(_APPLIED) or {}
        self.r.store.set_mapping(_APPLIED, {plan.id: len(order) + 1, **order})
