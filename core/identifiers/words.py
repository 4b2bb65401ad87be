"""Numbers written as words in Russian and Kazakh: "семьсот один", "жеті жүз бір"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_UNITS = (
    "ноль=0 нуль=0 нолик=0 нөл=0 нол=0 зеро=0 один=1 одна=1 раз=1 бір=1 бир=1 два=2 две=2 екі=2 еки=2 три=3 үш=3 уш=3 "
    "четыре=4 төрт=4 торт=4 пять=5 пят=5 бес=5 шесть=6 шест=6 алты=6 семь=7 сем=7 жеті=7 жети=7 восемь=8 восем=8 "
    "сегіз=8 "
    "сегиз=8 девять=9 девят=9 тоғыз=9 тогыз=9"
)
_TEENS = (
    "десять=10 одиннадцать=11 одинадцать=11 двенадцать=12 тринадцать=13 четырнадцать=14 пятнадцать=15 шестнадцать=16 "
    "семнадцать=17 восемнадцать=18 девятнадцать=19"
)
_TENS = (
    "он=10 двадцать=20 жиырма=20 жирма=20 тридцать=30 отыз=30 сорок=40 қырық=40 кырык=40 пятьдесят=50 "
    "пятдесят=50 елу=50 "
    "шестьдесят=60 шестдесят=60 алпыс=60 семьдесят=70 семдесят=70 жетпіс=70 жетпис=70 восемьдесят=80 восемдесят=80 "
    "сексен=80 девяносто=90 тоқсан=90 токсан=90"
)
_HUNDREDS = (
    "сто=100 двести=200 триста=300 четыреста=400 пятьсот=500 пятсот=500 шестьсот=600 шестсот=600 семьсот=700 "
    "семсот=700 "
    "восемьсот=800 восемсот=800 девятьсот=900 девятсот=900 жүз=100 жуз=100"
)
_REPEATED = (
    "нуля=0 нулей=0 ноля=0 нолика=0 единицы=1 единички=1 двойки=2 тройки=3 четверки=4 четвёрки=4 пятерки=5 пятёрки=5 "
    "шестерки=6 шестёрки=6 семерки=7 семёрки=7 восьмерки=8 восьмёрки=8 девятки=9"
)


def _table(*lists: str) -> dict[str, int]:
    return {word: int(value) for pairs in lists for word, value in (pair.split("=") for pair in pairs.split())}


_UNIT, _TEEN, _TEN, _HUNDRED, _TIMES = map(_table, (_UNITS, _TEENS, _TENS, _HUNDREDS, _REPEATED))
_KAZAKH_HUNDRED = {"жүз", "жуз"}
_KNOWN = {*_UNIT, *_TEEN, *_TEN, *_HUNDRED, *_TIMES}
_HEADED = {*_KAZAKH_HUNDRED, *_TIMES}
_WORD = re.compile(r"[а-яёәіңғүұқөһ]+")
_LIKELY = re.compile(
    r"дцат|десят|сорок|ьсот|сот |сто |двести|триста|восем|сем[ьс]|ноль|нуль|ол[ья] |жүз|жуз|нөл|сегі|сеги|жеті|жети"
)


@dataclass(slots=True)
class _Word:
    start: int
    end: int
    text: str


def spelled_numbers(low: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, digits) of each group of number words; "сорок пять" is 45, "ноль пять" is 0 and 5."""
    if not _LIKELY.search(low):
        return
    words = [_Word(match.start(), match.end(), match[0]) for match in _WORD.finditer(low) if match[0] in _KNOWN]
    place = 0
    while place < len(words):
        taken, digits = _group(low, words, place)
        if digits:
            yield words[place].start, words[place + taken - 1].end, digits
        place += taken


def _next(low: str, words: list[_Word], place: int) -> str:
    """The number word that follows directly, or nothing."""
    if place >= len(words):
        return ""
    between = low[words[place - 1].end : words[place].start]
    return words[place].text if len(between) <= 3 and not between.strip(" \n-") else ""


def _group(low: str, words: list[_Word], place: int) -> tuple[int, str]:
    """How many words from `place` make one number, and its digits."""
    word = words[place].text
    following = _next(low, words, place + 1)
    if word in _UNIT and following in _TIMES and _UNIT[word] > 1:
        return 2, str(_TIMES[following]) * _UNIT[word]
    if word in _UNIT and following in _KAZAKH_HUNDRED and _UNIT[word]:
        return _hundreds(low, words, place, 2, _UNIT[word] * 100)
    if word in _HUNDRED:
        return _hundreds(low, words, place, 1, _HUNDRED[word])
    if word in _TEN:
        return _ones(low, words, place, 1, _TEN[word])
    return 1, str({**_UNIT, **_TEEN}.get(word, ""))


def _hundreds(low: str, words: list[_Word], place: int, taken: int, value: int) -> tuple[int, str]:
    following = _next(low, words, place + taken)
    if following in _TEN:
        return _ones(low, words, place, taken + 1, value + _TEN[following])
    if following in _TEEN:
        return taken + 1, str(value + _TEEN[following])
    return _ones(low, words, place, taken, value)


def _ones(low: str, words: list[_Word], place: int, taken: int, value: int) -> tuple[int, str]:
    """A unit joins, unless it heads the next hundred: "қырық | бес жүз", but "жүз бір | жүз" (100 is plain жүз)."""
    following = _next(low, words, place + taken)
    heads = _next(low, words, place + taken + 1) in ({*_TIMES} if following in ("бір", "бир") else _HEADED)
    if _UNIT.get(following) and not heads:
        return taken + 1, str(value + _UNIT[following])
    return taken, str(value)
