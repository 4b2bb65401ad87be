"""Which of the cards in a text are the writer's own.

A claim ("моя карта", "менің картам") is about one card: the nearest in its clause. It never reaches over another card,
over the end of a sentence or of a line.
"""

import re
from collections.abc import Sequence

from core.identifiers.context import after, before

_MINE = (
    r"(?:мо[йяеёию]|моей|моего|моему|мою|моих|свою|своей|своя|свой|свои|наша|нашей|менің|менин|өзімнің|өз|"
    r"мамин\w*|my|маминой|"
    r"бабушкин\w*|мужа|жены|у меня)"
)
_OWN = re.compile(
    rf"\b{_MINE}\s+(?:\w+\s+){{0,3}}?(?:карт\w*|card|каспи\w*|kaspi\w*|голд\w*|gold|виз\w*|visa|зарплатн\w*|"
    rf"номер карты|пластик\w*|реквизит\w*)"
    r"|\bкартам(?!\w)|\bкартамның|\bкартамн\w*|\bкартамд\w*|\bкартама\b|\bкарточкам\w*"
    r"|\b(?:назвал\w*|продиктовал\w*|сообщил\w*|ввел[аи]?|ввёл|вв[её]л\w*|вводил\w*|айтып бердім|айттым|бердім|"
    r"енгіздім|тердім|жаздым|жібердім)"
    r"\s+(?:им |ему |ей |мошенник\w* |туда |на сайте |оларға |оған )?(?:\w+ )?(?:данные |номер |реквизиты "
    r")?(?:сво\w+ )?(?:карт[уыа]\b|карты\b|картаны|картамды|карта нөмірін)"
    r"|\bс (?:моей|нашей|своей)\s+(?:карт\w*|каспи|kaspi|голд\w*)"
    r"|\bкарт\w*\s+(?:жены|мужа|мамы|матери|бабушки|дочери|сына|родителей)|\b(?:анамның|әкемнің|әжемнің|"
    r"апамның)\s+карт\w*"
    rf"|\b(?:{_MINE}|менікі|өзімдікі)[\s:№\-]*$"
    r"|\b(?:списали|сняли|украли|увели|шешіп ал\w*|ұрла\w*)\s+(?:\w+\s+){0,3}?с\s+(?:карт\w*|моей)"
)
_THIRD_PERSON = re.compile(
    r"\b(?:мошенник\w*|он|она|они|продав\w*|алаяқ\w*|аферист\w*|менеджер\w*|девушк\w*|парень|мужчина|женщина|"
    r"сотрудник\w*|дал|прислал\w*|скинул|указал|отправил|ол|олар)\b[^.!?\n]{0,20}$"
)
_TELLS_TO_PAY = re.compile(r"говорит|кидай|переведи|переводи|сюда\b|скинь|закинь|сал деді|аудар деді")
_OWN_AFTER = re.compile(
    r"[ ,()\-]*(?:\.\s+(?=это\b|бұл\b))?(?P<claim>(?:это\s+)?(?:моя\b|мой номер карты|менің картам\w*)|бұл менің\b|"
    r"(?:өз )?картам(?:а|нан|ның|ды|да)?\b|мынау менің|менікі\b|өзімдікі\b)"
)
_THEIRS = re.compile(
    r"(?:на|в)\s+(?:эту |этот |такую |карту|номер карты|сч[её]т|каспи|kaspi)|мошенн|алаяқ|алаяк|его карт|её карт|"
    r"ее карт|получател|алушы|продав|сатушы|"
    r"картасына|картаға|карточкасына|мына карта|их карт|чужую|аферист|кидал"
)
_TO = re.compile(r"\bна\s+(?!сайт\w*)(?:\w+\s+){0,2}$")
_INTO = re.compile(r" (?:деген |нөмірлі )*(?:картасына|картаға|карточкасына|шотына|шотқа)\b|-(?:ға|ге|қа|ке|на|не)\b")
_THEIRS_AFTER = re.compile(
    r"[ (\-]*(?:это )?(?:его\b|(?:её|ее|их) карт|оның\b|(?:карта )?(?:мошенни(?:ка|ков|цы)|продавца|получателя)\b|"
    r"алаяқт(?:ікі|ың|ар))"
)
_CLAUSE_END = re.compile(r"[,;!?\n()\x00]|\.\s")


def own_cards(low: str, cards: Sequence[tuple[int, int, str]]) -> set[str]:
    """The numbers that the text calls the writer's own, of all its cards (start, end, number) in their order."""
    own: set[str] = set()
    done = 0  # where the card before ended, or the claim about it: those words are not the next card's
    for place, (start, end, number) in enumerate(cards):
        following = cards[place + 1][:2] if place + 1 < len(cards) else None
        claimed = _claimed_after(low, start, end, following)
        if claimed or _claimed_before(low, start, end, done):
            own.add(number)
        done = claimed or end
    return own


def _claimed_after(low: str, start: int, end: int, following: tuple[int, int] | None) -> int:
    """Where "— моя карта" after the card ends, or 0."""
    claim = _OWN_AFTER.match(low, end, end + 40)
    if claim is None or (following and _is_of_next(low, claim.start("claim"), following)):
        return 0
    aside = "," in low[end : claim.start("claim")] and _points_away(before(low, start, 90))
    return 0 if aside else claim.end()


def _points_away(left: str) -> bool:
    """ "перевёл на карту …, моя карта теперь пуста"."""
    return bool(_THEIRS.search(left) or _TO.search(left)) and not _OWN.search(left)


def _is_of_next(low: str, claim: int, following: tuple[int, int]) -> bool:
    """Whether the claim leads up to the card that follows: "…, моя карта 4400"."""
    start, end = following
    if _INTO.match(low, end) or _THEIRS_AFTER.match(low, end):
        return False
    owner = _OWN.match(low, claim, start) if start - claim <= 90 else None
    if owner is None:
        return False
    between = low[owner.end() : start]
    return not (_CLAUSE_END.search(between) or _THEIRS.search(between) or _TO.search(between))


def _claimed_before(low: str, start: int, end: int, done: int) -> bool:
    left = before(low, start, 90)[-max(0, start - done) :] if start > done else ""
    claims = list(_OWN.finditer(left))
    if not claims or _leads_away(left[claims[-1].end() :]) or _INTO.match(low, end):
        return False
    theirs = "сво" in claims[-1][0] and (
        _THIRD_PERSON.search(left[: claims[-1].start()]) or _TELLS_TO_PAY.search(after(low, end))
    )
    return not theirs


def _leads_away(between: str) -> bool:
    return bool(_THEIRS.search(between) or _TO.search(between))
