"""Trains core/schemes/model.json from the shipped examples by logistic regression; the same file each time."""

import json
import math
import random
from collections import Counter
from pathlib import Path

from bench.schemes.data import EXAMPLES, ROOT, Example, read
from core.reference import schemes
from core.schemes.features import features
from core.schemes.model import ZERO, Model, softmax

MODEL = ROOT / "core" / "schemes" / "model.json"
# Chosen by cross-validation on the examples: concepts (@, &) say more than letters (~).
SCALE = {"@": 2.5, "&": 2.5, "~": 0.7}
ONCE_IS_CHANCE = "~+"  # letters and pairs of words seen in a single text are left out
EPOCHS = 20
RATE = 5.0
DECAY = 0.0002
LEVELS = 45  # of a stored weight to each side of ZERO
FAINT = 3  # features whose every weight rounds below this many levels are left out

Vector = list[tuple[str, float]]


def train(examples: list[Example]) -> Model:
    codes = tuple(scheme.code for scheme in schemes())
    found = [features(example.text) for example in examples]
    values = _values(found)
    vectors = [unit(pieces, values) for pieces in found]
    weights = _fit(vectors, [codes.index(example.scheme) for example in examples], len(codes))
    return _pack(codes, values, weights)


def save(model: Model, path: Path = MODEL) -> None:
    """One feature a line, sorted, so that a retraining can be read as a difference."""
    path.write_text(json.dumps(model._asdict(), ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")


def _values(found: list[set[str]]) -> dict[str, float]:
    """How telling a feature is by itself: rare ones more (idf), by its group."""
    counts = Counter(piece for pieces in found for piece in pieces)
    kept = sorted((piece, count) for piece, count in counts.items() if count > 1 or piece[0] not in ONCE_IS_CHANCE)
    return {piece: math.log((len(found) + 1) / count) * SCALE.get(piece[0], 1.0) for piece, count in kept}


def unit(pieces: set[str], values: dict[str, float]) -> Vector:
    vector = [(piece, values[piece]) for piece in sorted(pieces) if piece in values]
    length = math.sqrt(sum(value * value for _, value in vector)) or 1.0
    return [(piece, value / length) for piece, value in vector]


def _fit(vectors: list[Vector], labels: list[int], width: int) -> dict[str, list[float]]:
    """Stochastic gradient descent with a falling rate; weights shrink a little after each pass (L2)."""
    weights: dict[str, list[float]] = {piece: [0.0] * width for vector in vectors for piece, _ in vector}
    order = list(range(len(vectors)))
    shuffler = random.Random(0)
    for epoch in range(EPOCHS):
        shuffler.shuffle(order)
        rate = RATE / (1 + epoch / 5)
        for index in order:
            _step(weights, vectors[index], labels[index], rate, width)
        shrink = 1 - rate * DECAY * len(vectors) / 100
        weights = {piece: [shrink * weight for weight in row] for piece, row in weights.items()}
    return weights


def _step(weights: dict[str, list[float]], vector: Vector, label: int, rate: float, width: int) -> None:
    scores = [0.0] * width
    for piece, value in vector:
        scores = [score + value * weight for score, weight in zip(scores, weights[piece], strict=True)]
    errors = [-rate * share for share in softmax(scores)]
    errors[label] += rate
    for piece, value in vector:
        weights[piece] = [weight + value * error for weight, error in zip(weights[piece], errors, strict=True)]


def _pack(codes: tuple[str, ...], values: dict[str, float], weights: dict[str, list[float]]) -> Model:
    """A feature's value is multiplied into its weights; both are rounded to single characters."""
    folded = {piece: [values[piece] * weight for weight in row] for piece, row in weights.items()}
    # A handful of very strong weights would make the steps of all the others coarse: they are cut off.
    strengths = sorted(abs(weight) for row in folded.values() for weight in row)
    step = strengths[int(len(strengths) * 0.9995)] / LEVELS
    value_step = max(values.values()) / LEVELS
    rows = {piece: [round(weight / step) for weight in folded[piece]] for piece in sorted(folded)}
    return Model(codes, step, value_step, {
        piece: _letters([round(values[piece] / value_step), *row])
        for piece, row in rows.items() if max(map(abs, row)) >= FAINT
    })  # fmt: skip


def _letters(numbers: list[int]) -> str:
    return "".join(chr(ZERO + max(-LEVELS, min(LEVELS, number))) for number in numbers)


def main() -> None:
    model = train(read(EXAMPLES))
    save(model)
    print(f"{len(model.rows)} features, {MODEL.stat().st_size // 1024} KiB")
