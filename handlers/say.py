"""What a handler returns: Telegram calls that answer the person who acted. They leave after the commit."""

from collections.abc import Sequence
from html import unescape
from typing import Any

from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage, TelegramMethod
from aiogram.types import (
    CallbackQuery,
    ForceReply,
    InlineKeyboardMarkup,
    MaybeInaccessibleMessage,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

Answer = Sequence[TelegramMethod[Any]]
Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply | None
LONGEST = 4096


def say(message: Message, text: str, keyboard: Keyboard = None, *, quote: bool = False) -> Answer:
    """A new message in the chat of `message`; `quote` makes it a reply."""
    reply = ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True) if quote else None
    return [
        SendMessage(
            chat_id=message.chat.id, text=fit(text), reply_markup=keyboard, reply_parameters=reply,
            message_thread_id=thread_of(message),
        )
    ]  # fmt: skip


def thread_of(message: MaybeInaccessibleMessage) -> int | None:
    """The topic of a message. Outside of forums replies have a thread too, and nothing can be sent into that."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def show(
    callback: CallbackQuery, text: str, keyboard: InlineKeyboardMarkup | None = None, notice: str | None = None
) -> Answer:
    """Turns the tapped message into `text`, or sends a new one where it is out of reach; ends the tap."""
    if isinstance(callback.message, Message):
        edit = EditMessageText(
            chat_id=callback.message.chat.id,
            message_id=callback.message.message_id,
            text=fit(text),
            reply_markup=keyboard,
        )
        return [edit, *notify(callback, notice)]
    chat = callback.message.chat.id if callback.message else callback.from_user.id
    return [SendMessage(chat_id=chat, text=fit(text), reply_markup=keyboard), *notify(callback, notice)]


def add(callback: CallbackQuery, text: str, keyboard: Keyboard = None) -> Answer:
    """A new message below, the tapped one stays; ends the tap."""
    chat = callback.message.chat.id if callback.message else callback.from_user.id
    return [SendMessage(chat_id=chat, text=fit(text), reply_markup=keyboard), *notify(callback)]


def notify(callback: CallbackQuery, text: str | None = None, *, alert: bool = False) -> Answer:
    """Ends a tap, with a short notice if there is one; pop-ups know no HTML."""
    return [AnswerCallbackQuery(callback_query_id=callback.id, text=text and unescape(text)[:200], show_alert=alert)]


def fit(text: str) -> str:
    """Telegram's limit, cut between lines so that no tag stays open."""
    if len(text) <= LONGEST:
        return str(text)
    return str(text)[: LONGEST - 2].rsplit("\n", 1)[0] + "\n…"
