"""`python -m bench.desk.storm [REPORTS]`: ten minutes of reports at once, against a Telegram that takes 20 a minute.

Two thirds are about one number, the rest about many. In virtual time, by real messages and taps.
"""

import asyncio
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import col, func, select

from sandbox.telegram import Group, Telegram
from sandbox.telegram.limits import Limits
from sandbox.world import MovableClock, World
from storage.tables import Case, Outbox, Report

START = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
TEN_MINUTES = 600.0
CREW = "8 701 123 45 67"


class Counted(Limits):
    """Telegram's limits, with what was taken and refused by chat."""

    def __init__(self, desk: int) -> None:
        super().__init__(private_burst=10_000, overall_per_second=10_000)
        self.desk, self.taken, self.refused = desk, list[datetime](), 0

    def take(self, chat_id: int, now: datetime) -> None:
        self.refused += chat_id == self.desk
        super().take(chat_id, now)
        self.refused -= chat_id == self.desk
        self.taken += [now] * (chat_id == self.desk)

    def fullest_minute(self) -> int:
        minute = timedelta(minutes=1)
        return max(sum(one - minute < other <= one for other in self.taken) for one in self.taken)


async def report(telegram: Telegram, place: int) -> None:
    person = telegram.person(f"Свидетель {place}", language="ru")
    await person.starts()
    number = CREW if place % 3 else f"8 70{place % 8} {200 + place // 3 % 700} {10 + place % 80:02d} {place % 97:02d}"
    await person.says(f"звонили с {number}, жалоба {place}")
    await person.taps("Сообщить")
    await person.taps("Звонок «из банка»")


async def storm(folder: Path, count: int) -> None:
    clock = MovableClock(START)
    telegram = Telegram(clock=clock)
    officer = telegram.person("Ерлан", language="ru")
    desk: Group = telegram.group("Дежурная группа", members=[officer], admins=[officer])
    limits = telegram.limits = Counted(desk.id)
    world = World(folder, desk=desk, telegram=telegram, clock=clock, grace_seconds=0)
    await world.start()
    for place in range(count):
        await report(telegram, place)
        await world.passes(seconds=TEN_MINUTES / count)
    over, minutes = clock(), 0
    while await waiting(world) and minutes < 240:
        await world.passes(minutes=1)
        minutes += 1
    await tell(world, desk, limits, over, minutes)
    await world.close()


async def waiting(world: World) -> int:
    soon = world.clock() + timedelta(hours=1)
    async with world.app.db.read() as session:
        query = (
            select(func.count())
            .select_from(Outbox)
            .where(
                col(Outbox.done_at).is_(None),
                col(Outbox.failed_at).is_(None),
                Outbox.kind == "card",
                Outbox.due_at < soon,
            )
        )
        return (await session.exec(query)).one()


async def tell(world: World, desk: Group, limits: Counted, over: datetime, minutes: int) -> None:
    async with world.app.db.read() as session:
        reports = (
            await session.exec(select(func.count()).select_from(Report).where(Report.status == "forwarded"))
        ).one()
        cases = (await session.exec(select(Case).where(Case.status == "open"))).all()
        failed = (
            await session.exec(select(func.count()).select_from(Outbox).where(col(Outbox.failed_at).is_not(None)))
        ).one()
    cards = {one.id: one.text for one in desk.history if "Дело C-" in one.text}
    right = sum(one.card_message_id in cards for one in cases)
    kinds = Counter("card" if "Дело C-" in one.text else "alert" for one in desk.history)
    print(f"{reports} reports at the desk in {len(cases)} cases, biggest {max(one.reports for one in cases)}")
    fullest = limits.fullest_minute()
    print(f"calls to the group: {len(limits.taken)}, fullest minute {fullest} of 20, refused {limits.refused}")
    print(f"cases with a card {right} of {len(cases)}; messages {dict(kinds)}; outbox rows failed {failed}")
    print(f"the last card was right {minutes} min after the storm ended ({over:%H:%M})")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="saqbol-bench-") as folder:
        asyncio.run(storm(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
