"""How a report is laid out: columns, rows of cells, sections with their summary.

Source: Intuit, Reports entity pages and samples, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from recon.sandbox.amounts import number

Cell = dict[str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: its title, its type, and the days it covers where it covers some."""

    title: str
    kind: str
    start: str = ""
    end: str = ""

    def written(self) -> Row:
        """The column as a report's answer has it."""
        column: Row = {"ColTitle": self.title, "ColType": self.kind}
        if self.start:
            span = (("StartDate", self.start), ("EndDate", self.end))
            column["MetaData"] = [{"Name": name, "Value": day} for name, day in span]
        return column


@dataclass(frozen=True)
class Table:
    """A report's columns and its rows as QuickBooks writes them."""

    columns: Sequence[Column]
    rows: list[Row]


def columns(*named: tuple[str, str]) -> list[Column]:
    """Columns of these titles and types."""
    return [Column(title, kind) for title, kind in named]


def cell(value: str | int, record_id: str = "") -> Cell:
    """One cell: a text, or an amount in ten-thousandths; with the id of what it names."""
    text = f"{number(value):.2f}" if isinstance(value, int) else value
    return {"value": text, "id": record_id} if record_id else {"value": text}


def row(*cells: Cell) -> Row:
    """One line of a report."""
    return {"ColData": list(cells), "type": "Data"}


def total(label: str, group: str, amounts: Iterable[int | str]) -> Row:
    """A sum by itself."""
    cells = [cell(label), *map(cell, amounts)]
    return {"Summary": {"ColData": cells}, "type": "Section", "group": group}


def section(title: Cell, rows: list[Row], summary: Row, width: int = 1) -> Row:
    """A heading, the lines under it, and their sum."""
    blank = [cell("")] * width
    return {"Header": {"ColData": [title, *blank]}, "Rows": {"Row": rows}, **summary}
