"""One company's work as the notebooks share it: the plan of now, what was applied, how it began."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recon.advice.papers import harmed
from recon.company.opening import connect, open_workspace
from recon.counting import counted
from recon.demo.desk import DemoDesk
from recon.errors import NotApprovedError
from recon.plan import Plan
from recon.ports import Progress
from recon.reconciliation import Reconciliation
from recon.stages.review import Review
from recon.widgets.panel import Panel

DEMO = "demo"


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
        app: str = "",
        by: str = "",
        customers: int | None = None,
    ) -> Engagement:
        """The work on a company; see `Desk.open`."""
        if str(workspace) == DEMO:
            demo = DemoDesk.open(customers=customers)
            return cls(demo.r, by, demo)
        return cls(open_workspace(workspace, app_files, qbo, profile=app), by)

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
        """The plan that is being carried out: the last of which something was approved or sent."""
        return next(reversed(self.r.rounds), self.newest())

    def review(self) -> Review:
        """The review of a plan for the books as they were last read, made when there is none."""
        app, ledger = self.r.snapshots
        plan = self.newest()
        if plan is not None and plan.snapshots == (app.id, ledger.id):
            return self.r.review(plan)
        return self.r.propose()

    def left(self) -> str:
        """How many records would still come to harm, in a sentence."""
        rejected = harmed(self.r)["rejected"]
        known, open_ = int(rejected.sum()), int((~rejected).sum())
        apart = f", apart from {known:,} where you rejected the proposal" if known else ""
        if not open_:
            return f"No record would come to harm now{apart}."
        return f"{counted(open_, 'record')} would still come to harm now{apart}."
