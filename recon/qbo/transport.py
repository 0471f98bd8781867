"""The session that python-quickbooks sends through: time limits, pacing, retries, typed errors.

The library only needs an object with `access_token` and `request`, so nothing of it is patched.

Source: python-quickbooks 0.9.12, `client.py` (`process_request`; no time-out, retry or refresh of
its own), read 2026-11-22.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
import tenacity
from pyrate_limiter import Duration, Limiter, Rate
from requests.auth import AuthBase
from urllib3.exceptions import MaxRetryError, NewConnectionError

from recon.errors import BusyError, OutcomeUnknownError, RemoteError
from recon.qbo.answers import error_in
from recon.qbo.auth import SignIn
from recon.qbo.credentials import is_loopback, require_safe

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long to wait for what.

    Attributes:
        connect_s: for a connection.
        answer_s: for an answer; QuickBooks itself gives up after 120 s.
        tries: how often a read is tried, and a write that was asked to wait.
        pause_s: before the second try, doubled for each further one.
        throttled_s: after "too many calls"; Intuit's advice is a minute.
        sleep: waits; a test passes its own.
    """

    connect_s: float = 10.0
    answer_s: float = 130.0
    tries: int = 3
    pause_s: float = 0.5
    throttled_s: float = 60.0
    sleep: Callable[[float], None] = time.sleep


def paced() -> Limiter:
    """A pace within QuickBooks' limits for one company, shared by all of its clients.

    Moving windows of 8 calls a second and 400 a minute: the limits are 10 and 500, and the app
    whose sync is examined may be calling too.

    Source: Intuit, "API call limits and throttling", read 2026-11-22.
    """
    return Limiter([Rate(8, Duration.SECOND), Rate(400, Duration.MINUTE)])


class _Bearer(AuthBase):
    """Keeps the token in place: without an `auth`, requests may put one of .netrc over it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Transport:
    """Sends one call and answers with a good response, or raises what a person can act on."""

    def __init__(self, sign_in: SignIn, limiter: Limiter | None, patience: Patience) -> None:
        self._sign_in = sign_in
        self._limiter = limiter
        self._patience = patience
        self._session = requests.Session()

    def close(self) -> None:
        """Give up the connections."""
        self._session.close()

    @property
    def access_token(self) -> str:
        """What python-quickbooks puts into its header."""
        return self._sign_in.access_token()

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        """The good answer to one call.

        Raises:
            BusyError: nothing was done; reads were tried again first.
            OutcomeUnknownError: a write left and no usable answer came.
            AuthError, RejectedError: as `recon.rules.faults` says.
        """
        reads = method == "GET" or url.rpartition("/")[2] == "query"
        again = (BusyError, OutcomeUnknownError) if reads else _AskedToWaitError
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(again),
            stop=tenacity.stop_after_attempt(self._patience.tries),
            wait=self._pause,
            sleep=self._patience.sleep,
            reraise=True,
        )
        try:
            return retrying(self._signed, method, url, **kwargs)
        except OutcomeUnknownError as error:
            if not reads:
                raise
            raise BusyError(  # a read leaves nothing behind
                error.args[0], remedy="Wait a minute and run it again; nothing was changed.",
                status=error.status, code=error.code, tid=error.tid,
            ) from error  # fmt: skip

    def _signed(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        """One call; when the token has run out, one refresh and the very same call again."""
        token = self._sign_in.access_token()
        response = self._once(method, url, token, **kwargs)
        if response.status_code == 401:
            token = self._sign_in.refreshed(token)
            response = self._once(method, url, token, **kwargs)
        error = error_in(response)
        log.debug(
            "call method=%s status=%s tid=%s code=%s",
            method, response.status_code, response.headers.get("intuit_tid", ""),
            error.code if error else "",
        )  # fmt: skip
        if error is None:
            response.encoding = "utf-8"  # some answers do not say, and a guess is slow and wrong
            return response
        raise _AskedToWaitError.of(error, response) if response.status_code == 429 else error

    def _once(self, method: str, url: str, token: str, **kwargs: Any) -> requests.Response:
        if self._limiter is not None:
            self._limiter.try_acquire("quickbooks")
        self._session.trust_env = not is_loopback(url)  # no proxy between us and ourselves
        try:
            return self._session.request(
                method,
                require_safe(url),
                auth=_Bearer(token),
                timeout=(self._patience.connect_s, self._patience.answer_s),
                allow_redirects=False,  # a redirect would carry the token to another host
                **kwargs,
            )
        except requests.RequestException as error:
            raise _no_answer(error) from error

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _AskedToWaitError):
            return max(self._patience.throttled_s, error.seconds)
        return float(self._patience.pause_s * 2 ** (state.attempt_number - 1))


class _AskedToWaitError(BusyError):
    """429: nothing was done, so even a write may be sent again after a pause."""

    seconds: float = 0.0

    @classmethod
    def of(cls, error: RemoteError, response: requests.Response) -> _AskedToWaitError:
        wait = cls(
            error.args[0], remedy=error.remedy,
            status=error.status, code=error.code, tid=error.tid,
        )  # fmt: skip
        told = response.headers.get("Retry-After", "")
        wait.seconds = float(told) if told.isdecimal() else 0.0
        return wait


def _no_answer(error: requests.RequestException) -> RemoteError:
    reason = error.args[0] if error.args else None
    cause = reason.reason if isinstance(reason, MaxRetryError) else reason
    if isinstance(error, requests.ConnectTimeout) or isinstance(cause, NewConnectionError):
        return BusyError(
            "QuickBooks cannot be reached.",
            remedy="Check the connection, or whether the sandbox still runs; nothing was done.",
        )
    return OutcomeUnknownError(
        f"QuickBooks did not answer ({type(error).__name__}).",
        remedy="Run it again; recon looks up what became of it.",
    )
