"""`python -m bench.identify` measures; `--fuzz N` reads N random texts; `--misses` shows what is read wrongly."""

import argparse
import statistics
import subprocess
import sys
import time

from bench.identify import baseline
from bench.identify.adversarial import slow_inputs
from bench.identify.corpus import Message, messages
from bench.identify.fuzz import fuzz
from bench.identify.measure import leaks, ours, overzealous, scores
from core.identifiers import read

_START = "from core.identifiers import read; read('8 701 123 45 67, https://kaspi-pay.top, код 1234')"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.identify")
    parser.add_argument("--fuzz", type=int, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    corpus = list(messages())
    if arguments.fuzz:
        fuzz(arguments.fuzz, arguments.seed)
        print(f"{arguments.fuzz:,} random texts, no exception (seed {arguments.seed})")
    elif arguments.misses:
        _misses(corpus)
    else:
        _quality(corpus)
        _speed(corpus)


def _quality(corpus: list[Message]) -> None:
    languages = ", ".join(f"{lang} {sum(message.lang == lang for message in corpus)}" for lang in ("ru", "kk", "mixed"))
    empty = sum(not message.identifiers for message in corpus)
    print(f"{len(corpus)} messages ({languages}), {empty} of them name nothing")
    print(f"{'':<20}{'labels':>7}{'precision':>11}{'recall':>8}   baseline: precision  recall")
    peer = scores(corpus, baseline.identify)
    for family, score in scores(corpus, ours).items():
        theirs = peer[family]
        print(f"{family:<20}{score.right + score.missed:>7}{score.precision:>11.4f}{score.recall:>8.4f}", end="")
        print(f"{theirs.precision:>23.4f}{theirs.recall:>8.4f}")
    secrets = sum(len(message.redacted) for message in corpus)
    print(f"secrets: {secrets} labelled, {len(leaks(corpus))} messages leak, {len(overzealous(corpus))} lose too much")
    print("baseline: phonenumbers.PhoneNumberMatcher(KZ) and plain regexes; it redacts nothing")


def _milliseconds(text: str) -> float:
    begin = time.perf_counter()
    read(text)
    return (time.perf_counter() - begin) * 1000


def _speed(corpus: list[Message]) -> None:
    for message in corpus:
        read(message.text)
    times = sorted(_milliseconds(message.text) for message in corpus)
    print(
        f"one message: median {statistics.median(times):.3f} ms, 95 % under {times[int(len(times) * 0.95)]:.3f} ms",
        end="",
    )
    print(f", slowest {times[-1]:.3f} ms")
    slowest = sorted((min(_milliseconds(text) for _ in range(3)), text[:24]) for text in slow_inputs())[-1]
    print(
        f"slowest of {len(slow_inputs())} adversarial texts of 4,096 characters: {slowest[0]:.1f} ms ({slowest[1]!r}…)"
    )
    starts = []
    for _ in range(3):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", _START], check=True)
        starts.append(time.perf_counter() - begin)
    print(f"new process, import and first reading: {min(starts):.2f} s")


def _misses(corpus: list[Message]) -> None:
    for message in corpus:
        found = ours(message.text)
        if found != message.identifiers or set(read(message.text).redacted) != message.redacted:
            print(repr(message.text))
            print("  labelled", sorted(message.identifiers), sorted(message.redacted))
            print("  read    ", sorted(found), read(message.text).redacted)


main()
