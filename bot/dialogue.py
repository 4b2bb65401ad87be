"""aiogram's FSM in our database, in the same transaction as the effect of the update."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.tables import Dialogue


class Dialogues(BaseStorage):
    """Works through the session of one update; `open_` tells where the person stood when it began."""

    def __init__(self, session: AsyncSession, row: Dialogue) -> None:
        self.session = session
        self.row = row

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        self.row.state = state.state if isinstance(state, State) else state
        self.session.add(self.row)

    async def get_state(self, key: StorageKey) -> str | None:
        return self.row.state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        self.row.data = dict(data)
        self.session.add(self.row)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return dict(self.row.data)

    async def close(self) -> None:
        """Nothing of its own to close."""


def context(session: AsyncSession, row: Dialogue) -> FSMContext:
    key = StorageKey(bot_id=0, chat_id=row.chat_id, user_id=row.user_id)
    return FSMContext(Dialogues(session, row), key)
