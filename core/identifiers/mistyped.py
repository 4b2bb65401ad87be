"""What a text that names nothing was meant to be: a number with a digit wrong, missing or too many."""

import re
from collections.abc import Mapping

from core.identifiers.model import Kind

_CARD = re.compile(r"(?<![\w+])[2-6]\d{3}(?:[ \-.]?\d){10,15}(?![\w])")
_PHONE = re.compile(r"(?<![\w+])(?:\+7|8|7)[ \-.()]{0,2}7(?:[ \-.()]{0,2}\d){4,11}(?![\w])")
_IBAN = re.compile(r"(?<!\w)kz[ \-]?\d{2}(?:[ \-]?[0-9a-z]){8,22}(?!\w)", re.IGNORECASE)
_KINDS: Mapping[Kind, re.Pattern[str]] = {Kind.iban: _IBAN, Kind.phone: _PHONE, Kind.card: _CARD}


def mistyped(text: str) -> Kind | None:
    """Iban, phone or card, where something begins and is about as long as one. For texts in which nothing was read."""
    return next((kind for kind, shape in _KINDS.items() if shape.search(text)), None)
