"""What people do and see."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import CommandStart
from aiogram.filters.command import CommandObject
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    CallbackQuery,
    CopyTextButton,
    DisabledButton,
    ForceReply,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)

from sandbox.telegram import Clock, Group, Impossible, Person, Telegram, markup
from sandbox.telegram.media import PIXEL

KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text="Сообщить", callback_data="report:1", style="danger")],
        [
            InlineKeyboardButton(text="102", copy_text=CopyTextButton(text="102")),
            InlineKeyboardButton(text="Site", url="https://t.me/saqbol_bot?start=check_1"),
            InlineKeyboardButton(text="Soon", disabled=DisabledButton()),
        ],
    ]
)


@pytest.fixture
async def talking(telegram: Telegram, bot: Bot) -> AsyncIterator[Dispatcher]:
    """A small bot of its own, through aiogram's dispatcher."""
    dispatcher = Dispatcher()

    async def started(message: Message, command: CommandObject) -> None:
        await message.answer(f"Hello {command.args or ''}")

    async def picture(message: Message) -> None:
        assert message.photo is not None and message.bot is not None
        content = await message.bot.download(message.photo[-1])
        assert content is not None
        await message.reply_photo(BufferedInputFile(content.read(), "back.png"), caption="Back")

    async def text(message: Message) -> None:
        await message.answer(f"<b>Heard</b> {message.text}", reply_markup=KEYBOARD)

    async def tapped(callback: CallbackQuery) -> None:
        if isinstance(callback.message, InaccessibleMessage):
            await callback.answer("Too old", show_alert=True)
        else:
            assert callback.message is not None
            await callback.message.edit_text("Saved")
            await callback.answer("Thank you")

    async def inline(query: InlineQuery) -> None:
        content = InputTextMessageContent(message_text=f"<i>{query.query}</i>")
        await query.answer([InlineQueryResultArticle(id="1", title="Verdict", input_message_content=content)])

    dispatcher.message.register(started, CommandStart())
    dispatcher.message.register(picture, F.photo)
    dispatcher.message.register(text, F.text)
    dispatcher.callback_query.register(tapped)
    dispatcher.inline_query.register(inline)

    async def deliver(update: dict[str, Any]) -> None:
        await dispatcher.feed_raw_update(bot, update)

    telegram.deliver = deliver
    yield dispatcher


async def test_a_conversation(talking: Dispatcher, citizen: Person) -> None:
    said = await citizen.says("8 701 123 45 67")
    assert citizen.sees == "Heard 8 701 123 45 67"
    assert citizen.last.html == "<b>Heard</b> 8 701 123 45 67"
    assert citizen.buttons == ["Сообщить", "102", "Site", "Soon"]
    assert [one.style for row in citizen.last.buttons for one in row] == ["danger", None, None, None]
    assert await citizen.taps("сообщ") == "Thank you"
    assert (citizen.sees, citizen.buttons, citizen.popups) == ("Saved", [], ["Thank you"])
    assert citizen.history[-2:] == [said, citizen.last]
    await citizen.starts("check_1")
    assert citizen.sees == "Hello check_1"


async def test_other_buttons(talking: Dispatcher, citizen: Person) -> None:
    await citizen.says("Hi")
    assert await citizen.taps("102") is None
    assert citizen.clipboard == "102"
    with pytest.raises(Impossible, match="no button 'Soon'"):
        await citizen.taps("Soon")
    with pytest.raises(AssertionError, match="there are: 'Сообщить', '102', 'Site', 'Soon'"):
        await citizen.taps("No such")
    await citizen.taps("Site")
    assert citizen.opened == "https://t.me/saqbol_bot?start=check_1"
    assert citizen.sees == "Hello check_1"


async def test_pictures_go_both_ways(talking: Dispatcher, citizen: Person) -> None:
    picture = PIXEL + b"more"
    said = await citizen.sends_photo(picture, "screenshot")
    assert (citizen.last.photo, citizen.last.text, citizen.last.reply_to) == (picture, "Back", said)


