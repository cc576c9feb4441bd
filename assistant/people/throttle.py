"""How often somebody may try to log in."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.desk.errors import DeskError, Refusal

_MANY = 10_000
_IPV6_SITE = 64
"""One household or host has a whole /64 of addresses; they count as one."""


@dataclass(frozen=True, slots=True)
class LoginLimits:
    """Tries within a moving window of `minutes`.

    Attributes:
        per_name: for one account, from wherever; a success gives them back.
        per_address: for one network address, whatever the names; an office behind one address shares them.
    """

    per_name: int = 10
    per_address: int = 60
    minutes: int = 10


class LoginThrottle:
    """Counts tries in this process's memory. A restart forgets them; that is no way in, only ten more tries."""

    def __init__(self, limits: LoginLimits) -> None:
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._per_name = RateLimitItemPerMinute(limits.per_name, limits.minutes, "login-name")
        self._per_address = RateLimitItemPerMinute(limits.per_address, limits.minutes, "login-address")
        self._lock = threading.Lock()

    def enter(self, name: str, address: str | None = None) -> None:
        """Counts one try. Known and unknown names are counted alike, before anything else is done.

        Raises:
            DeskError: `TOO_FAST`; `minutes` says when the next try is taken.
        """
        with self._lock:  # the library may drop its own lock of a key while somebody waits for it
            self._forget()
            if address is not None:
                self._hit(self._per_address, _site(address))
            self._hit(self._per_name, name)

    def succeeded(self, name: str) -> None:
        """Gives the name its tries back."""
        with self._lock:
            self._window.clear(self._per_name, name)

    def _hit(self, limit: RateLimitItemPerMinute, key: str) -> None:
        if self._window.hit(limit, key):
            return
        wait_s = self._window.get_window_stats(limit, key).reset_time - time.time()
        minutes = max(1, math.ceil(wait_s / 60))
        raise DeskError(Refusal.TOO_FAST, "Too many tries to log in.", minutes=str(minutes))

    def _forget(self) -> None:
        # The library empties the lists of old keys but keeps the keys; names and addresses are a stranger's choice.
        if len(self._storage.events) > _MANY:
            for key in [key for key, tries in self._storage.events.copy().items() if not tries]:
                self._storage.clear(key)


def _site(address: str) -> str:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"  # one shared allowance: an address that cannot be read gives no way around the limit
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, _IPV6_SITE), strict=False))
    return str(parsed)
