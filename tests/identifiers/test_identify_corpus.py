"""The measured floors: they only rise."""

import json
from functools import cache
from pathlib import Path

import pytest

from bench.identify import measure
from bench.identify.corpus import CORPUS, Message, messages

FLOORS = json.loads((Path(CORPUS).parent / "floors.json").read_text())
# What the product promised first: no floor may sink below it.
PROMISED = {
    "phones": (0.99, 0.98),
    "cards": (0.995, 0.99),
    "ibans": (0.995, 0.99),
    "wallets": (0.995, 0.99),
    "links and listings": (0.98, 0.98),
}


@cache
def corpus() -> tuple[Message, ...]:
    return tuple(messages())


@cache
def scores() -> dict[str, measure.Score]:
    return measure.scores(corpus(), measure.ours)


def test_the_corpus_is_large_and_speaks_both_languages() -> None:
    assert len(corpus()) >= 400
    assert {message.lang for message in corpus()} == {"ru", "kk", "mixed"}
    assert len({message.text for message in corpus()}) == len(corpus())


@pytest.mark.parametrize("family", measure.FAMILIES)
def test_precision_and_recall_hold_their_floor(family: str) -> None:
    score, floor = scores()[family], FLOORS[family]
    assert score.precision >= floor["precision"]
    assert score.recall >= floor["recall"]


@pytest.mark.parametrize("family", PROMISED)
def test_floors_never_sink_below_the_promise(family: str) -> None:
    assert (FLOORS[family]["precision"], FLOORS[family]["recall"]) >= PROMISED[family]


def test_no_secret_gets_through() -> None:
    assert measure.leaks(corpus()) == []


def test_nothing_else_is_taken_out() -> None:
    assert measure.overzealous(corpus()) == []
