"""The reporter answers a question of the desk: by the button, by replying to it, or simply by writing."""

from aiogram import F, Router
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from sqlmodel.ext.asyncio.session import AsyncSession

from core import questions, reports
from core.refusal import No, Refusal
from handlers.asking import keyboards, texts
from handlers.asking.keyboards import Asked, Line
from handlers.check.reading import MOST_BYTES, delete_secrets, dropped, files
from handlers.check.texts import picture_refused, warning
from handlers.language import lines
from handlers.report.texts import file_too_large
from handlers.say import Answer, add, say, show
from handlers.turn import Turn
from storage.tables import Person, Question, Report

NOT_PASSED_ON = F.voice | F.video | F.video_note | F.audio | F.animation | F.sticker | F.location | F.poll
PASSED_ON = F.text | F.photo | F.document


class Answering(StatesGroup):
    """The data names the question; `offered` also holds the words, until the reporter says that they are the answer."""

    words = State()
    offered = State()


async def tapped(callback: CallbackQuery, callback_data: Asked, turn: Turn) -> Answer:
    verbs = {"show": _show, "answer": _begin, "decline": _decline, "close": _close, "done": _done, "this": _this,
             "other": _other}  # fmt: skip
    if callback_data.verb not in verbs:
        raise Refusal(No.gone)
    asked, report = await questions.of(turn.session, person=turn.person, question_id=callback_data.question)
    return await verbs[callback_data.verb](callback, turn, asked, report)


async def _show(callback: CallbackQuery, turn: Turn, asked: Question, report: Report) -> Answer:
    questions.open_line(asked)
    return show(callback, texts.question(asked, report), keyboards.question(asked))


async def _begin(callback: CallbackQuery, turn: Turn, asked: Question, report: Report) -> Answer:
    questions.open_line(asked)
    await _await(turn, asked)
    return add(callback, texts.ask_answer(asked, report), keyboards.answering())


async def _await(turn: Turn, asked: Question) -> None:
    await turn.state.set_state(Answering.words)
    await turn.state.set_data({"question": asked.id})


async def _decline(callback: CallbackQuery, turn: Turn, asked: Question, report: Report) -> Answer:
    await questions.decline(turn.session, question=asked, report=report, now=turn.now)
    await _end(turn)
    return show(callback, lines(texts.question(asked, report), "", texts.declined()))


async def _close(callback: CallbackQuery, turn: Turn, asked: Question, report: Report) -> Answer:
    await questions.close_line(turn.session, report=report, now=turn.now)
    await _end(turn)
    reopen = InlineKeyboardMarkup(inline_keyboard=keyboards.reopen(report))
    return show(callback, lines(texts.question(asked, report), "", texts.line_closed()), reopen)


async def _done(callback: CallbackQuery, turn: Turn, asked: Question, report: Report) -> Answer:
    await _end(turn)
    return show(callback, texts.done())


async def _end(turn: Turn) -> None:
    """Ends the answer, and no question of another kind."""
    if (await turn.state.get_state() or "").startswith(Answering.__name__):
        await turn.state.clear()


async def reopen(callback: CallbackQuery, callback_data: Line, turn: Turn) -> Answer:
    report = await reports.of(turn.session, person=turn.person, report_id=callback_data.report)
    await questions.reopen_line(turn.session, report=report, now=turn.now)
    return show(callback, texts.line_opened())


async def answer(message: Message, turn: Turn) -> Answer:
    """One message of the answer: to the question it replies to, else to the one that is open."""
    question_id = await _replied_to(message, turn.session, turn.person)
    question_id = question_id or (await turn.state.get_data()).get("question", 0)
    asked, report = await questions.of(turn.session, person=turn.person, question_id=question_id)
    sent = files(message)
    if message.document and not sent:
        return say(message, picture_refused("wrong_type"))
    if sent and (sent[0]["size"] or 0) > MOST_BYTES:
        return say(message, file_too_large())
    reading = dropped(message).reading
    first = await questions.answer(
        turn.session, question=asked, report=report, words=reading.text.strip()[: reports.MOST_STORY] or None,
        file=sent[0] if sent else None, album=message.media_group_id, now=turn.now,
    )  # fmt: skip
    await _await(turn, asked)
    told = say(message, lines(texts.passed_on(), *warning(reading.redacted)), keyboards.done(asked))
    return [*delete_secrets(message, reading), *(told if first else ())]


async def _replied_to(message: Message, session: AsyncSession, person: Person) -> int:
    shown = message.reply_to_message
    if shown is None or shown.from_user is None or not shown.from_user.is_bot:
        return 0
    return await questions.quoted(session, person, shown.text or "")


async def replies(message: Message, session: AsyncSession, person: Person) -> bool:
    """Whether a message replies to a question, however long ago that came."""
    return await _replied_to(message, session, person) > 0


async def not_passed_on(message: Message) -> Answer:
    return say(message, texts.only_words())


async def could_answer(message: Message, session: AsyncSession, person: Person, raw_state: str | None) -> bool:
    """Whether plain words come while a question waits and nothing else is open."""
    if raw_state or not message.text or message.text.startswith("/") or message.forward_origin:
        return False
    seen = dropped(message)
    return not seen.identifiers and not seen.reading.refused and bool(await questions.waiting(session, person))


async def offer(message: Message, turn: Turn) -> Answer:
    """Asks whether the words are the answer: nothing goes to the police by accident."""
    asked, report = (await questions.waiting(turn.session, turn.person))[0]
    reading = dropped(message).reading
    await turn.state.set_state(Answering.offered)
    await turn.state.set_data({"question": asked.id, "words": reading.text.strip()[: reports.MOST_STORY]})
    text = lines(texts.is_this_the_answer(asked, report), *warning(reading.redacted))
    return [*delete_secrets(message, reading), *say(message, text, keyboards.offered(asked), quote=True)]


async def _this(callback: CallbackQuery, turn: Turn, asked: Question, report: Report) -> Answer:
    data = await turn.state.get_data()
    if await turn.state.get_state() != Answering.offered.state or data.get("question") != asked.id:
        raise Refusal(No.gone)
    await questions.answer(
        turn.session, question=asked, report=report, words=data["words"], file=None, album=None, now=turn.now
    )
    await _await(turn, asked)
    return show(callback, texts.passed_on(), keyboards.done(asked))


async def _other(callback: CallbackQuery, turn: Turn, asked: Question, report: Report) -> Answer:
    await _end(turn)
    return show(callback, texts.not_passed_on())


def routes() -> Router:
    """Before what is plainly something to check: what replies to a question is an answer, a bare number too."""
    router = Router(name=__name__)
    router.callback_query.register(tapped, Asked.filter())
    router.callback_query.register(reopen, Line.filter())
    command = F.text.startswith("/")
    router.message.register(answer, ~command, PASSED_ON, F.reply_to_message, replies)
    router.message.register(not_passed_on, NOT_PASSED_ON, F.reply_to_message, replies)
    router.message.register(answer, Answering.words, F.photo | F.document)
    router.message.register(not_passed_on, Answering.words, NOT_PASSED_ON)
    return router


def answer_routes() -> Router:
    """Words for the open question, behind what is plainly a new thing to check."""
    router = Router(name=f"{__name__}.answers")
    router.message.register(answer, Answering.words, ~F.text.startswith("/"), F.text)
    router.message.register(offer, could_answer)
    return router
