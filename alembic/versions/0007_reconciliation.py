"""Reconciliations with OpenPhone, and what each recovered."""

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    states = sa.Enum(
        "runs", "paused", "done", "failed", name="runstate", native_enum=False, length=20
    )
    ways = sa.Enum("in", "out", name="direction", native_enum=False, length=20)
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", states, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["app_user.id"], name=op.f("fk_reconciliation_asked_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
    )
    op.create_index(op.f("ix_reconciliation_started_at"), "reconciliation", ["started_at"])
    op.create_table(
        "recovered",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reconciliation_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("direction", ways, nullable=False),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_recovered_message_id_message")
        ),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"],
            ["reconciliation.id"],
            name=op.f("fk_recovered_reconciliation_id_reconciliation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovered")),
        sa.UniqueConstraint("message_id", name=op.f("uq_recovered_message_id")),
    )
    op.create_index(op.f("ix_recovered_reconciliation_id"), "recovered", ["reconciliation_id"])


def downgrade() -> None:
    op.drop_table("recovered")
    op.drop_table("reconciliation")
