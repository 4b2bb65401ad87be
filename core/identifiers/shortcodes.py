"""Short codes: emergency, state, banks. Read before phones, for 9999 parses as one."""

import re
from collections.abc import Iterator

from core.identifiers.context import after, before, role_of
from core.identifiers.folding import Page
from core.identifiers.model import Doubt, Identifier, Kind, Role
from core.reference import short_codes

_DIGITS = re.compile(
    r"(?<![\w+.,:/#@&=%$€₸-])(?<!\d[ -])(?<!\d[.,:][ -])(?<!\d [(])\d{3,5}(?![\d_@%$€₸])(?![.,:/]\d)(?! ?\d)(?!-\d)"
)
_KAZAKH_CASE = re.compile(r"^-?(?:ге|ке|ден|тен|дан|тан|нан|нен|де|те|да|та|дің|тің|ның|нің|ға|қа)\b")
_UNIT = re.compile(
    r"^[ -]{0,2}(?:тг|т\b|тенге|теңге|₸|руб|р\b|р\.|kzt|usd|usdt|доллар|\$|€|евро|тыс|мың|млн|км|кг|кв\b|кв\.|"
    r"м\b|м2|м²|шт|год|г\b|г\.|гр\b|жыл|сом|сум|процент|"
    r"минут|мин\b|секунд|сағат|час|раз|рет|дн|күн|человек|адам|балл|бонус|подписчик|лайк|штук|дана|заказ|мл|литр|"
    r"л\b|гб|мб|страниц|метр|квартир|пәтер|каб|стр|серия|x\b|х\b|тонн|градус|ккал|просмотр)"
)
_SPEAKS = re.compile(
    r"звон|набер|набр|набир|обращ|обрат|сообщ|смс|sms|қоңырау|хабарлас|телефон|\bтел\b|номер|нөмір|горяч|"
    r"отправител|call|полици|скор[аоу]|пожарн|вызыв|вызва|вызов|шақыр|звандад|"
    r"егов|egov|центр|байланыс|өрт|жедел|короткий|қысқа|служб|представ|при[шс][её]?л|дозвон|хат|нацбанк|ұлттық "
    r"банк|афм|қма"
)
_DIALS = (
    r"номер\w*|нөмір\w*|телефон\w*|тел|sms|смс|call|отправител\w*|звон\w*|позвон\w*|перезвон\w*|набер\w*|"
    r"набрал\w*|набирал\w*|"
    r"номером|хабарлама|сообщени\w*|хабарлас\w*|қоңырау\w*|шақыр\w*|вызва\w*|вызыва\w*|вызов\w*|обрат\w*|обращ\w*"
)
_HOUSES = (
    r"полиц\w*|милиц\w*|скорую|скорая|пожарн\w*|банк\w*|центр\w*|служб\w*|каспи|kaspi|халык\w*|халық\w*|halyk|"
    r"афм|қма|нацбанк\w*|егов|"
    r"egov|forte|форте|бцк|кселл|билайн|beeline|kcell"
)
_DIRECT = re.compile(
    rf"(?:\b(?:{_DIALS}|{_HOUSES})\s*(?:\w+\s+)?(?:№|:|-|на|с|со|по|в|от|из|через|к|,|\"|«)?\s*[\"«(]?|"
    r"\b(?:с|от|на|в|по|через|из)\s+)$"
)
_PLATE = re.compile(r" ?[A-Z]{2,3}\b")
_FOLLOWED = re.compile(r"^\s+(?:деген\s+)?(?:нөмір|шақыр|вызва|вызыва|ұлттық банк|полиция)")
_EXPLICIT = re.compile(
    r"(?:коротк\w+ номер\w*|қысқа нөмір\w*|короткого номера|short ?code|с номера|номера|отправител\w*|смс (?:с|"
    r"от)|sms (?:с|от)|нөмірі(?:нен)?)\s*(?:№|:|-|\"|«)?\s*$"
)
_OTHER = re.compile(
    r"(?:цен[аыуе]|за|дом|кварт\w*|кв|каб\w*|офис|бағасы|стоит|сумм\w*|заказ\w*|№ ?дома|ул\w*|мкр|палат\w*|рейс\w*|"
    r"маршрут|автобус\w*|договор\w*|артикул|код\w*|ряд|место|модель|счет\w*|\bдо|от \d+ до|около|минимум|"
    r"ставк\w*|лимит\w*|остат\w*|"
    r"страниц\w*|версия|порт|школ\w*|в группе|ст|статья|статьи|бап\w*|пункт\w*|приказ\w*|размер\w*|год\w*|"
    r"баланс\w*|чек на|перев\w+ (?:на )?|заплат\w*|выигра\w*)\s*[№:.-]?\s*$"
)


def find_short_codes(page: Page) -> Iterator[tuple[int, int, Identifier]]:
    """Known codes where the words speak of calling; unknown ones only where they are called a number."""
    known = short_codes()
    alone = re.fullmatch(r"\s*(sms )?\d{3,5}[\s.!?]*", page.low)
    for match in _DIGITS.finditer(page.view):
        code = match[0]
        if alone and (code in known or alone[1]):
            yield match.start(), match.end(), _identifier(page, match, code)
        elif code in known and _is_dialled(page, match):
            yield match.start(), match.end(), _identifier(page, match, code)
        elif code not in known and len(code) >= 4 and _is_explicit(page, match):
            yield match.start(), match.end(), _identifier(page, match, code)


def _is_dialled(page: Page, match: re.Match[str]) -> bool:
    left, right = before(page.plain, match.start(), 45), page.plain[match.end() : match.end() + 25]
    if _UNIT.match(right) or _OTHER.search(left) or _PLATE.match(page.view[match.end() : match.end() + 6]):
        return False
    around = left + " " + after(page.plain, match.end(), 35)
    if _KAZAKH_CASE.match(right):
        return len(match[0]) > 3 or match[0].startswith("1") or bool(_SPEAKS.search(around))
    return bool(_DIRECT.search(left) and _SPEAKS.search(around)) or bool(_FOLLOWED.match(right))


def _is_explicit(page: Page, match: re.Match[str]) -> bool:
    left, right = before(page.plain, match.start(), 45), page.plain[match.end() : match.end() + 25]
    year = "1900" <= match[0] <= "2099" and len(match[0]) == 4
    return (
        bool(_EXPLICIT.search(left))
        and not year
        and not _UNIT.match(right)
        and not re.search(r"(?:заказ|договор|дом|кварт|авто|маши|машины|гос)\w*\.? ?(?:номер\w*|нөмірі\w*)?\s*$", left)
    )


def _identifier(page: Page, match: re.Match[str], code: str) -> Identifier:
    role = role_of(Kind.short_code, page.plain, match.start(), match.end())
    line = short_codes().get(code)
    if line is None:
        return Identifier(Kind.short_code, code, f"SMS {code}", role=role)
    role = Role.impersonated if role is Role.contacted_from else role
    doubts = frozenset({Doubt.official})
    return Identifier(Kind.short_code, code, code, role=role, doubts=doubts, attrs={"official": line.name["ru"]})
