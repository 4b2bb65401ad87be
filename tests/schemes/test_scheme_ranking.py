"""The likely scheme first: measured floors on the held-out part, the order without text, hints, time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from bench.schemes import keywords, train
from bench.schemes.data import EXAMPLES, HELDOUT, UNUSUAL, Example, read
from bench.schemes.measure import LANGUAGES, confidence, longest_text, milliseconds, score
from core.reference import schemes
from core.schemes import confident, rank, weigh
from core.schemes.features import plain
from core.schemes.model import _HINTS, ELSE

USUAL = tuple(scheme.code for scheme in schemes())
# Floors on the held-out part. They only rise.
FLOORS = {"ru": (0.91, 0.98), "kk": (0.91, 0.99), "mixed": (0.98, 1.0), "all": (0.93, 0.99)}
UNUSUAL_FLOOR = (0.42, 0.72)


@pytest.fixture(scope="module")
def heldout() -> list[Example]:
    return read(HELDOUT)


@pytest.mark.parametrize("lang", (*LANGUAGES, "all"))
def test_held_out_texts_stay_above_the_floor(heldout: list[Example], lang: str) -> None:
    top1, top3, _ = score([example for example in heldout if lang in (example.lang, "all")], rank)
    assert top1 >= FLOORS[lang][0]
    assert top3 >= FLOORS[lang][1]


def test_unusual_texts_stay_above_the_floor() -> None:
    top1, top3, _ = score(read(UNUSUAL), rank)
    assert top1 >= UNUSUAL_FLOOR[0]
    assert top3 >= UNUSUAL_FLOOR[1]


def test_the_model_beats_the_keyword_rule(heldout: list[Example]) -> None:
    ours, theirs = score(heldout, rank), score(heldout, keywords.rank)
    assert ours.top1 > theirs.top1 and ours.top3 > theirs.top3


def test_a_marked_button_is_mostly_right_and_seldom_on_vague_texts(heldout: list[Example]) -> None:
    marked, right, vague = confidence(heldout)
    assert marked >= 0.89
    assert right >= 0.97
    assert vague <= 0.05


def test_the_sets_are_large_enough_and_apart(heldout: list[Example]) -> None:
    examples = read(EXAMPLES)
    for code in USUAL:
        assert sum(example.scheme == code for example in examples) >= 40
        assert sum(example.scheme == code for example in heldout) >= 15
    known = [example.text.casefold() for example in examples]
    for example in [*heldout, *read(UNUSUAL)]:
        nearest = process.extractOne(example.text.casefold(), known, scorer=fuzz.ratio)
        assert nearest is not None and nearest[1] < 75, (example.text, nearest[0])


def test_without_text_the_usual_order_stands() -> None:
    assert rank("") == USUAL
    assert rank("\n 🙂 12.5 ") == USUAL
    assert not confident("")


@pytest.mark.parametrize(
    ("kind", "code"),
    [("phone", "BANK_CALL"), ("url", "PHISHING"), ("listing", "FAKE_SELLER"), ("iban", "SAFE_ACCOUNT")],
)
def test_without_text_a_kind_decides(kind: str, code: str) -> None:
    assert rank("", (kind,))[0] == code


def test_a_kind_is_weaker_than_the_text() -> None:
    assert rank("попросили код 1414", ("url", "listing", "card"))[0] == "CODE_REQUEST"
    assert rank("", ("short_code", "nothing known")) == USUAL


def test_hints_name_schemes_that_exist() -> None:
    assert {code for codes in _HINTS.values() for code in codes} <= set(USUAL)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("звонили из каспи", "BANK_CALL"),
        ("попросили код 1414", "CODE_REQUEST"),
        ("аванс за квартиру", "RENT"),
        ("пәтерге аванс салдым", "RENT"),
        ("патерге аванс салдым", "RENT"),
        ("ҚАУІПСІЗ ШОТҚА АУДАРЫҢЫЗ", "SAFE_ACCOUNT"),
        ("кауипсиз шотка аударыныз", "SAFE_ACCOUNT"),
        ("qauipsiz shotqa audarynyz", "SAFE_ACCOUNT"),
    ],
)
def test_what_people_write(text: str, code: str) -> None:
    assert rank(text)[0] == code
    assert confident(text)


@pytest.mark.parametrize("text", ["кто звонил?", "проверьте номер", "бұл кімнің нөмірі", "salem"])
def test_vague_texts_mark_nothing(text: str) -> None:
    assert not confident(text)


def test_spellings_are_levelled() -> None:
    assert plain("Қауіпсіз шот") == plain("кауипсиз шот") == plain("qauipsiz shot")


@given(st.text(max_size=300), st.sets(st.sampled_from(sorted(_HINTS))))
def test_any_text_gives_every_scheme_once(text: str, kinds: set[str]) -> None:
    order = rank(text, kinds)
    assert sorted(order) == sorted(USUAL)
    assert order[-1] == ELSE
    assert abs(sum(weigh(text, kinds).values()) - 1) < 1e-9


@pytest.mark.parametrize(
    "text", ["a" * 9000, "a-" * 4000, "a." * 4000, "http://" + "a." * 4000, "-." * 4000, "ﷺ" * 4096]
)
def test_no_text_is_slow(text: str) -> None:
    assert min(milliseconds([text] * 3)) < 100


def test_ranking_takes_milliseconds(heldout: list[Example]) -> None:
    """Generous to a busy machine: a tenth of this is usual (docs/schemes.md)."""
    assert sorted(milliseconds([example.text for example in heldout]))[len(heldout) // 2] < 5
    assert min(milliseconds([longest_text(heldout)] * 5)) < 50


def test_training_gives_the_same_model_each_time() -> None:
    few = [example for example in read(EXAMPLES) if example.lang == "mixed"][::4]
    assert train.train(few) == train.train(few)


def test_the_shipped_model_knows_the_shipped_examples() -> None:
    """Fails when the examples were changed and the model was not trained anew."""
    examples = read(EXAMPLES)
    assert score(examples, rank).top1 > 0.98
    assert train.MODEL.stat().st_size < 1_000_000
