"""What sends each kind of outbox row, and what Telegram's refusals mean for it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
)
from aiogram.utils.i18n import I18n

from bot import background
from bot.sharing import table as sharing_table
from bot.speaker import Speaker
from core.broadcasts import Studio
from core.copies import Sharing
from core.evidence import Files
from core.keys import Keys
from core.outbox import Hopeless, Later, Sender
from core.pictures import Pool
from core.reports import Rules
from handlers.appeal import outgoing as appeal
from handlers.asking import outgoing as asking
from handlers.broadcast import outgoing as broadcast
from handlers.check import outgoing as check
from handlers.desk import digest, export, threads
from handlers.desk import outgoing as desk
from handlers.mine import outgoing as mine
from handlers.privacy import outgoing as privacy
from handlers.report import outgoing as report
from handlers.sos import outgoing as sos
from handlers.trust import outgoing as trust
from storage import settings
from storage.engine import Database
from storage.tables import Outbox

log = structlog.get_logger()
LATER = timedelta(minutes=5)


def table(
    *,
    bot: Bot,
    db: Database,
    i18n: I18n,
    keys: Keys,
    speaker: Speaker,
    files: Files,
    pool: Pool | None,
    rules: Rules,
    studio: Studio,
    sharing: Sharing,
    desk_chat: int | None,
    admin_chat: int | None,
    clock: Callable[[], datetime],
) -> Mapping[str, Sender]:
    async def alarm(row: Outbox) -> None:
        log.error("alarm", text=row.payload["text"])
        if admin_chat:
            await bot.send_message(admin_chat, f"⚠️ {row.payload['text']}", parse_mode=None)

    def at_desk(send: Callable[..., Awaitable[None]]) -> Sender:
        return lambda row: send(row, bot=bot, db=db, i18n=i18n, desk_chat=desk_chat, now=clock())

    senders: dict[str, Sender] = {
        **background.table(db=db, files=files, rules=rules, desk_chat=desk_chat, clock=clock),
        **sharing_table(db=db, sharing=sharing, clock=clock),
        "card": at_desk(desk.card),
        "urgent": at_desk(desk.urgent),
        "mark": at_desk(desk.mark),
        "running": at_desk(desk.running),
        "answer": at_desk(asking.answer),
        "line": at_desk(asking.line),
        "topics_refused": at_desk(threads.refused),
        "question": lambda row: asking.question(row, bot=bot, db=db, i18n=i18n, now=clock()),
        "overdue": at_desk(desk.overdue),
        "unreached": at_desk(desk.unreached),
        "digest": at_desk(digest.morning),
        "figures": at_desk(digest.asked),
        "export": lambda row: export.deliver(row, bot=bot, db=db, i18n=i18n, desk_chat=desk_chat, clock=clock),
        "appeal_card": at_desk(appeal.card),
        "appeal_call": at_desk(appeal.call),
        "appeal_paper": lambda row: appeal.paper(row, bot=bot, db=db, files=files, pool=pool, rules=rules, now=clock()),
        "appeal_told": lambda row: appeal.told(row, bot=bot, db=db, i18n=i18n),
        "alarm": alarm,
        "say": speaker.deliver,
        "copy": lambda row: privacy.copy(row, bot=bot, db=db, i18n=i18n, now=clock()),
        "evidence_show": at_desk(partial(desk.evidence_show, opened=files.open)),
        "evidence_copy": lambda row: check.copy_evidence(row, bot=bot, db=db, files=files, pool=pool, now=clock()),
        "evidence_album": lambda row: report.evidence_album(row, bot=bot, db=db, i18n=i18n),
        "read": lambda row: check.answer(
            row, bot=bot, db=db, i18n=i18n, keys=keys, pool=pool, rules=rules, now=clock()
        ),
        "reminder": lambda row: sos.reminder(row, bot=bot, db=db, i18n=i18n, rules=rules, now=clock()),
        "recovery": lambda row: sos.recovery(row, bot=bot, db=db, i18n=i18n),
        "statement": lambda row: sos.written(row, bot=bot, db=db, i18n=i18n, country=rules.country, now=clock()),
        "status": lambda row: mine.status(row, bot=bot, db=db, i18n=i18n),
        "optin": lambda row: broadcast.opt_in(row, bot=bot, db=db, i18n=i18n),
        "bcast": lambda row: broadcast.to_operator(row, bot=bot, db=db, i18n=i18n, studio=studio, now=clock()),
        "bcast_missed": lambda row: broadcast.missed(row, bot=bot, db=db, i18n=i18n),
        "bcast_progress": lambda row: broadcast.progress(row, bot=bot, db=db, i18n=i18n, studio=studio, now=clock()),
        "bcast_report": lambda row: broadcast.report(row, bot=bot, db=db, i18n=i18n),
        **{f"trust_{kind}": trust.sender(kind, bot=bot, db=db, i18n=i18n) for kind in trust.SAID},
        "watch": lambda row: mine.watch(row, bot=bot, db=db, i18n=i18n, now=clock()),
    }
    return {kind: _telegram(sender, speaker, db) for kind, sender in senders.items()}


def _telegram(sender: Sender, speaker: Speaker, db: Database) -> Sender:
    async def send(row: Outbox) -> None:
        try:
            await sender(row)
        except TelegramRetryAfter as error:
            raise Later(timedelta(seconds=error.retry_after)) from error
        except TelegramMigrateToChat as error:
            await _moved(db, error)
            raise Later(timedelta(0)) from error
        except TelegramForbiddenError as error:
            await _not_wanted(speaker, error)
        except (TelegramBadRequest, TelegramNotFound) as error:
            raise Hopeless(error.message) from error

    return send


async def _moved(db: Database, error: TelegramMigrateToChat) -> None:
    """The desk group became a supergroup while we were away."""
    async with db.begin() as session:
        await settings.put(session, "desk_chat", error.migrate_to_chat_id)


async def _not_wanted(speaker: Speaker, error: TelegramForbiddenError) -> None:
    """A citizen who blocked the bot is only unreachable; a group that threw it out must be mended by people."""
    chat = getattr(error.method, "chat_id", None)
    if isinstance(chat, int) and chat < 0:
        log.error("the desk group does not let the bot speak")
        raise Later(LATER) from error
    await speaker.gone(chat)
