"""The first hour walked: a road begun, answered, remembered. Each verb is one step of one transaction of the caller."""

import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core import checks, outbox, reminding, reports, trust
from core import road as roads
from core.amounts import Moment, Money
from core.checks import Found
from core.identifiers import Doubt, Kind, read
from core.keys import Keys
from core.refusal import No, Refusal
from core.reports import Rules
from core.road import Ago, Outcome, Stop
from core.schemes import rank
from storage import roads as rows
from storage.reports import OPEN
from storage.tables import Check, Person, Report, Road

REQUEST = re.compile(r"[\w№#/.\- ]{2,40}")
OTHER_BANK = "other"
SCHEMES: Mapping[roads.Kind, str] = {
    roads.Kind.code: "CODE_REQUEST",
    roads.Kind.card: "PHISHING",
    roads.Kind.app: "X_MALWARE_APP",
    roads.Kind.loan: "LOAN_IN_NAME",
    roads.Kind.cash: "CASH_COURIER",
    roads.Kind.account: "ACCOUNT_TAKEOVER",
}
KIND_OF_METHOD = {"cash": roads.Kind.cash, **dict.fromkeys(("transfer", "card", "account", "crypto"), roads.Kind.sent)}


async def begin(
    session: AsyncSession,
    *,
    person: Person,
    rules: Rules,
    now: datetime,
    check: Check | None = None,
    report: Report | None = None,
) -> Road:
    """A new road; the one before ends. What a report already tells is not asked again."""
    earlier = await rows.open_of(session, person.id)
    if earlier:
        await _end(session, earlier, now)
    road = Road(person_id=person.id, began_at=now, check_id=check.id if check and not report else None)
    if report is None and check and check.report_id:
        report = await session.get(Report, check.report_id)
    if report:
        _take(road, report, now)
    session.add(road)
    await session.flush()
    warn_at = roads.warn_at(now)
    await outbox.put(session, "recovery", {"road": road.id}, key=f"recovery:{road.id}", now=now, due=warn_at)
    await trust.tell(session, person, "sos", now)
    await _stand(session, road, roads.following(road, Stop.what) if road.kind else Stop.what, rules, now)
    return road


async def _end(session: AsyncSession, road: Road, now: datetime) -> None:
    road.ended_at = now
    session.add(road)
    await session.flush()
    for key in (f"reminder:{road.id}", f"recovery:{road.id}"):
        await outbox.cancel(session, key)


def _take(road: Road, report: Report, now: datetime) -> None:
    """What the report says of the loss answers the road's first questions."""
    road.report_id = report.id
    kind = KIND_OF_METHOD.get(report.loss_method or "")
    answered = [Stop.sum] if report.loss_minor else []
    if report.loss_minor:
        transfer = {"minor": report.loss_minor, "currency": report.loss_currency or "KZT"}
        road.lost, road.transfers = True, [transfer]
    if report.loss_at:
        road.happened_at, road.happened_precision = report.loss_at, report.loss_precision
        road.ago = roads.age(report.loss_at, now)
        road.transfers = [_timed(one, Moment(report.loss_at, report.loss_precision or "day")) for one in road.transfers]
        answered += [Stop.when, Stop.at] if report.loss_precision == "minute" else [Stop.when]
    if report.loss_bank:
        road.bank = report.loss_bank
        answered.append(Stop.bank)
    if kind:
        road.kind = kind
        answered.append(Stop.what)
    road.steps = {stop: roads.step(Outcome.done, now) for stop in answered}


async def begin_with_loss(
    session: AsyncSession, *, person: Person, report: Report, rules: Rules, now: datetime
) -> Road | None:
    """The road that begins by itself when a report says money was lost; None where one is or was on it."""
    if not report.loss_minor or await rows.of_report(session, report.id):
        return None
    current = await rows.open_of(session, person.id)
    if current and current.kind and current.at != Stop.end:
        return None  # they are on a road already, and brought this up meanwhile
    return await begin(session, person=person, rules=rules, now=now, report=report)


async def of(session: AsyncSession, *, person: Person, road_id: int) -> Road:
    """The person's own open road, held until the commit. Raises `Refusal`: gone, not_yours, road_ended."""
    road = await rows.lock(session, road_id)
    if road is None:
        raise Refusal(No.gone)
    if road.person_id != person.id:
        raise Refusal(No.not_yours)
    if road.ended_at:
        raise Refusal(No.road_ended)
    return road


async def _stand(session: AsyncSession, road: Road, stop: Stop, rules: Rules, now: datetime) -> None:
    """Goes to a stop, and sees to what should be asked later."""
    road.at = stop
    if stop is Stop.call and road.called_at is None:
        road.called_at = now
    session.add(road)
    await reminding.plan(session, road, rules, now)


