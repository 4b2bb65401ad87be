"""The HTTP API that partners call. `api` builds it from its parts; nothing global."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from core.refusal import Refusal
from partners.api import pages
from partners.api.access import Buckets, Gate, Parts, TooMany, slow_down
from partners.api.calls import routes
from partners.problems import MEDIA_TYPE, problem, refused

__all__ = ["Parts", "api"]

MOST_FAULTS = 20
SCHEMA = Path(__file__).parents[1] / "scamreport-1.schema.json"
KINDS = {404: "no_such_path", 405: "no_such_method", 415: "not_json"}


class _Api(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Errors are described as what they are."""
        if not self.openapi_schema:
            found = get_openapi(
                title=self.title, version=self.version, description=self.description, routes=self.routes
            )
            for operations in found["paths"].values():
                for operation in operations.values():
                    for status, response in operation["responses"].items():
                        if response["description"] in ("Successful Response", "OK"):
                            response["description"] = STATUSES[int(status)]
                        if int(status) >= 400:
                            response["description"] = STATUSES[int(status)]
                            response["content"] = {MEDIA_TYPE: next(iter(response["content"].values()))}
            self.openapi_schema = found
        return self.openapi_schema


STATUSES = {
    200: "The answer.",
    201: "Done.",
    204: "Done.",
    401: "No key, or nobody's.",
    403: "An organisation of your kind may not say that, or not about this.",
    404: "There is no such thing, or it is another's.",
    408: "The body did not come in time.",
    409: "Not as things stand.",
    413: "More than a megabyte.",
    415: "Not application/json.",
    422: "The call does not follow this description.",
    429: "Too many calls: come back after Retry-After seconds.",
    500: "A defect of ours, with an incident number.",
    503: "Not possible just now: come back after Retry-After seconds.",
}


def api(parts: Parts) -> FastAPI:
    """The API under /v1, with its description at /v1/openapi.json and pages at /v1/docs."""
    app = _Api(
        title="SaqBol partner API",
        version="1",
        description="Look-ups, the feed of changes, reports routed to you and your answers to them.",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.parts = parts
    app.state.buckets = Buckets(parts.monotonic, parts.per_second, parts.burst)
    app.include_router(routes())
    app.add_middleware(Gate, parts=parts, buckets=app.state.buckets)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(TooMany, _too_many)
    app.get("/v1/docs", include_in_schema=False)(_docs)
    app.get(f"/v1/schemas/{SCHEMA.name}", include_in_schema=False)(_schema)
    return app


def _methods(request: Request) -> set[str]:
    """All that the path knows; a route by itself knows its own alone."""
    path = request.url.path
    found = (one for one in routes().routes if isinstance(one, APIRoute) and one.path_regex.fullmatch(path))
    return {method for one in found for method in one.methods or ()}


async def _schema() -> FileResponse:
    """The shape of a report in events and at `GET /v1/reports/{id}`."""
    return FileResponse(SCHEMA, media_type="application/schema+json")


async def _docs(request: Request) -> HTMLResponse:
    return HTMLResponse(pages.docs(request.app.openapi()))


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return refused(error)


async def _too_many(_: Request, error: Exception) -> Response:
    assert isinstance(error, TooMany)
    return slow_down(error.seconds)


async def _invalid(_: Request, error: Exception) -> Response:
    """Where and what is wrong; never what was sent, which may be a card."""
    assert isinstance(error, RequestValidationError)
    faults = [
        {"pointer": "/" + "/".join(str(step) for step in one["loc"] if step != "body"), "detail": one["msg"]}
        for one in error.errors()[:MOST_FAULTS]
    ]
    return problem(422, "bad_call", errors=faults)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return problem(405, KINDS[405], headers={"Allow": ", ".join(sorted(_methods(request)))})
    kind = KINDS.get(error.status_code, "bad_call")
    status = error.status_code if error.status_code in KINDS else 422  # a body that is no JSON at all
    return problem(status, kind, headers=dict(error.headers) if error.headers else None)
