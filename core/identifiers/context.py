"""What the words around an identifier say: whose it is, and what part it plays."""

import re

from core.identifiers.model import Doubt, Kind, Role

_LEFT, _RIGHT = 70, 50
_STOP = re.compile(r"[\n;!?\x00]|\.\s")

_CUES: tuple[tuple[Role, str], ...] = (
    (
        Role.asked_to_call,
        r"перезвон\w*|(?:по|от)?звоните|звони(?:ть)?\b|позвони(?:ть|те)?\b|наберите|набрать|набирайте|свяжитесь|"
        r"связаться|"
        r"связь|обращ\w+|обратитесь|(?:на|по)пишите|писать\b|қоңырау шалыңыз\w*|қоңырау шал\b|хабарласыңыз\w*|"
        r"хабарласу\w*|"
        r"жазыңыз\w*|звоните|call (?:us|back)|контакт\w*|байланыс\w*",
    ),
    (
        Role.contacted_from,
        r"(?:по|на|до|пере)?звонил\w*|звонят|звонит\b|звонок\w*|звонки|позванил\w*|набирал\w*|с номера|с этого номера|"
        r"с тел\w*|писал\w*|(?:на|о)?пишет|пишут|написал\w*|при[шс]л\w+|смс|sms|входящ\w+|пропущенн\w+|вызов\w*|"
        r"представи\w+|"
        r"қоңырау шал(?:ды|ып|ған|ып жатыр|ады)\w*|қоңырау (?:кел|түс)\w*|қоңырау|хабарласты\w*|хабарласып|"
        r"хабарласқан|звандап|"
        r"жазды\w*|жазып|жазған|нөмірінен|номерінен|номеринен|нөмірден|номерден|called|missed",
    ),
    (
        Role.payee,
        r"пере[вк][её]?\w*д\w*|перекин\w*|переч[иі]сл\w*|скин\w*|кинь\w*|кинул\w*|закин\w*|оплат\w*|плат[иеё]\w*|"
        r"заплат\w*|"
        r"пополн\w*|отправ(?:ил|ь|ить|ляй|ляла)\w*|получател\w*|реквизит\w*|на карт\w*|на сч[её]т\w*|на каспи|на "
        r"kaspi|"
        r"предоплат\w*|задат\w*|деньги на|аудар\w*|төле\w*|толе\w*|салып|салыңыз|сал(?:ды|дым)|жібер\w*|"
        r"картасына|картаға|"
        r"шотына|шотқа|алушы\w*|кошел\w*|депозит\w*|донат\w*|сбор\w*",
    ),
    (Role.courier, r"курьер\w*|за деньгами|таксист\w*|забер[её]т\w*|жеткізуші\w*"),
    (
        Role.messenger,
        r"wh?ats\s?app?\w*|ватс\w*|вотс\w*|вацап\w*|уатсап\w*|telegram\w*|телегра\w*|телега|телеге|вайбер\w*|viber|"
        r"мессенджер\w*|wapp|в тг\b|тг\b|личк\w+",
    ),
)
_CUE = re.compile("|".join(rf"(?P<{role.value}>\b(?:{pattern}))" for role, pattern in _CUES))

_MY = (
    r"(?:мо[йяеёию]|моего|моей|моему|моём|моем|моим|мою|свой|своя|свою|своей|своего|своём|своем|своему|своим|"
    r"менің|менин|өзімнің|өз|my)"
)
_OWN_PHONE = re.compile(
    rf"(?:\b{_MY}\s+(?:\w+\s+){{0,2}}?(?:ном\w*|тел\w*|сот\w*|моб\w*|нөмір\w*|нөмер\w*|вотс\w*|ватс\w*|whats\w*|"
    rf"phone|number|контакт\w*|данные)"
    r"(?:\s+(?:телефона|каспи|kaspi|для связи|тел))?|\bнөмірім\w*|\bномерім\w*|\bтелефоным\w*|\bменің тел\w*"
    r"|(?:перезвоните|позвоните|напишите|звоните|пишите|ответьте|хабарласыңыз|свяжитесь)\s+(?:со\s+)?(?:мне|мной|"
    r"маған)(?:\s+(?:на|по)(?:\s+(?:номеру?|тел\w*|этот))?)?"
    r"|\bмои контакты|\bя (?:живу|проживаю)[^.\n]{0,30}тел\w*)[\s:,(\-]*(?:это|вот|такой|—|мынау)?[\s:,(\-]*$"
)
_OWN_AFTER = re.compile(
    r"^[\s,)\-]*(?:[-–—]?\s*(?:это\s+)?мой (?:ном|тел)\w*|это я\b|- ?(?:бұл )?менің (?:нөмір|тел)\w*|- мен\b|"
    r"менің нөмірім)"
)
_OWN_ACCOUNT = re.compile(
    rf"\b{_MY}\s+(?:\w+\s+){{0,2}}?(?:сч[её]т\w*|шот\w*|иик|жск|iban|реквизит\w*|кошел\w*|әмиян\w*|"
    rf"адрес\w*)[\w\s]{{0,12}}[\s:(№\-]*$"
    r"|\bшотым\w*[\s:(\-]*(?:нөмірі)?[\s:(\-]*$"
)
_OWN_NAME = re.compile(
    rf"\b{_MY}\s+(?:\w+\s+){{0,2}}?(?:аккаунт\w*|страниц\w*|профил\w*|ник\w*|инст\w*|телег\w*|почт\w*|email|"
    rf"e-mail|канал\w*|сайт\w*|магазин\w*|парақша\w*|объявлени\w*|товар\w*)[\s\w]{{0,12}}[\s:(\-]*$|"
    rf"\b(?:парақшам|поштам|хабарландыруым|жарнамам)\w*[\s:(\-]*$"
)
_OWN = {
    Kind.phone: _OWN_PHONE,
    Kind.ewallet: _OWN_PHONE,
    Kind.iban: _OWN_ACCOUNT,
    Kind.crypto_wallet: _OWN_ACCOUNT,
    Kind.account: _OWN_NAME,
    Kind.listing: _OWN_NAME,
    Kind.email: _OWN_NAME,
    Kind.url: _OWN_NAME,
}
_FIXED_ROLE = {Kind.listing: Role.listing, Kind.url: Role.landing_page, Kind.card: Role.payee, Kind.iban: Role.payee}
_FIXED_ROLE |= {Kind.ewallet: Role.payee, Kind.crypto_wallet: Role.payee, Kind.company_bin: Role.payee}
_FIXED_ROLE |= {Kind.account: Role.messenger, Kind.sender_id: Role.contacted_from, Kind.email: Role.contacted_from}
_TO_THEM = re.compile(
    r"мошен\w*|алаяқ\w*|алаяк\w*|аферист\w*|кидал\w*|обманщик\w*|продав\w*|сатушы\w*|получател\w*|алушы\w*|"
    r"пере(?:вел|вёл|вод|веди|вест|числ|кин|вожу)\w*|скин\w*|кинул?\w*|отправ\w*|оплат\w*|плат[иё]\w*|просил\w*|"
    r"прос[ия]т\w*|"
    r"сказал\w*|велел\w*|требу\w*|дал\w*|прислал\w*|указал\w*|аудар\w*|салыңыз|салып|төле\w*|жібер\w*|айт(?:ты|"
    r"ып)|берді|сұра\w*|"
    r"его |её |ее |их |пополн\w*|закин\w*|предоплат\w*|депозит\w*|вклад\w*|инвест\w*|реквизит\w*|безопасн\w*|"
    r"қауіпсіз\w*"
)


