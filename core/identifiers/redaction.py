"""What must never be kept: card checks, one-time codes, PINs, passwords, expiry dates, citizens' numbers.

Most secrets are a word and a shape: the word ("код", "cvv"), then in the same sentence digits of a certain shape, with
nothing between that gives them another sense (a sum, an address). A missed secret is worse than a lost number, so the
words may stand some way off.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from core.identifiers.cards import Card, find_cards
from core.identifiers.checks import is_bin, is_iin
from core.identifiers.companies import find_companies
from core.identifiers.context import is_numbered
from core.identifiers.folding import Page
from core.identifiers.links import find_links
from core.identifiers.model import Identifier
from core.identifiers.wallets import find_wallets
from core.reference import short_codes

Secret = tuple[int, int, str]
"""Start and end in the view, and which of cvv, otp, iin, card, expiry, pin, password."""

_REACH = 55
_SENTENCE_END = re.compile(r"[!?\[\x00]|\.\s|\n")
_AND = re.compile(r"\s*(?:,|/|и|және|мен|потом|or|and|или)\s*")
_MONEY = (
    r"(?!\s?(?:тг|тенге|теңге|₸|руб|р\b|kzt|usd|\$|%|тыс|мың|млн|км|кг|шт|раз|минут|мин\b|час|сағат|день|"
    r"дней|дня|күн|лет|г\.|год|жыл))"
)
_ELSEWHERE = re.compile(
    r"город|товар|стран|регион|ошибк|заказ|домофон|подъезд|модел|посылк|отслеж|купон|скидк|цен[аыуе]|сумм|перев[оеё]|"
    r"сч[её]т|сня[лт]|спис|потер|кредит|заплат|оплат|деньг|ақша|клиент|кнп|кбе|тариф|услуг|район|школ|\bтг|тенге|"
    r"теңге|"
    r"₸|квартир|дом\b|\bqr|групп|операци|транзакц|терминал|бағас|несие|каб\b|кабинет №|не при[шх]"
)
_CALLED = re.compile(r"звон|набер|обращ|хабарлас|қоңырау|\bтел|полици|служб|номер (?!карт)|с номер|через\b|раз\b")

_CARD_CHECK = re.compile(
    r"(?<!\[)\b(?:cvv|cvc|сvv|сvс|cvn|свв|цвв|цвц|цвс|свс|svv|си[- ]?ви[- ]?ви)2?(?!\w*\])|код\w* "
    r"безопасности(?: карт\w*)?|"
    r"секретн\w+ код\w*(?: карт\w*)?|код\w* (?:на|с|со) (?:обор|обратн|задн)\w+(?: сторон\w+)?|"
    r"(?:три|трех|трёх|3|үш)(?:-?[а-яәіңғүұқөһ]{1,2})? (?:последн\w+ )?(?:цифр\w*|сан\w*)(?: (?:на|с|со|сзади|"
    r"позади)\b(?: (?:обор|обратн|задн)\w+(?: сторон\w+)?)?)|"
    r"последн\w+ (?:три|3) цифр\w* на (?:обор|обратн)\w+|артындағы (?:үш )?(?:код|сан|цифр)\w*|арт жағындағы\b|"
    r"артқы (?:жағындағы )?(?:үш )?(?:код|сан)\w*"
)
_PIN = re.compile(r"(?<!\[)\b(?:пин|pin|пін)(?:[- ]?(?:код|code|kod)\w*|ым|ім)?\b(?!\])")
_CODE = re.compile(
    r"(?<!промо)(?<!промо-)(?<!штрих)(?<!штрих-)(?<!штрих )(?<!qr-)(?<!qr )(?<!куар )(?<!пин)(?<!пин-)(?<!пин "
    r")(?<!бар)(?<!бар-)"
    r"(?<!zip )(?<!зип )(?<!пошта )(?<!пост-)(?<!пост)(?<!почтовый )(?<!почтовый-)(?<!товарный )(?<!swift "
    r")(?<!исходный )(?<!телефонный )(?<!артикул )"
    r"\b(?:(?:смс|sms)-?)?(?:код(?!екс|иров|ак)\w{0,8}|code|kod\w{0,6}|otp(?!\]))\b"
    r"(?!\s+(?:города|товар\w*|страны|региона|ошибк\w*|заказа|назначени\w*|услуг\w*|тн|окэд|оквэд|бик|кбе|кнп|"
    r"модел\w*|домофон\w*|"
    r"подъезд\w*|операци\w*|банка|валют\w*|объект\w*|дела|посылки|отслеж\w*|краски|тауар\w*|скидк\w*|купон\w*|"
    r"района|отдел\w*|"
    r"школ\w*|группы|цвета|клиента|уголовн\w*|ук\b|рк\b))"
    r"|\bодноразов\w+\s+(?:парол|код)\w*|\bбір реттік\s+(?:код|құпия)\w*|\bцифр\w* (?:из|с|в)\s+(?:смс|sms|"
    r"сообщ)\w*|\b\d (?:цифр|сан)\w*\b|\bsms-?тегі\b|\bсмс-?тегі\b"
)
_EXPIRY = re.compile(
    r"(?<!\[)\b(?:срок\w*|действ\w+ до|годн\w+ до|expir\w*|exp\b|valid\b|mm/yy|мм/гг|жарамды\w*|мерзімі\w*|"
    r"мерзім)(?!\])"
)
_THREE = re.compile(rf"(?<![\d+.,/*…])\d{{3,4}}(?![\w%/:…])(?![.,]\d)(?! \d{{3}}(?!\d)){_MONEY}")
_FOUR = re.compile(rf"(?<![\d+.,/*…])\d{{4,6}}(?![\d\w%/:…])(?![.,]\d){_MONEY}")
_ONE_TIME = re.compile(
    rf"(?<![\d+.,:/*…])(?<!\d[ -])(?:\d{{3}}[ -]\d{{3}}(?![ -]?\d)|\d{{2}}[ -]\d{{2}}[ -]\d{{2}}(?![ -]?\d)|(?<!\d[ "
    rf"-])\d{{4,8}}(?![ -]\d{{2}})(?!\w))"
    rf"(?![\d%/:…])(?![.,]\d){_MONEY}"
)
_MONTH_YEAR = re.compile(r"(?<![\d./-])(?:0[1-9]|1[0-2]) ?[/.\\ -] ?(?:20)?(?:2[3-9]|3\d)(?![\d])(?![./-]\d)")


class _Rule(NamedTuple):
    name: str
    word: re.Pattern[str]
    value: re.Pattern[str]
    called: bool
    """Whether words of calling between make the digits a number to call (102, 1414) instead."""
    hint: tuple[str, ...]
    """Parts of words without one of which the rule can't apply: the quick no."""


