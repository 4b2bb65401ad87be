"""The other commands, as processes."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from storage.migrate import migrate
from tests.process.stage import Stage, command


async def test_run_without_a_token(stage: Stage) -> None:
    code, said, complained = await command(stage.folder, stage.env(bot_token=None), "run")
    assert (code, said) == (1, "")
    assert complained.splitlines() == ["SAQBOL_BOT_TOKEN is missing: get a token from @BotFather and put it into .env"]


async def doctor(stage: Stage, **settings: object) -> tuple[int, list[str]]:
    """The exit code, and what it said."""
    before = len(stage.log)
    code = await (await stage.starts("doctor", **settings)).ends(20)
    return code, stage.log[before:].splitlines()


async def test_doctor(stage: Stage) -> None:
    code, lines = await doctor(stage)
    names = ("settings", "database", "telegram", "desk", "pictures", "charts")
    assert (code, [line.split(":")[0].split() for line in lines]) == (0, [["ok", name] for name in names]), lines
    stage.desk.bot_status = "member"
    code, lines = await doctor(stage)
    assert code == 1 and [line for line in lines if line.startswith("FAIL")] == [
        "FAIL desk: the bot must be an administrator of the desk group"
    ]


@pytest.mark.parametrize("token", [None, "nonsense", "42:WRONG"])
async def test_doctor_without_a_good_token(stage: Stage, token: str | None) -> None:
    code, lines = await doctor(stage, bot_token=token)
    assert code == 1 and any(line.startswith("FAIL") for line in lines) and "Traceback" not in stage.log


async def test_identify_needs_no_settings(stage: Stage, tmp_path: Path) -> None:
    env = {key: value for key, value in stage.env().items() if not key.startswith("SAQBOL_")}
    code, said, complained = await command(tmp_path, env, "identify", "Звонили с 8 701 123 45 67, CVV 123")
    assert (code, complained) == (0, "")
    found = json.loads(said)
    assert found.keys() == {"identifiers", "redacted"} and found["redacted"] == ["cvv"]
    [phone] = found["identifiers"]
    assert phone.keys() == {"kind", "value", "display", "attrs"}
    assert (phone["kind"], phone["value"]) == ("phone", "+77011234567")


async def test_migrate_twice(stage: Stage) -> None:
    for _ in range(2):
        code, _, complained = await command(stage.folder, stage.env(), "migrate")
        assert code == 0, complained
    assert stage.rows("SELECT count(*) FROM alembic_version") == [(1,)]
    assert stage.rows("SELECT count(*) FROM report") == [(0,)]


async def test_a_migration_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    """As a kill in its middle would: the next start begins from what was there before."""
    engine = create_engine(f"sqlite:///{tmp_path}/saqbol.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE outbox (in_the_way INTEGER)"))
    with pytest.raises(OperationalError):
        await migrate(f"sqlite+aiosqlite:///{tmp_path}/saqbol.db")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT name FROM sqlite_master")).all() == [("outbox",)]
        connection.execute(text("DROP TABLE outbox"))
    engine.dispose()
    await migrate(f"sqlite+aiosqlite:///{tmp_path}/saqbol.db")


async def test_export_writes_to_standard_output_and_says_in_one_line_what_is_wrong(stage: Stage) -> None:
    await migrate(stage.env()["SAQBOL_DATABASE_URL"])
    code, said, complained = await command(stage.folder, stage.env(), "export", "--format", "misp")
    assert (code, complained.strip()) == (0, "0 entries")
    assert json.loads(said)["Event"]["Tag"] == [{"name": "tlp:amber"}]
    assert stage.rows("SELECT actor, action, subject FROM audit") == [("cli", "export", "file:misp")]
    code, said, complained = await command(stage.folder, stage.env(), "export", "--format", "stix", "--out", "no/file")
    assert (code, said, complained.strip()) == (1, "", "no/file: No such file or directory")
