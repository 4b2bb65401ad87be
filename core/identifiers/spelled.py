"""One identifier whose kind is known, in any spelling: for lists and look-ups of other organisations."""

import re
from dataclasses import replace

from core.identifiers.model import Identifier, Kind
from core.identifiers.reading import from_contact, read

ANNOUNCED = {
    Kind.card: "перевели на карту {}",
    Kind.sender_id: "SMS от {}",
    Kind.company_bin: "БИН {}",
    Kind.short_code: "звонили с {}",
}
LONGEST = 500
CANONICAL = {
    Kind.listing: re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+:[A-Za-z0-9_-]{1,64}"),
    Kind.account: re.compile(r"[a-z]+:[a-z]+:\S{1,100}"),
    Kind.sender_id: re.compile(r"[A-Z0-9 ._&-]{3,11}"),
}


def spelled(kind: str, value: str) -> Identifier | None:
    """What `value` names, read as `kind`. None where it is no such thing. Raises ValueError on an unknown kind."""
    wanted, text = Kind(kind), value.strip()
    if not text or len(text) > LONGEST:
        return None
    if wanted is Kind.phone:
        return from_contact(text)
    pattern = CANONICAL.get(wanted)
    if pattern and pattern.fullmatch(text):
        return Identifier(wanted, text, text)
    found = [one for one in read(ANNOUNCED.get(wanted, "{}").format(text)).identifiers if one.kind is wanted]
    return replace(found[0], role=None) if len(found) == 1 else None
