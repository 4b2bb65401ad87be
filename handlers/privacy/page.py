"""The copy of somebody's data as a page to read: one file, nothing fetched from elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from core.checks import items
from core.reference import scheme
from handlers.check.texts import named
from handlers.language import lines, locale, moment, t
from handlers.mine.texts import timeline
from handlers.report.texts import facts, pictures, status
from handlers.trust.texts import label
from handlers.welcome.keyboards import NAMES
from storage.tables import Answer, Appeal, Check, Identifier, Person, Question, Report

PAGE = Markup(
    '<!doctype html>\n<html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{}</title><style>body{{font:16px/1.5 sans-serif;max-width:42em;margin:2em auto;padding:0 1em}}"
    "section{{white-space:pre-line;border-top:1px solid #ccc;padding:1em 0}}h2{{margin-top:2em}}</style>"
    "<h1>{}</h1><p>{}</p>{}</html>"
)
Rows = dict[str, list[Any]]


def page(rows: Rows, now: datetime) -> bytes:
    """UTF-8 HTML in the reader's language."""
    [person] = rows["person"]
    known = {row.id: row for row in rows["identifiers"]}
    parts = [
        (t("About you"), [_person(person)]),
        (t("Your reports"), [_report(one, rows, known) for one in rows["reports"]]),
        (t("Your appeals"), [_appeal(one, known) for one in rows["appeals"]]),
        (t("Checks of the last 30 days"), [_check(one) for one in rows["checks"]]),
        (t("What I watch for you"), [named(known[one.identifier_id]) for one in rows["watches"]]),
        (t("Trusted person"), [label(one, mine=one.guarded_id == person.id) for one in rows["trust"]]),
    ]
    body = Markup("").join(_part(title, listed) for title, listed in parts if listed)
    title = t("What SaqBol keeps of you")
    return PAGE.format(locale(), title, title, moment(now), body).encode()


def _part(title: str, listed: Sequence[Markup]) -> Markup:
    sections = Markup("").join(Markup("<section>{}</section>").format(one) for one in listed)
    return Markup("<h2>{}</h2>{}").format(title, sections)


def _person(person: Person) -> Markup:
    return lines(
        t("Telegram account: {number}", number=person.telegram_id),
        t("Language: {language}", language=NAMES[person.language]),
        t("Here since: {moment}", moment=moment(person.created_at)),
    )


def _report(report: Report, rows: Rows, known: dict[int, Identifier]) -> Markup:
    def mine(name: str) -> list[Any]:
        return [one for one in rows[name] if one.report_id == report.id]

    return lines(
        Markup("<b>{}</b> · {}").format(report.number, status(report)),
        scheme(report.scheme).short[locale()],
        *(named(known[one.identifier_id]) for one in mine("accused")),
        *facts(report),
        pictures(len(mine("files"))),
        t("What happened: {story}", story=report.story) if report.story else None,
        t("The police may reach you: {contact}", contact=report.contact) if report.contact else None,
        *(t("You answered the police: {words}", words=one) for one in _answers(mine("asked"), rows["answers"])),
        "",
        timeline(mine("steps"), known),
    )


def _answers(asked: Sequence[Question], answers: Sequence[Answer]) -> list[str]:
    ids = {one.id for one in asked}
    return [one.words for one in answers if one.question_id in ids and one.words]


def _appeal(appeal: Appeal, known: dict[int, Identifier]) -> Markup:
    return lines(
        named(known[appeal.identifier_id]),
        moment(appeal.opened_at),
        *(one for one in (appeal.reference, appeal.words) if one),
    )


def _check(check: Check) -> Markup:
    return lines(moment(check.created_at), *(named(one) for one in items(check)), check.text or None)
