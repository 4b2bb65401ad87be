"""What monitoring watches. Each figure is one look at an index, so that it may be asked every few seconds."""

from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.app import App
from core import clocks
from storage import cases, figures, outbox

EVER = datetime(1970, 1, 1, tzinfo=UTC)
STATUSES = ("received", "forwarded", "taken", "confirmed", "not_confirmed", "withdrawn", "closed")


async def exposition(app: App) -> bytes:
    """All gauges as Prometheus reads them."""
    registry, now = CollectorRegistry(), app.clock()
    async with app.db.read() as session:
        due = await outbox.next_due(session, EVER)
        values = {
            "outbox_pending": ("Outbox rows that have neither left nor failed", await outbox.pending(session)),
            "outbox_dead": ("Outbox rows that failed for good", await figures.dead(session)),
            "outbox_oldest_due_seconds": (
                "How long the oldest due row waits to leave",
                max((now - due).total_seconds(), 0) if due else 0,
            ),
            "cases_waiting": ("Cases that nobody has taken", await cases.count_untaken(session)),
            "cases_running_loss": (
                "Cases that nobody has taken, with money leaving now",
                await figures.running(session, now),
            ),
        }
        statuses = await figures.statuses(session)
        owed = {"overdue": await clocks.overdue(session, now), "soon": await clocks.due_soon(session, now)}
    for name, (told, value) in values.items():
        Gauge(f"saqbol_{name}", told, registry=registry).set(value)
    reports = Gauge("saqbol_reports", "Reports by status", ["status"], registry=registry)
    for status in STATUSES:
        reports.labels(status).set(statuses.get(status, 0))
    late = Gauge(
        "saqbol_partner_answers", "Reports a partner has not answered", ["partner", "term"], registry=registry
    )
    for term, partners in owed.items():
        for one in partners:
            late.labels(one.partner, term).set(one.count)
    return generate_latest(registry)
