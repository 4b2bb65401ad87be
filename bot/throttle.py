"""A limit per person: a burst gets one polite line, then silence, then normal again."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

BURST = 25  # messages and taps at once: more than a frightened person sends, less than a script
PER_SECOND = 1.0
KEPT = 50_000


class Pass(Enum):
    welcome = 1
    warned = 2
    silent = 3


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float
    warned: bool = False


class Throttle:
    """A token bucket per person, in this process. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.buckets: dict[int, _Bucket] = {}

    def take(self, person: int) -> Pass:
        now = self.clock()
        bucket = self.buckets.pop(person, None) or _Bucket(BURST, now)
        bucket.tokens = min(BURST, bucket.tokens + (now - bucket.at) * PER_SECOND)
        bucket.at = now
        self.buckets[person] = bucket  # to the end: the oldest are forgotten first
        self._forget()
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            bucket.warned = bucket.warned and bucket.tokens < BURST / 5
            return Pass.welcome
        passed = Pass.silent if bucket.warned else Pass.warned
        bucket.warned = True
        return passed

    def give_back(self, person: int) -> None:
        """What was taken for an update that could not be handled and will be given again."""
        if person in self.buckets:
            self.buckets[person].tokens += 1

    def _forget(self) -> None:
        while len(self.buckets) > KEPT:
            del self.buckets[next(iter(self.buckets))]
