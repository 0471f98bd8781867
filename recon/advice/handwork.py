"""The hand-work of an approved plan on paper: in which order, who, which clicks, what follows.

rows          one piece of hand-work after the other, then what closes the work, once
import_files  what changes in the app, as lists in the app's own columns
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recon.apps.exports import write_rows
from recon.apps.hand import Clicks, Screen
from recon.apps.readers import DIALECTS
from recon.apps.screens import SCREENS
from recon.behaviour import About
from recon.books import split_ref
from recon.errors import InputError
from recon.files.fields import APP_KINDS
from recon.plan import Plan, Write
from recon.trial.simulated import APPS

_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s(.,])")

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation


@dataclass(frozen=True)
class Piece:
    """One line of the sheet.

    Attributes:
        number: its place; work goes from top to bottom.
        id: of the write that is ticked off (`recon done`); empty for what closes the work.
        where: QuickBooks, or the app.
        who: whose rights it takes.
        record: which record, by its name.
        steps: the clicks.
        then: what follows at once, so that the record travels.
        done: "done" where somebody has ticked it off.
    """

    number: int
    id: str
    where: str
    who: str
    record: str
    steps: str
    then: str
    done: str

    @property
    def clicks(self) -> tuple[str, ...]:
        """The steps one by one."""
        return tuple(self.steps.split("\n"))

    @property
    def follows(self) -> tuple[str, ...]:
        """What follows at once, one by one; empty where nothing does."""
        return tuple(filter(None, self.then.split("\n")))


def rows(r: Reconciliation, plan: Plan | None = None) -> list[Piece]:
    """The approved hand-work of a plan, the newest unless given, in the order of the plan.

    Raises:
        InputError: nothing was proposed yet.
    """
    review = r.review(plan)
    approved = review.approved()
    telling = _Telling(r.profile.about, SCREENS.get(r.profile.about.id), r.names())
    work = [w for w in review.plan.writes if w.to == "hand" and w.action_id in approved]
    about = {action.id: action.ref for action in review.plan.actions}
    pieces = [
        telling.piece(
            number, write, about[write.action_id], r.store.state(review.plan.id, write.id) or ""
        )
        for number, write in enumerate(work, 1)
    ]
    return [*pieces, *telling.closing(len(pieces))] if approved else pieces


@dataclass(frozen=True)
class _Telling:
    about: About
    screen: Screen | None
    names: Mapping[str, str]

    def piece(self, number: int, write: Write, about: str, state: str) -> Piece:
        """One piece of hand-work; the app's own clicks go before those of any app.

        Args:
            number: its place.
            write: the work.
            about: the record that it is done for, which then has to travel.
            state: "done" where somebody ticked it off.
        """
        told = write.instruction
        if told is None:
            raise InputError(f"{write.id} does not say what to do.", remedy="Propose again.")
        system, kind, record_id = split_ref(write.ref) if write.ref else ("", "", "")
        steps, then = told.steps, told.then
        if system == "app" and self.screen is not None:
            clicks = self.screen.steps.get(f"{told.do.get('step')} {kind}", ())
            of_any = {*self.about.manual_edit, *self.about.manual_merge} if clicks else set()
            steps = (*clicks, *(step for step in steps if step not in of_any))
            then = then or self.screen.resync.get(kind, ())
        elif system == "qbo" and about.startswith("app:"):
            then = then or self._after_qbo(split_ref(about)[1])
        record = f"{kind} {self.names.get(write.ref, '') or record_id}".strip()
        return Piece(
            number, write.id, told.where, told.who, record, "\n".join(steps), "\n".join(then),
            "done" if state == "done" else "",
        )  # fmt: skip

    def _after_qbo(self, kind: str) -> Clicks:
        """What has to be clicked in the app once QuickBooks was mended for a record of it."""
        if self.screen is None:
            return self.about.resync
        return self.screen.after_qbo.get(kind) or self.screen.resync.get(kind, ())

    def closing(self, before: int) -> Iterator[Piece]:
        """What is clicked and looked at once, when all is done."""
        if self.screen is not None:
            steps = (*self.screen.closing, *self.screen.look)
            for number, step in enumerate(steps, before + 1):
                yield Piece(number, "", self.about.name, self.screen.who, "", step, "", "")


def write_sheet(pieces: list[Piece], path: Path) -> None:
    """Write the sheet as CSV (UTF-8 with a mark, as Excel wants it)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(field.name.title() for field in fields(Piece)), "By", "On"])
        for piece in pieces:
            told = (getattr(piece, field.name) for field in fields(Piece))
            writer.writerow([*map(_cell, told), "", ""])


def _cell(value: object) -> object:
    """A cell that no spreadsheet program takes for a formula; +1 555 and -5.00 are none."""
    risky = isinstance(value, str) and _FORMULA.match(value)
    return f"'{value}" if risky else value


def import_files(r: Reconciliation, folder: Path, plan: Plan | None = None) -> list[Path]:
    """What the approved hand-work changes in the app, as lists in the app's columns.

    For whoever may load a list into the app (Spraye's own staff do): only rows that change. Whether
    the app changes a record that it has, or makes another, is for them to say first.

    Raises:
        InputError: the app has no lists of this kind, or nothing was proposed yet.
    """
    app = r.profile.about.id
    if app not in DIALECTS:
        raise InputError(f"{r.profile.about.name} takes changes over its API or at its screen.")
    review = r.review(plan)
    before, _ = r.snapshots
    copy, approved = APPS[app].copy(before), review.approved()
    for write in review.plan.writes:
        told = write.instruction.do if write.instruction else {}
        ours = write.to == "hand" and write.action_id in approved and write.ref.startswith("app:")
        if ours and told.get("step") == "edit":
            copy.by_hand(told)
    after = copy.snapshot(before)
    written = []
    for kind in APP_KINDS:
        old = before.records.get(kind, [])
        changed = [row for row in after.records.get(kind, []) if not _was_there(row, old)]
        if changed:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{kind}-changed.csv"
            write_rows(DIALECTS[app], kind, [_safe(row) for row in changed], path)
            written.append(path)
    return written


def _was_there(row: Mapping[str, Any], old: list[dict[str, Any]]) -> bool:
    return any(row.items() <= each.items() for each in old)


def _safe(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _cell(value) for name, value in row.items()}
