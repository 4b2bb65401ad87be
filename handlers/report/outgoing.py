"""One answer for the files of one album."""

from aiogram import Bot
from aiogram.utils.i18n import I18n

from handlers.report import keyboards, texts
from storage import reports as rows
from storage.engine import Database
from storage.tables import Outbox, Report


async def evidence_album(row: Outbox, *, bot: Bot, db: Database, i18n: I18n) -> None:
    async with db.read() as session:
        report = await session.get_one(Report, row.payload["report"])
        count = len(await rows.evidence(session, report.id))
    with i18n.context(), i18n.use_locale(report.language):
        await bot.send_message(
            row.payload["chat"], texts.evidence_added(count), reply_markup=keyboards.evidence(report)
        )
