"""A database as a busy desk has it: reports, what they name, cases, decisions. The same for the same seed."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert

from core.reference import schemes
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import Case, Decision, Identifier, Person, Report, ReportIdentifier

END = datetime(2026, 11, 23, 5, tzinfo=UTC)
BATCH = 5_000
WORDS = (
    "позвонили сказали что из банка просили назвать код из сообщения перевести деньги на безопасный счёт кредит "
    "оформили следователь пугали судом қоңырау шалып банктен екенін айтты код сұрады ақша аудар деді несие рәсімдеді"
).split()
CITIES = ("Алматы", "Астана", "Шымкент", "Қарағанды", "Ақтөбе", None)
KINDS = ("phone", "phone", "phone", "phone", "card", "iban", "url", "account", "crypto_wallet", "listing")


def identifier(number: int, dice: random.Random) -> dict[str, object]:
    digits = f"{number:07d}"
    kind = KINDS[number % len(KINDS)]
    value, display, attrs = {
        "phone": (f"+7701{digits}", f"+7 701 {digits[:3]}-{digits[3:5]}-{digits[5:]}", {"range_holder": "Kcell"}),
        "card": (
            f"440043:{digits[3:]}:{digits}",
            f"4400 43•• •••• {digits[3:]}",
            {"bank": "722", "bank_name": "Kaspi"},
        ),
        "iban": (f"KZ86125KZT500{digits}", f"KZ86 125K ZT50 0{digits}", {"bank": "125"}),
        "url": (f"kaspi-{digits}.xyz/a?b=1", f"kaspi-{digits}.xyz/a?b=1", {}),
        "account": (f"telegram:user:scam{digits}", f"@scam{digits}", {"platform": "telegram"}),
        "crypto_wallet": (f"tron:TJRyWwFs9wTFGZg3JbrVri{digits}", f"TJRyWwFs9wTFGZg3JbrVri{digits}", {}),
        "listing": (f"kolesa.kz:{digits}", f"kolesa.kz/a/show/{digits}", {}),
    }[kind]
    people = min(int(dice.paretovariate(1.1)), 500)
    seen = END - timedelta(days=dice.randrange(300))
    return {
        "kind": kind, "value": value, "display": display, "attrs": attrs, "created_at": seen - timedelta(days=20),
        "level": "confirmed" if people > 20 else "flagged" if people > 3 else "reported", "independent_reports": people,
        "first_seen": seen - timedelta(days=20), "last_seen": seen, "schemes": {"BANK_CALL": people},
        "confirmed_at": seen if people > 20 else None, "grounds": [], "burst": False, "contested": False,
        "stale_at": None,
    }  # fmt: skip


def report(number: int, cases: int, dice: random.Random, codes: list[str]) -> dict[str, object]:
    at = END - timedelta(minutes=5 * (100_000 - number) + 60)
    lost = dice.random() < 0.3
    return {
        "uid": str(UUID(int=dice.getrandbits(128))), "number": f"SB-{number:06d}", "reporter_id": number % 5_000 + 1,
        "case_id": number % cases + 1, "home_case_id": number % cases + 1, "line_closed": False,
        "statement_number": None, "scheme": dice.choice(codes), "status": "forwarded", "language": "ru", "version": 1,
        "created_at": at, "updated_at": at, "forward_at": at, "forwarded_at": at, "occurred_at": at,
        "occurred_precision": "minute", "story": " ".join(dice.choices(WORDS, k=35)), "city": dice.choice(CITIES),
        "loss_minor": dice.randrange(1, 500) * 500_000 if lost else None, "loss_currency": "KZT" if lost else None,
        "loss_at": at if lost else None, "loss_precision": "minute" if lost else None,
        "loss_method": "card" if lost else None, "loss_bank": "722" if lost else None, "contact": None,
    }  # fmt: skip


async def fill(url: str, reports: int, seed: int = 1) -> Database:
    """A fifth of the reports name one and the same phone; every second names two things."""
    await migrate(url)
    db, dice = Database(url), random.Random(seed)
    codes, cases, things = [one.code for one in schemes()], max(reports // 20, 1), max(reports // 2, 2)
    people = [{"telegram_id": 10**9 + one, "created_at": END} for one in range(5_000)]
    async with db.begin() as session:
        await session.execute(insert(Person), people)
        await session.execute(insert(Case), [
            {"status": "open", "created_at": END - timedelta(days=300), "scheme": codes[0], "reports": 20,
             "loss_minor": 0, "marks": [], "apart": []} for _ in range(cases)
        ])  # fmt: skip
    for first in range(0, things, BATCH):
        async with db.begin() as session:
            await session.execute(insert(Identifier), [
                identifier(number, dice) for number in range(first, min(first + BATCH, things))
            ])  # fmt: skip
    for first in range(1, reports + 1, BATCH):
        numbers = range(first, min(first + BATCH, reports + 1))
        async with db.begin() as session:
            await session.execute(insert(Report), [report(number, cases, dice, codes) for number in numbers])
            await session.execute(insert(ReportIdentifier), [
                {"report_id": number, "identifier_id": one, "role": dice.choice(("contacted_from", "payee", None)),
                 "reporter_key": str(number % 5_000), "reported_at": END, "counts": True, "early": True, "details": 1,
                 "proof": False, "backed": False}
                for number in numbers for one in named(number, things)
            ])  # fmt: skip
    async with db.begin() as session:
        await session.execute(insert(Decision), [
            {"case_id": 1, "identifier_id": one, "result": "confirmed", "reason": "own_check", "officer_id": 1,
             "at": END} for one in range(1, things, 10)
        ])  # fmt: skip
    return db


def named(number: int, things: int) -> set[int]:
    mine = {1} if number % 5 == 0 else {number % things + 1}
    return mine | ({number * 7 % things + 1} if number % 2 else set())
