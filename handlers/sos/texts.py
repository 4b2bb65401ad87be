"""What the road says: each screen one thing to do, the exact words to say, and what else helps where it does not work."""

from collections.abc import Sequence
from datetime import date, datetime

from markupsafe import Markup

from core import road as roads
from core import terms
from core.checks import Found
from core.road import Ago, Kind, Outcome, Reminder, Stop
from core.terms import Term
from handlers.check.texts import named
from handlers.language import clock, full_date, lines, moment, money, t, tn
from handlers.sos import steps
from storage.tables import Report, Road


def kind(one: Kind) -> Markup:
    return {
        Kind.sent: t("I sent money"),
        Kind.code: t("I told a code from SMS"),
        Kind.card: t("I gave my card's data"),
        Kind.app: t("I installed their app"),
        Kind.loan: t("A loan was taken in my name"),
        Kind.cash: t("I gave cash to a courier"),
        Kind.account: t("My account or SIM was stolen"),
    }[one]


def ago(one: Ago) -> Markup:
    return {
        Ago.hour: t("Within the last hour"),
        Ago.today: t("Today"),
        Ago.yesterday: t("Yesterday"),
        Ago.earlier: t("Earlier"),
    }[one]


def minutes_ago(count: int) -> Markup:
    return tn("{count} minute ago", "{count} minutes ago", count)


def screen(road: Road, *, theirs: Sequence[Found] = (), country: str = "KZ", resumed: bool = False) -> Markup:
    stop = Stop(road.at)
    again = t("You are back. This is where you stopped.") if resumed and road.kind and stop is not Stop.end else None
    return lines(*([again, ""] if again else []), *_screen(road, stop, theirs, country))


def _screen(road: Road, stop: Stop, theirs: Sequence[Found], country: str) -> list[str]:
    if stop in roads.ACTIONS:
        return steps.text(road, stop)
    match stop:
        case Stop.what:
            return [t("<b>I am with you. Let us take it step by step.</b>"), "", t("What happened?")]
        case Stop.when:
            return [t("<b>When was it?</b>")]
        case Stop.bank:
            return [t("<b>Who gave the loan?</b>") if road.kind == Kind.loan else t("<b>Which is your bank?</b>")]
        case Stop.number:
            return [
                t("<b>Write the number of your request</b>, as the bank told it."),
                "",
                t("I keep it for the statement."),
            ]
        case Stop.details:
            return _details(theirs)
        case Stop.sum:
            return _sum(road)
        case Stop.at:
            return [
                t("<b>When was the loan taken?</b>") if road.kind == Kind.loan else t("<b>When did this money go?</b>"),
                "",
                t("Write it, for example: 14:20 or yesterday 18:40. The bank finds it faster by the time."),
            ]
        case Stop.another:
            return [*transfers(road), "", t("<b>Was there another one?</b>")]
        case Stop.statement:
            return [
                t("<b>A statement to the police</b>"),
                "",
                t("I write it from what you told: a PDF to print and a Word file to correct."),
                t("Your name, IIN and address you write yourself, on paper. Do not send them here."),
            ]
    return _end(road, country)


def _details(theirs: Sequence[Found]) -> list[str]:
    if theirs:
        return [
            t("<b>Was it them?</b>"), "", *(named(one) for one in theirs), "",
            t("If so, I report it to the police at once, without your name."),
        ]  # fmt: skip
    return [
        t(
            "<b>Who deceived you?</b> Send what you have of them in one message: a phone number, card, account, link or @name."
        ),
        "",
        t("I report it to the police at once, without your name."),
    ]


def _sum(road: Road) -> list[str]:
    if road.kind == Kind.loan:
        return [t("<b>How big is the loan?</b>"), "", t("Write the sum, roughly is fine: 250 000 or 1,5 mln.")]
    if road.kind in roads.MAYBE_NOTHING_GONE:
        question = t("<b>Is money gone already? How much?</b>")
    else:
        question = t("<b>How much money is gone?</b>")
    return [question, "", t("If it went in several parts, write the first. Roughly is fine: 250 000 or 1,5 mln.")]


