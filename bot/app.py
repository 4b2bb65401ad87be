"""Puts the parts together. `build` makes them, `start` opens them, `close` ends them; nothing global."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SetMyCommands, SetMyDescription
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, ResultChatMemberUnion
from aiogram.utils.i18n import I18n

from bot.answers import hold_answers
from bot.broadcasting import Broadcaster
from bot.i18n import catalogues
from bot.intake import Intake
from bot.senders import table
from bot.settings import Settings
from bot.speaker import Speaker
from bot.throttle import Throttle
from core import (
    appeals,
    clocks,
    desk,
    evidence,
    figures,
    forgetting,
    outbox,
    pictures,
    reports,
    sending,
    suggestions,
    summaries,
)
from core.broadcasts import Studio
from core.copies import Sharing
from core.evidence import Files
from core.keys import Keys
from core.outbox import Sender
from core.routing import Connected
from handlers import routes
from handlers.desk import texts as desk_texts
from handlers.desk.members import note
from handlers.welcome import flow as welcome
from handlers.welcome import texts
from partners.delivery import Delivery
from partners.registry import BadRegistry, Live
from storage import broadcasts as stored_broadcasts
from storage import checks as stored_checks
from storage import copies as stored_copies
from storage import outbox as stored_outbox
from storage import partner_calls
from storage import people as stored_people
from storage import settings as stored_settings
from storage.engine import Database
from storage.migrate import migrate

log = structlog.get_logger()
KEPT_OUTBOX = timedelta(days=30)
KEPT_CALLS = timedelta(days=2)  # answers to partners, under their Idempotency-Key
KEPT_UPDATES = timedelta(days=2)  # Telegram gives an update again for a day at most


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class App:
    """The running parts."""

    settings: Settings
    bot: Bot
    db: Database
    i18n: I18n
    dispatcher: Dispatcher
    intake: Intake
    senders: Mapping[str, Sender]
    files: Files
    pool: pictures.Pool | None
    studio: Studio
    broadcaster: Broadcaster
    sharing: Sharing
    partners: Live
    delivery: Delivery
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    username: str = ""
    reloading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Migrates the database, learns the bot's own name, sets the command menus."""
        await migrate(self.settings.database_url)
        me = await self.bot.get_me()
        self.username = me.username or ""
        self.dispatcher["bot_username"] = self.username
        await self._introduce()
        await self._meet_desk()
        await self._meet_operators()
        await self._tell_what_is_missing()

    async def _meet_desk(self) -> None:
        """The group's menu, and who administers it; whoever else is there is met when they act or join."""
        now = self.clock()
        async with self.db.read() as session:
            chat = await stored_settings.get(session, "desk_chat", self.settings.desk_chat_id)
            language = await stored_settings.get(session, "desk_language", "ru")
        if chat is None:
            return
        with self.i18n.context(), self.i18n.use_locale(language):
            menu = [BotCommand(command=name, description=text) for name, text in desk_texts.commands()]
        try:
            await self.bot.set_my_commands(menu, scope=BotCommandScopeChat(chat_id=chat))
            there = await self._members(chat)
        except Exception as error:
            log.warning("desk group not met", error=type(error).__name__)
            return
        async with self.db.begin() as session:
            for one in there:
                await note(session, one, now)

    async def _meet_operators(self) -> None:
        """The menu of those who write broadcasts, in their language; who never started the bot has no chat yet."""
        for one in self.studio.operators:
            async with self.db.read() as session:
                person = await stored_people.by_telegram_id(session, one)
            with self.i18n.context(), self.i18n.use_locale(person.language if person else "ru"):
                menu = SetMyCommands(commands=welcome.commands(operator=True), scope=BotCommandScopeChat(chat_id=one))
            try:
                await self.bot(menu)
            except Exception as error:
                log.warning("menu of an operator not set", error=type(error).__name__)

    async def _members(self, chat: int) -> list[ResultChatMemberUnion]:
        """The administrators, and those known before: they may have left or been demoted while the bot was away."""
        listed = await self.bot.get_chat_administrators(chat)
        async with self.db.read() as session:
            known = {one.telegram_id for one in await desk.present(session)}
        for one in sorted(known - {one.user.id for one in listed}):
            with suppress(TelegramBadRequest):  # an account that is no more
                listed.append(await self.bot.get_chat_member(chat, one))
        return listed

    async def _tell_what_is_missing(self) -> None:
        """Once a day at most: those who run the service hear that pictures are not read on this machine."""
        lacking, now = pictures.missing(), self.clock()
        if lacking:
            text = f"pictures are not read, missing: {', '.join(lacking)}"
            async with self.db.begin() as session:
                await outbox.alarm(session, text, key=f"pictures:{now.date()}", now=now)

    async def _introduce(self) -> None:
        """Command menus and the description in each language; Telegram refusing them does not stop the bot."""
        scope = BotCommandScopeAllPrivateChats()
        for code, language in ((None, "en"), ("ru", "ru"), ("kk", "kk")):
            with self.i18n.context(), self.i18n.use_locale(language):
                calls = (
                    SetMyCommands(commands=welcome.commands(), scope=scope, language_code=code),
                    SetMyDescription(description=texts.description(), language_code=code),
                )
            for call in calls:
                try:
                    await self.bot(call)
                except Exception as error:
                    log.warning("menu not set", error=type(error).__name__)

    async def deliver_due(self, limit: int = 10) -> int:
        return await outbox.deliver_due(self.db, self.senders, clock=self.clock, limit=limit)

    async def begin_due(self) -> None:
        """Broadcasts whose time has come; what a dead process had in flight is unknown."""
        now = self.clock()
        async with self.db.read() as session:
            due = await stored_broadcasts.next_due(session)
            lost = await stored_broadcasts.any_in_flight(session, now - sending.LEASE)
        if lost or (due and due <= now):
            async with self.db.begin() as session:
                await sending.begin_due(session, now=now)
                await sending.lose(session, now=now)

    async def deliver_events(self) -> int:
        """One batch to each partner for whom something is due; returns how many events were tried."""
        return sum([await self.delivery.round(one) for one in await self.delivery.due()])

    def reload_partners(self) -> None:
        """On SIGHUP. A broken file keeps the partners as they are, and alarms."""
        try:
            self.partners.reload()
            log.info("partners reloaded", count=len(self.partners.registry.doors))
        except BadRegistry as error:
            log.error("partners not reloaded", why=str(error))
            self.reloading = asyncio.create_task(self._alarm(f"partners not reloaded: {error}"))

    async def _alarm(self, text: str) -> None:
        now = self.clock()
        async with self.db.begin() as session:
            await outbox.alarm(session, text, key=f"registry:{now.isoformat()}", now=now)

    async def plan(self) -> None:
        """What is said at fixed hours is put in time, once, whoever of the replicas is first."""
        now = self.clock()
        async with self.db.begin() as session:
            await figures.plan(session, now=now)

    async def housekeep(self) -> None:
        """What time itself brings: stale reports close, what was only checked and what was kept long enough goes."""
        now = self.clock()
        async with self.db.begin() as session:
            await reports.close_stale(session, now=now)
            await appeals.pass_deadlines(session, threshold=self.settings.flag_threshold, now=now)
            await summaries.refresh_stale(session, threshold=self.settings.flag_threshold, now=now)
            await stored_checks.forget_expired(session, now)
            await stored_broadcasts.forget_copies(session, now - sending.KEPT)
            await stored_outbox.forget_old(session, now - KEPT_OUTBOX)
            await partner_calls.forget_old(session, now - KEPT_CALLS)
            await stored_copies.forget_old_numbers(session, now - timedelta(days=self.settings.retention_days))
            await stored_copies.forget_old(session, now, timedelta(days=self.settings.retention_days))
            await stored_people.forget_handled(session, now - KEPT_UPDATES)
            await evidence.forget_withdrawn(session, now=now)
        async with self.db.begin() as session:
            await suggestions.suggest(session, studio=self.studio, now=now)
        async with self.db.begin() as session:
            await forgetting.retain(session, days=self.settings.retention_days, now=now)

    async def close(self) -> None:
        if self.pool:
            await self.pool.close()
        await self.delivery.close()
        await self.bot.session.close()
        await self.db.close()


