"""`/appeal`: which thing, how the owner shows that it is theirs, why; each step can be cancelled."""

from collections.abc import Sequence
from typing import Any

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message, ReplyKeyboardRemove

from core import appeals, checks
from core.appeals import MOST_WORDS, Proof
from core.identifiers import Doubt, Identifier, Kind, read
from core.refusal import No, Refusal
from handlers.appeal import keyboards, texts
from handlers.appeal.keyboards import Appeal
from handlers.check.reading import MOST_BYTES, delete_secrets, dropped, files
from handlers.check.texts import picture_refused, warning
from handlers.language import lines
from handlers.report.texts import file_too_large
from handlers.say import Answer, add, notify, say, show
from handlers.turn import Turn, own_check
from storage import identifiers as rows
from storage.tables import Identifier as Row

LONGEST_REFERENCE = 200


class Asked(StatesGroup):
    """The open question of an appeal; its data names the identifier, then holds the proof."""

    which = State()
    proof = State()
    words = State()


async def begin(message: Message, command: CommandObject, turn: Turn) -> Answer:
    if command.args:
        return await _which(message, turn, read(command.args).identifiers)
    await turn.state.set_state(Asked.which)
    return say(message, texts.ask_which(await appeals.open_of(turn.session, turn.person)), keyboards.cancel())


async def which(message: Message, turn: Turn) -> Answer:
    return await _which(message, turn, dropped(message).identifiers)


async def _which(message: Message, turn: Turn, named: Sequence[Identifier]) -> Answer:
    """The first thing of the message that is listed."""
    if not named:
        await turn.state.set_state(Asked.which)
        return say(message, texts.nothing_read(), keyboards.cancel())
    found = [checks.found(one, turn.keys) for one in named if Doubt.official not in one.doubts]
    known = await rows.by_values(turn.session, [(one.kind, one.value) for one in found])
    listed = [known[one.kind, one.value] for one in found if (one.kind, one.value) in known]
    return say(message, *await _ask_proof(turn, listed[0] if listed else None))


async def begin_from_check(callback: CallbackQuery, callback_data: Appeal, turn: Turn) -> Answer:
    """From the button under a verdict."""
    check = await own_check(turn, callback_data.check)
    found = checks.items(check)
    if callback_data.index >= len(found):
        raise Refusal(No.gone)
    one = found[callback_data.index]
    known = await rows.by_values(turn.session, [(one.kind, one.value)])
    return add(callback, *await _ask_proof(turn, known.get((one.kind, one.value))))


async def _ask_proof(turn: Turn, row: Row | None) -> tuple[str, Any]:
    row = await appeals.may_appeal(
        turn.session, person=turn.person, identifier=row, keys=turn.keys, threshold=turn.rules.threshold, now=turn.now
    )
    await turn.state.set_state(Asked.proof)
    await turn.state.set_data({"identifier": row.id})
    if row.kind == Kind.phone:
        return texts.ask_contact(row), keyboards.share_contact()
    return texts.ask_proof(row), keyboards.cancel()


async def proof(message: Message, turn: Turn) -> Answer:
    """A contact, a reference, or a paper; anything else is asked for once more."""
    row = await _asked(turn)
    if message.text and message.text.strip() == str(texts.cancel_word()):
        await turn.state.clear()
        return say(message, texts.cancelled(), ReplyKeyboardRemove())
    if message.contact:
        return await _contact(message, turn, row)
    if sent := files(message):
        if (sent[0]["size"] or 0) > MOST_BYTES:
            return say(message, file_too_large(), keyboards.cancel())
        paper = {key: sent[0][key] for key in ("id", "unique_id")}
        return await _proven(message, turn, {"kind": "paper", "file": paper, "album": message.media_group_id})
    if message.document:
        return say(message, picture_refused("wrong_type"), keyboards.cancel())
    seen = dropped(message)
    others = [one for one in seen.identifiers if one.kind != Kind.short_code]
    if seen.bare and others:  # another number, not a reference
        return await _which(message, turn, others)
    reading = seen.reading
    reference = " ".join(reading.text.split())
    if not 3 <= len(reference) <= LONGEST_REFERENCE:
        raise Refusal(No.too_long if len(reference) > LONGEST_REFERENCE else No.too_short)
    answer = await _proven(message, turn, {"kind": "reference", "reference": reference}, warning(reading.redacted))
    return [*delete_secrets(message, reading), *answer]


