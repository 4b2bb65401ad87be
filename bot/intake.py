"""The way of an update: read once, handled once, answered after the commit, only then confirmed.

Updates of one person go one after the other, different people do not wait for each other. The effect of an update and
its number are one commit together with the answer, so a redelivery only answers again.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog
from aiogram import Bot, Dispatcher
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.types import CallbackQuery, Chat, InlineQuery, Message, TelegramObject, Update, User
from aiogram.types.update import UpdateTypeLookupError
from aiogram.utils.i18n import I18n
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.dialogue import context
from bot.speaker import Speaker, dump
from bot.throttle import Pass, Throttle
from core import outbox, people
from core.keys import Keys
from core.refusal import No, Refusal
from handlers import refusals
from handlers.say import Answer, notify, say
from handlers.turn import Turn
from handlers.welcome import texts
from storage import people as rows
from storage import settings
from storage.engine import Database
from storage.outbox import insert_ignoring
from storage.tables import Dialogue, HandledUpdate, Person, SetAside

log = structlog.get_logger()
HANDLER_SECONDS = 20
NO_DATABASE = (OperationalError, InterfaceError, PoolTimeout, OSError)
ENDS_THE_QUESTION = {No.gone, No.not_yours, No.report_closed, No.case_closed, No.expired, No.road_ended}
AT_ONCE = 64


class Hung(Exception):
    """A handler did not end in time."""


@dataclass(slots=True)
class Known:
    """What the database knew when the update came."""

    answered: HandledUpdate | None
    person: Person | None
    dialogue: Dialogue | None
    desk_chat: int | None
    desk_language: str


class Intake:
    def __init__(
        self,
        *,
        bot: Bot,
        dispatcher: Dispatcher,
        db: Database,
        speaker: Speaker,
        i18n: I18n,
        keys: Keys,
        throttle: Throttle,
        clock: Callable[[], datetime],
        desk_chat: int | None,
    ) -> None:
        self.bot, self.dispatcher, self.db, self.speaker, self.i18n = bot, dispatcher, db, speaker, i18n
        self.keys, self.throttle, self.clock, self.desk_chat = keys, throttle, clock, desk_chat
        self.seconds: float = HANDLER_SECONDS
        self.lanes: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self.room = asyncio.Semaphore(AT_ONCE)

    async def receive(self, raw: dict[str, Any]) -> None:
        """Handles one update to its end. Raises only where the database does not answer: then it stays unconfirmed."""
        try:
            update = Update.model_validate(raw, context={"bot": self.bot})
            event, user, chat = who(update)
        except (ValidationError, UpdateTypeLookupError):
            await self._set_aside(raw)
            return
        lane = self.lanes.setdefault(user.id if user else chat.id if chat else 0, asyncio.Lock())
        async with lane, self.room:
            await self._handle(update, event, user, chat)

    async def _handle(self, update: Update, event: TelegramObject, user: User | None, chat: Chat | None) -> None:
        known = await self._known(update, user, chat)
        if known.answered:
            await self._speak(await self._kept(known.answered), update)
            return
        at_desk = chat is not None and chat.id == known.desk_chat
        match Pass.welcome if at_desk or user is None else self.throttle.take(user.id):
            case Pass.warned:
                await self._speak(self._slow_down(event, known), update)
            case Pass.welcome:
                await self._welcome(update, event, user, chat, known, at_desk)

    async def _welcome(
        self, update: Update, event: TelegramObject, user: User | None, chat: Chat | None, known: Known, at_desk: bool
    ) -> None:
        """Handles it; a database that does not answer is the only error that leaves the update unconfirmed."""
        try:
            try:
                answer = await self._effect(update, event, user, chat, known, at_desk)
            except IntegrityError:  # another replica was first: look again, once
                await self._handle_again(update, event, user, chat, at_desk)
                return
        except NO_DATABASE:
            if user and not at_desk:
                self.throttle.give_back(user.id)  # it comes again, and must not be counted twice
            raise
        except Exception as error:
            answer = await self._apologise(update, event, user, known, error)
        await self._speak(answer, update)

    async def _handle_again(
        self, update: Update, event: TelegramObject, user: User | None, chat: Chat | None, at_desk: bool
    ) -> None:
        known = await self._known(update, user, chat)
        if known.answered:
            answer = await self._kept(known.answered)
        else:
            answer = await self._effect(update, event, user, chat, known, at_desk)
        await self._speak(answer, update)

    async def _kept(self, handled: HandledUpdate) -> Answer:
        return await self.speaker.fresh(handled.answer, handled.update_id)

    async def _known(self, update: Update, user: User | None, chat: Chat | None) -> Known:
        async with self.db.read() as session:
            user_id, chat_id = (user.id if user else 0), (chat.id if chat else 0)
            return Known(
                await rows.handled(session, update.update_id),
                await rows.by_telegram_id(session, user_id),
                await rows.dialogue(session, chat_id or user_id, user_id),
                await settings.get(session, "desk_chat", self.desk_chat),
                await settings.get(session, "desk_language", "ru"),
            )

    async def _effect(
        self, update: Update, event: TelegramObject, user: User | None, chat: Chat | None, known: Known, at_desk: bool
    ) -> Answer:
        """One transaction: what the handler changes, the update's number and the answer."""
        now = self.clock()
        known.person = known.person or await self._meet(user, chat, now)
        try:
            async with self.db.begin() as session:
                person = await self._person(session, event, known.person)
                row = await session.merge(known.dialogue, load=False) if known.dialogue else _no_question(user, chat)
                with self.i18n.context(), self.i18n.use_locale(self._language(known, at_desk)):
                    answer = await self._in_time(self._dispatch(update, session, person, row, now, at_desk))
                calls = [dump(call) for call in answer]
                if not isinstance(event, InlineQuery):  # written at every key stroke; answering again is harmless
                    session.add(_handled(update, user, now, calls))
            return answer
        except Refusal as refusal:
            return await self._refuse(event, refusal, known, at_desk)

    async def _in_time(self, handling: Coroutine[Any, Any, Answer]) -> Answer:
        """Raises `Hung`: a plain TimeoutError is an OSError, and looks like a database that does not answer."""
        try:
            async with asyncio.timeout(self.seconds) as limit:
                return await handling
        except TimeoutError as error:
            if limit.expired():
                raise Hung from error
            raise

    async def _refuse(self, event: TelegramObject, refusal: Refusal, known: Known, at_desk: bool) -> Answer:
        """Nothing was changed. A question about what is no longer there is closed, so that it is no dead end."""
        if known.dialogue and known.dialogue.state and refusal.kind in ENDS_THE_QUESTION:
            async with self.db.begin() as session:
                row = await session.merge(known.dialogue, load=False)
                row.state, row.data = None, {}
        with self.i18n.context(), self.i18n.use_locale(self._language(known, at_desk)):
            return refusals.answer(event, refusal) if isinstance(event, Message | CallbackQuery) else []

    async def _dispatch(
        self, update: Update, session: AsyncSession, person: Person | None, row: Dialogue, now: datetime, at_desk: bool
    ) -> Answer:
        state = context(session, row)
        given: dict[str, Any] = {"session": session, "state": state, "now": now, "at_desk": at_desk}
        if person is not None:
            rules, connected = self.dispatcher["rules"], self.dispatcher["connected"]
            given["person"] = person
            given["turn"] = Turn(session, person, state, now, self.keys, rules, connected)
        answer = await self.dispatcher.feed_update(self.bot, update, raw_state=row.state, **given)
        return [] if answer is UNHANDLED or answer is None else answer

    async def _meet(self, user: User | None, chat: Chat | None, now: datetime) -> Person | None:
        """Somebody new in a private chat (or in inline mode) gets a row of their own before anything else."""
        if user is None or user.is_bot or (chat is not None and chat.type != "private"):
            return None
        async with self.db.begin() as session:
            return await people.meet(session, user.id, user.language_code, keys=self.keys, now=now)

    async def _person(self, session: AsyncSession, event: TelegramObject, known: Person | None) -> Person | None:
        """The person's row in this session; Kazakh letters switch to Kazakh until a language was chosen."""
        if known is None:
            return None
        person = await session.merge(known, load=False)
        typed = event.text if isinstance(event, Message) and not event.forward_origin else None
        if typed and not person.language_chosen and people.writes_kazakh(typed):
            known.language = person.language = "kk"
        if person.unreachable_at:
            person.unreachable_at = None
        return person

    def _language(self, known: Known, at_desk: bool) -> str:
        return known.desk_language if at_desk or known.person is None else known.person.language

    def _slow_down(self, event: TelegramObject, known: Known) -> Answer:
        with self.i18n.context(), self.i18n.use_locale(self._language(known, False)):
            return plain(event, texts.slow_down())

    async def _apologise(
        self, update: Update, event: TelegramObject, user: User | None, known: Known, error: Exception
    ) -> Answer:
        """A defect of ours: logged with a number that the person also sees, and the update is done with."""
        incident = secrets.token_hex(4).upper()
        log.exception("incident", incident=incident, update=update.update_id, error=type(error).__name__)
        with self.i18n.context(), self.i18n.use_locale(self._language(known, False)):
            answer = plain(event, texts.apology(incident))
        async with self.db.begin() as session:
            session.add(_handled(update, user, self.clock(), [dump(call) for call in answer]))
            await outbox.alarm(session, f"incident {incident}: {type(error).__name__}", key=incident, now=self.clock())
        return answer

    async def _speak(self, answer: Answer, update: Update) -> None:
        await self.speaker.say(answer, str(update.update_id))

    async def _set_aside(self, raw: dict[str, Any]) -> None:
        """A newer Bot API than the library knows: kept, encrypted, with an alarm; never in the way of others."""
        update_id = int(raw.get("update_id", 0))
        sealed = self.keys.seal("set_aside", repr(raw).encode())
        log.error("update set aside", update=update_id)
        async with self.db.begin() as session:
            now = self.clock()
            await insert_ignoring(session, SetAside(update_id=update_id, at=now, sealed=sealed), "update_id")
            await outbox.alarm(session, f"update {update_id} could not be parsed", key=f"aside:{update_id}", now=now)


def who(update: Update) -> tuple[TelegramObject, User | None, Chat | None]:
    """The event, who caused it, and the chat it happened in."""
    event = update.event
    user = getattr(event, "from_user", None) or getattr(event, "user", None)
    source = event.message if isinstance(event, CallbackQuery) else event
    return event, user, getattr(source, "chat", None)


def _handled(update: Update, user: User | None, now: datetime, calls: list[dict[str, Any]]) -> HandledUpdate:
    return HandledUpdate(update_id=update.update_id, at=now, telegram_id=user.id if user else None, answer=calls)


def _no_question(user: User | None, chat: Chat | None) -> Dialogue:
    user_id = user.id if user else 0
    return Dialogue(chat_id=chat.id if chat else user_id, user_id=user_id)


def plain(event: TelegramObject, text: str) -> Answer:
    """A text for whatever came: a pop-up for a tap, a message in a private chat, nothing elsewhere."""
    if isinstance(event, CallbackQuery):
        return notify(event, text, alert=True)
    if isinstance(event, Message) and event.chat.type == "private":
        return say(event, text)
    return []