async def go(session: AsyncSession, road: Road, stop: Stop, *, rules: Rules, now: datetime) -> None:
    """Back to a stop, or on to one that was left out. Raises `Refusal`: gone, where it is none of this road."""
    if stop not in roads.path(road):
        raise Refusal(No.gone)
    await _stand(session, road, stop, rules, now)


async def settle(
    session: AsyncSession, road: Road, stop: Stop, outcome: Outcome, *, rules: Rules, now: datetime
) -> None:
    """Done, not possible or not needed: noted, and on to the next stop. The same again keeps the first time."""
    _note(road, stop, outcome, now)
    await _stand(session, road, roads.following(road, stop), rules, now)


def _note(road: Road, stop: Stop, outcome: Outcome, now: datetime) -> None:
    if stop not in roads.full(road):
        raise Refusal(No.gone)
    if roads.outcome(road, stop) != outcome:
        road.steps = {**road.steps, stop: roads.step(outcome, now)}


async def confirm(session: AsyncSession, road: Road, stop: Stop, *, rules: Rules, now: datetime) -> None:
    """Done, as a reminder learned; they stand where the first thing is still open, not behind it."""
    _note(road, stop, Outcome.done, now)
    await _stand(session, road, roads.first_open(road), rules, now)


async def choose_kind(session: AsyncSession, road: Road, kind: roads.Kind, *, rules: Rules, now: datetime) -> None:
    road.kind = kind
    if kind not in roads.MAYBE_NOTHING_GONE and road.lost is False:
        road.lost = None
    await settle(session, road, Stop.what, Outcome.done, rules=rules, now=now)


async def choose_time(session: AsyncSession, road: Road, ago: Ago, *, rules: Rules, now: datetime) -> None:
    road.ago = ago
    road.happened_at, road.happened_precision = roads.happened(ago, now)
    await settle(session, road, Stop.when, Outcome.done, rules=rules, now=now)
    await _tell_report(session, road, rules, now)


async def choose_bank(session: AsyncSession, road: Road, code: str, *, rules: Rules, now: datetime) -> None:
    road.bank = code
    await settle(session, road, Stop.bank, Outcome.done, rules=rules, now=now)


async def no_bank(session: AsyncSession, road: Road, *, rules: Rules, now: datetime) -> None:
    """Neither a bank to choose nor to call."""
    road.bank = None
    skipped = roads.step(Outcome.skip, now)
    road.steps = {**road.steps, Stop.bank: skipped, Stop.call: skipped}
    await settle(session, road, Stop.call, Outcome.skip, rules=rules, now=now)


async def note_request(session: AsyncSession, road: Road, words: str, *, rules: Rules, now: datetime) -> None:
    """The bank's number of the request. Raises `Refusal`: bad_request, also for a card or IIN, which are never kept."""
    number = " ".join(words.split())
    reading = read(number)
    secret = reading.redacted or any(one.kind in (Kind.card, Kind.iban) for one in reading.identifiers)
    if secret or not REQUEST.fullmatch(number) or not any(letter.isdigit() for letter in number):
        raise Refusal(No.bad_request)
    road.request = number
    await settle(session, road, Stop.number, Outcome.done, rules=rules, now=now)


async def note_sum(session: AsyncSession, road: Road, money: Money, *, rules: Rules, now: datetime) -> None:
    """The sum of the transfer that is being told: the last."""
    *told, last = road.transfers or [{}]
    road.lost, road.transfers = True, [*told, {**last, "minor": money.minor, "currency": money.currency}]
    await settle(session, road, Stop.sum, Outcome.done, rules=rules, now=now)
    if roads.outcome(road, Stop.at):  # another transfer has a time of its own
        await _stand(session, road, Stop.at, rules, now)
    await _tell_report(session, road, rules, now)


async def no_sum(session: AsyncSession, road: Road, *, nothing_gone: bool, rules: Rules, now: datetime) -> None:
    """Nothing left, or nobody knows how much. Raises `Refusal`: gone, where money is gone for sure."""
    if nothing_gone and road.kind not in roads.MAYBE_NOTHING_GONE:
        raise Refusal(No.gone)
    road.transfers = [] if nothing_gone else [one for one in road.transfers[:-1] if "minor" in one]
    road.lost = False if nothing_gone else bool(road.transfers) or None
    await settle(session, road, Stop.sum, Outcome.skip, rules=rules, now=now)
    await _tell_report(session, road, rules, now)


