"""what the partner API needs"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    name = sa.Column("partner_name", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default="")
    with op.batch_alter_table("partner_copy") as batch_op:
        batch_op.add_column(name)
    with op.batch_alter_table("change") as batch_op:
        batch_op.add_column(sa.Column("by_time", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("tx", sa.BigInteger(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE change ALTER COLUMN tx SET DEFAULT txid_current()")


def downgrade() -> None:
    with op.batch_alter_table("change") as batch_op:
        batch_op.drop_column("tx")
        batch_op.drop_column("by_time")
    with op.batch_alter_table("partner_copy") as batch_op:
        batch_op.drop_column("partner_name")
