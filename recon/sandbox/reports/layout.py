"""How a report is laid out: columns, rows of cells, sections with their summary.

Source: Intuit, Reports entity pages and samples, read 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from recon.sandbox.records.amounts import number

Cell = dict[str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One column of a report.

    Attributes:
        title: what stands above it.
        kind: its type; in a list also the word by which it is asked for.
        key: the id of what it is about, where it is about one record.
        start, end: the days it covers, where it covers some.
    """

    title: str
    kind: str
    key: str = ""
    start: str = ""
    end: str = ""

    @property
    def word(self) -> str:
        """The column's key: an id, the word of a list, or its own title."""
        if self.key or self.start:
            return self.key or self.title
        return self.title.lower() if self.kind == "Money" else self.kind.lower()

    def written(self) -> Row:
        """The column as a report's answer has it."""
        about = {"StartDate": self.start, "EndDate": self.end, "ColKey": self.word}
        told = [{"Name": name, "Value": value} for name, value in about.items() if value]
        return {"ColTitle": self.title, "ColType": self.kind, "MetaData": told}


@dataclass(frozen=True)
class Table:
    """A report's columns and its rows as QuickBooks writes them."""

    columns: Sequence[Column]
    rows: list[Row]

    def only(self, words: Iterable[str]) -> Table:
        """The columns of a list that are asked for; the first one stays, it bears headings."""
        wanted = set(words)
        kept = [
            at for at, column in enumerate(self.columns) if at == 0 or column.word in wanted
        ]  # fmt: skip
        if len(kept) == 1 and self.columns[0].word not in wanted:
            return self
        return Table(
            [self.columns[at] for at in kept], [_narrowed(each, kept) for each in self.rows]
        )

    def ordered(self, word: str, *, descending: bool) -> Table:
        """Lines that follow one another put in the order of a column."""
        at = next((at for at, column in enumerate(self.columns) if column.word == word), None)
        if at is None:
            return self
        return Table(self.columns, _ordered(self.rows, at, descending=descending))


def _narrowed(line: Row, kept: Sequence[int]) -> Row:
    """A row, and all within it, with only some of its cells."""
    narrow = dict(line)
    for part in ("Header", "Summary"):
        if part in narrow:
            narrow[part] = _narrowed(narrow[part], kept)
    if "ColData" in narrow:
        narrow["ColData"] = [line["ColData"][at] for at in kept]
    if "Rows" in narrow:
        narrow["Rows"] = {"Row": [_narrowed(each, kept) for each in line["Rows"]["Row"]]}
    return narrow


def _ordered(rows: list[Row], at: int, *, descending: bool) -> list[Row]:
    """Rows of lines sorted; sections stay where they are, their own lines are sorted."""
    if rows and all(each.get("type") == "Data" for each in rows):
        return sorted(rows, key=lambda each: _sort_key(each["ColData"][at]), reverse=descending)
    return [
        {**each, "Rows": {"Row": _ordered(each["Rows"]["Row"], at, descending=descending)}}
        if "Rows" in each
        else each
        for each in rows
    ]


def _sort_key(said: Cell) -> tuple[float, str]:
    """Amounts by their worth, before texts by their letters."""
    text = said["value"]
    try:
        return float(text or 0), ""
    except ValueError:
        return float("inf"), text.casefold()


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
