"""Events on their way: signed anew, stable, in order, tried by the schedule, given up. Receivers are real."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from core.copies import Sharing, put
from core.keys import Keys
from core.routing import Connected
from partners.client import Client, may_connect
from partners.delivery import BATCH, SCHEDULE, Delivery, pause
from partners.registry import Live
from sandbox.world import MovableClock
from storage import copies as rows
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import (
    Assessment,
    BlockRequest,
    Disposition,
    Identifier,
    Outbox,
    PartnerCopy,
    PartnerEvent,
    PartnerState,
    Report,
)
from tests.partners.receiver import SECRET, Receiver, receiving, registry

START = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


class Office:
    """Delivery with a database and a clock; the receiver has a path for each partner."""

    def __init__(self, db: Database, receiver: Receiver, folder: Path) -> None:
        self.db, self.receiver, self.clock = db, receiver, MovableClock(START)
        self.file = folder / "partners.toml"
        self.file.write_text(registry(receiver.url))
        connected = Connected()
        self.live = Live(self.file, connected)
        self.sharing = Sharing(connected, Keys("a secret of the tests, long enough for its purpose"))
        self.delivery = Delivery(db, self.live, self.sharing, self.clock)

    async def puts(self, partner: str, *words: str, report: int | None = None) -> None:
        known = self.sharing.connected.partner(partner)
        assert known
        async with self.db.begin() as session:
            for one in words:
                await put(session, known, "ping", {"number": one}, sharing=self.sharing, report_id=report,
                          now=self.clock())  # fmt: skip

    async def delivers(self) -> int:
        return sum([await self.delivery.round(one) for one in await self.delivery.due()])

    async def everything(self, model: type) -> list:
        async with self.db.read() as session:
            return list((await session.exec(select(model).order_by(model.id))).all())  # type: ignore[attr-defined]

    def came(self, partner: str) -> list[str]:
        return [one["data"]["number"] for one in self.receiver.came.get(partner, [])]


@pytest.fixture
async def office(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    monkeypatch.setenv("PARTNER_SECRET", f"whsec_{'A' * 32} {SECRET}")  # rotating: the receiver knows the older one
    await migrate(database_url)
    db = Database(database_url)
    async with receiving() as receiver:
        office = Office(db, receiver, tmp_path)
        yield office
        await office.delivery.close()
    await db.close()


async def _report(office: Office) -> int:
    async with office.db.begin() as session:
        report = Report(uid="u", number="SB-1", scheme="BANK_CALL", language="ru", created_at=START, updated_at=START,
                        forward_at=START)  # fmt: skip
        session.add(report)
        await session.flush()
        return report.id


async def test_an_event_is_tried_by_the_schedule_then_given_up_and_can_be_sent_again(office: Office) -> None:
    report = await _report(office)
    office.receiver.answers["kaspi"] = lambda: 500
    await office.puts("kaspi", "created", "changed", report=report)
    await office.puts("kcell", "other", report=report)
    for _ in range(len(SCHEDULE)):
        await office.delivers()
        assert await office.delivers() == 0  # not before its time
        [row] = [one for one in await office.everything(Outbox) if one.attempts and one.lane == "kaspi"]
        office.clock.moved = row.due_at - START
    assert office.came("kcell") == ["other"]
    await office.delivers()
    tried = [(id_, body) for path, id_, body, _ in office.receiver.attempts if path == "kaspi"]
    assert len(tried) == 11 and len(set(tried)) == 1  # same id, same bytes, and the second waited all the time
    assert len({one[3] for one in office.receiver.attempts}) > 1 or office.receiver.attempts[0][3].count("v1,") == 2
    dead = [one for one in await office.everything(PartnerEvent) if one.dead_at]
    assert [(one.attempts, one.last_error) for one in dead] == [(11, "HTTP 500")]
    alarms = [row.payload["text"] for row in await office.everything(Outbox) if row.kind == "alarm"]
    assert alarms == ["events for partner kaspi are given up, see: saqbol partners dead"]
    office.receiver.answers.clear()
    await office.delivers()
    assert office.came("kaspi") == ["changed"]  # a dead letter releases those behind it


async def test_410_pauses_one_partner_and_alarms(office: Office) -> None:
    office.receiver.answers["kaspi"] = lambda: 410
    await office.puts("kaspi", "one", "two")
    await office.puts("kcell", "three")
    await office.delivers()
    office.clock.moved += timedelta(days=3)
    assert await office.delivers() == 0
    [state] = [one for one in await office.everything(PartnerState) if one.paused_at]
    assert (state.id, state.paused_why, office.came("kcell")) == ("kaspi", "HTTP 410", ["three"])
    [alarm] = [row.payload["text"] for row in await office.everything(Outbox) if row.kind == "alarm"]
    assert "answered 410" in alarm
    office.receiver.answers.clear()
    async with office.db.begin() as session:
        (await rows.state(session, "kaspi")).paused_at = None
    await office.delivers()
    assert sorted(office.came("kaspi")) == ["one", "two"]


async def test_what_lies_here_for_partners_ends(office: Office) -> None:
    report = await _report(office)
    await office.puts("kaspi", "taken", report=report)
    await office.delivers()
    await office.puts("olx", "never", report=report)
    long, ages = timedelta(days=1095), (29, 31, 89, 91, 366, 1094, 1096, 1824, 1826)
    async with office.db.begin() as session:
        copy = PartnerCopy(report_id=report, partner_id="kaspi", partner_name="Kaspi", reason="", created_at=START)
        identifier = Identifier(kind="phone", value="+77011234567", display="+7 701 123-45-67", created_at=START)
        session.add_all([copy, identifier])
        await session.flush()
        said = {"reason": "words", "reference": "A-1"}
        session.add(Disposition(copy_id=copy.id, result="blocked", at=START, received_at=START, **said))
        session.add(BlockRequest(identifier_id=identifier.id, partner_id="kaspi", partner_name="Kaspi", state="done",
                                 requested_at=START, ended_at=START, **said))  # fmt: skip
        session.add(Assessment(uid="a", partner_id="kaspi", at=START, signs="saqbol-1"))
    left = []
    for days in ages:
        async with office.db.begin() as session:
            await rows.forget_old(session, START + timedelta(days=days), long)
        events = [(one.partner_id, one.body is not None) for one in await office.everything(PartnerEvent)]
        words = [one.reason for model in (Disposition, BlockRequest) for one in await office.everything(model)]
        left.append((events, words, len(await office.everything(Assessment))))
        if days == 31:
            async with office.db.read() as session:
                assert await rows.gone(session, "kaspi", START) == (1, START)
                assert await rows.gone(session, "olx", START) == (0, None)
    kept, none = ["words"] * 2, [None] * 2
    waits, empty = [("kaspi", False), ("olx", True)], [("kaspi", False), ("olx", False)]
    assert left == [
        ([("kaspi", True), ("olx", True)], kept, 1), (waits, kept, 1), (waits, kept, 1), (empty, kept, 1),
        ([("olx", False)], kept, 1), ([("olx", False)], kept, 1), ([("olx", False)], none, 1),
        ([("olx", False)], none, 1), ([("olx", False)], none, 0),
    ]  # fmt: skip


async def test_a_reload_reaches_a_partner_who_is_being_sent_to(office: Office) -> None:
    """What is taken behind a batch goes by the registry of that moment."""
    await office.puts("kaspi", *map(str, range(BATCH + 1)))
    batch = await office.delivery.take("kaspi")
    office.file.write_text(registry(office.receiver.url).replace("/kaspi", "/elsewhere"))
    office.live.reload()
    assert batch and (batch := await office.delivery.deliver(batch))
    assert await office.delivery.deliver(batch) is None
    assert (len(office.came("kaspi")), office.came("elsewhere")) == (BATCH, [str(BATCH)])
    await office.puts("kaspi", "one", "two")
    office.file.write_text("")
    batch = await office.delivery.take("kaspi", 1)
    office.live.reload()
    assert batch and await office.delivery.deliver(batch) is None
    assert [one.leased_until for one in await office.everything(Outbox) if one.done_at is None] == [None]


async def test_what_was_answered_is_known_whatever_ends_a_batch(office: Office) -> None:
    await office.puts("kaspi", "one", "two")
    batch = await office.delivery.take("kaspi")
    assert batch
    batch.events.pop(batch.rows[-1].payload["event"])  # a defect of ours
    with pytest.raises(KeyError):
        await office.delivery.deliver(batch)
    await asyncio.sleep(0.2)
    rows_ = await office.everything(Outbox)
    assert [one.leased_until for one in rows_] == [None, None] and rows_[1].done_at is None


async def test_no_redirect_is_followed_and_a_stop_leaves_the_rest_due(office: Office) -> None:
    office.receiver.headers["location"] = f"{office.receiver.url}/kcell"
    office.receiver.answers["kaspi"] = lambda: 307
    await office.puts("kaspi", "one")
    await office.delivers()
    assert office.came("kcell") == []
    [event] = await office.everything(PartnerEvent)
    assert event.last_error == "HTTP 307"
    office.receiver.slow = 30
    await office.puts("olx", "two")
    sending = asyncio.create_task(office.delivery.round("olx"))
    await office.receiver.entered.wait()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    row = (await office.everything(Outbox))[-1]
    assert (row.attempts, row.leased_until, row.error, row.done_at) == (0, None, "stopped", None)


@pytest.mark.parametrize(
    ("address", "networks", "may"),
    [
        ("93.184.216.34", "", True), ("2606:2800:220:1::1", "", True), ("64:ff9b::5db8:d822", "", True),
        ("10.1.2.3", "", False), ("172.16.0.1", "", False), ("192.168.1.1", "", False), ("127.0.0.1", "", False),
        ("169.254.169.254", "", False), ("0.0.0.0", "", False), ("100.64.0.1", "", False), ("224.0.0.1", "", False),
        ("::1", "", False), ("fe80::1%eth0", "", False), ("fc00::1", "", False), ("::", "", False),
        ("::ffff:10.0.0.1", "", False), ("::ffff:127.0.0.1", "", False), ("64:ff9b::a00:1", "", False),
        ("64:ff9b::7f00:1", "", False), ("2002:a00:1::1", "", False), ("::ffff:93.184.216.34", "", True),
        ("10.20.1.1", "10.20.0.0/16", True), ("10.21.1.1", "10.20.0.0/16", False),
        ("::ffff:10.20.1.1", "10.20.0.0/16", True), ("fd00::1", "fd00::/8", True),
    ],
)  # fmt: skip
def test_where_an_endpoint_may_lead(address: str, networks: str, may: bool) -> None:
    from ipaddress import ip_network

    assert may_connect(address, [ip_network(networks)] if networks else []) is may


async def test_a_name_that_leads_inside_is_refused_at_connect_time(office: Office) -> None:
    """The endpoint's name is checked where it resolves, not as it is written: here it is made to name this machine."""
    from dataclasses import replace

    door = office.live.registry.doors["kaspi"]
    port = office.receiver.url.rsplit(":", 1)[1]
    client = Client()
    for host in ("127.0.0.2", "[::ffff:127.0.0.1]"):
        outcome = await client.post(replace(door, endpoint=f"http://{host}:{port}/kaspi"), "msg_1", b"{}")
        assert (outcome.status, outcome.why) == (None, "refused: the address is not public, see networks")
    tls = await client.post(replace(door, endpoint=door.endpoint.replace("http:", "https:")), "msg_1", b"{}")  # type: ignore[union-attr]
    assert tls.status is None and office.receiver.attempts == []
    await client.close()


def test_the_schedule_of_the_contract() -> None:
    waits = [pause(attempt, lambda: 0.5) for attempt in range(1, 12)]
    hours = [one and one.total_seconds() / 3600 for one in waits]
    assert hours == pytest.approx([5 / 3600, 1 / 60, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24, None])
    assert pause(1, lambda: 0) == timedelta(seconds=4.5) and pause(1, lambda: 1) == timedelta(seconds=5.5)
