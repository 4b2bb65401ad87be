"""Which parts of a text must not be kept: what `core.identifiers` calls secrets, and what only pictures add.

OCR misreads a digit now and then. So rules here go without check digits: a box too many costs a number in an archived
picture, a box too few keeps somebody's secret.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    start: int
    end: int
    name: str
    """One of the contract's names of what was removed: cvv, otp, iin, card, expiry, pin, password."""


# Birth date, then a digit for century and sex, then five. A company's BIN has 4-6 where the day's first digit stands.
IIN = re.compile(r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ \t]?[0-6]\d{5}(?!\d)")
# Four groups of about four, or about sixteen together: OCR doubles or drops a digit, and the number is then no card to
# anybody but a reader.
CARD_LIKE = re.compile(r"(?<![\d+])(?:[2-6]\d{2,4}(?:[ \t\n-]{1,2}\d{3,5}){3}|[2-6]\d{14,16})(?!\d)")
# On a picture that shows a card: "05/29" anywhere, and three digits alone on their line or after the last four, as on
# the signature strip.
EXPIRY = re.compile(r"(?<![\d/.])(?:0[1-9]|1[0-2])\s?/\s?(?:20)?[2-4]\d(?![\d/.])")
CVV = re.compile(r"^[ \t]*(?:\d{4}[ \t]+)?(\d{3})[ \t]*$", re.MULTILINE)


def secrets(text: str) -> list[Span]:
    """What to remove from the text and to cover, by position.

    A line ends where the bubble or the sheet did, "Код:" on one and the digits on the next. So lines are read as one
    too, but for cards: whose a card is was said on its own line, else the person is asked.
    """
    found = [*_named(text), *(span for span in _named(_one_line(text)) if span.name != "card")]
    found += [Span(*match.span(), "iin") for match in IIN.finditer(text)]
    if cards(text):
        found += [Span(*match.span(), "expiry") for match in EXPIRY.finditer(text)]
        found += [Span(*match.span(1), "cvv") for match in CVV.finditer(text)]
    return merged(found)


def covered(text: str) -> list[Span]:
    """What to cover in a stored picture: secrets, cards that may be the person's own, the middle of all others."""
    return merged([*secrets(text), *_named(_one_line(text)), *card_middles(text)])


def _named(text: str) -> list[Span]:
    from core.identifiers.redaction import spans

    return [Span(*each) for each in spans(text)]


def _one_line(text: str) -> str:
    return text.replace("\n", " ")


def cards(text: str) -> list[tuple[int, int]]:
    """Where full card numbers stand, anybody's: those with a right check digit and those that only look like one."""
    return sorted({*_real_cards(text), *_card_like(text)})


def _real_cards(text: str) -> set[tuple[int, int]]:
    from core.identifiers import Kind, read

    found = set()
    for one in read(text).identifiers:
        if one.kind is Kind.card:
            # A number is read once however often it is written.
            again = re.compile(r"[ \t\n-]{0,2}".join(one.secret or "") or r"(?!)")
            found |= {(one.start, one.end), *(match.span() for match in again.finditer(text))}
    return found


def _card_like(text: str) -> set[tuple[int, int]]:
    return {match.span() for match in CARD_LIKE.finditer(text) if sum(map(str.isdigit, match[0])) >= 14}


def card_middles(text: str) -> list[Span]:
    """What to cover of card numbers in a stored picture: all but the first six and the last four digits."""
    return [_middle(text, start, end) for start, end in cards(text)]


def _middle(text: str, start: int, end: int) -> Span:
    digits = [i for i in range(start, end) if text[i].isdigit()]
    first, last = (digits[6], digits[-5]) if len(digits) > 10 else (start, end - 1)
    return Span(first, last + 1, "card")


def without_misread_cards(text: str) -> str:
    """With dots for the middle digits of what only looks like a card: nobody can use it, and nobody else masks it."""
    known = _real_cards(text)
    for start, end in _card_like(text):
        if not any(start < last and first < end for first, last in known):
            middle = _middle(text, start, end)
            dots = re.sub(r"\d", "•", text[middle.start : middle.end])
            text = text[: middle.start] + dots + text[middle.end :]
    return text


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order and without overlaps; the first name wins."""
    kept: list[Span] = []
    for span in sorted(spans):
        if kept and span.start < kept[-1].end:
            kept[-1] = Span(kept[-1].start, max(span.end, kept[-1].end), kept[-1].name)
        else:
            kept.append(span)
    return kept


def redacted(text: str, spans: Iterable[Span]) -> str:
    """With `[name]` in the place of each span, as `core.identifiers` writes it, and misread cards masked."""
    text = without_misread_cards(text)  # keeps every position
    for span in reversed(merged(spans)):
        text = f"{text[: span.start]}[{span.name}]{text[span.end :]}"
    return text
