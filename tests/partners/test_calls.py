"""Who may call what: keys, kinds, limits, and what is nobody's business."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import event, update
from sqlmodel import select
from structlog.testing import capture_logs

from core.refusal import No, Refusal
from core.verdicts import LISTED
from partners.api.access import MOST_BYTES, Buckets
from partners.problems import refused
from storage.tables import Assessment, Audit, Change, Evidence, IdempotentCall, Identifier, Report
from tests.conftest import Town
from tests.conversations.steps import CARD, NUMBER, flagged, forwarded
from tests.partners.calling import Api, key

IBAN, HALYK_IBAN = "KZ64722S000001234567", "KZ97601A861002729771"
NOBODYS = "01a206c6-7880-70ae-95cb-000000000000"


def test_every_no_has_a_status() -> None:
    for kind in No:
        answer = refused(Refusal(kind))
        assert answer.status_code in {403, 404, 409, 422, 429} and str(kind).encode() in answer.body
    assert refused(Refusal(No.block_open)).status_code == 409 and refused(Refusal(No.gone)).status_code == 404


def about(kind: str, value: str) -> dict[str, str]:
    return {"kind": kind, "value": value}


def sign(code: str, kind: str = "iban", value: str = IBAN, **more: Any) -> dict[str, Any]:
    return {"identifier": about(kind, value), "code": code, **more}


async def test_a_defect_of_ours_is_a_problem_with_an_incident_number(town: Town, api: Api) -> None:
    await forwarded(town, "Айгүл", f"звонили с {NUMBER}, сказали перевести на карту мошенника {CARD}")
    async with town.world.app.db.begin() as session:
        await session.exec(update(Identifier).values(level="a level that nobody knows"))
    asked = {"identifiers": [about("phone", NUMBER), about("card", CARD)]}
    with capture_logs() as said:
        answers = [await api("olx", "POST", "/v1/lookup", asked) for _ in range(2)]
    for status, body in answers:
        assert (status, body["status"], body["type"]) == (500, 500, "/v1/docs#defect")
        assert re.fullmatch("[0-9A-F]{8}", body["incident"])
        assert api.headers["Content-Type"] == "application/problem+json"
    incidents = [body["incident"] for _, body in answers]
    assert [one["incident"] for one in said if one["event"] == "incident"] == incidents and len({*incidents}) == 2
    assert not re.search(r"701.?123|4312|nobody knows", f"{answers} {said}")
    assert (await api("olx", "GET", "/v1/changes"))[0] == 200  # and goes on


async def test_keys_others_reports_and_bad_bodies(town: Town, api: Api) -> None:
    """No key, a wrong one, another's report and one that never was: nobody can tell the latter two apart."""
    await forwarded(town, "Айгүл", f"звонили с {NUMBER}, просили код")
    uid = api.receiver.data("kcell")["report_id"]
    sha = "0" * 64
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/v1/lookup?kind=phone&value=87011234567", None),
        ("POST", "/v1/lookup", {"identifiers": [about("phone", NUMBER)]}),
        ("GET", "/v1/changes", None),
        ("GET", f"/v1/reports/{uid}", None),
        ("GET", f"/v1/evidence/{sha}", None),
        ("POST", f"/v1/reports/{uid}/dispositions", {"result": "accepted"}),
        ("POST", "/v1/signals", sign("PAYEE_IN_BANK_ANTIFRAUD")),
        ("DELETE", "/v1/signals/1", None),
        ("POST", "/v1/assessments", {"recipients": [about("phone", NUMBER)]}),
    ]
    for method, path, body in calls:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {key('kcell')}"}):
            status, answer = await api(None, method, path, body, **headers)
            assert (status, answer["type"]) == (401, "/v1/docs#no_key")
            assert api.headers["Content-Type"] == "application/problem+json"
            assert api.headers["WWW-Authenticate"] == "Bearer"
        others, never = path, path.replace(uid, NOBODYS)
        if uid in path:
            assert await api("beeline", method, others, body) == await api("beeline", method, never, body)
            assert (await api("beeline", method, others, body))[0] == 404
            assert (await api("kcell", method, path, body))[0] in (200, 201)
        if method == "POST":
            for bad in ({}, [], {**body, "more": 1}, None, "text"):
                assert (await api("kcell", method, path, bad))[0] in (415, 422)
            status, answer = await api("kcell", method, path, data=b"{" * 10, Content_Type="application/json")
            assert (status, answer["type"]) == (422, "/v1/docs#bad_call")
            assert (await api("kcell", method, path, data=b"{}", Content_Type="text/plain"))[0] == 415
            too_large = b'{"a":"' + b"a" * MOST_BYTES + b'"}'
            assert (await api("kcell", method, path, data=too_large, Content_Type="application/json"))[0] == 413
    bad: list[tuple[str, str, Any, int]] = [
        ("GET", f"/v1/lookup?kind=card&value={CARD}", None, 422),
        ("GET", "/v1/lookup?kind=phone", None, 422),
        ("GET", "/v1/lookup?kind=phone&value=hello", None, 404),
        ("GET", "/v1/changes?cursor=x", None, 422),
        ("GET", "/v1/changes?limit=1001", None, 422),
        ("GET", "/v1/reports/1", None, 422),
        ("GET", "/v1/nowhere", None, 404),
        ("PUT", "/v1/changes", None, 405),
        ("POST", "/v1/lookup", {"identifiers": [about("phone", NUMBER)] * 1001}, 422),
        ("POST", "/v1/lookup", {"identifiers": [about("nonsense", NUMBER)]}, 422),
        ("POST", f"/v1/reports/{uid}/dispositions", {"result": "blocked", "at": "2030-01-01T00:00:00Z"}, 409),
        ("POST", f"/v1/reports/{uid}/dispositions", {"result": "blocked", "at": "2026-01-01"}, 422),
        ("POST", f"/v1/reports/{uid}/dispositions", {"result": "blocked", "identifier": about("card", CARD)}, 404),
    ]
    for method, path, body, expected in bad:
        status, answer = await api("kcell", method, path, body)
        assert (status, answer["status"]) == (expected, expected), (method, path, answer)
        assert CARD not in str(answer) and NUMBER not in str(answer)
    assert (await api(None, "GET", "/v1/openapi.json"))[0] == (await api(None, "GET", "/v1/docs"))[0] == 200


