"""Who writes to us: a Telegram account and a language."""

import re
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core.keys import Keys
from storage import people as rows
from storage.tables import Person

LANGUAGES = ("ru", "kk")
KAZAKH_LETTERS = re.compile("[әғқңөұүһі]", re.IGNORECASE)


def newcomer(telegram_id: int, language_code: str | None, now: datetime) -> Person:
    """Begins in Kazakh when Telegram says `kk`, in Russian otherwise."""
    return Person(telegram_id=telegram_id, language="kk" if language_code == "kk" else "ru", created_at=now)


async def meet(
    session: AsyncSession, telegram_id: int, language_code: str | None, *, keys: Keys, now: datetime
) -> Person:
    """The row of this account, made if there is none. Who was forgotten today finds the limits where they stood."""
    person = await rows.obtain(session, newcomer(telegram_id, language_code, now))
    if person.created_at == now:
        await rows.use_again(session, person, forgotten_key(keys, telegram_id))
    return person


def forgotten_key(keys: Keys, telegram_id: int) -> str:
    return keys.digest("forgotten", telegram_id)


def writes_kazakh(text: str) -> bool:
    """Whether a text has the letters that Russian lacks; one alone may be a slip of the keyboard."""
    return len(KAZAKH_LETTERS.findall(text)) > 1


async def choose_language(session: AsyncSession, person: Person, language: str) -> None:
    """From now on letters do not switch it."""
    if language in LANGUAGES:
        person.language, person.language_chosen = language, True
        session.add(person)


def pseudonym(keys: Keys, person: Person, kind: str, value: str) -> str:
    """One person stays one per identifier, also after the person's row is gone."""
    return keys.digest("pseudonym", person.telegram_id, kind, value)
