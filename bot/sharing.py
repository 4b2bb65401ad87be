"""Outbox rows behind which partners are told: who gets what is found, and events are put on their way."""

from collections.abc import Callable, Mapping
from datetime import datetime

from core import blocks, cases, clocks, copies, dispositions
from core.copies import Sharing
from core.outbox import Sender
from storage.engine import Database
from storage.tables import Outbox, Report


def table(*, db: Database, sharing: Sharing, clock: Callable[[], datetime]) -> Mapping[str, Sender]:
    async def share(row: Outbox) -> None:
        report, now = row.payload["report"], clock()
        async with db.begin() as session:
            shares = await copies.share(session, report_id=report, sharing=sharing, now=now)
            await blocks.urgent(session, report_id=report, shares=shares, connected=sharing.connected, now=now)
            await dispositions.tell_moved(session, report_id=report, shares=shares, now=now)
            if shares:  # when it has arrived, the card shows who has it
                case = (await session.get_one(Report, report)).case_id
                await cases.refresh_card(session, case, now=now, due=now + cases.CARD_EVERY)

    async def level(row: Outbox) -> None:
        told, now = row.payload, clock()
        async with db.begin() as session:
            await copies.level(
                session, identifier_id=told["identifier"], was=told["was"], kind=told["type"], sharing=sharing, now=now
            )

    async def block(row: Outbox) -> None:
        async with db.begin() as session:
            await blocks.tell(session, request_id=row.payload["request"], sharing=sharing, now=clock())

    async def clock_(row: Outbox) -> None:
        partner, end = row.payload["partner"], datetime.fromisoformat(row.payload["due"])
        async with db.begin() as session:
            if row.payload["what"] == "overdue":
                await clocks.over(session, partner_id=partner, end=end, now=clock())
                return
        told = clocks.BATCH
        while told == clocks.BATCH:
            async with db.begin() as session:
                told = await clocks.remind(session, partner_id=partner, end=end, sharing=sharing, now=clock())

    return {"share": share, "level": level, "block": block, "clock": clock_}
