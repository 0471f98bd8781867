"""What is behind a button: deciding for the demo, sending, ticking off, verifying, taking back."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from recon.advice import handwork
from recon.company import headers
from recon.counting import counted
from recon.demo.desk import open_hand_work
from recon.errors import NotApprovedError
from recon.files.csvreader import FileTable
from recon.files.export import Export
from recon.files.export_set import ExportSet
from recon.files.fields import FIELDS
from recon.files.mapping import short
from recon.plan import Plan
from recon.reports import words
from recon.stages.apply import ApplyResult
from recon.trial.rehearsing import standing
from recon.widgets import display
from recon.widgets.display import Choice
from recon.widgets.engagement import Engagement
from recon.widgets.panel import Panel

_TO_REVIEW = "Go on with 02_review."
_NO_PLAN = f"There is no plan yet. {_TO_REVIEW}"


def watch_panel(work: Engagement) -> Panel:
    """The button that has the demo's accountant decide."""

    def draw() -> str:
        if work.demo is None:
            return display.quiet("These are real books: nobody decides for you here.")
        ask = display.quiet(
            "Only watching? The demo's accountant knows every client and decides on all proposals, "
            "also on those that you have decided."
        )
        return ask + display.button("decide", "Let the demo's accountant decide")

    def decide(_which: str) -> str:
        if work.demo is None:
            raise NotApprovedError("Nobody decides for you here.", remedy="Review the proposals.")
        work.review()
        work.demo.accountant()
        counts = work.review().counts
        return (
            f"{counts['approve']:,} approved, {counts['reject']:,} rejected. Run the cell with the "
            "review again to see them, or go on with 03_apply_and_verify."
        )

    return Panel("the demo's accountant", draw, {"decide": decide}, work.panels)


def columns_panel(work: Engagement) -> Panel:
    """Which column of each exported file is read as what, to be chosen otherwise."""

    def draw() -> str:
        files = headers.exported(work.r.readers)
        if not files:
            return display.quiet("Both sides are read over their API: there are no columns.")
        exports = [export for each in files for export in each.exports]
        page = display.heading("How the files are read") + "".join(map(_columns, exports))
        return page + "".join(_unread(table, each) for each in files for table in each.others)

    def column(which: str) -> str:
        headers.correct(work.r.store, work.r.readers, columns=[which])
        return "Kept. Read both sides again: run the cell with desk.pull()."

    def dates(which: str) -> str:
        headers.correct(work.r.store, work.r.readers, dates=[which])
        return "Kept. Read both sides again: run the cell with desk.pull()."

    acts = {"column": column, "dates": dates}
    return Panel("columns of the exports", draw, acts, work.panels)


def _columns(export: Export) -> str:
    """One file: each field with a list of its columns to choose from."""
    mapping, kind = export.mapping, short(export.kind)
    to_choose = {"": "(not in this file)", **{header: header for header in mapping.headers}}
    rows: list[Sequence[display.Cell]] = []
    for row in mapping.describe():
        name = row["field"]
        label = f"Column for {words.plain(name)} of {kind}"
        choice = Choice("column", f"{kind}:{name}=", label, row["header"], to_choose)
        rows.append((words.plain(name), choice, row["why"], row["samples"]))
    head = ["Field", "Column", "Why", "For example"]
    return display.folded(
        f"{export.table.name}: {kind}, {counted(len(export.table.rows), 'row')}",
        _date_order(export) + display.table(head, rows),
    )


def _unread(table: FileTable, files: ExportSet) -> str:
    """A file that recon knows no kind of: it becomes one when its first columns are named."""
    to_choose = {"": "(none)", **{header: header for header in table.header}}
    rows: list[Sequence[display.Cell]] = []
    for kind in files.kinds:
        for field in (f for f in FIELDS[kind] if f.required):
            label = f"If {table.name} holds {short(kind)}: column for {words.plain(field.name)}"
            choice = Choice("column", f"{short(kind)}:{field.name}=", label, "", to_choose)
            rows.append((words.plain(short(kind)), words.plain(field.name), choice))
    return display.folded(
        f"{table.name}: not read, {counted(len(table.rows), 'row')}",
        display.table(["If it holds", "What must be there", "Column"], rows),
    )


