"""Facts the product stands on, one data file per subject with a loader beside it.

Every row carries `status` (sourced or unverified) and `verified_at`. Files are read on first use and kept.
"""

from core.reference.banks import Bank, Network, bank_by_bin, bank_by_code, banks, historic_banks, network_of, networks
from core.reference.brands import Brand, brand_of, brands
from core.reference.broadcasts import Broadcast, broadcasts
from core.reference.cities import City, cities, city_of
from core.reference.numbering import Official, Range, Zones, official_line, range_holder, ranges, short_codes, zones
from core.reference.platforms import (
    Example,
    Platform,
    Redirector,
    Rule,
    Tracking,
    platform_of,
    platforms,
    redirectors,
    tracking,
)
from core.reference.schemes import Scheme, Tag, axes, scheme, schemes, tags
from core.reference.signs import Sign, SignSet, client_texts, facts, sign, sign_sets, signs, transfer_days
from core.reference.terms import Term, term

__all__ = [
    "Bank",
    "Brand",
    "Broadcast",
    "City",
    "Example",
    "Network",
    "Official",
    "Platform",
    "Range",
    "Redirector",
    "Rule",
    "Scheme",
    "Sign",
    "SignSet",
    "Tag",
    "Term",
    "Tracking",
    "Zones",
    "axes",
    "bank_by_bin",
    "bank_by_code",
    "banks",
    "brand_of",
    "brands",
    "broadcasts",
    "cities",
    "city_of",
    "client_texts",
    "facts",
    "historic_banks",
    "network_of",
    "networks",
    "official_line",
    "platform_of",
    "platforms",
    "range_holder",
    "ranges",
    "redirectors",
    "scheme",
    "schemes",
    "short_codes",
    "sign",
    "sign_sets",
    "signs",
    "tags",
    "term",
    "tracking",
    "transfer_days",
    "zones",
]
