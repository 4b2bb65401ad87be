"""`/queue`: what nobody has taken, most urgent first; several can be rejected at once for one reason."""

from collections.abc import Sequence
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases
from core.cases import Officer
from core.desk import Action, allow
from core.reference import scheme
from core.refusal import No, Refusal
from core.reports import Rules
from handlers.check.keyboards import Id, Rows, button
from handlers.desk import texts
from handlers.desk.flow import officer_of
from handlers.desk.texts import REASONS
from handlers.language import lines, locale, moment, money, t, tn
from handlers.say import Answer, say, show
from storage import cases as stored
from storage.tables import Case

PAGE = 5


class Page(CallbackData, prefix="queue"):
    verb: str  # page, mark, reject, do
    page: Id
    marked: str = ""  # ids of the marked cases, joined by dots
    choice: str = ""


def marked_in(data: Page) -> list[int]:
    """Raises `Refusal`: gone, for what no button of ours says."""
    parts = data.marked.split(".") if data.marked else []
    if len(parts) > PAGE or not all(part.isdecimal() and len(part) < 10 for part in parts):
        raise Refusal(No.gone)
    return [int(part) for part in parts]


async def queue(message: Message, session: AsyncSession, now: datetime) -> Answer:
    await allow(session, officer_of(message), Action.queue, now=now)
    text, keyboard = await _page(session, 0, [], now)
    return say(message, text, keyboard)


async def page(callback: CallbackQuery, callback_data: Page, session: AsyncSession, now: datetime) -> Answer:
    """Turns the page, or marks a case on it."""
    await allow(session, officer_of(callback), Action.queue, now=now)
    marked = marked_in(callback_data)
    text, keyboard = await _page(session, callback_data.page, marked, now)
    return show(callback, text, keyboard)


async def ask_reason(callback: CallbackQuery, callback_data: Page) -> Answer:
    return show(callback, texts.why_reject(len(marked_in(callback_data))), _reasons(callback_data))


async def reject(
    callback: CallbackQuery, callback_data: Page, session: AsyncSession, rules: Rules, now: datetime
) -> Answer:
    """Rejects and closes the marked cases that still wait; one that was taken meanwhile is left alone."""
    if callback_data.choice not in REASONS["reject"]:
        raise Refusal(No.gone)
    officer = officer_of(callback)
    done = 0
    for case in await stored.lock(session, marked_in(callback_data)):
        await allow(session, officer, Action.reject, subject=f"case:{case.id}", now=now)
        if case.status == "open":
            await _reject(session, case, callback_data.choice, officer, rules, now)
            done += 1
    text, keyboard = await _page(session, callback_data.page, [], now)
    return show(callback, text, keyboard, notice=texts.rejected_together(done))


async def _reject(
    session: AsyncSession, case: Case, reason: str, officer: Officer, rules: Rules, now: datetime
) -> None:
    for identifier in await stored.all_identifiers(session, case.id):
        await cases.decide(
            session, case=case, identifier=identifier, result="rejected", reason=reason, officer=officer,
            threshold=rules.threshold, now=now,
        )  # fmt: skip
    await cases.close(session, case=case, outcome="no_grounds", officer=officer, now=now)


async def _page(
    session: AsyncSession, number: int, marked: Sequence[int], now: datetime
) -> tuple[Markup, InlineKeyboardMarkup | None]:
    total = await stored.count_untaken(session)
    number = max(min(number, (total - 1) // PAGE), 0)
    listed = await stored.untaken(session, now, offset=number * PAGE, limit=PAGE)
    marked = [one.id for one in listed if one.id in marked]
    text = lines(texts.waiting(total), "", *(_line(one, now) for one in listed))
    return text, _keyboard(listed, number, total, marked) if listed else None


def _line(case: Case, now: datetime) -> Markup:
    running = "⚡ " if case.running_until and case.running_until > now else ""
    return lines(
        Markup("{}<b>{}</b> · {}").format(
            running, texts.linked(case), scheme(case.scheme).short[locale()] if case.scheme else ""
        ),
        Markup("   {}{} · {}").format(
            tn("{count} report", "{count} reports", case.reports),
            Markup(" · {}").format(money(case.loss_minor, "KZT")) if case.loss_minor else "",
            moment(case.last_at or case.created_at),
        ),
    )


def _keyboard(listed: Sequence[Case], number: int, total: int, marked: Sequence[int]) -> InlineKeyboardMarkup:
    def data(verb: str, page_number: int, ids: Sequence[int]) -> Page:
        return Page(verb=verb, page=page_number, marked=".".join(map(str, ids)))

    rows: Rows = [
        [
            button(
                f"{'☑️' if one.id in marked else '▫️'} {cases.number(one)}",
                data("page", number, sorted(set(marked) ^ {one.id})),
            )
            for one in listed
        ]
    ]
    if marked:
        rows.append([button(t("Reject the marked"), data("reject", number, marked), "danger")])
    turns = [button("‹", data("page", number - 1, []))] if number else []
    turns += [button("›", data("page", number + 1, []))] if (number + 1) * PAGE < total else []
    return InlineKeyboardMarkup(inline_keyboard=[*rows, turns] if turns else rows)


def _reasons(data: Page) -> InlineKeyboardMarkup:
    rows: Rows = [
        [button(texts.reason(code), Page(verb="do", page=data.page, marked=data.marked, choice=code))]
        for code in REASONS["reject"]
    ]
    back = Page(verb="page", page=data.page, marked=data.marked)
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [button(t("Back"), back)]])


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(queue, Command("queue"))
    router.callback_query.register(ask_reason, Page.filter(F.verb == "reject"))
    router.callback_query.register(reject, Page.filter(F.verb == "do"))
    router.callback_query.register(page, Page.filter())
    return router
