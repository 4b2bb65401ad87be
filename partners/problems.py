"""Every error of the partner API: an RFC 9457 problem document. One table from a "no" to its status."""

from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from core.refusal import No, Refusal

MEDIA_TYPE = "application/problem+json"

NOT_NOW = 409  # what a call asks for is described and allowed, and cannot be as things stand: every "no" but these
STATUS: dict[No, int] = {
    **dict.fromkeys((No.gone, No.not_yours, No.no_such_case, No.no_such_officer, No.not_listed, No.unreadable), 404),
    **dict.fromkeys(
        (No.not_desk, No.not_member, No.not_allowed, No.not_administrator, No.not_for_kind, No.own_decision), 403
    ),
    **dict.fromkeys(
        (
            No.nothing_accused, No.direction_unknown, No.bad_number, No.bad_amount, No.bad_time, No.bad_period,
            No.period_to_come, No.too_long, No.too_short, No.no_username,
        ),
        422,
    ),
    **dict.fromkeys(
        (
            No.appeal_too_soon, No.too_many_appeals, No.too_many_checks, No.walking, No.too_many_reports,
            No.too_many_watches, No.too_much_evidence,
        ),
        429,
    ),
}  # fmt: skip

TITLES = {
    "no_key": "A valid API key is needed",
    "gone": "There is no such thing, or it is not yours",
    "unreadable": "The value is no identifier of that kind",
    "not_for_kind": "An organisation of your kind may not say that, or not about this",
    "report_closed": "The report was taken back by its reporter",
    "official_line": "A real line of a bank, an operator or the state cannot be listed",
    "future_time": "The time lies ahead",
    "expired": "It would end before it begins to count",
    "other_call": "The same Idempotency-Key came with another content before",
    "taken_back": "The signal that this call made was taken back since",
    "bad_call": "The call does not follow the description in /v1/openapi.json",
    "too_large": "The body is too large",
    "too_slow": "The body did not come in time",
    "not_json": "The body must be application/json",
    "no_such_path": "There is no such path",
    "no_such_method": "The path does not know this method",
    "too_many_calls": "Too many calls",
    "no_database": "Not possible just now, please come back",
    "defect": "A defect of ours; the incident number helps us find it",
}


class Fault(BaseModel):
    """Where a call does not follow its description. What was sent is never repeated."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str = Field(examples=["/v1/docs#gone"])
    title: str
    status: int
    errors: list[Fault] | None = None
    incident: str | None = None


def document(status: int, kind: str, **more: Any) -> dict[str, Any]:
    title = TITLES.get(kind, kind.replace("_", " ").capitalize())
    return {"type": f"/v1/docs#{kind}", "title": title, "status": status, **more}


def problem(status: int, kind: str, *, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    return JSONResponse(document(status, kind, **more), status, headers, MEDIA_TYPE)


def refused(refusal: Refusal) -> JSONResponse:
    return problem(STATUS.get(refusal.kind, NOT_NOW), str(refusal.kind))
