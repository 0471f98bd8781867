"""Open a company's workspace with its two sides connected, as the command line and notebooks do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from recon.apps.invoiceninja.live import is_address
from recon.apps.profiles import load_profile
from recon.apps.readers import AppReader, reader_of
from recon.company import choosing, headers
from recon.company.app_connection import APP_SIDE, writer_of
from recon.company.connection import client_of, connection_of, may_write
from recon.errors import InputError, WorkspaceError
from recon.ports import Progress, silent
from recon.qbo.client import sandbox_client
from recon.qbo.lists import QuickBooksLists
from recon.qbo.reader import QboReader
from recon.qbo.writer import QboWriter
from recon.reconciliation import Reconciliation
from recon.workspace import Workspace

_LEDGER = "ledger"


def open_workspace(  # noqa: PLR0913  (each is one thing that may be said)
    workspace: str | Path,
    app_files: str | Path | None = None,
    qbo: str | Path | None = None,
    *,
    profile: str = "",
    columns: Sequence[str] = (),
    dates: Sequence[str] = (),
    whole: bool = False,
    progress: Progress = silent,
) -> Reconciliation:
    """The reconciliation kept in a workspace, its sides connected as the workspace remembers them.

    Args:
        workspace: the company's workspace file.
        app_files: folder with the app's exports, or the app's address; remembered. With it a
            workspace that is not there yet is made.
        qbo: folder with the lists that QuickBooks exports, or a file with the first line that
            `recon sandbox` prints; remembered. A workspace without it can be connected to a live
            company (`recon.company.connection`), which then counts before it.
        columns: which column is what, where it is not as recon would read it; remembered, see
            `recon.company.headers`.
        dates: how dates like 03/04/2026 are read; remembered.
        profile: the app, and its version ("taxdome", "invoiceninja@current"); remembered.
        whole: pull every record of a live company, also where only what changed would do.
        progress: told how far long work is.

    Raises:
        ConfigError: the app's address is not reached over https, or recon does not know the app.
        InputError: a side is not there, or not what it should be.
        WorkspaceError: the file is no workspace or another app's, or there is none and the app's
            side is missing.
    """
    sides = {
        key: _place(key, told) for key, told in ((APP_SIDE, app_files), (_LEDGER, qbo)) if told
    }
    if not Path(workspace).exists() and not app_files:
        raise WorkspaceError(
            f"There is no workspace {Path(workspace).name}.",
            remedy="Check the name; a new one needs the app's side.",
        )
    said = headers.corrected({}, columns, dates)
    app = _app_of(workspace, profile)
    if app_files:  # refused before anything is written
        for files in headers.exported({"app": _app_reader(app, str(app_files), said)}):
            headers.require_columns(files, said)
    if qbo:
        _reader_of(Path(qbo), said)
    r = Reconciliation.open(workspace, progress=progress)
    if profile:
        choosing.choose(r, profile)
    if qbo and connection_of(r.store) is not None:
        raise InputError(
            f"{Path(workspace).name} is connected to a live company already.",
            remedy="End that first (recon connect WORKSPACE --end), or make another workspace.",
        )
    for key, where in sides.items():
        r.store.note(key, where)
    if columns or dates:
        headers.keep(r.store, headers.corrected(headers.kept(r.store), columns, dates))
    connect(r, whole=whole)
    return r


def open_stored(workspace: str | Path, progress: Progress = silent) -> Reconciliation:
    """The reconciliation kept in a workspace, with neither side connected: it can call nobody.

    Raises:
        WorkspaceError: there is no such file, or it is no workspace.
    """
    return Reconciliation(Workspace.open(workspace, must_exist=True), progress=progress)


def _app_of(workspace: str | Path, told: str) -> str:
    """Id of the app whose sync a workspace is about.

    Raises:
        ConfigError: recon does not know the app.
        WorkspaceError: the workspace is another app's.
    """
    kept = ""
    if Path(workspace).exists():
        store = Workspace.open(workspace, must_exist=True)
        kept = choosing.name_of(store)
        store.close()
    about = load_profile(told or kept or choosing.USUAL).about
    if kept and load_profile(kept).about.id != about.id:
        raise WorkspaceError(
            f"This workspace is about {load_profile(kept).about.name}.",
            remedy="Make another workspace for another app.",
        )
    return about.id


def _place(side: str, told: str | Path) -> str:
    """Where a side is, as the workspace remembers it.

    Raises:
        InputError: nothing is there; whether an app is at its address shows when it is read.
    """
    if side == APP_SIDE and is_address(str(told)):
        return str(told)
    if not Path(told).exists():
        raise InputError(f"{told} is not there.", remedy="Check the path.")
    return str(Path(told).resolve())


def connect(r: Reconciliation, *, whole: bool = False) -> None:
    """Give a reconciliation the sides that its workspace remembers, read afresh at the next pull.

    A live company that the workspace is connected to counts before files and sandboxes.

    Args:
        r: the reconciliation.
        whole: pull every record of a live company, also where only what changed would do.

    Raises:
        InputError: the description of a sandbox cannot be read.
    """
    said = headers.kept(r.store)
    if where := r.store.noted(APP_SIDE):
        r.readers["app"] = _app_reader(r.profile.about.id, where, said)
    r.writers.pop("app", None)
    if (app := writer_of(r)) is not None:
        r.writers["app"] = app
    if (client := client_of(r)) is not None:
        _use(
            r, QboReader(client, last=(lambda: None) if whole else (lambda: r.store.latest("qbo")))
        )
    elif ledger := r.store.noted(_LEDGER):
        _use(r, _reader_of(Path(ledger), said))


def _use(r: Reconciliation, reader: QboReader | QuickBooksLists) -> None:
    """Read QuickBooks' side so, and write to it where it can be written to."""
    r.readers["qbo"] = reader
    if isinstance(reader, QboReader):
        r.writers["qbo"] = QboWriter(reader.client, may_write=may_write(r.store))


def _app_reader(app: str, where: str, said: headers.Corrections) -> AppReader:
    """The app's side: live from its address, else the exports in a folder."""
    return reader_of(app, where if is_address(where) else Path(where), said)


def _reader_of(ledger: Path, said: headers.Corrections) -> QboReader | QuickBooksLists:
    """QuickBooks' side: a sandbox from its description, else the lists in a folder."""
    if ledger.is_file() and ledger.suffix == ".json":
        return QboReader(sandbox_client(sandbox_description(ledger)))
    lists = QuickBooksLists(ledger, mappings=said)
    headers.require_columns(lists.files, said)  # and whether these are QuickBooks' lists at all
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
