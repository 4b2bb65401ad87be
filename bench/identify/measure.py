"""Precision and recall per kind, and whether any secret gets through."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.identify.corpus import Message
from core.identifiers import read

# The issue states its floors for families; these are the kinds of each.
FAMILIES = {
    "phones": ("phone", "short_code"),
    "cards": ("card",),
    "ibans": ("iban",),
    "wallets": ("ewallet", "crypto_wallet"),
    "links and listings": ("url", "listing"),
    "accounts": ("account",),
    "emails": ("email",),
    "senders": ("sender_id",),
    "companies": ("company_bin",),
}


@dataclass(frozen=True, slots=True)
class Score:
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def ours(text: str) -> set[tuple[str, str]]:
    return {(each.kind.value, each.value) for each in read(text).identifiers}


def scores(messages: Iterable[Message], identify: Callable[[str], set[tuple[str, str]]]) -> dict[str, Score]:
    """A score per family; an identifier counts once per message."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for message in messages:
        found = identify(message.text)
        right.update(kind for kind, _ in found & message.identifiers)
        wrong.update(kind for kind, _ in found - message.identifiers)
        missed.update(kind for kind, _ in message.identifiers - found)
    return {
        family: Score(*(sum(count[kind] for kind in kinds) for count in (right, wrong, missed)))
        for family, kinds in FAMILIES.items()
    }


def leaks(messages: Iterable[Message]) -> list[str]:
    """Messages whose secrets were not taken out: unnamed, left in the kept text, or read as an identifier."""
    return [message.text for message in messages if _leaks(message)]


def _leaks(message: Message) -> bool:
    reading = read(message.text)
    shown = [
        reading.text,
        *(each.value for each in reading.identifiers),
        *(each.display for each in reading.identifiers),
    ]
    return not message.redacted <= set(reading.redacted) or any(
        secret in text for secret in message.secrets for text in shown
    )


def overzealous(messages: Iterable[Message]) -> list[str]:
    """Messages from which something was taken that is no secret."""
    return [message.text for message in messages if not set(read(message.text).redacted) <= message.redacted]
