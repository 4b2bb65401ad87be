"""Times of the stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Clock:
    """A clock that moves only when told: `Telegram(clock=Clock())`."""

    now: datetime = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        """`passes(seconds=151)`, `passes(hours=49)`: the arguments of timedelta."""
        self.now += timedelta(**span)
