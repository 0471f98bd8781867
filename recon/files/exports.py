"""Exported files of any app as one snapshot: found by their columns, read by their mappings."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from recon.books import Reject, Snapshot
from recon.errors import InputError
from recon.files import columns
from recon.files.csvreader import FileTable, read_table
from recon.files.fields import APP_KINDS, FIELDS, Field, FileKind
from recon.files.mapping import Mapping as FileMapping
from recon.files.mapping import fit, propose_mapping
from recon.ports import Clock, Progress

log = logging.getLogger(__name__)

Source = str | Path | Iterable[str | Path] | Mapping[str, str | Path]
"""A folder, a file, several files, or kinds of files with their paths."""

_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx"})
_NUMBERS = frozenset({"number", "customer_number", "product_key", "sku", "reference", "id"})
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d+")


@dataclass(frozen=True)
class Export:
    """A file whose kind is known; its mapping can be corrected before it is read."""

    kind: FileKind
    table: FileTable
    mapping: FileMapping

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
        notes = list(table.notes)
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
            note = f"{cut} cell(s) like 1.2E+11 were shortened by a spreadsheet program."
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
                remedy='Say so with mapping.read_dates("dmy") or mapping.read_dates("mdy").',
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


def find_exports(
    source: Source,
    kinds: Sequence[FileKind],
    mappings: Mapping[str, FileMapping] | None = None,
    foreign: Sequence[FileKind] = (),
) -> tuple[list[Export], tuple[str, ...]]:
    """The files of `source` with their kinds, told by their columns, and notes on those left out.

    Args:
        source: in a folder, files that are none of `kinds` are left out with a note; a file that
            is named must be one of them.
        kinds: what is looked for.
        mappings: corrected mappings by kind or by file name; they are used where they fit.
        foreign: kinds of the other side, whose files share columns with `kinds`.

    Raises:
        InputError: a file is the other side's, a named file cannot be read or is of no such kind,
            or nothing was found.
    """
    named, from_folder = _paths(source)
    expected = [synonym for kind in kinds for f in FIELDS[kind] for synonym in f.synonyms]
    exports, notes = [], []
    for path, stated in named:
        try:
            table = read_table(path, expected=expected)
        except InputError as error:
            if from_folder and path.suffix.lower() == ".txt":
                notes.append(f"Left out: {error}")
                continue
            raise
        given = _given(table, kinds, mappings or {})
        _refuse_foreign(table, kinds, foreign)
        kind = given.kind if given else _stated(stated, kinds) or recognise(table, kinds)
        if kind is not None:
            mapping = given or propose_mapping(table.header, kind, table.rows)
            exports.append(Export(kind, table, mapping))
            continue
        what = f"{table.name} is none of {', '.join(_word(kind) for kind in kinds)}"
        if not from_folder:
            raise InputError(
                f"{what}: its columns are {', '.join(table.header[:12])}.",
                remedy="Export it again with its column names, or say what it is with a mapping.",
            )
        notes.append(f"Left out: {what}.")
    if not exports:
        found = f": {' '.join(notes[:3])}" if notes else "."
        raise InputError(f"No file that can be used was found{found}")
    return exports, tuple(notes)


def _paths(source: Source) -> tuple[list[tuple[Path, str]], bool]:
    """Files with their stated kinds, and whether they were merely found in a folder."""
    if isinstance(source, Mapping):
        return [(Path(path), kind) for kind, path in source.items()], False
    if not isinstance(source, str | Path):
        return [(Path(path), "") for path in source], False
    folder = Path(source)
    if not folder.is_dir():
        return [(folder, "")], False
    found = sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in _SUFFIXES and not path.name.startswith((".", "~"))
    )
    return [(path, "") for path in found], True


def _given(
    table: FileTable, kinds: Sequence[FileKind], mappings: Mapping[str, FileMapping]
) -> FileMapping | None:
    if table.name in mappings:
        return mappings[table.name]
    fitting = (m for kind, m in mappings.items() if kind in kinds and m.fits(table.header))
    return next(fitting, None)


def _stated(stated: str, kinds: Sequence[FileKind]) -> FileKind | None:
    if not stated:
        return None
    for kind in kinds:
        if stated in {kind, kind.removeprefix("qbo_")}:
            return kind
    known = ", ".join(kind.removeprefix("qbo_") for kind in kinds)
    raise InputError(f'"{stated}" is no kind of file; there are {known}.')


def _refuse_foreign(
    table: FileTable, kinds: Sequence[FileKind], foreign: Sequence[FileKind]
) -> None:
    theirs = max((fit(table.header, kind) for kind in foreign), default=0)
    if theirs > max(fit(table.header, kind) for kind in kinds) + 3:
        raise InputError(
            f"{table.name} looks like an export of the other system.",
            remedy="Give it as the other side.",
        )


def recognise(table: FileTable, kinds: Sequence[FileKind]) -> FileKind | None:
    """The kind whose columns fit best, None when none fits.

    Where several fit alike, the titles above the header decide, then the file's name.

    Raises:
        InputError: it cannot be told which.
    """
    fits = {kind: fit(table.header, kind) for kind in kinds}
    best = max(fits.values())
    if best < 2:
        return None
    tied = [kind for kind in kinds if fits[kind] == best]
    if len(tied) == 1:
        return tied[0]
    for text in (" ".join(table.titles).lower(), table.name.lower()):
        said = [kind for kind in tied if any(word in text for word in _says(kind))]
        if len(said) == 1:
            return said[0]
    raise InputError(
        f"{table.name} could be {' or '.join(_word(kind) for kind in tied)}.",
        remedy="Say which one it is.",
    )


def _word(kind: FileKind) -> str:
    return kind.removeprefix("qbo_").replace("items", "products and services")


def _says(kind: FileKind) -> tuple[str, ...]:
    word = kind.removeprefix("qbo_").removesuffix("s")
    return {"vendor": ("vendor", "supplier"), "item": ("item", "product", "service")}.get(
        word, (word,)
    )


class ExportSet:
    """The files of one side with their mappings; files may be exported again, mappings stay.

    Args:
        source: where the files are.
        kinds: what is looked for.
        mappings: corrected mappings by kind or by file name.
        foreign: as `find_exports`.
    """

    def __init__(
        self,
        source: Source,
        kinds: Sequence[FileKind],
        mappings: Mapping[str, FileMapping] | None = None,
        foreign: Sequence[FileKind] = (),
    ) -> None:
        self._source = source if isinstance(source, str | Path | Mapping) else list(source)
        self._kinds = kinds
        self._mappings = dict(mappings or {})
        self._foreign = foreign
        self._was_read = False

    @cached_property
    def _found(self) -> tuple[list[Export], tuple[str, ...]]:
        return find_exports(self._source, self._kinds, self._mappings, self._foreign)

    @property
    def exports(self) -> list[Export]:
        """The files as they were last seen."""
        return self._found[0]

    @property
    def left_out(self) -> tuple[str, ...]:
        """Notes on files of the folder that are none of the kinds."""
        return self._found[1]

    def to_read(self) -> list[Export]:
        """The files to read now: looked for anew when they were read before."""
        if self._was_read:
            self._mappings.update({e.table.name: e.mapping for e in self.exports})
            del self._found
        self._was_read = True
        return self.exports


class GenericFiles:
    """Reads the customers, items, invoices and payments of any app from CSV or XLSX files.

    Args:
        source: a folder, files, or kinds ("clients", "products", "invoices", "payments") with
            their paths.
        mappings: corrected mappings by kind or file name; see `exports`.
        company: the company's name; files do not say it.
        app: the app's name, for people.
    """

    def __init__(
        self,
        source: Source,
        *,
        mappings: Mapping[str, FileMapping] | None = None,
        company: str = "",
        app: str = "exported files",
    ) -> None:
        self._files = ExportSet(source, APP_KINDS, mappings)
        self._company = company
        self._app = app

    @property
    def exports(self) -> list[Export]:
        """The files with their mappings, which may be corrected until `read`."""
        return self._files.exports

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know about the reading, in plain sentences."""
        return (*self._files.left_out, *(note for e in self.exports for note in e.read().notes))

    def read(self, now: Clock, progress: Progress) -> Snapshot:
        """Every record of the files, each row a record or a reject.

        Raises:
            InputError: a file cannot be read as what it should be.
        """
        records: dict[str, list[dict[str, Any]]] = {}
        rejects: list[Reject] = []
        found = self._files.to_read()
        ordered = sorted(found, key=lambda e: (APP_KINDS.index(e.kind), not _has_lines(e)))
        for done, export in enumerate(ordered):
            progress(f"Reading {export.table.name}", done, len(ordered))
            reading = export.read()
            new = reading.records
            if export.kind in records:
                new = _not_yet_read(export, records[export.kind], new)
                new = [{**record, "file": export.table.name} for record in new]
            records.setdefault(export.kind, []).extend(new)
            rejects += reading.rejects
        log.info(
            "read files=%d records=%d rejects=%d",
            len(ordered), sum(map(len, records.values())), len(rejects),
        )  # fmt: skip
        progress("Reading files", len(ordered), len(ordered))
        return Snapshot(
            "app", self._app, self._company, "", "files", now(), records, tuple(rejects)
        )


def _has_lines(export: Export) -> bool:
    return any(name.startswith("item_") for name in export.mapping.chosen)


def _not_yet_read(
    export: Export, earlier: Sequence[dict[str, Any]], new: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Invoices of a list without lines that another file does not already hold with its lines."""
    if export.kind != "invoices" or _has_lines(export):
        return new
    with_lines = {
        (record.get("number"), record.get("customer_name"))
        for record in earlier
        if any(name.startswith("item_") for name in record)
    }
    return [r for r in new if (r.get("number"), r.get("customer_name")) not in with_lines]
