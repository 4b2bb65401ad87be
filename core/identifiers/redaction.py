"""What must never be kept: card checks, one-time codes, PINs, passwords, expiry dates, citizens' numbers."""

import re
from collections.abc import Iterator, Sequence

from core.identifiers.checks import is_bin, is_iin, looks_like_iin
from core.identifiers.folding import Page
from core.reference import short_codes

Secret = tuple[int, int, str]
"""Start and end in the view, and which of cvv, otp, iin, card, expiry, pin, password."""

_LINK = r"[^\d\n\x00]{0,%d}?"
_SAID = (
    r"(?:\s*(?:[:=\-]|это|был[аио]?|есть|вот|такой|is|-|мынау|пришел|пришёл|келді|болды|мой|твой|ваш|сіздің|,|"
    r"\(|\"|«|'|номер|нөмірі|картамның|карты|картаның|на обороте|с обратной стороны|назвал\w*|сказал\w*|"
    r"продиктовал\w*|дал\w*|ввел\w*|ввёл\w*)\s*){0,5}\s*"
)
_CVV = re.compile(
    rf"(?:\b(?:cvv2?|cvc2?|cvn|cid|сvv2?|сvс2?|свв2?|цвв|цвц|цвс|свс|svv|си[- ]?ви[- ]?ви|cvv[/-]cvc)(?:[- "
    rf"]?код\w*|[- ]?code|-[а-яәіңғүұқөһ]+)?"
    r"|(?:три|3|үш)\s+(?:последн\w+\s+)?(?:цифр\w*|сан\w*)\s+(?:на|с|со)\s+(?:обор\w+|обратн\w+(?:\s+сторон\w+)?|"
    r"задн\w+(?:\s+сторон\w+)?)(?:\s+карт\w+)?"
    r"|код\s+(?:на|с)\s+(?:обор\w+|обратн\w+(?:\s+сторон\w+)?)(?:\s+карт\w+)?|"
    r"карт\w*\s+арт\w*\s+(?:жағындағы\s+)?(?:үш\s+)?(?:код\w*|сан\w*)|артындағы\s+(?:үш\s+)?(?:код\w*|сан\w*|цифр\w*))"
    rf"{_SAID}(?P<v>\d{{3,4}})(?!\d)"
)
_CVV_LOOSE = re.compile(
    r"\b(?:cvv2?|cvc2?|сvv2?|свв2?|цвв|цвс|артындағы|с обратной стороны|на "
    r"обороте)(?P<f>[^\d\n!?]{0,45}?)(?<![\d+])(?P<v>\d{3})(?![\d\w])"
    r"(?!\s?(?:тг|тенге|теңге|₸|руб|тыс|мың|раз|минут|мин|час))"
)
_TALK_BETWEEN = re.compile(
    r"звон|набер|обращ|хабарлас|қоңырау|\bтел|полици|служб|номер(?!\s+карт)|город|товар|стран|регион|ошибк|заказ|"
    r"домофон|подъезд|модел|посылк|отслеж|"
    r"купон|скидк|цен|сумм|перев|счет|счёт|год|клиент|кнп|кбе|тариф|услуг|статус|район|школ|\bтг|тенге|теңге|₸|"
    r"иин|жсн|бин|бсн|квартир|дом\b|qr|групп|операци|транзакц|терминал"
)
_CVV_AFTER = re.compile(r"(?<![\d\w])(?P<v>\d{3})\s*(?:[-–—,(]|это|is)?\s*(?:это\s+)?\(?(?:cvv2?|cvc2?|свв|цвв|сvv)\b")
_NOT_OTP = (
    r"(?<!промо)(?<!промо-)(?<!штрих)(?<!штрих-)(?<!qr-)(?<!qr )(?<!куар )(?<!пин)(?<!пин-)(?<!пин "
    r")(?<!бар)(?<!зип )(?<!zip )"
    r"(?<!пошта )(?<!почтовый )(?<!индекс )(?<!бар-)(?<!исходный )(?<!пост)(?<!пост-)"
)
_OTP_WORD = (
    rf"(?:{_NOT_OTP}\b(?:смс|sms)?[- ]?(?:код|кода|коды|кодом|коду|кодты|кодын|кодым|кодыңыз|кодтар|"
    rf"code)\b(?!\s+(?:города|товар\w*|страны|региона|ошибк\w*|"
    r"заказа|назначени\w*|услуг\w*|тн|окэд|оквэд|бик|кбе|кнп|модел\w*|домофон\w*|подъезд\w*|операци\w*|банка|"
    r"валют\w*|объект\w*|дела|посылки|отслеж\w*|краски|тауар\w*|скидк\w*|купон\w*|района|отдел\w*|школ\w*|группы|"
    r"цвета|uf|уголовн\w*|ук\b|рк\b))"
    r"|\botp\b|\bодноразов\w+\s+(?:парол\w*|код\w*)|\bбір реттік\s+(?:код\w*|құпия\w*)|\bрастау коды\w*|"
    r"\bкод\s+подтвержд\w*|\bверификац\w+\s+код\w*|\bверификационн\w+\s+код\w*)"
)
_OTP_FILL = (
    r"(?:(?:подтвержд\w*|из|с|в|от|для|входа|sms|смс|смски|сообщени\w*|1414|9999|egov|егов|kaspi|каспи|halyk|"
    r"банк\w*|приложени\w*|был|была|это|мне|ему|ей|им|пришел|пришёл|приш[её]л\w*|"
    r"назвал\w*|сказал\w*|продиктовал\w*|дал\w*|отправил\w*|скинул\w*|ваш|ваша|сіздің|келген|келді|келіпті|мынау|"
    r"растау|кіру|үшін|whatsapp|ватсап\w*|вацап\w*|telegram|телеграм\w*|доступа|регистрации|подписания|"
    r"безопасности|авторизаци\w*|"
    r"никому|не|сообщайте|говорите|айтпаңыз|ешкімге|is|your|verification|такой|вот|какой-то|цифр\w*|номер|в sms|"
    r"мошенник\w*|оператор\w*|почты|aйттым|айттым|бердім|жібердім|құпия|is:|операци\w*|перевода|оплаты|входа\b|"
    r"эцп|кабинет\w*)"
    r"[\s:=,.\-–—«\"'()]*){0,7}"
)
_OTP = re.compile(
    rf"{_OTP_WORD}[\s:=,.\-–—«\"'(]*{_OTP_FILL}(?P<v>[a-z]?-?\d{{3}}[ -]\d{{3}}(?![ -]?\d)|\d{{2}}[ -]\d{{2}}[ "
    rf"-]\d{{2}}(?![ -]?\d)|\d{{4,8}})(?![\d%])(?!\s?(?:тг|тенге|теңге|₸|руб|р\b|kzt|\$|км|год|г\.|жыл))"
)
_OTP_LOOSE = re.compile(
    rf"{_NOT_OTP}\b(?:смс|sms)?[- ]?(?:код|кода|коды|кодом|кодты|кодын|кодым|code|цифр\w*|"
    rf"сандар\w*)(?P<f>[^\d\n!?]{{1,45}}?)(?<![\d+.,:/-])(?P<v>\d{{4,8}})(?![\d\w%/:])(?![.,]\d)(?![ -]\d)"
    r"(?!\s?(?:тг|тенге|теңге|₸|руб|р\b|kzt|\$|км|год|г\.|жыл|раз|минут))"
)
_OTP_AFTER = re.compile(
    r"(?:(?<![\d\w.,+:/-])|(?<=\bg-))(?P<v>\d{3}[ -]\d{3}|\d{4,8})\s*[-–—:,(]?\s*(?:(?:деген|это|is|your|ваш|the|"
    r"сіздің|бұл|ол|мой|a|-)\s+){0,3}(?:whatsapp |telegram |google |kaspi |смс[- ]?|sms[- ]?|растау |одноразовый "
    r"|verification |confirmation |login |кіру |телеграм |ватсап ){0,2}"
    r"(?:кодты|кодын|коды|кодым|кодыңыз|кода?|code|otp|пароль)\b(?!\s*(?:города|товара|страны|домофона|региона|"
    r"заказа))"
)
_OTP_SAID = re.compile(
    r"(?:продиктовал\w*|назвал\w*|сказал\w*|сообщил\w*|айттым|айтып бердім|айтып қойдым|жібердім|отправил\w*|"
    r"скинул\w*|дал\w*|ввел\w*|ввёл\w*)\s+(?:им |ему |ей |мошенник\w* |оператор\w* |туда )?(?:код\w* |цифры |"
    r"цифр\w* )?(?:из|с) (?:смс|sms|смски|сообщения)[\s:,\-–—]*(?P<v>\d{4,8})(?!\d)"
)
_CODE_NEGATIVE = re.compile(
    r"(?:промо|штрих|qr|куар|почтов\w+|товарн\w+|zip|пошталық|swift|свифт|бар|телефонн\w+|междугородн\w+|"
    r"артикул\w*)[- ]?$"
)
_PIN = re.compile(
    rf"(?:\b(?:пин|pin|пін)(?:[- ]?(?:код\w*|code\w*))?(?:-?[а-яәіңғүұқөһ]{{1,3}})?\b|\b4-значный "
    rf"пин\w*)\s*(?:от\s+\w+\s*|карт\w*\s*|картаның\s*|карты\s*){{0,2}}{_SAID}(?P<v>\d{{4,6}})(?!\d)"
)
_KEYWORD = r"\b(?:парол\w+|password|passwd|pwd|пасс?ворд|құпия\s?сөз\w*|құпиясөз\w*|кұпия ?сөз\w*|login/pass)"
_PASSWORD = re.compile(
    rf"{_KEYWORD}(?P<f>\s+(?:от|для|к|в|на|из)\s+[\w.@-]+(?:\s+(?:kz|банка?|кабинет\w*|почты|приложени\w*|"
    rf"банкинг\w*))?|\s+(?:был\w*|это|мой|свой|такой|менің|есть|назвал\w*|сказал\w*|ввел\w*|из смс|"
    rf"смс)){{0,3}}\s*(?P<s>[:=\-–—\"«]|это)?\s*[\"«']?(?P<v>[^\s\"»«'\x00,;]{{4,40}})"
)
_EXPIRY_WORD = re.compile(
    rf"(?:\b(?:срок\w*(?:\s+(?:действия|карты|годности карты))*|действ\w+\s+до|годна\s+до|expir\w*|exp\b|"
    rf"valid(?:\s+thru|\s+till)?|valid|mm/yy|мм/гг|жарамдылық\s+мерзімі\w*|жарамды|"
    rf"мерзімі)){_SAID}(?:до\s*)?(?P<v>(?:0[1-9]|1[0-2])\s?[/.\-\\ ]\s?(?:20)?(?:2[3-9]|3\d))(?!\d)(?![./-]\d)"
)
_EXPIRY_NEAR = re.compile(r"(?<![\d./-])(?P<v>(?:0[1-9]|1[0-2])\s?[/\\-]\s?(?:20)?(?:2[3-9]|3\d))(?![\d./-])")
_CVV_NEAR = re.compile(
    r"^[\s,;.|/\\-]*(?:и\s+)?(?P<v>\d{3})(?![\d\w:./%-])(?!\s?(?:тг|тенге|₸|руб|000|тыс|мың|раз|\d))"
)
_TWELVE = re.compile(
    r"(?<![\dA-Za-z])(?:\d{12}|\d{6}[ -]\d{6}|\d{6}[ -]\d{3}[ -]\d{3}|\d{3}[ -]\d{3}[ -]\d{3}[ -]\d{3}|\d{4}[ "
    r"-]\d{4}[ -]\d{4})(?![\dA-Za-z])(?![ -]\d{4}(?!\d))"
)
_IIN_WORD = re.compile(
    r"(?:\bиин\w*|\biin\b|\bжсн\w*|\bжеке сәйкестендіру\w*|\bиндивидуальн\w+ идентификац\w+|\bжеке куәлік\w*|"
    r"\bүдл\b|\bинн\b)[^\d\n]{0,25}$"
)
_IIN_LOOSE = re.compile(
    r"(?:\bиин\w*|\biin\b|\bжсн\w*)(?P<f>[\s:№=\-–—()\"«]*(?:(?:мой|его|её|ее|это|номер|нөмірі|менің|оның|был|"
    r"клиента)[\s:=\-]*){0,2})(?P<v>\d(?:[ -]?\d){10,12})(?!\d)"
)
_BIN_WORD = re.compile(r"(?:\bбин\w*|\bбсн\w*|\bbin\b)[^\d\n]{0,20}$")
_PHONE_START = re.compile(r"^[78][ (-]*7\d\d")


