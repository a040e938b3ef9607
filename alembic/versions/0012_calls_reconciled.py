"""Reconciliations by plan, of calls too; the weeks' numbers; messages by time."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NEW = (
    sa.Column("only_counts", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("way", sa.Enum("list", "walk", name="way", native_enum=False, length=20)),
    sa.Column("number_id", sa.String(), nullable=False, server_default=""),
    sa.Column("plan", postgresql.JSONB(), nullable=False, server_default="[]"),
    sa.Column("done", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("seconds", sa.Float(), nullable=False, server_default="0"),
    sa.Column("unplaced", postgresql.JSONB(), nullable=False, server_default="{}"),
    sa.Column("weeks", postgresql.JSONB(), nullable=False, server_default="{}"),
)
OLD = ("page", "conversations", "messages")


def upgrade() -> None:
    for column in NEW:
        op.add_column("reconciliation", column)
        op.alter_column("reconciliation", column.name, server_default=None)
    op.add_column("reconciliation", sa.Column("until", sa.DateTime(timezone=True)))
    op.execute("update reconciliation set until = started_at")
    op.alter_column("reconciliation", "until", nullable=False)
    for column in OLD:
        op.drop_column("reconciliation", column)
    op.drop_column("recovered", "direction")
    op.alter_column("recovered", "message_id", nullable=True)
    op.add_column("recovered", sa.Column("call_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_recovered_call_id_call"), "recovered", "call", ["call_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_recovered_call_id"), "recovered", ["call_id"])
    op.create_index("ix_message_at", "message", ["at"])


def downgrade() -> None:
    op.drop_index("ix_message_at", "message")
    op.execute("delete from recovered where message_id is null")
    op.drop_column("recovered", "call_id")
    op.alter_column("recovered", "message_id", nullable=False)
    op.add_column("recovered", sa.Column("direction", sa.String(20)))
    op.execute(
        "update recovered r set direction = m.direction from message m where m.id = r.message_id"
    )
    op.alter_column("recovered", "direction", nullable=False)
    for column, kind, value in zip(
        OLD, (sa.String(), *[sa.Integer()] * 2), ("", "0", "0"), strict=True
    ):
        kept = sa.Column(column, kind, nullable=False, server_default=value)
        op.add_column("reconciliation", kept)
        op.alter_column("reconciliation", column, server_default=None)
    op.drop_column("reconciliation", "until")
    for column in NEW:
        op.drop_column("reconciliation", column.name)
