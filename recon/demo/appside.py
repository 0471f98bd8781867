"""The app's side of the demo: Invoice Ninja on a server, live; any other app as its exports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from recon.apps.invoiceninja.api import InvoiceNinjaApi
from recon.apps.invoiceninja.writer import InvoiceNinjaWriter
from recon.apps.readers import reader_of
from recon.books import Ref, make_ref
from recon.demo.judge import KEYS
from recon.plan import WriteTo
from recon.ports import AppRecords, Progress, QboPort, Reader, SyncEvent, Writer, silent
from recon.reconciliation import utc_now
from recon.sandbox.demo import AppCompany
from recon.sandbox.demo.dialects import write_dialect
from recon.sandbox.invoiceninja import InvoiceNinjaSandbox
from recon.trial.simulated import APPS

INVOICE_NINJA = "invoiceninja"


@dataclass
class AppDesk:
    """The app's records, how they are read, and how they are changed; in a `with` block.

    Attributes:
        app: the app's id.
        folder: where it exports its lists to.
        records: what it holds; `refresh` brings them up to date.
        links: id of a record in the app to that of the record in QuickBooks.
    """

    app: str
    folder: Path
    records: AppCompany
    links: dict[str, str] = field(default_factory=dict)
    _server: InvoiceNinjaSandbox | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self.export()
        if self.app == INVOICE_NINJA:
            self._server = self._open.enter_context(InvoiceNinjaSandbox(self.records))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def reader(self) -> Reader:
        """Reads the app: live where it has an API."""
        if self._server is None:
            return reader_of(self.app, self.folder)
        return InvoiceNinjaApi(self._server.base_url, self._server.token)

    @property
    def writers(self) -> dict[WriteTo, Writer]:
        """Changes records of the app, where it has an API."""
        if (server := self._server) is None:
            return {}
        writer = InvoiceNinjaWriter(server.base_url, lambda: server.token, lambda: server.password)
        self._open.callback(writer.close)
        return {"app": writer}

    def refresh(self) -> None:
        """Bring the records up to date with what was changed over the API."""
        if self._server is not None:
            self.records.become(self._server.save())

    def publish(self) -> None:
        """Let everybody read what was changed in the records at the app's screen."""
        self.export()
        if self._server is not None:
            self._server.reset(self.records)

    def export(self) -> None:
        """Write the lists as the app would."""
        self.folder.mkdir(exist_ok=True, parents=True)
        if self.app == INVOICE_NINJA:
            self.records.write_exports(self.folder)
        else:
            write_dialect(self.records, self.app, self.folder)

    def sync(
        self, qbo: QboPort, leave_out: frozenset[Ref], progress: Progress, when: str
    ) -> Iterator[SyncEvent]:
        """The app's sync, each event told as it comes."""
        records: AppRecords = self.records
        if self.app != INVOICE_NINJA:  # of the others nobody knows more than they export
            self.export()
            read = reader_of(self.app, self.folder).read(utc_now, silent)
            records = copied = APPS[self.app].copy(read)
            copied.link(self.linked())
        tables = (records.clients, records.products, records.invoices, records.payments)
        total = sum(map(len, tables))
        for done, event in enumerate(APPS[self.app].sync()(records, qbo, leave_out), 1):
            progress(f"The sync, {when} the plan", done, max(total, done))
            yield event

    def remember(self, events: Iterable[SyncEvent]) -> None:
        """Keep what a sync linked or made, as the app does."""
        told = {e.ref: e.target for e in events if e.effect in {"link", "create"} and e.target}
        for kind, (table, key) in KEYS.items():
            for record in getattr(self.records, table):
                if target := told.get(make_ref("app", kind, record[key])):
                    self.links[record["id"]] = target
                    if self.app == INVOICE_NINJA:  # its API tells of the link
                        record["sync"] = {"qb_id": target}

    def linked(self) -> dict[str, str]:
        """The app's links as they stand: reference to QuickBooks' id."""
        return {
            make_ref("app", kind, record[key]): self.links[record["id"]]
            for kind, (table, key) in KEYS.items()
            for record in getattr(self.records, table)
            if record["id"] in self.links
        }
