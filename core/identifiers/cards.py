"""Payment cards: Luhn, a known network, and grouping or words that speak of a card."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from core.identifiers.checks import luhn
from core.identifiers.context import after, before, says_theirs
from core.identifiers.folding import Page
from core.identifiers.model import Doubt, Identifier, Kind
from core.identifiers.model import Role as _Role
from core.identifiers.possession import own_cards
from core.reference import bank_by_bin, network_of

_LIKE = str.maketrans("OoОоIlІ|ЗзБбВBS", "000011113366885")
_RUN = re.compile(
    r"(?<![A-Za-z0-9…])(?:[\dOoОоIlІЗБВBS]{2,13}[ \n.\-_/·•]{1,3}){1,11}[\dOoОоIlІЗБВBS]{1,13}(?![A-Za-z0-9…])"
    r"|(?<![A-Za-z0-9…])\d{13,19}(?![A-Za-z0-9…])"
)
_COMPACT = re.compile(r"\d{13,19}")
_PARTS = re.compile(r"[\dOoОоIlІЗБВBS]+")
_CARD = re.compile(
    r"карт|card|кaрт|visa|виза|master|мастер|мир\b|kaspi|каспи|gold|голд|halyk|халык|халық|сбер|тинь|втб|бцк|"
    r"forte|форте|jusan|жусан|"
    r"пластик|pan\b|cvv|cvc|реквизит|перев|скин|кинь|закин|оплат|аудар|сал(?:ың|ды|ып)|пополн|төле|предоплат"
)
_NOT_CARD = re.compile(
    r"(?:заказ|трек|track|накладн|договор|артикул|чек\b|чека|квитанц|imei|серийн|штрих|инвентар|посылк|"
    r"отправлени|полис|iccid|"
    r"сим-?карт\w*|sim|инвойс|order|invoice|транзакци|операци|rrn|скидочн\w*|бонусн\w*|дисконтн\w*|карт\w* "
    r"лояльности|транспортн\w*|"
    r"онай|onay|тапсырыс|шарт|сч[её]тчик|код|лицев|ключ|лиценз|билет|оңай)\w*[\s.]*(?:карт\w*|номер\w*|нөмірі\w*|"
    r"№|заказа|отслеживания)?[\s:#№n-]*$"
)


class Card(NamedTuple):
    start: int
    end: int
    number: str
    own: bool
    identifier: Identifier


def find_cards(page: Page) -> Iterator[Card]:
    """Every card of the page; those that the text calls the writer's own are marked, not to be reported."""
    believed = list(_believable(page))
    own = own_cards(page.plain, [(start, end, number) for start, end, number, _ in believed])
    for start, end, number, doubts in believed:
        if number not in own and not says_theirs(page.plain, start, end):
            doubts |= {Doubt.direction_unknown}
        yield Card(start, end, number, number in own, _identifier(number, doubts))


def _believable(page: Page) -> Iterator[tuple[int, int, str, frozenset[Doubt]]]:
    place = 0
    while match := _RUN.search(page.view, place):
        place = match.end()
        taken = _taken(match)
        if taken is None:
            continue
        start, end, number, grouped = taken
        doubts = _believed(page, start, end, number, grouped)
        if doubts is None:
            place = start + 4  # four digits of something else may have led the run
            continue
        place = end  # another card may follow in the same run
        yield start, end, number, doubts


def _taken(match: re.Match[str]) -> tuple[int, int, str, bool] | None:
    """The digits of a run that make a card: all of them, or the first four groups of four."""
    if _COMPACT.fullmatch(match[0]):
        return match.start(), match.end(), match[0], False
    parts = [(part.start() + match.start(), part.end() + match.start(), part[0]) for part in _PARTS.finditer(match[0])]
    lengths = tuple(end - start for start, end, _ in parts)
    for first in range(len(parts)):
        for last in range(len(parts), first, -1):
            sizes = lengths[first:last]
            printed = _card_grouping(sizes)
            if not printed and (len(sizes) < len(lengths) or not 15 <= sum(sizes) <= 19 or min(sizes) < 4):
                continue
            uniform = len({match.string[one[1] : other[0]].strip() for one, other in pairwise(parts[first:last])}) == 1
            number = "".join(text for _, _, text in parts[first:last]).translate(_LIKE)
            if number.isdigit() and luhn(number) and _mostly_digits(parts[first:last]):
                return parts[first][0], parts[last - 1][1], number, printed and uniform
    return None


def _mostly_digits(parts: list[tuple[int, int, str]]) -> bool:
    text = "".join(part for _, _, part in parts)
    return sum(char.isdigit() for char in text) * 4 >= len(text) * 3


def _card_grouping(sizes: tuple[int, ...]) -> bool:
    """As cards are printed: fours (a long card's tail after them), or American Express' way."""
    return (sizes[:4] == (4, 4, 4, 4) and len(sizes) <= 5 and sum(sizes) <= 19) or sizes in ((4, 6, 5), (4, 6, 4))


def _believed(page: Page, start: int, end: int, number: str, grouped: bool) -> frozenset[Doubt] | None:
    """No doubt, Doubt.ambiguous, or None where it isn't a card."""
    network = network_of(number)
    if not luhn(number) or len(set(number)) < 3:
        return None
    left, right = page.plain[max(0, start - 60) : start], after(page.plain, end)
    if _NOT_CARD.search(left):
        return None
    spoken = bool(_CARD.search(before(page.plain, start, 60)) or _CARD.search(right))
    if network is None:
        return frozenset({Doubt.ambiguous}) if spoken and (grouped or "карт" in left) and len(number) == 16 else None
    if grouped or spoken or bank_by_bin(number[:6]) or _alone(page, start, end):
        return frozenset()
    return frozenset({Doubt.ambiguous}) if len(number) == 16 and network.name in ("visa", "mastercard", "mir") else None


def _alone(page: Page, start: int, end: int) -> bool:
    """The number is all there is on its line."""
    line_start = page.view.rfind("\n", 0, start) + 1
    line_end = page.view.find("\n", end)
    rest = page.view[line_start:start] + page.view[end : None if line_end < 0 else line_end]
    return not any(char.isalnum() for char in rest) and len(page.view) < 200


def _identifier(number: str, doubts: frozenset[Doubt]) -> Identifier:
    attrs = {}
    network, bank = network_of(number), bank_by_bin(number[:6])
    if network:
        attrs["network"] = network.name
    if bank:
        attrs |= {"bank": bank.code, "bank_name": bank.short["ru"]}
    masked = "•" * (len(number) - 10)
    blocks = f"{number[:6]}{masked}{number[-4:]}"
    display = " ".join(blocks[place : place + 4] for place in range(0, len(blocks), 4))
    value = f"{number[:6]}:{number[-4:]}"
    return Identifier(Kind.card, value, display, role=_Role.payee, doubts=doubts, attrs=attrs, secret=number)
