"""Telephone numbers in every spelling, with the numbering plan's doubts."""

import re
from collections.abc import Iterator
from dataclasses import replace

from core.identifiers.context import after, before, doubts_of, is_numbered, role_of
from core.identifiers.digits import Group, Piece, groups_of, piece, runs_of
from core.identifiers.folding import Page
from core.identifiers.model import Doubt, Identifier, Kind, Role
from core.identifiers.numbering import describe
from core.reference import range_holder

_MAX_GROUPS = 14
_TALK = re.compile(
    r"\b(?:тел|(?<!гос )(?<!гос\. )ном[еи]р\w*(?! (?:карт|заказ|сч[её]т|дел[ао]|договор|документ|чек|маш|авто))|"
    r"звон|позв|перезв|набе?р|ватс|вотс|вацап|уатс|whats|wapp|сот(?:к|ов|\b)|моб(?:ил|\b)|"
    r"нөмір|нөмер|қоңырау|хабарлас|"
    r"phone|tel\b|mob|call|viber|вайбер|telegram|телегр|контакт|связ|байланыс|абонент|смс|sms|qiwi|киви|каспи|kaspi|"
    r"gold|голд|перевод|переве|аудар|скин|кинь|қоңыр|жазды|жазыңыз|писал|пиши|напиш|тлф|wa\b|н[оө]м\b)"
)
_MONEY = re.compile(
    r"^\s?(?:тг(?!\s?[:@-])|тенге|теңге|₸|руб|р\.|₽|\$|€|kzt|usd|usdt|доллар|млн|тыс|мың|%|шт|км|кг|м2|м²|га\b|"
    r"мб|гб|кв|сум|сом)"
)
_FOREIGN = (
    "996",
    "998",
    "992",
    "993",
    "994",
    "995",
    "374",
    "375",
    "380",
    "373",
    "90",
    "86",
    "49",
    "44",
    "48",
    "971",
    "370",
)
_TEN_GROUPED = {(), (3,), (3, 6), (3, 6, 8), (3, 5, 7), (3, 5, 8), (3, 7), (2, 4, 6, 8)}
_LETTER = re.compile(r"[A-Za-z]")
_GLUED = re.compile(r"(?:tel|phone|wa|mob|whatsapp|call)$", re.IGNORECASE)


def find_phones(page: Page, country: str) -> Iterator[tuple[int, int, Identifier]]:
    """Every phone of the page with its place in the view."""
    groups = groups_of(page.view, page.low)
    for run in runs_of(page.view, groups):
        yield from _in_run(page, run, country)


def _in_run(page: Page, run: list[Group], country: str) -> Iterator[tuple[int, int, Identifier]]:
    pluses = [_plus_before(page.low, group) for group in run]
    place = 0
    while place < len(run):
        found = _best_from(page, run, pluses, place, country)
        if found is None:
            place += 1
            continue
        last, start, identifier = found
        end = run[last].end
        yield start, end, _explained(page, start, end, identifier)
        place = last + 1


def _explained(page: Page, start: int, end: int, identifier: Identifier) -> Identifier:
    doubts = identifier.doubts | doubts_of(Kind.phone, page.plain, start, end)
    role = role_of(Kind.phone, page.plain, start, end)
    if identifier.role is None and Doubt.official in doubts and role is Role.contacted_from:
        role = Role.impersonated
    return replace(identifier, doubts=doubts, role=role)


def _best_from(
    page: Page, run: list[Group], pluses: list[int | None], first: int, country: str
) -> tuple[int, int, Identifier] | None:
    """The best phone that begins with this group: its last group, its start in the view, and itself."""
    if run[first].written == "L" or not _may_start(page.view, run, first):
        return None
    plus = pluses[first]
    best: tuple[int, int, Identifier] | None = None
    length = 0
    for last in range(first, min(len(run), first + _MAX_GROUPS)):
        length += len(run[last].digits)
        if length > 16 or (last > first and pluses[last] is not None):
            break
        if length < 8 or not (plus is not None or _may_be(run[first].digits, length)):
            continue
        if last - first > 6 and (first or last + 1 < len(run)):
            continue  # digit by digit, only where nothing else stands in the run
        if run[last].written == "w" and last + 1 < len(run) and run[last + 1].written == "w":
            continue  # more number words follow: it isn't the end
        found = _as_phone(page, piece(page.view, run, first, last), plus is not None, country)
        if found:
            best = last, run[first].start if plus is None else plus, found
    return best


def _may_be(head: str, length: int) -> bool:
    """Whether a number that begins so can have this length without a +: the quick no."""
    if length in (10, 11) and head[0] in "789":
        return True
    return length >= 11 and head[0] in "03489"


def _plus_before(low: str, group: Group) -> int | None:
    """Where the + before a group stands."""
    left = max(0, group.start - 7)
    match = re.search(r"(?:\+|плюс)[ (]{0,2}$", low[left : group.start])
    return left + match.start() if match else None


def _may_start(view: str, run: list[Group], first: int) -> bool:
    """Not in the middle of a word or of a decimal number."""
    start = run[first].start
    left = view[start - 1 : start]
    if left == "_" and view[start - 2 : start - 1].isalnum():
        return False
    if _LETTER.fullmatch(left) and run[first].written != "w":
        return bool(_GLUED.search(view[max(0, start - 8) : start]))
    after_point = left in (".", ",") and first > 0 and run[first - 1].end == start - 1
    return not (after_point and len(run[first].digits) > 4 and len(run[first - 1].digits) <= 3)


