"""The trained model at work: pure Python, read once, no state but the weights."""

import json
import math
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from core.schemes.features import features

ELSE = "OTHER"  # an answer by elimination: always the last button
CONFIDENT = 0.6  # in cross-validation on the examples more than nine of ten such texts had the right scheme first
LONGEST = 4096  # characters read: a Telegram message
ZERO = 80  # "P": stored weights are the bytes 35 to 125 around it, so that they stay readable characters in JSON
_NEXT = 0.97  # how much less likely each scheme of the shown order is than the one before, where the text says nothing
_FIRST_HINT, _HINT = 1.7, 1.4
_HINTS = {
    "phone": ("BANK_CALL", "GOV_CALL", "RELATIVE_TROUBLE", "CODE_REQUEST"),
    "card": ("SAFE_ACCOUNT", "FAKE_SELLER", "RENT", "X_WRONG_TRANSFER"),
    "iban": ("SAFE_ACCOUNT", "FAKE_SELLER", "X_WRONG_TRANSFER"),
    "ewallet": ("DROPPER", "JOB_TASKS", "INVEST"),
    "crypto_wallet": ("INVEST", "JOB_TASKS", "X_RECOVERY"),
    "listing": ("FAKE_SELLER", "FAKE_BUYER", "RENT"),
    "account": ("ACCOUNT_TAKEOVER", "ROMANCE", "JOB_TASKS", "DROPPER"),
    "url": ("PHISHING", "FAKE_BUYER", "INVEST", "JOB_TASKS"),
    "email": ("PHISHING", "X_RECOVERY"),
    "sender_id": ("PHISHING", "PARCEL", "CODE_REQUEST", "LOAN_IN_NAME"),
    "company_bin": ("FAKE_SELLER", "X_RECOVERY", "INVEST"),
}


class Model(NamedTuple):
    codes: tuple[str, ...]
    """All schemes in the order they are shown when nothing is known; the columns of a row."""
    step: float
    """What one unit of a stored weight is worth."""
    value_step: float
    rows: dict[str, str]
    """Feature -> one character for its own value, then one for each scheme."""


def rank(text: str, kinds: Collection[str] = ()) -> tuple[str, ...]:
    """All scheme codes, the most likely first, OTHER last. `kinds` (of identifiers found) are weak evidence.

    Without text and kinds: the order of the reference data. Any text is taken, none raises.
    """
    weights = weigh(text, kinds)
    return tuple(sorted(weights, key=lambda code: (code == ELSE, -weights[code])))


def confident(text: str, kinds: Collection[str] = ()) -> bool:
    """Whether the first of `rank` is sure enough to be marked as a suggestion."""
    weights = weigh(text, kinds)
    return max(weight for code, weight in weights.items() if code != ELSE) >= CONFIDENT


def weigh(text: str, kinds: Collection[str] = ()) -> dict[str, float]:
    """Probability of each scheme, adding up to 1; unknown kinds count for nothing.

    What the model gives to OTHER ("who called?") is shared among the schemes by their usual order.
    """
    model = _model()
    read = dict(zip(model.codes, softmax(_scores(model, features(text[:LONGEST]))), strict=True))
    vague = read[ELSE] if any(read[code] != read[ELSE] for code in model.codes) else 1.0
    usual = _usual(model.codes)
    hinted = {code: (read[code] * (code != ELSE) + vague * usual[code]) * _hint(code, kinds) for code in model.codes}
    total = sum(hinted.values())
    return {code: weight / total for code, weight in hinted.items()}


def softmax(scores: list[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _scores(model: Model, found: set[str]) -> list[float]:
    """Weighted sum of the known features, brought to length one so that long and short texts compare."""
    rows = [row.encode() for feature in found if (row := model.rows.get(feature))]
    if not rows:
        return [0.0] * len(model.codes)
    values, *columns = zip(*rows, strict=True)
    length = math.sqrt(sum((value - ZERO) ** 2 for value in values)) * model.value_step
    return [(sum(column) - ZERO * len(rows)) * model.step / length for column in columns]


def _usual(codes: tuple[str, ...]) -> dict[str, float]:
    shares = {code: 0.0 if code == ELSE else _NEXT**place for place, code in enumerate(codes)}
    total = sum(shares.values())
    return {code: share / total for code, share in shares.items()}


def _hint(code: str, kinds: Collection[str]) -> float:
    """At most one push per scheme, however many identifiers were found."""
    places = [_HINTS[kind].index(code) for kind in kinds if code in _HINTS.get(kind, ())]
    return 1.0 if not places else _HINT if min(places) else _FIRST_HINT


@cache
def _model() -> Model:
    stored = json.loads(files(__package__).joinpath("model.json").read_text("utf-8"))
    return Model(tuple(stored["codes"]), stored["step"], stored["value_step"], stored["rows"])
