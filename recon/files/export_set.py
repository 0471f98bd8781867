"""The files of one side: found in a folder, told by their columns, found anew at each pull."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from recon.errors import InputError
from recon.files.csvreader import FileTable, read_table
from recon.files.export import Export
from recon.files.fields import FIELDS, QBO_HALLMARKS, QBO_KINDS, FileKind
from recon.files.mapping import Mapping as FileMapping
from recon.files.mapping import fit, propose_mapping, short

Source = str | Path | Iterable[str | Path] | Mapping[str, str | Path]
"""A folder, a file, several files, or kinds of files with their paths."""

_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".xlsx"})


@dataclass(frozen=True)
class Found:
    """What is among the files of one side.

    Attributes:
        exports: files whose kind is known.
        others: files of the folder that are none of the kinds.
        notes: why files were left out, in sentences.
    """

    exports: list[Export]
    others: list[FileTable]
    notes: tuple[str, ...]


def find_exports(
    source: Source,
    kinds: Sequence[FileKind],
    mappings: Mapping[str, FileMapping] | None = None,
    foreign: Sequence[FileKind] = (),
) -> Found:
    """The files of `source` with their kinds, told by their columns.

    Args:
        source: in a folder, files that are none of `kinds` are left out with a note; a file that
            is named must be one of them.
        kinds: what is looked for.
        mappings: corrected mappings. By kind: what was set by hand is taken over for each file
            of the kind. By file name: that file is read by it as it stands.
        foreign: kinds of the other side, whose files share columns with `kinds`.

    Raises:
        InputError: a file is the other side's, a named file cannot be read or is of no such kind,
            or nothing was found.
    """
    named, from_folder = _paths(source)
    mappings = mappings or {}
    expected = [synonym for kind in kinds for f in FIELDS[kind] for synonym in f.synonyms]
    expected += [header for m in mappings.values() for header in m.by_hand.values() if header]
    exports, others, notes = [], [], []
    for path, stated in named:
        try:
            table = read_table(path, expected=expected)
        except InputError as error:
            if from_folder and path.suffix.lower() == ".txt":
                notes.append(f"Left out: {error}")
                continue
            raise
        _refuse_foreign(table, kinds, foreign, mappings)
        if (given := mappings.get(table.name)) is not None:
            exports.append(Export(given.kind, table, given))
            continue
        kind = _stated(stated, kinds) or recognise(table, kinds, mappings)
        if kind is not None:
            exports.append(_export(kind, table, mappings.get(kind)))
            continue
        what = f"{table.name} is none of {', '.join(_word(kind) for kind in kinds)}"
        if not from_folder:
            raise InputError(
                f"{what}: its columns are {', '.join(table.header[:12])}.", remedy=_SAY_COLUMN
            )
        others.append(table)
        notes.append(f"Left out: {what}.")
    if not exports:
        found = f": {' '.join(notes[:3])}" if notes else f" in {source}."
        words = ", ".join(map(_word, kinds))
        raise InputError(
            f"No file that can be used was found{found}",
            remedy=_SAY_COLUMN if others else f"Put the exports there, as CSV or XLSX: {words}.",
        )
    return Found(exports, others, tuple(notes))


_SAY_COLUMN = (
    "Export it again with its column names, or say which column is what: "
    '--set "clients:name=COLUMN".'
)


def _export(kind: FileKind, table: FileTable, said: FileMapping | None) -> Export:
    mapping = propose_mapping(table.header, kind, table.rows)
    absent = mapping.corrected_by(said) if said is not None else []
    return Export(kind, table, mapping, tuple(absent))


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


def _stated(stated: str, kinds: Sequence[FileKind]) -> FileKind | None:
    if not stated:
        return None
    for kind in kinds:
        if stated in {kind, short(kind)}:
            return kind
    known = ", ".join(map(short, kinds))
    raise InputError(f'"{stated}" is no kind of file; there are {known}.')


def _refuse_foreign(
    table: FileTable,
    kinds: Sequence[FileKind],
    foreign: Sequence[FileKind],
    mappings: Mapping[str, FileMapping],
) -> None:
    """Refuse a list that shows whose it is; columns that both sides have decide nothing."""
    if not foreign or table.name in mappings:
        return
    theirs = max(fit(table.header, kind) for kind in foreign)
    ours = max(fit(table.header, kind, mappings.get(kind)) for kind in kinds)
    header = {name.strip().lower() for name in table.header}
    hallmark = foreign == QBO_KINDS and any(mark <= header for mark in QBO_HALLMARKS)
    if hallmark or theirs > ours + 3:
        whose, side = "the invoicing app", "--app"
        if foreign == QBO_KINDS:
            whose, side = "QuickBooks", "--qbo"
        raise InputError(
            f"{table.name} looks like a list that {whose} exported.",
            remedy=f"Give it as the other side ({side}); if it is not, give its columns other "
            "names in a spreadsheet program.",
        )


def recognise(
    table: FileTable, kinds: Sequence[FileKind], mappings: Mapping[str, FileMapping]
) -> FileKind | None:
    """The kind whose columns fit best, by what a person said of them first; None when none fits.

    Where several fit alike, the titles above the header decide, then the file's name. A file whose
    name says one kind, but which lacks a column of it, is no other kind: invoices without their
    numbers would look like a list of clients.

    Raises:
        InputError: it cannot be told which, or a column is missing.
    """
    fits = {kind: fit(table.header, kind, mappings.get(kind)) for kind in kinds}
    best = max(fits.values())
    named = [kind for kind in kinds if any(word in table.name.lower() for word in _says(kind))]
    if len(named) == 1 and not fits[named[0]]:
        _refuse_lacking(table, named[0])
    meant = any(
        h in table.header for k in kinds if k in mappings for h in mappings[k].by_hand.values()
    )
    if best < (1 if meant else 2):
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


def _refuse_lacking(table: FileTable, kind: FileKind) -> None:
    """Refuse a file that is called as its kind and has some of its columns but not all it needs."""
    mapping = propose_mapping(table.header, kind, table.rows)
    lacking = [field.name for field in mapping.missing]
    if lacking and mapping.chosen:
        words = ", ".join(name.replace("_", " ") for name in lacking)
        raise InputError(
            f"{table.name} cannot be read as {_word(kind)}: no column of it is the {words}.",
            remedy=f"Export it again with that column, say which one it is (--set "
            f'"{short(kind)}:{lacking[0]}=COLUMN"), or take the file out of the folder.',
        )


def _word(kind: FileKind) -> str:
    return short(kind).replace("items", "products and services")


def _says(kind: FileKind) -> tuple[str, ...]:
    word = short(kind).removesuffix("s")
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
        self.kinds = kinds
        self._mappings = dict(mappings or {})
        self._foreign = foreign
        self._was_read = False

    @cached_property
    def _found(self) -> Found:
        return find_exports(self._source, self.kinds, self._mappings, self._foreign)

    @property
    def exports(self) -> list[Export]:
        """The files as they were last seen."""
        return self._found.exports

    @property
    def others(self) -> list[FileTable]:
        """Files of the folder that are none of the kinds."""
        return self._found.others

    @property
    def notes(self) -> tuple[str, ...]:
        """Files that were left out, in sentences."""
        return self._found.notes

    @property
    def missing(self) -> list[FileKind]:
        """Kinds of which there is no file."""
        there = {export.kind for export in self.exports}
        return [kind for kind in self.kinds if kind not in there]

    def corrected(self, mappings: Mapping[str, FileMapping]) -> ExportSet:
        """The same files, read by other mappings."""
        return ExportSet(self._source, self.kinds, mappings, self._foreign)

    def correct(self, mappings: Mapping[str, FileMapping]) -> None:
        """Read the files by other mappings from now on."""
        self._mappings = dict(mappings)
        self.__dict__.pop("_found", None)

    def to_read(self) -> list[Export]:
        """The files to read now: looked for anew when they were read before."""
        if self._was_read:
            self._mappings.update({e.table.name: e.mapping for e in self.exports})
            del self._found
        self._was_read = True
        return self.exports
