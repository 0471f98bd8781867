"""Who may call QuickBooks: credentials, where tokens are kept, and refreshing them once.

A refresh may replace the refresh token, and the replaced one is then worthless. So one process and
one thread at a time refreshes, and what came back is kept before it is used.

Source: Intuit, "Set up OAuth 2.0" (token lives and rotation), and intuit-oauth 1.2.6, whose
AuthClient keeps nothing and locks nothing; read 2026-11-22.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import keyring
import keyring.errors
import requests
from filelock import FileLock, Timeout
from intuitlib.client import AuthClient
from intuitlib.exceptions import AuthClientError

from recon.errors import AuthError, BusyError, ConfigError

_SERVICE = "reconbooks"
_TIMEOUT_S = (10.0, 30.0)
_LOCK_WAIT_S = 60
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_REDIRECT = "http://localhost:8000/callback"


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine, the only place where plain http is accepted."""
    return urlsplit(url).hostname in _LOOPBACK


def require_safe(url: str) -> str:
    """`url` itself when tokens may travel to it: https, or http to this very machine.

    Raises:
        ConfigError: tokens would cross a network unencrypted.
    """
    scheme = urlsplit(url).scheme
    if scheme == "https" or (scheme == "http" and is_loopback(url)):
        return url
    raise ConfigError(
        f"{urlsplit(url).hostname or 'The address'} is not reached over https.",
        remedy="Use https; plain http is only for a server on this computer.",
    )


@dataclass(frozen=True)
class Credentials:
    """Which app calls which company, and in which of QuickBooks' worlds.

    Attributes:
        realm_id: the company.
        client_id: of the app, from Intuit's developer portal.
        client_secret: of the app; never shown.
        environment: "production", "sandbox", or the discovery address of a local server.
        base_url: where a local server's API is; empty for Intuit's own.
    """

    realm_id: str
    client_id: str
    client_secret: str = field(repr=False)
    environment: str = "sandbox"
    base_url: str = ""

    def __post_init__(self) -> None:
        """Refuse an address to which secrets must not travel."""
        if self.environment not in {"production", "sandbox"}:
            require_safe(self.environment)
            require_safe(self.base_url)

    @property
    def world(self) -> str:
        """The kind of company: "production", or "sandbox", as a local server is."""
        return "production" if self.environment == "production" else "sandbox"


@dataclass(frozen=True)
class Tokens:
    """What lets us in; never shown."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


class TokenStore(Protocol):
    """Where the tokens of one company are kept."""

    def load(self) -> Tokens | None:
        """What was kept last, None when nothing was."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Keep; durable when it returns."""
        ...

    def lock(self) -> contextlib.AbstractContextManager[Any]:
        """One holder at a time among everybody who shares this store."""
        ...


@dataclass
class MemoryStore:
    """Tokens of this process only: gone when it ends."""

    tokens: Tokens | None = field(default=None, repr=False)

    def load(self) -> Tokens | None:
        """What was kept last."""
        return self.tokens

    def save(self, tokens: Tokens) -> None:
        """Keep until the process ends."""
        self.tokens = tokens

    def lock(self) -> contextlib.AbstractContextManager[Any]:
        """Nothing: nobody outside this process shares it."""
        return contextlib.nullcontext()


@dataclass(frozen=True)
class FileStore:
    """Tokens in a file that only its owner may read; chosen explicitly, never by default."""

    path: Path

    def load(self) -> Tokens | None:
        """What the file holds, None when there is no file.

        Raises:
            ConfigError: it holds something else.
        """
        try:
            return _parsed(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def save(self, tokens: Tokens) -> None:
        """Replace the file whole; it is 0600 from its first byte."""
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(tokens)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)

    def lock(self) -> contextlib.AbstractContextManager[Any]:
        """A lock file beside it."""
        return _file_lock(self.path.with_name(self.path.name + ".lock"))


