"""Whoever adds a table that knows a person adds a line where it is erased and one where it is copied."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, Table
from sqlmodel import SQLModel

from core.copying import HIDDEN
from storage import forgetting, owned
from storage.tables import Person

NAMES = {"person_id", "telegram_id", "reporter_id", "user_id"}
# the desk's own people, and what is keyed or leaves by itself
ERASED_OTHERWISE = {
    "desk_member": "an officer's post is no citizen's data",
}
NOT_COPIED = {
    "desk_member": "as above",
    "handled_update": "the bot's own last answers, for two days",
}
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SOMEBODY = Person(id=7, telegram_id=700, created_at=NOW)


def knows_a_person(table: Table) -> bool:
    return any(_leads_to_one(column) for column in table.columns)


def _leads_to_one(column: Column[Any]) -> bool:
    return column.name in NAMES or any(key.column.table.name == "person" for key in column.foreign_keys)


PERSONAL = {table.name for table in SQLModel.metadata.sorted_tables if knows_a_person(table)} | {"outbox"}


def test_tables_are_found_by_their_columns() -> None:
    assert {"person", "report", "checked", "watch", "appeal", "usage", "dialogue", "trust"} <= PERSONAL


@pytest.mark.parametrize("table", sorted(PERSONAL - set(ERASED_OTHERWISE)))
def test_every_such_table_is_erased(table: str) -> None:
    erased = {statement.table.name for statement in forgetting.of_person(SOMEBODY, NOW)}  # type: ignore[attr-defined]
    assert table in erased, f"add a line for `{table}` to of_person in storage/forgetting.py"


@pytest.mark.parametrize("table", sorted(PERSONAL - set(NOT_COPIED) - {"outbox"}))
def test_every_such_table_is_copied(table: str) -> None:
    copied = {one.name for query in owned.selects(SOMEBODY).values() for one in query.get_final_froms()}  # type: ignore[attr-defined]
    assert table in copied, f"add a line for `{table}` to selects in storage/owned.py"


def test_what_is_hidden_from_a_copy_exists() -> None:
    columns = {column.name for table in SQLModel.metadata.sorted_tables for column in table.columns}
    assert not set(HIDDEN) - columns - {"tails"}
