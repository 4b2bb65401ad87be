"""A stand-in Telegram: keeps chats as people see them and refuses what Telegram refuses.

Two doors lead to one state: `StandInSession` inside the process and `http_app`, the HTTP Bot API.
"""

from .chats import Group
from .clock import Clock
from .errors import ApiError, Impossible
from .limits import Limits
from .people import Person
from .seen import Button, Seen
from .session import StandInSession
from .telegram import Telegram
from .web import http_app

__all__ = [
    "ApiError",
    "Button",
    "Clock",
    "Group",
    "Impossible",
    "Limits",
    "Person",
    "Seen",
    "StandInSession",
    "Telegram",
    "http_app",
]
