"""Exported files of any app as one snapshot."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from recon.books import Reject, Snapshot
from recon.files.export import Export
from recon.files.export_set import ExportSet, Source
from recon.files.fields import APP_KINDS, LOG_KINDS, QBO_KINDS, FileKind
from recon.files.mapping import Mapping as FileMapping
from recon.ports import Clock, Progress

log = logging.getLogger(__name__)


class GenericFiles:
    """Reads the customers, items, invoices and payments of any app from CSV or XLSX files.

    Attributes:
        files: the files with their mappings, which may be corrected until `read`.

    Args:
        source: a folder, files, or kinds ("clients", "products", "invoices", "payments") with
            their paths.
        mappings: corrected mappings by kind or file name; see `find_exports`.
        company: the company's name; files do not say it.
        app: the app's name, for people.
        has_log: whether the app keeps a log of its sync, which is read where it is there.
    """

    def __init__(
        self,
        source: Source,
        *,
        mappings: Mapping[str, FileMapping] | None = None,
        company: str = "",
        app: str = "exported files",
        has_log: bool = False,
    ) -> None:
        kinds = (*APP_KINDS, *LOG_KINDS * has_log)
        self.files = ExportSet(source, kinds, mappings, foreign=QBO_KINDS)
        self._company = company
        self._app = app

    def read(self, now: Clock, progress: Progress) -> Snapshot:
        """Every record of the files, each row a record or a reject.

        Raises:
            InputError: a file cannot be read as what it should be.
        """
        records: dict[str, list[dict[str, Any]]] = {}
        rejects: list[Reject] = []
        found = self.files.to_read()
        notes = [*self.files.notes, *(_UNSEEN[k] for k in self.files.missing if k in _UNSEEN)]
        kinds = self.files.kinds
        ordered = sorted(found, key=lambda e: (kinds.index(e.kind), not _has_lines(e)))
        for done, export in enumerate(ordered):
            progress(f"Reading {export.table.name}", done, len(ordered))
            reading = export.read()
            new = reading.records
            if export.kind in records:
                new = _not_yet_read(export, records[export.kind], new)
                new = [{**record, "file": export.table.name} for record in new]
            records.setdefault(export.kind, []).extend(new)
            rejects += reading.rejects
            notes += reading.notes
        log.info(
            "read files=%d records=%d rejects=%d",
            len(ordered), sum(map(len, records.values())), len(rejects),
        )  # fmt: skip
        progress("Reading files", len(ordered), len(ordered))
        return Snapshot(
            "app", self._app, self._company, "", "files", now(), records,
            tuple(rejects), tuple(notes),
        )  # fmt: skip


_UNSEEN: dict[FileKind, str] = {
    "clients": "There is no file of clients: only those are seen that stand on an invoice.",
    "products": "There is no file of products: products are not looked at.",
    "invoices": "There is no file of invoices: invoices are not looked at.",
    "payments": "There is no file of payments: payments are not looked at.",
}


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
