"""How many requests one token may make in a minute."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

_WINDOW_S = 60
UNLIMITED = 800
"""What an answer names as the limit while none is kept."""


@dataclass
class Limits:
    """Moving windows, one a user."""

    _made: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def left(self, user_id: str, now: float, most: int) -> int:
        """How many more requests the user has at this moment."""
        made = self._made[user_id]
        while made and now - made[0] >= _WINDOW_S:
            made.popleft()
        return max(0, most - len(made)) if most else UNLIMITED

    def count(self, user_id: str, now: float) -> None:
        """Note one request."""
        self._made[user_id].append(now)