async def note_time(session: AsyncSession, road: Road, moment: Moment, *, rules: Rules, now: datetime) -> None:
    if not road.transfers:
        raise Refusal(No.gone)
    road.transfers = [*road.transfers[:-1], _timed(road.transfers[-1], moment)]
    await settle(session, road, Stop.at, Outcome.done, rules=rules, now=now)
    if roads.outcome(road, Stop.another):
        await _stand(session, road, Stop.another, rules, now)
    await _tell_report(session, road, rules, now)


def _timed(transfer: dict[str, Any], moment: Moment) -> dict[str, Any]:
    return {**transfer, "at": moment.at.isoformat(), "precision": moment.precision}


MOST_TRANSFERS = 20


async def another_transfer(session: AsyncSession, road: Road, *, rules: Rules, now: datetime) -> None:
    """Raises `Refusal`: too_many_transfers."""
    if len(road.transfers) >= MOST_TRANSFERS:
        raise Refusal(No.too_many_transfers)
    if road.transfers and "minor" in road.transfers[-1]:
        road.transfers = [*road.transfers, {}]
    await _stand(session, road, Stop.sum, rules, now)


async def accuse(
    session: AsyncSession, road: Road, check: Check, *, person: Person, keys: Keys, rules: Rules, now: datetime
) -> Report:
    """Their number or card makes the report, which leaves without a wait.

    Raises `Refusal`: no_details where all of it is their own, and those of `reports.submit`.
    """
    if not accusable(check) and not any(one.official for one in checks.items(check)):
        raise Refusal(No.no_details)
    check.found = [asdict(_theirs(one)) for one in checks.items(check)]
    scheme = SCHEMES.get(roads.kind_of(road)) or rank(check.text, [one.kind for one in checks.items(check)])[0]
    done = await reports.submit(session, reporter=person, check=check, scheme=scheme, keys=keys, rules=rules, now=now)
    road.report_id = done.report.id
    await _tell_report(session, road, rules, now)
    await settle(session, road, Stop.details, Outcome.done, rules=rules, now=now)
    return done.report


def _theirs(one: Found) -> Found:
    """Asked for the other side's, what they give is the other side's, unless it reads as their own or a real line."""
    mine = {Doubt.own, Doubt.official} & set(one.doubts)
    doubts = tuple(doubt for doubt in one.doubts if doubt != Doubt.direction_unknown)
    return replace(one, accused=not mine, doubts=doubts, role=one.role or ("payee" if one.direction_unknown else None))


def accusable(check: Check) -> list[Found]:
    return [one for one in checks.items(check) if _theirs(one).accused]


async def _tell_report(session: AsyncSession, road: Road, rules: Rules, now: datetime) -> None:
    """The report says what the road knows of the loss; stating it ends the wait and calls the desk."""
    report = await session.get(Report, road.report_id) if road.report_id else None
    if report is None or report.status not in OPEN:
        return
    told = _loss(road, report)
    if any(getattr(report, name) != value for name, value in told.items()):
        await reports.enrich(session, report=report, step="amount", rules=rules, now=now, **told)


def _loss(road: Road, report: Report) -> dict[str, Any]:
    if road.lost is False:
        return dict.fromkeys(("loss_minor", "loss_currency", "loss_at", "loss_precision", "loss_bank", "loss_method"))
    total = roads.loss(road)
    if total is None and road.kind in roads.MAYBE_NOTHING_GONE:
        return {}
    timed = min((one for one in road.transfers if "at" in one), key=lambda one: str(one["at"]), default=None)
    at = datetime.fromisoformat(timed["at"]) if timed else road.happened_at
    told: dict[str, Any] = {
        "loss_at": at,
        "loss_precision": timed["precision"] if timed else road.happened_precision,
        "loss_bank": road.bank if road.bank != OTHER_BANK else None,
        "loss_method": "cash" if road.kind == roads.Kind.cash else None,
    }
    told = {name: value for name, value in told.items() if value is not None}
    return {**told, "loss_minor": total[0], "loss_currency": total[1]} if total else told


async def ask_statement(session: AsyncSession, road: Road, language: str, *, rules: Rules, now: datetime) -> None:
    """The statement is written in the background, afresh each time it is asked for."""
    payload, key = {"road": road.id, "language": language}, f"statement:{road.id}:{language}"
    await outbox.renew(session, "statement", payload, key=key, now=now)
    await settle(session, road, Stop.statement, Outcome.done, rules=rules, now=now)


async def answered(session: AsyncSession, road: Road, *, now: datetime) -> None:
    """The bank has answered."""
    road.steps = {**road.steps, "answer": roads.step(Outcome.done, now)}
    session.add(road)