async def test_old_and_deleted_messages_are_inaccessible(talking: Dispatcher, citizen: Person, clock: Clock) -> None:
    await citizen.says("Hi")
    message = citizen.last
    clock.passes(hours=49)
    assert await citizen.taps("Сообщить") == "Too old"
    clock.passes(hours=-49)
    citizen.deletes(message)
    assert message not in citizen.history
    assert await citizen.taps("Сообщить", message=message) == "Too old"


async def test_inline_mode(talking: Dispatcher, citizen: Person) -> None:
    (result,) = await citizen.types_inline("77011234567")
    assert result["title"] == "Verdict"
    assert result["content"]["entities"] == [{"type": "italic", "offset": 0, "length": 11}]


async def test_two_taps_at_once_and_redelivery(talking: Dispatcher, telegram: Telegram, citizen: Person) -> None:
    await citizen.says("Hi")
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await citizen.taps("Сообщить", times=2)
    assert citizen.popups == ["Thank you"]
    await citizen.says("Hi")
    before = len(citizen.history)
    await telegram.redeliver()
    assert len(citizen.history) == before + 1 and citizen.history[-1].text == citizen.history[-2].text
    assert telegram.sent[-1]["message"]["text"] == "Hi"


async def test_what_the_bot_is_given(citizen: Person, updates: list[dict[str, Any]]) -> None:
    message = await citizen.says("/check@saqbol_bot смотри kaspi.kz, hxxp://x.test или me@mail.kz v1.2 file.txtt")
    found = [(one["type"], markup.cut(message.text, one)) for one in message.entities]
    assert found == [("bot_command", "/check@saqbol_bot"), ("url", "kaspi.kz"), ("email", "me@mail.kz")]
    parsed = Update.model_validate(updates[-1]).message
    assert parsed is not None and parsed.from_user is not None
    assert (parsed.from_user.language_code, parsed.chat.type, parsed.message_id) == ("kk", "private", message.id)
    with pytest.raises(Impossible, match="deep link"):
        await citizen.starts("check 1")
    with pytest.raises(Impossible, match="empty text"):
        await citizen.says(" ")
    await citizen.says("x" * 5000)
    assert [len(one["message"]["text"]) for one in updates[-2:]] == [4096, 904]


async def test_forwards_contacts_albums(citizen: Person, updates: list[dict[str, Any]]) -> None:
    await citizen.forwards("звонят из банка", origin="Скрытый")
    assert updates[-1]["message"]["forward_origin"]["sender_user_name"] == "Скрытый"
    await citizen.forwards("звонят из банка", origin=("Новости", "news_kz"))
    assert updates[-1]["message"]["forward_origin"]["chat"]["username"] == "news_kz"
    await citizen.shares_own_contact()
    contact = updates[-1]["message"]["contact"]
    assert (contact["user_id"], contact["phone_number"]) == (citizen.id, citizen.phone)
    await citizen.sends_album([PIXEL] * 3, "receipts")
    album = [one["message"] for one in updates[-3:]]
    assert len({one["media_group_id"] for one in album}) == 1
    assert [one.get("caption") for one in album] == ["receipts", None, None]


async def test_reply_keyboards(bot: Bot, citizen: Person, updates: list[dict[str, Any]]) -> None:
    rows = [[KeyboardButton(text="My number", request_contact=True), KeyboardButton(text="Later")]]
    await bot.send_message(citizen.id, "Contact?", reply_markup=ReplyKeyboardMarkup(keyboard=rows))
    assert citizen.buttons == ["My number", "Later"]
    await citizen.taps("number")
    assert updates[-1]["message"]["contact"]["user_id"] == citizen.id
    await citizen.taps("Later")
    assert updates[-1]["message"]["text"] == "Later"
    await bot.send_message(citizen.id, "Fine", reply_markup=ReplyKeyboardRemove())
    assert citizen.buttons == []


