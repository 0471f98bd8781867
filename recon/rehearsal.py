"""What a rehearsal showed: the app's sync on a twin of the books, call by call, and its forecast.

The same shapes hold a back-test, where the twin is the company itself after its real sync.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Self

from recon.books import split_ref
from recon.counting import counted
from recon.plan import Plan


@dataclass(frozen=True)
class Call:
    """One request of the app.

    Attributes:
        asked: the query, or what was to be created or changed, under which name or number.
        answered: how many records were found, the id, or the fault.
    """

    asked: str
    answered: str


@dataclass(frozen=True)
class Step:
    """What the sync did with one record, and what it asked of QuickBooks meanwhile.

    Attributes:
        ref: the app's record, or one of QuickBooks that comes into the app.
        effect: link, create, refuse, skip.
        outcome: the forecast's word where the forecast came true, else the effect itself.
        target: QuickBooks id that the record now points at; of a record of QuickBooks the app's
            that was found; empty when refused.
        fault: QuickBooks' code, or the app's own word.
        says: what happened, in words.
        calls: in their order.
    """

    ref: str
    effect: str
    outcome: str
    target: str
    fault: str
    says: str
    calls: tuple[Call, ...] = ()

    @property
    def kind(self) -> str:
        """Kind of the record."""
        return split_ref(self.ref)[1]


@dataclass(frozen=True)
class Difference:
    """A record that did not do what was forecast.

    Attributes:
        ref: the app's record.
        forecast: what was said, in short; empty when nothing was.
        because: the forecast's reason.
        came: what came, in short; empty when the sync passed the record over.
        instead: the sync's reason.
    """

    ref: str
    forecast: str
    because: str
    came: str
    instead: str

    def __str__(self) -> str:
        return f"{self.ref}: forecast {self.forecast or 'nothing'}, came {self.came or 'nothing'}"


def agreement(refs: Iterable[str], differences: Iterable[Difference]) -> tuple[int, int]:
    """Records that did just what was forecast, and of how many.

    Both are counted over the same records: all that the sync did something with, what it took in
    from QuickBooks among them, and those that it passed over though they were forecast.

    Args:
        refs: of what the sync did something with.
        differences: where it and the forecast part.
    """
    differ = {difference.ref for difference in differences}
    told = {*refs, *differ}
    return len(told - differ), len(told)


@dataclass(frozen=True)
class SyncRun:
    """One run of the sync over all records, or over those that came before it was stopped.

    Attributes:
        steps: in the order in which the sync went.
        differences: where it and the forecast part.
        records: how many there were to push.
        seconds: how long it took.
    """

    steps: tuple[Step, ...]
    differences: tuple[Difference, ...]
    records: int
    seconds: float

    @property
    def agreement(self) -> tuple[int, int]:
        """Records that did just what was forecast, and of how many; see `agreement`."""
        return agreement((step.ref for step in self.steps), self.differences)

    @property
    def counts(self) -> dict[str, int]:
        """Records by outcome."""
        return dict(Counter(step.outcome for step in self.steps))

    @property
    def counts_by_kind(self) -> dict[str, dict[str, int]]:
        """The same for each kind of record."""
        kinds = dict.fromkeys(step.kind for step in self.steps)
        return {k: dict(Counter(s.outcome for s in self.steps if s.kind == k)) for k in kinds}


@dataclass(frozen=True)
class Rehearsal:
    """The sync on a twin of the books as they are, and on one that got the approved plan.

    Attributes:
        of: says what was rehearsed; see `rehearsed_as`.
        at: when it began, UTC.
        plan_id: the plan; empty when none was rehearsed.
        before: the sync without the plan; None when it was not run.
        after: the sync with the plan; None when nothing was approved, or it was not run.
        applied: requests of the plan that the twin's QuickBooks took.
        by_hand: pieces of hand-work done on the twin.
        not_done: what of the plan could not be done, a sentence each.
        notes: what a person should know of the twin.
        complete: False when it was stopped: what is missing was not looked at.
        scenario: how the sync is turned on; empty for how things are set.
    """

    of: str
    at: datetime
    plan_id: str = ""
    before: SyncRun | None = None
    after: SyncRun | None = None
    applied: int = 0
    by_hand: int = 0
    not_done: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    complete: bool = True
    scenario: str = ""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Of the run that matters: with the plan where there is one."""
        run = self.after or self.before
        return run.differences if run else ()

    @property
    def says(self) -> str:
        """The result in a sentence."""
        when = f"{self.at:%Y-%m-%d %H:%M} UTC"
        if not self.complete:
            runs = [run for run in (self.before, self.after) if run]
            done = sum(len(run.steps) for run in runs)
            return f"Stopped on {when} after {done:,} records: this is no rehearsal."
        what = "the approved plan and the sync" if self.after else "the sync without a plan"
        what += f" ({self.scenario})" if self.scenario else ""
        said = f"Rehearsed on {when}: {what}, {counted(len(self.differences), 'difference')}"
        failed = f", {len(self.not_done):,} of the plan not done" if self.not_done else ""
        return f"{said} to the forecast{failed}."

    def to_json(self) -> str:
        """As text, for the workspace."""
        return json.dumps({**asdict(self), "at": self.at.isoformat()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The rehearsal that `to_json` wrote."""
        told = json.loads(text)
        runs = {name: _run(told[name]) for name in ("before", "after")}
        at = datetime.fromisoformat(told["at"])
        texts = {name: tuple(told[name]) for name in ("not_done", "notes")}
        return cls(**{**told, **runs, **texts, "at": at})


@dataclass(frozen=True)
class Disconnected:
    """A record that the app had linked, and whose link does not hold any more.

    Attributes:
        ref: the app's record.
        by: the check that saw it: invoice_voided_in_qbo, payment_touched_in_qbo and the like.
        says: what happened, in words.
    """

    ref: str
    by: str
    says: str


@dataclass(frozen=True)
class BackTest:
    """A fresh pull after the real sync, held against what was forecast before it.

    Attributes:
        profile: id and version of the profile that forecast.
        forecast_at: when the forecast's books were pulled, UTC.
        at: when the books after the sync were pulled, UTC.
        true: records that stand as forecast, by kind.
        records: all that could be looked at, by kind.
        differences: those that do not.
        unseen: records of which the books do not show what the sync did.
        disconnected: what came apart since; it says nothing of the forecast.
    """

    profile: str
    forecast_at: datetime
    at: datetime
    true: Mapping[str, int] = field(default_factory=dict)
    records: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    unseen: int = 0
    disconnected: tuple[Disconnected, ...] = ()

    @property
    def score(self) -> float | None:
        """Share of the records that stand as forecast; None when none could be looked at."""
        seen = sum(self.records.values())
        return sum(self.true.values()) / seen if seen else None

    @property
    def says(self) -> str:
        """The result in a sentence."""
        seen, true = sum(self.records.values()), sum(self.true.values())
        if not seen:
            return "The books do not show of any record what the sync did."
        unseen = f"; of {counted(self.unseen, 'record')} they do not tell" if self.unseen else ""
        return f"{true:,} of {seen:,} records stand as forecast ({true / seen:.1%}){unseen}."

    def to_json(self) -> str:
        """As text, for the workspace."""
        moments = {name: getattr(self, name).isoformat() for name in ("forecast_at", "at")}
        return json.dumps({**asdict(self), **moments}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The back-test that `to_json` wrote."""
        told = json.loads(text)
        moments = {n: datetime.fromisoformat(told[n]) for n in ("forecast_at", "at")}
        found = tuple(Difference(**each) for each in told["differences"])
        apart = tuple(Disconnected(**each) for each in told.get("disconnected", ()))
        return cls(**{**told, **moments, "differences": found, "disconnected": apart})


def rehearsed_as(
    snapshots: tuple[str, str],
    plan: Plan | None,
    approved: Iterable[str],
    left_out: Iterable[str],
    profile: str = "",
) -> str:
    """Says which books, plan, approvals and profile: another of these is another rehearsal."""
    about = [list(snapshots), plan.digest if plan else "", sorted(approved), sorted(left_out)]
    about += [profile] if profile else []
    return hashlib.sha256(json.dumps(about).encode("utf-8", "surrogatepass")).hexdigest()


def _run(told: Mapping[str, Any] | None) -> SyncRun | None:
    if told is None:
        return None
    return SyncRun(
        steps=tuple(
            Step(**{**each, "calls": tuple(Call(**call) for call in each["calls"])})
            for each in told["steps"]
        ),
        differences=tuple(Difference(**each) for each in told["differences"]),
        records=told["records"],
        seconds=told["seconds"],
    )
