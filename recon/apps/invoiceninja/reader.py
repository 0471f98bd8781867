"""Invoice Ninja's own CSV exports: clients, products, invoices with items, payments, activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from recon.apps.invoiceninja.activity import failed_pushes, is_activity
from recon.books import Snapshot
from recon.files.export_set import ExportSet, Source
from recon.files.generic import GenericFiles
from recon.files.mapping import Mapping as FileMapping
from recon.ports import Clock, Progress


class InvoiceNinjaExports:
    """Reads the exports that Invoice Ninja's reports page writes.

    The files are told by their columns: clients, products, invoices (best the export with items,
    one row a line), payments. No id is exported, so a client is known by its Number; add the
    column Client Number to the invoices and payments exports where names are not unique. The
    export of the activity log may lie beside them: it says which pushes failed.

    Args:
        folder_or_files: a folder with the exports, or the files.
        mappings: corrected mappings by kind ("clients") or file name.
        company: the company's name; the exports do not say it.

    Source: Invoice Ninja v5.10.42, CSV exports and their English labels, read 2026-11-22.
    """

    def __init__(
        self,
        folder_or_files: Source,
        *,
        mappings: Mapping[str, FileMapping] | None = None,
        company: str = "",
    ) -> None:
        self._generic = GenericFiles(
            folder_or_files, mappings=mappings, company=company, app="Invoice Ninja"
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
        logs = [table for table in self.files.others if is_activity(table)]
        failed = [row for log in logs for row in failed_pushes(log, snapshot.records)]
        used = tuple(f"Left out: {log.name} " for log in logs)
        notes = tuple(note for note in snapshot.notes if not (used and note.startswith(used)))
        records = {**snapshot.records, "sync_log": failed} if failed else snapshot.records
        return replace(snapshot, records=records, notes=notes)
