"""The rehearsal and the back-test as panels: a button, and what came of the sync."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from recon.advice.scenarios import AS_SET, ways_of
from recon.counting import counted
from recon.reconciliation import Reconciliation
from recon.rehearsal import BackTest, Difference, Rehearsal, SyncRun
from recon.reports import words
from recon.trial.backtesting import backtests, track_record
from recon.trial.rehearsing import still_stands
from recon.widgets import display
from recon.widgets.engagement import Engagement
from recon.widgets.panel import Panel


def rehearse_panel(work: Engagement) -> Panel:
    """The button that tries out what is approved; what came of it stays until something changes.

    A rehearsal of another way to turn the sync on, or one that was stopped, is shown and not kept.
    """
    shown: list[Rehearsal] = []

    def draw() -> str:
        if work.r.store.bound() is None:
            return display.quiet("Nothing was read yet. Go on with 00_start.")
        kept = work.r.rehearsed()
        ask = display.quiet(
            f"A twin of the books as they were last read is set up on this computer. It gets what "
            f"is approved, hand-work included; then {work.app}'s sync runs against it, call by "
            "call. Neither side is called. The notebook's stop button ends it."
        )
        press = display.button(
            "rehearse", "Rehearse again" if kept else "Rehearse", which=AS_SET, main=not kept
        )
        told = next((told for told in shown if still_stands(work.r, told)), kept)
        return ask + press + _other_ways(work.r) + (_page(told, work.r.names()) if told else "")

    def act(which: str) -> str:
        with work.told(panel.progress):
            told = work.r.rehearse(scenario=which or AS_SET)
        shown[:] = [told] if told.scenario or not told.complete else []
        return told.says

    panel = Panel("rehearsal", draw, {"rehearse": act}, work.panels)
    return panel


def _other_ways(r: Reconciliation) -> str:
    """Each other way to turn the sync on: a button, and what is done."""
    ways = [(one.name, one.says) for one in ways_of(r.profile) if one.name != AS_SET]
    title = "Rehearse another way to turn the sync on"
    return display.folded(title, display.offers("rehearse", ways)) if ways else ""


def backtest_panel(work: Engagement, since: datetime | None = None) -> Panel:
    """The button that holds the books after the real sync against the forecast before it.

    Args:
        work: the company.
        since: when the sync was turned on, where both sides were read since; None where not.
    """

    def draw() -> str:
        if work.r.store.bound() is None:
            return display.quiet("Nothing was read yet. Go on with 00_start.")
        page = display.quiet(
            f"After {work.app}'s sync has run: both sides are read, and each record is held "
            "against what was forecast when they were last read. Only reads."
        )
        page += display.button("backtest", "Read both sides and hold them against the forecast")
        tests = backtests(work.r)
        return page + (_held(tests[-1], work.r) if tests else "")

    def act(_which: str) -> str:
        with work.told(panel.progress):
            return work.r.backtest(since).says

    panel = Panel("back-test", draw, {"backtest": act}, work.panels)
    return panel


def _held(told: BackTest, r: Reconciliation) -> str:
    """The last back-test, and the record of all of them."""
    names = r.names()
    page = display.heading(told.says, f"{told.profile}, {told.at:%Y-%m-%d}")
    if told.differences:
        title = f"Otherwise than forecast ({len(told.differences):,})"
        page += display.folded(title, _differ(told.differences, names), unfolded=True)
    if told.disconnected:
        rows = [(names.get(apart.ref, apart.ref), apart.says) for apart in told.disconnected]
        page += display.heading("Come apart since") + display.table(["Record", "What"], rows)
    record = track_record(r)
    head = [words.plain(str(name)) for name in record]
    shown = record.assign(share=list(map(words.percent, record["share"]))).to_numpy().tolist()
    return page + display.heading("Back-tests so far") + display.table(head, shown)


def _page(told: Rehearsal, names: Mapping[str, str]) -> str:
    page = display.heading(told.says, _of_the_plan(told))
    runs = {"Without the plan": told.before, "With the plan": told.after}
    for title, run in runs.items():
        if run:
            page += display.heading(title) + display.outcomes(run.counts_by_kind)
    if told.before and told.after:
        page += _side_by_side(told.before, told.after)
    if told.not_done:
        page += display.heading("Not done of the plan") + display.listed(told.not_done)
    if told.differences:
        title = f"Otherwise than forecast ({len(told.differences):,})"
        page += display.folded(title, _differ(told.differences, names))
    return page + display.folded("What the twin is made of", display.listed(told.notes))


def _of_the_plan(told: Rehearsal) -> str:
    if not told.after:
        return ""
    requests = counted(told.applied, "request")
    return f"Of the plan: {requests}, {counted(told.by_hand, 'piece')} of hand-work."


def _side_by_side(before: SyncRun, after: SyncRun) -> str:
    rows = [
        (words.outcome(name), before.counts.get(name, 0), after.counts.get(name, 0))
        for name in words.OUTCOMES
        if name in before.counts or name in after.counts
    ]
    head = ["What the sync did", "Without the plan", "With the plan"]
    return display.table(head, rows, narrow=True)


def _differ(found: tuple[Difference, ...], names: Mapping[str, str]) -> str:
    rows = [
        (names.get(d.ref, d.ref), d.forecast, d.because, d.came or "nothing", d.instead)
        for d in found
    ]
    return display.table(["Record", "Forecast", "Because", "What came", "Why"], rows)