async def test_force_reply_is_answered_by_the_next_text(bot: Bot, citizen: Person) -> None:
    await bot.send_message(citizen.id, "How much?", reply_markup=ForceReply())
    prompt = citizen.last
    assert prompt.force_reply
    assert (await citizen.says("/my", reply_to=False)).reply_to is None
    assert (await citizen.says("250 000")).reply_to is prompt
    assert (await citizen.says("thanks")).reply_to is None


async def test_selective_force_reply_in_a_group(bot: Bot, telegram: Telegram, officer: Person) -> None:
    other = telegram.person("Other")
    group = telegram.group("Desk", members=[other], admins=[officer])
    asked = await officer.says("/reject", chat=group)
    await bot.send_message(group.id, "Why?", reply_to_message_id=asked.id, reply_markup=ForceReply(selective=True))
    assert (await other.says("hm", chat=group)).reply_to is None
    assert (await officer.says("no proof", chat=group)).reply_to is group.last


async def test_privacy_mode(telegram: Telegram, bot: Bot, officer: Person, updates: list[dict[str, Any]]) -> None:
    group = telegram.group("Group", members=[officer], bot_admin=False)
    sent = await bot.send_message(group.id, "Hi")
    for text in ("8 701 123 45 67", "/check@other_bot 1"):
        await officer.says(text, chat=group)
    assert updates == []
    await officer.says("/check 1", chat=group)
    await officer.says("/check@SaqBol_bot 1", chat=group)
    await officer.says("so?", chat=group, reply_to=group.messages[sent.message_id])
    assert len(updates) == 3
    await group.sets_bot("administrator", officer)
    await officer.says("8 701 123 45 67", chat=group)
    assert len(updates) == 5
    with pytest.raises(Impossible, match="is not in"):
        await telegram.person("Outsider").says("Hi", chat=group)


async def test_links_and_previews(bot: Bot, citizen: Person) -> None:
    await bot.send_message(citizen.id, "see kaspi.kz and <code>evil.example.com</code>")
    assert (citizen.last.links, citizen.last.preview) == (["kaspi.kz"], "kaspi.kz")
    await bot.send_message(citizen.id, '<a href="https://kaspi.kz/a">here</a>', disable_web_page_preview=True)
    assert (citizen.last.links, citizen.last.preview) == (["https://kaspi.kz/a"], None)
    assert citizen.last.html == '<a href="https://kaspi.kz/a">here</a>'


async def test_sees_what_came_or_changed_since_acting(bot: Bot, citizen: Person, desk: Group, officer: Person) -> None:
    first = await bot.send_message(citizen.id, "One")
    await citizen.says("Hi")
    assert citizen.sees == ""
    await bot.send_message(citizen.id, "Two")
    await first.edit_text("One, edited")
    assert citizen.sees == "One, edited\n\nTwo"
    await bot.send_message(desk.id, "Card", reply_markup=KEYBOARD)
    assert (desk.sees, desk.buttons[0], citizen.buttons) == ("Card", "Сообщить", [])
    await officer.taps("Сообщить", chat=desk)
    assert desk.sees == ""
    citizen.deletes_chat()
    assert citizen.history == []
    await first.edit_text("One, unseen")


async def test_command_menus(telegram: Telegram, bot: Bot, citizen: Person, desk: Group, officer: Person) -> None:
    def menu(name: str) -> list[BotCommand]:
        return [BotCommand(command=name, description="…")]

    await bot.set_my_commands(menu("default"))
    await bot.set_my_commands(menu("kazakh"), language_code="kk")
    assert [one["command"] for one in citizen.commands] == ["kazakh"]
    assert [one["command"] for one in officer.commands] == ["default"]
    await bot.set_my_commands(menu("private"), scope=BotCommandScopeAllPrivateChats())
    assert [one["command"] for one in citizen.commands] == ["private"]
    assert [one["command"] for one in telegram.profile.commands_for(officer, desk)] == ["default"]
    assert [one.command for one in await bot.get_my_commands(language_code="kk")] == ["kazakh"]


