"""The review as a widget in a notebook; every decision takes `Review`'s path.

The rows travel as a custom message with a binary buffer, never as a trait: traits are written
into the notebook when "Save widget state" is on, and a client list does not belong there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import anywidget

from recon.errors import NotApprovedError, ReconError
from recon.plan import Action, Decision
from recon.stages.review import Review

_STATIC = Path(__file__).parent / "static"


class ReviewWidget(anywidget.AnyWidget):
    """The list of a plan's actions, side by side, with a key for each verdict.

    Args:
        review: the plan and its decisions.
        by: who decides, as they call themselves.
        app: what the app's side is called above its column.
    """

    _esm = _STATIC / "review.js"
    _css = _STATIC / "review.css"

    def __init__(self, review: Review, by: str, *, app: str = "Invoicing app") -> None:
        super().__init__()
        self._review = review
        self._by = by
        self._app = app
        self._turn = Lock()
        self._answered: dict[str, tuple[str, ...] | None] = {}
        self.on_msg(self._heard)

    def _heard(
        self, _widget: object, content: Mapping[str, Any], _buffers: Sequence[bytes]
    ) -> None:
        with self._turn:  # a kernel with subshells may hear two messages in two threads
            match content.get("kind"):
                case "ready":
                    self._review.refresh()
                    self._send_rows()
                case "decide" | "undo":
                    self._answer(content)

    def _answer(self, content: Mapping[str, Any]) -> None:
        """Carry out what was said and say what stands now; said twice it is carried out once."""
        seq = content["seq"]
        changed = self._answered.get(seq)
        if changed is None:
            try:
                made = self._decide(content)
            except ReconError as error:
                self._answered[seq] = None
                self.send({"kind": "error", "seq": seq, "message": str(error)})
                return
            changed = tuple(dict.fromkeys(decision.action_id for decision in made))
            self._answered[seq] = changed
        self.send(
            {
                "kind": "ack",
                "seq": seq,
                "remaining": self._review.remaining,
                "states": {i: _said(self._review.verdict(i)) for i in changed},
                **({"undone": len(changed)} if content["kind"] == "undo" else {}),
            }
        )

    def _decide(self, content: Mapping[str, Any]) -> list[Decision]:
        if content["kind"] == "decide":
            ids = content["ids"]
            return self._review.decide(
                ids,
                content["decision"],
                by=self._by,
                note=content["note"],
                digests=dict(zip(ids, content["digests"], strict=True)),
            )
        after = content.get("after")
        if after is not None and after not in self._answered:
            raise NotApprovedError(
                "What was said before this undo has not arrived yet; nothing was taken back.",
                remedy="Undo again once everything is saved.",
            )
        return self._review.undo(by=self._by)

    def _send_rows(self) -> None:
        plan = self._review.plan
        columns = json.dumps(_columns(self._review), separators=(",", ":")).encode("ascii")
        self.send(
            {
                "kind": "rows",
                "n": len(plan.actions),
                "plan": plan.id,
                "company": plan.company,
                "environment": plan.environment,
                "app": self._app,
            },
            [columns],
        )


def _said(decision: Decision | None) -> tuple[str, str]:
    """Verdict and note as the browser knows them; both empty while undecided."""
    return (decision.verdict, decision.note) if decision else ("", "")


_SIDES: Mapping[str, tuple[str, str]] = {
    "merge": ("Is merged away", "Stays"),
    "move": ("Goes", "Stays"),
    "deactivate": ("Goes", "Stays"),
}
"""Heads of the comparison by kind of action, where its two records are of one system."""


def _sides(action: Action) -> tuple[str, str] | None:
    one, other = action.ref.split(":")[0], action.other_ref.split(":")[0]
    return _SIDES.get(action.kind) if one == other else None


def _columns(review: Review) -> dict[str, list[Any]]:
    """What the browser shows, column by column, in plan order; rivals as row numbers."""
    actions = review.plan.actions
    row = {action.id: number for number, action in enumerate(actions)}
    said = [_said(review.verdict(action.id)) for action in actions]
    plain = ("id", "kind", "title", "band", "why", "will", "undo", "bulk", "confirm")
    return {
        **{name: [getattr(action, name) for action in actions] for name in plain},
        "evidence": [list(action.evidence) for action in actions],
        "weighed": [action.weighed for action in actions],
        "compare": [[[name, *pair] for name, pair in a.compare.items()] for a in actions],
        "rivals": [[row[rival] for rival in review.rivals(a.id)] for a in actions],
        "sides": [_sides(action) for action in actions],
        "digest": [review.digests[action.id] for action in actions],
        "verdict": [verdict for verdict, _ in said],
        "note": [note for _, note in said],
    }
