"""What must not be found anywhere, whatever was said."""

import logging
from pathlib import Path

import pytest
from sqlmodel import SQLModel, select

from storage.tables import ReportIdentifier
from tests.conftest import Town
from tests.conversations.steps import BANK_CALL, MASKED

THEIRS, OWN, CVV, CODE, IIN = "4400431234567894", "5169497100005558", "739", "482913", "900101300017"
SECRETS = (THEIRS, OWN, IIN, CODE, "4400 4312 3456 7894", "5169 4971 0000 5558", "12345678", "71000055")


async def a_whole_report(town: Town) -> None:
    person = await town.citizen("Жаннатгүл")
    await person.says(f"Моя карта 5169 4971 0000 5558 12/27 cvv {CVV}, код {CODE} из смс, мой ИИН {IIN}")
    await person.says("Просили перевести на карту 4400 4312 3456 7894")
    assert MASKED in person.sees
    await person.taps("Сообщить")
    await person.taps(BANK_CALL)
    await person.taps("Что случилось")
    await person.says(f"Я назвала код {CODE}, cvv {CVV}, ИИН {IIN}, их карта 4400431234567894")
    await person.taps("Деньги ушли")
    await person.says("100 000")
    await town.passes(minutes=3)
    await town.officer.taps("✅", chat=town.desk)
    await town.officer.taps("Другая причина", chat=town.desk)
    await town.officer.says(f"совпала карта {THEIRS}", chat=town.desk)
    await town.passes(minutes=3)


def told(town: Town) -> str:
    chats = [*town.telegram.groups.values(), *(person.chat for person in town.telegram.persons.values())]
    return "\n".join(one.text for chat in chats for one in chat.history if one.by_bot)


async def test_no_secret_lies_in_the_database_or_the_log(
    town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await a_whole_report(town)
    logged = caplog.text + "".join(capfd.readouterr())
    for secret in SECRETS:
        assert secret not in logged
        assert secret not in told(town)
    if town.world.app.db.sqlite:
        for ending in ("", "-wal"):
            content = Path(f"{tmp_path}/saqbol.db{ending}").read_bytes()  # noqa: ASYNC240
            assert not [secret for secret in SECRETS if secret.encode() in content]
            assert "Жаннатгүл".encode() not in content
            assert b"cvv 739" not in content


async def test_the_same_row_by_row(town: Town) -> None:
    """On both engines: everything in every table, as text."""
    await a_whole_report(town)
    async with town.world.app.db.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in (await session.execute(table.select())).all():
                found = repr(tuple(row))
                assert not [secret for secret in (*SECRETS, f"cvv {CVV}", "Жаннатгүл") if secret in found], table.name


async def test_a_full_number_is_sealed_under_the_key_alone(town: Town, tmp_path: Path) -> None:
    await a_whole_report(town)
    async with town.world.app.db.read() as session:
        links = (await session.exec(select(ReportIdentifier))).all()
    opened = [town.world.app.intake.keys.unseal("card", link.sealed) for link in links if link.sealed]
    assert opened == [THEIRS.encode()]
