"""Companies by their BIN. A citizen's IIN looks the same but for one digit, and is never read here."""

import re
from collections.abc import Iterator

from core.identifiers.checks import is_bin
from core.identifiers.folding import Page
from core.identifiers.model import Identifier, Kind

_TWELVE = re.compile(
    r"(?<![\dA-Za-z])(?:\d{12}|\d{6}[ -]\d{6}|\d{4}[ -]\d{4}[ -]\d{4}|\d{3}[ -]\d{3}[ -]\d{3}[ -]\d{3})(?![\dA-Za-z])"
)
_COMPANY = re.compile(
    r"\b(?:бин|бсн|bin|bсн|иин|тоо|жшс|ао\b|ақ\b|ип\b|жк\b|компани|фирм|организаци|реквизит|предприят|оао|llp|"
    r"ltd|филиал|юр\.? ?лиц|заңды)"
)


def find_companies(page: Page) -> Iterator[tuple[int, int, Identifier]]:
    for match in _TWELVE.finditer(page.view):
        digits = re.sub(r"\D", "", match[0])
        near = page.plain[max(0, match.start() - 60) : match.start()] + " " + page.plain[match.end() : match.end() + 30]
        if is_bin(digits) and _COMPANY.search(near):
            yield match.start(), match.end(), Identifier(Kind.company_bin, digits, f"БИН {digits}")
