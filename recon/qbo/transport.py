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
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from recon.calls.addresses import TokenHeaders, is_loopback, require_safe
from recon.calls.pace import Pace
from recon.calls.patience import AskedToWaitError, Patience, asked_seconds, never_left
from recon.errors import BusyError, OutcomeUnknownError, RemoteError
from recon.qbo.answers import error_in
from recon.qbo.auth import SignIn

log = logging.getLogger(__name__)

_THROTTLED = "3001"


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
        again = (BusyError, OutcomeUnknownError) if reads else (AskedToWaitError,)
        retrying = self._patience.retrying(*again)
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
            raise _asked_to_wait(error, response, self._patience)
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
                auth=TokenHeaders({"Authorization": f"Bearer {token}"}),
                timeout=(self._patience.connect_s, self._patience.answer_s),
                allow_redirects=False,  # a redirect would carry the token to another host
                **kwargs,
            )
        except requests.RequestException as error:
            raise _no_answer(error) from error


def _is_read(method: str, url: str) -> bool:
    return method == "GET" or url.endswith("/query")


def _asked_to_wait(
    error: RemoteError, response: requests.Response, patience: Patience
) -> AskedToWaitError:
    """The error of an answer; a wait that is too long to sit out is named."""
    seconds, remedy = max(asked_seconds(response), patience.throttled_s), error.remedy
    if seconds > patience.longest_s:
        remedy = f"Run it again in {seconds / 60:.0f} minutes; what is done stays done."
    wait = AskedToWaitError(
        error.args[0], remedy=remedy, status=error.status, code=error.code, tid=error.tid,
        others=error.others,
    )  # fmt: skip
    wait.seconds = seconds
    return wait


def _no_answer(error: requests.RequestException) -> RemoteError:
    if never_left(error):
        return BusyError(
            "QuickBooks cannot be reached.",
            remedy="Check the connection, or whether the sandbox still runs; nothing was done.",
        )
    return OutcomeUnknownError(
        f"QuickBooks did not answer ({type(error).__name__}).",
        remedy="Run it again; recon looks up what became of it.",
    )
