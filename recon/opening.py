"""Open a company's workspace with its two sides connected, as the command line and notebooks do."""

from __future__ import annotations

import json
from pathlib import Path

from recon.apps.invoiceninja.live import LiveInvoiceNinja, is_address
from recon.apps.invoiceninja.reader import InvoiceNinjaExports
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
    progress: Progress = silent,
) -> Reconciliation:
    """The reconciliation kept in a workspace, its sides connected as the workspace remembers them.

    Args:
        workspace: the company's workspace file.
        app_files: folder with the app's exports, or the app's address; remembered. With both sides
            named, a workspace that is not there yet is made.
        qbo: folder with the lists that QuickBooks exports, or a file with the first line that
            `recon sandbox` prints; remembered.
        progress: told how far long work is.

    Raises:
        ConfigError: the app's address is not reached over https.
        InputError: a side is not there, or not what it should be.
        WorkspaceError: the file is no workspace, or there is none and a side is missing.
    """
    sides = {_APP: app_files, _LEDGER: qbo}
    live = bool(app_files) and is_address(str(app_files))
    for key, path in sides.items():
        if path and not (live and key == _APP) and not Path(path).exists():
            raise InputError(f"{path} is not there.", remedy="Check the path.")
    if not Path(workspace).exists() and not all(sides.values()):
        raise WorkspaceError(
            f"There is no workspace {Path(workspace).name}.",
            remedy="Check the name; a new one needs the app and QuickBooks' side.",
        )
    if app_files and isinstance(app := _app_reader(str(app_files)), InvoiceNinjaExports):
        _ = app.exports  # refused before anything is written
    if qbo:
        _reader_of(Path(qbo))
    r = Reconciliation.open(workspace, progress=progress)
    for key, path in sides.items():
        if path:
            where = str(path) if live and key == _APP else str(Path(path).resolve())
            r.store.note(key, where)
    connect(r)
    return r


def connect(r: Reconciliation) -> None:
    """Give a reconciliation the sides that its workspace remembers, read afresh at the next pull.

    Raises:
        InputError: the description of a sandbox cannot be read.
    """
    if where := r.store.noted(_APP):
        r.readers["app"] = _app_reader(where)
    if ledger := r.store.noted(_LEDGER):
        reader = _reader_of(Path(ledger))
        r.readers["qbo"] = reader
        if isinstance(reader, QboReader):
            r.writers["qbo"] = QboWriter(reader.client)


def _app_reader(where: str) -> LiveInvoiceNinja | InvoiceNinjaExports:
    """The app's side: live from its address, else the exports in a folder."""
    return LiveInvoiceNinja(where) if is_address(where) else InvoiceNinjaExports(Path(where))


def _reader_of(ledger: Path) -> QboReader | QuickBooksLists:
    """QuickBooks' side: a sandbox from its description, else the lists in a folder."""
    if ledger.is_file() and ledger.suffix == ".json":
        return QboReader(sandbox_client(_description(ledger)))
    lists = QuickBooksLists(ledger)
    _ = lists.exports  # whether these are QuickBooks' lists at all
    return lists


def _description(path: Path) -> dict[str, str]:
    try:
        told = json.loads(path.read_text(encoding="utf-8").splitlines()[0])
        return {str(key): str(value) for key, value in told.items()}
    except (OSError, ValueError, IndexError, AttributeError) as error:
        raise InputError(
            f"{path.name} is not what `recon sandbox` prints.",
            remedy="Save its first line in the file.",
        ) from error