# A leaked key of a marketplace or an operator can confirm nobody.
SAID: list[tuple[str, dict[str, Any], int]] = [
    ("regulator", sign("PAYEE_IN_CBR_DB"), 201),
    ("kaspi", sign("PAYEE_IN_BANK_ANTIFRAUD"), 201),
    ("kaspi", sign("PAYEE_IN_BANK_ANTIFRAUD", "card", CARD), 201),
    ("police", sign("CRIMINAL_CASE", "phone", NUMBER), 201),
    ("kaspi", sign("PAYEE_IN_BANK_ANTIFRAUD", value=HALYK_IBAN), 403),  # another bank's account
    ("halyk", sign("PAYEE_IN_BANK_ANTIFRAUD", "card", CARD), 403),
    ("kaspi", sign("PAYEE_IN_BANK_ANTIFRAUD", "phone", NUMBER), 403),
    ("kaspi", sign("PAYEE_IN_CBR_DB"), 403),
    ("kaspi", sign("THIRD_PARTY_SIGNAL"), 403),  # about an operation: assessments only
    ("police", sign("PAYEE_IN_BANK_ANTIFRAUD"), 403),
    ("police", sign("CRIMINAL_CASE", "short_code", "102"), 409),
    ("regulator", sign("PAYEE_IN_CBR_DB", expires_at="2020-01-01T00:00:00Z"), 409),
    ("regulator", sign("PAYEE_IN_CBR_DB", value="hello"), 404),
    ("regulator", sign("NO_SUCH_SIGN"), 422),
    *(("olx", sign(code, "phone", NUMBER), 403) for code in ("PAYEE_IN_CBR_DB", "CRIMINAL_CASE")),
    *(("kcell", sign(code, "phone", NUMBER), 403) for code in ("PAYEE_IN_BANK_ANTIFRAUD", "CRIMINAL_CASE")),
]


async def level(api: Api, kind: str, value: str) -> dict[str, Any]:
    status, body = await api("olx", "POST", "/v1/lookup", {"identifiers": [about(kind, value)]})
    assert status == 200
    found: dict[str, Any] = body["verdicts"][0]
    return found


async def test_who_may_say_what_and_take_it_back(town: Town, api: Api) -> None:
    ids: dict[str, int] = {}
    for who, said, expected in SAID:
        status, body = await api(who, "POST", "/v1/signals", said)
        assert status == expected, (who, said, body)
        if status == 201:
            ids[f"{who} {said['identifier']['kind']}"] = body["id"]
    assert (await level(api, "card", CARD))["level"] == "flagged"
    phone, account = await level(api, "phone", NUMBER), await level(api, "iban", IBAN)
    assert (phone["level"], account["level"]) == ("confirmed", "confirmed")
    assert [(one["n"], one["source"]) for one in account["signs"]] == [(1, "partner:regulator"), (4, "partner:kaspi")]
    listed = ids["regulator iban"]
    assert (await api("kaspi", "DELETE", f"/v1/signals/{listed}"))[0] == 404  # another's
    assert (await api("regulator", "DELETE", f"/v1/signals/{listed}"))[0] == 204
    assert (await api("regulator", "DELETE", f"/v1/signals/{listed}"))[0] == 404
    assert (await level(api, "iban", IBAN))["level"] == "flagged"
    again = (await api("regulator", "POST", "/v1/signals", sign("PAYEE_IN_CBR_DB")))[1]["id"]
    assert again == listed and (await level(api, "iban", IBAN))["level"] == "confirmed"
    await town.passes(days=366)
    await town.world.app.housekeep()
    assert (await level(api, "iban", IBAN))["level"] == "none"  # every signal ends
    async with town.world.app.db.read() as session:
        actions = [one.action for one in await session.exec(select(Audit)) if one.actor == "partner:regulator"]
    assert actions == ["signal", "signal_withdrawn", "signal"]


