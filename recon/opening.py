"""Open a company's workspace with its two sides connected, as the command line and notebooks do."""

from __future__ import annotations

import json
from pathlib import Path

from recon.apps.invoiceninja.reader import InvoiceNinjaExports
from recon.connection import client_of, connection_of, may_write
from recon.errors import InputError, WorkspaceError
from recon.ports import Progress, silent
from recon.qbo.client import sandbox_client
from recon.qbo.lists import QuickBooksLists
from recon.qbo.reader import QboReader
from recon.qbo.writer import QboWriter
from recon.reconciliation import Reconciliation

_LEDGER, _APP = "ledger", "app_files"


def open_workspace(
    workspace: str | Path,
    app_files: str | Path | None = None,
    qbo: str | Path | None = None,
    *,
    whole: bool = False,
    progress: Progress = silent,
) -> Reconciliation:
    """The reconciliation kept in a workspace, its sides connected as the workspace remembers them.

    Args:
        workspace: the company's workspace file.
        app_files: folder with the app's exports; remembered. With it a workspace that is not
            there yet is made.
        qbo: folder with the lists that QuickBooks exports, or a file with the first line that
            `recon sandbox` prints; remembered. A workspace without it can be connected to a live
            company (`recon.connection`), which then counts before it.
        whole: pull every record of a live company, also where only what changed would do.
        progress: told how far long work is.

    Raises:
        InputError: a side is not there, or not what it should be.
        WorkspaceError: the file is no workspace, or there is none and the app's side is missing.
    """
    sides = {_APP: app_files, _LEDGER: qbo}
    for path in sides.values():
        if path and not Path(path).exists():
            raise InputError(f"{path} is not there.", remedy="Check the path.")
    if not Path(workspace).exists() and not app_files:
        raise WorkspaceError(
            f"There is no workspace {Path(workspace).name}.",
            remedy="Check the name; a new one needs the app's exports.",
        )
    if app_files:
        _ = InvoiceNinjaExports(Path(app_files)).exports  # refused before anything is written
    if qbo:
        _reader_of(Path(qbo))
    r = Reconciliation.open(workspace, progress=progress)
    if qbo and connection_of(r.store) is not None:
        raise InputError(
            f"{Path(workspace).name} is connected to a live company already.",
            remedy="End that first (recon connect WORKSPACE --end), or make another workspace.",
        )
    for key, path in sides.items():
        if path:
            r.store.note(key, str(Path(path).resolve()))
    connect(r, whole=whole)
    return r


def connect(r: Reconciliation, *, whole: bool = False) -> None:
    """Give a reconciliation the sides that its workspace remembers, read afresh at the next pull.

    A live company that the workspace is connected to counts before files and sandboxes.

    Args:
        r: the reconciliation.
        whole: pull every record of a live company, also where only what changed would do.

    Raises:
        InputError: the description of a sandbox cannot be read.
    """
    if files := r.store.noted(_APP):
        r.readers["app"] = InvoiceNinjaExports(Path(files))
    if (client := client_of(r)) is not None:
        _use(
            r, QboReader(client, last=(lambda: None) if whole else (lambda: r.store.latest("qbo")))
        )
    elif ledger := r.store.noted(_LEDGER):
        _use(r, _reader_of(Path(ledger)))


def _use(r: Reconciliation, reader: QboReader | QuickBooksLists) -> None:
    """Read QuickBooks' side so, and write to it where it can be written to."""
    r.readers["qbo"] = reader
    if isinstance(reader, QboReader):
        r.writers["qbo"] = QboWriter(reader.client, may_write=may_write(r.store))


def _reader_of(ledger: Path) -> QboReader | QuickBooksLists:
    """QuickBooks' side: a sandbox from its description, else the lists in a folder."""
    if ledger.is_file() and ledger.suffix == ".json":
        return QboReader(sandbox_client(sandbox_description(ledger)))
    lists = QuickBooksLists(ledger)
    _ = lists.exports  # whether these are QuickBooks' lists at all
    return lists


def sandbox_description(path: Path) -> dict[str, str]:
    """What `recon sandbox` printed as its first line, from the file it was saved in.

    Raises:
        InputError: the file holds something else.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
        return {str(key): str(value) for key, value in told.items()}
    except (OSError, ValueError, IndexError, AttributeError) as error:
        raise InputError(
            f"{path.name} is not what `recon sandbox` prints.",
            remedy="Save its first line in the file.",
        ) from error
