"""The police desk: what its group sees and what its buttons do."""

from aiogram import Router

from handlers.desk import audit, blocking, export, figures, find, flow, members, more, queue, topics
from handlers.desk.keyboards import Move


def routes(*before: Router) -> Router:
    """For updates of the desk group only; whoever includes this router says which group that is."""
    router = Router(name=__name__)
    router.include_routers(
        *before, members.routes(), topics.routes(), audit.routes(), export.routes(), find.routes(), figures.routes(),
        blocking.routes(),
        more.routes(), queue.routes(), flow.routes(),
    )  # fmt: skip
    return router


def elsewhere_routes() -> Router:
    """The same buttons anywhere but in the desk group."""
    router = Router(name=f"{__name__}.elsewhere")
    for data in (
        Move, queue.Page, members.Appoint, topics.Sort, audit.Log, find.Turn, figures.Stats, export.Take,
    ):  # fmt: skip
        router.callback_query.register(flow.elsewhere, data.filter())
    return router
