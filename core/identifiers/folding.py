"""One plain view of a text: ASCII digits, plain spaces and dashes, nothing invisible; and the way back."""

import re
import unicodedata
from collections.abc import Iterable

_EXTRA = {
    0x034F: None,
    0x115F: None,
    0x1160: None,
    0x20E3: None,  # the frame of a keycap emoji
    0x3164: None,
    0x2800: None,
    0x3002: ".",
    0xFF61: ".",
    0x2024: ".",
    0x2028: "\n",
    0x2029: "\n",
    0x2212: "-",
    0x2043: "-",
    0x30FC: "-",
    0x2500: "-",
    0x130: "I",
    0x09: " ",
    0x0B: " ",
    0x0C: " ",
    0x0D: " ",
    0x00: " ",
}
_STRUCK = range(0x0300, 0x0370)  # combining marks: accents over digits are decoration
HIDDEN = "\x00"
"""Stands in the view for what has been read already; it breaks every pattern."""


def _fold(code: int) -> str | None:
    char = chr(code)
    category = unicodedata.category(char)
    if category == "Cf" or 0xFE00 <= code <= 0xFE0F:
        return None
    if category == "Zs":
        return " "
    if category == "Pd":
        return "-"
    if category in ("Nd", "No"):
        digit = unicodedata.digit(char, None)
        raised = unicodedata.decomposition(char).startswith(("<super>", "<sub>"))
        return char if digit is None or raised else str(digit)
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and plain.isascii() and plain.isprintable() else char


class _Table(dict[int, str | None]):
    """Filled as characters are met; the bound keeps odd input from growing it."""

    def __missing__(self, code: int) -> str | None:
        folded = _fold(code)
        if len(self) < 4096:
            self[code] = folded
        return folded


_TABLE = _Table(_EXTRA)
_DIGIT_MARKS = re.compile(r"(?<=\d)[\u0300-\u036f]+")
_DEFANGED = re.compile(
    r"\s?[\[({]\s?(?:\.|dot|точка|нүкте)\s?[\])}]\s?|(?<=[a-z0-9])\s(?:dot|точка|нүкте)\s(?=[a-z]{2,6}\b)",
    re.IGNORECASE,
)
_DEFANGED_AT = re.compile(r"\s?[\[({]\s?(?:@|at|собака)\s?[\])}]\s?", re.IGNORECASE)
_DEFANGED_SCHEME = re.compile(
    r"\b(?:h(?:xx|\*\*|tt|XX)p(s?)|fxp)\s?(?:\[:\]|:|\[:)\s?(?:/\s?/|\[//\]|//\])(?=\S)", re.IGNORECASE
)


class Page:
    """A text being read. `view` is the folded text, `low` the same in lower case; both have one length."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._origin: list[int] | None = None
        self.view = self._folded(text)
        self._rewrite(_DIGIT_MARKS, "")
        self._undo_defanging()
        self.low = _lower(self.view)
        self.plain = self.low
        """The lower-case view as it was before anything was hidden."""

    def _folded(self, text: str) -> str:
        folded = text.translate(_TABLE)
        if len(folded) != len(text):
            self._origin = [place for place, char in enumerate(text) if _TABLE[ord(char)] is not None]
        return folded

    def _undo_defanging(self) -> None:
        if any(mark in self.view for mark in "[({*") or "xp" in self.view.lower() or "точка" in self.view.lower():
            self._rewrite(_DEFANGED, ".")
            self._rewrite(_DEFANGED_AT, "@")
            self._rewrite(_DEFANGED_SCHEME, r"http\1://")
        elif " dot " in self.view or "нүкте" in self.view:
            self._rewrite(_DEFANGED, ".")

    def _rewrite(self, pattern: re.Pattern[str], replacement: str) -> None:
        """Replace in the view; a replacement's characters all point to where the original began."""
        pieces: list[str] = []
        origin: list[int] = []
        done = 0
        known = self._origin
        for match in pattern.finditer(self.view):
            put = match.expand(replacement)
            pieces += self.view[done : match.start()], put
            origin += known[done : match.start()] if known else range(done, match.start())
            origin += [known[match.start()] if known else match.start()] * len(put)
            done = match.end()
        if done:
            pieces.append(self.view[done:])
            origin += known[done:] if known else range(done, len(self.view))
            self.view, self._origin = "".join(pieces), origin

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original text of a place in the view."""
        if self._origin is None:
            return start, end
        return (self._origin[start], self._origin[end - 1] + 1) if start < end else (0, 0)

    def hide(self, spans: Iterable[tuple[int, int]]) -> None:
        """Take what was read out of both views, keeping their length."""
        for start, end in spans:
            blank = HIDDEN * (end - start)
            self.view = self.view[:start] + blank + self.view[end:]
            self.low = self.low[:start] + blank + self.low[end:]


def _lower(view: str) -> str:
    low = view.lower()
    if len(low) == len(view):
        return low
    return "".join(small if len(small := char.lower()) == 1 else char for char in view)
