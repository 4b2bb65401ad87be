"""What an export shows people: sheets, headings and words in the desk's language. Columns: docs/exports.md."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import starmap

from core import cases
from core.exports.rows import MOST_CASES, MOST_USED, Mention, Named, Told, Worked, shown
from core.exports.tables import ALMATY, Cell, Column, Sheet
from core.reference import bank_by_code, scheme, sign
from core.verdicts import Level, Verdict
from handlers.check.texts import kind
from handlers.desk.texts import reason
from handlers.language import full_date, locale, t
from handlers.mine.texts import outcome
from handlers.report.texts import method, standing
from storage.tables import Decision, Identifier, Report

THING, VERDICT, FACTS = 4, 3, 9  # how many columns these take


def sheets() -> Mapping[str, Sheet]:
    """By stage of `core.exports.making`."""
    return {
        "told": Sheet(str(t("Citizens' reports")), _told_columns(), _told),
        "named": Sheet(str(t("Numbers, cards, links")), _named_columns(), _named),
        "worked": Sheet(str(t("Cases")), _worked_columns(), _worked),
    }


def _columns(*columns: tuple[str, int] | tuple[str, int, bool]) -> Sequence[Column]:
    return [Column(str(heading), width, *wrap) for heading, width, *wrap in columns]


def _told_columns() -> Sequence[Column]:
    return _columns(
        (t("Report number"), 12), (t("Came on"), 17), (t("State"), 17), (t("Case"), 9), (t("State of the case"), 22),
        (t("Kind of scam"), 26), *_thing_columns(), (t("How it was used"), 30), (t("What is known"), 20),
        (t("Independent people"), 13), (t("Police decision"), 18), (t("When it was"), 17), (t("City"), 14),
        (t("Loss, ₸"), 14), (t("Loss in another currency"), 16), (t("Money left on"), 17), (t("How it left"), 18),
        (t("From bank"), 14), (t("Statement (КУИ)"), 18), (t("In their words"), 70, True),
    )  # fmt: skip


def _named_columns() -> Sequence[Column]:
    return _columns(
        *_thing_columns(), (t("What is known"), 20), (t("Independent people"), 13), (t("First told"), 17),
        (t("Last told"), 17), (t("Kinds of scam"), 36, True), (t("Grounds"), 40, True), (t("Note"), 26),
        (t("Police decision"), 18), (t("Reason"), 24), (t("Decided on"), 17), (t("Reports in this period"), 12),
        (t("Loss, ₸"), 16), (t("Cases"), 24, True),
    )  # fmt: skip


def _worked_columns() -> Sequence[Column]:
    return _columns(
        (t("Case"), 9), (t("State of the case"), 24), (t("Kind of scam"), 26), (t("Reports in this period"), 12),
        (t("People"), 11), (t("First report"), 17), (t("Last report"), 17), (t("Loss, ₸"), 16), (t("Officer"), 20),
        (t("Taken on"), 17), (t("Closed on"), 17), (t("Criminal case (ЕРДР)"), 24, True),
        (t("Numbers, cards, links"), 60, True),
    )  # fmt: skip


def _thing_columns() -> Sequence[tuple[str, int]]:
    return (t("What it is"), 16), (t("Number, card, link"), 36), (t("For comparing"), 40), (t("Range or bank"), 18)


def _told(row: Told) -> Iterator[Sequence[Cell]]:
    """A line for each thing that the report names; what is told once stands in the first, so that a sum is right."""
    report = row.report
    case = cases.number(report.case_id) if report.case_id else None
    about: Sequence[Cell] = (
        report.number, report.created_at, _word(standing, report.status), case, _state(*row.case) if row.case else None,
        _scheme(report.scheme),
    )  # fmt: skip
    for place, mention in enumerate(row.mentions or (None,)):
        yield (*about, *_mention(mention), *(_facts(report) if place == 0 else [None] * FACTS))


def _mention(one: Mention | None) -> Sequence[Cell]:
    if one is None:
        return [None] * (THING + 1 + VERDICT)
    verdict, decision = one.verdict, one.decision
    return (
        *_thing(one.identifier), _word(role, one.role), _word(level, verdict.level), verdict.people,
        _word(decided, decision.result) if decision else None,
    )  # fmt: skip


def _facts(report: Report) -> Sequence[Cell]:
    lost, tenge = report.loss_minor, report.loss_currency in (None, "KZT")
    bank = bank_by_code(report.loss_bank) if report.loss_bank else None
    return [
        _when(report.occurred_at, report.occurred_precision), report.city,
        _money(lost) if lost and tenge else None,
        f"{_money(lost):f} {report.loss_currency}" if lost and not tenge else None,
        _when(report.loss_at, report.loss_precision), _word(method, report.loss_method),
        bank.short[locale()] if bank else None, report.statement_number, report.story,
    ]  # fmt: skip


def _named(row: Named) -> Iterator[Sequence[Cell]]:
    verdict = row.verdict
    told = sorted(verdict.schemes.items(), key=lambda pair: (-pair[1], pair[0]))
    yield [
        *_thing(row.identifier), _word(level, verdict.level), verdict.people, verdict.first_seen, verdict.last_seen,
        "\n".join(f"{_scheme(code)} × {count}" for code, count in told) or None, _grounds(verdict), _note(verdict),
        *_decision(row.decision), row.reports, _money(row.loss_minor) if row.loss_minor else None,
        _listed([cases.number(one) for one in row.cases], MOST_CASES, ", "),
    ]  # fmt: skip


def _worked(row: Worked) -> Iterator[Sequence[Cell]]:
    case, uses = row.case, [f"{_word(kind, one.kind)} {one.display}" for one in row.uses]
    yield [
        cases.number(case), _state(case.status, case.outcome), _scheme(case.scheme), row.reports, row.people,
        row.first, row.last, _money(row.loss_minor) if row.loss_minor else None,
        case.taken_name, case.taken_at, case.closed_at,
        "\n".join(starmap(_criminal_case, row.registered)) or None, _listed(uses, MOST_USED, "\n"),
    ]  # fmt: skip


def _criminal_case(number: str, published: bool) -> str:
    return number if published else t("{number}, not published", number=number)


def _thing(one: Identifier) -> Sequence[Cell]:
    holder = one.attrs.get("range_holder") or one.attrs.get("bank_name")
    return _word(kind, one.kind), one.display, shown(one), holder


def _decision(decision: Decision | None) -> Sequence[Cell]:
    if decision is None:
        return [None, None, None]
    return [_word(decided, decision.result), str(reason(decision.reason)), decision.at]


def _note(verdict: Verdict) -> str | None:
    notes = [t("the owner contests it")] if verdict.contested else []
    notes += [t("many new reports, being checked")] if verdict.burst else []
    return ", ".join(notes) or None


def _grounds(verdict: Verdict) -> str | None:
    return "\n".join(
        f"{sign(one.code).text[locale()].rstrip('.')} ({full_date(one.at.astimezone(ALMATY).date())})"
        for one in verdict.grounds
    ) or None  # fmt: skip


def _listed(names: Sequence[str], most: int, between: str) -> str | None:
    return between.join([*names, "…"] if len(names) == most else names) or None


def _scheme(code: str | None) -> str | None:
    try:
        return scheme(code).short[locale()] if code else None
    except KeyError:
        return code


def _money(minor: int) -> Decimal:
    return Decimal(minor) / 100


def _when(at: datetime | None, precision: str | None) -> Cell:
    """Without a clock where only the day was told."""
    return at.astimezone(ALMATY).date() if at and precision == "day" else at


def _state(status: str, outcome: str | None) -> str:
    return _once(locale(), case_state, f"{status}:{outcome or ''}")


def _word(text: Callable[[str], str], code: str | None) -> str | None:
    return _once(locale(), text, code) if code else None


@lru_cache(maxsize=512)
def _once(_language: str, text: Callable[[str], str], code: str) -> str:
    """A word stands in 100,000 lines and is looked up in the catalogue once."""
    return str(text(code))


def case_state(code: str) -> str:
    """`open:`, `taken:`, `closed:<outcome>`"""
    status, _, ending = code.partition(":")
    if status == "closed":
        return t("closed: {outcome}", outcome=outcome(ending))
    return t("being worked on") if status == "taken" else t("waits")


def decided(result: str) -> str:
    return t("confirmed") if result == "confirmed" else t("rejected")


def role(code: str) -> str:
    return {
        "contacted_from": t("called or wrote from it"),
        "asked_to_call": t("asked to call it"),
        "payee": t("money was to go there"),
        "listing": t("the listing"),
        "landing_page": t("a page they sent"),
        "messenger": t("wrote from this profile"),
        "courier": t("a courier"),
        "impersonated": t("shown falsely, belongs to others"),
    }.get(code, code)


def level(code: str) -> str:
    return {
        Level.none: t("nothing is held against it"),
        Level.reported: t("there are reports"),
        Level.flagged: t("flagged"),
        Level.confirmed: t("confirmed"),
        Level.official: t("official number"),
        Level.under_review: t("under review"),
    }[Level(code)]
