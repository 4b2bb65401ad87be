"""indexes for figures"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INDEXES = (
    ("ix_report_came", "report",
     ["created_at", "status", "scheme", "city", "loss_currency", "loss_minor", "reporter_id"], None),
    ("ix_report_status", "report", ["status", "updated_at"], None),
    ("ix_testimony_at", "report_identifier", ["reported_at", "identifier_id"], "counts AND echo_of IS NULL"),
    ("ix_history_told", "history", ["report_id", "step", "at"], "undone_at IS NULL"),
    ("ix_outbox_dead", "outbox", ["failed_at"], "failed_at IS NOT NULL"),
)  # fmt: skip


def upgrade() -> None:
    for name, table, columns, where in INDEXES:
        partial = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=partial, postgresql_where=partial)


def downgrade() -> None:
    for name, table, *_ in reversed(INDEXES):
        op.drop_index(name, table)