def find_secrets(page: Page, cards: Sequence[tuple[int, int]]) -> list[Secret]:
    """What must go. `cards` are the places of card numbers, beside which expiry and check stand without a word."""
    found: list[Secret] = []
    found += _iins(page)
    _hide(page, found)
    for finder in (_near_cards, _checks, _pins, _codes, _passwords, _expiries):
        batch = [each for each in finder(page, cards) if "\x00" not in page.view[each[0] : each[1]]]
        _hide(page, batch)
        found += batch
    return found


def _hide(page: Page, found: Sequence[Secret]) -> None:
    page.hide((start, end) for start, end, _ in found)


def _iins(page: Page) -> Iterator[Secret]:
    """By its own structure and check digit, or by the word in front whatever the digits are."""
    for match in _TWELVE.finditer(page.view):
        digits = re.sub(r"\D", "", match[0])
        left = page.plain[max(0, match.start() - 45) : match.start()]
        named = _IIN_WORD.search(left) and not (_BIN_WORD.search(left) and is_bin(digits))
        if named or (is_iin(digits) and not (_BIN_WORD.search(left) and not looks_like_iin(digits))):
            yield match.start(), match.end(), "iin"
    for match in _IIN_LOOSE.finditer(page.low):
        if not _PHONE_START.match(match["v"]) and len(re.sub(r"\D", "", match["v"])) != 12:
            yield match.start("v"), match.end("v"), "iin"


