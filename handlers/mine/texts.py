"""Own reports: the list, the timeline, and what the reporter is told when something happens."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from core.reference import scheme
from handlers.check.texts import named, picture_refused
from handlers.language import lines, locale, moment, t, tn
from handlers.report.texts import status
from storage.tables import History, Identifier, Report


def none_yet() -> Markup:
    return t("You have no reports yet. Send a number, card or link, and tap Report.")


def listed(total: int) -> Markup:
    return tn("You have {count} report. Tap it to see what became of it.",
              "You have {count} reports. Tap one to see what became of it.", total)  # fmt: skip


def label(report: Report) -> str:
    """One line of the list, on a button."""
    return f"{report.number} · {scheme(report.scheme).short[locale()]} · {status(report)}"[:60]


def timeline(
    history: Sequence[History], identifiers: dict[int, Identifier], did: Sequence[tuple[datetime, Markup]] = ()
) -> Markup:
    """Everybody's steps in one story; `did`: what the person did on the road of the first hour."""
    told = [one for one in history if one.step in STEPS]
    again = zip(told, [None, *told], strict=False)  # several answers about one thing are one line
    steps = [one for one, before in again if before is None or one.step not in AGAIN or one.step != before.step]
    story = sorted([*((one.at, step(one, identifiers)) for one in steps), *did], key=lambda one: one[0])
    return lines(
        t("<b>What became of it</b>"),
        *(Markup("{} · {}").format(moment(at), told) for at, told in story),
    )


STEPS = (
    "received", "joined", "amount", "story", "evidence", "when", "place", "contact", "withdrawn", "forwarded",
    "taken", "identifier_confirmed", "identifier_rejected", "closed", "expired", "statement_number", "criminal_case",
    "undone", "asked", "answered", "declined", "line_closed", "line_opened", "partner", "moved",
)  # fmt: skip
AGAIN = (*STEPS[: STEPS.index("withdrawn")], "answered")  # the reporter's own, shown once where they follow each other


def step(one: History, identifiers: dict[int, Identifier]) -> Markup:
    """A step in few words."""
    about = identifiers.get(one.data.get("identifier", 0))
    what = named(about) if about else ""
    return {
        "received": t("you reported it"),
        "joined": t("you reported it again"),
        "amount": t("you added the money"),
        "story": t("you added what happened"),
        "evidence": t("you added a file"),
        "when": t("you added when it was"),
        "place": t("you added the city"),
        "contact": t("you decided about the contact"),
        "withdrawn": t("you took it back"),
        "forwarded": t("sent to the police"),
        "taken": t("a police officer took it up"),
        "identifier_confirmed": t("the police confirmed: {what}", what=what),
        "identifier_rejected": t("the police did not confirm: {what}", what=what),
        "closed": t("the police finished: {outcome}", outcome=outcome(one.data.get("outcome"))),
        "expired": t("closed, nothing new for half a year"),
        "statement_number": t("your statement is registered: {number}", number=one.data.get("number", "")),
        "criminal_case": t("the police opened a criminal case"),
        "undone": t("the police corrected the last step"),
        "asked": t("the police asked you something"),
        "answered": t("you answered the police"),
        "declined": t("you did not want to answer"),
        "line_closed": t("you asked for no more questions"),
        "line_opened": t("you let the police ask again"),
        "moved": t("passed on to another operator: {partner}", partner=one.data.get("partner", "")),
        "partner": t("{partner}: {result}", partner=one.data.get("partner", ""),
                     result=answered(one.data.get("result", ""))),
    }[one.step]  # fmt: skip


def answered(result: str) -> Markup:
    """What a partner answered, in few words."""
    return {
        "accepted": t("received, being checked"),
        "refused": t("could not act"),
        "blocked": t("blocked"),
        "suspended": t("suspended"),
        "monitored": t("under watch"),
        "not_ours": t("not theirs"),
        "not_confirmed": t("not confirmed"),
        "false_positive": t("listed by mistake"),
        "money_stopped": t("the transfer was stopped"),
        "money_returned": t("the money was returned"),
    }.get(result, Markup("{}").format(result))


def outcome(code: str | None) -> Markup:
    return {
        "measures": t("measures were taken"),
        "statement": t("a statement to the police is needed"),
        "no_grounds": t("no grounds were found"),
    }.get(code or "", t("finished"))