async def test_a_local_copy_made_of_the_feed_is_what_the_server_says(town: Town, api: Api) -> None:
    """Flagged by people, confirmed and cleared by partners, expired with time; cards never; page by page."""
    await flagged(town)
    for number in range(6):
        said = sign("CRIMINAL_CASE", "phone", f"8 705 000 00 1{number}")
        _, body = await api("police", "POST", "/v1/signals", said)
        if number % 2:
            await api("police", "DELETE", f"/v1/signals/{body['id']}")
    await api("kaspi", "POST", "/v1/signals", sign("PAYEE_IN_BANK_ANTIFRAUD", "card", CARD))
    soon = (town.world.clock() + timedelta(days=1)).isoformat()
    await api("kaspi", "POST", "/v1/signals", sign("PAYEE_IN_BANK_ANTIFRAUD", expires_at=soon))
    await town.passes(days=2)
    await town.world.app.housekeep()
    copy: dict[tuple[str, str], str] = {}
    seen: list[str] = []
    cursor, more = "0", True
    while more:
        _, page = await api("olx", "GET", f"/v1/changes?cursor={cursor}&limit=3")
        for one in page["changes"]:
            seen.append(one["change"])
            if one["change"] in LISTED:
                copy[one["kind"], one["value"]] = one["level"]
            else:
                copy.pop((one["kind"], one["value"]))
        cursor, more = page["next"], page["more"]
    async with town.world.app.db.read() as session:
        listed = [one for one in await session.exec(select(Identifier)) if one.level in LISTED and one.kind != "card"]
    assert copy == {(one.kind, one.value): one.level for one in listed}
    assert len(copy) == 4 and set(seen) == {"flagged", "confirmed", "cleared", "expired"}
    assert (await api("olx", "GET", f"/v1/changes?cursor={cursor}"))[1] == {
        "changes": [],
        "next": cursor,
        "more": False,
    }


async def test_the_feed_passes_over_nothing_that_commits_late(town: Town, api: Api) -> None:
    """Ids are given before the commit: a slower transaction with a smaller id must not be lost to a reader."""
    db = town.world.app.db
    if db.sqlite:
        return  # one writer
    async with db.begin() as session:
        for place in range(2):
            session.add(
                Identifier(kind="phone", value=f"+7705000000{place}", display="x", created_at=town.world.clock())
            )
    async with db.begin() as slow:
        slow.add(Change(identifier_id=1, was="none", level="flagged", at=town.world.clock()))
        await slow.flush()
        async with db.begin() as quick:
            quick.add(Change(identifier_id=2, was="none", level="flagged", at=town.world.clock()))
        assert (await api("olx", "GET", "/v1/changes"))[1]["changes"] == []
    assert [one["value"] for one in (await api("olx", "GET", "/v1/changes"))[1]["changes"]] == [
        "+77050000000", "+77050000001"
    ]  # fmt: skip


async def test_a_thousand_in_few_queries_and_the_rate(town: Town, api: Api) -> None:
    db = town.world.app.db
    counted: list[str] = []
    engine = db._reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    wanted = [about("phone", f"+7701{number:07}") for number in range(1000)]
    status, body = await api("kaspi", "POST", "/v1/lookup", {"identifiers": wanted})
    assert status == 200 and [one["value"] for one in body["verdicts"]] == [one["value"] for one in wanted]
    assert len(counted) <= 3
    for _ in range(9):
        await api("kaspi", "POST", "/v1/lookup", {"identifiers": wanted})
    status, body = await api("kaspi", "GET", "/v1/changes")  # the clock stands still: nothing comes back
    assert (status, body["type"]) == (429, "/v1/docs#too_many_calls")
    assert int(api.headers["Retry-After"]) >= 1
    assert (await api("halyk", "GET", "/v1/changes"))[0] == 200  # another's rate is its own
    buckets, now = Buckets(lambda: times[-1], 2, 3), 0.0
    times = [now]
    assert [buckets.take("x") for _ in range(4)] == [0, 0, 0, 0.5]
    times.append(0.5)
    assert [buckets.take("x"), buckets.take("x")] == [0, 0.5]