def transfers(road: Road) -> list[Markup]:
    return [transfer(one) for one in road.transfers if "minor" in one]


def transfer(one: dict[str, object]) -> Markup:
    told = Markup("• {}").format(money(int(str(one["minor"])), str(one["currency"])))
    if "at" not in one:
        return told
    return Markup("{}, {}").format(told, moment(datetime.fromisoformat(str(one["at"])), str(one["precision"])))


# the end


def _end(road: Road, country: str) -> list[str]:
    done = [stop for stop in roads.path(road) if stop in roads.ACTIONS and roads.outcome(road, stop) == Outcome.done]
    left = roads.left(road)
    return [
        t("<b>You have done what can be done now.</b>") if not left else t("<b>You have done the most important.</b>"),
        "",
        *(Markup("✓ {}").format(steps.action(stop)) for stop in done),
        *(Markup("○ {}").format(steps.action(stop)) for stop in left),
        *dates(road, country),
        "",
        t("Whoever promises to get your money back for a fee deceives you again."),
        t("What you did stands in /my, and /sos brings you back here."),
    ]


def dates(road: Road, country: str) -> list[Markup]:
    """The clocks of the law, as dates."""
    since = roads.clocks_run_since(road, country)
    return [Markup(""), *(term(one, day) for one, day in terms.of_law(since, country))] if since else []


def term(one: Term, day: date) -> Markup:
    by = full_date(day)
    return {
        Term.operator: t("The operator of their number has two working days to check it: until {date}.", date=by),
        Term.cooling_off: t("The bank may hold a doubtful transfer until {date}.", date=by),
        Term.refund: t("The bank answers about a refund by {date}.", date=by),
    }[one]


def reported(report: Report) -> Markup:
    return t("✓ Reported: <b>{number}</b>.", number=report.number)


def left_the_road() -> Markup:
    return t("All right. If money or a code is gone, /sos is here at any time. Urgent? Call 102.")


# reminders


def reminder(what: Reminder, road: Road) -> Markup:
    return {
        Reminder.bank: lambda: t("Did you reach {bank}? Each minute helps to stop the money.", bank=steps.bank_name(road)),
        Reminder.statement: lambda: t("Good morning. Is the statement to the police handed in? Any station takes it, or eOtinish."),
        Reminder.answer: lambda: t("Has {bank} answered your request? You can call and ask by its number.", bank=steps.bank_name(road)),
    }[what]() + (_by_number(road) if what is Reminder.answer else "")  # fmt: skip


def _by_number(road: Road) -> Markup:
    return Markup("\n{}").format(t("Your request: {number}", number=road.request)) if road.request else Markup("")


def asked_later(at: datetime) -> Markup:
    return t(
        "All right, I will ask on {date} at {time}.", date=full_date(at.astimezone(terms.ZONE).date()), time=clock(at)
    )


def answered() -> Markup:
    return lines(
        t("Good. Keep what they wrote."),
        t("If they refuse, ask for it in writing. You can complain to the National Bank: 1477."),
    )


def hushed() -> Markup:
    return lines(t("All right, no more reminders. /sos is here at any time."), "", warning())


def warning() -> Markup:
    """Once: those who come after the loss."""
    return t(
        "⚠️ After a loss others often call: a “lawyer”, the “police”, the “bank”. They promise to get your money back for a fee or a code. That is the same fraud again: pay nothing, tell no code."
    )


# the story


def timeline(road: Road) -> list[tuple[datetime, Markup]]:
    """What they did, with the time, for `/my`."""
    told: dict[str, Markup] = {
        **{str(stop): t("done: {what}", what=inside(steps.action(stop))) for stop in roads.ACTIONS},
        "answer": t("the bank answered"),
    }
    if road.request:
        told[Stop.number] = t("the bank’s number of your request: {number}", number=road.request)
    return [
        (datetime.fromisoformat(step["at"]), told[stop])
        for stop, step in road.steps.items()
        if stop in told and step["outcome"] == Outcome.done
    ]


def inside(label: Markup) -> Markup:
    """A button's name inside a sentence."""
    return label[:1].lower() + label[1:]