def _date_order(export: Export) -> str:
    """How dates like 03/04/2026 are read, where the file has dates."""
    mapping, kind = export.mapping, short(export.kind)
    if not any(f.type == "date" and f.name in mapping.chosen for f in mapping.fields):
        return ""
    orders = {"": "as the file's other dates show", "dmy": "day first", "mdy": "month first"}
    label = f"How dates of {kind} are read"
    choice = Choice("dates", f"{kind}=", label, mapping.date_order or "", orders)
    return f"<p>Dates like 03/04/2026 are read {choice.html()}</p>"


def apply_panel(work: Engagement) -> Panel:
    """What is approved, and the button that sends it."""
    shown = ""

    def draw() -> str:
        nonlocal shown
        plan = work.newest()
        if plan is None:
            return display.quiet(_NO_PLAN)
        chosen = work.r.review(plan).approved()
        shown = _token(plan, chosen)
        return _ready_to_send(work, plan, chosen)

    def send(_which: str) -> str:
        plan = work.newest()
        if plan is None or _token(plan, work.r.review(plan).approved()) != shown:
            raise NotApprovedError(
                "What is approved has changed since this was shown; nothing was sent.",
                remedy="Look again, then press.",
            )
        work.named()
        with work.told(panel.progress), work.connected():
            result = work.r.apply(plan)
        return _told(result)

    panel = Panel("what is approved", draw, {"apply": send, "look": lambda _which: ""}, work.panels)
    return panel


def _told(result: ApplyResult) -> str:
    """What became of it, without what did not occur."""
    counts = {
        "done": len(result.done), "done before": len(result.before), "refused": len(result.refused),
        "waiting for hand-work": len(result.waiting), "to do by hand": len(result.by_hand),
    }  # fmt: skip
    told = ", ".join(f"{number:,} {word}" for word, number in counts.items() if number)
    refused = "".join(f" Refused: {each.says}" for each in result.refused)
    return f"{told or 'What is approved is noted; there was nothing to send'}.{refused}"


def _token(plan: Plan, chosen: frozenset[str]) -> str:
    """Tells whether what is approved is still what was shown."""
    return hashlib.sha256(" ".join([plan.digest, *sorted(chosen)]).encode()).hexdigest()


def _ready_to_send(work: Engagement, plan: Plan, chosen: frozenset[str]) -> str:
    states = {e.write_id: e.state for e in work.r.store.entries(plan.id)}
    mine = [w for w in plan.writes if w.action_id in chosen]
    waiting = [w for w in mine if w.to != "hand" and states.get(w.id) not in ("done", "refused")]
    sides = {"qbo": "QuickBooks", "app": work.app}
    per_side = {name: sum(w.to == side for w in waiting) for side, name in sides.items()}
    names = " and ".join(name for name, number in per_side.items() if number) or "QuickBooks"
    done = sum(states.get(w.id) == "done" for w in mine if w.to != "hand")
    review = work.r.review(plan)
    unsent = {a.id for a in plan.actions if a.kind == "skip" and a.id in chosen}
    settled = set(_refs(plan, unsent)) <= work.r.left_out
    undo = Counter(a.undo for a in plan.actions if a.id in chosen)
    head = display.heading(
        f"{plan.company}",
        f"{plan.environment} company {plan.realm}; plan of {plan.made_at:%Y-%m-%d %H:%M} UTC",
    )
    told = display.facts(
        [
            ("Proposed", f"{len(plan.actions):,}, of which {review.remaining:,} not decided"),
            ("Approved", f"{len(chosen):,}"),
            ("To send to QuickBooks", counted(per_side["QuickBooks"], "change")),
            (f"To send to {work.app}", _if_any(per_side[work.app], "change")),
            ("Sent and done", _if_any(done, "change")),
            ("By hand", counted(sum(w.to == "hand" for w in mine), "piece")),
            ("Kept out of the sync", _if_any(len(unsent), "record")),
            ("Rehearsal", standing(work.r)),
            ("Can be undone", ", ".join(f"{undo[u]:,} {words.UNDO[u]}" for u in undo)),
        ]
    )
    listed = display.folded(
        f"What will happen ({len(chosen):,})", display.actions(plan, chosen, last="skip")
    )
    if not chosen:
        again = display.button("look", "Look again")
        return head + told + display.quiet(f"Nothing is approved. {_TO_REVIEW}") + again
    if not waiting and settled:
        return head + told + listed + display.quiet("Nothing is left to send.")
    label = f"Send {counted(len(waiting), 'change')} to {names}"
    if not waiting:
        label = "Note the approved plan"
    box = display.tick_box("apply", f"I have looked at it, and mean {plan.company}.")
    return head + told + listed + box + display.button("apply", label, main=True, locked=True)


