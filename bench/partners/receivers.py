"""Eight partners in a process of their own. Each request is one line of the ledger: partner, webhook-id, status, bytes.

What a partner does is in the file `mood`: `dead` partners close the connection, `slow` ones wait, `flaky` ones answer
500 to every second request. The ledger is written before the answer, as a partner commits before it answers.
"""

import asyncio
import sys
from hashlib import sha256
from itertools import count
from pathlib import Path

from aiohttp import web

SLOW = 0.05


async def serve(port: int, folder: Path) -> None:
    turns = count()
    ledger = (folder / "ledger").open("a", buffering=1 << 16)

    async def take(request: web.Request) -> web.Response:
        mood = (folder / "mood").read_text()
        body, partner = await request.read(), request.path.strip("/")
        if partner == "dead" and "dead" in mood:
            assert request.transport
            request.transport.close()
            return web.Response()  # which nobody hears
        await asyncio.sleep(SLOW if partner == "slow" and "slow" in mood else 0)
        status = 500 if partner == "flaky" and "flaky" in mood and next(turns) % 2 else 204
        ledger.write(f"{partner} {request.headers['webhook-id']} {status} {sha256(body).hexdigest()[:16]}\n")
        ledger.flush()
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/{partner}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
