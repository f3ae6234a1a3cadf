"""Token buckets: bursts are welcome, floods are not."""

from __future__ import annotations

import time

from django.conf import settings


class Bucket:
    """Holds at most `burst` tokens and gains `rate` a second."""

    __slots__ = ("burst", "filled_at", "rate", "tokens")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self.tokens = burst
        self.filled_at = time.monotonic()

    @classmethod
    def of_socket(cls) -> Bucket:
        """What one socket may ask."""
        return cls(*settings.PARVIS_SOCKET_RATE)

    @classmethod
    def of_person(cls) -> Bucket:
        """What one person may ask in this process, over all their sockets."""
        return cls(*settings.PARVIS_PERSON_RATE)

    def take(self, cost: float = 1) -> bool:
        """Takes a token; False when there is none. With a `cost`, takes so many on credit once there is one."""
        now = time.monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= cost
        return True

    @property
    def wait(self) -> float:
        """Seconds until there is a token again."""
        return max(0.0, (1 - self.tokens) / self.rate)
