"""Outbox rows that speak to nobody: work that follows a commit and may take long, in short transactions."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from core import evidence, questions, reports, spreading, testimonies
from core.evidence import Files
from core.outbox import Later, Sender
from core.reports import Rules
from storage import outbox, settings
from storage.engine import Database
from storage.tables import Outbox

NO_DESK = timedelta(minutes=5)
PEOPLE_AT_ONCE = 100


Step = Callable[[AsyncSession, int], Awaitable[int]]


async def in_batches(db: Database, row: Outbox, step: Step) -> None:
    """Goes on from where the row came to, until the step returns 0; each batch is one commit with how far it came."""
    after = row.payload["after"]
    while True:
        async with db.begin() as session:
            after = await step(session, after)
            await outbox.remember(session, row.id, {**row.payload, "after": after})
        if not after:
            return


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
        move, case, upto = (row.payload[name] for name in ("move", "case", "upto"))
        await in_batches(
            db, row, lambda session, after: spreading.spread(
                session, move_id=move, case_id=case, after=after, upto=upto, now=clock()
            ),
        )  # fmt: skip

    async def ask_all(row: Outbox) -> None:
        move = row.payload["move"]
        await in_batches(
            db, row, lambda session, after: questions.ask_batch(session, move_id=move, after=after, now=clock())
        )

    async def similar(row: Outbox) -> None:
        async with db.begin() as session:
            await spreading.note_similar(session, report_id=row.payload["report"], now=clock())

    async def erase_file(row: Outbox) -> None:
        async with db.read() as session:
            await evidence.erase(session, files=files, digest=row.payload["sha256"])

    return {
        "ask_all": ask_all, "erase_file": erase_file, "forward": forward, "weigh": weigh, "earn": earn,
        "spread": spread, "similar": similar,
    }  # fmt: skip
