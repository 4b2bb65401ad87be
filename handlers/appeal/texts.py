"""What an owner reads, and the appeal's card at the desk."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup

from core.appeals import LIFTING
from core.reference import sign
from core.summaries import stored
from core.verdicts import LISTED, Level
from handlers.check.texts import MARKS, known, named
from handlers.language import lines, locale, moment, t, unlinked
from storage.tables import Appeal, Decision, Identifier, Sign

REASONS = {"clear": ("owner", "mistake", "spoofed"), "keep": ("not_shown", "evidence", "investigation")}


def reason(code: str | None) -> str:
    """The text of a ready reason; a typed one is its own text."""
    texts = {
        "owner": t("the owner showed that it is theirs"),
        "mistake": t("reported by mistake"),
        "spoofed": t("the number was forged"),
        "not_shown": t("it was not shown that it is theirs"),
        "evidence": t("there is evidence"),
        "investigation": t("an investigation goes on"),
        "deadline": t("nobody judged it in time"),
        "paper": t("the paper could not be opened, the owner was asked for it once more"),
        "forgotten": t("the owner had their data erased"),
    }
    return texts.get(code or "", code or "")


def cancel_word() -> Markup:
    return t("Cancel")


def ask_which(mine: Sequence[tuple[Appeal, Identifier]]) -> Markup:
    return lines(
        *(t("{what} is being checked, until {date}.", what=named(row), date=date(one.deadline)) for one, row in mine),
        "" if mine else None,
        t("Is your own number, card, account or listing marked here by mistake? Send it to me."),
    )


def date(at: datetime) -> str:
    return moment(at, "day")


def nothing_read() -> Markup:
    return t("I see no number, card, account or link in this. Send it once more, please.")


def ask_contact(row: Identifier) -> Markup:
    return lines(
        t("I am sorry. Let us check {what}.", what=named(row)),
        t("Show that the number is yours: tap “Share my number” below. If Telegram is on another number, write the reference number of your operator’s answer or send a contract page as a photo."),
    )  # fmt: skip


def ask_proof(row: Identifier) -> Markup:
    return lines(
        t("I am sorry. Let us check {what}.", what=named(row)),
        t("Show that it is yours: write the reference number of your bank’s or the site’s answer, or send a paper as a photo or PDF."),
        t("No codes and no full card number, please."),
    )  # fmt: skip


def not_own_contact() -> Markup:
    return t("This is somebody else’s contact. Tap “Share my number”, please: Telegram then sends your own.")


def other_number(row: Identifier) -> Markup:
    return t("Your Telegram is on another number than {what}. Write a reference number or send a paper instead.",
             what=named(row))  # fmt: skip


def ask_words() -> Markup:
    return t("Thank you. Add in a sentence why this is a mistake, or send it as it is.")


def one_is_enough() -> Markup:
    return t("I have what I need. Add in a sentence why this is a mistake, or send it as it is.")


def opened(appeal: Appeal, row: Identifier) -> Markup:
    return lines(
        t("Your appeal on {what} is with the police desk.", what=named(row)),
        t("They decide by {date}. I will write to you.", date=date(appeal.deadline)),
        t("Until then people read: the listing is being checked.")
        if row.level == Level.under_review
        else t("Until then people read that the owner contests it.")
        if row.level == Level.confirmed
        else t("Until then nothing changes: the desk looks at your paper first."),
    )


def cancelled() -> Markup:
    return t("All right, no appeal. You can begin again with /appeal.")


def told(appeal: Appeal, row: Identifier) -> Markup:
    """The outcome, to the owner."""
    if appeal.result == "withdrawn":
        return t("I could not open your paper about {what}, so the desk does not have it yet. Please send it once more as a photo or PDF: /appeal",
                 what=named(row))  # fmt: skip
    if appeal.result in LIFTING and row.level in LISTED:
        return lines(
            t("The police desk removed its own mark on {what}.", what=named(row)),
            t("A mark of a bank or the regulator is still there. Only they can remove it: please ask them."),
        )
    if appeal.result == "cleared":
        return t("Good news: the mark on {what} is removed. Reason: {reason}.", what=named(row),
                 reason=unlinked(reason(appeal.reason)))  # fmt: skip
    if appeal.result == "lapsed":
        return t("The mark on {what} is removed: nobody judged your appeal in time. We are sorry for the wait.",
                 what=named(row))  # fmt: skip
    return lines(
        t("The mark on {what} stays. Reason: {reason}.", what=named(row), reason=unlinked(reason(appeal.reason))),
        t("If you learn something new, appeal again in 30 days: /appeal. You may also complain to the prosecutor or a court."),
    )  # fmt: skip


def card(
    appeal: Appeal,
    row: Identifier,
    decision: Decision | None,
    signs: Sequence[Sign],
    names: Mapping[int | None, str | None],
    now: datetime,
) -> Markup:
    """For the desk, with the `names` of its officers. Never who appeals."""
    verdict = stored(row)
    return lines(
        t("<b>Appeal {number}</b> · {state}", number=appeal.id, state=state(appeal, now)),
        Markup("{} {}").format(MARKS[verdict.level], named(row)),
        Markup(" ").join(known(verdict, now)),
        confirmation(decision, names) if decision else None,
        *(t("Sign: {sign} ({source})", sign=sign(one.code).text[locale()], source=one.source) for one in signs),
        "",
        proof(appeal),
        Markup("<blockquote>{}</blockquote>").format(unlinked(appeal.words)) if appeal.words else None,
        *outcome(appeal, names.get(appeal.officer_id), bool(signs)),
    )


def confirmation(decision: Decision, names: Mapping[int | None, str | None]) -> Markup:
    date, name = moment(decision.at, "day"), names.get(decision.officer_id)
    if name:
        return t("Confirmed at the desk on {date}: {name}", date=date, name=name)
    return t("Confirmed at the desk on {date}", date=date)


def state(appeal: Appeal, now: datetime) -> Markup:
    if appeal.decided_at:
        return t("decided")
    if appeal.deadline <= now:
        return t("overdue since {date}", date=date(appeal.deadline))
    return t("to decide by {date}", date=date(appeal.deadline))


def proof(appeal: Appeal) -> Markup:
    shown = {
        "contact": t("The owner shared their own Telegram contact with this number."),
        "reference": t("Reference: {reference}", reference=unlinked(appeal.reference or "")),
        "paper": t("A paper comes below."),
    }
    text = shown.get(appeal.proof or "", Markup(""))
    return text if appeal.proven else lines(text, t("This does not show yet that the number is theirs."))


def outcome(appeal: Appeal, officer: str | None, signs: bool) -> list[Markup]:
    if not appeal.decided_at:
        return []
    why = unlinked(reason(appeal.reason))
    said = {
        "cleared": t("✅ cleared: {reason}", reason=why),
        "kept": t("❌ kept: {reason}", reason=why),
        "lapsed": t("✅ lifted: {reason}", reason=why),
        "withdrawn": t("↩️ not judged: {reason}", reason=why),
    }[appeal.result or "kept"]
    return [
        Markup("<b>{}</b> · {}").format(officer, said) if officer else said,
        *([t("Decided alone by the officer who had confirmed it.")] if appeal.alone else []),
        *([t("The signs above stay: they are others’ to withdraw.")] if signs and appeal.result in LIFTING else []),
    ]


def ask_reason(appeal: Appeal, way: str) -> Markup:
    """The officer types it, and knows who reads it."""
    if way == "clear":
        return t(
            "Why is the mark of appeal {number} removed? Reply to this message; the owner reads it.", number=appeal.id
        )
    return t("Why does the mark of appeal {number} stay? Reply to this message; the owner reads it.", number=appeal.id)


def call(appeal: Appeal, row: Identifier, why: str, seniors: Markup) -> Markup:
    if why == "soon":
        return t("Appeal {number} on {what} must be decided by {date}.", number=appeal.id, what=named(row),
                 date=date(appeal.deadline))  # fmt: skip
    return t("Appeal {number} on {what} is overdue. {seniors}, please decide.", number=appeal.id, what=named(row),
             seniors=seniors)  # fmt: skip
