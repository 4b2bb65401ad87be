"""A desk after a year: reports, cases and one identifier that everybody names, put in by bulk inserts."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy import text as sql
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.engine import Database
from storage.tables import Case, CaseKey, History, Identifier, Person, Report, ReportIdentifier

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
CHUNK = 5_000
WORDS = (
    "звонили из банка просили код сказали перевести деньги на безопасный счёт обещали вернуть комиссию пугали судом "
    "назвались сотрудником полиции требовали молчать торопили скинули ссылку продавец просил предоплату и пропал"
).split()


@dataclass(frozen=True, slots=True)
class Size:
    reports: int
    cases: int
    shared: int  # reports that name the first identifier, all in the first case


SMALL, BIG = Size(1_000, 50, 200), Size(100_000, 5_000, 20_000)


def phone(case: int) -> str:
    """The one number that the reports of a case name."""
    return f"+7701{case:07d}"


def _case_of(report: int, size: Size) -> int:
    return 1 if report <= size.shared else 2 + report % (size.cases - 1)


def _at(report: int, size: Size) -> datetime:
    return NOW - timedelta(days=300) * (1 - report / size.reports)


def _people(size: Size) -> Iterator[dict[str, Any]]:
    for one in range(1, size.reports + 1):
        yield {"id": one, "telegram_id": 10_000_000 + one, "language": "ru", "language_chosen": False,
               "created_at": NOW, "confirmed_reports": 0, "rejected_reports": 0}  # fmt: skip


def _counts(size: Size) -> dict[int, int]:
    counts = dict.fromkeys(range(1, size.cases + 1), 0)
    for report in range(1, size.reports + 1):
        counts[_case_of(report, size)] += 1
    return counts


def _identifiers(size: Size) -> Iterator[dict[str, Any]]:
    for case, count in _counts(size).items():
        yield {"id": case, "kind": "phone", "value": phone(case), "display": phone(case), "attrs": {},
               "created_at": NOW - timedelta(days=300), "level": "flagged", "independent_reports": min(count, 200),
               "first_seen": NOW - timedelta(days=300), "last_seen": NOW, "schemes": {"BANK_CALL": min(count, 200)},
               "grounds": [], "burst": False, "contested": False}  # fmt: skip


def _cases(size: Size) -> Iterator[dict[str, Any]]:
    for case, count in _counts(size).items():
        yield {"id": case, "status": "taken" if case % 3 == 0 else "open", "created_at": NOW - timedelta(days=300),
               "scheme": "BANK_CALL", "reports": count, "loss_minor": count * 1_000_000, "last_at": NOW,
               "marks": [f"people:{mark}" for mark in (10, 50, 100, 500, 1000)] + ["loss:100000000", "loss:1000000000"],
               "apart": [], "card_chat_id": -1001500000001, "card_message_id": case}  # fmt: skip


def _keys(size: Size) -> Iterator[dict[str, Any]]:
    for case in range(1, size.cases + 1):
        yield {"identifier_id": case, "case_id": case, "home": case}


def _reports(size: Size) -> Iterator[dict[str, Any]]:
    dice = random.Random(7)
    for one in range(1, size.reports + 1):
        case, at = _case_of(one, size), _at(one, size)
        yield {"id": one, "uid": f"u{one}", "number": f"SB-{one:06d}", "reporter_id": one, "case_id": case,
               "home_case_id": case, "line_closed": False, "scheme": "BANK_CALL", "status": "forwarded",
               "language": "ru", "version": 1, "created_at": at, "updated_at": at, "forward_at": at,
               "forwarded_at": at, "story": " ".join(dice.choices(WORDS, k=12)), "loss_minor": 1_000_000,
               "loss_currency": "KZT"}  # fmt: skip


def _links(size: Size) -> Iterator[dict[str, Any]]:
    for one in range(1, size.reports + 1):
        yield {"report_id": one, "identifier_id": _case_of(one, size), "role": "contacted_from",
               "reporter_key": f"k{one}", "reported_at": _at(one, size), "counts": True, "early": True, "details": 2,
               "proof": False, "backed": False}  # fmt: skip


def _history(size: Size) -> Iterator[dict[str, Any]]:
    for one in range(1, size.reports + 1):
        for step in ("received", "forwarded"):
            yield {"report_id": one, "step": step, "at": _at(one, size), "data": {}}


TABLES: tuple[tuple[type[SQLModel], Any], ...] = (
    (Person, _people),
    (Identifier, _identifiers),
    (Case, _cases),
    (CaseKey, _keys),
    (Report, _reports),
    (ReportIdentifier, _links),
    (History, _history),
)


async def fill(db: Database, size: Size) -> None:
    """Everything at once. PostgreSQL gathers statistics by itself in time; SQLite has none, as in the product."""
    for table, rows in TABLES:
        each = rows(size)
        while chunk := list(islice(each, CHUNK)):
            async with db.begin() as session:
                await (await session.connection()).execute(insert(table), chunk)
    if not db.sqlite:
        async with db.begin() as session:
            await _go_on_counting(session)
            await (await session.connection()).execute(sql("ANALYZE"))


async def _go_on_counting(session: AsyncSession) -> None:
    """PostgreSQL's sequences know nothing of ids that were given."""
    connection = await session.connection()
    for name in ("person", "identifier", "desk_case", "report", "history"):
        await connection.execute(
            sql(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
        )
