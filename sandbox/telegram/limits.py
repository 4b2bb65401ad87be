"""Telegram's flood limits, as its FAQ gives them: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime

from .errors import too_many


@dataclass
class Limits:
    """Sent and edited messages count. A private chat takes one a second on average, in bursts of `private_burst`."""

    private_burst: int = 20
    group_per_minute: int = 20
    overall_per_second: int = 30
    _seen: dict[int, deque[datetime]] = field(default_factory=lambda: defaultdict(deque), repr=False)

    def take(self, chat_id: int, now: datetime) -> None:
        """Counts one message, or raises ApiError 429 with `retry_after` in whole seconds; refused calls don't count."""
        most, seconds = (self.private_burst, self.private_burst) if chat_id > 0 else (self.group_per_minute, 60)
        windows = [(self._seen[0], self.overall_per_second, 1), (self._seen[chat_id], most, seconds)]
        waits = [self._wait(times, most, seconds, now) for times, most, seconds in windows]
        if max(waits) > 0:
            raise too_many(max(1, math.ceil(max(waits))))
        for times, _, _ in windows:
            times.append(now)

    @staticmethod
    def _wait(times: deque[datetime], most: int, seconds: int, now: datetime) -> float:
        while times and (now - times[0]).total_seconds() >= seconds:
            times.popleft()
        return seconds - (now - times[0]).total_seconds() if len(times) >= most else 0.0
