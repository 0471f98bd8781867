"""Reading what an app exports, and the template for those whose exports nobody knows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from recon.books import Snapshot
from recon.files.export_set import ExportSet, Source
from recon.files.fields import FileKind
from recon.files.generic import GenericFiles
from recon.files.mapping import Mapping as FileMapping
from recon.files.mapping import normalised, propose_mapping
from recon.ports import Clock, Progress

Row = dict[str, Any]
Columns = tuple[str, ...]

PLAIN: Mapping[FileKind, Columns] = {
    "clients": (
        "Client name", "Client number", "Company", "First name", "Last name", "Email", "Phone",
        "Address", "City", "State", "Zip", "Client type", "Payment terms",
    ),
    "products": ("Item name", "Description", "Price", "Item type", "Last edited"),
    "invoices": (
        "Invoice number", "Client name", "Client number", "Invoice date", "Due date", "Total",
        "Balance", "Tax", "Status", "Created at", "Item", "Item description", "Quantity",
        "Unit price", "Line total", "Item tax rate", "Payment terms", "Class", "Last edited",
        "Last synced",
    ),
    "payments": (
        "Payment number", "Client name", "Client number", "Payment date", "Amount", "Reference",
        "Payment method", "Invoice number",
    ),
}  # fmt: skip
"""Kind of file to its columns, where an app's own are not known: a template to fill in.

The last ones of each may stay empty: a check that needs one of them is silent then.
"""


@dataclass(frozen=True)
class Dialect:
    """What is an app's own about its files.

    Attributes:
        app: the app's name, for people.
        columns: kind of file to the columns of a template: those of the app's own import or
            export where they are known, else plain words.
        known: whether they are the app's own; else a person has to bring an export into this shape
            or say which column is what.
        has_log: whether the app keeps a log of its sync.
    """

    app: str
    columns: Mapping[FileKind, Columns] = field(default_factory=lambda: PLAIN)
    known: frozenset[FileKind] = frozenset()
    has_log: bool = False


class AppExports:
    """Reads the exports of an app of which nobody has an API.

    Files are told by their columns, and read by what other programs call them (`recon.files`);
    which column is what is shown and may be corrected.

    Args:
        dialect: the app's own.
        folder_or_files: a folder with the exports, or the files.
        mappings: corrected mappings by kind ("clients") or file name.
        company: the company's name; exports do not say it.
    """

    def __init__(
        self,
        dialect: Dialect,
        folder_or_files: Source,
        *,
        mappings: Mapping[str, FileMapping] | None = None,
        company: str = "",
    ) -> None:
        self._generic = GenericFiles(
            folder_or_files,
            mappings=mappings,
            company=company,
            app=dialect.app,
            has_log=dialect.has_log,
        )

    @property
    def files(self) -> ExportSet:
        """The files with their mappings, which may be corrected until `read`."""
        return self._generic.files

    def read(self, now: Clock, progress: Progress) -> Snapshot:
        """Every record of the exports, each row a record or a reject.

        Raises:
            InputError: a file cannot be read as what it should be.
        """
        snapshot = self._generic.read(now, progress)
        named = {e.mapping.chosen.get("name") for e in self.files.exports if e.kind == "clients"}
        of_companies = {normalised(column or "") for column in named} <= _COMPANY
        return as_shown(snapshot, of_companies=of_companies)


def as_shown(snapshot: Snapshot, *, of_companies: bool = False) -> Snapshot:
    """The records with each client under the name that its app shows.

    Args:
        snapshot: what was read.
        of_companies: whether what was read as the clients' names are their companies'.
    """
    clients = []
    for row in snapshot.records.get("clients", ()):
        told = dict(row)
        if of_companies and "name" in told:
            told["company_name"] = told.pop("name")
        clients.append(told if told.get("name") else {**_named(told), **told})
    kept = {k: clients if k == "clients" else rows for k, rows in snapshot.records.items()}
    return replace(snapshot, records=kept)


_COMPANY = {"company", "companyname", "businessname"}


def _named(row: Row) -> Row:
    """The name of a client that stands in the columns of a person or a company."""
    person = " ".join(filter(None, (row.get("given_name"), row.get("family_name"))))
    name = person or row.get("company_name", "")
    return {"name": name} if name else {}


def write_template(dialect: Dialect, folder: Path) -> list[Path]:
    """Write an empty file with the columns of each kind; what is there already is left alone.

    Returns:
        The files that were written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind, columns in dialect.columns.items():
        path = folder / f"{kind}.csv"
        if path.exists():
            continue
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerow(columns)
        written.append(path)
    return written


def write_rows(dialect: Dialect, kind: FileKind, rows: Iterable[Row], path: Path) -> None:
    """Write rows of our fields under the app's columns of that kind."""
    columns = dialect.columns[kind]
    fields = {column: name for name, column in propose_mapping(columns, kind).chosen.items()}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(
            [row.get(fields.get(column, ""), "") for column in columns] for row in rows
        )
