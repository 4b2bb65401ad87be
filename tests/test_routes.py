"""What the handlers ask for by name is what the program gives; every expected "no" has its words."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.filters.callback_data import CallbackData

from bot.i18n import catalogues
from core.refusal import No
from handlers import refusals, routes
from handlers.check import keyboards as check
from handlers.desk import keyboards as desk
from handlers.report import keyboards as report
from handlers.sos import keyboards as sos
from handlers.welcome import keyboards as welcome
from sandbox.telegram import Telegram
from sandbox.world import MovableClock, World

GIVEN_BY_INTAKE = {"session", "person", "state", "raw_state", "now", "at_desk", "turn"}
GIVEN_BY_AIOGRAM = {"bot", "event_update", "event_router", "handler"}


def walk(router: Router) -> Iterator[Router]:
    yield router
    for inner in router.sub_routers:
        yield from walk(inner)


def handlers() -> Iterator[tuple[str, HandlerObject]]:
    for router in walk(routes()):
        for kind, observer in router.observers.items():
            for handler in observer.handlers:
                yield kind, handler


def asked(call: object) -> set[str]:
    """Every argument but the event itself."""
    return set(list(inspect.signature(call).parameters)[1:])  # type: ignore[arg-type]


def given_by_filters(handler: HandlerObject) -> set[str]:
    names = set()
    for one in handler.filters or []:
        kind = type(one.callback).__name__
        names |= {"callback_data"} if kind == "CallbackQueryFilter" else set()
        names |= {"command"} if kind in ("Command", "CommandStart") else set()
    return names


async def test_every_argument_by_name_is_given(tmp_path: Path) -> None:
    world = World(tmp_path, desk=None, telegram=Telegram(), clock=MovableClock())
    world.app.dispatcher["bot_username"] = "x"
    given = GIVEN_BY_INTAKE | GIVEN_BY_AIOGRAM | set(world.app.dispatcher.workflow_data)
    await world.close()
    found = list(handlers())
    assert len(found) > 50
    for kind, handler in found:
        missing = asked(handler.callback) - given - given_by_filters(handler)
        assert not missing, f"{kind}: {handler.callback.__module__}.{handler.callback.__qualname__}"


def test_routes_can_be_built_twice() -> None:
    assert routes() is not routes()


@pytest.mark.parametrize("kind", list(No))
def test_every_no_has_a_text(kind: No) -> None:
    i18n = catalogues()
    texts = set()
    for language in ("ru", "kk"):
        with i18n.context(), i18n.use_locale(language):
            text = refusals.text(kind)
        assert 5 < len(text) <= 200  # a pop-up takes no more
        texts.add(text)
    assert len(texts) == 2


BIGGEST = 2**31 - 1


@pytest.mark.parametrize(
    "data",
    [
        check.Report(check=BIGGEST), check.Watch(check=BIGGEST, index=-1), check.Reading(check=BIGGEST, right=False),
        report.Pick(check=BIGGEST, index=99, choice="toggle"), report.Scheme(check=BIGGEST, code="ACCOUNT_TAKEOVER"),
        report.Fill(report=BIGGEST, what="currency", value="KZT"), report.Withdraw(report=BIGGEST, sure=True),
        report.Fill(report=BIGGEST, what="place", value="Караганда"), welcome.Lang(code="kk"),
        sos.Sos(road=BIGGEST, verb="pick", stop="statement", value="nothing"),
        sos.Sos(road=BIGGEST, verb="fresh", stop="report", value=str(BIGGEST)),
        desk.Move(verb="confirm", case=BIGGEST, identifier=BIGGEST, choice="too_little"),
    ],
    ids=lambda data: type(data).__name__,
)  # fmt: skip
def test_buttons_fit_and_come_back_as_they_were(data: CallbackData) -> None:
    packed = data.pack()
    assert len(packed.encode()) <= 64
    assert type(data).unpack(packed) == data


def test_the_code_of_a_scheme_and_what_enriches_come_last() -> None:
    assert report.Scheme(check=1, code="BANK_CALL").pack().endswith(":BANK_CALL")
    assert report.Enrich(report=1, what="amount").pack().endswith(":amount")
    assert desk.Move(verb="take", case=1).pack().startswith("case:take:")