_RULES = (
    _Rule("cvv", _CARD_CHECK, _THREE, True, ("v", "c", "в", "ц", "код", "сан", "артқы")),
    _Rule("pin", _PIN, _FOUR, False, ("пин", "pin", "пін")),
    _Rule("otp", _CODE, _ONE_TIME, False, ("код", "code", "kod", "otp", "цифр", "сан", "реттік", "одноразов", "тегі")),
    _Rule("expiry", _EXPIRY, _MONTH_YEAR, False, ("срок", "до", "exp", "valid", "mm/", "мм/", "мерзім", "жарам")),
)
_CHECK_AFTER = re.compile(
    r"(?<![\d\w+])(?P<v>\d{3})[\s»\"')]*(?:[-–—,(]|это|is)?\s*(?:это\s+)?\(?(?:мой\s+)?(?:cvv2?|cvc2?|свв|цвв|сvv)\b"
)
_CODE_AFTER = re.compile(
    r"(?:(?<![\d\w.,+:/*…-])|(?<=\bg-))(?P<v>\d{3}[ -]\d{3}|\d{4,8})[\s»\"')]*[-–—:,(]?\s*(?:(?:деген|деп|это|is|"
    r"your|ваш|the|сіздің|"
    r"бұл|ол|мой|a|-)\s+){0,3}(?:whatsapp |telegram |google |kaspi |смс[- ]?|sms[- ]?|растау |одноразовый |"
    r"verification |"
    r"confirmation |login |кіру |телеграм |ватсап ){0,2}(?:код(?:ты|ын|ы|ым|ыңыз|а|ом)?|code|otp|"
    r"пароль)\b(?!\s*(?:города|товара|"
    r"страны|домофона|региона|заказа))"
)
_KEYWORD = r"(?<!\[)\b(?:парол\w+|password|passwd|pwd|parol\w*|пасс?ворд|құпия\s?сөз\w*|кұпия ?сөз\w*)"
_PASSWORD = re.compile(
    rf"{_KEYWORD}(?:\s+(?:от|для|к|в|на|из)\s+[\w.@-]+(?:\s+(?:kz|банка?|кабинет\w*|почты|приложени\w*|банкинг\w*))?|"
    r"\s+(?:был\w*|доступа|входа|это|мой|свой|такой|менің|есть|назвал\w*|сказал\w*|ввел\w*|из смс|смс)){0,3}\s*"
    r"(?P<s>[:=\-–—\"«]|это)?\s*[\"«']?(?P<v>[^\s\"»«'\x00,;\[][^\s\"»«'\x00,;]{3,39})"
)
_CHECK_BESIDE = re.compile(r"^[\s,;.|/\\-]*(?:и\s+)?(?P<v>\d{3})(?![\d\w:./%-])(?! ?\d)" + _MONEY)
_EXPIRY_BESIDE = re.compile(r"(?<![\d./-])(?P<v>(?:0[1-9]|1[0-2])\s?[/\\-]\s?(?:20)?(?:2[3-9]|3\d))(?![\d./-])")
_TWELVE = re.compile(
    r"(?<![\dA-Za-z])(?:\d{12}(?![\dA-Za-z…])|"
    r"(?:\d{6}[ -]\d{6}|\d{6}[ -]\d{3}[ -]\d{3}|\d{3}[ -]\d{3}[ -]\d{3}[ -]\d{3}|"
    r"(?<![3-6]\d{3}[ -])\d{4}[ -]\d{4}[ -]\d{4}|"  # behind such four digits it is the rest of a card
    r"\d{2}[ -]\d{2}[ -]\d{2}[ -]\d{3}[ -]?\d{3})(?![\dA-Za-z…])(?![ -]\d{4}(?!\d)))"
)
_IIN_WORD = re.compile(
    r"(?:(?<![^\W\d])(?:иин|жсн)\w*|(?<!\[)\biin\b|\bжеке сәйкестендіру\w*|"
    r"\bиндивидуальн\w+ идентификац\w+|\bжеке куәлік\w*|"
    r"\bинн\b)[^\d\n\[]{0,25}\[?\s?$"
)
_IIN_LOOSE = re.compile(
    r"(?:(?<![^\W\d])(?:иин|жсн)[^\W\d]*|(?<!\[)\biin\b)[\s:№=\-()\"«]*(?:(?:мой|его|её|ее|это|номер|нөмірі|менің|оның|был|клиента|"
    r"ім)[\s:=\-]*){0,2}"
    r"(?P<v>\d(?:[ -]?\d){10,12})(?![\d…])"
)
_BIN_WORD = re.compile(r"(?:\bбин\w*|\bбсн\w*|\bbin\b)[^\d\n]{0,20}$")
_PHONE_START = re.compile(r"^[78][ (-]*7\d\d")


