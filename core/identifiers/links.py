"""Finding addresses and e-mail in a text: with a scheme, bare, or written so that a filter misses them."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from core.identifiers import lookalike
from core.identifiers.folding import Page
from core.identifiers.model import Doubt, Identifier, Kind
from core.identifiers.numbering import linked_phone
from core.identifiers.places import place_of
from core.identifiers.urls import Address, Refused, parse, registrable, to_ascii

Found = tuple[int, int, Identifier | None]
"""Start and end in the view; None for what is refused or only mentioned: it is hidden and not reported."""

_END = r"\s<>\"«»“”„\x00"
_SCHEME = re.compile(
    rf"(?<![a-z0-9])(?:https?|ftp)\s?:\s?//\s?[^{_END}]+|(?<![a-z0-9])(?:tg|whatsapp|viber):/{{1,2}}[^{_END}]+",
    re.IGNORECASE,
)
_CYRILLIC_ENDINGS = "қаз|рф|рус|бел|укр|сайт|онлайн|орг|ком|москва|дети"
_BARE = re.compile(
    rf"(?<![\w@.\\-])(?<![^/]/)(?:\w(?:[\w-]{{0,61}}\w)?\.)+(?:xn--[a-z0-9-]{{2,59}}|[a-z]{{2,24}}|"
    rf"{_CYRILLIC_ENDINGS})(?![a-z0-9_@])(?!-[a-z0-9])"
    rf"(?:\.(?![\w]))?(?::\d{{2,5}}(?!\d))?(?:[/?#\\][^{_END}]*)?",
    re.IGNORECASE,
)
_IP_ADDRESS = re.compile(rf"(?<![\w@./\\-])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?::\d{{2,5}})?/[^{_END}]*")
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-zқазрфус]{2,24}(?![\w@])", re.IGNORECASE)
_GLUED = re.compile(r"(?<=[A-Za-z0-9/=_)\]-])[А-Яа-яЁёӘәІіҢңҒғҮүҰұҚқӨөҺһ].*$", re.DOTALL)
_SUFFIX = re.compile(r"-[а-яәіңғүұқөһ]{1,5}$", re.IGNORECASE)
_INSTAGRAM = re.compile(
    r"\b(?:инст[аеу]\w{0,6}|instagram|insta)\s*(?:ник\w*|аккаунт\w*|страниц\w*|профил\w*)?\s*[:\-]?\s*$"
)
_SENT_BY = re.compile(r"\b(?:смс|sms)(?:[^.\n]{0,25}\b(?:от|from))?\s*[«\"]?$")
_TRAILING = ".,;:!?…'`*_~|"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_FILES = frozenset({"zip", "mov", "py", "sh", "rs", "md", "ps", "so"})
_COMMON = frozenset(
    "kz com ru net org info top xyz club site online shop store pro vip live icu app cc biz su kg uz".split()
)
_WORD_ENDINGS = frozenset("me my is it in so to at am as be do no us by id la pm ai ms mr".split())


def find_links(page: Page) -> tuple[list[Found], list[str]]:
    """Everything that is an address or e-mail, and why others were refused."""
    found: list[Found] = []
    refused: list[str] = []
    for finder in (_with_scheme, _bare, _emails):
        if finder is _emails and "@" not in page.view:
            continue
        batch = list(finder(page, refused))
        page.hide((start, end) for start, end, _ in batch)
        found += batch
    return found, refused


def _trimmed(raw: str) -> str:
    """Without the punctuation and the words of the sentence around it."""
    glued = _GLUED.search(raw)
    if glued and "/" in raw and not _in_path_word(raw, glued.start()):
        raw = raw[: glued.start()]
    while raw:
        last = raw[-1]
        if last in _TRAILING or (last in _PAIRS and raw.count(last) > raw.count(_PAIRS[last])):
            raw = raw[:-1]
        elif (suffix := _SUFFIX.search(raw)) and raw[: suffix.start()].isascii():
            raw = raw[: suffix.start()]
        else:
            break
    return raw


def _in_path_word(raw: str, place: int) -> bool:
    """Whether a Cyrillic word begins a part of its own (after a slash), as in /wiki/Алматы, or stands in the host."""
    host_end = raw.find("/", raw.find("://") + 3 if "://" in raw else 0)
    return place < host_end or raw[place - 1] in "/=_-"


def _with_scheme(page: Page, refused: list[str]) -> Iterator[Found]:
    if ":" not in page.view:
        return
    for match in _SCHEME.finditer(page.view):
        raw = _trimmed(match[0])
        end = match.start() + len(raw)
        compact = re.sub(r"\s", "", raw)
        if compact.lower().startswith(("tg:", "whatsapp:", "viber:")):
            yield match.start(), end, _deep_link(compact)
            continue
        yield match.start(), end, _identified(compact, refused)


def _identified(raw: str, refused: list[str]) -> Identifier | None:
    try:
        address = parse(raw)
        return place_of(address) if address else None
    except Refused as reason:
        refused.append(str(reason))
        return None


def _deep_link(raw: str) -> Identifier | None:
    scheme, _, rest = raw.partition(":")
    query = rest.partition("?")[2]
    parameters = dict(pair.partition("=")[::2] for pair in query.split("&"))
    if scheme.lower() == "viber":
        return linked_phone(unquote(parameters.get("number", "")), "viber")
    if scheme.lower() == "whatsapp":
        return linked_phone(unquote(parameters.get("phone", "")), "whatsapp")
    invite, name, phone = (parameters.get(key) for key in ("invite", "domain", "phone"))
    target = f"+{invite}" if invite else name or (f"+{unquote(phone).lstrip('+ ')}" if phone else "")
    return _identified(f"https://t.me/{target}", []) if target else None


def _emails(page: Page, refused: list[str]) -> Iterator[Found]:
    for match in _EMAIL.finditer(page.view):
        host = to_ascii(match[0].rpartition("@")[2])
        following = page.view[match.end() : match.end() + 1]
        if host is None:
            continue
        if following in ("/", "\\"):  # a path after it: user@host/… is an address with userinfo
            refused.append("userinfo")
            end = re.compile(rf"[^{_END}]*").match(page.view, match.end())
            yield match.start(), end.end() if end else match.end(), None
            continue
        value = f"{match[0].rpartition('@')[0].strip('.').lower()}@{host}"
        brand = None if lookalike.genuine(host) else lookalike.imitated(host)
        attrs = {"brand": brand.id} if brand else {}
        doubts = frozenset({Doubt.lookalike}) if brand else frozenset[Doubt]()
        yield match.start(), match.end(), Identifier(Kind.email, value, value, doubts=doubts, attrs=attrs)


def _bare(page: Page, refused: list[str]) -> Iterator[Found]:
    if "." not in page.view:
        return
    for pattern in (_IP_ADDRESS, _BARE):
        for match in pattern.finditer(page.view):
            raw = _trimmed(match[0])
            if not raw or (pattern is _BARE and not _plausible(raw)):
                continue
            if _is_account_name(page, match.start(), raw):
                continue
            end = match.start() + len(raw)
            mention = _is_mention(page, match.start(), end, raw)
            yield match.start(), end, None if mention else _identified(raw, refused)


def _plausible(raw: str) -> bool:
    """Whether dotted words are a host at all, and no file name, abbreviation or forgotten space."""
    host = re.split(r"[/?#:\\]", raw, maxsplit=1)[0].rstrip(".")
    rest = raw[len(host) :]
    ending = host.rpartition(".")[2]
    label = host.rpartition(".")[0].rpartition(".")[2]
    if not label or not ending or "_" in label:
        return False
    low = ending.lower()
    if rest.startswith(("/", "?", "\\")) or host.lower().startswith("www."):
        return to_ascii(host) is not None
    if low in _FILES or len(label) < 2 or (label.isdigit() and low not in _COMMON):
        return False
    if ending[0].isupper() and (low in _WORD_ENDINGS or not host.isupper()) and low not in ("kz", "com", "ru"):
        return False
    if not label.isascii() and (low in _WORD_ENDINGS or not _looks_foreign(label, low)):
        return False
    return to_ascii(host) is not None


def _looks_foreign(label: str, ending: str) -> bool:
    """A label with other than ASCII letters: a disguise, or a real national domain."""
    return lookalike.mixed_scripts(label) or ending in _COMMON or not ending.isascii()


def _is_account_name(page: Page, start: int, raw: str) -> bool:
    """ "инстаграм brand.outlet.kz": a name with dots after the platform's."""
    left = page.low[max(0, start - 40) : start]
    sent_by = len(raw) <= 11 and raw.isupper() and _SENT_BY.search(left)
    return "/" not in raw and bool(_INSTAGRAM.search(left) or sent_by)


def _is_mention(page: Page, start: int, end: int, raw: str) -> bool:
    """A genuine site only named in the story ("звонят из Kaspi.kz"), unless it is all that was sent."""
    if re.search(r"[/?#\\:]", raw) or raw.lower().startswith("www."):
        return False
    address = Address("", to_ascii(raw) or "", "", "/", "", "")
    if not lookalike.genuine(address.host) or not registrable(address.host):
        return False
    return bool(re.sub(r"[\W_]", "", page.view[:start] + page.view[end:]))