def _near_cards(page: Page, cards: Sequence[tuple[int, int]]) -> Iterator[Secret]:
    for _, end in cards:
        window = page.low[end : end + 40].split("\n\n")[0]
        expiry = _EXPIRY_NEAR.search(window)
        if expiry is None:
            continue
        yield end + expiry.start("v"), end + expiry.end("v"), "expiry"
        place = end + expiry.end("v")
        check = _CVV_NEAR.match(page.low[place : place + 12])
        if check:
            yield place + check.start("v"), place + check.end("v"), "cvv"


def _values(pattern: re.Pattern[str], low: str, name: str) -> Iterator[Secret]:
    for match in pattern.finditer(low):
        yield match.start("v"), match.end("v"), name


def _checks(page: Page, cards: Sequence[tuple[int, int]]) -> Iterator[Secret]:
    if (
        "v" in page.low
        or "c" in page.low
        or "в" in page.low
        or "ц" in page.low
        or "код" in page.low
        or "сан" in page.low
    ):
        yield from _values(_CVV, page.low, "cvv")
        yield from _values(_CVV_AFTER, page.low, "cvv")
        for match in _CVV_LOOSE.finditer(page.low):
            if not _TALK_BETWEEN.search(match["f"]):
                yield match.start("v"), match.end("v"), "cvv"