class Screened(NamedTuple):
    """A text after the steps that settle its secrets; what they read is hidden in the page."""

    page: Page
    found: list[tuple[int, int, Identifier]]
    """Addresses, wallets and companies, read before, by their places in the view."""
    cards: list[Card]
    secrets: list[Secret]
    """With the writer's own cards."""
    refused: list[str]


def screen(text: str) -> Screened:
    page = Page(text)
    links, refused = find_links(page)
    found = [(start, end, each) for start, end, each in links if each]
    found += _hidden(page, find_wallets(page))
    cards = list(find_cards(page))
    page.hide((card.start, card.end) for card in cards)
    found += _hidden(page, find_companies(page))
    secrets = find_secrets(page, [(card.start, card.end) for card in cards])
    secrets += [(card.start, card.end, "card") for card in cards if card.own]
    return Screened(page, found, cards, sorted(secrets), list(refused))


def spans(text: str) -> list[tuple[int, int, str]]:
    """Start and end in the text as given, and name, of all that `Reading.redacted` names; own cards too. In order."""
    screened = screen(text)
    return [(*screened.page.span(start, end), name) for start, end, name in screened.secrets]


def _hidden(page: Page, found: Iterable[tuple[int, int, Identifier]]) -> list[tuple[int, int, Identifier]]:
    taken = list(found)
    page.hide((start, end) for start, end, _ in taken)
    return taken


