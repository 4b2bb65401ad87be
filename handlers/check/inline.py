"""`@bot 8 701 123 45 67` in any chat: the verdict as a card to post, for the writer alone until they post it."""

from dataclasses import replace

from aiogram import Router
from aiogram.methods import AnswerInlineQuery
from aiogram.types import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InlineQueryResultUnion,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from markupsafe import Markup

from core import checks, limits
from core.checks import Found
from core.identifiers import Doubt, read
from core.refusal import Refusal
from core.verdicts import Verdict
from handlers import refusals
from handlers.check import texts
from handlers.language import t
from handlers.say import Answer
from handlers.turn import Turn

SECONDS = 10  # Telegram keeps a personal answer that long
MOST = 5
SAID = frozenset({Doubt.lookalike, Doubt.unassigned_range})  # doubts about the thing itself, not about the writer
START = "inline"


async def answer(query: InlineQuery, turn: Turn) -> Answer:
    """Nothing is kept: a query is looked up and forgotten."""
    reading = read(query.query)
    found = [_plain(checks.found(one, turn.keys)) for one in reading.identifiers if Doubt.own not in one.doubts][:MOST]
    try:
        await limits.spend_check(turn.session, turn.person, found, now=turn.now)
    except Refusal as refusal:
        return [_nothing(query, refusals.text(refusal.kind, refusal.until))]
    known = await checks.verdicts(turn.session, found, threshold=turn.rules.threshold, now=turn.now)
    results: list[InlineQueryResultUnion] = [
        _result(place, one, verdict, turn) for place, (one, verdict) in enumerate(zip(found, known, strict=True))
    ]
    if not results:
        return [_nothing(query, _hint(query.query))]
    return [AnswerInlineQuery(inline_query_id=query.id, results=results, cache_time=SECONDS, is_personal=True)]


def _nothing(query: InlineQuery, why: Markup) -> AnswerInlineQuery:
    """No result, and a button that says why and opens the bot; Telegram shows 64 letters of it."""
    button = InlineQueryResultsButton(text=why.unescape()[:64], start_parameter=START)
    return AnswerInlineQuery(inline_query_id=query.id, results=[], cache_time=SECONDS, is_personal=True, button=button)


def _plain(one: Found) -> Found:
    return replace(
        one, doubts=tuple(doubt for doubt in one.doubts if Doubt(doubt) in SAID | {Doubt.official}), sealed=None
    )


def _hint(query: str) -> Markup:
    if query.strip():
        return t("I see no number, card or link yet")
    return t("Type a number, card or link")


def _result(place: int, one: Found, verdict: Verdict, turn: Turn) -> InlineQueryResultArticle:
    text = texts.answer([one], [verdict], now=turn.now)
    first = texts.known(verdict, turn.now, one)[0]
    return InlineQueryResultArticle(
        id=str(place),
        title=f"{texts.MARKS[verdict.level]} {one.display}",
        description=first.striptags() if isinstance(first, Markup) else str(first),
        input_message_content=InputTextMessageContent(
            message_text=text, parse_mode="HTML", link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
    )


def routes() -> Router:
    router = Router(name=__name__)
    router.inline_query.register(answer)
    return router
