"""What is known, and why: one message for everything that was read in one message."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from markupsafe import Markup

from core.checks import Found
from core.identifiers import Doubt, Kind
from core.reference import bank_by_code, official_line, scheme, sign
from core.verdicts import FLAGGING, Level, Verdict
from handlers.language import day, full_date, lines, locale, t, tn
from storage.tables import Identifier

MARKS = {
    Level.none: "▫️",
    Level.reported: "🟡",
    Level.flagged: "🟠",
    Level.confirmed: "🔴",
    Level.official: "🔵",
    Level.under_review: "🕓",
}
WORST_FIRST = (Level.confirmed, Level.flagged, Level.under_review, Level.reported, Level.official, Level.none)


def kind(name: str) -> str:
    return {
        "phone": t("Phone"),
        "short_code": t("Short number"),
        "card": t("Card"),
        "iban": t("Account (IBAN)"),
        "ewallet": t("Wallet"),
        "crypto_wallet": t("Crypto wallet"),
        "listing": t("Listing"),
        "account": t("Profile"),
        "url": t("Link"),
        "email": t("E-mail"),
        "sender_id": t("SMS sender"),
        "company_bin": t("Company (BIN)"),
    }[name]


def named(one: Found | Identifier) -> Markup:
    """`Phone +7 701 …`: never clickable, easy to copy."""
    return Markup("{} <code>{}</code>").format(kind(one.kind), one.display)


def answer(
    found: Sequence[Found],
    verdicts: Sequence[Verdict],
    *,
    now: datetime,
    redacted: Iterable[str] = (),
    read: bool = False,
) -> Markup:
    """The answer to a check; `read` where it was read from a picture and must be confirmed."""
    blocks = [_block(one, verdict, now) for one, verdict in zip(found, verdicts, strict=True)]
    return lines(
        t("I read this in the picture. Is it right?") if read else None,
        *([""] if read else []),
        Markup("\n\n").join(blocks),
        "",
        advice(found, verdicts),
        *warning(redacted),
    )


def _block(one: Found, verdict: Verdict, now: datetime) -> Markup:
    return lines(
        Markup("{} <b>{}</b>").format(MARKS[verdict.level], named(one)),
        *known(verdict, now, one),
        *_doubts(one),
    )


def known(verdict: Verdict, now: datetime, one: Found | None = None) -> list[Markup]:
    """What is known and how old it is; never a word about who told."""
    if verdict.level is Level.official:
        line = official_line(one.value) if one else None
        name = line.name[locale()] if line else None
        return [t("This is a real line: {name}.", name=name) if name else t("This is a real official line.")]
    if verdict.level is Level.none:
        return [t("No reports. This does not mean it can be trusted.")]
    return [*_people(verdict, now), *_scheme(verdict), *_grounds(verdict), *_standing(verdict)]


def _people(verdict: Verdict, now: datetime) -> list[Markup]:
    if not verdict.people or verdict.last_seen is None:
        return []
    last = day(verdict.last_seen, now)
    return [
        tn("{count} person told about it, the latest {last}.", "{count} people told about it, the latest {last}.",
           verdict.people, last=last)
    ]  # fmt: skip


def _scheme(verdict: Verdict) -> list[Markup]:
    if not verdict.commonest:
        return []
    return [t("Most often: {scheme}.", scheme=scheme(verdict.commonest).short[locale()])]


def _grounds(verdict: Verdict) -> list[Markup]:
    """The signs that hold and since when; never who told."""
    told = {ground.code: ground for ground in reversed(verdict.grounds)}
    return [
        Markup("{} ({})").format(sign(code).text[locale()].rstrip("."), full_date(ground.at.date()))
        for code, ground in sorted(told.items())
    ]


def _standing(verdict: Verdict) -> list[Markup]:
    match verdict.level:
        case Level.confirmed:
            date = verdict.confirmed_at and full_date(verdict.confirmed_at.date())
            police = [t("The police confirmed it on {date}.", date=date)] if date else []
            contested = [t("The owner contests this. It is being checked.")] if verdict.contested else []
            return [*police, *contested]
        case Level.flagged if not any(ground.code in FLAGGING for ground in verdict.grounds):
            return [t("Marked by the reports of several people. Not yet confirmed by the police.")]
        case Level.under_review:
            return [t("The owner says this is wrong. The listing is being checked.")]
        case Level.reported if verdict.burst:
            return [t("Many new reports today. They are being checked.")]
    return [t("Not confirmed so far.")]


def _doubts(one: Found) -> list[Markup]:
    texts = {
        Doubt.own: t("It reads as if this is your own."),
        Doubt.forward_origin: t("The forwarded message comes from here. It may be somebody who warns you."),
        Doubt.ambiguous: t("I am not sure I read this right."),
        Doubt.unassigned_range: t("No operator has this range: the number shown may be forged."),
        Doubt.direction_unknown: t("I cannot tell whose this is: theirs or yours."),
    }
    listed = [texts[Doubt(doubt)] for doubt in one.doubts if Doubt(doubt) in texts]
    if Doubt.lookalike in one.doubts and one.attrs.get("brand"):
        listed.append(t("It looks like {brand}, but it is not.", brand=one.attrs["brand"]))
    return listed


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    return min(verdicts, key=lambda verdict: WORST_FIRST.index(verdict.level))


def advice(found: Sequence[Found], verdicts: Sequence[Verdict]) -> Markup:
    """One thing to do, for the worst of what was found."""
    verdict = worst(verdicts)
    if verdict.level is Level.official:
        return t("Fraudsters can show a real number on your screen. Hang up and dial it yourself.")
    if verdict.commonest and verdict.level is not Level.none:
        return Markup("👉 {}").format(scheme(verdict.commonest).advice[locale()][0])
    kinds = {one.kind for one in found}
    if kinds & {"url", "listing"}:
        return t("👉 Do not enter card details or codes there, and do not pay in advance.")
    if kinds & {"card", "iban", "ewallet", "crypto_wallet", "company_bin"}:
        return t("👉 Do not transfer money until you have checked who it is in another way.")
    return t("👉 Do they hurry you or ask for a code? Hang up.")


def warning(redacted: Iterable[str]) -> list[Markup]:
    """One line where secrets were in the message."""
    names = {
        "cvv": t("CVV"), "otp": t("a code"), "iin": t("IIN"), "card": t("your card number"),
        "expiry": t("the card's date"), "pin": t("PIN"), "password": t("a password"),
    }  # fmt: skip
    listed = ", ".join(names[name] for name in redacted if name in names)
    if not listed:
        return []
    return [Markup(""), t("⚠️ I did not keep {secrets} from your message. Never send these to anyone.", secrets=listed)]


def details(found: Sequence[Found], verdicts: Sequence[Verdict], *, now: datetime) -> Markup:
    """Behind "More": dates, schemes, whose range, and the second piece of advice."""
    blocks = [_detail(one, verdict, now) for one, verdict in zip(found, verdicts, strict=True)]
    return lines(
        Markup("\n\n").join(blocks), "", *_second_advice(verdicts), t("A report here is not a statement to the police.")
    )


def _detail(one: Found, verdict: Verdict, now: datetime) -> Markup:
    schemes = sorted(verdict.schemes.items(), key=lambda pair: -pair[1])[:3]
    return lines(
        Markup("{} <b>{}</b>").format(MARKS[verdict.level], named(one)),
        *known(verdict, now, one),
        *([t("First told: {date}.", date=full_date(verdict.first_seen.date()))] if verdict.first_seen else []),
        *(Markup("· {}: {}").format(scheme(code).short[locale()], count) for code, count in schemes),
        *_attributes(one),
        *_doubts(one),
    )


def _attributes(one: Found) -> list[Markup]:
    listed = []
    if one.attrs.get("range_holder"):
        listed.append(t("The range was allocated to: {holder}. The number may be with another operator today.",
                        holder=one.attrs["range_holder"]))  # fmt: skip
    bank = bank_by_code(one.attrs.get("bank", ""))
    if bank:
        listed.append(t("Bank, by the first digits: {bank}.", bank=bank.short[locale()]))
    if one.attrs.get("unicode"):
        listed.append(t("Written as: {text}", text=one.attrs["unicode"]))
    return listed


def _second_advice(verdicts: Sequence[Verdict]) -> list[Markup]:
    verdict = worst(verdicts)
    if not verdict.commonest:
        return []
    texts = scheme(verdict.commonest).advice[locale()]
    return [Markup("👉 {}\n").format(texts[1])] if len(texts) > 1 else []


def ask_what_to_check() -> Markup:
    return t("What shall I check? Send a number, card, account, link or @name.")


def ask_what_to_report() -> Markup:
    return t("What do you want to report? Send a number, card, account, link or @name.")


def watching(one: Found) -> Markup:
    return t("I will tell you if this changes, the next morning: {what}", what=one.display)


def watching_ended() -> Markup:
    return t("I will not tell you about this any more.")


def which_to_watch() -> Markup:
    return t("Which one?")


def changed(identifier: Identifier, verdict: Verdict, now: datetime) -> Markup:
    """The morning message of a watch."""
    return lines(
        t("There is news about what you asked me to watch."),
        "",
        Markup("{} <b>{}</b>").format(MARKS[verdict.level], named(identifier)),
        *known(verdict, now),
    )


def nothing_in_picture() -> Markup:
    return t("I found no number, card or link in the picture. Please type it: for example 8 701 123 45 67")


def cannot_read_pictures() -> Markup:
    return t("I cannot read pictures right now. Please type the number, card or link from it.")


def picture_refused(reason: str) -> Markup:
    return {
        "too_large": t("This file is too large: I can take up to 20 MB. A smaller screenshot is enough."),
        "too_many_pixels": t("This picture is too large. Please send a screenshot of the part that matters."),
        "animated": t("I cannot read moving pictures. Please send a screenshot."),
        "encrypted_pdf": t("This PDF is locked with a password. Please send a screenshot of it."),
        "empty": t("This file is empty. Please send it once more."),
        "gone": t("I could not fetch the file from Telegram. Please send it once more."),
        "wrong_type": t("I can read pictures (JPEG, PNG, WebP) and PDF. Please send a screenshot."),
    }.get(reason, t("I could not open this file. Please send a screenshot of it."))


def type_it() -> Markup:
    return t("Then please type it, as it stands in the picture.")


def disguised_link() -> Markup:
    return t("This address hides where it really leads. Do not open it, and do not enter anything there.")


def mistyped(kind: Kind) -> Markup:
    return {
        Kind.card: t("This looks like a card number, but a digit is wrong or missing. Please check it and send it again."),
        Kind.phone: t("This looks like a phone number with digits missing or too many. Please check it and send it again."),
    }.get(kind, t("This looks like an account (IBAN) with a mistake in it. Please check it and send it again."))


def link_expired() -> Markup:
    return t("This link is no longer valid. Send the number, card or link itself.")