def news(report: Report, one: History, identifier: Identifier | None) -> Markup:
    """The message to the reporter about one step, with what to do next."""
    what = named(identifier) if identifier else ""
    texts = {
        "forwarded": lambda: lines(
            t("Your report {number} is with the police.", number=report.number),
            t("Step by step, what else helps: /sos") if report.loss_minor else None,
        ),
        "taken": lambda: t("A police officer works on your report {number}. Nothing is needed from you now.",
                           number=report.number),
        "identifier_confirmed": lambda: lines(
            t("News about your report {number}: the police confirmed {what}.", number=report.number, what=what),
            t("Others who check it will see this. Thank you."),
        ),
        "identifier_rejected": lambda: lines(
            t("News about your report {number}: it was not confirmed for {what}.", number=report.number, what=what),
            t("This is no reproach. If you learn more, add it to the report: /my"),
        ),
        "closed": lambda: _closed(report, one),
        "statement_number": lambda: lines(
            t("Your statement is registered. Its number (КУИ): {number}", number=one.data.get("number", "")),
            t("Keep it: with it you can ask at the station how it goes. Report {number}.", number=report.number),
        ),
        "criminal_case": lambda: lines(
            t("News about your report {number}: the police opened a criminal case.", number=report.number),
            t("They may invite you. Keep everything you have: messages, receipts, numbers."),
        ),
        "undone": lambda: lines(
            t("The police corrected the last step on your report {number}.", number=report.number),
            t("It now stands: {status}. You need not do anything.", status=status(report)),
        ),
        "file_refused": lambda: _file_refused(report, one),
        "partner": lambda: _partner(report, one, identifier),
        "moved": lambda: lines(
            t("News about your report {number}: {what} belongs to another operator now.", number=report.number, what=what),
            t("Your report went on to {partner}. Nothing is needed from you.", partner=one.data["partner"]),
        ),
        "expired": lambda: t("Your report {number} was closed: nothing new for half a year. If it happens again, report it anew.",
                             number=report.number),
    }  # fmt: skip
    return texts[one.step]()


def _closed(report: Report, one: History) -> Markup:
    next_step = {
        "statement": t(
            "To open a criminal case the police need your statement: go to any police station or use eOtinish."
        ),
        "no_grounds": t("If you learn more, send it here as a new report."),
    }.get(one.data.get("outcome", ""), t("Thank you for not staying silent."))
    return lines(
        t("The police finished your report {number}: {outcome}.", number=report.number,
          outcome=outcome(one.data.get("outcome"))),
        next_step,
    )  # fmt: skip


def _file_refused(report: Report, one: History) -> Markup:
    if one.data.get("reason") == "gone":
        return t("I could not fetch a file of your report {number} from Telegram. Please send it once more: /my",
                 number=report.number)  # fmt: skip
    return lines(
        t("A file of your report {number} could not be kept.", number=report.number),
        picture_refused(one.data.get("reason", "")),
    )


def _partner(report: Report, one: History, about: Identifier | None) -> Markup:
    """What an organisation answered about the report, and what that means for the reporter."""
    number, partner, result = report.number, one.data["partner"], one.data["result"]
    what = named(about) if about else t("what you reported")
    operator = one.data["kind"] == "operator" and about is not None
    texts = {
        "accepted": lambda: [
            t("{partner} has your report {number} and is checking it.", partner=partner, number=number),
            t("Nothing is needed from you now."),
        ],
        "suspended": lambda: [
            t("News about your report {number}: the operator suspended the number {what}.",
              number=number, what=Markup("<code>{}</code>").format(about.display) if about else "")
            if operator
            else t("News about your report {number}: the service is suspended for {what}.", number=number, what=what),
            t("You protected others. Thank you."),
        ],
        "blocked": lambda: [
            t("News about your report {number}: {what} is blocked.", number=number, what=what),
            t("You protected others. Thank you."),
        ],
        "monitored": lambda: [
            t("News about your report {number}: {what} is under watch now.", number=number, what=what),
            t("If it happens again, send it here."),
        ],
        "money_stopped": lambda: [
            t("Good news about your report {number}: the transfer was stopped.", number=number),
            t("Call your bank: it will say how you get the money back."),
        ],
        "money_returned": lambda: [
            t("Good news about your report {number}: the money was returned.", number=number),
            t("Please look at your account. If it is not there, call your bank."),
        ],
        "refused": lambda: [
            t("News about your report {number}: {partner} could not act on it.", number=number, partner=partner),
            t("The police see your report all the same. If money left, call your bank."),
        ],
        "not_confirmed": lambda: [
            t("News about your report {number}: it was not confirmed for {what}.", number=number, what=what),
            t("This is no reproach. If you learn more, add it to the report: /my"),
        ],
        "false_positive": lambda: [
            t("News about your report {number}: {what} may have been marked by mistake.", number=number, what=what),
            t("The police will look at it. You need not do anything."),
        ],
    }
    return lines(*texts[result](), t("Answered by: {partner}", partner=partner) if result not in NAMED else None)


NAMED = ("accepted", "refused")
