"""The first page of a report: what was looked at, and the counts before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recon.reports import words
from recon.reports.report import Counts, Report
from recon.reports.words import Lit, Word


@dataclass(frozen=True)
class Bar:
    """One line of the comparison: a word, and how many records before and after.

    `after` is None as long as nothing was applied.
    """

    word: Word
    before: int
    after: int | None


@dataclass(frozen=True)
class Summary:
    """What the first page says.

    Attributes:
        headline: the result in one sentence.
        facts: label and text about the company and the run.
        lights: the traffic lights, the company's first.
        bars: records by outcome, harm first; outcomes that never occur are left out.
        kinds: kind of record to its bars.
        books: kind of record, and how many of it are in the app and in QuickBooks.
        progress: label and number: proposed, approved, done, left.
    """

    headline: str
    facts: tuple[tuple[str, str], ...]
    lights: tuple[Lit, ...]
    bars: tuple[Bar, ...]
    kinds: Mapping[str, tuple[Bar, ...]]
    books: tuple[tuple[str, int, int], ...]
    progress: tuple[tuple[str, int], ...]


def summary(report: Report) -> Summary:
    """The first page of a report, worked out from its parts."""
    bars = _bars(report.counted_before(), report.after)
    return Summary(
        headline=_headline(bars, report.app, words.fewer(report.before, report.after, report.app)),
        facts=(
            ("QuickBooks company", report.company),
            ("Company id", report.realm),
            ("Environment", report.environment),
            ("Invoicing app", f"{report.app} {report.app_version}".strip()),
            ("Made at", f"{report.made_at:%Y-%m-%d %H:%M} UTC"),
            ("Made by", report.made_by),
        ),
        lights=(*report.lights[-1:], *report.lights[:-1]),
        bars=bars,
        kinds={
            words.kind(kind): _bars(counts, report.after_by_kind.get(kind, {}), bool(report.after))
            for kind, counts in report.counted_by_kind().items()
        },
        books=_books(report.books),
        progress=_progress(report),
    )


def _bars(before: Counts, after: Counts, applied: bool = False) -> tuple[Bar, ...]:
    applied = applied or bool(after)
    known = [name for name in words.OUTCOMES if before.get(name) or after.get(name)]
    others = sorted({name for name in (*before, *after) if name not in words.OUTCOMES})
    return tuple(
        Bar(words.outcome(name), before.get(name, 0), after.get(name, 0) if applied else None)
        for name in known + others
    )


def _headline(bars: tuple[Bar, ...], app: str, fewer: str) -> str:
    harm = [bar for bar in bars if bar.word.tone == "bad"]
    before = sum(bar.before for bar in harm)
    was = f"{words.counted(before, 'record')} would come to harm if {app}'s sync were turned on"
    if any(bar.after is not None for bar in bars):
        after = sum(bar.after or 0 for bar in harm)
        left = "none does" if not after else f"{after:,} still {'does' if after == 1 else 'do'}"
        told = f"{was} as the books were; after the approved changes {left}. {fewer}"
        return told.rstrip()
    if not bars:
        return "No forecast was made."
    return f"{was} as the books are." if before else f"{app}'s sync can be turned on as it is."


def _books(books: Mapping[str, Counts]) -> tuple[tuple[str, int, int], ...]:
    app, qbo = books.get("app", {}), books.get("qbo", {})
    return tuple(
        (label, app.get(table, 0), qbo.get(table, 0))
        for table, label in words.TABLES.items()
        if app.get(table) or qbo.get(table)
    )


def _progress(report: Report) -> tuple[tuple[str, int], ...]:
    last = {entry.write_id: entry.state for entry in report.journal}
    states = list(last.values())
    plan = report.plan
    return (
        ("Changes proposed", len(plan.actions) if plan else 0),
        ("Decided", len(report.last_words())),
        ("Approved", len(report.approvals())),
        ("Requests and hand-work done", states.count("done")),
        ("Refused by QuickBooks", states.count("refused")),
        ("Without an answer", states.count("sent") + states.count("unknown")),
        ("Left, with a reason", len(report.left)),
        ("Lines that could not be read", len(report.rejects)),
    )
