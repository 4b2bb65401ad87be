"""Bank accounts (IBAN) and crypto wallets: long tokens that prove themselves by a checksum."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256

from core.identifiers.folding import Page
from core.identifiers.model import Identifier, Kind
from core.reference import bank_by_code

Found = tuple[int, int, Identifier]

_LATIN = str.maketrans("АВСЕНКМОРТХУавсенкморхтуіІЅѕЈј", "ABCEHKMOPTXYabcehkmopxtyiISsJj")
_AS_DIGITS = str.maketrans("OIL", "011")
_IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ :-]{0,2}[\dOo]{2}(?=[ -]?[0-9A-Za-z])")
_IBAN_FIRST = re.compile(r"([A-Za-z])")
_IBAN_REST = re.compile(r"[ \n-]{0,2}([0-9A-Za-z])")
_B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58 = re.compile(r"(?<![A-Za-z0-9])[T13][1-9A-HJ-NP-Za-km-z]{24,34}(?![A-Za-z0-9])")
_BECH32 = re.compile(r"(?<![A-Za-z0-9])bc1[ac-hj-np-z02-9]{11,87}(?![A-Za-z0-9])", re.IGNORECASE)
_ETHEREUM = re.compile(r"(?<![A-Za-z0-9])0[xX][0-9a-fA-F]{40}(?![A-Za-z0-9])")
_TON = re.compile(r"(?<![A-Za-z0-9_+/-])[EUk0][Qf][A-Za-z0-9_+/-]{46}(?![A-Za-z0-9_+/=-])")
_TON_RAW = re.compile(r"(?<![A-Za-z0-9:])(?:0|-1):[0-9a-fA-F]{64}(?![A-Za-z0-9])")


def find_wallets(page: Page) -> Iterator[Found]:
    """IBANs and wallets. Cyrillic look-alikes are read as Latin: a checksum decides."""
    latin = page.view.translate(_LATIN)
    if len(latin) >= 15:
        yield from _ibans(latin, page.view)
    if len(latin) < 26:
        return
    for match in _BASE58.finditer(latin):
        if found := _base58(match[0]):
            yield match.start(), match.end(), found
    for match in _BECH32.finditer(latin):
        if segwit(match[0]):
            yield match.start(), match.end(), _wallet("bitcoin", match[0].lower())
    for match in _ETHEREUM.finditer(latin):
        if address := ethereum(match[0]):
            yield match.start(), match.end(), _wallet("ethereum", address)
    for pattern in (_TON, _TON_RAW):
        for match in pattern.finditer(latin):
            if address := ton(match[0]):
                yield match.start(), match.end(), _wallet("ton", address)


def _wallet(network: str, address: str) -> Identifier:
    return Identifier(Kind.crypto_wallet, f"{network}:{address}", address, attrs={"network": network})


def _ibans(latin: str, view: str) -> Iterator[Found]:
    from stdnum import iban

    done = 0
    for match in _IBAN_START.finditer(latin):
        length = _LENGTHS.get(match[0][:2].upper())
        if match.start() < done or not length:
            continue
        taken, end = _characters(latin, match.start(), length)
        if len(taken) != length or (view[end : end + 1].isascii() and view[end : end + 1].isalnum()):
            continue
        for spelling in (taken, taken.replace("O", "0"), taken[:2] + taken[2:].translate(_AS_DIGITS)):
            if iban.is_valid(spelling, check_country=False) and spelling.isalnum():
                done = end
                yield match.start(), end, _account(spelling)
                break


_LENGTHS = {
    country: int(length)
    for country, length in (
        pair.split("=")
        for pair in (
            "KZ=20 RU=33 TR=26 AE=23 DE=22 GB=22 FR=27 IT=27 ES=24 PL=28 NL=18 LT=20 LV=21 EE=20 UA=29 GE=22 AZ=28 "
            "BY=28 MD=24 CY=28 CZ=24 CH=21 AT=20 BE=16 BG=22 HU=28 RO=24 SK=24 SI=19 RS=22 GR=27 PT=25 IE=22 IL=23 "
            "SA=24 QA=29 KW=30 SE=24 NO=15 FI=18 DK=18 LU=20 MT=31 HR=21 LI=21 MC=27 ME=22 MK=19 AL=28 BA=20 JO=30 "
            "LB=28 MN=20"
        ).split()
    )
}
"""How long an IBAN of a country is (SWIFT registry): where to stop when words follow without a sign between."""


def _characters(latin: str, start: int, length: int) -> tuple[str, int]:
    """So many letters and digits from a place on, over the separators of a printed account."""
    taken: list[str] = []
    place = start
    while len(taken) < length:
        match = _IBAN_REST.match(latin, place) if taken else _IBAN_FIRST.match(latin, place)
        if match is None and latin[place : place + 1] == ":" and len(taken) == 2:
            place += 1
            continue
        if match is None:
            break
        taken.append(match[1].upper())
        place = match.end()
    return "".join(taken), place


def _account(value: str) -> Identifier:
    attrs = {"country": value[:2]}
    if value.startswith("KZ"):
        attrs["bank"] = value[4:7]
        bank = bank_by_code(value[4:7])
        if bank:
            attrs["bank_name"] = bank.short["ru"]
    display = " ".join(value[place : place + 4] for place in range(0, len(value), 4))
    return Identifier(Kind.iban, value, display, attrs=attrs)


def _base58(text: str) -> Identifier | None:
    """TRON (version 0x41) or Bitcoin (0x00, 0x05), by the double SHA-256 at the end."""
    number = 0
    for char in text:
        number = number * 58 + _B58.index(char)
    try:
        raw = number.to_bytes(25, "big")
    except OverflowError:
        return None
    if sha256(sha256(raw[:21]).digest()).digest()[:4] != raw[21:]:
        return None
    if len(text) - len(text.lstrip("1")) != (25 - len(raw.lstrip(b"\0")) if raw[0] == 0 else 0):
        return None
    networks = {0x41: "tron", 0x00: "bitcoin", 0x05: "bitcoin"}
    network = networks.get(raw[0])
    return _wallet(network, text) if network else None


_BECH_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH_CONSTANT = {0: 1, **dict.fromkeys(range(1, 17), 0x2BC830A3)}


def segwit(text: str) -> bool:
    """A Bitcoin address of BIP 173 (version 0, bech32) or BIP 350 (1 to 16, bech32m)."""
    if text not in (text.lower(), text.upper()):
        return False
    data = [_BECH_LETTERS.index(char) for char in text.lower()[3:]]
    version, program = data[0], data[1:-6]
    if version > 16 or _polymod([3, 3, 0, 2, 3, *data]) != _BECH_CONSTANT[version]:
        return False
    size, spare = divmod(len(program) * 5, 8)
    if spare >= 5 or (program and program[-1] & ((1 << spare) - 1)):
        return False
    return size in (20, 32) if version == 0 else 2 <= size <= 40


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    return check


def ethereum(text: str) -> str | None:
    """The address with the letter case of EIP-55; mixed case that doesn't hold is no address."""
    digits = text[2:]
    low = digits.lower()
    from Crypto.Hash import keccak

    check = keccak.new(digest_bits=256, data=low.encode()).hexdigest()
    spelled = "".join(char.upper() if int(check[place], 16) > 7 else char for place, char in enumerate(low))
    return f"0x{spelled}" if digits in (low, low.upper(), spelled) else None


def ton(text: str) -> str | None:
    """The bounceable main-net form (EQ…/Ef…) of a TON address in any form; None where the CRC-16 fails."""
    if ":" in text:
        chain, _, account = text.partition(":")
        body = bytes([0x11, int(chain) & 0xFF]) + bytes.fromhex(account)
    else:
        raw = urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))
        if binascii.crc_hqx(raw[:34], 0).to_bytes(2, "big") != raw[34:] or raw[0] & 0x3F != 0x11 or raw[0] & 0x80:
            return None
        body = bytes([0x11]) + raw[1:34]
    return urlsafe_b64encode(body + binascii.crc_hqx(body, 0).to_bytes(2, "big")).decode()
