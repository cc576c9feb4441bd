"""How many messages one customer may send: a moving window in this process's memory."""

from __future__ import annotations

import threading

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_MANY = 10_000


class MessageLimiter:
    """Counts per customer. A restart forgets, which favours the customer."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)
        self._lock = threading.Lock()

    def allows(self, customer_id: str) -> bool:
        """Whether one more is taken now; counts it if so."""
        with self._lock:  # the library may drop its own lock of a key while somebody waits for it
            self._forget()
            return self._limiter.hit(self._item, "message", customer_id)

    def _forget(self) -> None:
        # The library empties the lists of old keys but keeps the keys; a stranger makes as many customers as they like.
        if len(self._storage.events) > _MANY:
            for key in [key for key, times in self._storage.events.copy().items() if not times]:
                self._storage.clear(key)
