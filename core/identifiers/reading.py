"""text -> identifiers: the one door."""

import re
from collections.abc import Iterable
from dataclasses import replace

from core.identifiers.cards import Card
from core.identifiers.context import before, doubts_of, role_of
from core.identifiers.folding import Page
from core.identifiers.model import Doubt, Identifier, Kind, Reading
from core.identifiers.names import find_names
from core.identifiers.numbering import describe
from core.identifiers.phones import find_phones
from core.identifiers.places import find_listing_numbers, telegram_user
from core.identifiers.redaction import Secret, screen
from core.identifiers.shortcodes import find_short_codes

Found = tuple[int, int, Identifier]
_QIWI = re.compile(r"qiwi|киви(?!\w*\s+(?:кг|фрукт))|киві")
_PAYS_BY_PHONE = re.compile(r"\b(?:каспи|kaspi|halyk|халык|халық|gold|голд|сбп|по номеру|перев|скин|кинь|аудар)\w*")


def read(text: str, *, country: str = "KZ") -> Reading:
    """What a message names, and what it must not keep. Never raises on any text.

    `country` decides how numbers without a country code are read. Nothing is fetched, stored or logged.
    """
    page, settled, cards, secrets, refused = screen(text)
    found = [_explained(page, *each) for each in settled]
    found += _taken(page, find_listing_numbers(page))
    found += _hidden(page, find_short_codes(page))
    found += _hidden(
        page, ((start, end, _ewallet(page, start, end, each)) for start, end, each in find_phones(page, country))
    )
    found += _taken(page, find_names(page))
    found += [(card.start, card.end, card.identifier) for card in cards if not card.own]
    placed = [_placed(page, *each) for each in found]
    return Reading(
        identifiers=_merged(sorted(placed, key=lambda each: each.start)),
        redacted=tuple(dict.fromkeys(name for _, _, name in secrets)),
        text=_safe(page, secrets, cards),
        refused=tuple(refused),
    )


def from_contact(phone_number: str) -> Identifier | None:
    """The phone of a shared contact, which Telegram gives with or without a +."""
    reading = read(f"tel {phone_number}")
    phones = [each for each in reading.identifiers if each.kind is Kind.phone]
    digits = re.sub(r"\D", "", phone_number)
    found = phones[0] if phones else describe(f"+{digits}") if 7 <= len(digits) <= 15 else None
    return replace(found, start=0, end=len(phone_number), role=None) if found else None


def from_forward(*, username: str | None, title: str | None, kind: str) -> Identifier | None:
    """The origin of a forwarded message (kind: user, channel or chat).

    Never accused by itself: it is often the one who warns.
    None where Telegram gives a name only, for a name is nobody's alone.
    """
    if not username:
        return None
    found = telegram_user(username.lstrip("@"))
    attrs = {**found.attrs, "origin": kind, **({"title": title} if title else {})}
    return replace(found, doubts=frozenset({Doubt.forward_origin}), attrs=attrs)


def _explained(page: Page, start: int, end: int, each: Identifier) -> Found:
    """With the role and the doubts that the words around give."""
    doubts = each.doubts | doubts_of(each.kind, page.plain, start, end)
    return start, end, replace(each, role=each.role or role_of(each.kind, page.plain, start, end), doubts=doubts)


def _placed(page: Page, start: int, end: int, each: Identifier) -> Identifier:
    first, last = page.span(start, end)
    return replace(each, start=first, end=last)


def _taken(page: Page, found: Iterable[Found]) -> list[Found]:
    return _hidden(page, (_explained(page, *each) for each in found))


def _hidden(page: Page, found: Iterable[Found]) -> list[Found]:
    taken = list(found)
    page.hide((start, end) for start, end, _ in taken)
    return taken


def _ewallet(page: Page, start: int, end: int, phone: Identifier) -> Identifier:
    """A phone named together with QIWI is that wallet."""
    left = before(page.plain, start, 40)
    named = _QIWI.search(left) or _QIWI.match(page.plain[end : end + 20].lstrip(" (-"))
    if phone.kind is not Kind.phone or not named:
        return phone
    role = role_of(Kind.ewallet, page.plain, start, end)
    doubts = phone.doubts - {Doubt.direction_unknown}
    return replace(
        phone, kind=Kind.ewallet, value=f"qiwi:{phone.value}", display=f"QIWI {phone.display}", role=role, doubts=doubts
    )


def _merged(found: list[Identifier]) -> tuple[Identifier, ...]:
    """Each thing once, where it stood first, with what all its mentions say."""
    known: dict[tuple[str, str], Identifier] = {}
    for each in found:
        first = known.get(each.key)
        known[each.key] = _joined(first, each) if first else each
    return tuple(known.values())


_ANY = frozenset({Doubt.own, Doubt.official, Doubt.unassigned_range, Doubt.lookalike, Doubt.forward_origin})


def _joined(first: Identifier, other: Identifier) -> Identifier:
    doubts = (first.doubts & other.doubts) | ((first.doubts | other.doubts) & _ANY)
    return replace(first, role=first.role or other.role, doubts=doubts, attrs={**other.attrs, **first.attrs})


def _safe(page: Page, secrets: Iterable[Secret], cards: Iterable[Card]) -> str:
    """The original text with marks in the place of secrets and masks in the place of cards."""
    marks = [(*page.span(start, end), f"[{name}]") for start, end, name in secrets]
    marks += [
        (*page.span(card.start, card.end), f"{card.number[:6]}…{card.number[-4:]}") for card in cards if not card.own
    ]
    pieces: list[str] = []
    done = 0
    for start, end, mark in sorted(marks):
        if start >= done:
            pieces += page.text[done:start], mark
            done = end
    return "".join([*pieces, page.text[done:]])
