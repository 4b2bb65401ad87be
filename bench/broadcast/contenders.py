"""Three ways to send one message to many: ours, a bare aiogram loop, and the aiogram-broadcaster package."""

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter, TelegramServerError
from aiogram.types import InlineKeyboardMarkup
from aiogram_broadcaster import Broadcaster as PackageBroadcaster
from aiogram_broadcaster.contents import TextContent
from aiogram_broadcaster.intervals import SimpleInterval

from bench.broadcast.ground import FIRST_CHAT, Distant, Weather, loop_clock, outcome, populated, run_is_over
from bot.answers import hold_answers
from bot.broadcasting import Broadcaster
from bot.i18n import catalogues
from handlers.broadcast.outgoing import appearance
from storage.engine import Database
from storage.tables import Broadcast

TASKS = 64
UNLIMITED = 1_000_000


@dataclass
class Measured:
    name: str
    seconds: float  # of the clock, which may run faster than the real one
    cpu: float
    weather: Weather
    durable: int  # outcomes in the database

    def line(self, people: int, rate: int | None) -> str:
        delivered = len(self.weather.got)
        used = f"{self._share(rate):5.1f} %" if rate else "–"
        if rate and self._share(rate) <= 100:  # who sends more did not wait when Telegram asked for it
            used += f", {self._share(rate, self.weather.silence.total_seconds()):.1f} % of the time it may call"
        twice = sum(number > 1 for number in self.weather.got.values())
        return (
            f"{self.name:22} {self.seconds:8.1f} s  {people / self.seconds:7.1f}/s  cpu {self.cpu:6.1f} s"
            f"  of the rate {used}"
            f"  fullest second {self.weather.fullest_second:4}  429: {self.weather.storms_met:6}"
            f"  delivered {delivered}  twice {twice}  outcomes kept {self.durable}"
        )

    def _share(self, rate: int, silence: float = 0) -> float:
        """Of the rate, in percent: calls that Telegram took, those to people who blocked the bot included."""
        taken = self.weather.asked - self.weather.storms_met
        return 100 * taken / (self.seconds - silence) / rate


def _bot(weather: Weather) -> Bot:
    defaults = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
    return Bot(weather.token, session=Distant(weather), default=defaults)


def _drawn(language: str) -> tuple[str, InlineKeyboardMarkup]:
    texts = {"ru": "Банк не просит код из SMS.", "kk": "Банк SMS-код сұрамайды."}
    seen = appearance(Broadcast(id=1, code="SQ-22222", text=texts), language, catalogues())
    return str(seen.text), seen.keyboard


async def ours(people: int, rate: int | None) -> Measured:
    with tempfile.TemporaryDirectory(prefix="saqbol-bench-") as made:
        place = Path(made)
        db = Database(await populated(place, people))
        clock, weather = loop_clock, Weather(people, loop_clock, limits=rate is not None)
        bot = _bot(weather)
        bot.session.middleware(hold_answers)  # as every bot of ours has
        broadcaster = Broadcaster(bot, db, catalogues(), rate=rate or UNLIMITED, clock=clock)
        cpu, begun = time.process_time(), clock()
        broadcaster.start()
        while not run_is_over(place):
            await asyncio.sleep(0.2)
        seconds = (clock() - begun).total_seconds()
        cpu = time.process_time() - cpu
        await broadcaster.stop(5)
        await db.close()
        return Measured("SaqBol", seconds, cpu, weather, sum(outcome(place).values()))


async def bare(people: int, rate: int | None) -> Measured:
    """As the tutorials have it: a queue, 64 tasks, `retry_after` slept out. No rate of its own, nothing kept."""
    clock, weather = loop_clock, Weather(people, loop_clock, limits=rate is not None)
    bot = _bot(weather)
    drawn = {language: _drawn(language) for language in ("ru", "kk")}
    waiting = iter(range(people))

    async def task() -> None:
        for place in waiting:
            text, keyboard = drawn["kk" if place % 3 else "ru"]
            await _until_taken(lambda chat=FIRST_CHAT + place: bot.send_message(chat, text, reply_markup=keyboard))  # noqa: B023

    cpu, begun = time.process_time(), clock()
    await asyncio.gather(*(task() for _ in range(TASKS)))
    return Measured("bare aiogram, 64 tasks", (clock() - begun).total_seconds(), time.process_time() - cpu, weather, 0)


async def _until_taken(send: Callable[[], object]) -> None:
    while True:
        try:
            await send()  # type: ignore[misc]
            return
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except TelegramServerError:
            await asyncio.sleep(1)
        except TelegramForbiddenError:
            return


async def package(people: int, rate: int | None) -> Measured:
    """One after the other with its interval; in memory, since its storage writes all chats anew at each message."""
    logging.getLogger("aiogram_broadcaster").setLevel(logging.CRITICAL)
    clock, weather = loop_clock, Weather(people, loop_clock, limits=rate is not None)
    text, keyboard = _drawn("kk")
    mailer = await PackageBroadcaster().create_mailer(
        chats=[FIRST_CHAT + place for place in range(people)],
        content=TextContent(text=text, reply_markup=keyboard),
        bot=_bot(weather),
        interval=SimpleInterval(interval=1 / rate) if rate else None,
    )
    cpu, begun = time.process_time(), clock()
    await mailer.start()
    return Measured("aiogram-broadcaster", (clock() - begun).total_seconds(), time.process_time() - cpu, weather, 0)
