"""Trusted person: what both sides read. Names are as Telegram shows them, never to be tapped."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from handlers.language import lines, moment, t, unlinked
from storage.tables import Trust


def page(guarding: Sequence[Trust], guarded: Sequence[Trust]) -> Markup:
    return lines(
        t("<b>Trusted person</b>"),
        "",
        t(
            "Somebody close to you, a grown child for example. When you may be in trouble, I tell them, and they call you."
        ),
        t("They never see what you check or report."),
        *(["", t("Tap a name to change or end it.")] if guarding or guarded else []),
    )


def label(trust: Trust, *, mine: bool) -> Markup:
    """A button: who, and how it stands. `mine`: they stand by the reader."""
    if not mine:
        waits = t("You stand by: {name}, waiting", name=trust.guarded_name)
        return t("You stand by: {name}", name=trust.guarded_name) if trust.agreed_at else waits
    if trust.trusted_id is None:
        return t("Invitation, not answered yet")
    asks = t("{name} said yes: is it them?", name=trust.trusted_name)
    return t("Stands by you: {name}", name=trust.trusted_name) if trust.agreed_at else asks


def choose() -> Markup:
    return lines(
        t("<b>What may they hear?</b>"),
        "",
        t("Tap a line to switch it. I only tell that it happened and when, never what it was about."),
        "",
        t("Choose somebody you know in person. The police and banks never ask to be your trusted person."),
    )


def switch(what: str, on: bool) -> Markup:
    """A button with a tick."""
    return Markup("{} {}").format("✅" if on else "⬜", happening(what))


def happening(what: str) -> Markup:
    return {"flagged": t("I checked something marked as a scam"), "sos": t("I say that I was deceived")}[what]


def hears(what: str) -> Markup:
    """The same for the other side."""
    return {
        "flagged": t("• they check something that is marked as a scam"),
        "sos": t("• they say that they were deceived"),
    }[what]


def invitation(link: str) -> Markup:
    return lines(
        t("Send this link to the one person you trust, and to nobody else:"),
        Markup("<code>{}</code>").format(link),
        "",
        t("It works once and for seven days. When they say yes, I ask you whether it is them."),
    )


def shared() -> Markup:
    """Goes along with the link."""
    return t("Would you be my trusted person against scammers? Open the link, there it says what that means.")


def invited(trust: Trust) -> Markup:
    return lines(
        t("<b>{name}</b> asks you to be their trusted person.", name=unlinked(trust.guarded_name)),
        "",
        t("I tell you when:"),
        *(hears(one) for one in trust.tells),
        "",
        t("Then you call them, nothing more. What it was about I do not tell."),
        t("You can end it at any time: /trusted"),
    )


def accepted(trust: Trust) -> Markup:
    return t("Thank you. I ask {name} whether it is you, and write when it begins.", name=unlinked(trust.guarded_name))


def declined() -> Markup:
    return t("All right. Nobody will trouble you with this.")


def is_it_them(trust: Trust) -> Markup:
    return lines(
        t("<b>{name}</b> said yes to being your trusted person.", name=unlinked(trust.trusted_name or "")),
        t("Is this whom you sent the link to? If you doubt, call them and ask."),
    )


def agreed(trust: Trust) -> Markup:
    """For the guarded person."""
    return lines(
        t("<b>{name}</b> stands by you.", name=unlinked(trust.trusted_name or "")),
        "",
        t("What they hear is ticked. Tap a line to switch it."),
    )


def standing_by(trust: Trust) -> Markup:
    """For the trusted person."""
    return lines(
        t("You stand by: <b>{name}</b>.", name=unlinked(trust.guarded_name)),
        "",
        t("I tell you when:"),
        *(hears(one) for one in trust.tells),
        "",
        t("Then call them. Ask calmly, do not scold: scammers work with fear."),
    )


def waiting(trust: Trust) -> Markup:
    return t("I asked {name} whether it is you. As soon as they say yes, I write.", name=unlinked(trust.guarded_name))


def ended() -> Markup:
    return t("Ended. From now on nothing is told.")


def news_declined() -> Markup:
    return t("Your invitation to be your trusted person was answered with no. You can ask somebody else: /trusted")


def news_ended(name: str | None, *, guarded: bool) -> Markup:
    """`guarded`: the one who was guarded ended it."""
    if guarded:
        told = t("{name} ended it: you are no longer their trusted person.", name=unlinked(name)) if name else None
        return told or t("Somebody you stood by had their data deleted. You no longer hear about them: /trusted")
    told = t("{name} no longer stands by you.", name=unlinked(name)) if name else None
    return lines(
        told or t("Your trusted person had their data deleted and no longer stands by you."),
        t("You can ask somebody else: /trusted"),
    )


def told(trust: Trust, what: str, at: datetime) -> Markup:
    """What the trusted person hears: that it happened and when, nothing else."""
    when = {"name": unlinked(trust.guarded_name), "time": moment(at)}
    if what == "sos":
        return lines(
            t("<b>{name}</b> says they were deceived ({time}).", **when),
            t("Call or go there now. The first hour counts: bank first, then the police, 102."),
        )
    return lines(
        t("<b>{name}</b> checked something that is marked as a scam ({time}).", **when),
        t("Call them now and ask calmly. Somebody may be pressing them on the phone."),
    )
