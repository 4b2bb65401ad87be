"""A year of a large town in a database: reports, what they name, cases, what the desk did. Drawn by a seed."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel

from core.reference import schemes
from storage.engine import Database
from storage.tables import Case, Decision, History, Identifier, Person, Report, ReportIdentifier

CITIES = (
    "Алматы",
    "Астана",
    "Шымкент",
    "Караганда",
    "Актобе",
    "Атырау",
    "алматы",
    "г. Астана",
    "Қарағанды",
    None,
    None,
)
STORY = "Позвонили, назвались службой безопасности банка и просили код из SMS. " * 4
YEAR = timedelta(days=365)
LARGEST = 5  # one report in so many names the same number: 20,000 of 100,000


async def fill(db: Database, *, reports: int, cases: int, now: datetime, seed: int = 1) -> None:
    draw = random.Random(seed)
    people, identifiers = reports * 9 // 10, reports // 3
    times = sorted(now - YEAR * draw.random() for _ in range(reports))
    async with db.begin() as session:
        for table, rows in (
            (Person, _people(people, now)),
            (Identifier, _identifiers(identifiers, now)),
            (Case, _cases(draw, cases, now)),
            (Report, _reports(draw, times, people, cases)),
            (ReportIdentifier, _links(draw, times, identifiers)),
            (History, _history(draw, times)),
            (Decision, _decisions(draw, cases, identifiers, now)),
        ):
            await _put(session, table, rows)


async def _put(session: Any, table: type[SQLModel], rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == 1000:
            await session.execute(insert(table), batch)
            batch = []
    if batch:
        await session.execute(insert(table), batch)


def _people(count: int, now: datetime) -> Iterator[dict[str, Any]]:
    for one in range(1, count + 1):
        yield {"id": one, "telegram_id": 10_000 + one, "language": "ru", "language_chosen": False, "created_at": now,
               "confirmed_reports": 0, "rejected_reports": 0}  # fmt: skip


def _identifiers(count: int, now: datetime) -> Iterator[dict[str, Any]]:
    for one in range(1, count + 1):
        yield {"id": one, "kind": "phone", "value": f"+7701{one:07d}", "display": f"+7 701 {one:07d}", "attrs": {},
               "created_at": now, "level": "reported", "independent_reports": 1, "schemes": {}, "grounds": [],
               "burst": False, "contested": False}  # fmt: skip


def _cases(draw: random.Random, count: int, now: datetime) -> Iterator[dict[str, Any]]:
    for one in range(1, count + 1):
        opened = now - YEAR * draw.random()
        closed = opened + timedelta(days=3) if draw.random() < 0.8 else None
        yield {"id": one, "status": "closed" if closed else "open", "created_at": opened, "closed_at": closed,
               "reports": 20, "loss_minor": 0, "last_at": opened, "marks": [], "apart": []}  # fmt: skip


def _reports(draw: random.Random, times: list[datetime], people: int, cases: int) -> Iterator[dict[str, Any]]:
    codes = [one.code for one in schemes()]
    for one, at in enumerate(times, 1):
        lost = draw.random() < 0.3
        yield {"id": one, "uid": f"uid-{one}", "number": f"SB-{one:06d}", "reporter_id": draw.randint(1, people),
               "case_id": draw.randint(1, cases), "line_closed": False, "scheme": draw.choice(codes),
               "status": draw.choice(("forwarded", "taken", "confirmed", "closed", "withdrawn")), "language": "ru",
               "version": 1, "created_at": at, "updated_at": at, "forward_at": at, "story": STORY,
               "city": draw.choice(CITIES), "loss_minor": draw.randint(1, 900) * 1_000_00 if lost else None,
               "loss_currency": draw.choice(("KZT",) * 9 + ("USD",)) if lost else None}  # fmt: skip


def _links(draw: random.Random, times: list[datetime], identifiers: int) -> Iterator[dict[str, Any]]:
    for one, at in enumerate(times, 1):
        named = 1 if one % LARGEST == 0 else draw.randint(2, identifiers)
        yield {"report_id": one, "identifier_id": named, "reporter_key": f"key-{one}", "reported_at": at,
               "counts": True, "early": True, "details": 1, "proof": False, "backed": False}  # fmt: skip


def _history(draw: random.Random, times: list[datetime]) -> Iterator[dict[str, Any]]:
    """Every report arrived; most were taken, many of those judged."""
    for one, at in enumerate(times, 1):
        steps = [("received", 0.0), ("forwarded", 2.0)]
        if draw.random() < 0.8:
            steps.append(("taken", draw.expovariate(1 / 40)))
        if draw.random() < 0.5:
            steps.append(("identifier_confirmed", 60 + draw.expovariate(1 / 600)))
        for step, minutes in steps:
            yield {"at": at + timedelta(minutes=minutes), "report_id": one, "step": step, "data": {}}


def _decisions(draw: random.Random, cases: int, identifiers: int, now: datetime) -> Iterator[dict[str, Any]]:
    for one in range(1, cases + 1):
        yield {"case_id": one, "identifier_id": draw.randint(1, identifiers), "result": "confirmed",
               "reason": "own_check", "officer_id": 1, "at": now - YEAR * draw.random()}  # fmt: skip
