"""Reading identifiers out of people's messages: pure, `text -> identifiers`, no I/O.

Each family has a module of its own; `reading` puts them in order, and what one has read is hidden from the next.
"""

from core.identifiers.model import Doubt, Identifier, Kind, Reading, Role
from core.identifiers.reading import from_contact, from_forward, read
from core.identifiers.spelled import spelled

__all__ = ["Doubt", "Identifier", "Kind", "Reading", "Role", "from_contact", "from_forward", "read", "spelled"]
