"""How long to wait for an answer, and before a call is tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import requests
import tenacity
from urllib3.exceptions import MaxRetryError, NewConnectionError

from recon.errors import BusyError


class AskedToWaitError(BusyError):
    """Too many calls: nothing was done, so even a write may be sent again after a pause.

    Attributes:
        seconds: how long to wait: what the answer said, or what is usual where it said nothing.
    """

    seconds: float = 60.0


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

    def retrying(self, *again: type[Exception]) -> tenacity.Retrying:
        """Calls again after one of these errors, unless the wait that was asked for is too long."""
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(again)
            & tenacity.retry_if_exception(self._worth_waiting),
            stop=tenacity.stop_after_attempt(self.tries),
            wait=self._pause,
            sleep=self.sleep,
            reraise=True,
        )

    def _worth_waiting(self, error: BaseException) -> bool:
        asked = error.seconds if isinstance(error, AskedToWaitError) else 0.0
        return asked <= self.longest_s

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        spread = self.jitter()
        if isinstance(error, AskedToWaitError):
            return error.seconds * (1 + spread / 10)
        return float(self.pause_s * 2 ** (state.attempt_number - 1) * (1 + spread / 2))


def never_left(error: requests.RequestException) -> bool:
    """Whether a call found nobody at all, so that nothing can have been done."""
    reason = error.args[0] if error.args else None
    cause = reason.reason if isinstance(reason, MaxRetryError) else reason
    return isinstance(error, requests.ConnectTimeout) or isinstance(cause, NewConnectionError)


def asked_seconds(response: requests.Response) -> float:
    """How long an answer says to wait (Retry-After in seconds), 0 when it does not."""
    told = response.headers.get("Retry-After", "")
    return float(told) if told.isdecimal() and len(told) < 9 else 0.0
