"""Random texts out of telling pieces, arbitrary characters and cut messages: nothing may raise."""

import random

from bench.identify.corpus import messages
from core.identifiers import read

_PIECES = (
    "8",
    "+7",
    "701",
    "1234567",
    " ",
    "-",
    "(",
    ")",
    ".",
    ",",
    "\n",
    "@",
    "://",
    "http",
    "tg:",
    "wa.me/",
    "KZ",
    "18722S",
    "T",
    "0x",
    "bc1",
    "код",
    "cvv",
    "ИИН",
    "карта",
    "моя",
    "смс от",
    "[.]",
    "\\",
    "%",
    "#",
    "?",
    "&",
    "=",
    "/",
    "xn--",
    ".kz",
    ".рф",
    "каспи",
    "семьсот",
    "жүз",
    "\u200b",
    "\ufe0f",
    "\u20e3",
    "８",
    "٨",
    "𝟖",
    "İ",
    "ß",
    "\u0301",
    "\x00",
    "\ud800",
    "👩‍👩‍👧",
    "qiwi",
    "БИН",
    "EQ",
    "О",
    "l",
    "'",
    '"',
    "«",
    "»",
)


def fuzz(count: int, seed: int) -> None:
    """Raises what reading raises, after printing the text that did it."""
    chance = random.Random(seed)
    corpus = [message.text for message in messages()]
    for _ in range(count):
        text = _text(chance, corpus)
        try:
            reading = read(text)
            assert all(0 <= each.start <= each.end <= len(text) for each in reading.identifiers)
        except Exception:
            print(ascii(text))
            raise


def _text(chance: random.Random, corpus: list[str]) -> str:
    form = chance.random()
    if form < 0.4:
        return "".join(chance.choice(_PIECES) for _ in range(chance.randrange(1, 40)))
    if form < 0.6:
        return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(1, 40)))
    one, other = chance.choice(corpus), chance.choice(corpus)
    mixed = list(one[: chance.randrange(len(one) + 1)] + other[chance.randrange(len(other)) :])
    for _ in range(chance.randrange(4)):
        mixed.insert(chance.randrange(len(mixed) + 1), chance.choice(_PIECES))
    return "".join(mixed)
