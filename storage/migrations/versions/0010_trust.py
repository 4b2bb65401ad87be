"""trusted person, and a person's own data"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NEVER_AGAIN = ("person", "checked", "evidence", "road")


def upgrade() -> None:
    _autoincrement(True)
    op.create_table(
        "forgotten",
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("usage", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("forgotten", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forgotten_at"), ["at"], unique=False)

    op.create_table(
        "trust",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("guarded_id", sa.Integer(), nullable=False),
        sa.Column("guarded_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("trusted_id", sa.Integer(), nullable=True),
        sa.Column("trusted_name", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("tells", sa.JSON(), nullable=False),
        sa.Column("created_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("agreed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["guarded_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["trusted_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("trust", schema=None) as batch_op:
        for name in ("expires_at", "guarded_id", "trusted_id"):
            batch_op.create_index(batch_op.f(f"ix_trust_{name}"), [name], unique=False)

    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_key", sqlmodel.sql.sqltypes.AutoString(), nullable=True))

    with op.batch_alter_table("handled_update", schema=None) as batch_op:
        batch_op.add_column(sa.Column("telegram_id", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
        batch_op.create_index(
            "ix_report_kept",
            ["updated_at"],
            unique=False,
            sqlite_where=sa.text("erased_at IS NULL"),
            postgresql_where=sa.text("erased_at IS NULL"),
        )

    with op.batch_alter_table("report_identifier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confirmed_then", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("rejected_then", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("report_identifier", schema=None) as batch_op:
        batch_op.drop_column("rejected_then")
        batch_op.drop_column("confirmed_then")

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_report_kept",
            sqlite_where=sa.text("erased_at IS NULL"),
            postgresql_where=sa.text("erased_at IS NULL"),
        )
        batch_op.drop_column("erased_at")

    with op.batch_alter_table("handled_update", schema=None) as batch_op:
        batch_op.drop_column("telegram_id")

    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_column("owner_key")

    op.drop_table("trust")
    op.drop_table("forgotten")
    _autoincrement(False)


def _autoincrement(on: bool) -> None:
    """SQLite alone gives the highest id a second time."""
    if op.get_bind().dialect.name == "sqlite":
        for table in NEVER_AGAIN:
            options = {"sqlite_autoincrement": on}
            with op.batch_alter_table(table, schema=None, recreate="always", table_kwargs=options):
                pass
