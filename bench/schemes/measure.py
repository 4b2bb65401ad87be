"""How often the right scheme comes first, or among the first three, on texts the model never saw."""

import time
from collections.abc import Callable, Iterable
from statistics import median
from typing import NamedTuple

from bench.schemes.data import Example
from core.schemes import confident, rank
from core.schemes.model import ELSE, LONGEST

LANGUAGES = ("ru", "kk", "mixed")


class Score(NamedTuple):
    top1: float
    top3: float
    texts: int


def score(examples: Iterable[Example], ranked: Callable[[str], tuple[str, ...]]) -> Score:
    """OTHER is left out: it is always the last button, and `confident` answers for such texts."""
    places = [ranked(example.text).index(example.scheme) for example in examples if example.scheme != ELSE]
    return Score(
        sum(place == 0 for place in places) / len(places), sum(place < 3 for place in places) / len(places), len(places)
    )


def confidence(examples: Iterable[Example]) -> tuple[float, float, float]:
    """Share of texts with a marked first button, how often the mark is right, share of marks on vague (OTHER) texts."""
    told = [example for example in examples if example.scheme != ELSE]
    vague = [example for example in examples if example.scheme == ELSE]
    marked = [example for example in told if confident(example.text)]
    right = sum(rank(example.text)[0] == example.scheme for example in marked)
    return len(marked) / len(told), right / len(marked), sum(confident(item.text) for item in vague) / len(vague)


def milliseconds(texts: Iterable[str]) -> list[float]:
    rank("")  # loading is measured by itself
    spent = []
    for text in texts:
        begin = time.perf_counter()
        rank(text)
        spent.append((time.perf_counter() - begin) * 1000)
    return spent


def longest_text(examples: list[Example]) -> str:
    """The worst message: as long as Telegram allows, all in different words."""
    return " ".join(example.text for example in examples)[:LONGEST]


def typical(spent: list[float]) -> float:
    return median(spent)
