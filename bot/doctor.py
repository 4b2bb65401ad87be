"""`saqbol doctor`: one line for each thing that must be right before going live."""

from collections.abc import Awaitable, Callable

from aiogram.types import ChatMemberAdministrator, ChatMemberOwner
from sqlmodel import select

from bot.app import App
from bot.partnering import ping
from bot.run import connect
from bot.settings import Settings
from core import charts, pictures
from partners.registry import BadRegistry
from storage.migrate import migrate

Say = Callable[[str], object]


async def examine(settings: Settings, say: Say) -> bool:
    """Says a line each; whether nothing failed."""
    try:
        settings.secret()
    except ValueError as error:
        say(f"FAIL settings: {error}")
        return False
    say("ok   settings")
    if not settings.bot_token:
        say("FAIL token: SAQBOL_BOT_TOKEN is missing, get one from @BotFather")
        return False
    try:
        app = connect(settings)
    except BadRegistry as error:
        say(f"FAIL partners: {error}")
        return False
    except ValueError as error:
        say(f"FAIL token: {error}")
        return False
    try:
        results = [await _line(say, name, check(app)) for name, check in CHECKS.items()]
    finally:
        await app.close()
    return all(results)


async def _line(say: Say, name: str, check: Awaitable[str]) -> bool:
    try:
        say(f"ok   {name}: {await check}")
    except Exception as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        say(f"FAIL {name}: {first}")
        return False
    return True


async def _database(app: App) -> str:
    await migrate(app.settings.database_url)
    async with app.db.read() as session:
        await session.exec(select(1))
    return f"{app.db.url.get_backend_name()}, newest schema"


async def _telegram(app: App) -> str:
    me = await app.bot.get_me(request_timeout=10)
    return f"@{me.username}"


async def _desk(app: App) -> str:
    chat = app.settings.desk_chat_id
    if chat is None:
        raise ValueError("SAQBOL_DESK_CHAT_ID is missing: reports wait until a desk group is connected")
    member = await app.bot.get_chat_member(chat, app.bot.id)
    if not isinstance(member, ChatMemberAdministrator | ChatMemberOwner):
        raise ValueError("the bot must be an administrator of the desk group")
    may = not isinstance(member, ChatMemberAdministrator) or member.can_manage_topics
    if not may and (await app.bot.get_chat(chat)).is_forum:
        return f"administrator in {chat}, without the right to manage topics: all cards go to the general one"
    return f"administrator in {chat}"


async def _pictures(app: App) -> str:
    lacking = pictures.missing()
    return "read" if not lacking else f"not read, people are asked to type the number (missing: {', '.join(lacking)})"


async def _partners(app: App) -> str:
    """Each endpoint gets a signed test event."""
    doors = app.partners.registry.doors.values()
    if not doors:
        return f"none ({app.settings.partners_file} is not there or empty)"
    said: list[str] = []
    taken = [await ping(app.delivery.client, door, said.append) for door in doors]
    if not all(taken):
        raise ValueError("; ".join(line for line, well in zip(said, taken, strict=True) if not well))
    return f"{len(said)} connected, each endpoint took a test event"


async def _charts(app: App) -> str:
    lacking = charts.missing()
    return "drawn" if not lacking else f"not drawn, figures go as text alone (missing: {', '.join(lacking)})"


CHECKS = {
    "database": _database, "telegram": _telegram, "desk": _desk, "pictures": _pictures, "charts": _charts,
    "partners": _partners,
}  # fmt: skip