async def _asked(turn: Turn) -> Row:
    row = await turn.session.get(Row, (await turn.state.get_data()).get("identifier", 0))
    if row is None:
        raise Refusal(No.gone)
    return row


async def _contact(message: Message, turn: Turn, row: Row) -> Answer:
    """Only the person's own contact proves, and only for the very number."""
    assert message.contact
    if message.from_user is None or message.contact.user_id != message.from_user.id or message.forward_origin:
        return say(message, texts.not_own_contact(), keyboards.share_contact())
    if "+" + message.contact.phone_number.lstrip("+") != row.value:
        return say(message, texts.other_number(row), keyboards.share_contact())
    return await _proven(message, turn, {"kind": "contact"})


async def _proven(message: Message, turn: Turn, shown: dict[str, Any], warned: Sequence[str] = ()) -> Answer:
    await turn.state.update_data(proof=shown)
    await turn.state.set_state(Asked.words)
    return say(message, lines(texts.ask_words(), *warned), keyboards.words())


async def one_paper(message: Message, turn: Turn) -> Answer:
    """One file is taken; the others of its album need no answer of their own."""
    shown = (await turn.state.get_data())["proof"]
    if message.media_group_id and message.media_group_id == shown.get("album"):
        return []
    return say(message, texts.one_is_enough(), keyboards.words())


async def words(message: Message, turn: Turn) -> Answer:
    """Why it is a mistake, without codes and card numbers."""
    reading = read(message.text or message.caption or "")
    if len(reading.text) > MOST_WORDS:
        raise Refusal(No.too_long)
    text = await _open(turn, reading.text or None)
    answer = say(message, lines(text, *warning(reading.redacted)), ReplyKeyboardRemove())
    return [*delete_secrets(message, reading), *answer]


async def skip(callback: CallbackQuery, turn: Turn) -> Answer:
    if await turn.state.get_state() != Asked.words.state:
        raise Refusal(No.gone)
    return add(callback, await _open(turn, None), ReplyKeyboardRemove())


async def _open(turn: Turn, why: str | None) -> str:
    row, shown = await _asked(turn), (await turn.state.get_data())["proof"]
    proof = Proof(shown["kind"], shown.get("reference"), shown.get("file"))
    appeal = await appeals.begin(
        turn.session, person=turn.person, identifier=row, proof=proof, words=why,
        keys=turn.keys, threshold=turn.rules.threshold, now=turn.now,
    )  # fmt: skip
    await turn.state.clear()
    return texts.opened(appeal, row)


async def cancel(callback: CallbackQuery, turn: Turn) -> Answer:
    at = await turn.state.get_state() or ""
    if not at.startswith(Asked.__name__):
        return notify(callback, texts.cancelled())
    await turn.state.clear()
    if at == Asked.which.state:
        return show(callback, texts.cancelled())
    return add(callback, texts.cancelled(), ReplyKeyboardRemove())


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(begin, Command("appeal"))
    command = F.text.startswith("/")
    router.message.register(which, Asked.which, ~command, F.text | F.caption | F.contact)
    router.message.register(proof, Asked.proof, ~command, F.text | F.contact | F.photo | F.document)
    router.message.register(one_paper, Asked.words, F.photo | F.document)
    router.callback_query.register(begin_from_check, Appeal.filter(F.step == "begin"))
    router.callback_query.register(skip, Appeal.filter(F.step == "skip"))
    router.callback_query.register(cancel, Appeal.filter(F.step == "cancel"))
    return router


def answer_routes() -> Router:
    """The owner's words, behind what is plainly a new thing to check."""
    router = Router(name=f"{__name__}.answers")
    router.message.register(words, Asked.words, ~F.text.startswith("/"), F.text)
    return router
