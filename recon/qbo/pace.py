"""How fast QuickBooks may be called: one pace for all clients of a company and app.

Source: Intuit, "API call limits and throttling" and blogs.intuit.com, 2025-08-13: 500 calls a
minute for a company, 10 a second and 40 batches a minute for a company and app; 80 % of each is
used, since the app whose sync is examined may be calling too; read 2026-11-22.
"""

from __future__ import annotations

import threading
import time

from recon.calls.pace import Pace, Seconds, Sleep, Window

CALLS = (Window(8, 1), Window(400, 60))
BATCHES = (Window(32, 60),)

_PACES: dict[tuple[str, str], Pace] = {}
_PACES_LOCK = threading.Lock()


def new_pace(clock: Seconds = time.monotonic, sleep: Sleep = time.sleep) -> Pace:
    """A pace of QuickBooks' that nobody else shares."""
    return Pace(CALLS, BATCHES, clock=clock, sleep=sleep)


def pace_of(realm_id: str, client_id: str) -> Pace:
    """The one pace of a company and app in this process."""
    with _PACES_LOCK:
        return _PACES.setdefault((realm_id, client_id), new_pace())
