"""One root, or a newer one beside it: what was sealed opens, hashes stay, a wrong key is noticed."""

import pytest
from cryptography.exceptions import InvalidTag

from core.keys import Keys

FIRST, NEWER, OTHER = ("a first secret of thirty-two letters or more", "a newer secret of thirty-two letters or more",
                       "another secret of thirty-two letters or more")  # fmt: skip


def test_a_newer_root_seals_and_the_first_still_opens() -> None:
    before, now, after = Keys(FIRST), Keys(FIRST, NEWER), Keys(NEWER)
    old, new = before.seal("event", b"words"), now.seal("event", b"words")
    assert now.unseal("event", old) == now.unseal("event", new) == after.unseal("event", new) == b"words"
    assert now.digest("card", "4400") == before.digest("card", "4400") != after.digest("card", "4400")
    assert old[0] == before.number != after.number == new[0]
    for wrong, sealed in ((before, new), (after, old), (Keys(OTHER), old), (Keys(OTHER, NEWER), old)):
        with pytest.raises(InvalidTag):
            wrong.unseal("event", sealed)
    with pytest.raises(InvalidTag):
        now.unseal("card", old)


def test_roots_whose_numbers_are_equal_are_told_apart_by_trying() -> None:
    first = Keys(FIRST)
    twin = next(root for place in range(5000) if Keys(root := f"{NEWER} {place}").number == first.number)
    both = Keys(FIRST, twin)
    assert both.unseal("event", first.seal("event", b"old")) == b"old"
    assert both.unseal("event", both.seal("event", b"new")) == b"new"


def test_short_roots_are_refused() -> None:
    for roots in (("short",), (FIRST, "short")):
        with pytest.raises(ValueError, match="32 characters"):
            Keys(*roots)
