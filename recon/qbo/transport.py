"""The session that python-quickbooks sends through: time limits, pacing, retries, typed errors.

The library only needs an object with `access_token` and `request`, so nothing of it is patched.

    what happened                    a read                          a write
    no connection                    again, three times in all       BusyError: nothing was done
    no answer, 5xx, no JSON          again, three times in all       OutcomeUnknownError: look it up
    429, or code 3001 however told   after a minute, and half as     the same: nothing was done
                                     fast for a while
    401                              one refresh, then the very same call once more
    any other fault                  its error at once               the same

Source: python-quickbooks 0.9.12, `client.py` (`process_request`; no time-out, retry or refresh of
its own); Intuit, "API call limits and throttling" (wait a minute); read 2026-11-22.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
import tenacity
from requests.auth import AuthBase
from urllib3.exceptions import MaxRetryError, NewConnectionError

from recon.errors import BusyError, OutcomeUnknownError, RemoteError
from recon.qbo.answers import error_in
from recon.qbo.auth import SignIn
from recon.qbo.credentials import is_loopback, require_safe
from recon.qbo.pace import Pace

log = logging.getLogger(__name__)

_THROTTLED = "3001"


@dataclass(frozen=True)
class Patience:
    """How long to wait for what.

    Attributes:
        connect_s: for a connection.
        answer_s: for an answer; QuickBooks itself gives up after 120 s.
        tries: how often a read is tried, and a write that was asked to wait.
        pause_s: before the second try, doubled for each further one.
        throttled_s: after "too many calls"; Intuit's advice is a minute.
        longest_s: whoever asks to wait longer than this is told to the person instead.
        sleep: waits; a test passes its own.
        jitter: 0 to 1, so that many who were stopped together do not come back together.
    """

    connect_s: float = 10.0
    answer_s: float = 130.0
    tries: int = 3
    pause_s: float = 0.5
    throttled_s: float = 60.0
    longest_s: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


@dataclass
class Meter:
    """Counts reads, which Intuit's partner programme rations by the month; shared by threads.

    Writes are free there. Every attempt counts, as it does at Intuit.

    Attributes:
        reads: how many there were.
        keep: is told how many more there were, at each `flush`.

    Source: Intuit, App Partner Program: "CorePlus" (read) calls, read 2026-11-22.
    """

    reads: int = 0
    keep: Callable[[int], None] | None = field(default=None, repr=False)
    _kept: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self) -> None:
        """One more read."""
        with self._lock:
            self.reads += 1

    def flush(self) -> None:
        """Hand what was counted since the last time to whoever keeps it."""
        with self._lock:
            fresh, self._kept = self.reads - self._kept, self.reads
            if self.keep is not None and fresh:
                self.keep(fresh)


class _Bearer(AuthBase):
    """Keeps the token in place: without an `auth`, requests may put one of .netrc over it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Transport:
    """Sends one call and answers with a good response, or raises what a person can act on."""

    def __init__(
        self, sign_in: SignIn, pace: Pace | None, patience: Patience, meter: Meter
    ) -> None:
        self._sign_in = sign_in
        self._pace = pace
        self._patience = patience
        self._meter = meter
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
        reads = _is_read(method, url)
        again = (BusyError, OutcomeUnknownError) if reads else _AskedToWaitError
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(again)
            & tenacity.retry_if_exception(self._worth_waiting),
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
        if response.status_code == 429 or (error.code == _THROTTLED and response.status_code < 500):
            if self._pace is not None:
                self._pace.slow_down()
            raise _AskedToWaitError.of(error, response, self._patience.longest_s)
        raise error

    def _once(self, method: str, url: str, token: str, **kwargs: Any) -> requests.Response:
        if self._pace is not None:
            self._pace.wait(batch=url.endswith("/batch"))
        if _is_read(method, url):
            self._meter.count()
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

    def _worth_waiting(self, error: BaseException) -> bool:
        asked = error.seconds if isinstance(error, _AskedToWaitError) else 0.0
        return asked <= self._patience.longest_s

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        spread = self._patience.jitter()
        if isinstance(error, _AskedToWaitError):
            return max(self._patience.throttled_s, error.seconds) * (1 + spread / 10)
        return float(self._patience.pause_s * 2 ** (state.attempt_number - 1) * (1 + spread / 2))


def _is_read(method: str, url: str) -> bool:
    return method == "GET" or url.endswith("/query")


class _AskedToWaitError(BusyError):
    """Too many calls: nothing was done, so even a write may be sent again after a pause."""

    seconds: float = 0.0

    @classmethod
    def of(
        cls, error: RemoteError, response: requests.Response, longest_s: float
    ) -> _AskedToWaitError:
        """The error of an answer; a wait that is too long to sit out is named."""
        told = response.headers.get("Retry-After", "")
        seconds = float(told) if told.isdecimal() and len(told) < 9 else 0.0
        remedy = error.remedy
        if seconds > longest_s:
            remedy = f"Run it again in {seconds / 60:.0f} minutes; what is done stays done."
        wait = cls(
            error.args[0], remedy=remedy, status=error.status, code=error.code, tid=error.tid,
            others=error.others,
        )  # fmt: skip
        wait.seconds = seconds
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
