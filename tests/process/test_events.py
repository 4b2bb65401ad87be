"""Events to partners survive SIGKILL: nothing is missing, and what comes twice has the same id and the same bytes."""

import random
from collections import Counter
from datetime import UTC, datetime

from core.copies import Sharing, put
from core.keys import Keys
from core.routing import Connected, Partner, PartnerKind
from storage.engine import Database
from storage.migrate import migrate
from tests.partners.receiver import SECRET as SIGNING
from tests.partners.receiver import receiving, registry
from tests.process.stage import SECRET, Stage

EVENTS = 300
PARTNERS = ("kaspi", "kcell")


async def fill(url: str) -> None:
    await migrate(url)
    db = Database(url)
    sharing, now = Sharing(Connected(), Keys(SECRET)), datetime.now(UTC)
    async with db.begin() as session:
        for number in range(EVENTS):
            for id_ in PARTNERS:
                partner = Partner(id_, id_, PartnerKind.bank)
                await put(session, partner, "ping", {"number": number}, sharing=sharing, now=now)
    await db.close()


async def test_kills_while_events_are_sent(stage: Stage) -> None:
    settings = {"partners_file": stage.folder / "partners.toml", "partner_secret": SIGNING}
    chance = random.Random(20261123)
    await fill(stage.env()["SAQBOL_DATABASE_URL"])
    async with receiving() as receiver:
        receiver.slow = 0.01
        text = registry(receiver.url).replace("PARTNER_SECRET", "SAQBOL_PARTNER_SECRET")
        (stage.folder / "partners.toml").write_text(text)
        for _ in range(3):
            bot = await stage.starts(**settings)
            enough = len(receiver.attempts) + chance.randrange(60)
            await stage.until(lambda enough=enough: len(receiver.attempts) > enough or all_came(receiver.came))
            await bot.killed()
        await stage.starts(**settings)
        await stage.until(lambda: all_came(receiver.came))
        left = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND lane != ''"
        await stage.until(lambda: stage.rows(left) == [(0,)])
        bytes_by_id = {(path, id_, body) for path, id_, body, _ in receiver.attempts}
        assert len(bytes_by_id) == len({one[1] for one in bytes_by_id}) == EVENTS * len(PARTNERS)
        again = sum(Counter(one[1] for one in receiver.attempts).values()) - len(bytes_by_id)
        print(f"3 kills, {len(bytes_by_id)} events, {again} came twice with the same id")


def all_came(came: dict) -> bool:
    return all(len({one["data"]["number"] for one in came.get(path, [])}) == EVENTS for path in PARTNERS)
