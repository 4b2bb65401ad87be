"""What a report and a card cost does not grow with the desk: the same statements, answered from the right indexes."""

from pathlib import Path

from sqlalchemy import select as columns
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from bench.desk.__main__ import ORDINARY, SHARED, Bench
from bench.desk.data import Size, fill
from bot.i18n import catalogues
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import ReportIdentifier
from storage.testimonies import COUNTED

FEW, MANY = Size(80, 20, 20), Size(800, 20, 400)


async def statements(folder: Path, size: Size) -> dict[str, list[int]]:
    address = f"sqlite+aiosqlite:///{folder}/{size.reports}.db"
    await migrate(address)
    db = Database(address)
    await fill(db, size)
    bench, i18n = Bench(db), catalogues()
    with i18n.context(), i18n.use_locale("ru"):
        for case in (SHARED, ORDINARY):
            await bench.tells(case, f"case {case}")
            await bench.measure(f"card {case}", lambda case=case: bench.card(case))  # type: ignore[misc]
    await db.close()
    return {name: one.statements for name, one in bench.found.items()}


async def test_the_same_statements_at_a_small_and_at_a_big_desk(tmp_path: Path) -> None:
    small, big = await statements(tmp_path, FEW), await statements(tmp_path, MANY)
    assert small == big
    assert max(small["joining it to case 1"]) <= 20
    assert max(small["card 1"]) <= 20


async def test_the_newest_testimonies_are_found_without_sorting_all(tmp_path: Path) -> None:
    """The index's condition is in the words of the query; else SQLite sorts every report on the number."""
    address = f"sqlite+aiosqlite:///{tmp_path}/plans.db"
    await migrate(address)
    db = Database(address)
    async with db.read() as session:
        connection = await session.connection()
        for newest in ("report_id <", "reported_at >"):
            plan = await connection.execute(
                text(
                    "EXPLAIN QUERY PLAN SELECT report_id FROM report_identifier WHERE identifier_id = 1 AND "
                    f"{newest} 1 AND counts AND echo_of IS NULL ORDER BY reported_at DESC LIMIT 200"
                )
            )
            said = " ".join(row[3] for row in plan)
            assert "ix_testimony " in said
            assert "TEMP B-TREE" not in said
    query = str(columns(ReportIdentifier).where(*COUNTED).compile(dialect=sqlite.dialect()))
    assert "report_identifier.counts AND report_identifier.echo_of IS NULL" in query
    await db.close()
