"""One exported file whose kind is known: its rows as records of our fields, or as rejects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from recon.books import Reject
from recon.counting import counted
from recon.errors import InputError
from recon.files import columns
from recon.files.csvreader import FileTable
from recon.files.fields import Field, FileKind
from recon.files.mapping import Mapping as FileMapping
from recon.files.mapping import short

_NUMBERS = frozenset({"number", "customer_number", "product_key", "sku", "reference", "id"})
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d+")


@dataclass(frozen=True)
class Export:
    """A file whose kind is known; its mapping can be corrected before it is read.

    `absent` are columns that a person named for this kind and that this file does not have.
    """

    kind: FileKind
    table: FileTable
    mapping: FileMapping
    absent: tuple[str, ...] = ()

    def read(self) -> Reading:
        """Its rows as records of our fields, dates and amounts in one notation.

        Raises:
            InputError: a required column is missing, or whether 03/04/2026 is in March or in
                April cannot be told from the file and was not said.
        """
        table, mapping = self.table, self.mapping
        mapping.check(table.name)
        read: dict[str, Sequence[str]] = {}
        problems: dict[int, str] = {}
        notes = [
            *table.notes,
            *(f'there is no column "{header}" any more.' for header in self.absent),
        ]
        notation = _Notation.of(self)
        for field in (f for f in mapping.fields if f.name in notation.cells):
            column = self._column(field, notation)
            read[field.name] = column.values
            notes += (f"{mapping.chosen[field.name]}: {note}" for note in column.notes)
            for at, why in column.problems.items():
                problems.setdefault(at, f"{mapping.chosen[field.name]}: {why}")
        records, rejects = [], list(table.rejects)
        for at, line in enumerate(table.lines):
            record: dict[str, Any] = {name: v[at] for name, v in read.items() if v[at]}
            why = problems.get(at, "" if record else "every column that is read is empty")
            if why:
                text = " | ".join(table.rows[at].values())[:500]
                rejects.append(Reject(table.name, line, text, why))
            else:
                records.append({**record, "row": line})
        rejects.sort(key=lambda reject: reject.line)
        return Reading(records, rejects, tuple(f"{table.name}: {note}" for note in notes))

    def _column(self, field: Field, notation: _Notation) -> columns.Column:
        own = notation.cells[field.name]
        if field.type == "date":
            return columns.iso_dates(own, self._date_order(field, notation))
        if field.type == "amount":
            marks = notation.marks[field.name] or set().union(*notation.marks.values())
            return columns.plain_amounts(own, {"."} if self.table.encoding == "xlsx" else marks)
        if field.name in _NUMBERS and (cut := sum(map(bool, map(_SCIENTIFIC.fullmatch, own)))):
            note = f"{counted(cut, 'cell')} like 1.2E+11, shortened by a spreadsheet program."
            return columns.Column(own, {}, (note,))
        return columns.Column(own, {})

    def _date_order(self, field: Field, notation: _Notation) -> columns.DateOrder | None:
        if self.mapping.date_order is not None:
            return self.mapping.date_order
        own = notation.orders[field.name]
        for proven in (own, set().union(*notation.orders.values())):
            if len(proven) == 1:
                return next(iter(proven))
        unclear = columns.unclear_dates(notation.cells[field.name])
        if unclear and not own:
            header = self.mapping.chosen[field.name]
            raise InputError(
                f'{self.table.name}, column "{header}": nothing tells whether dates like '
                f"{unclear[0]} put the day or the month first.",
                remedy=f'Say so: --dates "{short(self.kind)}=dmy" (day first) or "…=mdy".',
            )
        return None


@dataclass(frozen=True)
class _Notation:
    """The columns of one file by field, and what each proves about the file's notation."""

    cells: dict[str, list[str]]
    orders: dict[str, set[columns.DateOrder]]
    marks: dict[str, set[str]]

    @classmethod
    def of(cls, export: Export) -> _Notation:
        table, mapping = export.table, export.mapping
        cells: dict[str, list[str]] = {}
        for name, header in mapping.chosen.items():
            if header not in table.header:
                raise InputError(
                    f'{table.name} has no column "{header}", from which the mapping reads '
                    f'"{name}"; there are {", ".join(table.header[:12])}.'
                )
            cells[name] = [row[header] for row in table.rows]
        types = {f.name: f.type for f in mapping.fields}
        return cls(
            cells,
            {n: columns.date_orders(own) for n, own in cells.items() if types[n] == "date"},
            {n: columns.decimal_marks(own) for n, own in cells.items() if types[n] == "amount"},
        )


@dataclass(frozen=True)
class Reading:
    """The records of one file, its rejects, and notes on how it was read."""

    records: list[dict[str, Any]]
    rejects: list[Reject]
    notes: tuple[str, ...]
