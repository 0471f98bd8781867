"""The go-live sheet: what to see to before the sync is turned on, how, and what to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from recon.advice.papers import by_kind, harmed
from recon.apps.screens import SCREENS
from recon.books import split_ref
from recon.counting import counted
from recon.reports import words
from recon.trial.rehearsing import standing

if TYPE_CHECKING:
    from recon.reconciliation import Reconciliation

BEFORE, ON, PILOT, AFTER = "Before", "Turn it on", "One record first", "The next day"
_SHOWN = 8


@dataclass(frozen=True)
class Step:
    """One line of the sheet: which part it belongs to, and what to do or to see."""

    part: str
    says: str


def go_live(r: Reconciliation) -> list[Step]:
    """Everything to do around the day on which the sync is turned on, in its order.

    Raises:
        WorkspaceError: a side was never pulled.
    """
    parts = {BEFORE: _before, ON: _turn_on, PILOT: _pilot, AFTER: _after}
    return [Step(part, says) for part, told in parts.items() for says in told(r)]


def _before(r: Reconciliation) -> Iterator[str]:
    """What is not right yet, and which settings the forecast goes by."""
    bad = len(harmed(r))
    yield (
        f"{counted(bad, 'record')} would still come to harm: mend them first, or know why "
        "not (recon propose, recon report)."
        if bad
        else "No record would come to harm."
    )
    yield f"Rehearsal of what is approved: {standing(r)}"
    checks = r.check().drop_duplicates("check")
    for row in checks[checks["ref"].astype(str).str.contains(":company:")].to_dict("records"):
        yield f"{row['says']} {row['remedy'] or ''}".strip()
    about, profile = r.profile.about, r.profile
    if r.settings.sends_from is None:
        yield (
            f"Look whether {about.name} sends from a certain day on only; if so, say which: "
            "recon settings --set sends_from=2026-01-01."
        )
    for name, choice in profile.choices.items():
        answer = choice.answers[profile.answer_of(name)].says
        where = f" Look under {' '.join(choice.where)}." if choice.where else ""
        if choice.kind == "unknown":
            known = "you said" if name in profile.given else "nobody has established it; assumed"
            yield f"{choice.asks} ({known}: {answer}.) See what the first record shows."
        else:
            yield f"Check in {about.name}: {choice.asks} The forecast goes by: {answer}.{where}"


def _turn_on(r: Reconciliation) -> Iterator[str]:
    about = r.profile.about
    yield f"Who: {about.who}."
    yield from about.turn_on
    if r.left_out:
        out = counted(len(r.left_out), "record")
        yield f"Keep {out} out, as approved: {_named(r, sorted(r.left_out))}."


def _pilot(r: Reconciliation) -> Iterator[str]:
    """A client who will be linked, with an invoice that will be made: little can go wrong."""
    outcomes = r.outcomes
    linked = set(outcomes.loc[outcomes["outcome"] == "link", "ref"])
    made = set(outcomes.loc[outcomes["outcome"] == "create", "ref"])
    sales = r.books.app.invoices
    named = set(r.books.app.customers.dropna(subset=["name"])["ref"])
    good = sales[sales["ref"].isin(made) & sales["customer_ref"].isin(linked & named)]
    if good.empty:
        yield "No invoice of a linked customer would be made: take any record, and look closely."
        return
    first = good.sort_values("date", ascending=False, kind="stable").iloc[0]
    names, told = r.names(), outcomes.set_index("ref")
    holder = names.get(str(told["target_ref"][first["customer_ref"]]), "")
    number = told["sent_as"][first["ref"]]
    number = names[first["ref"]] if pd.isna(number) else number
    yield (
        f"Send invoice {names[first['ref']]} of {names[first['customer_ref']]} before all others."
    )
    yield f"In QuickBooks it must stand under {holder}, and no new customer beside that one."
    yield f"Its total must be {first['total']:,.2f}, its number {number}."
    yield "If any of this is otherwise, turn the sync off again and find out why first."


def _after(r: Reconciliation) -> Iterator[str]:
    about, profile = r.profile.about, r.profile
    if hours := profile.invoice.window_hours:
        yield f"Invoices travel in batches: wait {hours} hours before one counts as missing."
    yield f"{about.name} shows what became of each record: {profile.status.where}."
    if (screen := SCREENS.get(about.id)) is not None:
        yield from screen.look
    for kind, counts in by_kind(r.outcomes).items():
        told = ", ".join(f"{n:,} {words.outcome(name).label.lower()}" for name, n in counts.items())
        yield f"{words.kind(kind)}: {told}."
    yield "recon backtest pulls again and says which lines of the forecast came true."
    for step in about.resync:
        yield f"What did not travel is sent again so: {step}"


def _named(r: Reconciliation, refs: list[str]) -> str:
    """A few of them by name, and how many more."""
    names = r.names()
    told = [f"{split_ref(ref)[1]} {names.get(ref, ref)}" for ref in refs]
    more = len(told) - _SHOWN
    rest = f" and {more:,} more (the work papers list them)" if more > 0 else ""
    return ", ".join(told[:_SHOWN]) + rest
