"""Accounts by name and SMS sender names."""

import re
from collections.abc import Iterator

from core.identifiers.folding import Page
from core.identifiers.model import Doubt, Identifier, Kind

Found = tuple[int, int, Identifier]

_AT = re.compile(r"(?<![\w@./])@\s?([A-Za-z0-9_](?:[A-Za-z0-9_.]{1,30}[A-Za-z0-9_])?)(?![\w@])")
_PLATFORMS = {
    "instagram": r"инст[аеуы]\w{0,6}|instagram\w*|insta\b|ig\b",
    "tiktok": r"тик-?ток\w*|tik-?tok\w*",
    "vk": r"вконтакте|\bвк\b|\bvk\b",
    "telegram": r"телег\w*|telegram\w*|\bтг\b|\btg\b|телеграм\w*",
}
_PLATFORM = re.compile("|".join(rf"(?P<{name}>(?<![\w.@/])(?:{words}))" for name, words in _PLATFORMS.items()))
_FORMS = {
    "telegram": ("telegram:user:{}", re.compile(r"[a-z][a-z0-9_]{3,31}"), "@{}"),
    "instagram": ("instagram:account:{}", re.compile(r"[a-z0-9_.]{2,30}"), "instagram.com/{}"),
    "tiktok": ("tiktok:user:{}", re.compile(r"[a-z0-9_.]{2,24}"), "tiktok.com/@{}"),
    "vk": ("vk:user:{}", re.compile(r"[a-z0-9_.]{3,32}"), "vk.com/{}"),
}
_NAMED = re.compile(
    r"(?P<p>(?<![\w.@/])(?:инст[аеуы]\w{0,6}|instagram\w*|insta|ig|тик-?ток\w*|tik-?tok\w*|вконтакте|вк|vk|"
    r"телег\w*|telegram\w*|тг|tg))"
    r"(?P<f>(?:[ -]?(?:-?(?:да|де|та|те|дағы|дегі|тағы|тегі|ға|ге))?\s*(?:ник\w*|аккаунт\w*|акк|профил\w*|"
    r"страниц\w*|канал\w*|бот\w*|групп\w*|чат\w*|магазин\w*|username|юзер\w*|парақша\w*|арна\w*|каналы|аты|по "
    r"нику|под ником|менеджер\w*|nick|логин)){0,2})"
    r"(?P<s>\s*[:=\-–—]\s*|"
    r"\s+(?:это\s+)?)[«\"']?(?P<v>[A-Za-z0-9_][A-Za-z0-9_.]{2,30}[A-Za-z0-9_])(?![\w@/-])(?!\.[a-z])",
    re.IGNORECASE,
)
_NOT_NAMES = frozenset(
    "telegram whatsapp instagram tiktok bot premium kaspi olx direct web shop online stories desktop facebook "
    "youtube google "
    "viber kazakhstan almaty astana store sms live reels business kaspikz halyk egov username gmail mail group "
    "channel chat "
    "apple samsung android iphone qiwi http https".split()
)
_SENDER = re.compile(
    r"(?:\b(?:смс\w*|sms\w*|эсэмэс\w*)(?:-?(?:сообщени\w*|хабарлама\w*))?(?:\s+(?:пришл[оа]|пришел|пришёл|"
    r"приходит|приходят|было|якобы|с кодом|сообщение|келді|с текстом|с именем|с номера|якобы)){0,2}\s*(?:от|с|"
    r"from|:|с имени|от имени|отправителя)?\s*(?:отправителя|имени|номера|абонента|банка)?\s*"
    r"|\b(?:отправител[ьяюе]м?|жіберуші\w*|sender(?: id)?)\s*(?:смс|sms)?\s*(?::|-|–|—|=|был|значится|указан|"
    r"деп)?\s*|\bсообщение от (?:отправителя )?(?=[\"«']?[A-Z][A-Z0-9_.-]{3}))"
    r"[\"«'“]?(?P<v>[A-Za-z][A-Za-z0-9_.\-]{1,9}[A-Za-z0-9])(?![\w@/])(?!\.[a-z])",
    re.IGNORECASE,
)
_SENDER_KAZAKH = re.compile(
    r"[\"«'“]?(?<![\w@./])(?P<v>[A-Za-z][A-Za-z0-9_.\-]{1,9}[A-Za-z0-9_])[\"»'”]?(?:\s+(?:деген\s+)?(?:атынан|"
    r"атауынан|жіберушіден|деген жіберушіден|номерінен)|-?(?:тен|ден|дан|тан|нан|нен))\s+(?:\w+\s+){0,1}?(?:смс|"
    r"sms|эсэмэс)",
    re.IGNORECASE,
)
_NOT_SENDERS = frozenset(
    "sms ok you your code the and http https whatsapp telegram viber google code pin cvv otp kod".split()
)
_FROM = re.compile(r"\b(?:от|с|from|имени|отправител\w*|жіберуші\w*|sender)\b")
_GSM = re.compile(r"[A-Z0-9][A-Z0-9_.\-]{1,10}")