def _as_phone(page: Page, taken: Piece, plus: bool, country: str) -> Identifier | None:
    right = page.view[taken.end : taken.end + 1]
    if _LETTER.fullmatch(right) and taken.written[-1] != "w":
        return None
    if not _honest_letters(taken):
        return None
    if plus:
        return _with_plus(page, taken)
    if len(taken.digits) == 11 and taken.digits[0] in "78":
        return _eleven(page, taken)
    if len(taken.digits) == 10:
        return _ten(page, taken, country)
    return _without_plus(page, taken)


def _honest_letters(taken: Piece) -> bool:
    """Letters for digits only where the digits outnumber them, and never at the edge on their own."""
    if "L" not in taken.written and "l" not in taken.written:
        return True
    return taken.written[-1] != "L" and taken.written.count("L") <= 2 and len(taken.digits) in (10, 11)


def _with_plus(page: Page, taken: Piece) -> Identifier | None:
    digits = taken.digits
    if digits[0] == "7" or (digits[0] == "8" and len(digits) == 11 and digits[1] == "7"):
        return describe(f"+7{digits[1:]}") if len(digits) == 11 else None
    found = describe(f"+{digits}") if 8 <= len(digits) <= 15 else None
    if found and Doubt.unassigned_range in found.doubts and not taken.whole:
        return None
    return found


def _eleven(page: Page, taken: Piece) -> Identifier | None:
    """8 or 7 and ten digits. The grouping must be a phone's, or the words around must speak of one."""
    national = taken.digits[1:]
    talk = _speaks_of_phone(page, taken)
    strong = _phone_grouping(taken.digits, taken.cuts) and (talk or not taken.mixed)
    if _MONEY.match(page.low[taken.end : taken.end + 8]) or _is_numbered(page, taken):
        return None
    if not strong and not (talk and taken.whole):
        return None
    found = describe(f"+7{national}")
    if found is None:
        return None
    known = Doubt.unassigned_range not in found.doubts
    if not strong and taken.mixed and not known:
        return None
    if national[0] in "79":
        return found
    if not known and not talk:
        return None
    sure = talk or (known and taken.cuts)
    return found if sure else replace(found, doubts=found.doubts | {Doubt.ambiguous})


def _phone_grouping(digits: str, cuts: tuple[int, ...]) -> bool:
    """Cut after the operator's or town's code (or nowhere but after the 8)."""
    inner = [cut for cut in cuts if cut != 1]
    if cuts == (1, 4, 7, 10):
        return False  # thousands, and the beginning of something else
    if not inner or 4 in inner:
        return True
    long_code = digits[1:3] in ("71", "72") or digits[1] in "348"
    return long_code and ((1 in cuts and 6 in inner) or ((1 in cuts or digits[0] == "8") and 5 in inner))


def _ten(page: Page, taken: Piece, country: str) -> Identifier | None:
    """Ten digits without the 8: a phone where the grouping is one, or the words say so."""
    digits = taken.digits
    talk = _speaks_of_phone(page, taken)
    if digits[0] not in ("7" if country == "KZ" else "79") and not (digits[0] == "9" and talk):
        return None
    if _MONEY.match(page.low[taken.end : taken.end + 8]) or _is_numbered(page, taken):
        return None
    usual = (taken.cuts in _TEN_GROUPED and not taken.mixed) or (taken.cuts == (4, 6, 8) and digits[:2] in ("71", "72"))
    bracketed = page.view[taken.start - 1 : taken.start] == "(" and (3 in taken.cuts or 4 in taken.cuts)
    if taken.cuts and not (usual or bracketed or (talk and taken.whole and len(taken.gaps) <= 1)):
        return None
    found = describe(f"+7{digits}")
    if found is None or talk:
        return found
    known = Doubt.unassigned_range not in found.doubts or range_holder(f"+7{digits}") is not None
    if not known or (taken.cuts == (3, 6) and digits.endswith("00")):
        return None
    if taken.cuts:
        return found
    return replace(found, doubts=found.doubts | {Doubt.ambiguous}) if taken.whole else None


def _without_plus(page: Page, taken: Piece) -> Identifier | None:
    """8 10 …, 00 … and neighbours' numbers with the country code but no +."""
    digits = taken.digits
    talk = _speaks_of_phone(page, taken)
    if taken.mixed or not taken.begins or _is_numbered(page, taken):
        return None
    for prefix in ("810", "00"):
        if digits.startswith(prefix) and len(digits) - len(prefix) >= 9 and (taken.cuts or talk):
            found = describe(f"+{digits[len(prefix) :]}")
            if found and Doubt.unassigned_range not in found.doubts:
                return found
    if digits.startswith(_FOREIGN) and 11 <= len(digits) <= 13:
        grouped = len(taken.cuts) >= 3 and digits.startswith(_FOREIGN[:8]) and taken.cuts[0] == 3
        found = describe(f"+{digits}") if grouped or talk else None
        if found and Doubt.unassigned_range not in found.doubts:
            return found
    return None


def _speaks_of_phone(page: Page, taken: Piece) -> bool:
    left = before(page.plain, taken.start, 45)
    return bool(_TALK.search(left) or _TALK.search(after(page.plain, taken.end, 30)))


def _is_numbered(page: Page, taken: Piece) -> bool:
    """The number of an order, a contract, a parcel …"""
    return is_numbered(page.plain, taken.start)
