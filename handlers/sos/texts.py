"""What the road says: each screen one thing to do, the exact words to say, and what else helps where it does not work."""

from collections.abc import Sequence
from datetime import date, datetime

from markupsafe import Markup

from core import road as roads
from core import terms
from core.checks import Found
from core.reference import Bank, bank_by_code, short_codes
from core.road import Ago, Kind, Outcome, Reminder, Stop
from core.terms import Term
from handlers.check.texts import named
from handlers.language import clock, full_date, lines, locale, moment, money, t, tn
from storage.tables import Report, Road

POLICE = "102"


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


def bank_of(road: Road) -> Bank | None:
    return bank_by_code(road.bank) if road.bank else None


def bank_name(road: Road) -> Markup:
    bank = bank_of(road)
    if bank:
        return Markup("{}").format(bank.short[locale()])
    return t("the lender") if road.kind == Kind.loan else t("your bank")


def line_to_call(road: Road, stop: Stop) -> str | None:
    """A number that may be copied and dialled: only where a source answers for it."""
    if stop is Stop.police:
        return POLICE
    bank = bank_of(road) if stop is Stop.call else None
    return bank.hotline if bank and bank.hotlines_status == "sourced" else None


def screen(road: Road, *, theirs: Sequence[Found] = (), country: str = "KZ", resumed: bool = False) -> Markup:
    stop = Stop(road.at)
    again = t("You are back. This is where you stopped.") if resumed and road.kind and stop is not Stop.end else None
    return lines(*([again, ""] if again else []), *_screen(road, stop, theirs, country))


def _screen(road: Road, stop: Stop, theirs: Sequence[Found], country: str) -> list[str]:
    if stop in roads.ACTIONS:
        return _action(road, stop)
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


# what to do


def action(stop: Stop) -> Markup:
    """Its name, on a button and in a list."""
    return {
        Stop.offline: t("Remove their app"),
        Stop.call: t("Call the bank"),
        Stop.operator: t("Call your operator"),
        Stop.secure: t("Close the way in"),
        Stop.credit: t("Turn on Stop-credit"),
        Stop.police: t("Call the police"),
        Stop.hand_in: t("Hand in the statement"),
        Stop.papers: t("Papers for the lender"),
    }[stop]


def _action(road: Road, stop: Stop) -> list[str]:
    place, count = roads.progress(road, stop)
    texts = {
        Stop.offline: _offline, Stop.call: _call, Stop.operator: _operator, Stop.secure: _secure,
        Stop.credit: _credit, Stop.police: _police, Stop.hand_in: _hand_in, Stop.papers: _papers,
    }  # fmt: skip
    return [t("Step {place} of {count}", place=place, count=count), "", *texts[stop](road)]


def _offline(road: Road) -> list[str]:
    return [
        t("<b>Remove the app they made you install.</b> Hold its icon and tap “Remove”."),
        "",
        t("It may show them your screen and your codes. Until it is gone, do not open the bank on this phone."),
    ]


def _call(road: Road) -> list[str]:
    line, bank = line_to_call(road, Stop.call), bank_of(road)
    hint = bank.hotline if bank and not line else None
    return [
        t("<b>Call {bank} now: {line}</b>", bank=bank_name(road), line=line)
        if line
        else t("<b>Call {bank} now.</b> The number is on your card or in the app.", bank=bank_name(road)),
        *([t("It may be {line}. Compare it with your card first.", line=hint)] if hint else []),
        *([t("Call from another phone if you can.")] if road.kind in (Kind.app, Kind.account) else []),
        "",
        t("Say:"),
        quote(to_the_bank(road)),
        t("Write down the number of the request."),
    ]


def quote(words: Markup) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(words)


def to_the_bank(road: Road) -> Markup:
    """The exact words, without a word that depends on who speaks."""
    late = road.ago in roads.LATE
    texts = {
        Kind.sent: lambda: Markup(" ").join([
            t("I was deceived by fraudsters: {money}.", money=_gone(road)),
            t("Please recall the transfer and report it to the Antifraud Centre.")
            if late
            else t("Please stop or recall the transfer and report it to the Antifraud Centre."),
            t("Block what is needed."),
        ]),
        Kind.code: lambda: t("Fraudsters know my code. Please block my card, my account and the entry to the app now."),
        Kind.card: lambda: t("Fraudsters have my card's data. Please block the card now and issue a new one."),
        Kind.app: lambda: t(
            "Fraudsters control my phone. Please block my cards, my account and the entry to the app now, stop my transfers and report it to the Antifraud Centre."
        ),
        Kind.loan: lambda: t(
            "Fraudsters took a loan in my name. Please block it, stop the payment of the money and note that I dispute this loan."
        ),
        Kind.account: lambda: t("My phone number or account was stolen. Please block the entry to the app and my cards now."),
    }  # fmt: skip
    return Markup("{} {}").format(texts[roads.kind_of(road)](), t("What is the number of my request?"))


def _gone(road: Road) -> Markup:
    """`250 000 ₸ went to them at 14:20` as far as it is known."""
    total = roads.loss(road)
    if not total:
        return t("my money went to them")
    return t("{sum} went to them", sum=money(*total))


def _operator(road: Road) -> list[str]:
    return [
        t("<b>Is there a connection on your phone?</b>"),
        "",
        t("If there is none, your SIM may be in their hands. Call your operator from another phone and say:"),
        quote(t("My SIM was replaced without me. Please block it now and tell me how to get it back.")),
        t("It may be {lines}: compare with your operator’s site.", lines=_operators()),
    ]


