"""What people say about a plan: approve, reject, skip, ask, take back, sign.

The widget, the command line, the workbook and plain Python all decide through `Review`, so one
set of rules holds everywhere, and every decision is durable before the call returns.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import get_args

import pandas as pd

from recon.errors import NotApprovedError
from recon.plan import Action, Decision, Plan, Role, Verdict, approved, standing
from recon.ports import Clock, DecisionLog
from recon.settings import Settings
from recon.table import COUNT, FLAG, MOMENT, TEXT, Table

log = logging.getLogger(__name__)

ACTIONS = Table(
    "ACTIONS",
    {"id": TEXT, "kind": TEXT, "title": TEXT, "ref": TEXT, "other_ref": TEXT, "cause": TEXT,
     "band": TEXT, "undo": TEXT, "bulk": FLAG, "advised": FLAG, "rivals": COUNT, "verdict": TEXT,
     "by": TEXT, "at": MOMENT, "note": TEXT, "changed": FLAG, "signed_by": TEXT, "digest": TEXT},
    required=("id", "kind", "title", "undo", "bulk", "advised", "changed", "digest"),
    unique=("id",),
)  # fmt: skip

TAKEN_BACK = "taken back"
"""Note on the `clear` that opens a step made by `undo`; what stood before follows in that step."""

Step = list[Decision]
"""The decisions of one call: one person, one role, one moment."""

Place = tuple[Role, str]


class Review:
    """The decisions on one plan.

    Args:
        plan: what is decided on.
        decisions: where decisions are kept.
        clock: now, in UTC.
        settings: whether a second person must sign.
    """

    def __init__(
        self, plan: Plan, decisions: DecisionLog, clock: Clock, settings: Settings | None = None
    ) -> None:
        self.plan = plan
        self.digests: Mapping[str, str] = plan.digests()
        self._actions = {action.id: action for action in plan.actions}
        self._rivals = _rivals(plan.actions)
        self._log = decisions
        self._clock = clock
        self._settings = settings or Settings()
        self._past: list[Decision] = []
        self._standing: dict[str, Decision] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read again what has been decided; somebody may have decided elsewhere meanwhile."""
        self._past = self._log.decisions(self.plan.id)
        self._standing = standing(self.plan, self._past)

    def decide(
        self,
        action_ids: Iterable[str],
        verdict: Verdict,
        *,
        by: str,
        note: str = "",
        digests: Mapping[str, str] | None = None,
    ) -> list[Decision]:
        """Say one verdict on one action, or on several of one kind as a single step.

        Args:
            action_ids: what is decided on; one named twice counts once.
            verdict: approve, reject, skip, ask, or clear (back to undecided).
            by: who decides, as preparer.
            note: for a colleague.
            digests: of the actions as they were shown; the plan's own when left out.

        Returns:
            The decisions, already stored.

        Raises:
            NotApprovedError: unknown id, nobody's name, another digest than the plan's, two rivals
                both approved, a bulk step that may not be one, or links that an approval breaks
                without naming them. Nothing was stored.
        """
        if verdict not in get_args(Verdict):
            raise NotApprovedError(
                f"{verdict!r} is not a verdict.",
                remedy=f"Say one of {', '.join(get_args(Verdict))}.",
            )
        actions = self._known(action_ids)
        self._as_shown(actions, digests)
        if verdict != "clear":
            _bulk_allowed(actions)
        if verdict == "approve":
            self._without_rivals({action.id for action in actions})
            note = self._naming(actions, note, by)
        return self._store([a.id for a in actions], verdict, by=by, note=note, role="preparer")

    def approve(
        self,
        ids: Iterable[str],
        *,
        by: str,
        note: str = "",
        digests: Mapping[str, str] | None = None,
    ) -> list[Decision]:
        """Approve; see `decide`."""
        return self.decide(ids, "approve", by=by, note=note, digests=digests)

    def reject(self, ids: Iterable[str], *, by: str, note: str = "") -> list[Decision]:
        """Reject; see `decide`."""
        return self.decide(ids, "reject", by=by, note=note)

    def skip(self, ids: Iterable[str], *, by: str, note: str = "") -> list[Decision]:
        """Leave for another time; see `decide`."""
        return self.decide(ids, "skip", by=by, note=note)

    def ask(self, ids: Iterable[str], *, by: str, note: str = "") -> list[Decision]:
        """Put a question to a colleague; see `decide`."""
        return self.decide(ids, "ask", by=by, note=note)

    def approve_advised(self, *, by: str) -> list[Decision]:
        """Approve what recon advises, may be approved in bulk, and nobody has decided on yet.

        Rivals are left for a person. One step for each kind of action, so each can be undone.
        """
        self.refresh()
        chosen = [
            action
            for action in self.plan.actions
            if action.advised
            and action.bulk
            and not self._rivals[action.id]
            and not self._is_decided(action.id)
        ]
        made: list[Decision] = []
        for kind in dict.fromkeys(action.kind for action in chosen):
            made += self.approve([a.id for a in chosen if a.kind == kind], by=by)
        return made

    def sign(
        self, ids: Iterable[str], *, by: str, digests: Mapping[str, str] | None = None
    ) -> list[Decision]:
        """Sign off, as reviewer, what somebody else approved.

        Raises:
            NotApprovedError: not approved yet, approved by the signer, or not what was shown.
        """
        actions = self._known(ids)
        self._as_shown(actions, digests)
        self.refresh()
        first = approved(self.plan, self._past)
        missing = [action for action in actions if action.id not in first]
        if missing:
            raise NotApprovedError(
                f"{_named(missing)} cannot be signed: the preparer has not approved it.",
                remedy="Have it approved first.",
            )
        own = [a for a in actions if _same_person(self._standing[a.id].by, by)]
        if own:
            raise NotApprovedError(
                f"{by.strip()} approved {_named(own)} and cannot sign it too.",
                remedy="Ask a second person to sign.",
            )
        return self._store([a.id for a in actions], "approve", by=by, note="", role="reviewer")

    def undo(self, *, by: str) -> list[Decision]:
        """Take back the last step of `by`, a bulk step as one; again takes back the one before.

        What stood before stands again. An action that somebody else has decided on since keeps
        that decision.

        Returns:
            The decisions that took it back, already stored; empty when there is no step left.
        """
        self.refresh()
        steps, heard = _replayed(self._past)
        for step in reversed(steps):
            ours = [d for d in step if _same_person(d.by, by) and heard[_place(d)][-1:] == [d]]
            if not ours:
                continue
            before = [d for said in ours for d in heard[_place(said)][-2:-1]]
            again = [d for d in before if d.verdict != "clear"]
            self._without_rivals(
                {d.action_id for d in again if d.verdict == "approve" and d.role == "preparer"}
            )
            now = self._moment()
            cleared = [replace(d, verdict="clear", note=TAKEN_BACK, at=now) for d in ours]
            return self._keep(cleared + [replace(d, by=by.strip(), at=now) for d in again])
        return []

    @property
    def remaining(self) -> int:
        """How many actions still wait for a verdict that counts for what is shown now."""
        return sum(not self._is_decided(action_id) for action_id in self._actions)

    @property
    def counts(self) -> dict[str, int]:
        """How many actions stand at each verdict; the undecided ones are under `todo`."""
        found = Counter(
            self._standing[i].verdict if self._is_decided(i) else "todo" for i in self._actions
        )
        return {state: found[state] for state in ("todo", "approve", "reject", "skip", "ask")}

    def verdict(self, action_id: str) -> Decision | None:
        """The preparer's decision that counts for the action as shown now, or None."""
        return self._standing[action_id] if self._is_decided(action_id) else None

    def rivals(self, action_id: str) -> tuple[str, ...]:
        """Ids of the actions of which at most one may be approved with this one, in plan order."""
        return self._rivals[action_id]

    def approved(self) -> frozenset[str]:
        """Ids of what may be carried out, under the workspace's rule of one or two persons."""
        self.refresh()
        return approved(self.plan, self._past, second_person=self._settings.second_person)

    def table(self) -> pd.DataFrame:
        """Every action with its decision as the `ACTIONS` table, in plan order.

        `verdict` is missing while undecided; `changed` says that it was decided on something else
        than what is shown now, so the decision does not count; `rivals` is how many there are.
        """
        self.refresh()
        signed = {
            d.action_id: d
            for d in self._past
            if d.role == "reviewer" and d.digest == self.digests.get(d.action_id)
        }
        both = approved(self.plan, self._past, second_person=True)
        rows = []
        for action in self.plan.actions:
            said = self._standing.get(action.id)
            rows.append(
                {
                    **{name: getattr(action, name) or None for name in _SHOWN},
                    "bulk": action.bulk,
                    "advised": action.advised,
                    "rivals": len(self._rivals[action.id]),
                    "verdict": said and said.verdict,
                    "by": said and said.by,
                    "at": said and said.at,
                    "note": (said and said.note) or None,
                    "changed": said is not None and not self._is_decided(action.id),
                    "signed_by": signed[action.id].by if action.id in both else None,
                    "digest": self.digests[action.id],
                }
            )
        return ACTIONS.frame(rows)

    def _is_decided(self, action_id: str) -> bool:
        said = self._standing.get(action_id)
        return said is not None and said.digest == self.digests[action_id]

    def _known(self, action_ids: Iterable[str]) -> list[Action]:
        ids = list(dict.fromkeys([action_ids] if isinstance(action_ids, str) else action_ids))
        unknown = [action_id for action_id in ids if action_id not in self._actions]
        if unknown:
            more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
            raise NotApprovedError(
                f"This plan has no action {unknown[0]!r}{more}.",
                remedy="Open the review again; it shows the plan of today.",
            )
        return [self._actions[action_id] for action_id in ids]

    def _as_shown(self, actions: Iterable[Action], digests: Mapping[str, str] | None) -> None:
        if digests is None:
            return
        other = [a for a in actions if digests.get(a.id) != self.digests[a.id]]
        if other:
            raise NotApprovedError(
                f"{_named(other)} is not what was shown: it has changed since.",
                remedy="Look at it again, then decide.",
            )

    def _naming(self, actions: list[Action], note: str, by: str) -> str:
        """The note with which these are approved, which names the links that they break.

        Whoever wrote it with a question before has written it: so it can be done in the widget.
        """
        for action in actions:
            asked = self._standing.get(action.id)
            if asked and asked.note and _same_person(asked.by, by) and not note.strip():
                note = asked.note if action.confirm else note
            if not action.confirmed_by(note):
                raise NotApprovedError(
                    f"{_named([action])} breaks links that are there, so that it is approved only "
                    f'by whoever writes which: "{action.confirm}".',
                    remedy="Write exactly that as its note (in the widget: below what will happen, "
                    "then Enter; on the command line: --note).",
                )
        return note

    def _without_rivals(self, ids: set[str]) -> None:
        """Refuse when approving `ids` would leave two rivals approved."""
        if not any(self._rivals[action_id] for action_id in ids):
            return
        self.refresh()
        for action_id in sorted(ids):
            for rival in self._rivals[action_id]:
                said = self.verdict(rival)
                if rival in ids or (said is not None and said.verdict == "approve"):
                    raise NotApprovedError(
                        f"Only one of these can be approved: {_named([self._actions[action_id]])}"
                        f" or {_named([self._actions[rival]])}.",
                        remedy="Reject the one that is wrong first.",
                    )

    def _store(
        self, ids: list[str], verdict: Verdict, *, by: str, note: str, role: Role
    ) -> list[Decision]:
        if not by.strip():
            raise NotApprovedError("A decision needs a name.", remedy="Say who decides.")
        at = self._moment()
        return self._keep(
            [
                Decision(self.plan.id, i, verdict, by.strip(), role, self.digests[i], at, note)
                for i in ids
            ]
        )

    def _keep(self, decisions: list[Decision]) -> list[Decision]:
        if decisions:
            self._log.decide(decisions)
            self._past += decisions
            for d in decisions:
                if d.verdict == "clear" and d.role == "preparer":
                    self._standing.pop(d.action_id, None)
                elif d.role == "preparer":
                    self._standing[d.action_id] = d
            log.info("decided plan=%s actions=%d", self.plan.id, len(decisions))
        return decisions

    def _moment(self) -> datetime:
        """Now, but later than every decision before: a step is known by its moment."""
        now = self._clock()
        last = self._past[-1].at if self._past else None
        return now if last is None or now > last else last + timedelta(microseconds=1)


