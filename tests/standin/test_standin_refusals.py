"""What Telegram refuses, in Telegram's words, and the exceptions aiogram makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BotCommand, BufferedInputFile, InputMediaPhoto, ReactionTypeEmoji, ReplyParameters

from sandbox.telegram import ApiError, Clock, Group, Limits, Person, StandInSession, Telegram
from sandbox.telegram.media import PIXEL


def button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "A", "callback_data": "a"} | fields]]}


async def test_chats_that_cannot_be_spoken_to(telegram: Telegram, bot: Bot, citizen: Person) -> None:
    stranger = telegram.person("Never started")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(1, "Hi")
    with pytest.raises(TelegramForbiddenError, match="bot can't initiate conversation with a user"):
        await bot.send_message(stranger.id, "Hi")
    await citizen.blocks_bot()
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(citizen.id, "Hi")
    await citizen.unblocks_bot()
    await bot.send_message(citizen.id, "Hi")
    citizen.deactivated = True
    with pytest.raises(TelegramForbiddenError, match="user is deactivated"):
        await bot.send_message(citizen.id, "Hi")


@pytest.mark.parametrize(("status", "words"), [("kicked", "was kicked from"), ("left", "is not a member of")])
async def test_groups_without_the_bot(bot: Bot, desk: Group, officer: Person, status: str, words: str) -> None:
    await desk.sets_bot(status, officer)
    with pytest.raises(TelegramForbiddenError, match=f"bot {words} the supergroup chat"):
        await bot.send_message(desk.id, "Hi")


async def test_migrated_group(telegram: Telegram, bot: Bot, officer: Person) -> None:
    group = telegram.group("Plain", admins=[officer], supergroup=False)
    for _ in range(5):  # a supergroup counts from 1 again: a low id would name another message there
        await officer.says("Hi", chat=group)
    old = await bot.send_message(group.id, "Card")
    new_id = await group.migrate()
    with pytest.raises(TelegramMigrateToChat) as refused:
        await bot.send_message(old.chat.id, "Hi")
    assert refused.value.migrate_to_chat_id == new_id == group.id < -1_000_000_000_000 < old.chat.id
    await bot.send_message(new_id, "Hi")
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("Card 2", chat_id=new_id, message_id=old.message_id)
    assert [one.text for one in group.history if one.by_bot] == ["Card", "Hi"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        ("<b> </b>\n", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("<p>x</p>", 'can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
        ("я<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("5 < 6", "Unclosed start tag at byte offset 2"),
        ("5 < 6 > 4", 'Unsupported start tag "" at byte offset 2'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
    ],
)
async def test_texts(bot: Bot, citizen: Person, text: str, words: str) -> None:
    with pytest.raises(TelegramBadRequest) as refused:
        await bot.send_message(citizen.id, text)
    assert words in refused.value.message
    assert citizen.history[-1].text == "/start"


async def test_length_counts_after_parsing(bot: Bot, citizen: Person) -> None:
    await bot.send_message(citizen.id, "<b>" + "&lt;" * 4096 + "</b>")
    assert citizen.last.text == "<" * 4096
    picture = BufferedInputFile(PIXEL, "a.png")
    await bot.send_photo(citizen.id, picture, caption="x" * 1024)
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_photo(citizen.id, picture, caption="x" * 1025)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (button(callback_data="я" * 33), "BUTTON_DATA_INVALID"),
        (button(callback_data=""), "BUTTON_DATA_INVALID"),
        (button(text=" "), "button text must be non-empty"),
        (button(url="https://kaspi.kz"), "only one of"),
        (button(style="red"), "invalid button style"),
        ({"inline_keyboard": [[{"text": "A"}]]}, "Text buttons are unallowed in the inline keyboard"),
        ({"inline_keyboard": [[{"text": "A", "url": "javascript:1"}]]}, "BUTTON_URL_INVALID"),
        ({"inline_keyboard": [[{"text": "A", "copy_text": {"text": "x" * 257}}]]}, "BUTTON_COPY_TEXT_INVALID"),
        ({"inline_keyboard": [[{"text": str(n), "callback_data": "a"}] for n in range(101)]}, "markup is too long"),
        ({"inline_keyboard": [[{"text": "x" * 200, "callback_data": "a"}] for n in range(60)]}, "markup is too long"),
        ({"keyboard": [[{"text": ""}]]}, "keyboard button text must be non-empty"),
    ],
)
async def test_keyboards(telegram: Telegram, citizen: Person, markup: dict[str, Any], words: str) -> None:
    with pytest.raises(ApiError, match=words):
        await telegram.call("sendMessage", {"chat_id": citizen.id, "text": "A", "reply_markup": markup})


async def test_edges_of_keyboards_pass(telegram: Telegram, citizen: Person) -> None:
    rows = [[{"text": str(n), "callback_data": "я" * 32, "style": "danger"}] for n in range(100)]
    await telegram.call(
        "sendMessage", {"chat_id": citizen.id, "text": "A", "reply_markup": {"inline_keyboard": [*rows, []]}}
    )
    assert len(citizen.buttons) == 100


async def test_edits(telegram: Telegram, bot: Bot, citizen: Person, clock: Clock) -> None:
    own = (await citizen.says("Hi")).id
    sent = await bot.send_message(citizen.id, "<b>A</b>", reply_markup=None)
    with pytest.raises(TelegramBadRequest, match="message is not modified: specified new message content"):
        await sent.edit_text(" <b>A</b>\n")
    await sent.edit_text("A")
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await sent.edit_reply_markup(reply_markup=None)
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("B", chat_id=citizen.id, message_id=own)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await sent.edit_caption(caption="B")
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("B", chat_id=citizen.id, message_id=999)
    await sent.delete()
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await sent.edit_text("B")
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await sent.delete()
    asked = await telegram.call(
        "sendMessage", {"chat_id": citizen.id, "text": "?", "reply_markup": {"force_reply": True}}
    )
    with pytest.raises(TelegramBadRequest, match="message can't be edited"):
        await bot.edit_message_text("B", chat_id=citizen.id, message_id=asked["message_id"])


async def test_an_edit_without_markup_takes_the_keyboard_away(telegram: Telegram, citizen: Person) -> None:
    sent = await telegram.call("sendMessage", {"chat_id": citizen.id, "text": "A", "reply_markup": button()})
    await telegram.call("editMessageText", {"chat_id": citizen.id, "message_id": sent["message_id"], "text": "B"})
    assert (citizen.buttons, citizen.last.text, citizen.last.edited) == ([], "B", True)


async def test_deleting(bot: Bot, telegram: Telegram, citizen: Person, officer: Person, clock: Clock) -> None:
    theirs = await citizen.says("my card is …")
    mine = await bot.send_message(citizen.id, "A")
    group = telegram.group("Group", admins=[officer], bot_admin=False)
    in_group = await officer.says("/find", chat=group)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(group.id, in_group.id)
    await group.sets_bot("administrator", officer)
    await bot.delete_message(group.id, in_group.id)
    await bot.delete_message(citizen.id, theirs.id)
    assert theirs not in citizen.history
    clock.passes(hours=49)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await mine.delete()


async def test_taps_go_stale(telegram: Telegram, bot: Bot, citizen: Person, clock: Clock) -> None:
    await telegram.call("sendMessage", {"chat_id": citizen.id, "text": "A", "reply_markup": button()})
    await citizen.taps("A")
    await citizen.taps("A")
    first, second = telegram.queries
    await bot.answer_callback_query(first, text="Done")
    for id in (first, "no such"):
        with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired or query ID is"):
            await bot.answer_callback_query(id)
    clock.passes(seconds=151)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(second)
    assert citizen.popups == ["Done"]


async def test_replies(bot: Bot, citizen: Person) -> None:
    said = await citizen.says("Hi")
    assert (await bot.send_message(citizen.id, "A", reply_to_message_id=said.id)).reply_to_message is not None
    assert citizen.last.reply_to is said
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(citizen.id, "A", reply_parameters=ReplyParameters(message_id=99))
    gone = ReplyParameters(message_id=99, allow_sending_without_reply=True)
    assert (await bot.send_message(citizen.id, "A", reply_parameters=gone)).reply_to_message is None


async def test_files(telegram: Telegram, bot: Bot, citizen: Person) -> None:
    with pytest.raises(TelegramBadRequest, match="wrong file identifier"):
        await bot.send_photo(citizen.id, "AgAC")
    with pytest.raises(TelegramBadRequest, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(citizen.id, BufferedInputFile(b"text", "a.png"))
    with pytest.raises(TelegramBadRequest, match="file must be non-empty"):
        await bot.send_document(citizen.id, BufferedInputFile(b"", "a.txt"))
    with pytest.raises(TelegramBadRequest, match="group send failed"):
        await bot.send_media_group(citizen.id, [InputMediaPhoto(media=BufferedInputFile(PIXEL, "a.png"))])
    big = (await citizen.sends_document(b"%PDF-", size=20 * 1024 * 1024 + 1)).document
    small = (await citizen.sends_document(b"%PDF-", size=20 * 1024 * 1024)).document
    assert big is not None and small is not None
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await bot.get_file(big.id)
    content = await bot.download(small.id)
    assert content is not None and content.read() == b"%PDF-"
    del telegram.files[small.id]
    with pytest.raises(TelegramBadRequest, match="wrong file_id or the file is temporarily unavailable"):
        await bot.get_file(small.id)


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        ([("Start", "x")], "BOT_COMMAND_INVALID"),
        ([("a" * 33, "x")], "BOT_COMMAND_INVALID"),
        ([("бастау", "x")], "BOT_COMMAND_INVALID"),
        ([("start", " ")], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([("start", "x" * 257)], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([(f"c{n}", "x") for n in range(101)], "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_commands(bot: Bot, commands: list[tuple[str, str]], words: str) -> None:
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.set_my_commands([BotCommand(command=name, description=about) for name, about in commands])


async def test_rights_in_groups(telegram: Telegram, bot: Bot, officer: Person) -> None:
    group = telegram.group("Group", admins=[officer], topics=True)
    sent = await bot.send_message(group.id, "A")
    await group.sets_bot("administrator", officer, can_pin_messages=False, can_manage_topics=False)
    with pytest.raises(TelegramBadRequest, match="not enough rights to manage pinned messages in the chat"):
        await bot.pin_chat_message(group.id, sent.message_id)
    with pytest.raises(TelegramBadRequest, match="not enough rights to manage topics"):
        await bot.create_forum_topic(group.id, "Queue")
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(group.id, "A", message_thread_id=77)
    with pytest.raises(TelegramBadRequest, match="the chat is not a forum"):
        await bot.create_forum_topic(telegram.group("Flat").id, "Queue")
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await bot.set_message_reaction(group.id, sent.message_id, [ReactionTypeEmoji(emoji="🚓")])


async def test_wrong_token(telegram: Telegram) -> None:
    with pytest.raises(TelegramUnauthorizedError, match="Unauthorized"):
        await Bot("42:WRONG", session=StandInSession(telegram)).get_me()


async def test_flood_limits(telegram: Telegram, bot: Bot, citizen: Person, desk: Group, clock: Clock) -> None:
    telegram.limits = Limits(private_burst=3)
    for _ in range(3):
        await bot.send_message(citizen.id, "A")
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(citizen.id, "A")
    assert (refused.value.retry_after, len(citizen.said)) == (3, 3)
    clock.passes(seconds=2.5)
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(citizen.id, "A")
    assert refused.value.retry_after == 1
    clock.passes(seconds=1)
    await bot.send_message(citizen.id, "A")
    for _ in range(20):
        clock.passes(seconds=1)
        await bot.send_message(desk.id, "Card")
    with pytest.raises(TelegramRetryAfter) as refused:
        await bot.send_message(desk.id, "Card")
    assert refused.value.retry_after == 41
    telegram.limits = None
    await bot.send_message(desk.id, "Card")


async def test_thirty_a_second_overall(telegram: Telegram, bot: Bot, clock: Clock) -> None:
    people = [telegram.person(str(n)) for n in range(31)]
    for person in people:
        await person.starts()
    for person in people[:30]:
        await bot.send_message(person.id, "A")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(people[30].id, "A")
    clock.passes(seconds=1)
    await bot.send_message(people[30].id, "A")


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("429", TelegramRetryAfter),
        ("403", TelegramForbiddenError),
        ("400", TelegramBadRequest),
        ("502", TelegramServerError),
        ("html", ClientDecodeError),
        ("silence", TelegramNetworkError),
        ("network", TelegramNetworkError),
    ],
)
async def test_failures_on_purpose(
    telegram: Telegram, bot: Bot, citizen: Person, error: str, raised: type[Exception]
) -> None:
    telegram.fail(method="sendMessage", chat_id=citizen.id, error=error, times=2, retry_after=7)
    await bot.send_chat_action(citizen.id, "typing")
    for _ in range(2):
        with pytest.raises(raised):
            await bot.send_message(citizen.id, "A")
    assert citizen.sees == ""
    await bot.send_message(citizen.id, "A")
    telegram.fail(error=error, after=True)
    with pytest.raises(raised):
        await bot.send_message(citizen.id, "B")
    assert citizen.sees == "A\n\nB"
    assert [bool(call.error) for call in telegram.calls if call.method == "sendMessage"] == [True, True, False, True]


async def test_guard_refuses_calls_inside_a_transaction(telegram: Telegram, bot: Bot, citizen: Person) -> None:
    telegram.guard = lambda: "a transaction is open"
    with pytest.raises(AssertionError, match="a transaction is open"):
        await bot.send_message(citizen.id, "A")
    telegram.guard = lambda: None
    await bot.send_message(citizen.id, "A")


async def test_method_unknown_to_the_stand_in(bot: Bot, citizen: Person) -> None:
    with pytest.raises(TelegramNotFound, match="sendDice is not supported by the stand-in"):
        await bot.send_dice(citizen.id)


HERE, DESK, FORUM, SENT, TAP, ASKED = "HERE", "DESK", "FORUM", "SENT", "TAP", "ASKED"
ARTICLE = {"type": "article", "id": "1", "title": "A", "input_message_content": {"message_text": "A"}}
TABLE: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"chat_id": HERE, "text": "A", "parse_mode": "Markdown"}, "unsupported parse_mode"),
    ("sendMessage", {"chat_id": HERE, "text": "A", "reply_markup": {"rows": []}}, "can't parse reply keyboard markup"),
    ("sendMessage", {"chat_id": HERE, "text": "A", "reply_markup": {"inline_keyboard": [[1]]}}, "expected an object"),
    ("sendMessage", {"chat_id": FORUM, "text": "A", "message_thread_id": "5"}, "message thread not found"),
    ("sendPhoto", {"chat_id": HERE, "photo": "https://example.com/a.png"}, "failed to get HTTP URL content"),
    ("sendPhoto", {"chat_id": HERE, "photo": "attach://none"}, 'can\'t find file "none" in the request'),
    ("sendChatAction", {"chat_id": HERE, "action": "dancing"}, "wrong parameter action in request"),
    ("copyMessage", {"chat_id": HERE, "from_chat_id": HERE, "message_id": 99}, "message to copy not found"),
    ("forwardMessage", {"chat_id": HERE, "from_chat_id": HERE, "message_id": 99}, "message to forward not found"),
    ("editMessageText", {"chat_id": HERE, "text": "A"}, "message identifier is not specified"),
    (
        "editMessageText",
        {"chat_id": HERE, "message_id": SENT, "text": "A", "reply_markup": {"keyboard": [[{"text": "A"}]]}},
        'can\'t parse "reply_markup.inline_keyboard"',
    ),
    ("deleteMessages", {"chat_id": HERE, "message_ids": list(range(101))}, "wrong number of message identifiers"),
    ("setMessageReaction", {"chat_id": HERE, "message_id": 99, "reaction": []}, "message to react not found"),
    ("pinChatMessage", {"chat_id": HERE, "message_id": 99}, "message to pin not found"),
    ("unpinChatMessage", {"chat_id": HERE}, "message to unpin not found"),
    ("answerCallbackQuery", {"callback_query_id": TAP, "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("answerInlineQuery", {"inline_query_id": "none", "results": []}, "query is too old"),
    ("answerInlineQuery", {"inline_query_id": ASKED, "results": [ARTICLE] * 2}, "RESULT_ID_INVALID"),
    ("answerInlineQuery", {"inline_query_id": ASKED, "results": [ARTICLE] * 51}, "RESULTS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "language_code": "russian"}, "invalid language code specified"),
    ("setMyCommands", {"commands": [], "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "BOT_SHORT_DESCRIPTION_TOO_LONG"),
    ("getChatMember", {"chat_id": DESK, "user_id": 5}, "invalid user_id specified"),
    ("getChatAdministrators", {"chat_id": HERE}, "there are no administrators in the private chat"),
    ("leaveChat", {"chat_id": HERE}, "in private chats"),
    ("createForumTopic", {"chat_id": FORUM, "name": "x" * 129}, "TOPIC_TITLE_EMPTY"),
    ("closeForumTopic", {"chat_id": FORUM, "message_thread_id": 5}, "message thread not found"),
    ("setWebhook", {"url": "https://a.kz", "max_connections": 101}, "max_connections must be from 1 to 100"),
]


@pytest.mark.parametrize(("method", "params", "words"), TABLE)
async def test_table(
    telegram: Telegram, citizen: Person, desk: Group, officer: Person, method: str, params: dict[str, Any], words: str
) -> None:
    forum = telegram.group("Forum", admins=[officer], topics=True)
    sent = await telegram.call("sendMessage", {"chat_id": citizen.id, "text": "?", "reply_markup": button()})
    await citizen.taps("A")
    await citizen.types_inline("8 701")
    stands_for = {HERE: citizen.id, DESK: desk.id, FORUM: forum.id, SENT: sent["message_id"]}
    stands_for |= {TAP: next(iter(telegram.queries)), ASKED: next(iter(telegram.inline_queries))}
    given = {key: stands_for.get(value, value) if isinstance(value, str) else value for key, value in params.items()}
    with pytest.raises(ApiError) as refused:
        await telegram.call(method, given)
    assert words in refused.value.description
    assert refused.value.code == 400
