"""What the police registered: the number of a statement (КУИ), and of a criminal case (ЕРДР)."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases
from core.cases import Officer
from core.refusal import No, Refusal
from storage import proceedings as rows
from storage.tables import Case, Identifier, Report, Sign

CODE = "CRIMINAL_CASE"
SOURCE = "desk"
REGISTERED = re.compile(r"[0-9]{6,20}")  # both registers of Kazakhstan number by digits; ЕРДР by fifteen


def register_number(text: str) -> str:
    """The digits of a register's number. Raises `Refusal`: bad_number."""
    digits = re.sub(r"[\s№/-]", "", text)
    if not REGISTERED.fullmatch(digits):
        raise Refusal(No.bad_number)
    return digits


async def statement(
    session: AsyncSession, *, case: Case, report: Report, number: str, officer: Officer, now: datetime
) -> None:
    """The КУИ number: told to the report's own reporter. It registers a statement and is no sign against anybody."""
    if report.case_id != case.id:
        raise Refusal(No.gone)
    if report.statement_number == number:
        return
    was, report.statement_number = report.statement_number, number
    session.add(report)
    move = await cases.moved(session, case, "statement", officer, now, report=report.id, number=number, was=was)
    data = {"move": move.id, "was": report.status, "number": number}
    await cases.tell(session, report, "statement_number", now=now, data=data)


async def criminal_case(
    session: AsyncSession,
    *,
    case: Case,
    identifiers: Sequence[Identifier],
    number: str,
    officer: Officer,
    now: datetime,
) -> None:
    """The ЕРДР number: a sign for these identifiers, seen by the desk alone until a senior publishes it."""
    signs = [await rows.obtain(session, _sign(one, number, now)) for one in identifiers]
    for sign in signs:
        if sign.withdrawn_at or not sign.published:
            sign.reference, sign.at, sign.withdrawn_at, sign.published = number, now, None, False
            session.add(sign)
    await cases.moved(session, case, "criminal_case", officer, now, number=number, signs=[sign.id for sign in signs])


def _sign(identifier: Identifier, number: str, now: datetime) -> Sign:
    return Sign(
        identifier_id=identifier.id, code=CODE, source=SOURCE, at=now, reference=number, published=False, created_at=now
    )


async def publish(session: AsyncSession, *, case: Case, officer: Officer, threshold: int, now: datetime) -> None:
    """A senior lets everybody see it: the verdicts change, the reporters hear. Raises `Refusal`: gone."""
    signs = await rows.unpublished(session, case.id, SOURCE, CODE)
    if not signs:
        raise Refusal(No.gone)
    for sign in signs:
        sign.published, sign.at = True, now
        session.add(sign)
    await session.flush()
    for sign in signs:
        await cases.judged(session, await session.get_one(Identifier, sign.identifier_id), threshold=threshold, now=now)
    move = await cases.moved(session, case, "published", officer, now, signs=[sign.id for sign in signs])
    await cases.spread(session, case, move, now=now)
