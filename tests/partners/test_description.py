"""What the API says of itself is how it behaves: schemathesis drives it, step after step too, for a few seconds."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.python.asgi import get_client

from core.copies import Sharing
from core.evidence import Files
from core.keys import Keys
from core.routing import Connected, Partner, PartnerKind, Routes
from partners.api import Parts, api
from partners.registry import Door, Registry, digest_of
from storage.engine import Database
from storage.migrate import migrate
from storage.tables import Identifier, PartnerCopy, Report, ReportIdentifier

UID = "01a206c6-7880-70ae-95cb-2c1bf96a9216"
MOST_SECONDS = 8  # on a busy machine; else the examples end it sooner
POLICE = Partner("police", "Police", PartnerKind.police, Routes(all=True))
CONFIG = {
    "headers": {"Authorization": "Bearer a-key"},
    "max-time": MOST_SECONDS,
    "seed": 1,
    "generation": {"max-examples": 3, "deterministic": True, "database": "none"},
    "phases": {"coverage": {"enabled": False}, "stateful": {"max-steps": 3}},
    "operations": [
        {"include-name": name, "parameters": {"path.id": UID}}
        for name in ("GET /v1/reports/{id}", "POST /v1/reports/{id}/dispositions")
    ],
}


async def given(url: str) -> None:
    """A report that the police have."""
    await migrate(url)
    db, now = Database(url), datetime.now(UTC)
    async with db.begin() as session:
        session.add(
            Report(
                uid=UID, number="SB-222222", scheme="BANK_CALL", language="ru", created_at=now, updated_at=now,
                forward_at=now, status="forwarded",
            )
        )  # fmt: skip
        session.add(Identifier(kind="phone", value="+77011234567", display="+7 701 123-45-67", created_at=now))
        await session.flush()
        session.add(ReportIdentifier(report_id=1, identifier_id=1, reporter_key="k", reported_at=now))
        session.add(
            PartnerCopy(
                report_id=1, partner_id="police", partner_name="Police", reason="all", identifiers=[1], created_at=now
            )
        )
    await db.close()


def partner_api(url: str, folder: Path) -> FastAPI:
    keys = Keys("a secret of the tests, long enough for it")
    registry = Registry({"police": Door(POLICE, api_key_digest=digest_of("a-key"))})
    return api(
        Parts(
            db=Database(url), sharing=Sharing(Connected(partners=[POLICE]), keys), files=Files(folder, keys),
            registry=lambda: registry, clock=lambda: datetime.now(UTC), monotonic=time.monotonic, threshold=3,
            signs="saqbol-1", per_second=1e6, burst=1e6,
        )
    )  # fmt: skip


def test_a_database_that_is_away_is_said_so(tmp_path: Path) -> None:
    app = partner_api(f"sqlite+aiosqlite:///{tmp_path}/never-migrated.db", tmp_path)
    with get_client(app) as client:
        answer = client.get("/v1/changes", headers={"Authorization": "Bearer a-key"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["type"] == "/v1/docs#no_database"


def test_the_description_holds(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/saqbol.db"
    asyncio.run(given(url))
    app = partner_api(url, tmp_path)
    config = SchemathesisConfig.from_dict(CONFIG)
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=config)
    events = list(from_schema(schema).execute())
    assert not [one.value for one in events if isinstance(one, FatalError | NonFatalError)]
    scenarios = [one for one in events if isinstance(one, ScenarioFinished)]
    failed = [
        (one.label, [check.failure_info.failure for checks in one.recorder.checks.values() for check in checks
                     if check.failure_info])
        for one in scenarios if one.status is Status.FAILURE
    ]  # fmt: skip
    assert failed == []
    assert len(scenarios) > 5
