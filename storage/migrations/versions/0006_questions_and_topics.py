"""questions to reporters, and topics of the desk group"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("album", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_answer_question_id", "answer", ["question_id"])
    op.create_index("ix_answer_evidence_id", "answer", ["evidence_id"])
    op.create_table(
        "topic",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "key"),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_column("answer")
        batch_op.add_column(sa.Column("closed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    with op.batch_alter_table("desk_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("card_thread_id", sa.Integer(), nullable=True))
    op.create_index("ix_report_of_case", "report", ["case_id", "status", "reporter_id"])
    told = sa.text("source IS NOT NULL")
    op.create_index(
        "ix_testimony_source", "report_identifier", ["identifier_id", "source"], sqlite_where=told,
        postgresql_where=told,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_testimony_source", "report_identifier")
    op.drop_index("ix_report_of_case", "report")
    with op.batch_alter_table("desk_case", schema=None) as batch_op:
        batch_op.drop_column("card_thread_id")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_column("closed_by")
        batch_op.add_column(sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
    op.drop_table("topic")
    op.drop_table("answer")
