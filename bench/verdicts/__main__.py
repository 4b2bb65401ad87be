"""`python -m bench.verdicts`: what it costs to poison a verdict, and what it costs to miss one."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import mean, median

from bench.verdicts import attacks
from bench.verdicts.city import START, YEAR, City, Number
from bench.verdicts.rules import RULES

END = START + timedelta(days=YEAR + 60)


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of one rule over all seeds."""

    false_listings: float
    under_attack: float
    wrong_days: float
    found: float
    days: float
    days_90: float
    victims: float
    warned_days: float


def first_listed(number: Number, rule: str) -> datetime | None:
    return next((at for at, listed in number.listed.get(rule, []) if listed), None)


def days_listed(number: Number, rule: str) -> float:
    total, since = 0.0, None
    for at, listed in [*number.listed.get(rule, []), (END, False)]:
        if listed and since is None:
            since = at
        elif not listed and since is not None:
            total, since = total + (at - since) / timedelta(days=1), None
    return total


def measure(cities: Sequence[City]) -> Result:
    rule = cities[0].rule_name
    honest = [one for city in cities for one in city.numbers if not one.scam]
    wrong = [one for one in honest if first_listed(one, rule)]
    called = [one for city in cities for one in city.numbers if one.scam and one.file.told]
    listed = [(first_listed(one, rule) or END) - one.calls[0] for one in called if first_listed(one, rule)]
    days = sorted(each / timedelta(days=1) for each in listed)
    warned = [(one.warned_at - one.calls[0]) / timedelta(days=1) for one in called if one.warned_at]
    victims = [sum(at < (first_listed(one, rule) or END) for at in one.robbed) for one in called]
    peaceful = [one for one in honest if not one.attacked]
    attacked = [one for one in honest if one.attacked]
    return Result(
        10_000 * sum(map(bool, (first_listed(one, rule) for one in peaceful))) / len(peaceful),
        100 * sum(map(bool, (first_listed(one, rule) for one in attacked))) / len(attacked) if attacked else 0,
        mean(days_listed(one, rule) for one in wrong) if wrong else 0,
        100 * len(days) / len(called),
        median(days),
        days[int(len(days) * 0.9)],
        mean(victims),
        median(warned),
    )


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m bench.verdicts", description=__doc__)
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--people", type=int, default=100_000)
    chosen = arguments.parse_args()
    print("Accounts (days) until an innocent number is listed, the desk looking away; - : not by 200 accounts")
    print(f"{'how':42}{'pace':16}" + "".join(f"{name:>20}" for name in RULES))
    for style, pace, costs in attacks.table():
        cells = "".join(f"{f'{cost[0]} ({cost[1]})' if cost else '-':>20}" for cost in costs.values())
        print(f"{style:42}{pace:16}{cells}")
    for under_attack in (False, True):
        print(
            f"\nA city of {chosen.people:,}, one year, {chosen.seeds} seeds" + (", 136 attacks" if under_attack else "")
        )
        print(
            f"{'rule':20}{'false/10,000':>14}{'attacks won':>13}{'days wrong':>12}{'found':>8}{'days':>8}"
            f"{'days p90':>10}{'victims':>9}{'warned':>8}"
        )
        for name in RULES:
            cities = [City(name, seed, chosen.people, under_attack) for seed in range(chosen.seeds)]
            for city in cities:
                city.run()
            told = measure(cities)
            print(
                f"{name:20}{told.false_listings:14.1f}{told.under_attack:12.0f}%{told.wrong_days:12.1f}"
                f"{told.found:7.1f}%{told.days:8.2f}{told.days_90:10.2f}{told.victims:9.3f}{told.warned_days:8.2f}"
            )


if __name__ == "__main__":
    main()
