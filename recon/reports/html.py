"""The report as one HTML file that needs nothing else: no request leaves it, nothing in it runs.

The only script is the filter box's own; the page's security policy allows that script and the style
sheet by their digests and forbids everything else, so that a name can never become code.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from recon.reports import words
from recon.reports.listing import Cell, Column, Listing
from recon.reports.listings import listings
from recon.reports.report import Report
from recon.reports.summary import Bar, summary
from recon.reports.words import Word

_MOST_ROWS = 2_000
_PRINTED_ROWS = 40
"""Rows of a list that go to paper: a page or two a list; the workbook has every row."""
_MOST_CHARACTERS = 1_500


@dataclass(frozen=True)
class Stripe:
    """One piece of the bar that shows all records; lengths in percent."""

    word: Word
    number: int
    start: float
    length: float


def write_html(report: Report, path: Path) -> Path:
    """Write the report as one HTML file; returns where it stands.

    Raises:
        OSError: the file cannot be written there.
    """
    loader = PackageLoader("recon.reports")
    jinja = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    jinja.filters.update(cell=_cell_text, thousands=lambda number: f"{number:,}")
    style, script = (loader.get_source(jinja, name)[0] for name in ("report.css", "report.js"))
    told = summary(report)
    lists = [each for each in listings(report) if each.rows or each.title != "Verification"]
    page = jinja.get_template("report.html.j2").render(
        report=report,
        summary=told,
        parts=[(part, list(of_part)) for part, of_part in groupby(lists, lambda each: each.part)],
        applied=any(bar.after is not None for bar in told.bars),
        before=stripes((bar.word, bar.before) for bar in told.bars),
        after=stripes((bar.word, bar.after or 0) for bar in told.bars),
        most=max((max(bar.before, bar.after or 0) for bar in _harm(told.bars)), default=1) or 1,
        most_rows=_MOST_ROWS,
        printed_rows=_PRINTED_ROWS,
        columns=_shown_columns,
        style=Markup(style),  # noqa: S704  (our own file)
        script=Markup(script),  # noqa: S704  (our own file)
        policy=(
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "base-uri 'none'; form-action 'none'"
        ),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def stripes(counts: Iterable[tuple[Word, int]]) -> list[Stripe]:
    """All records side by side in one bar, what is well first."""
    counts = list(counts)
    whole = sum(number for _, number in counts)
    found, start = [], 0.0
    order = ("good", "plain", "warn", "bad")
    for word, number in sorted(counts, key=lambda pair: order.index(pair[0].tone)):
        if number:
            length = 100 * number / whole
            found.append(Stripe(word, number, start, length))
            start += length
    return found


def _harm(bars: Iterable[Bar]) -> list[Bar]:
    return [bar for bar in bars if bar.word.tone in {"bad", "warn"}]


def _shown_columns(listing: Listing) -> list[tuple[int, Column]]:
    """The columns that hold anything, with their places; empty ones only make the rest narrow."""
    return [
        (place, column)
        for place, column in enumerate(listing.columns)
        if any(row[place] not in (None, "") for row in listing.rows[:_MOST_ROWS])
    ]


def _cell_text(cell: Cell, shape: str) -> str:
    """A cell as text, with hidden characters spelled out."""
    match cell:
        case None:
            return ""
        case Word(label=label):
            return label
        case datetime():
            return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M}"
        case str():
            text = words.shown(cell)
            if len(text) > _MOST_CHARACTERS:
                return f"{text[:_MOST_CHARACTERS]}… ({len(text):,} characters, see the workbook)"
            return text
        case _:
            form = {"share": ".1%", "weight": "+.1f"}.get(shape, ",")
            return format(cell, form)


def _digest(text: str) -> str:
    found = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256-{found}"