async def test_the_same_call_again_under_its_key(town: Town, api: Api) -> None:
    said = sign("PAYEE_IN_BANK_ANTIFRAUD")
    first = await api("kaspi", "POST", "/v1/signals", said, Idempotency_Key="one")
    assert await api("kaspi", "POST", "/v1/signals", said, Idempotency_Key="one") == first
    assert api.headers["Idempotent-Replayed"] == "true"
    await api("kaspi", "DELETE", f"/v1/signals/{first[1]['id']}")
    status, body = await api("kaspi", "POST", "/v1/signals", said, Idempotency_Key="one")
    assert (status, body["type"]) == (409, "/v1/docs#taken_back")  # a late repetition brings nothing back
    assert (await level(api, "iban", IBAN))["level"] == "none"
    other = sign("PAYEE_IN_BANK_ANTIFRAUD", "card", CARD)
    status, body = await api("kaspi", "POST", "/v1/signals", other, Idempotency_Key="one")
    assert (status, body["type"]) == (409, "/v1/docs#other_call")
    assert (
        await api("halyk", "POST", "/v1/assessments", {"recipients": [about("phone", NUMBER)]}, Idempotency_Key="one")
    )[0] == 201
    refused = sign("PAYEE_IN_CBR_DB")
    assert (await api("kaspi", "POST", "/v1/signals", refused, Idempotency_Key="two"))[0] == 403
    await town.passes(days=3)
    await town.world.app.housekeep()
    async with town.world.app.db.read() as session:
        assert (await session.exec(select(IdempotentCall))).all() == []


async def test_an_assessment_is_kept_without_identifiers(town: Town, api: Api) -> None:
    await api("regulator", "POST", "/v1/signals", sign("PAYEE_IN_CBR_DB"))
    asked = {
        "recipients": [about("iban", IBAN), about("card", CARD), about("phone", "hello")],
        "amount_minor": 25000000, "currency": "KZT", "flags": ["THIRD_PARTY_SIGNAL", "NFC_RELAY_TIMING"],
    }  # fmt: skip
    status, body = await api("kaspi", "POST", "/v1/assessments", asked)
    assert status == 201 and body["suspend"] and not body["by_law"]
    assert [(one["n"], one["code"]) for one in body["signs"]] == [(1, "PAYEE_IN_CBR_DB"), (6, "THIRD_PARTY_SIGNAL")]
    assert body["signs"][0]["evidence"][0]["recipient"] == 0
    assert [one["readable"] for one in body["recipients"]] == [True, True, False]
    assert body["until"] == (town.world.clock() + timedelta(days=2)).isoformat()
    assert "есть в списке регулятора" in body["client"]["ru"] and "реттеушінің тізімінде" in body["client"]["kk"]
    async with town.world.app.db.read() as session:
        [kept] = (await session.exec(select(Assessment))).all()
    for secret in (IBAN.replace(" ", ""), CARD.replace(" ", ""), "4400"):
        assert secret not in str(kept.asked) + str(kept.answer)
    clear = (await api("kaspi", "POST", "/v1/assessments", {"recipients": [about("phone", NUMBER)]}))[1]
    assert not clear["suspend"] and clear["until"] is None and "не значит" in clear["client"]["ru"]


async def test_evidence_goes_to_the_police_and_to_a_bank_with_consent(town: Town, api: Api) -> None:
    await forwarded(town, "Айгүл", f"перевёл мошеннику на карту {CARD}, звонили с {NUMBER}")
    app = town.world.app
    sha = app.files.put(b"what the picture shows")
    async with app.db.begin() as session:
        session.add(Evidence(
            report_id=1, telegram_file_id="f", telegram_unique_id="u", state="stored", sha256=sha, mime="image/jpeg",
            created_at=app.clock(),
        ))  # fmt: skip
    path = f"/v1/evidence/{sha}"
    assert await api("police", "GET", path) == (200, b"what the picture shows")
    assert api.headers["Cache-Control"] == "no-store" and api.headers["Content-Type"] == "image/jpeg"
    never = await api("kaspi", "GET", f"/v1/evidence/{'0' * 64}")
    assert [await api(who, "GET", path) for who in ("kaspi", "kcell", "olx")] == [never] * 3
    async with app.db.begin() as session:
        (await session.get_one(Report, 1)).bank_reads = True
    assert (await api("kaspi", "GET", path))[0] == 200
    assert (await api("halyk", "GET", path))[0] == 404
