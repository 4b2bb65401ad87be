"""`python -m bench.schemes` measures, `python -m bench.schemes train` makes the model anew from the examples."""

import subprocess
import sys
import time
from collections import Counter

from bench.schemes import keywords, train
from bench.schemes.data import HELDOUT, UNUSUAL, Example, read
from bench.schemes.measure import LANGUAGES, confidence, longest_text, milliseconds, score, typical
from core.schemes import rank
from core.schemes.model import ELSE, _model

_LOADING = (
    "import time; from core.schemes import rank; b = time.perf_counter(); rank(''); print(time.perf_counter() - b)"
)


def accuracy(heldout: list[Example]) -> None:
    print("held-out     texts  model top-1  top-3   keywords top-1  top-3")
    for lang in LANGUAGES:
        line(lang, [example for example in heldout if example.lang == lang])
    line("all", heldout)
    line("unusual", read(UNUSUAL))


def line(name: str, part: list[Example]) -> None:
    ours, theirs = score(part, rank), score(part, keywords.rank)
    print(f"{name:<12} {ours.texts:>5}  {ours.top1:>11.3f}  {ours.top3:.3f}", end="")
    print(f"   {theirs.top1:>14.3f}  {theirs.top3:.3f}")


def by_scheme(heldout: list[Example]) -> None:
    told = [example for example in heldout if example.scheme != ELSE]
    first = Counter(example.scheme for example in told if rank(example.text)[0] == example.scheme)
    total = Counter(example.scheme for example in told)
    print("first by scheme:", ", ".join(f"{code} {first[code]}/{count}" for code, count in total.items()))


def speed(heldout: list[Example]) -> None:
    loading = subprocess.run([sys.executable, "-c", _LOADING], capture_output=True, text=True, check=True).stdout
    short = milliseconds([example.text for example in heldout])
    long = milliseconds([longest_text(heldout)] * 20)
    print(f"one rank: median {typical(short):.2f} ms, slowest of the set {max(short):.2f} ms;", end=" ")
    print(f"4,096 characters {typical(long):.1f} ms; loading {float(loading) * 1000:.0f} ms")


def main() -> None:
    if sys.argv[1:] == ["train"]:
        begin = time.perf_counter()
        train.main()
        print(f"trained in {time.perf_counter() - begin:.0f} s")
        return
    heldout = read(HELDOUT)
    accuracy(heldout)
    marked, right, vague = confidence(heldout)
    print(f"confident: {marked:.0%} of texts, {right:.1%} of these right; {vague:.0%} of vague texts marked")
    by_scheme(heldout)
    speed(heldout)
    print(f"model: {len(_model().rows)} features, {train.MODEL.stat().st_size // 1024} KiB")


main()
