"""What a report is made of: one frozen object, put together by whoever ran the stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import pandas as pd

from recon.books import FINDINGS, OUTCOMES, PAIRS, Reject
from recon.plan import Decision, JournalEntry, Plan, Role
from recon.rehearsal import Rehearsal
from recon.reports.words import Lit

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Left:
    """One record that is not settled, and the reason."""

    ref: str
    name: str
    why: str


@dataclass(frozen=True)
class Report:
    """Everything that a report shows; all but the head may be empty.

    Attributes:
        company: the QuickBooks company, for people.
        realm: its id.
        environment: "production", "sandbox" or "files".
        app: name of the invoicing app.
        app_version: the version whose behaviour was forecast.
        made_at: UTC.
        made_by: who ran it, as they call themselves.
        before: records by outcome as the books were; counted from `outcomes` when empty.
        after: records by outcome once the approved plan is applied; empty before that.
        before_by_kind: kind of record to outcome to number; counted when empty.
        after_by_kind: the same afterwards.
        books: "app" and "qbo" to table to number of rows.
        outcomes: OUTCOMES, with a column `name` for people.
        facts: what each `because` of the outcomes rests on, with source and date.
        pairs: PAIRS.
        findings: FINDINGS of the checks.
        lights: the traffic lights, the company's last.
        verification: FINDINGS of the fresh pull after the plan was applied.
        plan: what was proposed; several plans joined into one have decisions of several plan ids.
        decisions: all of them, oldest first, by the action ids of `plan`.
        journal: all lines, oldest first.
        rehearsal: of the plan, or of the last of several; None when there was none.
        left: what is not settled, with its reason.
        rejects: lines of the sources that could not be read.
        notes: what a person should know about the reading, in sentences.
        names: reference to name, for the records that the tables mention.
    """

    company: str
    realm: str
    environment: str
    app: str
    app_version: str
    made_at: datetime
    made_by: str
    before: Counts = field(default_factory=dict)
    after: Counts = field(default_factory=dict)
    before_by_kind: Mapping[str, Counts] = field(default_factory=dict)
    after_by_kind: Mapping[str, Counts] = field(default_factory=dict)
    books: Mapping[str, Counts] = field(default_factory=dict)
    outcomes: pd.DataFrame = field(default_factory=OUTCOMES.frame)
    facts: Mapping[str, str] = field(default_factory=dict)
    pairs: pd.DataFrame = field(default_factory=PAIRS.frame)
    findings: pd.DataFrame = field(default_factory=FINDINGS.frame)
    lights: tuple[Lit, ...] = ()
    verification: pd.DataFrame = field(default_factory=FINDINGS.frame)
    plan: Plan | None = None
    decisions: tuple[Decision, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    rehearsal: Rehearsal | None = None
    left: tuple[Left, ...] = ()
    rejects: tuple[Reject, ...] = ()
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def counted_before(self) -> Counts:
        """Records by outcome as the books were."""
        return self.before or Counter(self.outcomes["outcome"].astype(str))

    def counted_by_kind(self) -> Mapping[str, Counts]:
        """The same by kind of record."""
        if self.before_by_kind:
            return self.before_by_kind
        kinds = self.outcomes["kind"].astype(str)
        outcomes = self.outcomes["outcome"].astype(str)
        return {
            str(kind): Counter(of_kind) for kind, of_kind in outcomes.groupby(kinds, sort=False)
        }

    def called(self) -> Mapping[str, str]:
        """Reference to name, from `names` and from the outcomes."""
        if "name" not in self.outcomes:
            return self.names
        named = self.outcomes[["ref", "name"]].dropna()
        return {**dict(zip(named["ref"], named["name"], strict=True)), **self.names}

    def last_words(self, role: Role = "preparer") -> dict[str, Decision]:
        """The last decision of a role on each action, by action id; cleared ones are left out."""
        last = {d.action_id: d for d in self.decisions if d.role == role}
        return {action_id: d for action_id, d in last.items() if d.verdict != "clear"}

    def approvals(self) -> dict[str, Decision]:
        """The preparer's approvals that count, by action id.

        An approval counts for what was shown. That can be looked up here for the plan of that id,
        while a plan that was joined to it was checked before it was applied.
        """
        return {
            action_id: d
            for action_id, d in self.last_words().items()
            if d.verdict == "approve"
            and self.plan is not None
            and action_id in self._digests
            and (d.plan_id != self.plan.id or d.digest == self._digests[action_id])
        }

    @cached_property
    def _digests(self) -> Mapping[str, str]:
        return self.plan.digests() if self.plan else {}

    def signatures(self) -> dict[str, str]:
        """Who signed each approval as the second person, having seen the same, by action id."""
        first = self.approvals()
        return {
            action_id: d.by
            for action_id, d in self.last_words("reviewer").items()
            if d.verdict == "approve" and action_id in first and first[action_id].digest == d.digest
        }
