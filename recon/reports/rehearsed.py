"""The rehearsal as lists: records by outcome, what differs from the forecast, and every step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from recon.books import split_ref
from recon.rehearsal import Call, Rehearsal, Step, SyncRun
from recon.reports import words
from recon.reports.listing import Cell, Column, Listing
from recon.reports.report import Report

_PART = "Rehearsal"


def rehearsal_listings(report: Report) -> list[Listing]:
    """Three lists; of a report without a rehearsal only the first, which says so."""
    told = report.rehearsal
    counts = Listing(
        _PART,
        "Rehearsal",
        _says(told) if told else "",
        "Not rehearsed: neither the plan nor the sync was tried out on a twin of the books.",
        (
            Column("Outcome", 17, "word"), Column("What it means", 44),
            Column("Without the plan", 16, "count"), Column("With the plan", 16, "count"),
        ),
        list(_counts(told)) if told else [],
    )  # fmt: skip
    return [counts, _differences(report, told), _timeline(report, told)] if told else [counts]


def _says(told: Rehearsal) -> str:
    done = f" Of the plan {told.applied:,} requests and {told.by_hand:,} pieces of hand-work."
    return " ".join([told.says + (done if told.after else ""), *told.not_done, *told.notes])


def _counts(told: Rehearsal) -> Iterator[tuple[Cell, ...]]:
    before, after = (run.counts if run else {} for run in (told.before, told.after))
    for name in words.OUTCOMES:
        if name in before or name in after:
            word = words.outcome(name)
            told_after = after.get(name, 0) if told.after else None
            yield word, word.means, before.get(name, 0), told_after


def _differences(report: Report, told: Rehearsal) -> Listing:
    names = report.called()
    return Listing(
        _PART,
        "Rehearsal differences",
        "Records that did not do what was forecast, with both reasons.",
        "Every record did just what was forecast.",
        (
            Column("Run", 17), Column("Kind", 14), Column("Name", 32), Column("Forecast", 30),
            Column("Because", 44, "long"), Column("What came", 30), Column("Why", 44, "long"),
            Column("Record", 26, "code"),
        ),
        [
            (
                run, words.kind(split_ref(each.ref)[1]), names.get(each.ref, ""), each.forecast,
                each.because, each.came or "passed over", each.instead, each.ref,
            )
            for run, found in _runs(told)
            for each in found.differences
        ],
    )  # fmt: skip


def _timeline(report: Report, told: Rehearsal) -> Listing:
    names = report.called()
    return Listing(
        _PART,
        "Rehearsal timeline",
        f"What {report.app} asked of QuickBooks' twin for each record, in order, and the answers.",
        "The sync had nothing to do.",
        (
            Column("Run", 17), Column("Step", 8, "count"), Column("Kind", 14), Column("Name", 30),
            Column("Outcome", 15, "word"), Column("Fault", 9, "short"),
            Column("QuickBooks id", 12, "code"), Column("What happened", 36, "long"),
            Column("Asked and answered", 70, "long"), Column("Record", 26, "code"),
        ),
        [
            (
                run, place, words.kind(step.kind), names.get(step.ref, ""),
                words.outcome(step.outcome), step.fault, _id_of(step), _became(step, names),
                _said(step.calls), step.ref,
            )
            for run, found in _runs(told)
            for place, step in enumerate(found.steps, 1)
        ],
    )  # fmt: skip


def _id_of(step: Step) -> str:
    """Id in QuickBooks of what a record is tied to, or of the record that came in itself."""
    system, _, own = split_ref(step.ref)
    return own if system == "qbo" else step.target


def _became(step: Step, names: Mapping[str, str]) -> str:
    """What happened; of a record that came in also which one of the app it is tied to."""
    if step.ref.startswith("qbo:") and step.target:
        return f"{step.says} It is {names.get(step.target, step.target)}."
    return step.says


def _runs(told: Rehearsal) -> Iterator[tuple[str, SyncRun]]:
    """The run that matters first."""
    if told.after:
        yield "With the plan", told.after
    if told.before:
        yield "Without the plan", told.before


def _said(calls: Sequence[Call]) -> str:
    return "\n".join(f"{call.asked}  →  {call.answered}" for call in calls)
