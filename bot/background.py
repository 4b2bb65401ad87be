"""Outbox rows that speak to nobody: work that follows a commit and may take long, in short transactions."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from core import evidence, reports, spreading, testimonies
from core.evidence import Files
from core.outbox import Later, Sender
from core.reports import Rules
from storage import outbox, settings
from storage.engine import Database
from storage.tables import Outbox

NO_DESK = timedelta(minutes=5)
PEOPLE_AT_ONCE = 100


def table(
    *, db: Database, files: Files, rules: Rules, desk_chat: int | None, clock: Callable[[], datetime]
) -> Mapping[str, Sender]:
    async def forward(row: Outbox) -> None:
        async with db.begin() as session:
            if await settings.get(session, "desk_chat", desk_chat) is None:
                raise Later(NO_DESK)  # waits until a desk is connected
            await reports.forward(session, report_id=row.payload["report"], now=clock())

    async def weigh(row: Outbox) -> None:
        async with db.begin() as session:
            await reports.weigh(session, report_id=row.payload["report"], rules=rules, now=clock())

    async def earn(row: Outbox) -> None:
        after, identifier = 0, row.payload["identifier"]
        while True:
            async with db.begin() as session:
                after = await testimonies.earn(
                    session, identifier, after=after, limit=PEOPLE_AT_ONCE, threshold=rules.threshold, now=clock()
                )
            if not after:
                return

    async def spread(row: Outbox) -> None:
        after, told = row.payload["after"], row.payload
        while True:
            async with db.begin() as session:
                after = await spreading.spread(
                    session, move_id=told["move"], case_id=told["case"], after=after, upto=told["upto"], now=clock()
                )
                await outbox.remember(session, row.id, {**told, "after": after})
            if not after:
                return

    async def similar(row: Outbox) -> None:
        async with db.begin() as session:
            await spreading.note_similar(session, report_id=row.payload["report"], now=clock())

    async def erase_file(row: Outbox) -> None:
        async with db.read() as session:
            await evidence.erase(session, files=files, digest=row.payload["sha256"])

    return {
        "erase_file": erase_file,
        "forward": forward,
        "weigh": weigh,
        "earn": earn,
        "spread": spread,
        "similar": similar,
    }
