"""Greeting, language, help; and a kind answer to everything that is nothing of ours."""

from aiogram import F, Router
from aiogram.filters import Command, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.methods import LeaveChat, SendMessage, SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeChat, CallbackQuery, ChatMemberUpdated, Message
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import people
from core.broadcasts import Studio
from core.refusal import No, Refusal
from handlers.language import locale
from handlers.say import Answer, say, show
from handlers.welcome import keyboards, texts
from handlers.welcome.keyboards import NAMES, Lang
from storage.tables import Person


async def start(message: Message, state: FSMContext) -> Answer:
    await state.clear()
    return say(message, texts.welcome(), keyboards.switch(locale()))


async def language(message: Message) -> Answer:
    return say(message, texts.choose_language(), keyboards.languages())


async def choose_language(
    callback: CallbackQuery, callback_data: Lang, session: AsyncSession, person: Person, i18n: I18n, studio: Studio
) -> Answer:
    """Switches, is remembered, and the command menu of this chat follows."""
    if callback_data.code not in NAMES:
        raise Refusal(No.gone)
    await people.choose_language(session, person, callback_data.code)
    i18n.ctx_locale.set(callback_data.code)
    listed = commands(operator=person.telegram_id in studio.operators)
    menu = SetMyCommands(commands=listed, scope=BotCommandScopeChat(chat_id=callback.from_user.id))
    text = f"{texts.language_set()}\n\n{texts.welcome()}"
    return [*show(callback, text, keyboards.switch(callback_data.code)), menu]


def commands(*, operator: bool = False) -> list[BotCommand]:
    """The menu in the current language; the editors of broadcasts have three more."""
    names = (*texts.COMMANDS, *texts.EDITORS) if operator else texts.COMMANDS
    return [BotCommand(command=name, description=texts.command(name)) for name in names]


async def help_(message: Message) -> Answer:
    return say(message, texts.help_())


async def voice(message: Message) -> Answer:
    return say(message, texts.no_voice())


async def sticker(message: Message) -> Answer:
    return say(message, texts.sticker())


async def silence(event: object) -> Answer:
    """Service messages (pinned, joined, timers): nothing to say."""
    return []


async def stale(callback: CallbackQuery) -> Answer:
    """A button that no longer means anything."""
    raise Refusal(No.gone)


async def group_command(message: Message, bot_username: str) -> Answer:
    """In a group the answer would be seen by everybody."""
    return say(message, texts.write_privately(bot_username), quote=True)


async def added_to_group(event: ChatMemberUpdated, bot_username: str) -> Answer:
    if event.new_chat_member.status not in ("member", "administrator") or event.old_chat_member.status in (
        "member", "administrator",
    ):  # fmt: skip
        return []
    return [SendMessage(chat_id=event.chat.id, text=texts.write_privately(bot_username))]


async def leave_channel(event: ChatMemberUpdated) -> Answer:
    """A channel is a place to publish, not to answer."""
    return [LeaveChat(chat_id=event.chat.id)] if event.new_chat_member.status == "administrator" else []


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(start, CommandStart())
    router.message.register(language, Command("language"))
    router.message.register(help_, Command("help"))
    router.callback_query.register(choose_language, Lang.filter())
    return router


def group_routes() -> Router:
    """Groups that are not the desk: commands get one line, everything else silence."""
    router = Router(name=f"{__name__}.groups")
    router.message.register(group_command, F.text.startswith("/"))
    router.message.register(silence)
    router.edited_message.register(silence)
    router.callback_query.register(stale)
    router.my_chat_member.register(added_to_group, F.chat.type.in_({"group", "supergroup"}))
    router.my_chat_member.register(leave_channel, F.chat.type == "channel")
    return router


def last_routes() -> Router:
    router = Router(name=f"{__name__}.last")
    router.message.register(voice, F.voice | F.video | F.video_note | F.audio | F.animation)
    router.message.register(
        sticker, F.sticker | F.location | F.venue | F.poll | F.dice | F.game | F.story | F.checklist
    )
    router.message.register(silence)
    router.edited_message.register(silence)
    router.callback_query.register(stale)
    router.my_chat_member.register(silence)
    return router
