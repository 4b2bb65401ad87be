"""Answers to pictures and albums: read in the background, shown for confirmation before anything counts."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramBadRequest
from aiogram.utils.i18n import I18n
from sqlmodel.ext.asyncio.session import AsyncSession

from core import checks, evidence
from core.evidence import Files
from core.identifiers import Doubt, Reading, read
from core.keys import Keys
from core.outbox import Hopeless, Later
from core.pictures import Busy, Pool, Unreadable
from core.pictures import Read as Picture
from core.reports import Rules
from handlers.check import texts
from handlers.check.flow import answer_to
from handlers.check.reading import DELETED
from handlers.language import lines
from storage.engine import Database
from storage.tables import Check, Evidence, Outbox, Person

BUSY = timedelta(seconds=5)


@dataclass(slots=True)
class Seen:
    """What the pictures of one check gave."""

    readings: list[Reading]
    redacted: Sequence[str] = ()  # from the words beside the pictures
    secret: list[int] = field(default_factory=list)  # messages whose picture shows a code, a CVV or the own card
    refused: str | None = None
    ocr: bool = True


async def answer(
    row: Outbox, *, bot: Bot, db: Database, i18n: I18n, keys: Keys, pool: Pool | None, rules: Rules, now: datetime
) -> None:
    """Reads the files of a check that has no words, then answers it."""
    async with db.read() as session:
        check = await session.get(Check, row.payload["check"])
        person = await session.get(Person, check.person_id) if check else None
    if check is None or person is None:
        return
    seen = Seen([])
    if not check.found and check.files:
        await bot.send_chat_action(row.payload["chat"], ChatAction.TYPING)
        seen = await _look(bot, check.files, pool)
    seen.redacted = row.payload.get("redacted", ())
    async with db.begin() as session:
        check = await session.get_one(Check, row.payload["check"])
        _note(check, seen.readings, keys)
        session.add(check)
        with i18n.context(), i18n.use_locale(person.language):
            text, keyboard = await _text(session, check, seen, rules, now)
    await bot.send_message(row.payload["chat"], text, reply_markup=keyboard)
    for message in seen.secret:
        with suppress(TelegramBadRequest):  # Telegram does not let a bot delete everything
            await bot.delete_message(row.payload["chat"], message)


def _note(check: Check, readings: list[Reading], keys: Keys) -> None:
    for reading in readings:
        doubtful = [replace(one, doubts=one.doubts | {Doubt.recognised}) for one in reading.identifiers]
        checks.merge(check, [checks.found(one, keys) for one in doubtful])
        check.seen_text = f"{check.seen_text}\n{reading.text}".strip()[: checks.MOST_TEXT]


async def _text(session: AsyncSession, check: Check, seen: Seen, rules: Rules, now: datetime) -> tuple[str, Any]:
    redacted = tuple(dict.fromkeys([*seen.redacted, *(name for one in seen.readings for name in one.redacted)]))
    if not check.found:
        return lines(_nothing(seen), *texts.warning(redacted)), None
    recognised = any(Doubt.recognised in one.doubts for one in checks.items(check))
    return await answer_to(session, check, rules, now, redacted=redacted, read=recognised)


def _nothing(seen: Seen) -> str:
    if seen.refused:
        return texts.picture_refused(seen.refused)
    return texts.nothing_in_picture() if seen.ocr else texts.cannot_read_pictures()


async def _look(bot: Bot, files: list[dict[str, Any]], pool: Pool | None) -> Seen:
    seen = Seen([], ocr=False)
    for file in files if pool else ():
        try:
            picture = await examine(bot, file["id"], pool)
        except Unreadable as no:
            seen.refused = no.reason.value
            continue
        except TelegramBadRequest as error:
            seen.refused = _refused(error)
            continue
        seen.ocr = seen.ocr or picture.ocr
        reading = read("\n".join((picture.text, *picture.codes)))
        redacted = tuple(sorted({*reading.redacted, *picture.redacted}))
        seen.readings.append(replace(reading, redacted=redacted))
        if DELETED & set(redacted):
            seen.secret.append(file["message"])
    return seen


async def examine(bot: Bot, file_id: str, pool: Pool | None) -> Picture:
    """Raises Unreadable; Later where all workers are busy; Hopeless where pictures cannot be opened on this machine."""
    if pool is None:
        raise Hopeless("the extra ocr is not installed")
    content = await download(bot, file_id)
    try:
        return await pool.examine(content)
    except Busy:
        raise Later(BUSY) from None


async def download(bot: Bot, file_id: str) -> bytes:
    """The bytes of a Telegram file. Raises TelegramBadRequest where Telegram no longer gives it."""
    file = await bot.get_file(file_id)
    target = BytesIO()
    await bot.download_file(file.file_path or "", target, timeout=60)
    return target.getvalue()


async def copy_evidence(row: Outbox, *, bot: Bot, db: Database, files: Files, pool: Pool | None, now: datetime) -> None:
    """Copies a picture or receipt out of Telegram: cleaned, hashed, encrypted. A lost file never loses the report."""
    async with db.read() as session:
        file = await session.get(Evidence, row.payload["evidence"])
    if file is None or file.state != "waiting":
        return
    try:
        picture = await examine(bot, file.telegram_file_id, pool)
    except Unreadable as no:
        await _lost(db, file, no.reason.value, now)
    except TelegramBadRequest as error:
        await _lost(db, file, _refused(error), now)
    else:
        digest = files.put(picture.clean)
        async with db.begin() as session:
            kept = await evidence.stored(session, evidence_id=file.id, digest=digest, clean=picture, now=now)
        if kept:
            files.put(picture.clean)  # where housekeeping took the last holder's file just before the commit


def _refused(error: TelegramBadRequest) -> str:
    """Telegram gives a bot 20 MB at most, and forgets files."""
    return "too_large" if "too big" in error.message else "gone"


async def _lost(db: Database, file: Evidence, reason: str, now: datetime) -> None:
    async with db.begin() as session:
        await evidence.lost(session, evidence_id=file.id, reason=reason, now=now)
