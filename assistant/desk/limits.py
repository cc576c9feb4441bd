"""How many messages one customer may send: a moving window in this process's memory."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class MessageLimiter:
    """Counts per customer. A restart forgets, which favours the customer."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def allows(self, customer_id: str) -> bool:
        """Whether one more is taken now; counts it if so."""
        return self._limiter.hit(self._item, "message", customer_id)