_NUMBERED = re.compile(
    r"(?<!для )(?:сч[её]тчик|сумм|цен|стоимост|итого|баланс|остат|доступно|бағас|құны|заказ|трек|track|накладн|"
    r"договор|"
    r"контракт|артикул|чек|квитанц|фактур|лицев|л/с|imei|серийн|штрих|"
    r"инвентар|заявк|"
    r"обращени|обр\b|\bid|\bид\b|инвойс|order|invoice|invoic|тапсырыс|шарт|келісім|посылк|отправлени|полис|"
    r"удостоверени|паспорт|"
    r"кадастр|дел[оа]|талон|транзакци|операци|код|isbn|ean|билет|протокол|заключени|справк|сч[её]т\w* №|референс|"
    r"reference|"
    r"ref|rrn|арт|модел|серия|каталог|vin|регистр|лиценз|уведомлени|квит|жеткізу|түбіртек|өтінім|құжат|документ|"
    r"автокод|штрафстойк|заяв)"
    r"\w*[\s.]*(?:(?:номер\w*|нөмірі\w*|оплаты|заказа|платежа|доставки|товара|клиента|услуги|посылки|"
    r"отслеживания)\s*)?[\s:#№n°-]*$"
)


def before(low: str, start: int, size: int = _LEFT) -> str:
    """The words to the left, back to the end of the sentence or line before."""
    window = low[max(0, start - size) : start]
    stop = 0
    for match in _STOP.finditer(window):
        stop = match.end()
    return window[stop:]


def after(low: str, end: int, size: int = _RIGHT) -> str:
    """The words to the right, up to the end of the sentence or line."""
    window = low[end : end + size]
    stop = _STOP.search(window)
    return window[: stop.start()] if stop else window


def is_own(kind: Kind, low: str, start: int, end: int) -> bool:
    """Whether the text says that this belongs to the writer."""
    pattern = _OWN.get(kind)
    if pattern is None:
        return False
    if pattern.search(low[max(0, start - _LEFT) : start].rpartition("\n")[2]):
        return True
    return kind is Kind.phone and bool(_OWN_AFTER.search(low[end : end + 30]))


def _role_of(left: str, right: str) -> Role | None:
    """By the cue nearest to the identifier; one on the right must be clearly nearer."""
    distance, cue = 1000, ""
    for match in _CUE.finditer(left):
        distance, cue = len(left) - match.end(), str(match.lastgroup)
    following = _CUE.search(right)
    if following and following.start() + 4 < distance:
        cue = str(following.lastgroup)
    return Role(cue) if cue else None


def role_of(kind: Kind, low: str, start: int, end: int) -> Role | None:
    """The part it seems to play: by its kind, or by the nearest telling word."""
    if kind in (Kind.phone, Kind.short_code):
        return _role_of(before(low, start), after(low, end))
    return _FIXED_ROLE.get(kind)


def says_theirs(low: str, start: int, end: int) -> bool:
    """Whether the words around a card or account point at the other side."""
    return bool(_TO_THEM.search(before(low, start, 90)) or _TO_THEM.search(after(low, end)))


def doubts_of(kind: Kind, low: str, start: int, end: int) -> frozenset[Doubt]:
    """Own, or unknown direction for what one pays to."""
    if is_own(kind, low, start, end):
        return frozenset({Doubt.own})
    if kind in (Kind.card, Kind.iban) and not says_theirs(low, start, end):
        return frozenset({Doubt.direction_unknown})
    return frozenset()


def is_numbered(low: str, start: int) -> bool:
    """Whether the words just before make it the number of an order, a contract, a parcel, or a sum."""
    return bool(_NUMBERED.search(low[max(0, start - 45) : start]))
