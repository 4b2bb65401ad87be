"""The statement to the police: what was told, in order, with blank lines for what only the person writes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core import road as roads
from core.deals import PAYEES
from core.reference import bank_by_code, scheme
from core.road import Kind, Outcome, Stop
from handlers.check.texts import kind as kind_name
from handlers.language import full_date, locale, moment, money, t
from storage.tables import Identifier, Report, Road

BLANK = "_" * 34
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document; the text is plain, the form is made by `documents`."""

    addressee: tuple[str, ...]  # at the top right
    title: str
    request: str
    events_title: str
    events: tuple[str, ...]  # oldest first
    tables: tuple[Table, ...]
    asks_title: str
    asks: tuple[str, ...]
    attachments_title: str
    attachments: tuple[str, ...]
    warned: str
    signature: tuple[str, str]
    footer: str


def file_name() -> str:
    return "ariz" if locale() == "kk" else "zayavlenie"


def write(
    road: Road, report: Report | None, identifiers: Sequence[Identifier], *, files: int, country: str, now: datetime
) -> Paper:
    """In the current language."""
    return Paper(
        addressee=(
            plain(t("To the head of the police department")), BLANK,
            plain(t("from (surname, name, patronymic):")), BLANK, BLANK,
            plain(_who(country)),
            plain(t("living at:")), BLANK, BLANK,
            plain(t("phone: {blank}", blank="_" * 25)),
        ),
        title=plain(t("STATEMENT")),
        request=plain(_request(roads.kind_of(road))),
        events_title=plain(t("The circumstances")),
        events=tuple(_events(road, report)),
        tables=tuple(_tables(road, identifiers)),
        asks_title=plain(t("I ask:")),
        asks=tuple(plain(one) for one in _asks(road)),
        attachments_title=plain(t("Attached:")),
        attachments=tuple(plain(one) for one in _attachments(road, files)),
        warned=plain(_warned(country)),
        signature=(plain(t("Date: {blank}", blank="_" * 16)), plain(t("Signature: {blank}", blank="_" * 18))),
        footer=plain(_footer(report, now)),
    )  # fmt: skip


def plain(text: str) -> str:
    """Paper knows no HTML, and a file of Word no control characters."""
    unescape = getattr(text, "unescape", None)
    return UNPRINTABLE.sub(" ", str(unescape() if unescape else text))


def _who(country: str) -> str:
    if country == "KZ":
        return t("IIN: {blank}", blank="_" * 28)
    return t("Date of birth: {blank}", blank="_" * 18)


def _request(kind: Kind) -> str:
    return {
        Kind.sent: t("Please take measures against unknown persons who obtained my money by deceit."),
        Kind.code: t("Please take measures against unknown persons who by deceit obtained my one-time code."),
        Kind.card: t("Please take measures against unknown persons who by deceit obtained the data of my bank card."),
        Kind.app: t("Please take measures against unknown persons who by deceit gained access to my phone."),
        Kind.loan: t("Please take measures against unknown persons who by deceit took a loan in my name."),
        Kind.cash: t("Please take measures against unknown persons who by deceit obtained my cash through a courier."),
        Kind.account: t("Please take measures against unknown persons who stole my account or phone number."),
    }[kind]  # fmt: skip


def _events(road: Road, report: Report | None) -> list[str]:
    told: list[tuple[datetime | None, str]] = []
    if report:
        first = report.occurred_at
        what = t("It was this kind of fraud: {scheme}.", scheme=scheme(report.scheme).label[locale()])
        told.append((first, _at(first, report.occurred_precision, what)))
        if report.story:
            told.append((first, plain(t("In my own words: {story}", story=report.story))))
    if road.happened_at and not any("at" in one for one in road.transfers):
        told.append((road.happened_at, _at(road.happened_at, road.happened_precision, _happened(roads.kind_of(road)))))
    for one in road.transfers:
        if "at" in one:
            at = datetime.fromisoformat(one["at"])
            what = t("The money went: {sum}.", sum=money(one["minor"], one["currency"]))
            told.append((at, _at(at, one["precision"], what)))
    told += _calls(road)
    ordered = sorted(
        told, key=lambda one: (one[0] is not None, one[0] or datetime.min.replace(tzinfo=road.began_at.tzinfo))
    )
    return [text for _, text in ordered] or [BLANK * 2]


def _at(at: datetime | None, precision: str | None, what: str) -> str:
    if at is None:
        return plain(what)
    when = moment(at, precision or "minute")
    about = t("about {moment}", moment=when) if precision == "hour" else when
    return f"{plain(about)}: {plain(what)}"


