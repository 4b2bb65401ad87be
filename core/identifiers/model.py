"""What a text was found to name."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    phone = "phone"
    short_code = "short_code"
    card = "card"
    iban = "iban"
    ewallet = "ewallet"
    crypto_wallet = "crypto_wallet"
    listing = "listing"
    account = "account"
    url = "url"
    email = "email"
    sender_id = "sender_id"
    company_bin = "company_bin"


class Role(StrEnum):
    contacted_from = "contacted_from"
    asked_to_call = "asked_to_call"
    payee = "payee"
    listing = "listing"
    landing_page = "landing_page"
    messenger = "messenger"
    courier = "courier"
    impersonated = "impersonated"


class Doubt(StrEnum):
    own = "own"
    """The text says that it is the writer's own."""
    forward_origin = "forward_origin"
    """Where a forwarded message comes from: often the one who warns."""
    official = "official"
    """A genuine line or address of a bank, the state or an operator."""
    direction_unknown = "direction_unknown"
    """A card, account or phone to pay by, where the text doesn't say whose."""
    ambiguous = "ambiguous"
    """Perhaps no identifier at all, or read with effort."""
    recognised = "recognised"
    """Read from a picture."""
    unassigned_range = "unassigned_range"
    """Possible, but the numbering plan gave this range to nobody: often a spoofed number."""
    lookalike = "lookalike"
    """A brand's word, or letters that imitate it, in somebody else's domain; attrs["brand"] names it."""


_NOT_ACCUSED = frozenset(
    {Doubt.own, Doubt.forward_origin, Doubt.official, Doubt.direction_unknown, Doubt.ambiguous, Doubt.recognised}
)


@dataclass(frozen=True, slots=True)
class Identifier:
    kind: Kind
    value: str
    """Canonical: two spellings of one thing have one value. A card's is BIN6:LAST4."""
    display: str
    """For people; reading it again gives the same value (a card's is masked and reads as nothing)."""
    start: int = 0
    end: int = 0
    """Where it stood in the text as given."""
    role: Role | None = None
    doubts: frozenset[Doubt] = frozenset()
    attrs: dict[str, str] = field(default_factory=dict)
    """country, line, range_holder, network, bank, bank_name, brand, platform, shop, merchant, seen_on, unicode …"""
    secret: str | None = field(default=None, repr=False)
    """A card's full number. In memory only: never to be logged or shown."""

    @property
    def starts_off(self) -> bool:
        """Whether it begins unselected among what a report accuses."""
        return not self.doubts.isdisjoint(_NOT_ACCUSED)

    @property
    def key(self) -> tuple[str, str]:
        """What makes two of them one."""
        return self.kind, self.secret or self.value


@dataclass(frozen=True, slots=True)
class Reading:
    identifiers: tuple[Identifier, ...]
    redacted: tuple[str, ...]
    """Names of what was taken out: cvv, otp, iin, card, expiry, pin, password. Each once."""
    text: str
    """The text, safe to keep: marks for secrets and the writer's own card, other full card numbers masked."""
    refused: tuple[str, ...] = ()
    """Why an address was not read: userinfo, backslash."""
