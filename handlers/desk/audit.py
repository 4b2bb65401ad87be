"""`/audit`: who did what, for seniors. All of it, or what one officer did, or what was done to one case."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from core.cases import FIRST_NUMBER, number
from core.desk import Action, allow
from core.refusal import No, Refusal
from handlers.check.keyboards import Id, button
from handlers.check.texts import named
from handlers.desk import texts
from handlers.desk.flow import officer_of
from handlers.language import lines, moment, t
from handlers.say import Answer, say, show
from storage import audit, desk
from storage.tables import Audit

PAGE = 12
SHOWN = 3  # of what one entry is about


class Log(CallbackData, prefix="audit"):
    before: Id  # the oldest entry that was shown; 0: from the newest
    about: str = ""  # as in `subject_of`


async def log(message: Message, command: CommandObject, session: AsyncSession, now: datetime) -> Answer:
    """`/audit`, `/audit C-1042`, `/audit Ерлан` or an officer's Telegram id."""
    await allow(session, officer_of(message), Action.audit, now=now)
    return say(message, *await _page(session, await _about(session, (command.args or "").strip()), 0))


async def turn(callback: CallbackQuery, callback_data: Log, session: AsyncSession, now: datetime) -> Answer:
    await allow(session, officer_of(callback), Action.audit, now=now)
    return show(callback, *await _page(session, callback_data.about, callback_data.before))


async def _about(session: AsyncSession, typed: str) -> str:
    """What a button says of it. Raises `Refusal`: no_such_officer."""
    if not typed:
        return ""
    if case := re.fullmatch(r"[CcСс]\s?-?\s?(\d{4,9})", typed):
        return f"c{int(case[1]) - FIRST_NUMBER}"
    member = await desk.called(session, typed)
    if member is None:
        raise Refusal(No.no_such_officer)
    return f"o{member.telegram_id}"


def subject_of(about: str) -> tuple[str | None, str | None]:
    """(actor, subject) of the entries: `o<Telegram id>`, `c<case>`. Raises `Refusal`: gone."""
    if not about:
        return None, None
    if not re.fullmatch(r"[oc]\d{1,16}", about):
        raise Refusal(No.gone)
    return (f"officer:{about[1:]}", None) if about[0] == "o" else (None, f"case:{about[1:]}")


async def _page(session: AsyncSession, about: str, before: int) -> tuple[Markup, InlineKeyboardMarkup | None]:
    actor, subject = subject_of(about)
    found = await audit.newest(session, actor=actor, subject=subject, before=before, limit=PAGE + 1)
    turns = [button("«", Log(before=0, about=about))] if before else []
    turns += [button("›", Log(before=found[PAGE - 1].id, about=about))] if len(found) > PAGE else []
    keyboard = InlineKeyboardMarkup(inline_keyboard=[turns]) if turns else None
    if not found:
        return t("Nothing is noted."), keyboard
    things = await _things(session, found[:PAGE])
    return lines(t("<b>Who did what</b>"), *(_entry(one, things) for one in found[:PAGE])), keyboard


def _entry(row: Audit, things: Mapping[str, Markup | str]) -> Markup:
    keys = [*dict.fromkeys(_keys(row))]
    shown = [things.get(key, key.partition(":")[2]) for key in keys[:SHOWN]] + ["…"] * (len(keys) > SHOWN)
    about = Markup(": {}").format(Markup(", ").join(shown)) if shown else ""
    return Markup("{} <b>{}</b> · {}{}").format(moment(row.at), row.actor_name or row.actor, done(row.action), about)


def _keys(row: Audit) -> list[str]:
    """What an entry is about: its subject, and the ids in its data."""
    data, several = row.data, ("identifier", "case", "report")
    keys = [row.subject] if row.subject else []
    keys += [f"{kind}:{data[kind]}" for kind in several if data.get(kind)]
    keys += [f"{kind}:{one}" for kind in several for one in data.get(f"{kind}s", ())]
    return keys + ([f"case:{data['other']}"] if data.get("other") else [])


async def _things(session: AsyncSession, found: Sequence[Audit]) -> dict[str, Markup | str]:
    """How each is shown: cases as links to their cards, identifiers and officers by name."""
    ids: dict[str, set[int]] = {}
    for kind, _, value in (key.partition(":") for row in found for key in _keys(row)):
        if value.isdecimal():
            ids.setdefault(kind, set()).add(int(value))
    shown: dict[str, Markup | str] = {f"case:{one}": number(one) for one in ids.get("case", ())}
    shown |= {f"case:{one.id}": texts.linked(one) for one in await audit.cases(session, ids.get("case", ()))}
    identifiers = await audit.identifiers(session, ids.get("identifier", ()))
    shown |= {f"identifier:{one.id}": named(one) for one in identifiers}
    members = await desk.all_of(session, ids.get("officer", ()))
    return shown | {f"officer:{one.telegram_id}": one.name for one in members}


def done(action: str) -> Markup:
    texts = {
        "take": t("taking the case"),
        "assign": t("handing it over"),
        "give_back": t("returning the case"),
        "confirm": t("confirming"),
        "reject": t("rejecting"),
        "block": t("asking for a block"),
        "ask": t("a question to the reporter"),
        "kui": t("the number of a statement"),
        "erdr": t("the number of a criminal case"),
        "publish": t("publishing"),
        "merge": t("joining cases"),
        "split": t("parting cases"),
        "undo": t("undoing the last step"),
        "close": t("closing"),
        "appeal": t("deciding an appeal"),
        "queue": t("looking through the queue"),
        "find": t("searching"),
        "digest": t("looking at the digest"),
        "stats": t("looking at the figures"),
        "export": t("taking data out"),
        "roles": t("roles"),
        "topics": t("where cards go"),
        "audit": t("reading the log"),
        "import": t("loading a list"),
    }
    return texts.get(action) or Markup("{}").format(action)


def routes() -> Router:
    router = Router(name=__name__)
    router.message.register(log, Command("audit"))
    router.callback_query.register(turn, Log.filter())
    return router
