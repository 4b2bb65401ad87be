"""Which topic of the desk group a card goes to. Topics are opened when the first card needs them."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from core import outbox
from core.reference import city_of
from storage import settings
from storage import topics as rows
from storage.tables import Case, Topic

WAYS = ("scheme", "city", "none")
SETTING = "desk_topics"
OPENING = timedelta(minutes=1)  # who begins to open a topic and dies leaves it to the next after this
NO_CITY, OTHER_CITY = "city:", "city:other"


async def choose(session: AsyncSession, *, way: str, now: datetime) -> None:
    """How cards are sorted from now on; those that stand stay where they are."""
    await settings.put(session, SETTING, {"by": way, "since": now.isoformat()})


async def chosen(session: AsyncSession) -> str:
    return str((await settings.get(session, SETTING, {})).get("by", "none"))


async def key_of(session: AsyncSession, case: Case) -> str | None:
    """`scheme:BANK_CALL`, `city:almaty`; None where cards are not sorted. People's spellings open no topics."""
    way = await chosen(session)
    if way == "scheme" and case.scheme:
        return f"scheme:{case.scheme}"
    if way != "city":
        return None
    named = await rows.first_city(session, case.id)
    if named is None:
        return NO_CITY
    known = city_of(named)
    return f"city:{known.id}" if known else OTHER_CITY


async def claim(session: AsyncSession, *, chat: int, key: str, now: datetime) -> tuple[int | None, bool]:
    """The topic's id where it is open; else None, and whether it is on the caller to open it."""
    fresh = Topic(chat_id=chat, key=key, begun_at=now)
    if await rows.begin(session, fresh):
        return None, True
    known = await rows.lock(session, chat, key)
    if known is None or known.thread_id:
        return (known.thread_id, False) if known else (None, False)
    abandoned = known.begun_at + OPENING <= now
    if abandoned:
        known.begun_at = now
        session.add(known)
    return None, abandoned


async def opened(session: AsyncSession, *, chat: int, key: str, thread: int) -> None:
    if known := await rows.lock(session, chat, key):
        known.thread_id = thread
        session.add(known)


async def refused(session: AsyncSession, *, chat: int, key: str, now: datetime) -> None:
    """Telegram lets the bot open no topic: the card goes to General, and desk and administrators hear it once."""
    await rows.forget(session, chat, key=key)
    since = (await settings.get(session, SETTING, {})).get("since", "")
    await outbox.put(session, "topics_refused", {}, key=f"topics_refused:{chat}:{since}", now=now)
    await outbox.alarm(session, "the bot may not open topics in the desk group", key=f"topics:{chat}:{since}", now=now)


async def gone(session: AsyncSession, *, chat: int, thread: int) -> None:
    """Somebody deleted the topic: the next card opens a new one."""
    await rows.forget(session, chat, thread_id=thread)
