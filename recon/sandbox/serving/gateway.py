"""What stands before the API: rate limits, and faults injected on purpose.

Source: Intuit, Limits and throttles; gateway bodies as captured in published responses, read
2026-11-22.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Literal

from recon.sandbox import faults
from recon.sandbox.books.ledger import Clock
from recon.sandbox.books.switches import Switches
from recon.sandbox.faults import BodyStyle, Fault, Problem


@dataclass(frozen=True)
class Injected:
    """What happens to the next request on a route instead of, or besides, its answer.

    Attributes:
        status: HTTP status to answer with, the request not being looked at; 0 lets it through.
        style: how the body of such an answer is written.
        code: fault code of the body, by default the one the status usually has.
        detail: the fault's Detail; with a code only.
        delay_s: seconds to wait first.
        cut: drop the connection before the request is done, or after.
        after_items: of a batch, do only so many items before the connection is cut.
    """

    status: int = 0
    style: BodyStyle = "Fault"
    code: str = ""
    detail: str = "injected"
    delay_s: float = 0.0
    cut: Literal["", "before", "after"] = ""
    after_items: int = 0

    def fault(self) -> Fault:
        """The fault to answer with."""
        if self.code:
            return Fault(Problem(self.code, self.detail), status=self.status)
        if self.status == 401:
            return faults.unauthorised("Token expired: injected")
        if self.status == 403:
            return faults.forbidden()
        if self.status == 429:
            return faults.throttled()
        return faults.system("injected", self.status)


@dataclass
class Gateway:
    """Counts requests, limits them over a moving window, and hands out injected faults."""

    clock: Clock
    switches: Switches
    counters: Counter[str] = field(default_factory=Counter)
    _queues: dict[str, deque[Injected]] = field(default_factory=dict)
    _requests: deque[float] = field(default_factory=deque)
    _batches: deque[float] = field(default_factory=deque)

    def inject(self, route: str, injected: Injected, times: int = 1) -> None:
        """Queue a fault for the next requests on a route.

        Args:
            route: the path behind the realm id ("invoice/7/send"), its first segment ("customer",
                "query", "batch"), either optionally after a method ("POST invoice"), or "*" for
                any.
            injected: what shall happen.
            times: to how many requests.
        """
        self._queues.setdefault(route.lower(), deque()).extend([injected] * times)

    def injected(self, method: str, path: tuple[str, ...]) -> Injected | None:
        """Take what is queued for this request, counting the request."""
        route = path[0].lower() if path else ""
        self.counters[f"{method} {route}"] += 1
        if not self._queues:
            return None
        whole, verb = "/".join(path).lower(), method.lower()
        for key in (f"{verb} {whole}", whole, f"{verb} {route}", route, "*"):
            queue = self._queues.get(key)
            if queue:
                return queue.popleft()
        return None

    def waiting(self) -> dict[str, int]:
        """How many faults are still to come, by route."""
        return {route: len(queue) for route, queue in self._queues.items() if queue}

    def forget(self) -> None:
        """Forget what was counted, and the faults that are still to come."""
        self.counters.clear()
        self._queues.clear()
        self._requests.clear()
        self._batches.clear()

    def allows(self, is_batch: bool) -> bool:
        """Whether the request is within every limit; it counts if it is."""
        limits = self.switches
        if not (limits.requests_per_minute or limits.requests_per_second) and not (
            is_batch and limits.batches_per_minute
        ):
            return True
        now = self.clock().timestamp()
        if _full(self._requests, now, 60, limits.requests_per_minute):
            return False
        if limits.requests_per_second:
            within = sum(1 for at in self._requests if now - at < 1)
            if within >= limits.requests_per_second:
                return False
        if is_batch and _full(self._batches, now, 60, limits.batches_per_minute):
            return False
        self._requests.append(now)
        if is_batch:
            self._batches.append(now)
        return True


def _full(window: deque[float], now: float, seconds: float, most: int) -> bool:
    """Whether the moving window has no room left; what is older than it is dropped."""
    while window and now - window[0] >= seconds:
        window.popleft()
    return bool(most) and len(window) >= most
