"""What monitoring watches. Each figure is one look at an index, so that it may be asked every few seconds."""

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.app import App
from storage import cases, figures, outbox

STATUSES = ("received", "forwarded", "taken", "confirmed", "not_confirmed", "withdrawn", "closed")


async def exposition(app: App) -> bytes:
    """All gauges as Prometheus reads them."""
    registry, now = CollectorRegistry(), app.clock()
    async with app.db.read() as session:
        due = await outbox.next_due(session)
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
    for name, (told, value) in values.items():
        Gauge(f"saqbol_{name}", told, registry=registry).set(value)
    reports = Gauge("saqbol_reports", "Reports by status", ["status"], registry=registry)
    for status in STATUSES:
        reports.labels(status).set(statuses.get(status, 0))
    return generate_latest(registry)
