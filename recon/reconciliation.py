"""START HERE: the main flow, one short method a stage.

    pull -> tidy -> match -> check -> forecast -> propose -> review -> rehearse -> apply -> verify
         -> report, and once the real sync has run: backtest

What is pulled, planned, decided and sent is stored in the workspace; everything between is worked
out again whenever it is asked for, so it can never be stale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import pandas as pd

from recon.advice.explaining import why
from recon.advice.papers import note_before, papers
from recon.advice.scenarios import AS_SET, before_start, scenarios, with_other_answers
from recon.apps.profiles import clean_up
from recon.books import Books, Snapshot, System
from recon.case import Case
from recon.checks import Light, check, light
from recon.company.choosing import chosen
from recon.company.decided import kept_out, told
from recon.company.learning import learnt
from recon.company.linking import keep_inferred, remember_since, sync_on_since, with_links
from recon.company.planned import with_planned
from recon.errors import NotApprovedError, StalePlanError, WorkspaceError
from recon.plan import Plan, WriteTo
from recon.ports import Clock, Progress, Reader, Writer, silent
from recon.profile import Profile
from recon.rehearsal import BackTest, Rehearsal
from recon.reports import write_html, write_workbook
from recon.settings import Settings
from recon.stages.apply import ApplyResult, apply, tick_off
from recon.stages.forecast import forecast
from recon.stages.match import match
from recon.stages.propose import propose
from recon.stages.propose.ties import held_to_links
from recon.stages.pull import pull
from recon.stages.review import Review
from recon.stages.tidy import tidy
from recon.stages.undo import undo_plan
from recon.stages.verify import verify
from recon.trial.backtesting import backtest
from recon.trial.rehearsing import last_rehearsal, rehearse
from recon.workspace import Workspace

_SETTINGS = "settings"
_NOTHING = "Nothing in the newest plan is approved."


def _kept_settings(store: Workspace) -> Settings:
    kept = store.noted(_SETTINGS)
    return Settings.model_validate_json(kept) if kept else Settings()


def utc_now() -> datetime:
    """The time of this computer, in UTC."""
    return datetime.now(UTC)


class Reconciliation:
    """One company's books beside one invoicing app, from the pull to the work papers.

    Args:
        store: the company's workspace.
        app: profile of the invoicing app ("workiz", "invoiceninja@current"); that which the
            workspace keeps when it is left out.
        readers: how to pull each side; may be empty when only stored books are looked at.
        writers: where approved writes go.
        settings: thresholds and limits; when left out, those that the workspace keeps.
        clock: now, in UTC.
        progress: told how far long work is.
    """

    def __init__(  # noqa: PLR0913
        self,
        store: Workspace,
        app: str = "",
        *,
        readers: Mapping[System, Reader] | None = None,
        writers: Mapping[WriteTo, Writer] | None = None,
        settings: Settings | None = None,
        clock: Clock = utc_now,
        progress: Progress = silent,
    ) -> None:
        self.store = store
        self.profile = chosen(store, app)
        self.readers = dict(readers or {})
        self.writers = dict(writers or {})
        self.settings = settings or _kept_settings(store)
        self.clock = clock
        self.progress = progress
        self._worked_out: dict[str, Any] = {}
        self._decided = -1

    @classmethod
    def open(  # noqa: PLR0913  (those of the class)
        cls,
        path_or_url: str | Path,
        app: str = "",
        *,
        readers: Mapping[System, Reader] | None = None,
        writers: Mapping[WriteTo, Writer] | None = None,
        settings: Settings | None = None,
        clock: Clock = utc_now,
        progress: Progress = silent,
    ) -> Self:
        """The reconciliation kept in a workspace, which is made when there is none.

        Raises:
            WorkspaceError: the file is no workspace, or of a newer recon.
        """
        return cls(
            Workspace.open(path_or_url), app, readers=readers, writers=writers, settings=settings,
            clock=clock, progress=progress,
        )  # fmt: skip

    def set(self, **changes: Any) -> Settings:
        """Change settings, and keep them in the workspace from now on.

        Raises:
            ConfigError: there is no such setting, or it does not take the value; nothing changed.
        """
        self.settings = self.settings.changed(changes)
        self.store.note(_SETTINGS, self.settings.model_dump_json())
        self._worked_out.clear()
        return self.settings

    def go_by(self, profile: Profile) -> None:
        """Go by another profile from now on; `recon.company.choosing` also keeps which."""
        self.profile = profile
        self._worked_out.clear()

    def sync_is_on(self, since: datetime | None) -> None:
        """Say since when the app's sync is on, UTC: what it made is linked then. None: not yet."""
        remember_since(self, since)
        self._worked_out.clear()
        if since is not None and self.store.latest("app") and self.store.latest("qbo"):
            self._infer_links()

    def pull(self) -> dict[System, Snapshot]:
        """Both sides, every record, kept as snapshots.

        Raises:
            InputError, RemoteError: a side could not be read; nothing was kept.
            WorkspaceError: the books are another company's than the workspace's.
        """
        snapshots = pull(self.readers, self.clock, self.progress)
        if (ledger := snapshots.get("qbo")) is not None:
            self.store.bind(ledger.realm, ledger.environment, ledger.company, self.profile.about.id)
        for snapshot in snapshots.values():
            self.store.save_snapshot(snapshot)
        self._worked_out.clear()
        if sync_on_since(self) is not None and len(snapshots) > 1:
            self._infer_links()
        return snapshots

    def _infer_links(self) -> None:
        """Keep what the sync that is on has linked, as far as the books show it."""
        keep_inferred(self, self.books)
        self._worked_out.clear()

    @property
    def snapshots(self) -> tuple[Snapshot, Snapshot]:
        """The newest snapshots of app and QuickBooks.

        Raises:
            WorkspaceError: a side was never pulled.
        """
        app, ledger = (
            self._once("Opening the snapshots of the app", lambda: self.store.latest("app")),
            self._once("Opening the snapshots of QuickBooks", lambda: self.store.latest("qbo")),
        )
        if app is None or ledger is None:
            missing = self.profile.about.name if app is None else "QuickBooks"
            raise WorkspaceError(
                f"The workspace holds no records of {missing} yet.", remedy="Pull both sides first."
            )
        return app, ledger

    @property
    def books(self) -> Books:
        """Both sides as tables, with every link that is known; see `recon.company.linking`."""
        return self._once(  # type: ignore[no-any-return]
            "Tidying both sides", lambda: with_links(self, tidy(*self.snapshots))
        )

    @property
    def case(self) -> Case:
        """What checks and forecast look at: books, profile, settings, evidence."""
        self._heed_decisions()
        return self._once("Laying out the case", lambda: self.case_of(self.books, self.match()))  # type: ignore[no-any-return]

    def case_of(self, books: Books, pairs: pd.DataFrame) -> Case:
        """The case of other books than the pulled ones."""
        return Case(
            books, self.profile, self.settings, self.clock(), pairs, clean_up(self.profile),
            different=told(self.store, "reject"), same=told(self.store, "approve"),
            since=sync_on_since(self),
        )  # fmt: skip

    def match(self) -> pd.DataFrame:
        """`PAIRS`: who is the same party, thing or sale, by the evidence alone."""
        return self._once("Matching", lambda: match(self.books, self.progress, learnt(self.store)))  # type: ignore[no-any-return]

    def check(self) -> pd.DataFrame:
        """`FINDINGS`: what is wrong or risky before the sync."""
        self._heed_decisions()
        return self._once("Checking", lambda: check(with_planned(self.case, self.store)))  # type: ignore[no-any-return]

    def lights(self) -> tuple[Light, ...]:
        """A traffic light for each kind of record, and last the company's; see `left_out`."""
        return light(self.check(), self.left_out)

    def forecast(self) -> pd.DataFrame:
        """`OUTCOMES`: what the app's sync would do to each record, and `otherwise` what not."""
        told, out = self.outcomes, self.left_out
        return self._once("Asking what else", lambda: with_other_answers(self.case, told, out))  # type: ignore[no-any-return]

    @property
    def outcomes(self) -> pd.DataFrame:
        """`OUTCOMES` as of `forecast`, without `otherwise`, which takes several times as long."""
        self._heed_decisions()
        return self._once("Forecasting", lambda: forecast(self.case, self.left_out))  # type: ignore[no-any-return]

    def scenarios(self, cut_overs: Iterable[date] = ()) -> pd.DataFrame:
        """`SCENARIOS`: ways to turn the sync on, side by side; see `recon.advice.scenarios`.

        Args:
            cut_overs: days from which on the sync would be; the usual ones when none is given.
        """
        return scenarios(self, cut_overs)

    def why(self, record: str, scenario: str = AS_SET) -> list[tuple[str, str]]:
        """Why the forecast says what it says of a record, on which fact, and what if not.

        Args:
            record: its reference, or its name or number.
            scenario: how the sync is turned on, as `scenarios` calls it.
        """
        return why(self, record, scenario)

    def propose(self) -> Review:
        """A new plan that mends every outcome that is not wanted, kept and ready for review."""
        app, ledger = self.snapshots
        self._require_fresh(ledger)
        self._worked_out.clear()  # people have decided since
        case, outcomes = self.case, self.outcomes
        note_before(self)
        plan = self._shown(
            "Proposing",
            lambda: propose(
                case,
                outcomes,
                plan_id=uuid4().hex,
                environment=ledger.environment,
                snapshots=(app.id, ledger.id),
            ),
        )
        self.store.save_plan(plan)
        return self.review(plan)

    def review(self, plan: Plan | None = None) -> Review:
        """The decisions on a plan, the newest unless one is given.

        Raises:
            WorkspaceError: nothing was proposed yet.
        """
        return Review(plan or self._plan(), self.store, self.clock, self.settings)

    @property
    def rounds(self) -> list[Plan]:
        """The plans of which something was approved or sent, oldest first."""
        plans = map(self.store.plan, self.store.begun())
        return [plan for plan in plans if plan is not None]

    def rehearse(self, *, with_plan: bool = True, scenario: str = AS_SET) -> Rehearsal:
        """The approved plan and the app's sync on twins of the pulled books; see `rehearsing`.

        Args:
            with_plan: False runs the sync on the books as they are only.
            scenario: how the sync is turned on, as `scenarios` calls it.
        """
        return rehearse(self, with_plan=with_plan, scenario=scenario)

    def rehearsed(self) -> Rehearsal | None:
        """The last rehearsal, if it was of these books, this plan and these approvals."""
        return last_rehearsal(self)

    def backtest(self, since: datetime | None = None) -> BackTest:
        """A fresh pull after the real sync, held against the forecast before it.

        Args:
            since: when the sync was turned on, where it was pulled since; see `backtesting`.
        """
        return backtest(self, since)

    def apply(self, plan: Plan | None = None) -> ApplyResult:
        """Send what is approved; run again after any interruption, it continues.

        Raises:
            NotApprovedError: nothing in the plan is approved.
            StalePlanError, UnsafePlanError, WorkspaceError: nothing was sent.
            BusyError, OutcomeUnknownError, AuthError: run again later.
        """
        plan = plan or self._plan()
        review = self.review(plan)
        if not review.approved():
            unsigned = bool(review.counts["approve"])
            says = "No approval was signed by a second person yet." if unsigned else _NOTHING
            todo = "Have a reviewer sign." if unsigned else "Review and approve it first."
            raise NotApprovedError(says, remedy=todo)
        with self.store.applying():
            app, ledger = self.snapshots
            result = apply(
                plan,
                self.store.decisions(plan.id),
                self.writers,
                self.store,
                clock=self.clock,
                settings=self.settings,
                newest=(app.id, ledger.id),
                customers={
                    "qbo": len(self.books.qbo.customers),
                    "app": len(self.books.app.customers),
                },
                progress=self.progress,
            )
        self._worked_out.clear()
        return result

    def tick_off(self, write_id: str, *, by: str, plan: Plan | None = None) -> None:
        """Note that a person did one piece of hand-work; the next pull checks it."""
        tick_off(plan or self._plan(), write_id, self.store, clock=self.clock, by=by)

    def verify(self, plan: Plan | None = None) -> pd.DataFrame:
        """`FINDINGS`: what the newest pull shows of what the plan promised."""
        plan = plan or self._plan()
        approved = self.review(plan).approved()
        books = self.books
        return self._shown(  # type: ignore[no-any-return]
            "Verifying", lambda: verify(plan, approved, self.store.entries(plan.id), books)
        )

    def undo(self, plan: Plan | None = None) -> Review:
        """A new plan that takes back what was applied, to be reviewed and applied the same way."""
        plan = plan or self._last_applied()
        app, ledger = self.snapshots
        self._require_fresh(ledger)
        back = undo_plan(
            plan,
            self.store.entries(plan.id),
            plan_id=uuid4().hex,
            made_at=self.clock(),
            books=self.books,
            snapshots=(app.id, ledger.id),
        )
        self.store.save_plan(back := held_to_links(back, self.profile, self.books))
        return self.review(back)

    def report(
        self, folder: str | Path, *, by: str = "", plans: Sequence[Plan] = (), **shown: Any
    ) -> dict[str, Path]:
        """The work papers, `xlsx` and `html`, as files in a folder.

        Args:
            folder: made when there is none.
            by: who made them.
            plans: those that are told of, in order; when left out those of which something was
                approved or sent, or else the newest.
            shown: fields of `recon.reports.Report` that the caller knows better, such as the
                counts before the plan was applied.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        newest = self.store.plan()
        told = plans or self.rounds or ([newest] if newest else [])
        report = papers(self, told, by=by, **shown)
        xlsx, html = folder / "recon.xlsx", folder / "recon.html"
        return {
            "xlsx": self._shown("Writing the workbook", lambda: write_workbook(report, xlsx)),
            "html": self._shown("Writing the page", lambda: write_html(report, html)),
        }

    def names(self) -> dict[str, str]:
        """Reference to name or number, for people; a record without one is told by its key."""
        return self.books.names()

    @property
    def left_out(self) -> frozenset[str]:
        """Refs that stay out of the sync: by a person's word, or older than the first day."""
        return before_start(self) | kept_out(self)

    def _require_fresh(self, ledger: Snapshot) -> None:
        """Refuse to plan on books that were changed by a plan after they were pulled."""
        newest = self.store.plan()
        entries = self.store.entries(newest.id) if newest else []
        if any(entry.at > ledger.taken_at for entry in entries if entry.state == "done"):
            raise StalePlanError(
                "The books were changed since they were pulled.", remedy="Pull again first."
            )

    def _last_applied(self) -> Plan:
        """The newest plan of which something was sent; the newest of all when nothing was."""
        for plan in reversed(self.store.plans()):
            if any(entry.state == "done" for entry in self.store.entries(plan.id)):
                return plan
        return self._plan()

    def _plan(self) -> Plan:
        plan = self.store.plan()
        if plan is None:
            raise WorkspaceError("The workspace holds no plan yet.", remedy="Propose one first.")
        return plan

    def _heed_decisions(self) -> None:
        """Forget what hangs on who was told apart and what is left out, where people decided."""
        if self._decided != (now := self.store.decided):
            self._decided = now
            for what in ("Laying out the case", "Checking", "Forecasting", "Asking what else"):
                self._worked_out.pop(what, None)

    def _once(self, what: str, work: Callable[[], Any]) -> Any:
        """The result of `work`, once for each pull."""
        if what not in self._worked_out:
            self._worked_out[what] = self._shown(what, work)
        return self._worked_out[what]

    def _shown(self, what: str, work: Callable[[], Any]) -> Any:
        """The result of `work`, told to whoever watches."""
        self.progress(what, 0, 1)
        result = work()
        self.progress(what, 1, 1)
        return result
