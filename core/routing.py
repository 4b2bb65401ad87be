"""Who gets a report, what of it, and why: a pure function from what is accused and those who are connected."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MONEY = frozenset({"card", "iban", "ewallet", "crypto_wallet"})


class PartnerKind(StrEnum):
    police = "police"
    bank = "bank"
    operator = "operator"
    marketplace = "marketplace"
    wallet = "wallet"
    regulator = "regulator"


SEES_ALL = frozenset({PartnerKind.police, PartnerKind.regulator})


@dataclass(frozen=True, slots=True)
class Routes:
    """What of a report concerns a partner."""

    bank_codes: frozenset[str] = frozenset()
    """Three digits of a Kazakh IBAN; also the bank a victim's money left from."""
    bins: frozenset[str] = frozenset()
    """First six to eight digits of the cards it issues."""
    ranges: frozenset[str] = frozenset()
    """Three national digits of mobile ranges, as 701."""
    platforms: frozenset[str] = frozenset()
    """Ids of core/reference/platforms.yaml, as olx_kz."""
    systems: frozenset[str] = frozenset()
    """Wallet systems, as qiwi."""
    all: bool = False


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that can act on reports, as far as routing needs to know it."""

    id: str
    name: str
    kind: PartnerKind
    routes: Routes = field(default_factory=Routes)
    events: bool = True
    """Whether events are sent to it; otherwise it asks by itself."""


@dataclass(slots=True)
class Connected:
    """Who can receive at all. One object for the running program; a changed registry puts in other partners."""

    desk: bool = False
    partners: Sequence[Partner] = ()

    def partner(self, partner_id: str) -> Partner | None:
        return next((one for one in self.partners if one.id == partner_id), None)


@dataclass(frozen=True, slots=True)
class Named:
    """One accused identifier, as far as routing needs to know it. A card's value begins with its first six digits."""

    id: int
    kind: str
    value: str
    role: str | None = None
    platform: str | None = None
    real: bool = False
    """A genuine line that was only shown: accuses nobody."""

    @property
    def payee(self) -> bool:
        return self.kind in MONEY or (self.kind == "phone" and self.role == "payee")


@dataclass(frozen=True, slots=True)
class Share:
    """What of a report goes to one partner."""

    partner: Partner
    identifiers: tuple[int, ...]
    reason: str
    words: bool = False
    """It may read the story and see the evidence."""


def route(
    named: Sequence[Named],
    partners: Sequence[Partner],
    *,
    from_bank: str | None = None,
    bank_reads: bool = False,
    declined: Collection[tuple[str, int]] = (),
) -> list[Share]:
    """Each partner with the identifiers it can act on, in the registry's order.

    `from_bank`: code of the bank the reporter's money left from. `declined`: (partner, identifier) that was answered
    with `not_ours`: the next candidate gets it.
    """
    found: dict[str, dict[int, str]] = {}
    for one in named:
        for partner, why in _holders(one, partners, from_bank, declined):
            found.setdefault(partner.id, {})[one.id] = why
    return [
        Share(partner, tuple(ids), "; ".join(dict.fromkeys(ids.values())), reads_words(partner, bank_reads))
        for partner in partners
        if (ids := found.get(partner.id))
    ]


def reads_words(partner: Partner, bank_reads: bool) -> bool:
    """Whether a partner may read the story and see the evidence; `bank_reads`: the reporter let the bank."""
    return partner.kind is PartnerKind.police or (partner.kind is PartnerKind.bank and bank_reads)


def _holders(
    one: Named, partners: Sequence[Partner], from_bank: str | None, declined: Collection[tuple[str, int]]
) -> Iterator[tuple[Partner, str]]:
    for partner in partners:
        if partner.kind in SEES_ALL and partner.routes.all:
            yield partner, "all reports"
    if one.real:
        return
    whose = [(partner, why) for partner in partners if (why := concern(one, partner))]
    takers = [(partner, why) for partner, why in whose if (partner.id, one.id) not in declined]
    yield from takers or _next(one, [partner for partner, _ in whose], partners, declined)
    taken = {partner.id for partner, _ in takers}
    for partner in partners if one.payee else ():  # the bank of the one who paid can stop what is on its way
        if partner.id not in taken and _paid_from(partner, from_bank) and (partner.id, one.id) not in declined:
            yield partner, f"money left your bank {from_bank}"


def _paid_from(partner: Partner, bank: str | None) -> bool:
    return partner.kind is PartnerKind.bank and bank in partner.routes.bank_codes


def concern(one: Named, partner: Partner) -> str | None:
    """Why an identifier is a partner's own."""
    routes, kind = partner.routes, partner.kind
    match one.kind:
        case "card" if kind is PartnerKind.bank:
            return next((f"your BIN {bin_}" for bin_ in sorted(routes.bins) if bin_[:6] == one.value[:6]), None)
        case "iban" if kind is PartnerKind.bank and one.value[:2] == "KZ" and one.value[4:7] in routes.bank_codes:
            return f"your bank code {one.value[4:7]}"
        case "phone" if kind is PartnerKind.operator and one.value[:2] == "+7" and one.value[2:5] in routes.ranges:
            return f"your range {one.value[2:5]}"
        case "listing" | "account" if kind is PartnerKind.marketplace and one.platform in routes.platforms:
            return f"your platform {one.platform}"
        case "ewallet" | "crypto_wallet" if kind is PartnerKind.wallet:
            system = one.value.split(":", 1)[0]
            return f"your system {system}" if system in routes.systems else None
    return None


def _next(
    one: Named, were: Sequence[Partner], partners: Sequence[Partner], declined: Collection[tuple[str, int]]
) -> Iterator[tuple[Partner, str]]:
    """A number that is not its range holder's any more was ported: the other operators, one after the other."""
    if one.kind != "phone" or not were:
        return
    for partner in partners:
        if partner.kind is PartnerKind.operator and partner.routes.ranges and (partner.id, one.id) not in declined:
            yield partner, f"ported: not {', '.join(were_.name for were_ in were)}'s any more"
            return


def holder(one: Named, partners: Sequence[Partner], declined: Collection[tuple[str, int]] = ()) -> Partner | None:
    """Who can block an identifier: the bank, wallet, operator or platform it belongs to."""
    if one.real:
        return None
    whose = [partner for partner in partners if concern(one, partner)]
    takers = [partner for partner in whose if (partner.id, one.id) not in declined]
    takers = takers or [partner for partner, _ in _next(one, whose, partners, declined)]
    return takers[0] if takers else None


def has_own_bin(partner: Partner, card_number: str) -> bool:
    """Whether a bank may see the full number of a card."""
    return partner.kind is PartnerKind.bank and any(card_number.startswith(bin_) for bin_ in partner.routes.bins)


def recipients(connected: Connected, named: Sequence[Named], from_bank: str | None = None) -> Sequence[str]:
    """Who else than the police gets a report: names of organisations, in the registry's order."""
    shares = route(named, connected.partners, from_bank=from_bank)
    return [share.partner.name for share in shares if share.partner.kind is not PartnerKind.police]

