"""How many SMS a text is, for those who send the same words by SMS: 3GPP TS 23.038.

A text of GSM-7 letters has 160 of them in one message and 153 in each part of a longer one (some count as two);
any other letter, as every Cyrillic one, makes it UCS-2 with 70 and 67. Characters outside the BMP count as two there.
"""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True, slots=True)
class Size:
    encoding: str  # GSM-7, UCS-2
    units: int
    parts: int
    room: int  # units of one part


def size(text: str) -> Size:
    """Units and parts; an empty text has no part."""
    if set(text) <= BASIC | EXTENDED:
        return _divided("GSM-7", [2 if letter in EXTENDED else 1 for letter in text], 160, 153)
    return _divided("UCS-2", [len(letter.encode("utf-16-le")) // 2 for letter in text], 70, 67)


def _divided(encoding: str, widths: list[int], alone: int, joined: int) -> Size:
    """A letter of two units is never cut between parts."""
    units = sum(widths)
    if units <= alone:
        return Size(encoding, units, min(units, 1), alone)
    parts, filled = 1, 0
    for width in widths:
        parts, filled = (parts + 1, width) if filled + width > joined else (parts, filled + width)
    return Size(encoding, units, parts, joined)
