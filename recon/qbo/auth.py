"""The sign-in to one company: which token to call with, and refreshing it once for everybody.

A refresh may replace the refresh token, and the replaced one is then worthless. So one process and
one thread at a time refreshes, looks first whether somebody else did, and keeps what came back
before it is used.

Source: Intuit, "Set up OAuth 2.0" (token lives and rotation), and intuit-oauth 1.2.6, whose
AuthClient keeps nothing and locks nothing; read 2026-11-22.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from recon.errors import AuthError
from recon.qbo.credentials import Credentials
from recon.qbo.intuit import renewed
from recon.qbo.tokens import Tokens, TokenStore

Clock = Callable[[], datetime]
_EARLY = timedelta(minutes=1)
"""A token that ends while a call is under way costs a call; so it is renewed a little before."""


def utc_now() -> datetime:
    """The time of this computer, in UTC."""
    return datetime.now(UTC)


class SignIn:
    """The tokens of one company, refreshed by one caller at a time; shared by its clients."""

    def __init__(
        self,
        credentials: Credentials,
        store: TokenStore,
        clock: Clock = utc_now,
        whole: Callable[[], Credentials] | None = None,
    ) -> None:
        """The sign-in of one company.

        Args:
            credentials: of the company; the client secret may be missing when `whole` is given.
            store: where its tokens are.
            clock: now, in UTC.
            whole: the credentials with the client secret, asked for when tokens are renewed.
        """
        self.credentials = credentials
        self._whole = whole or (lambda: credentials)
        self._store = store
        self._clock = clock
        self._thread_lock = threading.Lock()
        self._held: Tokens | None = None

    def __repr__(self) -> str:
        return f"SignIn({self.credentials!r})"

    @property
    def tokens(self) -> Tokens:
        """What is kept at this moment.

        Raises:
            AuthError: this company was never connected.
        """
        tokens = self._store.load()
        if tokens is None:
            raise AuthError(
                f"Company {self.credentials.realm_id} is not connected.",
                remedy="Connect to QuickBooks first: recon connect WORKSPACE",
            )
        return tokens

    def access_token(self) -> str:
        """The token to call with.

        Raises:
            AuthError: this company was never connected, or cannot be renewed.
            BusyError: it has run out and the sign-in server cannot be reached.
        """
        tokens = self._held
        if tokens is None:
            tokens = self._held = self.tokens
        if tokens.access_until is not None and self._clock() >= tokens.access_until - _EARLY:
            return self.refreshed(tokens.access_token)
        return tokens.access_token

    def refreshed(self, stale: str) -> str:
        """A token newer than `stale`; whoever comes second uses what the first one got.

        Raises:
            AuthError: the refresh token is refused: connect again.
            BusyError: the sign-in server cannot be reached.
            ConfigError: the app's keys are not where they were kept.
        """
        with self._thread_lock, self._store.lock():
            tokens = self.tokens
            if tokens.access_token == stale:
                tokens = renewed(self._whole(), tokens, self._clock())
                self._store.save(tokens)  # before use: the old refresh token may be worthless now
            self._held = tokens
            return tokens.access_token