@dataclass(frozen=True)
class KeyringStore:
    """Tokens in the operating system's keyring, one entry a company and world."""

    world: str
    realm_id: str
    lock_folder: Path = field(default_factory=lambda: Path.home() / ".recon")

    def load(self) -> Tokens | None:
        """What the keyring holds, None when it holds nothing.

        Raises:
            ConfigError: there is no keyring, or it is locked.
        """
        with _open_keyring():
            text = keyring.get_password(_SERVICE, self._entry)
        return _parsed(text) if text else None

    def save(self, tokens: Tokens) -> None:
        """Keep in the keyring.

        Raises:
            ConfigError: there is no keyring, or it is locked.
        """
        with _open_keyring():
            keyring.set_password(_SERVICE, self._entry, json.dumps(asdict(tokens)))

    def lock(self) -> contextlib.AbstractContextManager[Any]:
        """A lock file in the user's own folder; it holds nothing."""
        self.lock_folder.mkdir(mode=0o700, exist_ok=True)
        return _file_lock(self.lock_folder / f"{self.world}-{self.realm_id}.lock")

    @property
    def _entry(self) -> str:
        return f"{self.world}:{self.realm_id}"


class SignIn:
    """The tokens of one company, refreshed by one caller at a time; shared by its clients."""

    def __init__(self, credentials: Credentials, store: TokenStore) -> None:
        self.credentials = credentials
        self._store = store
        self._thread_lock = threading.Lock()

    def __repr__(self) -> str:
        return f"SignIn({self.credentials!r})"

    def access_token(self) -> str:
        """The token to call with.

        Raises:
            AuthError: this company was never connected.
        """
        return self._kept().access_token

    def refreshed(self, stale: str) -> str:
        """A token newer than `stale`; whoever comes second uses what the first one got.

        Raises:
            AuthError: the refresh token is refused: connect again.
            BusyError: the sign-in server cannot be reached.
        """
        with self._thread_lock, self._store.lock():
            kept = self._kept()
            if kept.access_token != stale:
                return kept.access_token
            tokens = _refresh(self.credentials, kept.refresh_token)
            self._store.save(tokens)  # before use: the old refresh token may be worthless by now
            return tokens.access_token

    def _kept(self) -> Tokens:
        tokens = self._store.load()
        if tokens is None:
            raise AuthError(
                f"Company {self.credentials.realm_id} is not connected.",
                remedy="Connect to QuickBooks first.",
            )
        return tokens


class _TimedAuthClient(AuthClient):  # type: ignore[misc]  # the library is untyped
    """Intuit's client with a time limit: its own constructor waits for ever for discovery."""

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", _TIMEOUT_S)
        kwargs["allow_redirects"] = False  # a redirect would carry the secret to another host
        self.trust_env = not is_loopback(url)
        return super().request(method, require_safe(url), **kwargs)  # type: ignore[no-any-return]


def _refresh(credentials: Credentials, refresh_token: str) -> Tokens:
    try:
        client = _TimedAuthClient(
            credentials.client_id, credentials.client_secret, _REDIRECT, credentials.environment
        )
        with client:
            client.refresh(refresh_token=refresh_token)
            return Tokens(str(client.access_token), str(client.refresh_token))
    except AuthClientError as error:
        if error.status_code in {400, 401, 403}:
            raise AuthError(
                "QuickBooks refused to renew the sign-in.",
                remedy="Connect to QuickBooks again; nothing was written.",
                status=error.status_code,
                tid=error.intuit_tid or "",
            ) from None  # its text quotes the answer, which may hold tokens
        raise BusyError(
            "QuickBooks' sign-in server gave no usable answer.",
            remedy="Wait a minute and run it again.",
            status=error.status_code,
        ) from None
    except (requests.RequestException, ValueError, KeyError) as error:
        raise BusyError(
            f"QuickBooks' sign-in server cannot be reached ({type(error).__name__}).",
            remedy="Check the connection and run it again.",
        ) from None


def _parsed(text: str) -> Tokens:
    try:
        return Tokens(**json.loads(text))
    except (ValueError, TypeError):
        raise ConfigError(
            "The kept sign-in cannot be read.", remedy="Connect to QuickBooks again."
        ) from None  # the text is a secret


@contextlib.contextmanager
def _open_keyring() -> Iterator[None]:
    try:
        yield
    except keyring.errors.KeyringError as error:
        raise ConfigError(
            "This computer's keyring cannot be used.",
            remedy="Unlock it, or choose a token file explicitly.",
        ) from error


@contextlib.contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    try:
        with FileLock(path, timeout=_LOCK_WAIT_S, mode=0o600):
            yield
    except Timeout as error:
        raise BusyError(
            "Another program is renewing the sign-in and does not finish.",
            remedy="Close it and run this again.",
        ) from error
