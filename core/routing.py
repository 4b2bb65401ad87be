"""Who gets a report: a pure function from the report and those who are connected."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class PartnerKind(StrEnum):
    police = "police"
    bank = "bank"
    operator = "operator"
    marketplace = "marketplace"
    wallet = "wallet"
    regulator = "regulator"


@dataclass(frozen=True, slots=True)
class Routes:
    """What of a report concerns a partner."""

    bank_codes: frozenset[str] = frozenset()
    """Three digits of a Kazakh IBAN; also the bank a victim's money left from."""
    bins: frozenset[str] = frozenset()
    """First six digits of the cards it issues."""
    ranges: frozenset[str] = frozenset()
    """Three national digits of mobile ranges, as 701."""
    platforms: frozenset[str] = frozenset()
    """Ids of core/reference/platforms.yaml, as olx_kz."""
    systems: frozenset[str] = frozenset()
    """E-wallet systems, as qiwi."""
    all: bool = False


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that can act on reports, as far as routing needs to know it."""

    id: str
    name: str
    kind: PartnerKind
    routes: Routes = field(default_factory=Routes)


@dataclass(frozen=True, slots=True)
class Connected:
    """Who can receive at all, from the settings."""

    desk: bool = False
    partners: Sequence[Partner] = ()


def recipients(connected: Connected) -> Sequence[str]:
    """Kinds of recipients of a report, most important first; empty where it waits for a desk to be connected."""
    return ("police",) if connected.desk else ()
