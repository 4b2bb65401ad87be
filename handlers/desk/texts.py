"""The case card, and what the desk reads in its group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from core import cases
from core.reference import scheme
from core.summaries import stored
from handlers.check.texts import MARKS, known, named
from handlers.language import clock, lines, locale, moment, t, unlinked
from handlers.mine.texts import outcome
from handlers.report.texts import facts, pictures, status
from storage.tables import Case, Decision, History, Identifier, Report

MOST_STORY = 700
MOST_STEPS = 12
REASONS = {
    "confirm": ("own_check", "statement", "many", "partner"),
    "reject": ("mistake", "honest", "spoofed", "too_little"),
}


def reason(code: str) -> str:
    """The text of a ready reason; a typed one is its own text."""
    texts = {
        "own_check": t("our own check"),
        "statement": t("a victim's statement"),
        "many": t("several matching reports"),
        "partner": t("answer of a bank or operator"),
        "mistake": t("reported by mistake"),
        "honest": t("honest owner"),
        "spoofed": t("the number was forged"),
        "too_little": t("too little to go on"),
    }
    return texts.get(code, code)


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card is drawn from."""

    case: Case
    reports: Sequence[Report]
    identifiers: Sequence[Identifier]
    decisions: Mapping[int, Decision]
    history: Sequence[History]
    files: int
    now: datetime

    @property
    def standing(self) -> list[Report]:
        return [report for report in self.reports if report.status != "withdrawn"]


def card(drawn: Card) -> Markup:
    first = drawn.reports[0]
    return lines(
        t("<b>Case {number}</b> · {state}", number=cases.number(drawn.case), state=state(drawn)),
        Markup("{} · {}").format(scheme(first.scheme).label[locale()], moment(first.created_at)),
        "",
        *(identifier(row, drawn) for row in drawn.identifiers),
        *(report(one) for one in drawn.reports),
        pictures(drawn.files),
        *history(drawn),
    )


def state(drawn: Card) -> Markup:
    if not drawn.standing:
        return t("taken back by the reporter")
    if drawn.case.status == "closed":
        return t("closed: {outcome}", outcome=outcome(drawn.case.outcome))
    if drawn.case.status == "taken":
        return t("being worked on")
    return t("waits")


def identifier(row: Identifier, drawn: Card) -> Markup:
    decision = drawn.decisions.get(row.id)
    verdict = stored(row)
    told = known(verdict, drawn.now)
    return lines(
        Markup("{} {}").format(MARKS[verdict.level], named(row)),
        Markup("   {}").format(Markup(" ").join(told)),
        Markup("   {}").format(decided(decision)) if decision else None,
        Markup("   {}").format(t("range of {holder}", holder=row.attrs["range_holder"]))
        if row.attrs.get("range_holder")
        else None,
        "",
    )


def decided(decision: Decision) -> Markup:
    if decision.result == "confirmed":
        return t("✅ confirmed: {reason}", reason=unlinked(reason(decision.reason)))
    return t("❌ rejected: {reason}", reason=unlinked(reason(decision.reason)))


def report(one: Report) -> Markup:
    return lines(
        t("Report {number} · {status}", number=one.number, status=status(one)),
        *facts(one),
        t("Contact, with consent: {contact}", contact=one.contact) if one.contact else None,
        Markup("<blockquote expandable>{}</blockquote>").format(unlinked(one.story[:MOST_STORY]))
        if one.story
        else None,
    )


def history(drawn: Card) -> list[Markup]:
    """Who did what and when."""
    if not drawn.history:
        return []
    names = {row.id: named(row) for row in drawn.identifiers}
    return [Markup(""), *(step(one, names) for one in drawn.history[-MOST_STEPS:])]


def step(one: History, names: Mapping[int, Markup]) -> Markup:
    what = names.get(one.data.get("identifier", 0), "")
    why = unlinked(reason(one.data.get("reason", "")))
    text = {
        "taken": t("took the case"),
        "returned": t("returned the case"),
        "confirmed": t("confirmed {what}: {reason}", what=what, reason=why),
        "rejected": t("rejected {what}: {reason}", what=what, reason=why),
        "closed": t("closed: {outcome}", outcome=outcome(one.data.get("outcome"))),
    }.get(one.step, one.step)
    return Markup("{} <b>{}</b> · {}").format(clock(one.at), one.actor_name, text)


def ask_reason(row: Identifier, confirm: bool) -> Markup:
    if confirm:
        return t("Why is {what} confirmed? Reply to this message.", what=named(row))
    return t("Why is {what} rejected? Reply to this message.", what=named(row))


def urgent(row: Identifier) -> Markup:
    return lines(
        t("⚡ Many new reports today: {what}", what=named(row)),
        t("They may be a real campaign or an attack on somebody. Please look and confirm or reject."),
    )


def noted() -> Markup:
    return t("Noted.")


def desk_language_set() -> Markup:
    return t("The desk reads English now. New cards and changed ones follow.")
