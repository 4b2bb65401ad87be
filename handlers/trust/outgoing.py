"""What each side of a trust hears from the other, in their own language; nothing once it has ended."""

from datetime import datetime
from typing import Any

from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.i18n import I18n

from core.outbox import Sender
from handlers.mine.outgoing import reachable
from handlers.trust import keyboards, texts
from storage.engine import Database
from storage.tables import Outbox, Trust

SAID = ("accepted", "declined", "agreed", "ended", "told")
Said = tuple[str, InlineKeyboardMarkup | None]


def sender(kind: str, *, bot: Bot, db: Database, i18n: I18n) -> Sender:
    async def send(row: Outbox) -> None:
        async with db.read() as session:
            trust = await session.get(Trust, row.payload.get("trust", 0))
            person = await reachable(session, _to(kind, row.payload, trust))
        if person is None:
            return
        with i18n.context(), i18n.use_locale(person.language):
            said = _said(kind, row.payload, trust)
            if said:
                await bot.send_message(person.telegram_id, said[0], reply_markup=said[1])

    return send


def _to(kind: str, payload: dict[str, Any], trust: Trust | None) -> int | None:
    if kind in ("declined", "ended"):
        return int(payload["person"])
    if trust is None:
        return None
    return trust.guarded_id if kind == "accepted" else trust.trusted_id


def _said(kind: str, payload: dict[str, Any], trust: Trust | None) -> Said | None:
    if kind == "declined":
        return texts.news_declined(), None
    if kind == "ended":
        return texts.news_ended(payload["name"], guarded=payload["guarded"]), None
    assert trust
    if kind == "accepted":
        return None if trust.agreed_at else (texts.is_it_them(trust), keyboards.is_it_them(trust))
    if kind == "agreed":
        return texts.standing_by(trust), keyboards.standing_by(trust)
    if payload["what"] not in trust.tells:
        return None
    return texts.told(trust, payload["what"], datetime.fromisoformat(payload["at"])), keyboards.stop(trust)
