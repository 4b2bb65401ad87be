"""A planned transfer judged against the active set of signs: a recommendation to the bank, kept for dispute.

Source of the signs, of the two days and of the thirty: core/reference/signs.yaml. Only in a country whose law knows
them (RU) do the terms bind; elsewhere the two days are what a bank is recommended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from core import lookups
from core.checks import Found
from core.keys import Keys
from core.lookups import Known
from core.reference import Sign, client_texts, signs, transfer_days
from core.reports import uuid7
from core.routing import Partner
from core.verdicts import Level
from storage.tables import Assessment

ALMATY = ZoneInfo("Asia/Almaty")
BY_LAW = "RU"
SEEN_BY_BANK = frozenset({"device", "operation"})


@dataclass(frozen=True, slots=True)
class Planned:
    """A transfer that has not been made. `flags`: codes of signs about device and operation that the bank itself sees.

    `recipients`: what could be read, in the order told, None for what could not. `applied_at`: when the client asked
    the bank for the money back.
    """

    recipients: Sequence[Found | None]
    amount_minor: int | None
    currency: str | None
    flags: Sequence[str]
    applied_at: datetime | None = None
    reference: str | None = None


async def assess(
    session: AsyncSession, *, partner: Partner, planned: Planned, active: str, keys: Keys, threshold: int, now: datetime
) -> dict[str, Any]:
    """The answer as sent, which carries no identifier, only their places; a row of it is kept with keyed hashes."""
    read = [one for one in planned.recipients if one]
    known = await lookups.look_up(session, read, active=active, threshold=threshold, now=now)
    found = iter(known)
    recipients = [next(found) if one else None for one in planned.recipients]
    uid = uuid7(now)
    answer = {"id": uid, "as_of": now.isoformat(), **judge(recipients, planned, active, now)}
    row = Assessment(uid=uid, partner_id=partner.id, at=now, signs=active, asked=_asked(planned, keys), answer=answer)
    session.add(row)
    return answer


def judge(recipients: Sequence[Known | None], planned: Planned, active: str, now: datetime) -> dict[str, Any]:
    """Pure: which signs of the set hold and by what, whether to suspend, until when, what to tell the client."""
    rules = signs(active)
    holding = [(sign, evidence) for sign in rules.signs if (evidence := _evidence(sign, recipients, planned.flags))]
    by_law = rules.country == BY_LAW
    confirmed = any(one and one.verdict.level is Level.confirmed for one in recipients)
    suspend = bool(holding) or (confirmed and not by_law)
    waits, pays_back = transfer_days()
    until = now + timedelta(days=waits) if suspend else None
    applied = planned.applied_at if by_law else None
    return {
        "set": rules.id,
        "signs": [{"n": one.n, "code": one.code, "text": dict(one.text), "evidence": why} for one, why in holding],
        "recipients": [_recipient(place, one) for place, one in enumerate(recipients)],
        "suspend": suspend,
        "until": until and until.isoformat(),
        "by_law": by_law,
        "refund_until": applied and (applied + timedelta(days=pays_back)).isoformat(),
        "client": {language: _told(language, [one for one, _ in holding], until, by_law) for language in ("ru", "kk")},
    }


def _evidence(sign: Sign, recipients: Sequence[Known | None], flags: Sequence[str]) -> list[dict[str, Any]]:
    """By what the sign holds: a recipient (by its place) and who said so, or what the bank itself sees."""
    if sign.about in SEEN_BY_BANK:
        return [{"flag": sign.code}] if sign.code in flags else []
    return [
        {"recipient": place, "source": ground.source, "at": ground.at.isoformat()}
        for place, one in enumerate(recipients)
        for ground in (one.grounds if one else ())
        if ground.code == sign.code
    ]


def _recipient(place: int, one: Known | None) -> dict[str, Any]:
    level, people = (str(one.verdict.level), one.verdict.people) if one else (None, 0)
    return {"recipient": place, "readable": one is not None, "level": level, "independent_reports": people}


def _told(language: str, holding: Sequence[Sign], until: datetime | None, by_law: bool) -> str:
    texts = client_texts()
    if until is None:
        return texts["clear"][language]
    reasons = " ".join(sign.text[language].rstrip(".") + "." for sign in holding)
    told = texts["suspended_by_law" if by_law else "suspended"][language]
    when = until.astimezone(ALMATY).strftime("%d.%m.%Y %H:%M")
    return " ".join(told.format(until=when, reasons=reasons).split())


def _asked(planned: Planned, keys: Keys) -> dict[str, Any]:
    """What was asked, for dispute: identifiers as keyed hashes that only the same identifier gives again."""
    return {
        "recipients": [
            one and {"kind": one.kind, "digest": keys.digest("assessment", one.kind, one.value)}
            for one in planned.recipients
        ],
        "amount_minor": planned.amount_minor,
        "currency": planned.currency,
        "flags": list(planned.flags),
        "applied_at": planned.applied_at and planned.applied_at.isoformat(),
        "reference": planned.reference,
    }
