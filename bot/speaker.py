"""Says what a handler answered. What Telegram does not take now goes to the outbox; nothing is lost, nobody waits."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot, methods
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
)
from aiogram.methods import TelegramMethod

from core import outbox
from storage import people
from storage.engine import Database
from storage.tables import Outbox

log = structlog.get_logger()
PATIENCE = 8  # seconds for the direct answer; then the outbox goes on trying
HARMLESS = ("message is not modified", "query is too old", "message to delete not found", "message can't be deleted")
GONE = ("message to edit not found", "message can't be edited")
LASTING = (methods.SendMessage, methods.EditMessageText, methods.DeleteMessage, methods.SetMyCommands)


def dump(method: TelegramMethod[Any]) -> dict[str, Any]:
    """A call as JSON, to be kept and made again."""
    return {"method": type(method).__name__, **method.model_dump(mode="json", exclude_unset=True)}


def restore(call: dict[str, Any]) -> TelegramMethod[Any]:
    fields = {key: value for key, value in call.items() if key != "method"}
    return getattr(methods, call["method"]).model_validate(fields)


class Speaker:
    def __init__(self, bot: Bot, db: Database, clock: Callable[[], datetime]) -> None:
        self.bot = bot
        self.db = db
        self.clock = clock

    async def say(self, calls: Sequence[TelegramMethod[Any]], key: str) -> None:
        """Makes the calls in order. After one that must be tried again, the rest follow it through the outbox."""
        for index, call in enumerate(calls):
            try:
                await asyncio.wait_for(self.make(call), PATIENCE)
            except TelegramForbiddenError:
                await self.unreachable(call)
                return
            except (TelegramBadRequest, TelegramNotFound) as error:
                log.error("answer refused", call=type(call).__name__, error=type(error).__name__, text=error.message)
            except (AiogramError, TimeoutError, OSError) as error:
                log.warning("answer delayed", call=type(call).__name__, error=type(error).__name__)
                await self._later(calls[index:], key, error)
                return

    async def fresh(self, calls: Sequence[dict[str, Any]], update_id: int) -> list[TelegramMethod[Any]]:
        """Kept calls, without edits of messages that a later answer to the same person has changed since."""
        async with self.db.read() as session:
            later = await people.answers_after(session, update_id)
        changed = {_edited(call) for answer in later for call in answer} - {None}
        return [restore(call) for call in calls if _edited(call) not in changed]

    async def make(self, call: TelegramMethod[Any]) -> Any:
        """One call; what a redelivery may have done already counts as done. A message that is gone is sent anew."""
        try:
            return await self.bot(call)
        except TelegramBadRequest as error:
            if any(text in error.message for text in HARMLESS):
                return None
            if isinstance(call, methods.EditMessageText) and any(text in error.message for text in GONE):
                return await self.bot(_anew(call))
            raise

    async def _later(self, calls: Sequence[TelegramMethod[Any]], key: str, error: Exception) -> None:
        now = self.clock()
        due = now + timedelta(seconds=error.retry_after) if isinstance(error, TelegramRetryAfter) else now
        kept = [call for call in calls if isinstance(call, LASTING)]
        async with self.db.begin() as session:
            for number, call in enumerate(kept):
                name = f"say:{key}:{number}"
                await outbox.put(session, "say", dump(call), key=name, now=now, due=due, order=f"say:{key}")

    async def deliver(self, row: Outbox) -> None:
        """The outbox's sender for delayed answers."""
        for call in await self.fresh([row.payload], int((row.order_key or "").removeprefix("say:"))):
            await self.make(call)

    async def unreachable(self, call: TelegramMethod[Any]) -> None:
        await self.gone(getattr(call, "chat_id", None))

    async def gone(self, chat_id: object) -> None:
        """Somebody blocked the bot: nothing is sent to them until they write again."""
        if isinstance(chat_id, int) and chat_id > 0:
            async with self.db.begin() as session:
                await people.mark_unreachable(session, chat_id, self.clock())


def _edited(call: dict[str, Any]) -> tuple[Any, Any] | None:
    """Chat and message that a kept call edits or deletes."""
    return (call.get("chat_id"), call["message_id"]) if call.get("message_id") else None


def _anew(edit: methods.EditMessageText) -> methods.SendMessage:
    assert edit.chat_id is not None
    return methods.SendMessage(chat_id=edit.chat_id, text=edit.text or "", reply_markup=edit.reply_markup)
