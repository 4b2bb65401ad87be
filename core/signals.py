"""What a partner knows about an identifier, as a sign with an end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from core import cases, summaries
from core.checks import Found, as_row
from core.reference import official_line
from core.refusal import No, Refusal
from core.routing import Partner, PartnerKind
from storage import identifiers, reports
from storage import signals as rows
from storage.tables import Identifier, Sign

MAY_SAY = {
    "PAYEE_IN_CBR_DB": PartnerKind.regulator,
    "PAYEE_IN_BANK_ANTIFRAUD": PartnerKind.bank,
    "CRIMINAL_CASE": PartnerKind.police,
}
COUNTS_FOR = timedelta(days=365)  # where the partner names no end
LONGEST = timedelta(days=3 * 365)
SURE = timedelta(minutes=5)  # clocks of two organisations differ


@dataclass(frozen=True, slots=True)
class Signal:
    """`at`: since when it is so; `until`: when it stops counting, at most `LONGEST` on."""

    code: str
    at: datetime
    until: datetime | None = None
    reference: str | None = None
    scheme: str | None = None


def source(partner: Partner) -> str:
    return f"partner:{partner.id}"


def may_say(partner: Partner, code: str, about: Found) -> bool:
    """The contract's table: the regulator its list, the police a criminal case, a bank its own cards and accounts."""
    if MAY_SAY.get(code) is not partner.kind:
        return False
    return partner.kind is not PartnerKind.bank or _own(partner, about)


def _own(bank: Partner, about: Found) -> bool:
    if about.kind == "card":
        return any(about.value.startswith(bin6[:6]) for bin6 in bank.routes.bins)
    return about.kind == "iban" and about.value[4:7] in bank.routes.bank_codes


async def say(
    session: AsyncSession, *, partner: Partner, about: Found, signal: Signal, threshold: int, now: datetime
) -> Sign:
    """Keeps the signal; the verdict changes in the same transaction. The same again renews it.

    Raises `Refusal`: not_for_kind, official_line, future_time, expired.
    """
    if not may_say(partner, signal.code, about):
        raise Refusal(No.not_for_kind)
    if about.official or official_line(about.value):
        raise Refusal(No.official_line)
    until = min(signal.until or signal.at + COUNTS_FOR, now + LONGEST)
    if signal.at > now + SURE:
        raise Refusal(No.future_time)
    if until <= now:
        raise Refusal(No.expired)
    identifier = await identifiers.obtain(session, as_row(about, now))
    sign = await rows.obtain(session, Sign(
        identifier_id=identifier.id, code=signal.code, source=source(partner), at=signal.at, created_at=now,
    ))  # fmt: skip
    sign.at, sign.expires_at, sign.withdrawn_at, sign.published = signal.at, until, None, True
    sign.reference, sign.scheme = signal.reference, signal.scheme
    await _changed(session, sign, identifier, threshold, now)
    return sign


async def withdraw(session: AsyncSession, *, partner: Partner, sign_id: int, threshold: int, now: datetime) -> Sign:
    """Takes a signal back. Raises `Refusal`: gone, where there is none or it is another's."""
    sign = await rows.lock(session, sign_id)
    if sign is None or sign.source != source(partner) or sign.code not in MAY_SAY or sign.withdrawn_at:
        raise Refusal(No.gone)
    sign.withdrawn_at = now
    await _changed(session, sign, await session.get_one(Identifier, sign.identifier_id), threshold, now)
    return sign


async def _changed(session: AsyncSession, sign: Sign, identifier: Identifier, threshold: int, now: datetime) -> None:
    session.add(sign)
    await session.flush()
    await summaries.refresh(session, identifier, threshold=threshold, now=now)
    case = await reports.case_with(session, identifier.id)
    if case:
        await cases.refresh_card(session, case.id, now=now)


async def note_fact(
    session: AsyncSession, *, partner: Partner, identifier: Identifier, code: str | None, now: datetime
) -> None:
    """What the partner did about its own number or account (BLOCKED, SUSPENDED); None: neither holds any more."""
    for known in await rows.facts(session, identifier.id, source(partner)):
        known.withdrawn_at = None if known.code == code else now
        session.add(known)
    if code:
        sign = await rows.obtain(session, Sign(
            identifier_id=identifier.id, code=code, source=source(partner), at=now, created_at=now,
        ))  # fmt: skip
        sign.at, sign.expires_at, sign.withdrawn_at = now, now + COUNTS_FOR, None
        session.add(sign)
    await session.flush()
