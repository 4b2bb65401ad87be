"""A question of the desk and its answer: what the reporter reads, and what the desk reads."""

from collections.abc import Callable

from markupsafe import Markup

from core import cases
from handlers.desk.texts import linked, mention
from handlers.language import lines, t, tn, unlinked
from storage.tables import Answer, Case, Question, Report


def _quote(words: str) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(unlinked(words))


# the reporter


def question(asked: Question, report: Report) -> Markup:
    return lines(
        t("The police ask about your report <b>{number}</b>:", number=report.number),
        _quote(asked.words),
        t("They do not see who you are. You decide whether to answer."),
    )


def ask_answer(asked: Question, report: Report) -> Markup:
    return lines(
        t("Your answer about the report {number}: write it here or send a photo.", number=report.number),
        _quote(asked.words),
        t("No codes and no card of yours, please."),
    )


def passed_on() -> Markup:
    return t("Passed on to the police. Thank you. Anything to add? Write it or send a photo, then tap Done.")


def done() -> Markup:
    return t("All right. If the police have another question, it comes here.")


def only_words() -> Markup:
    return t("I can pass on words and pictures only. Please write your answer or send a photo.")


def declined() -> Markup:
    return t("All right, I have told the police. Your report stays.")


def line_closed() -> Markup:
    return t("All right: no more questions about this report. It stays with the police.")


def line_opened() -> Markup:
    return t("The police may ask you about this report again.")


def is_this_the_answer(asked: Question, report: Report) -> Markup:
    return lines(
        t("Is this your answer to the police? They ask about the report {number}:", number=report.number),
        _quote(asked.words),
    )


def not_passed_on() -> Markup:
    return t("All right, I passed nothing on. The question waits in /my.")


def wait(count: int) -> Markup:
    return tn("❓ The police wait for your answer to {count} question.",
              "❓ The police wait for your answer to {count} questions.", count)  # fmt: skip


# the desk


def ask_about(report: Report) -> Markup:
    return t("What do you want to ask the reporter of {number}? Reply to this message. They see your words, not your name.",
             number=report.number)  # fmt: skip


def ask_everybody(case: Case, people: int) -> Markup:
    return tn(
        "What do you want to ask the reporter of {case}? Reply to this message. They see your words, not your name.",
        "What do you want to ask the {count} reporters of {case}? Reply to this message. They see your words, not your name.",
        people, case=cases.number(case),
    )  # fmt: skip


def answer(case: Case, report: Report, asked: Question, part: Answer) -> Markup:
    return lines(
        t("💬 {case}, {number}: the reporter answers. {officer}, you asked:", case=linked(case), number=report.number,
          officer=mention(asked.officer_id, asked.officer_name)),
        _quote(asked.words),
        unlinked(part.words or ""),
        t("A picture follows.") if part.evidence_id else None,
    )  # fmt: skip


def line(case: Case, report: Report, step: str, asked: Question | None) -> Markup:
    """What became of the line to a reporter."""
    about = {"case": linked(case), "number": report.number}
    texts: dict[str, Callable[[], Markup]] = {
        "declined": lambda: t("💬 {case}, {number}: the reporter does not want to answer.", **about),
        "line_closed": lambda: t("💬 {case}, {number}: the reporter wants no more questions.", **about),
        "line_opened": lambda: t("💬 {case}, {number}: the reporter can be asked again.", **about),
        "unreachable": lambda: t("💬 {case}, {number}: the reporter can’t be reached, the question did not arrive.", **about),
    }  # fmt: skip
    return lines(texts[step](), _quote(asked.words) if asked else None)