def find_names(page: Page) -> Iterator[Found]:
    """@names, names after a platform's name, and SMS senders."""
    if "@" in page.view:
        yield from _at_names(page)
    if _PLATFORM.search(page.low):
        yield from _named(page)
    if (
        "смс" in page.low
        or "sms" in page.low
        or "эсэмэс" in page.low
        or "тправител" in page.low
        or "жіберуші" in page.low
        or "сообщение от" in page.low
        or "sender" in page.low
    ):
        yield from _senders(page)


def _at_names(page: Page) -> Iterator[Found]:
    for match in _AT.finditer(page.view):
        name = match[1].lower()
        platform = _platform_near(page, match.start(), match.end()) or "telegram"
        doubts: frozenset[Doubt] = frozenset()
        if platform == "telegram" and "." in name:
            platform, doubts = "instagram", frozenset({Doubt.ambiguous})
        found = _account(platform, name, doubts)
        if found:
            yield match.start(), match.end(), found


def _platform_near(page: Page, start: int, end: int) -> str | None:
    """The platform named last before the name, or else soon after it, in the same line."""
    left = page.plain[max(0, start - 45) : start].rpartition("\n")[2]
    earlier = list(_PLATFORM.finditer(left))
    found = earlier[-1] if earlier else None
    if found is None or "@" in left[found.end() :]:
        right = page.plain[end : end + 30].partition("\n")[0]
        following = re.match(
            r"[\s(,\-]*(?:(?:это|его|её|ее|в|во|на|деген|аккаунт|ник|профиль|страница)\s+){0,3}", right
        )
        found_right = _PLATFORM.match(right, following.end() if following else 0)
        found = found_right or found
    return found.lastgroup if found else None


def _account(platform: str, name: str, doubts: frozenset[Doubt] = frozenset()) -> Identifier | None:
    value, shape, display = _FORMS[platform]
    if not shape.fullmatch(name) or name in ("username", "user_name", "name", "nickname"):
        return None
    attrs = {"platform": platform, "type": "account"}
    return Identifier(Kind.account, value.format(name), display.format(name), doubts=doubts, attrs=attrs)


def _named(page: Page) -> Iterator[Found]:
    for match in _NAMED.finditer(page.view):
        name = match["v"].lower()
        telling = any(char in "_.0123456789" for char in name)
        said = bool(match["f"].strip()) or ":" in match["s"] or "=" in match["s"]
        if name in _NOT_NAMES or name.isdigit() or not (telling or said):
            continue
        platform = _PLATFORM.search(match["p"].lower())
        found = _account(str(platform.lastgroup), name) if platform else None
        if found:
            yield match.start("v"), match.end("v"), found


def _senders(page: Page) -> Iterator[Found]:
    for pattern in (_SENDER, _SENDER_KAZAKH):
        for match in pattern.finditer(page.view):
            name = match["v"].upper()
            if name.lower() in _NOT_SENDERS or not _GSM.fullmatch(name) or not _named_like_sender(match):
                continue
            yield match.start("v"), match.end("v"), Identifier(Kind.sender_id, name, f"SMS {name}")


def _named_like_sender(match: re.Match[str]) -> bool:
    """Senders are written as names: with a capital, a digit or a sign, or are a known brand."""
    name, said = match["v"], match[0][: match.start("v") - match.start()].lower()
    if match.re is _SENDER and not _FROM.search(said):
        return name.isupper()
    named = name[0].isupper() or any(char in "_.-0123456789" for char in name)
    return named or name.lower() in ("kaspi", "halyk", "egov", "forte", "jusan", "olx")
