"""What an export shows people: sheets, headings and words in the desk's language. Columns: docs/exports.md."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from core import cases
from core.exports.rows import Named, Told, Worked, shown
from core.exports.tables import ALMATY, Cell, Column, Sheet
from core.reference import bank_by_code, scheme, sign
from core.verdicts import Level, Verdict
from handlers.check.texts import kind
from handlers.desk.texts import reason
from handlers.language import full_date, locale, t
from handlers.mine.texts import outcome
from handlers.report.texts import method, status
from storage.tables import Case, Decision, Identifier, Report


def sheets() -> Mapping[str, Sheet]:
    """By stage of `core.exports.making`."""
    return {
        "told": Sheet(str(t("Reports")), _told_columns(), _told),
        "named": Sheet(str(t("Numbers, cards, links")), _named_columns(), _named),
        "worked": Sheet(str(t("Cases")), _worked_columns(), _worked),
    }


def _columns(*columns: tuple[str, int] | tuple[str, int, bool]) -> Sequence[Column]:
    return [Column(str(heading), width, *wrap) for heading, width, *wrap in columns]


def _told_columns() -> Sequence[Column]:
    return _columns(
        (t("Report"), 12), (t("Came on"), 17), (t("It stands"), 16), (t("Case"), 9), (t("The case"), 22),
        (t("Kind of scam"), 26), *_thing_columns(), (t("Role"), 24), *_verdict_columns(), (t("When it was"), 17),
        (t("City"), 14), (t("Loss, ₸"), 14), (t("Loss in another currency"), 16), (t("Money left on"), 17),
        (t("How it left"), 18), (t("From bank"), 14), (t("КУИ"), 18), (t("What happened"), 70, True),
    )  # fmt: skip


def _named_columns() -> Sequence[Column]:
    return _columns(
        *_thing_columns(), *_verdict_columns(), (t("Grounds"), 40, True), (t("Reports"), 12), (t("Loss, ₸"), 14),
        (t("Cases"), 24, True),
    )  # fmt: skip


def _worked_columns() -> Sequence[Column]:
    return _columns(
        (t("Case"), 9), (t("It stands"), 24), (t("Kind of scam"), 26), (t("Reports"), 12), (t("People"), 9),
        (t("First report"), 17), (t("Last report"), 17), (t("Loss, ₸"), 14), (t("Officer"), 20), (t("Taken on"), 17),
        (t("Closed on"), 17), (t("Criminal case (ЕРДР)"), 20), (t("Numbers, cards, links"), 60, True),
    )  # fmt: skip


def _thing_columns() -> Sequence[tuple[str, int]]:
    return (t("What it is"), 15), (t("Number, card, link"), 26), (t("In one spelling"), 26), (t("Range or bank"), 18)


def _verdict_columns() -> Sequence[tuple[str, int]]:
    return (
        (t("What is known"), 18), (t("Independent people"), 13), (t("First told"), 17), (t("Last told"), 17),
        (t("Told as"), 32), (t("Police decision"), 18), (t("Reason"), 24), (t("Decided on"), 17), (t("Note"), 26),
    )  # fmt: skip


def _told(row: Told) -> Sequence[Cell]:
    report, case = row.report, row.case
    return [
        report.number, report.created_at, str(status(report)), cases.number(case) if case else None,
        str(case_state(case)) if case else None, _scheme(report.scheme),
        *(_thing(row.identifier) if row.identifier else [None] * 4), role(row.role),
        *(_verdict(row.verdict, row.decision) if row.verdict else [None] * 9),
        *(_facts(report) if row.first else [None] * 9),
    ]  # fmt: skip


def _facts(report: Report) -> Sequence[Cell]:
    """Said once for a report, so that a sum over the column is right."""
    lost, tenge = report.loss_minor, report.loss_currency in (None, "KZT")
    bank = bank_by_code(report.loss_bank) if report.loss_bank else None
    return [
        _when(report.occurred_at, report.occurred_precision), report.city,
        _money(lost) if lost and tenge else None,
        f"{_money(lost):f} {report.loss_currency}" if lost and not tenge else None,
        _when(report.loss_at, report.loss_precision or "minute"),
        str(method(report.loss_method)) if report.loss_method else None,
        bank.short[locale()] if bank else None, report.statement_number, report.story,
    ]  # fmt: skip


def _named(row: Named) -> Sequence[Cell]:
    return [
        *_thing(row.identifier), *_verdict(row.verdict, row.decision), _grounds(row.verdict), row.reports,
        _money(row.loss_minor) if row.loss_minor else None, ", ".join(map(cases.number, row.cases)),
    ]  # fmt: skip


def _worked(row: Worked) -> Sequence[Cell]:
    case = row.case
    return [
        cases.number(case), str(case_state(case)), _scheme(case.scheme), row.reports, row.people, row.first, row.last,
        _money(row.loss_minor) if row.loss_minor else None, case.taken_name, case.taken_at, case.closed_at,
        ", ".join(row.registered), ", ".join(row.uses),
    ]  # fmt: skip


def _thing(one: Identifier) -> Sequence[Cell]:
    holder = one.attrs.get("range_holder") or one.attrs.get("bank_name")
    return [str(kind(one.kind)), one.display, shown(one), holder]


def _verdict(verdict: Verdict, decision: Decision | None) -> Sequence[Cell]:
    told = sorted(verdict.schemes.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        str(level(verdict.level)), verdict.people or None, verdict.first_seen, verdict.last_seen,
        ", ".join(f"{_scheme(code)} × {count}" for code, count in told), *_decision(decision), _note(verdict),
    ]  # fmt: skip


def _decision(decision: Decision | None) -> Sequence[Cell]:
    if decision is None:
        return [None, None, None]
    result = t("confirmed") if decision.result == "confirmed" else t("rejected")
    return [str(result), str(reason(decision.reason)), decision.at]


def _note(verdict: Verdict) -> str | None:
    notes = [t("the owner contests it")] if verdict.contested else []
    notes += [t("many new reports, being checked")] if verdict.burst else []
    return ", ".join(notes) or None


def _grounds(verdict: Verdict) -> str:
    return "\n".join(
        f"{sign(one.code).text[locale()].rstrip('.')} ({full_date(one.at.astimezone(ALMATY).date())})"
        for one in verdict.grounds
    )


def _scheme(code: str | None) -> str | None:
    try:
        return scheme(code).short[locale()] if code else None
    except KeyError:
        return code


def _money(minor: int) -> Decimal:
    return Decimal(minor) / 100


def _when(at: datetime | None, precision: str | None) -> Cell:
    """Without a clock where only the day was told."""
    return at.astimezone(ALMATY).date() if at and precision in (None, "day") else at


def case_state(case: Case) -> str:
    if case.status == "closed":
        return t("closed: {outcome}", outcome=outcome(case.outcome))
    return t("being worked on") if case.status == "taken" else t("waits")


def role(code: str | None) -> str | None:
    texts = {
        "contacted_from": t("called or wrote from it"),
        "asked_to_call": t("asked to call it"),
        "payee": t("money was to go there"),
        "listing": t("the listing"),
        "landing_page": t("a page they sent"),
        "messenger": t("wrote from this profile"),
        "courier": t("a courier"),
        "impersonated": t("shown falsely, belongs to others"),
    }
    return str(texts[code]) if code in texts else None


def level(one: Level) -> str:
    return {
        Level.none: t("nothing is held against it"),
        Level.reported: t("reported"),
        Level.flagged: t("flagged"),
        Level.confirmed: t("confirmed"),
        Level.official: t("official number"),
        Level.under_review: t("under review"),
    }[one]