def build(
    settings: Settings,
    *,
    session: BaseSession | None = None,
    clock: Callable[[], datetime] = utc_now,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
) -> App:
    """All parts of one bot. `session` replaces Telegram; `clock` and `sleep` the time. ValueError on bad settings."""
    defaults = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
    bot = Bot(settings.bot_token or "", session=session, default=defaults)
    bot.session.middleware(hold_answers)
    db = Database(settings.database_url)
    keys = Keys(settings.secret(), settings.secret_key_new)
    i18n = catalogues()
    files = Files(settings.files_dir, keys)
    pool = _pool()
    speaker = Speaker(bot, db, clock)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(routes())
    dispatcher["i18n"] = i18n
    rules = reports.Rules(
        timedelta(seconds=settings.grace_seconds), settings.flag_threshold, settings.country, settings.retention_days
    )
    dispatcher["rules"] = rules
    dispatcher["keys"] = keys
    studio = Studio(settings.operator_ids, settings.broadcast_rate)
    dispatcher["studio"] = studio
    connected = Connected(desk=settings.desk_chat_id is not None)
    live = Live(settings.partners_file, connected)
    sharing = Sharing(connected, keys, (settings.webhook_url or "").rstrip("/"), settings.country)
    dispatcher["connected"] = connected
    intake = Intake(
        bot=bot, dispatcher=dispatcher, db=db, speaker=speaker, i18n=i18n, keys=keys,
        throttle=Throttle(monotonic), clock=clock, desk_chat=settings.desk_chat_id,
    )  # fmt: skip
    senders = table(
        bot=bot, db=db, i18n=i18n, keys=keys, speaker=speaker, files=files, pool=pool, rules=rules, studio=studio,
        sharing=sharing, desk_chat=settings.desk_chat_id, admin_chat=settings.admin_chat_id, clock=clock,
    )  # fmt: skip
    broadcaster = Broadcaster(bot, db, i18n, rate=studio.rate, clock=clock, sleep=sleep)
    delivery = Delivery(db, live, sharing, clock)
    clocks.due("operator", settings.country, clock())  # reads the calendar now, not while somebody waits
    return App(
        settings, bot, db, i18n, dispatcher, intake, senders, files, pool, studio, broadcaster, sharing, live, delivery,
        clock, monotonic,
    )  # fmt: skip


def _pool() -> pictures.Pool | None:
    """None where this machine cannot open pictures at all."""
    try:
        return pictures.Pool()
    except RuntimeError:
        return None
