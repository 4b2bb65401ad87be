"""A database full of events for eight partners, and the part of the bot that delivers them."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram import Bot
from sqlalchemy import insert

from bot.broadcasting import Broadcaster
from bot.i18n import catalogues
from bot.worker import Worker
from core import scamreport
from core.copies import Sharing
from core.keys import Keys
from core.routing import Connected
from partners.delivery import Delivery
from partners.registry import Live
from storage.engine import Database
from storage.tables import Outbox, PartnerCopy, PartnerEvent, Report

NAMES = ("one", "two", "three", "four", "five", "dead", "slow", "flaky")
HEALTHY, AILING = NAMES[:5], NAMES[5:]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRET_KEY = "the bench keeps nothing that must stay secret"
KEYS = Keys(SECRET_KEY)
AT_ONCE = 500


def registry(port: int) -> str:
    return "\n".join(
        f'[[partner]]\nid = "{name}"\nname = "{name}"\nkind = "operator"\nsecret_env = "BENCH_SECRET"\n'
        f'endpoint = "http://127.0.0.1:{port}/{name}"\nroutes = {{ ranges = ["701"] }}\n'
        for name in NAMES
    )


def example(number: int) -> bytes:
    data = {
        "schema": "scamreport/1", "report_id": str(number), "number": f"SB-{number}", "version": 1,
        "identifiers": [{"kind": "phone", "value": f"+7701{number:07}", "role": "contacted_from"}],
        "narrative": {"text": "Звонили из банка, просили код из SMS. " * 12, "redacted": True},
    }  # fmt: skip
    return scamreport.body("report.received", datetime(2026, 11, 23, tzinfo=UTC), data)


async def fill(db: Database, reports: int, now: datetime) -> None:
    """`reports` reports, each with one event for each partner."""
    for start in range(0, reports, AT_ONCE):
        numbers = range(start + 1, min(start + AT_ONCE, reports) + 1)
        async with db.begin() as session:
            for table, rows in _rows(numbers, now):
                await session.execute(insert(table), rows)


def _rows(numbers: Sequence[int], now: datetime) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    yield Report, [
        {
            "id": one, "uid": str(one), "number": f"SB-{one}", "scheme": "BANK_CALL", "language": "ru",
            "status": "forwarded", "line_closed": False, "bank_reads": False, "version": 1,
            "created_at": now, "updated_at": now, "forward_at": now,
        }
        for one in numbers
    ]  # fmt: skip
    bodies = {one: example(one) for one in numbers}
    every = [(one, place, name) for one in numbers for place, name in enumerate(NAMES)]
    yield PartnerCopy, [
        {"report_id": one, "partner_id": name, "reason": "your range 701", "identifiers": [], "version": 1,
         "digest": "", "state": "sent", "created_at": now}
        for one, _, name in every
    ]  # fmt: skip
    yield PartnerEvent, [
        {"id": one * 8 + place, "webhook_id": f"msg_{one}_{name}", "partner_id": name, "report_id": one,
         "type": "report.received", "body": KEYS.seal("event", bodies[one]), "created_at": now, "attempts": 0}
        for one, place, name in every
    ]  # fmt: skip
    yield Outbox, [
        {"kind": "webhook", "dedup_key": f"webhook:msg_{one}_{name}", "order_key": f"partner:{name}:{one}",
         "lane": name, "payload": {"event": one * 8 + place}, "created_at": now, "due_at": now, "attempts": 0}
        for one, place, name in every
    ]  # fmt: skip


class Stage:
    """What `bot.worker.Worker` needs of an App, without Telegram."""

    def __init__(self, folder: Path, port: int) -> None:
        os.environ["BENCH_SECRET"] = SECRET
        self.file = folder / "partners.toml"
        self.file.write_text(registry(port))
        self.db = Database(f"sqlite+aiosqlite:///{folder}/saqbol.db")
        self.moved = timedelta()
        connected = Connected()
        self.partners = Live(self.file, connected)
        self.delivery = Delivery(self.db, self.partners, Sharing(connected, KEYS), self.clock)
        self.broadcaster = Broadcaster(Bot("42:NOBODY"), self.db, catalogues(), rate=25, clock=self.clock)
        self.worker = Worker(self)  # type: ignore[arg-type]

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.moved

    async def deliver_due(self) -> int:
        await asyncio.sleep(0.5)  # alarms are for nobody here
        return 0

    async def begin_due(self) -> None:
        """Nothing is broadcast here."""

    async def plan(self) -> None:
        pass

    async def housekeep(self) -> None:
        pass

    async def close(self) -> None:
        if self.worker.tasks:
            await self.worker.stop(5)
        await self.delivery.close()
        await self.db.close()
