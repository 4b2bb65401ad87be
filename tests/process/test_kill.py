"""SIGKILL at any moment loses nothing that was confirmed to a person."""

import asyncio
import random
from collections import Counter

import pytest

from sandbox.telegram import Person
from tests.process.stage import Stage

CITIZENS = 20
# the desk hears no more a minute than Telegram allows; the question about warnings and the digest come later
PERSONAL = "kind NOT IN ('card', 'running', 'mark', 'urgent', 'optin', 'digest')"


class Load:
    """Citizens who report one number after the other until told to stop."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.enough = False
        self.told = 0
        self.confirmed: dict[str, tuple[str, int, int]] = {}  # report number: phone, loss in minor units, person

    async def all(self) -> None:
        people = [self.stage.telegram.person(f"Citizen {index}") for index in range(CITIZENS)]
        async with asyncio.TaskGroup() as group:
            for person in people:
                group.create_task(self.one(person))

    async def one(self, person: Person) -> None:
        await person.starts()
        while not self.enough:
            self.told += 1
            phone, amount = 77_012_000_000 + self.told * 7, 1000 + self.told
            number, shown = await self.stage.reports(person, f"+{phone}")
            assert number not in self.confirmed
            self.confirmed[number] = f"+{phone}", amount * 100, person.id
            await self.stage.states_loss(person, shown, f"{amount} тенге")


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("webhook", "kills"), [(False, 20), (True, 4)], ids=["polling", "webhook"])
async def test_kills_at_random_moments_under_load(stage: Stage, kills: int) -> None:
    stage.patience = 90  # on a slow machine a bot is killed again and again before it said a word
    chance = random.Random(20261122)
    load = Load(stage)
    people = asyncio.create_task(load.all())
    calls = stage.telegram.calls
    for _ in range(kills):
        bot = await stage.starts()
        last = len(calls) + chance.randrange(120)
        await stage.until(lambda last=last: len(calls) > last or people.done())
        await asyncio.wait((people,), timeout=chance.uniform(0, 0.1))  # the moment itself: anywhere in its work
        await bot.killed()
    await stage.starts()
    load.enough = True
    await people
    assert len(load.confirmed) > CITIZENS
    await stage.until(lambda: stage.rows(f"SELECT count(*) FROM outbox WHERE done_at IS NULL AND {PERSONAL}") == [(0,)])
    check(stage, load)
    cards = sum(len(stage.cards(number)) for number in load.confirmed)
    print(f"{kills} kills, {len(load.confirmed)} reports, {cards} cards")


def check(stage: Stage, load: Load) -> None:
    kept = stage.rows(
        "SELECT number, value, report.loss_minor, telegram_id, case_id, card_message_id FROM report"
        " JOIN report_identifier ON report_id = report.id JOIN identifier ON identifier.id = identifier_id"
        " JOIN person ON person.id = reporter_id JOIN desk_case ON desk_case.id = case_id"
    )
    assert {row[0]: row[1:4] for row in kept} == load.confirmed
    assert len(kept) == len(load.confirmed) == stage.rows("SELECT count(*) FROM report")[0][0]
    assert Counter(row[4] for row in kept).most_common(1)[0][1] == 1
    assert stage.rows("SELECT count(*) FROM desk_case") == [(len(kept),)]
    waiting = {key for (key,) in stage.rows("SELECT dedup_key FROM outbox WHERE kind = 'card' AND done_at IS NULL")}
    posted = [row for row in kept if row[5] in [card.id for card in stage.cards(row[0])]]
    assert posted
    assert all(row in posted or f"card:{row[4]}" in waiting for row in kept)
    assert stage.rows("SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL") == [(0,)]
