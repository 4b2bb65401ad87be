"""A year in a city: scam numbers, honest numbers, people who report, and a desk with little time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bench.verdicts.rules import RULES, File, Told, verdict
from core.verdicts import Testimony

START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = 365
DESK_A_DAY = 25  # decisions, by whoever is on duty
ON_A_DAY = 15  # of them in the morning of a working day, about what was reported most
ROUND = timedelta(hours=2)
DESK_RIGHT = 0.9  # confirms a scam, rejects an honest number
DESK_WRONG = 0.01  # does the opposite; the rest stays undecided
REPORTS = 0.02  # of those called by a scammer, how many report
BARE, TOLD, SHOWN = 0.50, 0.38, 0.12  # with nothing but the number, with details, with a picture
NAMES_MORE = 0.25  # also names the payee's card
ROBBED = 0.003  # of those called, how many lose money
APPEALS = 0.5  # owners of wrongly listed numbers who notice and appeal, after days
APPEAL_DAYS = 7


@dataclass(slots=True)
class Number:
    id: int
    scam: bool
    crew: int | None = None
    file: File = field(default_factory=lambda: File([]))
    calls: list[datetime] = field(default_factory=list)
    robbed: list[datetime] = field(default_factory=list)
    listed: dict[str, list[tuple[datetime, bool]]] = field(default_factory=dict)
    warned_at: datetime | None = None
    attacked: bool = False


class City:
    """One run. The desk works on what each rule's own queue would show it; ours alone sends bursts first."""

    def __init__(self, rule: str, seed: int, people: int, attacks: bool) -> None:
        self.rule_name, self.rule = rule, RULES[rule]
        self.random = random.Random(seed)
        self.people = people
        self.record: dict[int, list[int]] = {}
        self.crew_known: set[int] = set()
        self.numbers = [*self._scams(), *self._honest()]
        self.waiting: dict[int, Number] = {}
        self.events = sorted(self._events(attacks), key=lambda one: one[0])

    def _scams(self) -> Iterator[Number]:
        dice = self.random
        for crew in range(60):
            for _ in range(10):
                number = Number(dice.getrandbits(40), scam=True, crew=crew)
                start = START + timedelta(days=dice.uniform(0, YEAR - 40))
                campaign = dice.random() < 0.6
                calls = int(dice.uniform(300, 3000) if campaign else dice.uniform(20, 200))
                calls = calls * self.people // 100_000
                days = dice.uniform(0.3, 6) if campaign else dice.uniform(5, 40)
                number.calls = sorted(start + timedelta(days=dice.uniform(0, days)) for _ in range(calls))
                number.robbed = [at for at in number.calls if dice.random() < ROBBED]
                yield number

    def _honest(self) -> Iterator[Number]:
        dice = self.random
        for place in range(10_000):
            number = Number(dice.getrandbits(40), scam=False)
            rate = 6.0 if place < 100 else 0.4 if place < 500 else 0.01  # call centres, couriers and clinics, the rest
            number.calls = [START + timedelta(days=dice.uniform(0, YEAR)) for _ in range(self._poisson(rate))]
            if place < 100:  # twice a year a call centre annoys a whole town
                for _ in range(2):
                    day = START + timedelta(days=dice.uniform(0, YEAR))
                    number.calls += [day + timedelta(hours=dice.uniform(0, 8)) for _ in range(dice.randint(2, 6))]
            yield number

    def _poisson(self, rate: float) -> int:
        count, at = 0, self.random.expovariate(rate)
        while at < 1:
            count, at = count + 1, at + self.random.expovariate(rate)
        return count

    def _events(self, attacks: bool) -> Iterator[tuple[datetime, Number, Told | None]]:
        """Reports; `None` is the moment a desk's day begins."""
        dice = self.random
        for number in self.numbers:
            for at in number.calls:
                if not number.scam:
                    yield at, number, self._careless(at)
                elif dice.random() < REPORTS:
                    yield at + timedelta(hours=dice.expovariate(1 / 6)), number, self._honest_report(at)
        if attacks:
            yield from self._attacks()

    def _honest_report(self, called: datetime) -> Told:
        kind = self.random.choices((0, 1, 2), (BARE, TOLD, SHOWN))[0]
        details = self.random.randint(1, 3) if kind else 0
        told = Testimony(called, details=details, proof=kind == 2, backed=self.random.random() < NAMES_MORE)
        return Told(replace(told, called_at=called if details > 1 else None), self._somebody())

    def _somebody(self) -> int:
        """One in eight reports often; the others are new."""
        return self.random.randrange(300) if self.random.random() < 0.125 else self.random.randrange(1000, self.people)

    def _careless(self, at: datetime) -> Told:
        return Told(Testimony(at, details=int(self.random.random() < 0.3)), self._somebody())

    def _attacks(self) -> Iterator[tuple[datetime, Number, Told]]:
        """Neighbours, families, friends by one link, and up to 200 bought accounts, at once or slowly."""
        dice, honest = self.random, [one for one in self.numbers if not one.scam][500:]
        plans = [(1, 60), (5, 40), (20, 20), (50, 10), (200, 6)]
        for size, times in plans:
            for number in dice.sample(honest, times):
                number.attacked = True
                start = START + timedelta(days=dice.uniform(20, 250))
                spread = dice.choice((0.05, 1.0, 60.0))
                words, copied, shows = dice.random() < 0.6, dice.random() < 0.5, dice.random() < 0.2
                for account in range(size):
                    at = start + timedelta(days=dice.uniform(0, spread))
                    told = Testimony(at, details=int(words), proof=shows and not copied, called_at=None)
                    yield at, number, Told(told, -size * 1000 - account, echo=copied and account > 0)

    def run(self) -> None:
        tick, done = START, 0
        for at, number, told in [*self.events, (START + timedelta(days=YEAR + 60), self.numbers[0], None)]:
            while tick + ROUND <= at:
                tick += ROUND
                if tick.hour == 4:  # nine in the morning
                    done = self._day(tick)
                done += self._urgent(tick, DESK_A_DAY - done)
            if told:
                self._report(at, number, told)

    def _report(self, at: datetime, number: Number, told: Told) -> None:
        confirmed, rejected = self.record.setdefault(told.person, [0, 0])
        backed = told.testimony.backed and (number.crew in self.crew_known if number.scam else False)
        kept = replace(told.testimony, at=at, confirmed=confirmed, rejected=rejected, backed=backed)
        number.file.told.append(replace(told, testimony=kept))
        self.waiting[number.id] = number
        self._note(number, at)

    def _note(self, number: Number, now: datetime) -> None:
        states = number.listed.setdefault(self.rule_name, [])
        listed = self.rule(number.file, now)
        if (states[-1][1] if states else False) != listed:
            states.append((now, listed))
        if listed and number.scam and number.crew is not None:
            self.crew_known.add(number.crew)
        warned = listed or (self.rule_name == "ours" and verdict(number.file, now).burst)
        if warned and number.warned_at is None:
            number.warned_at = now

    def _urgent(self, now: datetime, most: int) -> int:
        """Whoever is on duty looks at what was called urgent: only ours calls."""
        bursts = [one for one in self.waiting.values() if self.rule_name == "ours" and verdict(one.file, now).burst]
        for number in bursts[: max(most, 0)]:
            self._decide(number, now)
        return len(bursts[: max(most, 0)])

    def _day(self, now: datetime) -> int:
        """Lets time pass over what is listed, hears owners, and on working days decides about the most reported."""
        for number in self.numbers:
            states = number.listed.get(self.rule_name)
            if states and states[-1][1]:
                self._note(number, now)
                appealed = not number.scam and now - states[-1][0] > timedelta(days=APPEAL_DAYS)
                if appealed and self.random.random() < APPEALS / 10:
                    self._reject(number, now)
        if now.weekday() > 4:
            return 0
        queue = sorted(self.waiting.values(), key=lambda one: len(one.file.told), reverse=True)[:ON_A_DAY]
        for number in queue:
            self._decide(number, now)
        return len(queue)

    def _decide(self, number: Number, now: datetime) -> None:
        del self.waiting[number.id]
        luck = self.random.random()
        if luck < (DESK_RIGHT if number.scam else DESK_WRONG):
            number.file.confirmed_at = now
            self._earn(number, 0)
        elif luck > 1 - (DESK_WRONG if number.scam else DESK_RIGHT):
            self._reject(number, now)
        self._note(number, now)

    def _reject(self, number: Number, now: datetime) -> None:
        number.file.confirmed_at, number.file.rejected_at = None, now
        number.file.rejections += 1
        self._earn(number, 1)
        self._note(number, now)

    def _earn(self, number: Number, which: int) -> None:
        for person in {one.person for one in number.file.told}:
            self.record.setdefault(person, [0, 0])[which] += 1
