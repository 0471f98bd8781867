"""Several clients of one company at work at once, each with its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from types import TracebackType
from typing import Self, TypeVar

from recon.qbo.client import QboClient

T = TypeVar("T")

WORKERS = 8
"""As many as keep the pace of 8 calls a second while an answer takes up to a second; QuickBooks
bears 10 at once.

Source: Intuit, "API call limits and throttling", read 2026-11-22.
"""


class Crew:
    """Works through calls in any order; all share sign-in, pace and meter of one client."""

    def __init__(self, client: QboClient, workers: int = WORKERS) -> None:
        self._client = client
        self._own = threading.local()
        self._made: list[QboClient] = []
        self._pool = ThreadPoolExecutor(workers, "recon-qbo", self._sit_down)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        for client in self._made:
            client.close()

    def each(
        self, calls: Iterable[tuple[T, Callable[[QboClient], object]]]
    ) -> Iterator[tuple[T, object]]:
        """Each call's answer with the name that it was given, as they come.

        Raises:
            ReconError: what the first call that failed raised; no further one is started.
        """
        running: dict[Future[object], T] = {
            self._pool.submit(self._do, call): name for name, call in calls
        }
        try:
            for done in as_completed(running):
                yield running[done], done.result()
        finally:
            for future in running:
                future.cancel()

    def _sit_down(self) -> None:
        client = self._client.for_another_thread()
        self._own.client = client
        self._made.append(client)

    def _do(self, call: Callable[[QboClient], object]) -> object:
        return call(self._own.client)