_SHOWN = ("id", "kind", "title", "ref", "other_ref", "cause", "band", "undo")


def _rivals(actions: tuple[Action, ...]) -> dict[str, tuple[str, ...]]:
    """Rivals by action id, both ways, in plan order, without ids that the plan does not hold."""
    found: dict[str, set[str]] = {action.id: set() for action in actions}
    for action in actions:
        for rival in action.rivals:
            if rival in found and rival != action.id:
                found[action.id].add(rival)
                found[rival].add(action.id)
    order = {action.id: place for place, action in enumerate(actions)}
    return {a: tuple(sorted(rivals, key=order.__getitem__)) for a, rivals in found.items()}


def _bulk_allowed(actions: list[Action]) -> None:
    if len(actions) < 2:
        return
    kinds = Counter(action.kind for action in actions)
    if len(kinds) > 1:
        said = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        raise NotApprovedError(
            f"One step decides on one kind of action only; these are {said}. Nothing was stored.",
            remedy="Choose one kind.",
        )
    alone = [action for action in actions if not action.bulk]
    if alone:
        raise NotApprovedError(
            f"{len(alone)} of these {len(actions)} may only be decided one by one, because they"
            " cannot be judged or undone together. Nothing was stored.",
            remedy=f"Leave them out, {_named(alone)}, and look at each by itself.",
        )


def _replayed(past: list[Decision]) -> tuple[list[Step], dict[Place, list[Decision]]]:
    """The steps, oldest first, and what still stands of each action's decisions, last on top."""
    steps: list[Step] = []
    heard: dict[Place, list[Decision]] = defaultdict(list)
    for _, group in groupby(past, key=lambda d: (d.at, d.by, d.role)):
        step = list(group)
        taken_back = [d for d in step if d.verdict == "clear" and d.note == TAKEN_BACK]
        for d in taken_back:
            del heard[_place(d)][-1:]
        if not taken_back:
            steps.append(step)
            for d in step:
                heard[_place(d)].append(d)
    return steps, heard


def _place(decision: Decision) -> Place:
    return decision.role, decision.action_id


def _same_person(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _named(actions: list[Action]) -> str:
    more = f" and {len(actions) - 1} more" if len(actions) > 1 else ""
    return f"\u201c{actions[0].title}\u201d ({actions[0].id}){more}"