def find_secrets(page: Page, cards: Sequence[tuple[int, int]]) -> list[Secret]:
    """What must go. `cards` are the places of card numbers, beside which expiry and check stand without a word."""
    found: list[Secret] = []
    for batch in (
        _iins(page),
        _beside_cards(page, cards),
        *(_spoken(page, rule) for rule in _RULES),
        _before_words(page),
        _passwords(page),
    ):
        fresh = [each for each in batch if "\x00" not in page.view[each[0] : each[1]]]
        page.hide((start, end) for start, end, _ in fresh)
        found += fresh
    return found


def _iins(page: Page) -> Iterator[Secret]:
    """By its own structure and check digit, or by the word in front whatever the digits are."""
    for match in _TWELVE.finditer(page.view):
        digits = re.sub(r"\D", "", match[0])
        left = page.plain[max(0, match.start() - 45) : match.start()]
        named = _IIN_WORD.search(left) and not (_BIN_WORD.search(left) and is_bin(digits))
        if named or (is_iin(digits) and not is_numbered(page.plain, match.start())):
            yield match.start(), match.end(), "iin"
    for match in _IIN_LOOSE.finditer(page.low):
        if not _PHONE_START.match(match["v"]) and len(re.sub(r"\D", "", match["v"])) != 12:
            yield match.start("v"), match.end("v"), "iin"


def _beside_cards(page: Page, cards: Sequence[tuple[int, int]]) -> Iterator[Secret]:
    for _, end in cards:
        expiry = _EXPIRY_BESIDE.search(page.low[end : end + 40].split("\n\n")[0])
        if expiry is None:
            continue
        yield end + expiry.start("v"), end + expiry.end("v"), "expiry"
        place = end + expiry.end("v")
        check = _CHECK_BESIDE.match(page.low[place : place + 14])
        if check:
            yield place + check.start("v"), place + check.end("v"), "cvv"


def _spoken(page: Page, rule: _Rule) -> Iterator[Secret]:
    low = page.low
    if not any(part in low for part in rule.hint):
        return
    for word in rule.word.finditer(low):
        place, stop = word.end(), _sentence(low, word.end())
        while value := rule.value.search(low, place, stop):
            between = low[place : value.start()]
            if not _means_it(rule, value, between, first=place == word.end()):
                break
            if not _is_line(value[0], between):
                yield value.start(), value.end(), rule.name
            place = value.end()


def _sentence(low: str, place: int) -> int:
    """Where the sentence ends that goes on from here; a value alone on the next line still belongs to it."""
    window = low[place : place + _REACH]
    for end in _SENTENCE_END.finditer(window):
        if end[0] != "\n" or window[: end.start()].strip(" :-—"):
            return place + end.start()
    return min(len(low), place + _REACH + 8)


def _means_it(rule: _Rule, value: re.Match[str], between: str, *, first: bool) -> bool:
    if not first:
        again = rule.name == "otp" and len(between) < 25 and "код" in between
        return again or _AND.fullmatch(between) is not None or _is_line(value[0], between)
    if _ELSEWHERE.search(between) or (rule.called and _CALLED.search(between)):
        return False
    far = len(between.split()) > 1
    return not (far and rule.name == "otp" and "1900" <= value[0] <= "2099" and len(value[0]) == 4)


def _is_line(value: str, between: str) -> bool:
    """1414 in "код от 1414" is the sender, not the code."""
    return value in short_codes() and bool(between.strip(" :=-—"))


def _before_words(page: Page) -> Iterator[Secret]:
    """ "4821 — ваш код", "123 это cvv"."""
    for pattern, name in ((_CHECK_AFTER, "cvv"), (_CODE_AFTER, "otp")):
        for match in pattern.finditer(page.low):
            if match["v"] not in short_codes():
                yield match.start("v"), match.end("v"), name


def _passwords(page: Page) -> Iterator[Secret]:
    for match in _PASSWORD.finditer(page.low):
        value = match["v"].rstrip(".!?)")
        latin = value.isascii() and any(char.isalnum() for char in value)
        telling = bool(match["s"]) or any(char.isdigit() for char in value)
        if len(value) >= 4 and latin and telling and not value.startswith("http"):
            yield match.start("v"), match.start("v") + len(value), "password"
