"""The things to do outside the chat: the exact words to say, and what else helps where it does not work."""

from markupsafe import Markup

from core import road as roads
from core.reference import Bank, bank_by_code, short_codes
from core.road import Kind, Stop
from handlers.language import lines, locale, money, t
from storage.tables import Road

POLICE = "102"


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


def text(road: Road, stop: Stop) -> list[str]:
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
