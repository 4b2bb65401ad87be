"""Makes the file of an export, as one or in parts that begin where the last one ended."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from core.exports.misp import Misp
from core.exports.rows import Entry, named, told, worked
from core.exports.stix import Stix
from core.exports.tables import ALMATY, Csv, Sheet, Xlsx
from storage import exports as stored
from storage.engine import Database
from storage.exports import Period
from storage.tables import Case, Identifier, Report


class Format(StrEnum):
    xlsx = "xlsx"
    csv = "csv"
    stix = "stix"
    misp = "misp"

    @property
    def stages(self) -> Sequence[str]:
        """What goes in, in this order."""
        return {
            Format.csv: ("told",),
            Format.xlsx: ("told", "named", "worked"),
            Format.stix: ("named", "told", "worked"),
            Format.misp: ("named",),
        }[self]

    @property
    def table(self) -> bool:
        return self in (Format.csv, Format.xlsx)


@dataclass(frozen=True, slots=True)
class Stage:
    page: Callable[[AsyncSession, Period, int, int], Awaitable[Sequence[Entry]]]
    size: int
    counts: type[Any]


STAGES = {"told": Stage(told, 200, Report), "named": Stage(named, 200, Identifier), "worked": Stage(worked, 50, Case)}


@dataclass(frozen=True, slots=True)
class Order:
    format: Format
    period: Period


@dataclass(frozen=True, slots=True)
class Place:
    """How far an export came: `after` is the last id of the stage that is in a file. `total` 0: there is nothing."""

    total: int
    done: int = 0
    part: int = 1
    stage: int = 0
    after: int = 0

    @property
    def percent(self) -> int:
        return min(100 * self.done // max(self.total, 1), 100)


@dataclass(frozen=True, slots=True)
class Room:
    """What one file may take: bytes, and time to make it."""

    size: int | None = None
    time: timedelta | None = None

    def full(self, size: int, took: timedelta) -> bool:
        return (self.size is not None and size >= self.size) or (self.time is not None and took >= self.time)


class File(Protocol):
    def write(self, stage: str, entries: Sequence[Any]) -> None: ...
    @property
    def size(self) -> int: ...
    def close(self) -> None: ...


async def begin(db: Database, order: Order) -> Place:
    async with db.read() as session:
        counts = [STAGES[name].counts for name in order.format.stages]
        return Place(sum([await stored.count(session, order.period, what) for what in counts]))


async def make_part(
    db: Database,
    order: Order,
    place: Place,
    path: Path,
    *,
    sheets: Mapping[str, Sheet],
    room: Room,
    clock: Callable[[], datetime],
    heard: Callable[[Place], Awaitable[None]],
) -> Place | None:
    """Writes from `place` on until the room is full; returns where the next part begins, None after the last.

    The event loop stays free: pages are read by awaiting, written in a thread. `heard` is told after each page.
    """
    began, first = clock(), place
    file = await asyncio.to_thread(opened, order, place.part, path, sheets)
    try:
        while (page := await _page(db, order, place)) is not None:
            place, entries = page
            if place.done > first.done and room.full(file.size, clock() - began):
                return replace(place, part=place.part + 1)
            await asyncio.to_thread(file.write, order.format.stages[place.stage], entries)
            place = replace(place, after=entries[-1].id, done=place.done + len(entries))
            await heard(place)
        return None
    finally:
        await asyncio.to_thread(file.close)


async def _page(db: Database, order: Order, place: Place) -> tuple[Place, Sequence[Entry]] | None:
    """The next entries and where they stand, None where nothing is left."""
    while place.stage < len(order.format.stages):
        stage = STAGES[order.format.stages[place.stage]]
        async with db.read() as session:
            entries = await stage.page(session, order.period, place.after, stage.size)
        if entries:
            return place, entries
        place = replace(place, stage=place.stage + 1, after=0)
    return None


def opened(order: Order, part: int, path: Path, sheets: Mapping[str, Sheet]) -> File:
    match order.format:
        case Format.csv:
            return Csv(path, sheets["told"])
        case Format.xlsx:
            return Xlsx(path, sheets)
        case Format.stix:
            return Stix(path, at=order.period.until)
        case Format.misp:
            return Misp(path, period=order.period, part=part)


def file_name(order: Order, part: int = 1) -> str:
    """`saqbol-2026-11-23.xlsx`, `saqbol-2026-11-23-2.stix.json`."""
    day = order.period.until.astimezone(ALMATY).date()
    ending = order.format.value if order.format.table else f"{order.format.value}.json"
    return f"saqbol-{day}{f'-{part}' if part > 1 else ''}.{ending}"


def midnight(at: datetime) -> datetime:
    """Where that day begins in Almaty, so that the first day of a period is a whole one."""
    return at.astimezone(ALMATY).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
