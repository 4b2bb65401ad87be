"""From the scheme page to the confirmation, and the questions that enrich a report."""

from collections.abc import Sequence

from markupsafe import Markup

from core.checks import Found
from core.checks import named as named_for_routing
from core.reference import bank_by_code, scheme
from core.routing import Connected, recipients
from handlers.check.texts import named
from handlers.language import lines, locale, moment, money, t, tn, unlinked
from storage.tables import Identifier, Report


def choose_scheme(found: Sequence[Found], connected: Connected) -> Markup:
    """What is accused, the question, and the one line of consent."""
    accused = [one for one in found if one.accused]
    return lines(
        *(named(one) for one in accused),
        *([t("Mark what you accuse.")] if not accused else []),
        "",
        t("<b>What kind of scam is it?</b> One tap saves the report."),
        "",
        consent(connected, found),
    )


def consent(connected: Connected, found: Sequence[Found]) -> Markup:
    if not connected.desk:
        return t("The report is kept for the police. Your name does not go with it. /privacy")
    others = also_to(connected, found)
    if others:
        return t("The report goes to the police and to: {names}. Your name does not go with it. /privacy", names=others)
    return t("The report goes to the police. Your name does not go with it. /privacy")


def also_to(connected: Connected, found: Sequence[Found]) -> str:
    """Names of the organisations that routing finds for what is accused."""
    return ", ".join(recipients(connected, named_for_routing(found)))


def accepted(
    report: Report, connected: Connected, found: Sequence[Found], *, joined: bool, spoofed: bool, grace_minutes: int
) -> Markup:
    """The confirmation: number, who gets it, what it is not, what can be added."""
    return lines(
        t("Saved: <b>{number}</b>. Thank you, this helps others.", number=report.number)
        if not joined
        else t("You have reported this before. I added it to your report <b>{number}</b>.", number=report.number),
        t("They showed you a real number that is not theirs. I note the call, not the number.") if spoofed else None,
        *([] if joined else goes_to(report, connected, found, grace_minutes)),
        "",
        not_a_statement(report),
        "",
        t("Will you add what happened? Everything is optional."),
    )


def goes_to(report: Report, connected: Connected, found: Sequence[Found], grace_minutes: int) -> list[Markup]:
    if not connected.desk:
        return [t("It waits here until the police desk is connected.")]
    if report.status != "received":
        return [t("It is with the police.")]
    others = also_to(connected, found)
    police = (
        tn("In {count} minute it goes to the police. Until then you can take it back.",
           "In {count} minutes it goes to the police. Until then you can take it back.", grace_minutes)
        if grace_minutes >= 1
        else t("It goes to the police now.")
    )  # fmt: skip
    return [police, t("These get it too: {names}.", names=others)] if others else [police]


def not_a_statement(report: Report) -> Markup:
    if report.loss_minor:
        return t("This is not a statement to the police. For that go to a police station or call 102.")
    return t(
        "This is not a statement to the police. If you lost money, tap “Money is gone” and go to a police station or call 102."
    )


METHODS = ("transfer", "card", "account", "cash", "crypto", "other")


def method(code: str) -> str:
    return {
        "transfer": t("To a phone number"), "card": t("To a card"), "account": t("To an account"),
        "cash": t("Cash"), "crypto": t("Cryptocurrency"), "other": t("Otherwise"),
    }[code]  # fmt: skip


def loss(report: Report) -> str | None:
    """`250 000 ₸ (to a card, from Kaspi, 21.11.2026 18:40)`, None where no money is gone."""
    if not report.loss_minor:
        return None
    bank = bank_by_code(report.loss_bank) if report.loss_bank else None
    details = [
        report.loss_method and _inside(method(report.loss_method)),
        bank and t("from {bank}", bank=bank.short[locale()]),
        report.loss_at and moment(report.loss_at, report.loss_precision or "minute"),
    ]
    rest = ", ".join(str(detail) for detail in details if detail)
    sum_ = money(report.loss_minor, report.loss_currency or "KZT")
    return f"{sum_} ({rest})" if rest else sum_


def _inside(label: str) -> str:
    """A button's label inside a sentence."""
    return label[:1].lower() + label[1:]