def _if_any(number: int, what: str) -> str:
    """A number with its word; empty, and so not shown, for none."""
    return counted(number, what) if number else ""


def _refs(plan: Plan, action_ids: set[str]) -> list[str]:
    return [action.ref for action in plan.actions if action.id in action_ids]


def hand_work_panel(work: Engagement) -> Panel:
    """What only a person can do, step by step, to be ticked off."""

    def draw() -> str:
        plan = work.begun()
        if plan is None:
            return display.quiet(_NO_PLAN)
        chosen = work.r.review(plan).approved()
        every = [w for w in plan.writes if w.to == "hand" and w.action_id in chosen]
        left = open_hand_work(work.r, plan, chosen)
        done = f"{len(every) - len(left):,} of {len(every):,} done." if every else ""
        head = display.heading("To do by hand", done)
        if not left:
            return head + display.quiet("Nothing is left to do by hand.")
        waiting = {write.id for write in left}
        pieces = [piece for piece in handwork.rows(work.r, plan) if piece.id in waiting]
        clerk = display.button("clerk", f"Let the demo's clerk do all {len(left):,}")
        return head + (clerk if work.demo else "") + display.hand_work(plan, pieces)

    def tick(which: str) -> str:
        work.r.tick_off(which, by=work.named(), plan=work.begun())
        return "Ticked off. The next read of both sides checks it."

    def clerk(_which: str) -> str:
        if work.demo is None:
            raise NotApprovedError("There is no clerk here.", remedy="Follow the steps.")
        done = work.demo.do_by_hand(work.begun())
        return f"{counted(done, 'piece')} of hand-work done and ticked off."

    return Panel("hand-work", draw, {"tick": tick, "clerk": clerk}, work.panels)


def verify_panel(work: Engagement) -> Panel:
    """The button that reads both sides again, and what they show of what was promised."""
    seen: list[pd.DataFrame] = []

    def draw() -> str:
        head = display.heading("Verify", "Only reads. Every promise of the plan is looked for.")
        read = display.button("verify", "Read both sides again and check")
        return head + read + "".join(display.verification(found) for found in seen)

    def verify(_which: str) -> str:
        with work.told(panel.progress):
            work.pull()
            seen[:] = [work.r.verify(work.begun())]
            left = work.left()
        open_ = int((~seen[0]["check"].isin(["verified", "by_hand_done"])).sum())
        kept = "Everything is as promised."
        if open_:
            kept = f"{counted(open_, 'line')} not as promised yet."
        return f"{kept} {left}"

    panel = Panel("verification", draw, {"verify": verify}, work.panels)
    return panel


def undo_panel(work: Engagement) -> Panel:
    """The button that proposes to take back what was applied."""

    def draw() -> str:
        head = display.heading(
            "Take it back",
            "Makes another plan that sets back what the last one did. It is reviewed and applied "
            "the same way; nothing is sent here.",
        )
        if not any(map(work.r.store.entries, work.r.store.begun())):
            return head + display.quiet("Nothing was applied yet: there is nothing to take back.")
        return head + display.button("undo", "Propose to take it back")

    def undo(_which: str) -> str:
        with work.told(panel.progress):
            work.pull()
            back = work.r.undo()
        steps = counted(len(back.plan.actions), "step")
        return f"A plan with {steps} is ready. {_TO_REVIEW}"

    panel = Panel("undo", draw, {"undo": undo}, work.panels)
    return panel
