"""`/privacy`, `/mydata`, `/forget`: what is kept, a copy of it, and its end."""

from datetime import UTC, datetime, timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from core import copying, forgetting
from handlers.check.keyboards import Id, button
from handlers.language import t
from handlers.privacy import texts
from handlers.say import Answer, notify, say, show
from handlers.turn import Turn

ASKED_FOR = timedelta(hours=1)  # an older button asks again, by what there is now


class Forget(CallbackData, prefix="forget"):
    """Of this person, asked at this minute: a button from before an earlier erasing erases nobody anew."""

    person: Id
    minute: Id


class Keep(CallbackData, prefix="forget_keep"):
    """Everything stays."""


async def privacy(message: Message, turn: Turn) -> Answer:
    return say(message, texts.privacy(turn.rules.retention_days))


async def mydata(message: Message, turn: Turn) -> Answer:
    await copying.order(turn.session, person=turn.person, now=turn.now)
    return say(message, texts.copy_coming())


async def forget(message: Message, turn: Turn) -> Answer:
    """Shows what there is, and asks once."""
    await turn.state.clear()
    return say(message, *await _question(turn))


async def _question(turn: Turn) -> tuple[str, InlineKeyboardMarkup]:
    held = await forgetting.held(turn.session, turn.person)
    yes = Forget(person=turn.person.id, minute=int(turn.now.timestamp() // 60))
    rows = [[button(t("Delete everything"), yes, "danger")], [button(t("Keep it"), Keep())]]
    return texts.really_forget(held), InlineKeyboardMarkup(inline_keyboard=rows)


async def sure(callback: CallbackQuery, callback_data: Forget, turn: Turn) -> Answer:
    """Erases. A second tap finds a stranger, and leaves no trace of them either."""
    if callback_data.person != turn.person.id:
        if turn.person.created_at == turn.now:  # this tap alone made them known again
            await _forget(turn)
        return notify(callback, texts.forgotten_before(), alert=True)
    if turn.now - datetime.fromtimestamp(callback_data.minute * 60, UTC) > ASKED_FOR:
        return show(callback, *await _question(turn))
    held = await forgetting.held(turn.session, turn.person)
    await _forget(turn)
    return show(callback, texts.forgotten(held))


async def _forget(turn: Turn) -> None:
    await forgetting.forget(
        turn.session, person=turn.person, keys=turn.keys, threshold=turn.rules.threshold, now=turn.now
    )


async def keep(callback: CallbackQuery) -> Answer:
    return show(callback, texts.kept())


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(privacy, Command("privacy"))
    router.message.register(mydata, Command("mydata"))
    router.message.register(forget, Command("forget"))
    router.callback_query.register(sure, Forget.filter())
    router.callback_query.register(keep, Keep.filter())
    return router
