"""About to pay: one answer for a whole deal, and three questions under a clean verdict."""

from collections.abc import Sequence
from datetime import datetime

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup
from markupsafe import Markup

from core import deals
from core.checks import Found
from core.deals import Advice, Outlook, Question
from core.refusal import No, Refusal
from core.verdicts import Verdict
from handlers.check.keyboards import Back, Id, Report, button
from handlers.check.texts import named, worst
from handlers.language import day, full_date, lines, t, tn
from handlers.say import Answer, show
from handlers.turn import Turn, own_check

YES, NO = "y", "n"


class Pay(CallbackData, prefix="pay"):
    check: Id
    answers: str = ""  # one letter for each question answered: y or n


def deal(
    found: Sequence[Found], verdicts: Sequence[Verdict], together: tuple[int, datetime | None], now: datetime
) -> Markup:
    """What it all means for somebody about to pay."""
    people, last = together
    return lines(
        outlook(found, verdicts, people),
        tn("{count} person told about two of these together, the latest {last}.",
           "{count} people told about two of these together, the latest {last}.", people, last=day(last, now))
        if people and last
        else t("Nobody told about these together so far."),
        "",
        t("<b>Ask before you pay:</b>"),
        *(Markup("{}. {}").format(place, question(one)) for place, one in enumerate(deals.questions(found), 1)),
        t("If they refuse, do not pay."),
    )  # fmt: skip


def outlook(found: Sequence[Found], verdicts: Sequence[Verdict], people: int) -> Markup:
    bad = found[list(verdicts).index(worst(verdicts))]
    return {
        Outlook.stop: t("🔴 <b>Do not pay.</b> {what} is marked.", what=named(bad)),
        Outlook.doubt: t("🟡 <b>Better not pay yet.</b> There are reports."),
        Outlook.unknown: tn("▫️ Nothing is known about any of the {count}. That is no guarantee.",
                            "▫️ Nothing is known about any of the {count}. That is no guarantee.", len(found)),
    }[deals.outlook(verdicts, people)]  # fmt: skip


def question(one: Question) -> Markup:
    return {
        Question.see_it: t("May I see it, or get a video of it with today’s date?"),
        Question.safe_deal: t("May I pay on delivery or through the site’s own safe deal?"),
        Question.whose_account: t("Whose name is on the card or account? Is it the seller’s own?"),
        Question.why_elsewhere: t("Why do you want to talk or be paid outside the site?"),
    }[one]


def asked(place: int) -> Markup:
    return (
        t("Did they call or write to you first?"),
        t("Do they hurry you?"),
        t("Did they ask for a code or to install an app?"),
    )[place]


async def pay(callback: CallbackQuery, callback_data: Pay, turn: Turn) -> Answer:
    """The next question, or after the third the advice."""
    check, given = await own_check(turn, callback_data.check), callback_data.answers
    if len(given) > deals.QUESTIONS or set(given) - {YES, NO}:
        raise Refusal(No.gone)
    if len(given) == deals.QUESTIONS:
        return show(callback, advice(given, turn.now), _after(check.id))
    place = len(given)
    text = lines(t("Before you pay: {place} of 3", place=place + 1), "", Markup("<b>{}</b>").format(asked(place)))
    return show(callback, text, _question(check.id, given))


def advice(given: str, now: datetime) -> Markup:
    called, hurried, code = (answer == YES for answer in given)
    match deals.advice(called_first=called, hurried=hurried, asked_for_code=code):
        case Advice.stop:
            return lines(
                t("🔴 <b>Stop here.</b> Nobody honest asks for a code or an app."),
                t("Hang up. Tell no code. If you told one or installed an app, call your bank now."),
            )
        case Advice.wait:
            return lines(
                t("🟡 <b>Wait two days, until {date}.</b>", date=full_date(deals.wait_until(now).date())),
                t("Who is honest will wait. Call back by a number you find yourself, and tell somebody close."),
            )
        case Advice.careful:
            return lines(
                t("▫️ Nothing here speaks for fraud. That is no guarantee."),
                t("Pay on delivery or by the site’s safe deal, and check the name before you confirm."),
            )


def _question(check_id: int, given: str) -> InlineKeyboardMarkup:
    back = Pay(check=check_id, answers=given[:-1]) if given else Back(check=check_id)
    answers = [
        button(t("Yes"), Pay(check=check_id, answers=given + YES)),
        button(t("No"), Pay(check=check_id, answers=given + NO)),
    ]
    return InlineKeyboardMarkup(inline_keyboard=[answers, [button(t("Back"), back)]])


def _after(check_id: int) -> InlineKeyboardMarkup:
    rows = [[button(t("Report"), Report(check=check_id), "danger")], [button(t("Back"), Back(check=check_id))]]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def button_row(check_id: int) -> list[InlineKeyboardButton]:
    return [button(t("Before you pay"), Pay(check=check_id))]


def routes() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(pay, Pay.filter())
    return router
