"""Who gets a report: a pure function from the report and those who are connected."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Connected:
    """Who can receive at all, from the settings."""

    desk: bool = False


def recipients(connected: Connected) -> Sequence[str]:
    """Kinds of recipients of a report, most important first; empty where it waits for a desk to be connected."""
    return ("police",) if connected.desk else ()
