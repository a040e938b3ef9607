"""Indexes for the inbox's views of what is unread and unanswered."""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("unread", "unanswered"):
        op.create_index(
            f"ix_conversation_{name}", "conversation", [sa.literal_column("last_at desc")],
            postgresql_where=sa.text(f"is_in_inbox and is_{name}"),
        )  # fmt: skip


def downgrade() -> None:
    for name in ("unanswered", "unread"):
        op.drop_index(f"ix_conversation_{name}", "conversation")