def _pins(page: Page, cards: Sequence[tuple[int, int]]) -> Iterator[Secret]:
    if "пин" in page.low or "pin" in page.low or "пін" in page.low:
        yield from _values(_PIN, page.low, "pin")


def _codes(page: Page, cards: Sequence[tuple[int, int]]) -> Iterator[Secret]:
    low = page.low
    if not any(word in low for word in ("код", "code", "otp", "смс", "sms", "парол", "құпия")):
        return
    for pattern in (_OTP, _OTP_AFTER, _OTP_SAID, _OTP_LOOSE):
        for match in pattern.finditer(low):
            if _is_one_time(low, match, loose=pattern is _OTP_LOOSE, behind=pattern is _OTP_AFTER):
                yield match.start("v"), match.end("v"), "otp"


def _is_one_time(low: str, match: re.Match[str], *, loose: bool, behind: bool) -> bool:
    if _CODE_NEGATIVE.search(low[max(0, match.start() - 16) : match.start()]):
        return False
    if (loose or behind) and match["v"] in short_codes():
        return False
    if loose and (_TALK_BETWEEN.search(match["f"]) or "1900" <= match["v"] <= "2099"):
        return False
    return True


def _passwords(page: Page, cards: Sequence[tuple[int, int]]) -> Iterator[Secret]:
    for match in re.finditer(_PASSWORD, page.low):
        value = match["v"].rstrip(".!?)")
        named = bool(match["s"])
        latin = value.isascii() and any(char.isalnum() for char in value)
        if (
            len(value) >= 4
            and latin
            and (named or any(char.isdigit() for char in value))
            and not value.startswith("http")
        ):
            yield match.start("v"), match.start("v") + len(value), "password"


def _expiries(page: Page, cards: Sequence[tuple[int, int]]) -> Iterator[Secret]:
    yield from _values(_EXPIRY_WORD, page.low, "expiry")
