"""`python -m bench.api`: look-ups of the partner API, against bare FastAPI with one query, in the same run.

Both run in one process on one port each, on a database of 100,000 identifiers, asked by one client over one kept
connection. A ratio says what key, rate, reading of the value and verdict cost; the times depend on the machine.
"""

import argparse
import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp
import uvicorn
from fastapi import FastAPI
from sqlalchemy import insert
from sqlmodel import select

from core.copies import Sharing
from core.evidence import Files
from core.keys import Keys
from core.routing import Connected, Partner, PartnerKind
from partners.api import Parts, api
from partners.registry import Door, Registry, digest_of
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import Identifier

STORED = 100_000
KEY = {"Authorization": "Bearer a-key"}
KINDS = ("phone", "iban", "listing")


def iban(number: int) -> str:
    inner = f"722S{number:012}"
    digits = "".join(str(int(letter, 36)) for letter in inner + "KZ00")
    return f"KZ{98 - int(digits) % 97:02}{inner}"


def value(kind: str, number: int) -> str:
    return {"phone": f"+7701{number:07}", "iban": iban(number), "listing": f"olx.kz:{number + 10**8}"}[kind]


async def fill(db: Database) -> None:
    now = datetime.now(UTC)
    blank = Identifier(kind="", value="", display="", created_at=now).model_dump(exclude={"id"})
    async with db.begin() as session:
        for start in range(0, STORED, 5000):
            rows = [
                blank | {"kind": kind, "value": (known := value(kind, number)), "display": known, "level": "reported",
                         "independent_reports": 1, "first_seen": now, "last_seen": now}
                for number in range(start, start + 5000) for kind in (KINDS[number % 3],)
            ]  # fmt: skip
            await session.execute(insert(Identifier), rows)


def ours(db: Database, folder: Path) -> FastAPI:
    keys, partner = Keys("a secret of the benchmark, long enough"), Partner("bank", "Bank", PartnerKind.bank)
    registry = Registry({"bank": Door(partner, api_key_digest=digest_of("a-key"))})
    return api(
        Parts(
            db=db, sharing=Sharing(Connected(partners=[partner]), keys), files=Files(folder, keys),
            registry=lambda: registry, clock=lambda: datetime.now(UTC), monotonic=time.monotonic, threshold=3,
            signs="saqbol-1", per_second=1e9, burst=1e9,
        )
    )  # fmt: skip


def bare(db: Database) -> FastAPI:
    app = FastAPI()

    @app.get("/lookup")
    async def lookup(kind: str, value: str) -> dict[str, str]:
        async with db.read() as session:
            query = select(Identifier).where(Identifier.kind == kind, Identifier.value == value)
            row = (await session.exec(query)).first()
        return {"level": row.level if row else "none"}

    return app


async def serve(app: FastAPI) -> tuple[str, uvicorn.Server, asyncio.Task[None]]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    return f"http://127.0.0.1:{listener.getsockname()[1]}", server, task


async def times(count: int, call: Callable[[int], Awaitable[None]]) -> list[float]:
    """Milliseconds of each call."""
    taken = []
    for number in range(count):
        start = time.perf_counter()
        await call(number)
        taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


async def measure(url: str, folder: Path, calls: int) -> None:
    await migrate(url)
    db = Database(url)
    await fill(db)
    servers = [await serve(ours(db, folder)), await serve(bare(db))]
    (ours_at, *_), (bare_at, *_) = servers
    async with aiohttp.ClientSession() as client:

        async def get(base: str, number: int) -> None:
            asked = {"kind": "phone", "value": value("phone", number * 3 % STORED)}
            async with client.get(base, params=asked, headers=KEY) as answer:
                assert answer.status == 200
                await answer.read()

        async def post(number: int) -> None:
            wanted = [
                {"kind": KINDS[place % 3], "value": value(KINDS[place % 3], place + number * 1000)}
                for place in range(1000)
            ]
            async with client.post(f"{ours_at}/v1/lookup", json={"identifiers": wanted}, headers=KEY) as answer:
                assert answer.status == 200
                await answer.read()

        for base in (f"{ours_at}/v1/lookup", f"{bare_at}/lookup"):
            await times(50, lambda number, base=base: get(base, number))  # type: ignore[misc]
        single, plain = [], []
        for _ in range(5):  # by turns, so that both meet the same machine
            single += await times(calls // 5, lambda number: get(f"{ours_at}/v1/lookup", number))
            plain += await times(calls // 5, lambda number: get(f"{bare_at}/lookup", number))
        many = await times(10, post)
    for name, taken in (("one look-up", sorted(single)), ("bare FastAPI, one query", sorted(plain)), ("1,000", many)):
        print(f"{name:24} median {median(taken):8.2f} ms   95 % {taken[int(len(taken) * 0.95) - 1]:8.2f} ms")
    print(f"one look-up costs {median(single) / median(plain):.2f} times the bare one")
    for _, server, task in servers:
        server.should_exit = True
        await task
    await db.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--database", help="an empty one; an SQLite file where left out")
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        url = args.database or f"sqlite+aiosqlite:///{folder}/bench.db"
        asyncio.run(measure(url, Path(folder), args.calls))


if __name__ == "__main__":
    main()