def _operators() -> str:
    """`Kcell / activ 3030, …`: hints, as long as no source answers for them."""
    lines_ = [line for line in short_codes().values() if line.group == "operator"]
    return ", ".join(f"{line.name[locale()]} {line.value}" for line in lines_)


def _secure(road: Road) -> list[str]:
    where = (
        t("<b>Close the way in, from another phone.</b>") if road.kind == Kind.app else t("<b>Close the way in.</b>")
    )
    if road.kind == Kind.account:
        return [
            where, "",
            t("1. WhatsApp or Telegram: Settings, Devices. End all other sessions."),
            t("2. Change the password and turn on two-step verification."),
            t("3. Tell your people: “My account was stolen, do not send money.”"),
        ]  # fmt: skip
    return [
        where, "",
        t("1. In the bank’s app and eGov, end all other sessions."),
        t("2. Change the passwords there and in your mail."),
        t("3. Tell nobody the new codes, whoever asks."),
    ]  # fmt: skip


def _credit(road: Road) -> list[str]:
    return [
        t("<b>Turn on Stop-credit in eGov.</b> It is free."),
        "",
        t("Then nobody can take a loan in your name. Open eGov, write “Stop-credit” in the search and follow it."),
    ]


def _police(road: Road) -> list[str]:
    words = (
        t("I was deceived and gave cash to a courier. He may be near. I can describe him and the car.")
        if road.kind == Kind.cash
        else t("I was deceived by fraudsters. Please note my call and tell me where to bring my statement.")
    )
    return [t("<b>Call the police: {line}</b>", line=POLICE), "", t("Say:"), quote(words)]


def _hand_in(road: Road) -> list[str]:
    return [
        t("<b>The statement comes here as two files.</b>"),
        "",
        t("1. Read it, write in your name, IIN and address, sign it."),
        t("2. Take it to any police station, or send it by eOtinish in eGov."),
        t("3. Take your ID, receipts and screenshots along."),
        t("4. Ask for the paper with the number (КУИ)."),
    ]


def _papers(road: Road) -> list[str]:
    return [
        t("<b>Papers for the lender</b>"),
        "",
        t(
            "Ask the investigator for the decision that recognises you as a victim (постановление о признании потерпевшим)."
        ),
        t("Give a copy to {bank} and ask in writing to stop the payments and the interest.", bank=bank_name(road)),
    ]


def alternative(road: Road, stop: Stop) -> Markup:
    """What else helps where it does not work."""
    return lines(
        *{
            Stop.offline: lambda: [
                t("<b>Then turn this phone off for now.</b>"),
                t("Call from another one. Later a shop or somebody you trust resets it to factory settings."),
            ],
            Stop.call: lambda: [
                t("<b>Then block the card yourself</b>: in the bank’s app, or in its chat, or at the nearest branch."),
                t("Try the call again in a few minutes. I will ask you about it."),
            ],
            Stop.operator: lambda: [
                t("<b>Then go to any shop of your operator with your ID.</b>"),
                t("They block the SIM and give you a new one."),
            ],
            Stop.secure: lambda: [
                t("<b>Ask somebody close to do it with you.</b>"),
                t("If the messenger is lost, install it anew with your number: the others are thrown out."),
            ],
            Stop.credit: lambda: [
                t("<b>Somebody close can help you with eGov on your phone.</b>"),
                t("The contact centre of eGov explains it; it may be 1414, compare with egov.kz."),
            ],
            Stop.police: lambda: [
                t("<b>Then go to any police station, or call later.</b>"),
                t("A written statement does the same. I prepare it for you."),
            ],
            Stop.hand_in: lambda: [
                t("<b>All right. The files stay here in the chat.</b>"),
                t("The sooner the better: cameras keep their records a few days. I will remind you in the morning."),
            ],
            Stop.papers: lambda: [
                t("<b>The decision comes after the case is opened.</b> That takes some days."),
                t("Until then give the lender a copy of your statement with its number."),
            ],
        }[stop]()
    )


# the end


def _end(road: Road, country: str) -> list[str]:
    done = [stop for stop in roads.path(road) if stop in roads.ACTIONS and roads.outcome(road, stop) == Outcome.done]
    left = roads.left(road)
    return [
        t("<b>You have done what can be done now.</b>") if not left else t("<b>You have done the most important.</b>"),
        "",
        *(Markup("✓ {}").format(action(stop)) for stop in done),
        *(Markup("○ {}").format(action(stop)) for stop in left),
        *dates(road, country),
        "",
        t("Whoever promises to get your money back for a fee deceives you again."),
        t("What you did stands in /my, and /sos brings you back here."),
    ]


def dates(road: Road, country: str) -> list[Markup]:
    """The clocks of the law, counted from the call to the bank."""
    called = road.steps.get(Stop.call)
    if road.lost is False or not called or called["outcome"] != Outcome.done:
        return []
    return [Markup(""), *(term(one, day) for one, day in terms.of_law(datetime.fromisoformat(called["at"]), country))]


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
        Reminder.bank: lambda: t("Did you reach {bank}? Each minute helps to stop the money.", bank=bank_name(road)),
        Reminder.statement: lambda: t("Good morning. Is the statement to the police handed in? Any station takes it, or eOtinish."),
        Reminder.answer: lambda: t("Has {bank} answered your request? You can call and ask by its number.", bank=bank_name(road)),
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
        **{str(stop): t("done: {what}", what=inside(action(stop))) for stop in roads.ACTIONS},
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
