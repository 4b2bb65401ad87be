"""The copy of somebody's data, to nobody but them: gathered when it is sent, kept nowhere."""

from datetime import datetime

from aiogram import Bot
from aiogram.types import BufferedInputFile, InputMediaDocument
from aiogram.utils.i18n import I18n

from core import copying
from handlers.mine.outgoing import reachable
from handlers.privacy import texts
from handlers.privacy.page import page
from storage.engine import Database
from storage.tables import Outbox


async def copy(row: Outbox, *, bot: Bot, db: Database, i18n: I18n, now: datetime) -> None:
    async with db.read() as session:
        person = await reachable(session, row.payload["person"])
        rows = await copying.gather(session, person) if person else {}
    if person is None:
        return
    with i18n.context(), i18n.use_locale(person.language):
        name = f"saqbol-{now:%Y-%m-%d}"
        readable = BufferedInputFile(page(rows, now), f"{name}.html")
        whole = BufferedInputFile(copying.as_json(rows, now=now), f"{name}.json")
        caption = texts.copy_caption()
    await bot.send_media_group(
        person.telegram_id, [InputMediaDocument(media=readable), InputMediaDocument(media=whole, caption=caption)]
    )
