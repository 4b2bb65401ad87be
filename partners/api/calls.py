"""The calls of the partner API, each: read what was sent, ask core, answer."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse
from sqlmodel.ext.asyncio.session import AsyncSession

from core import assessments, audit, clocks, copies, dispositions, lookups, signals
from core.assessments import Planned
from core.checks import Found
from core.dispositions import Said
from core.lookups import Changed, Known
from core.refusal import No, Refusal
from core.routing import reads_words
from core.signals import Signal
from partners.api import model
from partners.api.access import Call, Reading, Writing
from partners.problems import Problem, document
from storage import dispositions as copies_
from storage import partner_calls
from storage.tables import Disposition, Sign

IDENTIFIERS_A_TOKEN = 100
FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
ANY_FILE = {kind: FILE for kind in ("image/jpeg", "image/png", "application/pdf", "text/plain")}
NEVER_KEPT = {"Cache-Control": "no-store", "Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
ReportId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
SignalId = Annotated[int, Path(ge=1, le=2**31 - 1)]


def _may(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem} for status in statuses}


def routes() -> APIRouter:
    """The contract's table."""
    router = APIRouter(prefix="/v1", responses=_may(401, 408, 413, 422, 429, 500, 503))
    add = router.add_api_route
    add("/lookup", lookup, methods=["GET"], response_model=model.Verdict, responses=_may(404))
    add("/lookup", lookup_many, methods=["POST"], response_model=model.Verdicts, responses=_may(409, 415))
    add("/changes", changes, methods=["GET"], response_model=model.Changes, responses=_more_changes())
    add("/reports/{id}", report, methods=["GET"], response_model=dict[str, Any], responses={**_answered(), **_may(404)})
    add("/evidence/{sha256}", evidence, methods=["GET"], response_class=Response,
        responses={200: {"content": ANY_FILE, "description": "The file."}, **_may(404)})  # fmt: skip
    add("/reports/{id}/dispositions", dispose, methods=["POST"], response_model=model.DispositionOut,
        status_code=201, responses={**_said_before(), **_may(403, 404, 409, 415)})  # fmt: skip
    add("/signals", signal, methods=["POST"], response_model=model.SignalOut, status_code=201,
        responses={**_linked_signal(), **_may(403, 404, 409, 415)})  # fmt: skip
    add("/signals/{id}", withdraw, methods=["DELETE"], status_code=204, responses=_may(404))
    add("/assessments", assess, methods=["POST"], response_model=model.AssessmentOut, status_code=201,
        responses=_may(409, 415))  # fmt: skip
    return router


def _linked_signal() -> dict[int | str, dict[str, Any]]:
    link = {"operationId": "withdraw", "parameters": {"id": "$response.body#/id"}}
    return {201: {"links": {"withdraw": link}}}


def _answered() -> dict[int | str, dict[str, Any]]:
    link = {"operationId": "dispose", "parameters": {"id": "$response.body#/report_id"}}
    return {200: {"links": {"answer": link}}}


def _said_before() -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model.DispositionOut, "description": "You said that already."}}


def _more_changes() -> dict[int | str, dict[str, Any]]:
    link = {"operationId": "changes", "parameters": {"cursor": "$response.body#/next"}}
    return {200: {"links": {"next": link}}}


async def lookup(
    call: Reading,
    kind: Annotated[model.NotCard, Query(description="Not a card: its number would land in a proxy's log.")],
    value: Annotated[model.Value, Query(description="In any spelling.")],
) -> Response:
    """What is known about one identifier."""
    one = lookups.reading(str(kind), value, call.parts.keys)
    if one is None:
        raise Refusal(No.unreadable)
    [known] = await _look_up(call, [one])
    return JSONResponse(_verdict(known, call.now))


