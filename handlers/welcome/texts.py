"""Greeting, help, and the answers to what is neither."""

from markupsafe import Markup

from handlers.language import lines, t

COMMANDS = (
    "check", "report", "sos", "my", "appeal", "trusted", "subscribe", "language", "privacy", "mydata", "forget",
    "help", "start",
)  # fmt: skip
EDITORS = ("broadcast", "broadcasts", "stats")


def welcome() -> Markup:
    return lines(
        t("<b>SaqBol</b> · be on your guard"),
        "",
        t(
            "Send a phone number, card, account, link or screenshot. You will see what others told about it, and can report it in two taps."
        ),
        "",
        t("I never ask for codes, CVV or money."),
    )


def description() -> str:
    """What an empty chat shows before Start."""
    return str(
        t("Send the number the scammer called from. You will see what is known about it, and warn others in two taps.")
    )


def help_() -> Markup:
    return lines(
        t("<b>What I can do</b>"),
        "",
        t(
            "Just send or forward what worries you: a number, a card, an account, a link, a listing, a @name, a screenshot. I answer what is known."
        ),
        "",
        t("/check – check something"),
        t("/report – report something"),
        t("/sos – money or a code is gone: what to do now, step by step"),
        t("/my – my reports and what became of them"),
        t("/subscribe – short warnings about new scams, on or off"),
        t("/trusted – somebody close who stands by you"),
        t("/language – Russian or Kazakh"),
        t("/privacy – what is kept and who sees it"),
        "",
        t("Is your money leaving right now? Call your bank first (the number is on your card), then the police: 102."),
    )


def choose_language() -> Markup:
    return t("Which language shall we speak?")


def language_set() -> Markup:
    return t("From now on I write in English.")


def not_understood() -> Markup:
    return lines(
        t("I found no number, card, account, link or @name here."),
        t("Send it as text or forward the message. For example: 8 701 123 45 67"),
    )


def no_voice() -> Markup:
    return t("I cannot listen or watch yet. Please type the number, card or link, or send a screenshot.")


def sticker() -> Markup:
    return t("Send me a number, a card, a link or a screenshot, and I will tell what is known about it.")


def no_edits() -> Markup:
    return t("I do not follow edits. Please send it as a new message.")


def write_privately(username: str) -> Markup:
    return t("Write to me privately, so that nobody else sees it: @{username}", username=username)


def slow_down() -> Markup:
    return t("That was a lot at once. Please wait a minute, then write again.")


def apology(incident: str) -> Markup:
    return lines(
        t("Something went wrong on our side. Nothing that was already saved is lost."),
        t("Please try once more. If it happens again, tell us this number: {incident}", incident=incident),
    )


def command(name: str) -> str:
    """The line of the command menu."""
    return str(
        {
            "check": t("Check a number, card or link"),
            "report": t("Report a scam"),
            "sos": t("I was deceived: what to do now"),
            "my": t("My reports"),
            "appeal": t("My own number is marked by mistake"),
            "subscribe": t("Short warnings: on or off"),
            "language": t("Язык / Тіл"),
            "trusted": t("Somebody close who stands by me"),
            "privacy": t("What is kept and who sees it"),
            "mydata": t("A copy of my data"),
            "forget": t("Delete my data"),
            "help": t("Help"),
            "start": t("Begin"),
            "broadcast": t("Write a warning to many"),
            "broadcasts": t("All broadcasts"),
            "stats": t("Figures of broadcasts"),
        }[name]
    )
