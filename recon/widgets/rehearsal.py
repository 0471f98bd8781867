"""The rehearsal as a panel: a button, how far it is, and the sync without and with the plan."""

from __future__ import annotations

from collections.abc import Mapping

from recon.rehearsal import Difference, Rehearsal, SyncRun
from recon.reports import words
from recon.widgets import display
from recon.widgets.engagement import Engagement
from recon.widgets.panel import Panel


def rehearse_panel(work: Engagement) -> Panel:
    """The button that tries out what is approved; what came of it stays until something changes."""
    stopped: list[Rehearsal] = []

    def draw() -> str:
        if work.r.store.bound() is None:
            return display.quiet("Nothing was read yet. Go on with 00_start.")
        told = work.r.rehearsed()
        ask = display.quiet(
            f"A twin of the books as they were last read is set up on this computer. It gets what "
            f"is approved, hand-work included; then {work.app}'s sync runs against it, call by "
            "call. Neither side is called. The notebook's stop button ends it."
        )
        press = display.button("rehearse", "Rehearse again" if told else "Rehearse", main=not told)
        shown = told or next(iter(stopped), None)
        return ask + press + (_page(shown, work.r.names()) if shown else "")

    def act(_which: str) -> str:
        with work.told(panel.progress):
            told = work.r.rehearse()
        stopped[:] = [] if told.complete else [told]
        return told.says

    panel = Panel("rehearsal", draw, {"rehearse": act}, work.panels)
    return panel


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
    requests = words.counted(told.applied, "request")
    return f"Of the plan: {requests}, {words.counted(told.by_hand, 'piece')} of hand-work."


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
