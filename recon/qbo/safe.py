"""Where secrets are kept: the operating system's keyring, or a file that somebody chose for it.

A safe holds texts by the name of an entry. Nothing falls back from one safe to another by itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import keyring
import keyring.errors
from filelock import FileLock, Timeout

from recon.errors import BusyError, ConfigError

_SERVICE = "reconbooks"
_LOCK_WAIT_S = 60
_LOCK_LOOK_S = 0.01
_PIECE = 1000
"""Characters in one entry of a keyring: Windows keeps 2560 bytes, two a character, and an access
token alone may be longer.

Source: keyring issue 355 and `CRED_MAX_CREDENTIAL_BLOB_SIZE` in Windows' wincred.h; read
2026-11-26.
"""


class Safe(Protocol):
    """Keeps secret texts; durable when `keep` returns."""

    @property
    def where(self) -> str:
        """The place, for people."""
        ...

    def read(self, entry: str) -> str | None:
        """What was kept last under that name, None when nothing was."""
        ...

    def keep(self, entry: str, text: str) -> None:
        """Keep in place of what was there: whole, or not at all."""
        ...

    def forget(self, entry: str) -> None:
        """Keep it no longer; nothing happens when it is not there."""
        ...

    def lock(self, entry: str) -> contextlib.AbstractContextManager[Any]:
        """One holder at a time among all threads and processes that share the safe."""
        ...


@dataclass(frozen=True)
class FileSafe:
    """A file that only its owner may read; chosen explicitly, never by default."""

    path: Path

    @property
    def where(self) -> str:
        """The file's name."""
        return f"the file {self.path}"

    def read(self, entry: str) -> str | None:
        """What the file holds under that name.

        Raises:
            ConfigError: it holds something else, or others may read it.
        """
        return self._entries().get(entry)

    def keep(self, entry: str, text: str) -> None:
        """Replace the file whole; it is 0600 from its first byte."""
        with _file_lock(self._beside(".writing")):
            self._write({**self._entries(), entry: text})

    def forget(self, entry: str) -> None:
        """Replace the file by one without the entry."""
        with _file_lock(self._beside(".writing")):
            left = {name: text for name, text in self._entries().items() if name != entry}
            self._write(left)

    def lock(self, entry: str) -> contextlib.AbstractContextManager[Any]:
        """A lock file beside it, one for all of its entries."""
        _ = entry
        return _file_lock(self._beside(".lock"))

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)

    def _entries(self) -> dict[str, str]:
        try:
            if os.name == "posix" and self.path.stat().st_mode & 0o077:
                raise ConfigError(
                    f"{self.path.name} holds a sign-in, and others on this computer may read it.",
                    remedy=f"Make it yours alone: chmod 600 {self.path}",
                )
            told = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise _unreadable(self.where) from None  # the text is a secret
        if not isinstance(told, dict) or not all(isinstance(t, str) for t in told.values()):
            raise _unreadable(self.where)
        return told

    def _write(self, entries: dict[str, str]) -> None:
        fresh = self._beside(".new")
        try:
            fresh.unlink(missing_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(json.dumps(entries))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        except OSError as error:
            raise ConfigError(
                f"{self.path} cannot be written ({type(error).__name__}).",
                remedy="Choose a folder that you may write to.",
            ) from error


@dataclass(frozen=True)
class KeyringSafe:
    """The operating system's keyring; long texts lie in several entries, the first one last."""

    lock_folder: Path = field(default_factory=lambda: Path.home() / ".recon")

    @property
    def where(self) -> str:
        """The keyring in use."""
        return f"this computer's keyring ({type(keyring.get_keyring()).__module__})"

    def read(self, entry: str) -> str | None:
        """What the keyring holds under that name.

        Raises:
            ConfigError: there is no keyring, it is locked, or a part of the entry is missing.
        """
        with _open_keyring():
            head = keyring.get_password(_SERVICE, entry)
            parts = _pieces(entry, head)
            if not parts:
                return head
            texts = [keyring.get_password(_SERVICE, part) for part in parts]
        if None in texts:
            raise _unreadable(self.where)
        return "".join(filter(None, texts))

    def keep(self, entry: str, text: str) -> None:
        """Keep in the keyring; the entry itself, written last, says where its parts are.

        Raises:
            ConfigError: there is no keyring, or it is locked.
        """
        with _open_keyring():
            before = _pieces(entry, keyring.get_password(_SERVICE, entry))
            if len(text) <= _PIECE:
                keyring.set_password(_SERVICE, entry, text)
            else:
                count = -(-len(text) // _PIECE)
                head = f"pieces:{secrets.token_hex(4)}:{count}"
                for number, part in enumerate(_pieces(entry, head)):
                    piece = text[number * _PIECE : (number + 1) * _PIECE]
                    keyring.set_password(_SERVICE, part, piece)
                keyring.set_password(_SERVICE, entry, head)
            _delete(before)

    def forget(self, entry: str) -> None:
        """Delete it from the keyring."""
        with _open_keyring():
            head = keyring.get_password(_SERVICE, entry)
            if head is not None:
                _delete([entry, *_pieces(entry, head)])

    def lock(self, entry: str) -> contextlib.AbstractContextManager[Any]:
        """A lock file in the user's own folder; it holds nothing."""
        self.lock_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = "".join(c if c.isalnum() else "-" for c in entry)
        return _file_lock(self.lock_folder / f"{name}.lock")


def keyring_trouble() -> str:
    """Why this computer's keyring cannot be used, in one sentence; empty when it can."""
    try:
        with _open_keyring():
            keyring.get_password(_SERVICE, "is there a keyring")
    except ConfigError as error:
        return str(error)
    return ""


def _pieces(entry: str, head: str | None) -> list[str]:
    """Names of the entries that hold the parts; none for a text that lies in one."""
    if head is None or not head.startswith("pieces:"):
        return []
    _, mark, count = head.split(":")
    return [f"{entry}#{mark}.{number}" for number in range(int(count))]


def _delete(entries: list[str]) -> None:
    for entry in entries:
        with contextlib.suppress(keyring.errors.PasswordDeleteError):
            keyring.delete_password(_SERVICE, entry)


def _unreadable(where: str) -> ConfigError:
    return ConfigError(
        f"The sign-in kept in {where} cannot be read.", remedy="Connect to QuickBooks again."
    )


@contextlib.contextmanager
def _open_keyring() -> Iterator[None]:
    try:
        yield
    except keyring.errors.KeyringError as error:
        raise ConfigError(
            "This computer's keyring cannot be used.",
            remedy="Unlock it, or choose a token file explicitly (--token-file).",
        ) from error


@contextlib.contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    try:
        with FileLock(path, timeout=_LOCK_WAIT_S, mode=0o600, poll_interval=_LOCK_LOOK_S):
            yield
    except Timeout as error:
        raise BusyError(
            "Another program is renewing the sign-in and does not finish.",
            remedy="Close it and run this again.",
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path.parent} cannot be written to ({type(error).__name__}).",
            remedy="Choose a folder that you may write to.",
        ) from error
