"""the first hour"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    text, moment = sqlmodel.sql.sqltypes.AutoString, sqlmodel.sql.sqltypes.UTCDateTime
    op.create_table(
        "road",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("check_id", sa.Integer(), nullable=True),
        sa.Column("at", text(), nullable=False),
        sa.Column("kind", text(), nullable=True),
        sa.Column("ago", text(), nullable=True),
        sa.Column("happened_at", moment(), nullable=True),
        sa.Column("happened_precision", text(), nullable=True),
        sa.Column("bank", text(), nullable=True),
        sa.Column("request", text(), nullable=True),
        sa.Column("lost", sa.Boolean(), nullable=True),
        sa.Column("transfers", sa.JSON(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("began_at", moment(), nullable=False),
        sa.Column("called_at", moment(), nullable=True),
        sa.Column("ended_at", moment(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("postponed", sa.JSON(), nullable=False),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_road_person_id", "road", ["person_id"])
    op.create_index("ix_road_report_id", "road", ["report_id"])
    op.create_index(
        "ix_road_open",
        "road",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("road")
