"""One list of a report: its columns, and cells in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from recon.reports.words import Word

Shape = Literal["text", "long", "code", "short", "word", "count", "share", "weight", "moment"]
Cell = str | int | float | datetime | Word | None


@dataclass(frozen=True)
class Column:
    """One column: heading, width in characters, and how its cells are written."""

    heading: str
    width: int = 18
    shape: Shape = "text"


@dataclass(frozen=True)
class Listing:
    """One list of a report.

    Attributes:
        part: the part it belongs to ("What was done").
        title: its own name, also of its sheet.
        says: what it shows, in a sentence.
        empty: what is said in its place when it has no rows.
        columns: in the order shown.
        rows: cells in the order of the columns.
    """

    part: str
    title: str
    says: str
    empty: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