async def lookup_many(call: Writing, body: model.Lookup) -> Response:
    """What is known about up to 1,000 identifiers, in the order asked. Each hundred counts as one more call."""
    call.spend((len(body.identifiers) - 1) // IDENTIFIERS_A_TOKEN)
    read = await lookups.reading_all(((one.kind, one.value) for one in body.identifiers), call.parts.keys)
    known = iter(await _look_up(call, [one for one in read if one]))
    verdicts = [
        _verdict(next(known), call.now) if one else _unread(asked, call.now)
        for one, asked in zip(read, body.identifiers, strict=True)
    ]
    return JSONResponse({"verdicts": verdicts, "as_of": call.now.isoformat()})


async def _look_up(call: Call, asked: list[Found]) -> list[Known]:
    parts = call.parts
    async with parts.db.read() as session:
        return await lookups.look_up(session, asked, active=parts.signs, threshold=parts.threshold, now=call.now)


def shown(kind: str, value: str) -> str:
    """A stored value as partners see it: of a card BIN6:LAST4."""
    return value.rsplit(":", 1)[0] if kind == "card" else value


def _verdict(known: Known, now: datetime) -> dict[str, Any]:
    found, verdict = known.found, known.verdict
    return {
        "kind": found.kind,
        "value": shown(found.kind, found.value),
        "readable": True,
        "level": str(verdict.level),
        "independent_reports": verdict.people,
        "first_seen": _iso(verdict.first_seen),
        "last_seen": _iso(verdict.last_seen),
        "schemes": dict(verdict.schemes),
        "signs": [{"n": one.n, "code": one.code, "source": one.source, "at": _iso(one.at)} for one in known.grounds],
        "as_of": now.isoformat(),
    }


def _unread(asked: model.Asked, now: datetime) -> dict[str, Any]:
    nothing = dict.fromkeys(("value", "level", "first_seen", "last_seen"))
    return {
        "kind": str(asked.kind), "readable": False, "independent_reports": 0, "schemes": {}, "signs": [],
        "as_of": now.isoformat(), **nothing,
    }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


async def changes(
    call: Reading,
    cursor: Annotated[str, Query(pattern=r"^[0-9]{1,18}$", description="`next` of the call before.")] = "0",
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Response:
    """What became flagged, confirmed, cleared or expired since the cursor.

    Keep a copy of it: then nobody sees whom you check.
    """
    async with call.parts.db.read() as session:
        lines, after, more = await lookups.changes(session, after=int(cursor), limit=limit)
    return JSONResponse({"changes": [_change(one) for one in lines], "next": str(after), "more": more})


def _change(one: Changed) -> Mapping[str, Any]:
    about = one.identifier
    return {"change": one.change, "kind": about.kind, "value": about.value, "level": one.level, "at": _iso(one.at)}


async def report(call: Reading, id: ReportId) -> Response:
    """A report that was routed to you, as it stands now. Never with a full card number.

    Its shape: /v1/schemas/scamreport-1.schema.json
    """
    async with call.parts.db.begin() as session:
        copy = await copies_.copy_of(session, id, call.partner.id, held=True)
        if copy is None:
            raise Refusal(No.gone)
        await clocks.read_by(session, copy, call.partner, country=call.parts.sharing.country, now=call.now)
        data = await copies.view(session, copy, call.partner, call.parts.sharing)
        await _looked(session, call, "report_read", copy.report_id)
    return JSONResponse(data)


async def evidence(call: Reading, sha256: Digest) -> Response:
    """A file of a report that was routed to you: to the police, and to a bank with the reporter's consent."""
    async with call.parts.db.begin() as session:
        shared = await copies_.evidence_of(session, sha256, call.partner.id)
        file = next((one for one, of in shared if reads_words(call.partner, of.bank_reads)), None)
        if file is None:
            raise Refusal(No.gone)
        await _looked(session, call, "evidence_read", file.report_id, file=file.id)
    try:
        content = await asyncio.to_thread(call.parts.files.open, sha256)
    except FileNotFoundError:
        raise Refusal(No.gone) from None
    return Response(content, media_type=file.mime, headers=NEVER_KEPT)


async def _looked(session: AsyncSession, call: Call, action: str, report_id: int, **more: Any) -> None:
    await audit.append(
        session, actor=f"partner:{call.partner.id}", actor_name=call.partner.name, action=action, now=call.now,
        subject=f"report:{report_id}", **more,
    )  # fmt: skip


async def dispose(call: Writing, id: ReportId, body: model.DispositionIn) -> Response:
    """What you did about a report. Its reporter hears of it; the same again tells nobody twice."""
    about = (str(body.identifier.kind), body.identifier.value) if body.identifier else None
    said = Said(str(body.result), about, body.reason, body.reference, body.at)

    async def act(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        row, new = await dispositions.receive(
            session, partner=call.partner, uid=id, said=said, keys=call.parts.keys, threshold=call.parts.threshold,
            now=call.now,
        )  # fmt: skip
        return 201 if new else 200, _disposition(id, row)

    return await call.once(act)


def _disposition(uid: str, row: Disposition) -> dict[str, Any]:
    return {
        "id": row.id, "report_id": uid, "result": row.result, "at": _iso(row.at), "received_at": _iso(row.received_at)
    }  # fmt: skip


async def signal(call: Writing, body: model.SignalIn) -> Response:
    """What you know about an identifier, as a sign with an end. The same again renews it."""
    about = lookups.reading(str(body.identifier.kind), body.identifier.value, call.parts.keys)
    if about is None:
        raise Refusal(No.unreadable)
    scheme = body.scheme and str(body.scheme)
    told = Signal(str(body.code), body.at or call.now, body.expires_at, body.reference, scheme)

    async def act(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        row = await signals.say(
            session, partner=call.partner, about=about, signal=told, threshold=call.parts.threshold, now=call.now
        )
        await _noted(session, call, "signal", row)
        return 201, _signal(row, about)

    return await call.once(act)


def _signal(row: Sign, about: Found) -> dict[str, Any]:
    return {
        "id": row.id, "code": row.code, "kind": about.kind, "value": shown(about.kind, about.value),
        "source": row.source, "at": _iso(row.at), "expires_at": _iso(row.expires_at),
    }  # fmt: skip


async def withdraw(call: Reading, id: SignalId) -> Response:
    """Takes your signal back."""
    async with call.parts.db.begin() as session:
        row = await signals.withdraw(
            session, partner=call.partner, sign_id=id, threshold=call.parts.threshold, now=call.now
        )
        await partner_calls.taken_back(session, call.partner.id, row.source, row.id, document(409, "taken_back"))
        await _noted(session, call, "signal_withdrawn", row)
    return Response(status_code=204)


async def _noted(session: AsyncSession, call: Call, action: str, row: Sign) -> None:
    await audit.append(
        session, actor=f"partner:{call.partner.id}", actor_name=call.partner.name, action=action, now=call.now,
        subject=f"identifier:{row.identifier_id}", code=row.code,
    )  # fmt: skip


async def assess(call: Writing, body: model.AssessmentIn) -> Response:
    """Judges a planned transfer: which signs hold, whether to suspend it, until when, what to tell the client."""
    if body.client_applied_at and body.client_applied_at > call.now:
        raise Refusal(No.future_time)
    read = await lookups.reading_all(((one.kind, one.value) for one in body.recipients), call.parts.keys)
    planned = Planned(
        read, body.amount_minor, body.currency, [str(one) for one in body.flags], body.client_applied_at, body.reference
    )
    parts = call.parts

    async def act(session: AsyncSession) -> tuple[int, dict[str, Any]]:
        return 201, await assessments.assess(
            session, partner=call.partner, planned=planned, active=parts.signs, keys=parts.keys,
            threshold=parts.threshold, now=call.now,
        )  # fmt: skip

    return await call.once(act)
