"""A list of clients or products from a file, under the names by which the engine knows columns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from recon.errors import InputError
from recon.files.csvreader import FileTable, read_table
from recon.files.fields import FileKind
from recon.files.mapping import fit, propose_mapping
from recon.matching.records import ListKind

NAMED: dict[ListKind, str] = {"customer": "display_name", "item": "name"}
"""The engine's column that holds a record's name."""

_NAMES = {"company_name", "given_name", "family_name"}
"""What names a customer, beside its display name."""
_KINDS: dict[ListKind, tuple[FileKind, FileKind]] = {
    "customer": ("clients", "qbo_customers"),
    "item": ("products", "qbo_items"),
}
_CALLED: dict[ListKind, dict[str, str]] = {
    "customer": {"name": "display_name"},
    "item": {"product_key": "name", "price": "unit_price"},
}


def read_list(path: Path, kind: ListKind) -> pd.DataFrame:
    """One row a record, every cell text: `id`, and the engine's columns as far as they are there.

    Columns under the engine's own names are taken as they are, others by what programs usually
    call them. Without a column `id`, a record is told by its line in the file.

    Raises:
        InputError: the file cannot be read, or nothing in it looks like a name.
    """
    if path.suffix == ".parquet":
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError) as error:
            raise InputError(f"{path.name} cannot be read as Parquet: {error}.") from error
    table = read_table(path)
    frame = pd.DataFrame(table.rows, columns=list(table.header), dtype="string")
    if NAMED[kind] not in frame:
        frame = frame.rename(columns=_engine_names(table, kind))
    if "id" not in frame:
        frame.insert(0, "id", [str(line) for line in table.lines])
    return frame


def _engine_names(table: FileTable, kind: ListKind) -> dict[str, str]:
    """The file's columns to the engine's."""
    best = max(_KINDS[kind], key=lambda each: fit(table.header, each))
    chosen = propose_mapping(table.header, best).chosen
    named = {column: _CALLED[kind].get(field, field) for field, column in chosen.items() if column}
    if NAMED[kind] not in named.values() and not _NAMES & set(table.header):
        raise InputError(
            f"{table.name} has no column that looks like a name: its columns are "
            f"{', '.join(table.header[:12])}.",
            remedy=f"Call the column {NAMED[kind]}.",
        )
    return named
