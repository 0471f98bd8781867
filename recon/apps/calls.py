"""Reading from an app's API over HTTP: time limits, pacing, retries, and errors one can act on.

Only reads go this way; they leave nothing behind, so each may be tried again.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import tenacity
from pyrate_limiter import Duration, Limiter, Rate
from requests.auth import AuthBase

from recon.errors import AuthError, BusyError, ConfigError, RejectedError, RemoteError

log = logging.getLogger(__name__)

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Patience:
    """How long to wait for what.

    Attributes:
        connect_s: for a connection.
        answer_s: for an answer; a page of several hundred invoices takes its time.
        tries: how often a read is tried.
        pause_s: before the second try, doubled for each further one.
        throttled_s: after "too many requests", unless the answer says how long.
        sleep: waits; a test passes its own.
    """

    connect_s: float = 10.0
    answer_s: float = 120.0
    tries: int = 4
    pause_s: float = 0.5
    throttled_s: float = 60.0
    sleep: Callable[[float], None] = time.sleep


def require_safe(url: str) -> str:
    """`url` itself when a token may travel to it: https, or http to this very machine.

    Raises:
        ConfigError: the token would cross a network unencrypted.
    """
    address = urlsplit(url)
    is_local = address.hostname in _LOOPBACK
    if address.hostname and (address.scheme == "https" or (address.scheme == "http" and is_local)):
        return url
    raise ConfigError(
        f"{address.hostname or 'The address'} is not reached over https.",
        remedy="Use https; plain http is only for a server on this computer.",
    )


def paced(per_minute: int) -> Limiter:
    """A pace of so many calls in any minute."""
    return Limiter(Rate(per_minute, Duration.MINUTE))


class _Headers(AuthBase):
    """Puts the token in place; with an `auth`, requests does not look into .netrc for another."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


class Calls:
    """Reads JSON from one address.

    Args:
        app: the app's name, for people.
        base_url: what every path is put behind; https, or http to this very machine.
        headers: sent with every call; the token is among them and is never shown.
        limiter: the pace; None for none.
        patience: how long to wait for what.

    Raises:
        ConfigError: the token would cross a network unencrypted.
    """

    def __init__(
        self,
        app: str,
        base_url: str,
        headers: Mapping[str, str],
        limiter: Limiter | None,
        patience: Patience,
    ) -> None:
        self.is_local = urlsplit(require_safe(base_url)).hostname in _LOOPBACK
        self._app = app
        self._base_url = base_url.rstrip("/")
        self._auth = _Headers(headers)
        self._limiter = limiter
        self._patience = patience
        self._session = requests.Session()
        self._session.trust_env = not self.is_local  # no proxy between us and ourselves

    def close(self) -> None:
        """Give up the connections."""
        self._session.close()

    def get(self, path: str, **params: str | int) -> dict[str, Any]:
        """The JSON object at a path; its numbers are the texts that were sent.

        Raises:
            AuthError: the token was refused.
            BusyError: the app could not be reached, asked to wait, or did not answer sensibly.
            RejectedError: there is nothing like that at this address.
        """
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(BusyError),
            stop=tenacity.stop_after_attempt(self._patience.tries),
            wait=self._pause,
            sleep=self._patience.sleep,
            reraise=True,
        )
        return retrying(self._once, path, params)

    def _once(self, path: str, params: Mapping[str, str | int]) -> dict[str, Any]:
        if self._limiter is not None:
            self._limiter.try_acquire(self._app)
        try:
            response = self._session.get(
                f"{self._base_url}/{path}",
                params=dict(params),
                auth=self._auth,
                timeout=(self._patience.connect_s, self._patience.answer_s),
                allow_redirects=False,  # a redirect would carry the token to another host
            )
        except requests.RequestException as error:
            raise BusyError(
                f"{self._app} cannot be reached ({type(error).__name__}).",
                remedy="Check the connection and the address, and run it again.",
            ) from error
        log.debug("call path=%s status=%s", path, response.status_code)
        if response.status_code != 200:
            raise self._refusal(response)
        try:
            told = json.loads(response.content, parse_float=str, parse_int=str)
        except (ValueError, RecursionError) as error:
            raise self._unusable(response.status_code) from error
        if not isinstance(told, dict):
            raise self._unusable(response.status_code)
        return told

    def _refusal(self, response: requests.Response) -> RemoteError:
        status = response.status_code
        if status in {401, 403}:
            return AuthError(
                f"{self._app} does not accept the token, or its owner may not read this.",
                remedy="Make a new token, as an administrator, and give it again.",
                status=status,
            )
        if status == 429:
            return _AskedToWaitError.of(self._app, response)
        if status >= 500:
            return self._unusable(status)
        return RejectedError(
            f"{self._app} has nothing to read at this address (HTTP {status}).",
            remedy="Check the address; it ends before /api.",
            status=status,
        )

    def _unusable(self, status: int) -> BusyError:
        return BusyError(
            f"What answered is not {self._app}, or it was cut off (HTTP {status}).",
            remedy="Check the address, and run it again later.",
            status=status,
        )

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _AskedToWaitError):
            return error.seconds or self._patience.throttled_s
        return float(self._patience.pause_s * 2 ** (state.attempt_number - 1))


class _AskedToWaitError(BusyError):
    """429, with the seconds that the app said."""

    seconds: float = 0.0

    @classmethod
    def of(cls, app: str, response: requests.Response) -> _AskedToWaitError:
        wait = cls(f"{app} asks to wait.", remedy="Run it again in a minute.", status=429)
        told = response.headers.get("Retry-After", "")
        wait.seconds = float(told) if told.isdecimal() else 0.0
        return wait
