"""What is kept and why; the question before erasing; what remained and why."""

from markupsafe import Markup

from core.forgetting import Held
from handlers.language import lines, t, tn

YEAR = 365


def privacy(retention_days: int) -> Markup:
    """Ten sentences."""
    return lines(
        t("<b>What is kept and who sees it</b>"),
        "",
        t(
            "1. I keep what you report, so that others are warned and the police can act: the number, card or link, what happened, your screenshots."
        ),
        t(
            "2. Of you I keep your Telegram account and language, to answer you; your name only for a trusted person, if you have one."
        ),
        t(
            "3. Reports go to the police, and the facts alone to the bank, operator or site that can act; the police see your contact only if you agree."
        ),
        t("4. Others see only how many people told about a number, when, and what kind of scam it was."),
        t("5. Full card numbers and screenshots are kept encrypted."),
        t("6. Codes from SMS, CVV, passwords, IIN and your own card are blacked out before anything is saved."),
        t("7. I never open the links you send."),
        t("8. What you only check is forgotten after 30 days."),
        t("9. Personal data of closed reports is erased after {period}.", period=period(retention_days)),
        t("10. You decide: /my takes a report back, /mydata gives you a copy, /forget deletes your data at once."),
    )


def period(days: int) -> Markup:
    """`3 years`, or days where that is no whole number."""
    years, rest = divmod(days, YEAR)
    if years and not rest:
        return tn("{count} year", "{count} years", years)
    return tn("{count} day", "{count} days", days)


def copy_coming() -> Markup:
    return t("I am putting your data together. Two files come in a moment: one to read, one for other programs.")


def copy_caption() -> Markup:
    return t("Everything I keep of you. Only you get this; be careful whom you send it to.")


def really_forget(held: Held) -> Markup:
    return lines(
        t("<b>Delete my data</b>"),
        "",
        t("This is what I keep of you:"),
        *(Markup("• {}").format(one) for one in _held(held)),
        "",
        *_effects(held),
        t("This cannot be undone. A copy first? /mydata"),
    )


def _held(held: Held) -> list[Markup]:
    told = [
        (held.reports, tn("{count} report", "{count} reports", held.reports)),
        (held.appeals, tn("{count} open appeal", "{count} open appeals", held.appeals)),
        (held.checks, tn("{count} check", "{count} checks", held.checks)),
        (held.watches, tn("{count} thing I watch for you", "{count} things I watch for you", held.watches)),
        (held.trusted, tn("{count} trusted person", "{count} trusted people", held.trusted)),
    ]
    return [*(text for count, text in told if count), t("your Telegram account and language")]


def _effects(held: Held) -> list[Markup]:
    """What deleting ends, so that nobody is surprised."""
    effects = []
    if held.reports:
        effects.append(
            t(
                "Your reports stay as facts without your words and pictures, because they protect others. They are no longer yours: you cannot add to them or take them back, and hear no more of them."
            )
        )
    if held.waiting:
        effects.append(
            tn(
                "{count} report has not gone to the police yet and will go as facts alone. To take it back first: /my",
                "{count} reports have not gone to the police yet and will go as facts alone. To take them back first: /my",
                held.waiting,
            )
        )
    if held.appeals:
        effects.append(t("Open appeals end without a decision."))
    if held.trusted:
        effects.append(t("Your trusted people hear that it ended."))
    return [*effects, Markup("")] if effects else []


def forgotten(held: Held) -> Markup:
    """What remained, and why."""
    reported = [
        t(
            "• What you reported, as facts: number, card or link, kind of scam, time, city, sum. It protects others, and nobody can see that it came from you."
        ),
        t("• A keyed mark instead of you, so that one person is never counted twice."),
    ]
    given = t("• What the police or a bank were given before: they keep it by their own rules.")
    return lines(
        t("<b>Your data is deleted.</b>"),
        "",
        t("What remained, and why:"),
        *(reported if held.reports else []),
        given if held.reports > held.waiting else None,
        t("• For two days: what Telegram needs so that no message is handled twice, and counters against misuse."),
        "",
        t("This chat stays in your Telegram until you delete it there."),
        t("If you write to me again, we begin anew."),
    )


def forgotten_before() -> Markup:
    return t("Your data is deleted already.")


def kept() -> Markup:
    return t("Nothing was deleted.")