def _happened(kind: Kind) -> str:
    return {
        Kind.sent: t("The money was transferred."),
        Kind.code: t("The code was told to them."),
        Kind.card: t("The card's data were told to them."),
        Kind.app: t("The program was installed."),
        Kind.loan: t("The loan was taken."),
        Kind.cash: t("The cash was handed to the courier."),
        Kind.account: t("Access to the account was lost."),
    }[kind]


def _calls(road: Road) -> list[tuple[datetime | None, str]]:
    """What was done afterwards, by the time of the tap."""
    bank = bank_by_code(road.bank or "")
    name = bank.name[locale()] if bank else t("the bank")
    number = t("request number {number}", number=road.request) if road.request else t("no request number was given")
    texts = {
        Stop.call: t("The bank was told ({bank}; {number}).", bank=name, number=number),
        Stop.police: t("The police were called by 102."),
        Stop.operator: t("The mobile operator was told."),
    }
    done = [(stop, text) for stop, text in texts.items() if roads.outcome(road, stop) == Outcome.done]
    times = [(datetime.fromisoformat(road.steps[stop]["at"]), text) for stop, text in done]
    return [(at, _at(at, "minute", text)) for at, text in times]


def _tables(road: Road, identifiers: Sequence[Identifier]) -> list[Table]:
    tables = []
    if identifiers:
        rows = tuple(
            (str(place), plain(kind_name(one.kind)), plain(one.display)) for place, one in enumerate(identifiers, 1)
        )
        head = (t("No."), t("What"), t("As it was shown"))
        tables.append(Table(plain(t("Used by the deceivers")), tuple(map(plain, head)), rows))
    told = [one for one in road.transfers if "minor" in one]
    if told:
        tables.append(_transfers(road, told, _payee(identifiers)))
    return tables


def _payee(identifiers: Sequence[Identifier]) -> str:
    """Where the money went, if one thing only can be paid to; else it is written by hand."""
    payees = [one.display for one in identifiers if one.kind in PAYEES]
    return payees[0] if len(payees) == 1 else BLANK[:14]


def _transfers(road: Road, told: Sequence[dict[str, object]], payee: str) -> Table:
    bank = bank_by_code(road.bank or "")
    titles = {Kind.cash: t("Cash handed over"), Kind.loan: t("Loans")}
    kind = roads.kind_of(road)
    head = [t("No."), t("Date and time"), t("Sum")]
    more = [bank.short[locale()] if bank else BLANK[:10]] if kind != Kind.cash else []
    if kind == Kind.loan:
        head += [t("Lender")]
    elif kind != Kind.cash:
        head, more = [*head, t("From the bank"), t("To the card or account")], [*more, payee]
    rows = tuple(
        (str(place), _when(one), plain(money(int(str(one["minor"])), str(one["currency"]))), *more)
        for place, one in enumerate(told, 1)
    )
    total = roads.loss(road)
    below = plain(t("Altogether: {sum}", sum=money(*total))) if total and len(told) > 1 else ""
    return Table(plain(titles.get(kind, t("Transfers"))), tuple(map(plain, head)), rows, below)


def _when(one: dict[str, object]) -> str:
    return moment(datetime.fromisoformat(str(one["at"])), str(one["precision"])) if "at" in one else BLANK[:10]


def _asks(road: Road) -> list[str]:
    asks: list[str] = [
        t("1. Register this statement and give me the paper with its number (КУИ)."),
        t("2. Find the persons and call them to account."),
        t("3. Find out where the money went, block it and take measures to return it."),
    ]
    if road.kind == Kind.loan:
        asks.append(t("4. Recognise me as a victim and give me a copy of the decision for the lender."))
    return asks


def _attachments(road: Road, files: int) -> list[str]:
    listed: list[str] = [t("1. Screenshots and receipts: {count}", count=files or "____")]
    listed.append(t("2. Bank statement or receipt: ____ pages"))
    return [*listed, t("3. Other: {blank}", blank=BLANK)]


def _warned(country: str) -> str:
    if country == "RU":
        return t("I know that a knowingly false report is punished under article 306 of the Criminal Code of Russia.")
    return t("I know that a knowingly false report is punished under article 419 of the Criminal Code of Kazakhstan.")


def _footer(report: Report | None, now: datetime) -> str:
    day = full_date(now.date())
    if report is None:
        return t("Prepared with SaqBol on {date}. Read it and correct it before you sign.", date=day)
    return t(
        "Prepared with SaqBol on {date}, report {number}. Read it and correct it before you sign.",
        date=day,
        number=report.number,
    )