def facts(report: Report) -> list[Markup | None]:
    """Money, time and place, as the owner and the desk read them."""
    gone = loss(report)
    precision = report.occurred_precision or "day"
    return [
        t("Money gone: {sum}", sum=gone) if gone else None,
        t("Money gone, the sum is not known yet") if report.loss_at and not gone else None,
        t("When: {moment}", moment=moment(report.occurred_at, precision)) if report.occurred_at else None,
        t("City: {city}", city=report.city) if report.city else None,
    ]


def pictures(files: int) -> Markup | None:
    return tn("{count} picture or receipt", "{count} pictures or receipts", files) if files else None


def overview(report: Report, identifiers: Sequence[Identifier], files: int, status: str) -> Markup:
    """A saved report with everything in it, over its buttons."""
    return lines(
        t("Report <b>{number}</b> · {status}", number=report.number, status=status),
        Markup("<b>{}</b>").format(scheme(report.scheme).short[locale()]),
        *(named(row) for row in identifiers),
        *facts(report),
        pictures(files),
        t("What happened: {story}", story=unlinked(_shortened(report.story))) if report.story else None,
        t("The police may reach you: {contact}", contact=report.contact) if report.contact else None,
        "",
        not_a_statement(report),
    )


def _shortened(story: str, most: int = 500) -> str:
    return story if len(story) <= most else f"{story[:most]}…"


def ask_amount() -> Markup:
    return t(
        "How much money is gone? Write the sum, roughly is fine: 250 000 or 1,5 mln. Do not send card numbers or codes."
    )


def amount_saved(report: Report) -> Markup:
    assert report.loss_minor is not None
    return lines(
        t("Saved: {sum}.", sum=money(report.loss_minor, report.loss_currency or "KZT")),
        t("👉 Call your bank now: the number is on your card. Ask to stop the transfer. Then call 102."),
        "",
        t("How did the money go?"),
    )


def ask_bank() -> Markup:
    return t("From which bank?")


def ask_lost_when() -> Markup:
    return t("When did the money go?")


def ask_lost_earlier() -> Markup:
    return t("Write the day and the time, for example: 21.11 18:40")


def ask_story() -> Markup:
    return t(
        "Tell in your own words: who called or wrote, what they said, what they asked for. No codes and no card of yours, please."
    )


def ask_evidence() -> Markup:
    return t("Send screenshots, photos or a PDF receipt, one by one or together. Then tap Done.")


def evidence_added(count: int) -> Markup:
    return tn(
        "Received: {count} file in this report. More, or Done?",
        "Received: {count} files in this report. More, or Done?",
        count,
    )


def evidence_only_files() -> Markup:
    return t("Here I take pictures and PDF. If you have no more, tap Done.")


def file_too_large() -> Markup:
    return t("This file is over 20 MB, Telegram does not give me more. A screenshot of it is enough.")


def ask_when() -> Markup:
    return t("When was it? Tap or write, for example: yesterday 18:40 or 21.11")


def ask_place() -> Markup:
    return t("In which city are you? Tap or write.")


def ask_contact() -> Markup:
    return t(
        "May the police contact you about this report? Only the desk sees your contact, and you can remove it here."
    )


def ask_phone() -> Markup:
    return t("Tap the button below to share your number with the police desk.")


def not_your_phone() -> Markup:
    return t("This is not your own number. Tap the button below, please.")


def contact_saved() -> Markup:
    return t("Saved. The police may contact you about this report.")


def contact_not_given() -> Markup:
    return t("All right, without a contact.")


def really_withdraw() -> Markup:
    return t("Take the report back? It will no longer count, and the police will not work on it.")


def withdrawn(report: Report, forwarded: bool, others: Sequence[str] = ()) -> Markup:
    """`others`: who had it besides the police."""
    if others:
        return t("The report {number} is taken back. The police, {names} are told.", number=report.number,
                 names=", ".join(others))  # fmt: skip
    if forwarded:
        return t("The report {number} is taken back. The police are told.", number=report.number)
    return t("The report {number} is taken back. Nothing was sent to anyone.", number=report.number)


def status(report: Report) -> Markup:
    return standing(report.status)


def standing(code: str) -> Markup:
    return {
        "received": t("saved"),
        "forwarded": t("with the police"),
        "taken": t("being worked on"),
        "confirmed": t("confirmed"),
        "not_confirmed": t("not confirmed"),
        "withdrawn": t("taken back"),
        "closed": t("closed"),
    }[code]
