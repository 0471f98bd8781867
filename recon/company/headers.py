"""Which column of a file is read as what: shown, corrected by a person, kept in the workspace.

A correction is of a kind of file ("clients"), not of one file: exports are made again and again
under other names. It is written `KIND:FIELD=COLUMN`, with nothing behind `=` to leave a field out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import pandas as pd

from recon.errors import InputError
from recon.files.columns import DateOrder
from recon.files.export_set import ExportSet
from recon.files.fields import APP_KINDS, LOG_KINDS, QBO_KINDS, FileKind
from recon.files.mapping import Mapping as FileMapping
from recon.files.mapping import short
from recon.ports import Reader
from recon.workspace import Workspace

_KEPT = "columns"
KINDS: dict[str, FileKind] = {short(kind): kind for kind in (*APP_KINDS, *LOG_KINDS, *QBO_KINDS)}
"""What people call a kind of file, to the kind."""

Corrections = dict[str, FileMapping]
"""Kind of file to what was said of it."""


def kept(store: Workspace) -> Corrections:
    """What was corrected in this workspace."""
    told = store.mapping(_KEPT) or {}
    return {kind: FileMapping.from_dict(mapping) for kind, mapping in told.items()}


def keep(store: Workspace, corrections: Corrections) -> None:
    """Remember corrections from now on, in place of those of before."""
    store.set_mapping(_KEPT, {kind: m.as_dict() for kind, m in corrections.items()})


def corrected(
    before: Corrections,
    columns: Iterable[str] = (),
    dates: Iterable[str] = (),
    forget: Iterable[str] = (),
) -> Corrections:
    """The corrections of before with more of them.

    Args:
        before: what was said until now.
        columns: "clients:email=Main e-mail", or "clients:email=" to leave a field out.
        dates: "invoices=dmy" (day first), "invoices=mdy", or "invoices=" to let the file decide.
        forget: kinds of which everything that was said is forgotten, before the rest is taken.

    Raises:
        InputError: it is not written so, or there is no such kind or field.
    """
    forgotten = {_kind(name) for name in forget}
    after = {
        kind: FileMapping.from_dict(mapping.as_dict())
        for kind, mapping in before.items()
        if kind not in forgotten
    }
    for text in columns:
        head, equals, column = text.partition("=")
        name, colon, field = head.partition(":")
        if not (equals and colon):
            raise InputError(
                f'"{text}" does not say which column is what.',
                remedy='Write it like "clients:email=Main e-mail".',
            )
        mapping = after.setdefault(_kind(name), FileMapping(_kind(name), ()))
        if column and column not in mapping.headers:
            mapping.headers += (column,)
        for other in [f for f, header in mapping.chosen.items() if header == column]:
            del mapping.chosen[other], mapping.why[other]
        mapping.set(field.strip(), column or None)
    for text in dates:
        name, _, order = text.partition("=")
        mapping = after.setdefault(_kind(name), FileMapping(_kind(name), ()))
        mapping.read_dates(cast("DateOrder | None", order.strip() or None))
    return after


def correct(
    store: Workspace,
    readers: Mapping[Any, Reader],
    columns: Iterable[str] = (),
    dates: Iterable[str] = (),
    forget: Iterable[str] = (),
) -> None:
    """Read columns otherwise from the next pull on, as `corrected` says, and remember it.

    Raises:
        InputError: as `corrected` and `require_columns`; nothing was changed.
    """
    said = corrected(kept(store), columns, dates, forget)
    for files in exported(readers):
        require_columns(files.corrected(said), said)
    keep(store, said)
    for files in exported(readers):
        files.correct(said)


def _kind(name: str) -> FileKind:
    if (kind := KINDS.get(name.strip())) is None:
        raise InputError(f'"{name}" is no kind of file; there are {", ".join(KINDS)}.')
    return kind


def require_columns(files: ExportSet, corrections: Corrections) -> None:
    """Nothing, when each column that corrections name stands in a file of this side.

    Raises:
        InputError: names the column and those that are there.
    """
    tables = [*(export.table for export in files.exports), *files.others]
    there = {header: table.name for table in tables for header in table.header}
    for kind in files.kinds:
        for column in corrections[kind].by_hand.values() if kind in corrections else ():
            if column and column not in there:
                told = "; ".join(f"{t.name}: {', '.join(t.header[:15])}" for t in tables)
                raise InputError(f'No file has a column "{column}". There are {told}.')


def columns_read(readers: Mapping[Any, Reader]) -> pd.DataFrame:
    """How the files of both sides are read, as they were last seen.

    Returns:
        One row a field of each file: file, kind, field, column, why, samples; and one row a
        column that is not read, without a field. Empty where both sides come over an API.
    """
    rows = []
    for files in exported(readers):
        for export in files.exports:
            said = {"file": export.table.name, "kind": short(export.kind)}
            mapping = export.mapping
            rows += [
                {**said, "field": row["field"], "column": row["header"], "why": row["why"],
                 "samples": row["samples"]}
                for row in mapping.describe()
            ]  # fmt: skip
            rows += [
                {**said, "field": "", "column": header, "why": "not read",
                 "samples": " | ".join(mapping.samples.get(header, ()))}
                for header in mapping.headers
                if header not in mapping.chosen.values()
            ]  # fmt: skip
    return pd.DataFrame(rows, columns=["file", "kind", "field", "column", "why", "samples"])


def exported(readers: Mapping[Any, Reader]) -> list[ExportSet]:
    """The sides that are read from files."""
    sets = (getattr(reader, "files", None) for reader in readers.values())
    return [files for files in sets if isinstance(files, ExportSet)]
