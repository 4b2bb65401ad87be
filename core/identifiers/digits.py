"""Runs of digits as people write them: in groups, with letters instead of digits, as words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from core.identifiers.words import spelled_numbers

_LOOK = {
    "0": "OoОоDØøQΟοӨө",
    "1": "IlІі|ıіΙ!",
    "2": "Zz",
    "3": "ЗзƷӠЭ",
    "4": "Чч",
    "5": "Ss",
    "6": "Ббb",
    "8": "ВBв",
    "9": "gq",
}
_AS_DIGIT = {ord(letter): digit for digit, letters in _LOOK.items() for letter in letters}
_LETTERS = re.escape("".join(letters for letters in _LOOK.values()))
_DIGITS = re.compile(r"\d+")
_ALIKE = re.compile(rf"(?<![^\W_])[\d{_LETTERS}]+(?![^\W_])")
_HAS_ALIKE = re.compile(
    rf"(?<![^\W\d_])(?:[{_LETTERS}]{{1,3}}\d|\d[{_LETTERS}]{{1,4}}(?![^\W\d_])|(?<=\d[ -])[{_LETTERS}]{{2,3}}[ -]\d)"
)
_GAP = re.compile(r"[ \n.\-()/\\_,·•~’]{0,5}|\*")


class Group(NamedTuple):
    """Digits that stand together."""

    start: int
    end: int
    digits: str
    written: str
    """d digits, l digits with letters among them, L letters alone, w words"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some groups of a run taken together."""

    start: int
    end: int
    digits: str
    cuts: tuple[int, ...]
    """Where one group ends and the next begins, in digits."""
    written: str
    whole: bool
    """Nothing of the run is left over on either side."""
    begins: bool
    """It is the beginning of the run."""
    gaps: frozenset[str]
    """What stands between the groups, spaces left out."""

    @property
    def mixed(self) -> bool:
        """Full stops or slashes between some groups, something else between others: rather dates, sums, lists."""
        return len(self.gaps) > 1 and not self.gaps.isdisjoint("./")


def groups_of(view: str, low: str) -> list[Group]:
    """All groups of digits in reading order."""
    if _HAS_ALIKE.search(view):
        groups = [_alike(match) for match in _ALIKE.finditer(view)]
        covered = {group.start for group in groups}
        groups += [
            Group(match.start(), match.end(), match[0], "d")
            for match in _DIGITS.finditer(view)
            if match.start() not in covered and not _inside(groups, match.start())
        ]
    else:
        groups = [Group(match.start(), match.end(), match[0], "d") for match in _DIGITS.finditer(view)]
    groups += [Group(start, end, digits, "w") for start, end, digits in spelled_numbers(low)]
    groups.sort()
    return groups


def _alike(match: re.Match[str]) -> Group:
    text = match[0]
    written = "d" if text.isdigit() else "l" if any(char.isdigit() for char in text) else "L"
    return Group(match.start(), match.end(), text.translate(_AS_DIGIT), written)


def _inside(groups: list[Group], place: int) -> bool:
    """Whether a place lies in one of the sorted groups."""
    low, high = 0, len(groups)
    while low < high:
        middle = (low + high) // 2
        if groups[middle].start <= place:
            low = middle + 1
        else:
            high = middle
    return low > 0 and place < groups[low - 1].end


def runs_of(view: str, groups: list[Group]) -> Iterator[list[Group]]:
    """Groups with nothing but separators between them, at most one line break at a time."""
    run: list[Group] = []
    for group in groups:
        if run and not _joined(view, run[-1], group):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _joined(view: str, one: Group, other: Group) -> bool:
    if not 0 <= other.start - one.end <= 5:
        return False
    gap = view[one.end : other.start]
    if "," in gap and "w" not in (one.written, other.written):
        return False  # commas part numbers, but not number words
    return _GAP.fullmatch(gap) is not None and gap.count("\n") <= 1


def piece(view: str, run: list[Group], first: int, last: int) -> Piece:
    """Groups first..last of a run, both included."""
    taken = run[first : last + 1]
    cuts: list[int] = []
    length = 0
    for group in taken[:-1]:
        length += len(group.digits)
        cuts.append(length)
    return Piece(
        start=taken[0].start,
        end=taken[-1].end,
        digits="".join(group.digits for group in taken),
        cuts=tuple(cuts),
        written="".join(group.written for group in taken),
        whole=first == 0 and last == len(run) - 1,
        begins=first == 0,
        gaps=frozenset(view[one.end : other.start].strip() for one, other in pairwise(taken)),
    )