async def test_changes_tell_the_page(telegram: Telegram, bot: Bot, citizen: Person) -> None:
    stream = telegram.changes()
    sent = await bot.send_message(citizen.id, "A")
    assert await anext(stream) == {"chat": citizen.id, "what": "message", "message": sent.message_id}
    await sent.delete()
    assert (await anext(stream))["what"] == "deleted"
    await stream.aclose()


async def test_topics(telegram: Telegram, bot: Bot, officer: Person, updates: list[dict[str, Any]]) -> None:
    forum = telegram.group("Forum", admins=[officer], topics=True)
    topic = await bot.create_forum_topic(forum.id, "Calls")
    sent = await bot.send_message(forum.id, "Card", message_thread_id=topic.message_thread_id)
    await officer.says("taken", chat=forum, reply_to=forum.messages[sent.message_id])
    assert updates[-1]["message"]["message_thread_id"] == topic.message_thread_id
    assert forum.topics is not None and [one.name for one in forum.topics.values()] == ["Calls"]


async def test_pictures_are_sent_again_by_their_id(telegram: Telegram, bot: Bot, citizen: Person) -> None:
    photo = await bot.send_photo(citizen.id, BufferedInputFile(PIXEL, "a.png"), caption="<b>One</b>")
    document = await bot.send_document(citizen.id, BufferedInputFile(b"a", "a.txt"))
    assert photo.photo and document.document
    await bot.send_photo(citizen.id, photo.photo[-1].file_id)
    assert citizen.last.photo == PIXEL
    await bot.send_document(citizen.id, document.document.file_id)
    assert citizen.last.document is not None and citizen.last.document.data == b"a"
    await bot.copy_message(citizen.id, citizen.id, photo.message_id, caption="Two")
    assert (citizen.last.photo, citizen.last.text, citizen.last.entities) == (PIXEL, "Two", [])
    await bot.forward_message(citizen.id, citizen.id, photo.message_id)
    assert (citizen.last.text, "forward_origin" in citizen.last.raw) == ("One", True)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_pictures_have_their_size(citizen: Person, kind: str) -> None:
    image = pytest.importorskip("PIL.Image")
    content = io.BytesIO()
    image.new("RGB", (37, 91)).save(content, kind)
    *_, full = (await citizen.sends_photo(content.getvalue())).raw["photo"]
    assert (full["width"], full["height"], full["file_size"]) == (37, 91, len(content.getvalue()))


async def test_topics_close_and_go(telegram: Telegram, bot: Bot, officer: Person) -> None:
    forum = telegram.group("Forum", members=[officer], topics=True)
    id = (await bot.create_forum_topic(forum.id, "Calls")).message_thread_id
    await bot.edit_forum_topic(forum.id, id, name="Cards")
    await bot.close_forum_topic(forum.id, id)
    with pytest.raises(TelegramBadRequest, match="TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(forum.id, id)
    await bot.send_message(forum.id, "Card", message_thread_id=id)
    await bot.delete_forum_topic(forum.id, id)
    assert (forum.topics, forum.history) == ({}, [])


async def test_members_and_bot_rights(telegram: Telegram, bot: Bot, desk: Group, officer: Person) -> None:
    other = telegram.person("Other")
    assert [(await bot.get_chat_member(desk.id, one)).status for one in (officer.id, other.id, telegram.bot_id)] == [
        "creator",
        "left",
        "administrator",
    ]
    await desk.adds(other, officer, admin=True)
    assert (await bot.get_chat_member(desk.id, other.id)).status == "administrator"
    assert await bot.get_chat_member_count(desk.id) == 3
    await bot.leave_chat(desk.id)
    assert desk.bot_status == "left" and desk.history[-1].service == "left_chat_member"
