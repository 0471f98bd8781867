"""How fast QuickBooks may be called: moving windows, one pace for all clients of a company.

Each caller takes the next free moment and waits for it, first come, first served; nobody polls.

Source: Intuit, "API call limits and throttling" and blogs.intuit.com, 2025-08-13: 500 calls a
minute for a company, 10 a second and 40 batches a minute for a company and app; 80 % of each is
used, since the app whose sync is examined may be calling too. A fixed window lets twice as much
through at its edge (airbytehq/airbyte pull request 85216); read 2026-11-22.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

Seconds = Callable[[], float]
Sleep = Callable[[float], None]


@dataclass(frozen=True)
class Window:
    """At most `most` calls in any `seconds`."""

    most: int
    seconds: float


CALLS = (Window(8, 1), Window(400, 60))
BATCHES = (Window(32, 60),)
_SLOW_S = 120.0
"""How long half the pace is kept after QuickBooks asked to wait."""


class Pace:
    """The pace of one company and app; shared by threads."""

    def __init__(self, clock: Seconds = time.monotonic, sleep: Sleep = time.sleep) -> None:
        """Nothing was called yet.

        Args:
            clock: seconds that only go up.
            sleep: waits; both are passed by tests, and where time is scaled.
        """
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._calls = _Turns(CALLS)
        self._batches = _Turns(BATCHES)
        self._slow_until = 0.0

    def wait(self, *, batch: bool = False) -> None:
        """Come back when one more call, or batch, may leave."""
        for turns in (self._batches, self._calls) if batch else (self._calls,):
            with self._lock:
                now = self._clock()
                at = turns.next(now, slow=now < self._slow_until)
            if at > now:
                self._sleep(at - now)

    def slow_down(self) -> None:
        """QuickBooks asked to wait: half the pace for two minutes."""
        with self._lock:
            self._slow_until = self._clock() + _SLOW_S


class _Turns:
    """Moments that were given out, oldest first."""

    def __init__(self, windows: tuple[Window, ...]) -> None:
        self._windows = windows
        self._given: deque[float] = deque(maxlen=max(w.most for w in windows))

    def next(self, now: float, *, slow: bool) -> float:
        """The first moment at which no window is full; it is given out."""
        at = max(now, self._given[-1]) if self._given else now
        for window in self._windows:
            most = max(window.most // 2, 1) if slow else window.most
            if len(self._given) >= most:
                at = max(at, self._given[-most] + window.seconds)
        self._given.append(at)
        return at


_PACES: dict[tuple[str, str], Pace] = {}
_PACES_LOCK = threading.Lock()


def pace_of(realm_id: str, client_id: str) -> Pace:
    """The one pace of a company and app in this process."""
    with _PACES_LOCK:
        return _PACES.setdefault((realm_id, client_id), Pace())
