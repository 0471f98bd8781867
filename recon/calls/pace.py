"""How fast an API may be called: moving windows, shared by threads.

Each caller takes the next free moment and waits for it, first come, first served; nobody polls.

Source: a fixed window lets twice as much through at its edge (airbytehq/airbyte pull request
85216), read 2026-11-22. pyrate-limiter keeps a thread and the real clock, so time could not be
scaled in a test, nor the pace be halved while it runs.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Seconds = Callable[[], float]
Sleep = Callable[[float], None]


@dataclass(frozen=True)
class Window:
    """At most `most` calls in any `seconds`."""

    most: int
    seconds: float


_SLOW_S = 120.0
"""How long half the pace is kept after an answer asked to wait."""


class Pace:
    """The pace of everybody who shares it."""

    def __init__(
        self,
        calls: Sequence[Window],
        batches: Sequence[Window] = (),
        *,
        clock: Seconds = time.monotonic,
        sleep: Sleep = time.sleep,
    ) -> None:
        """Nothing was called yet.

        Args:
            calls: all of which every call keeps to.
            batches: all of which a batch keeps to besides.
            clock: seconds that only go up.
            sleep: waits; both are passed by tests, and where time is scaled.
        """
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._calls = _Turns(calls)
        self._batches = _Turns(batches)
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
        """An answer asked to wait: half the pace for two minutes."""
        with self._lock:
            self._slow_until = self._clock() + _SLOW_S


class _Turns:
    """Moments that were given out, oldest first."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = windows
        self._given: deque[float] = deque(maxlen=max((w.most for w in windows), default=1))

    def next(self, now: float, *, slow: bool) -> float:
        """The first moment at which no window is full; it is given out."""
        at = max(now, self._given[-1]) if self._given else now
        for window in self._windows:
            most = max(window.most // 2, 1) if slow else window.most
            if len(self._given) >= most:
                at = max(at, self._given[-most] + window.seconds)
        self._given.append(at)
        return at
