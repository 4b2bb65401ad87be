"""The pure rules of broadcasts: SMS parts, moments, codes, and the templates."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.broadcasting import outcome
from core import sending
from core.broadcasts import MOST_TEXT, doubtful
from core.planning import Plan, next_after, opens_at, plan_of, quiet, read_monthly, read_once, read_weekly, too_late
from core.reference import broadcasts
from core.refusal import No, Refusal
from core.sms import size
from handlers.broadcast.citizens import code_in


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        ("", "GSM-7", 0, 0), ("a" * 160, "GSM-7", 160, 1), ("a" * 161, "GSM-7", 161, 2), ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3), ("€" * 80, "GSM-7", 160, 1), ("a" * 152 + "€" * 5, "GSM-7", 162, 2),
        ("€" * 153, "GSM-7", 306, 3), ("ә" * 70, "UCS-2", 70, 1), ("ә" * 71, "UCS-2", 71, 2),
        ("ә" * 134, "UCS-2", 134, 2), ("ә" * 135, "UCS-2", 135, 3), ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2), ("a" * 160 + "ә", "UCS-2", 161, 3), ("😀" * 67, "UCS-2", 134, 3),
    ],
)  # fmt: skip
def test_sms_parts(text: str, encoding: str, units: int, parts: int) -> None:
    found = size(text)
    assert (found.encoding, found.units, found.parts) == (encoding, units, parts)


def at(text: str) -> datetime:
    """Almaty time (UTC+5) as UTC."""
    return datetime.fromisoformat(f"2026-{text}:00+05:00").astimezone(UTC)


NOW = at("11-23T10:00")  # a Monday


@pytest.mark.parametrize(
    ("plan", "moments"),
    [
        (Plan(), []),
        (Plan("once", "18:30", day="2026-11-25"), ["11-25T18:30"]),
        (Plan("once", "09:00", day="2026-11-23"), []),
        (Plan("weekly", "10:00", days=(0, 4)), ["11-27T10:00", "11-30T10:00", "12-04T10:00"]),
        (Plan("weekly", "10:01", days=(0,), until="2026-11-30"), ["11-23T10:01", "11-30T10:01"]),
        (Plan("monthly", "12:00", of_month=31), ["11-30T12:00", "12-31T12:00"]),
    ],
)
def test_moments(plan: Plan, moments: list[str]) -> None:
    found, after = [], NOW
    while len(found) < 3 and (due := next_after(plan, after)) and due < at("12-31T23:00"):
        found.append(due)
        after = due
    assert found == [at(one) for one in moments]
    assert plan_of(plan.stored()) == plan


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("25.11 18:30", Plan("once", "18:30", day="2026-11-25")), ("18:30", Plan("once", "18:30", day="2026-11-23")),
        ("ертең 9:05", Plan("once", "09:05", day="2026-11-24")), ("1.2 10:00", Plan("once", "10:00", day="2027-02-01")),
        ("25.11.2026 10.00", Plan("once", "10:00", day="2026-11-25")),
        ("9:59", No.past_time), ("31.02 10:00", No.bad_plan), ("сегодня", No.bad_plan), ("25:00", No.bad_plan),
        ("24.11.2028 10:00", No.far_time),
    ],
)  # fmt: skip
def test_read_once(text: str, plan: Plan | No) -> None:
    if isinstance(plan, Plan):
        assert read_once(text, NOW) == plan
    else:
        with pytest.raises(Refusal) as refused:
            read_once(text, NOW)
        assert refused.value.kind is plan


def test_read_repeating() -> None:
    assert read_weekly("10:00 31.12", (4, 0), NOW) == Plan("weekly", "10:00", days=(0, 4), until="2026-12-31")
    assert read_monthly("5 8:15 31.12.2027", NOW) == Plan("monthly", "08:15", of_month=5, until="2027-12-31")
    for wrong in (lambda: read_weekly("10:00", (), NOW), lambda: read_monthly("32 10:00", NOW),
                  lambda: read_monthly("10:00", NOW), lambda: read_weekly("10:00 22.11.2026", (0,), NOW)):  # fmt: skip
        with pytest.raises(Refusal):
            wrong()


@pytest.mark.parametrize(
    ("moment", "opens"),
    [("11-23T21:59", None), ("11-23T22:00", "11-24T08:00"), ("11-24T03:00", "11-24T08:00"), ("11-24T08:00", None)],
)
def test_quiet_hours(moment: str, opens: str | None) -> None:
    assert quiet(at(moment)) is (opens is not None)
    assert opens_at(at(moment)) == at(opens or moment)


def test_the_window_of_a_late_run_begins_when_it_might_have_gone() -> None:
    night = at("11-23T23:00")
    assert not too_late(night, at("11-24T11:00"), emergency=False) and too_late(
        night, at("11-24T11:01"), emergency=False
    )
    assert too_late(night, at("11-24T02:01"), emergency=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SQ-7K3M9", "SQ-7K3M9"), ("что за sq 7k3m9?", "SQ-7K3M9"), ("SQ7K3M9", "SQ-7K3M9"), ("SQ–7К3М9", "SQ-7K3M9"),
        ("SB-7K3M9Q", None), ("SQ-7K3M9Q", None), ("8 701 123 45 67", None),
    ],
)  # fmt: skip
def test_codes_are_read_as_people_write_them(text: str, code: str | None) -> None:
    assert code_in(text) == code


def test_templates_are_short_and_name_no_link_and_no_strange_number() -> None:
    assert len(broadcasts()) == 20
    for one in broadcasts():
        for text in one.text.values():
            assert doubtful(text) == [] and size(text).parts <= 2 and len(text) <= MOST_TEXT


def test_what_surely_did_not_arrive_is_tried_again_and_nothing_else() -> None:
    assert outcome(RuntimeError(), 0) == sending.Outcome("unknown", "RuntimeError")
    assert sending.LEASE > timedelta(minutes=1)
