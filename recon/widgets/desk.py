"""The desk an accountant works at in the notebooks: one method for each thing to see or to do.

Looking and reading never change anything. What changes books or decisions is behind a button: a
notebook that is run from top to bottom presses none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from IPython import get_ipython

from recon.advice.golive import go_live
from recon.advice.papers import before, by_kind, harmed, lit, total
from recon.counting import counted
from recon.errors import ReconError
from recon.reconciliation import Reconciliation
from recon.reports import words
from recon.widgets import asking, buttons, display
from recon.widgets.display import Shown
from recon.widgets.engagement import DEMO, Engagement
from recon.widgets.panel import Panel
from recon.widgets.progress import working
from recon.widgets.rehearsal import backtest_panel, rehearse_panel
from recon.widgets.review import ReviewWidget

Result = TypeVar("Result")

_PAPERS = {"xlsx": "Workbook for Excel", "html": "One page for the browser"}


class Desk:
    """One company's books beside one invoicing app, as a notebook shows them.

    Attributes:
        r: the reconciliation behind it, for whoever wants tables instead of pages.
    """

    def __init__(self, work: Engagement) -> None:
        self._engagement = work
        self.r: Reconciliation = work.r

    @classmethod
    def open(
        cls,
        workspace: str | Path = DEMO,
        app_files: str = "",
        qbo: str = "",
        *,
        app: str = "",
        by: str = "",
        customers: int | None = None,
    ) -> Self:
        """The desk of a company.

        Args:
            workspace: "demo", or the company's workspace file.
            app_files: folder with the app's exports, or the app's address; remembered.
            qbo: folder with QuickBooks' exported lists, or what `recon sandbox` prints, in a file;
                remembered.
            app: which app it is, such as "taxdome", when the workspace is made; remembered, and
                Invoice Ninja when left out. The demo company bills from Invoice Ninja.
            by: who works here.
            customers: size of the demo company when it is made.

        Raises:
            InputError, WorkspaceError: as `open_workspace` and `DemoDesk.open`.
        """
        _tell_errors_in_a_sentence()
        return cls(Engagement.open(workspace, app_files, qbo, app=app, by=by, customers=customers))

    def __repr__(self) -> str:
        return f"Desk({self.r.store.path.name})"

    def _repr_html_(self) -> str:
        bound = self.r.store.bound()
        about = self.r.profile.about
        writes = "through its API, when you have approved them and press the button"
        by_hand = "by hand only: its side is files"
        told = (
            ("Company", f"{bound.company} ({bound.environment})" if bound else "not read yet"),
            ("Invoicing app", f"{about.name} {about.version}"),
            ("Workspace", str(self.r.store.path)),
            ("Changes in QuickBooks", writes if "qbo" in self.r.writers else by_hand),
            (f"Changes in {about.name}", writes if "app" in self.r.writers else by_hand),
        )
        return Shown(display.facts(told), repr(self)).as_html()

    def pull(self) -> Shown:
        """Read every record of both sides; what was read, in numbers."""
        self._work(self._engagement.pull)
        sides = {"app": self.r.books.app.counts(), "qbo": self.r.books.qbo.counts()}
        notes = [note for side in self.r.snapshots for note in side.notes]
        unread = [(reject.source, reject.line, reject.why) for reject in self.r.books.rejects]
        page = display.heading("Both sides are read", "Nothing was changed on either.")
        page += display.books(sides, self._engagement.app)
        if unread:
            lines = display.table(["File", "Line", "Why"], unread)
            page += display.folded(f"Lines that could not be read ({len(unread):,})", lines)
        if notes:
            page += display.heading("Good to know") + display.listed(notes)
        return Shown(page, f"Read: {sides['app']} and {sides['qbo']}")

    def columns(self) -> Panel:
        """Which column of each exported file is read as what, to be chosen otherwise."""
        return buttons.columns_panel(self._engagement)

    def questions(self) -> Panel:
        """What is asked about the app, each with its answers; and every fact with its source."""
        return asking.questions_panel(self._engagement)

    def scenarios(self) -> Shown:
        """Ways to turn the sync on, side by side."""
        table = self._work(self.r.scenarios)
        return Shown(asking.scenarios_page(table), f"{len(table)} ways to turn the sync on")

    def why(self, record: str) -> Panel:
        """Why the forecast says what it says of one record, named by name, number or reference."""
        page = display.quiet("Name a record, then run this cell.")
        if record:
            page = asking.reasons_page(self._work(lambda: self.r.why(record)))
        return Panel("why that becomes of a record", lambda: page)

    def forecast(self) -> Shown:
        """What the app's sync would do, as a bar for each kind of record."""
        counts = by_kind(self._work(lambda: self.r.outcomes))
        harm, records = display.harm(counts), sum(total(counts).values())
        says = f"{harm:,} of {records:,} records would come to harm if the sync were turned on now"
        page = display.heading(says, "Red does harm. Point at a word to see what it means.")
        return Shown(page + display.outcomes(counts), says)

    def harmed(self) -> Panel:
        """The records that would come to harm, with the reason."""
        page = display.harmed(self._work(lambda: harmed(self.r)), self.r.names())
        return Panel("records that would come to harm", lambda: page)

    def findings(self) -> Panel:
        """What is wrong or risky before the sync."""
        found = display.findings(self._work(self.r.check), self.r.names())
        page = display.table(["", "Light", "Why"], list(map(lit, self.r.lights()))) + found
        return Panel("findings", lambda: page)

    def matches(self) -> Panel:
        """Who is the same customer and what the same product, by the evidence alone."""
        page = display.pairs(self._work(self.r.match), self.r.names())
        return Panel("matches", lambda: page)

    def proposals(self) -> Shown:
        """How many changes the plan proposes, by kind; a plan is made when there is none of now."""
        plan = self._work(self._engagement.review).plan
        made = f"Made {plan.made_at:%Y-%m-%d %H:%M} UTC. Nothing of it happens by itself."
        head = display.heading(f"{len(plan.actions):,} proposals", made)
        return Shown(head + display.proposals(plan), f"{len(plan.actions)} proposals")

    def review(self) -> ReviewWidget:
        """The plan, proposal by proposal; each decision is kept at once."""
        work = self._engagement
        return ReviewWidget(self._work(work.review), work.named(), app=work.app)

    def watch(self) -> Panel:
        """For who only wants to see how it goes on: the demo's accountant decides."""
        return buttons.watch_panel(self._engagement)

    def rehearse(self) -> Panel:
        """The button that tries the approved plan and the sync out on a twin of the books."""
        return rehearse_panel(self._engagement)

    def backtest(self, since: str = "") -> Panel:
        """After the real sync: the button that says what came true, and the record so far.

        Args:
            since: day on which the sync was turned on, like "2026-11-20", where both sides were
                read since; empty where the last reading was before it.

        Raises:
            InputError: that is no day.
        """
        return backtest_panel(self._engagement, asking.day_of(since))

    def apply(self) -> Panel:
        """What is approved, and the button that sends it."""
        return buttons.apply_panel(self._engagement)

    def hand_work(self) -> Panel:
        """What only a person can do, step by step, to be ticked off."""
        return buttons.hand_work_panel(self._engagement)

    def verify(self) -> Panel:
        """The button that reads both sides again, and what they show of what was promised."""
        return buttons.verify_panel(self._engagement)

    def undo(self) -> Panel:
        """The button that proposes to take back what was applied."""
        return buttons.undo_panel(self._engagement)

    def go_live(self) -> Panel:
        """What to see to before the sync is turned on, how, which record first, what to look at."""
        page = asking.go_live_page(self._work(lambda: go_live(self.r)))
        return Panel("the go-live sheet", lambda: page)

    def before_and_after(self) -> Shown:
        """The forecast as the books were, and as they are now."""
        was, now = before(self.r), by_kind(self._work(lambda: self.r.outcomes))
        harm = counted(display.harm(was), "record")
        says = f"{harm} would have come to harm as the books were. {self._engagement.left()}"
        fewer = words.fewer(total(was), total(now), self._engagement.app)
        page = display.heading(says, fewer) + display.heading("As the books were")
        page += display.outcomes(was) + display.heading("As they are now")
        return Shown(page + display.outcomes(now), says)

    def report(self, folder: str | Path = "papers") -> Shown:
        """The work papers: a workbook and one page, written into a folder."""
        by = self._engagement.named()
        files = self._work(lambda: self.r.report(folder, by=by))
        told = [(_PAPERS[name], path) for name, path in files.items()]
        links = "".join(f"<p>{display.link(path, label)}</p>" for label, path in told)
        return Shown(display.heading("Work papers") + links, f"Work papers: {Path(folder).name}")

    def _work(self, work: Callable[[], Result]) -> Result:
        with working() as progress, self._engagement.told(progress):
            return work()


def _tell_errors_in_a_sentence() -> None:
    """In a notebook, an error that a person can mend is its sentence, without a traceback."""
    shell = get_ipython()
    if shell is None:
        return

    def tell(
        shell: Any, kind: type[Exception], error: Exception, _trace: Any, **_: Any
    ) -> list[str]:
        said = f"recon: {error}"
        shell._showtraceback(kind, error, [said])  # noqa: SLF001  (IPython has no public way)
        return [said]

    shell.set_custom_exc((ReconError,), tell)
