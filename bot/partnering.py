"""`saqbol partners`: the registry, a signed test event, re-delivery, dead letters. For those who run the service."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.settings import Settings
from core import audit, outbox, scamreport
from partners.client import Client
from partners.registry import Door, Registry, load
from storage import copies as rows
from storage.engine import Database
from storage.migrate import migrate
from storage.outbox import rearm_new

KEPT = f"{rows.KEPT_BODIES.days} days after they were taken or given up"
Say = Callable[[str], object]


async def _opened(settings: Settings, work: Callable[[AsyncSession], Awaitable[None]]) -> None:
    await migrate(settings.database_url)
    db = Database(settings.database_url)
    try:
        async with db.begin() as session:
            await work(session)
    finally:
        await db.close()


async def list_all(settings: Settings, say: Say) -> None:
    """One line a partner: what it is, where it is reached, what waits. Raises BadRegistry."""
    registry = load(settings.partners_file)
    if not registry.doors:
        say(f"No partners: {settings.partners_file} is not there or empty. See partners.example.toml.")
        return

    async def work(session: AsyncSession) -> None:
        states, waiting = await rows.states(session), await rows.waiting(session)
        for id_, door in registry.doors.items():
            state = states.get(id_)
            told = [
                f"{id_:12} {door.partner.kind:11} {door.endpoint or 'asks by itself (no endpoint)'}",
                f"{waiting[id_]} waiting" if id_ in waiting else None,
                f"delivered {_at(state.delivered_at)}" if state and state.delivered_at else None,
                f"FAILING since {_at(state.failing_since)}" if state and state.failing_since else None,
                f"PAUSED since {_at(state.paused_at)}: {state.paused_why}" if state and state.paused_at else None,
            ]
            say(", ".join(filter(None, told)))
        for id_ in sorted(set(waiting) - set(registry.doors)):
            say(f"{id_:12} no longer in the file, {waiting[id_]} waiting")

    await _opened(settings, work)


def _at(moment: datetime) -> str:
    return scamreport.stamp(moment)


async def check(settings: Settings, name: str | None, say: Say) -> bool:
    """Sends a signed `ping` to one partner or to all; whether each took it. Raises BadRegistry, ValueError."""
    registry = load(settings.partners_file)
    doors = [_door(registry, name)] if name else list(registry.doors.values())
    if not doors:
        say(f"No partners: {settings.partners_file} is not there or empty.")
    client = Client()
    try:
        return all([await ping(client, door, say) for door in doors])
    finally:
        await client.close()


async def ping(client: Client, door: Door, say: Say) -> bool:
    if door.endpoint is None:
        say(f"ok   {door.partner.id}: asks by itself, nothing is sent")
        return True
    now = datetime.now(UTC)
    content = scamreport.body("ping", now, {"message": "A test of SaqBol. Answer 204."})
    outcome = await client.post(door, f"msg_ping_{int(now.timestamp() * 1000)}", content)
    say(f"{'ok  ' if outcome.delivered else 'FAIL'} {door.partner.id}: {outcome.why}")
    return outcome.delivered


async def replay(settings: Settings, name: str, since: datetime | None, say: Say) -> None:
    """Lets a paused partner go on, and sends again: what was given up, or everything from `since`. Same ids and bytes.

    Raises BadRegistry, ValueError.
    """
    _door(load(settings.partners_file), name)
    now = datetime.now(UTC)

    async def work(session: AsyncSession) -> None:
        state = await rows.state(session, name)
        state.paused_at, state.paused_why, state.failing_since = None, None, None
        session.add(state)
        events = await rows.since(session, name, since)
        for event in events:
            event.dead_at, event.delivered_at = None, None
            session.add(event)
            key = f"webhook:{event.webhook_id}"
            if not await rearm_new(session, key, now):
                order = f"partner:{name}:{event.report_id}" if event.report_id else None
                await outbox.put(session, "webhook", {"event": event.id}, key=key, now=now, order=order, lane=name)
        await audit.append(session, actor="cli", action="replay", subject=f"partner:{name}", now=now, count=len(events))
        say(f"{len(events)} events are on their way to {name} again.")
        count, last = await rows.gone(session, name, since) if since else (0, None)
        if last:
            say(f"{count} cannot be sent again, the last of {_at(last)}: their content was deleted, {KEPT}.")

    await _opened(settings, work)


async def dead(settings: Settings, say: Say) -> None:
    """What was given up, newest last."""

    async def work(session: AsyncSession) -> None:
        events = await rows.dead(session)
        for one in events:
            at = _at(one.dead_at) if one.dead_at else ""
            say(f"{at} {one.partner_id:12} {one.type:20} {one.webhook_id} {one.last_error}")
        say(f"{len(events)} dead letters." + (" Send again: saqbol partners replay NAME" if events else ""))

    await _opened(settings, work)


def _door(registry: Registry, name: str) -> Door:
    if name not in registry.doors:
        raise ValueError(f"no partner is called {name}; there are: {', '.join(registry.doors) or 'none'}")
    return registry.doors[name]
