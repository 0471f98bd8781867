"""The workspace's file: made whole or not at all, recognised before it is touched, locked."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, Engine, create_engine, event

from recon.errors import WorkspaceError
from recon.workspace import schema

_BUSY_MS = 5000
_CREATE_WAIT_S = 10


def location(path_or_url: str | Path) -> Path:
    """The file that a path or a `sqlite:///` address names.

    Raises:
        WorkspaceError: it is another kind of address.
    """
    text = str(path_or_url)
    if text.startswith("sqlite:///"):
        return Path(text.removeprefix("sqlite:///"))
    if "://" in text:
        raise WorkspaceError(
            f"A workspace is a file, not a {text.partition('://')[0]} address.",
            remedy="Give the name of a file.",
        )
    return Path(text)


def engine(path: Path) -> Engine:
    """The database in a file; every commit is on the disk before it returns."""
    made = create_engine(
        URL.create("sqlite", database=str(path)),
        hide_parameters=True,  # an error would quote what was to be kept: clients' names
    )

    @event.listens_for(made, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        for pragma in (
            f"busy_timeout = {_BUSY_MS}",
            "synchronous = FULL",
            "fullfsync = ON",  # on macOS a plain fsync does not reach the platter
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return made


def prepare(path: Path, *, must_exist: bool) -> None:
    """Make the file when there is none; refuse one that is no workspace, untouched.

    Raises:
        WorkspaceError: no such file or folder, no workspace, or one of a newer recon.
    """
    if not path.exists():
        if must_exist:
            raise WorkspaceError(f"There is no workspace {path.name}.", remedy="Check the name.")
        _make(path)
    _recognise(path)


@contextlib.contextmanager
def sole(path: Path, what: str) -> Iterator[None]:
    """Nobody else does `what` on this file meanwhile; the lock ends with its holder's life.

    Raises:
        WorkspaceError: somebody else does.
    """
    lock = _lock(path, wait_s=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise WorkspaceError(
            f"Another recon is at work on {path.name} ({what}).",
            remedy="Let it finish, then run this again; nothing was sent.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _lock(path: Path, wait_s: float) -> FileLock:
    """The operating system lets go of it when its holder dies, however it dies."""
    return FileLock(path.with_name(f"{path.name}.lock"), timeout=wait_s, mode=0o600)


def _make(path: Path) -> None:
    if not path.parent.is_dir():
        raise WorkspaceError(f"There is no folder {path.parent}.", remedy="Make it first.")
    fresh = path.with_name(f"{path.name}.new")
    try:
        with _lock(path, wait_s=_CREATE_WAIT_S):
            if path.exists():
                return
            fresh.unlink(missing_ok=True)
            os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            made = engine(fresh)
            with made.begin() as connection:
                schema.create(connection)
            made.dispose()
            fresh.replace(path)
    except (OSError, Timeout) as error:
        raise WorkspaceError(
            f"The workspace {path.name} cannot be made ({type(error).__name__}).",
            remedy="Choose a folder that you may write to.",
        ) from error


def _recognise(path: Path) -> None:
    """Read two numbers of the header, without locks, log or writing: it may be a stranger's file.

    SQLite itself has to read them. A file that this process opens and closes past SQLite loses all
    of its locks there, also those of a workspace that is open: another process, the last one as it
    believes, then deletes the log that this one still writes to, and what was kept is gone.

    Source: sqlite.org, "How To Corrupt An SQLite Database File", section 2.2, and "URI Filenames"
        (immutable), read 2026-11-26.
    """
    if path.is_dir():
        raise WorkspaceError(f"{path} is a folder.", remedy="Name a file, such as books.recon.")
    where = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(where, uri=True)) as header:
            made_by = header.execute("PRAGMA application_id").fetchone()[0]
            version = header.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise WorkspaceError(f"{path.name} cannot be read.", remedy="Check the name.") from error
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname != "SQLITE_NOTADB":
            raise WorkspaceError(
                f"{path.name} is damaged.", remedy="Go back to a copy of it; nothing was changed."
            ) from error
        made_by, version = 0, 0
    if made_by != schema.APPLICATION_ID:
        raise WorkspaceError(
            f"{path.name} is not a recon workspace; it was left as it is.",
            remedy="Give another name.",
        )
    if version > schema.VERSION:
        raise WorkspaceError(
            f"{path.name} was made by a newer recon (version {version}, this one knows "
            f"{schema.VERSION}).",
            remedy="Install the newer recon.",
        )
