"""OpenPhone's contacts, its ids of our threads, and what it is to be told of them."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(60), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("numbers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_contact")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_known_contact_provider_id")),
    )
    op.create_index(
        "ix_known_contact_numbers", "known_contact", ["numbers"], postgresql_using="gin"
    )
    op.create_table(
        "mark",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_mark_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_mark")),
    )
    op.create_index(op.f("ix_mark_next_at"), "mark", ["next_at"])
    ours = sa.Column("provider_id", sa.String(60), nullable=False, server_default="")
    op.add_column("conversation", ours)
    op.alter_column("conversation", "provider_id", server_default=None)


def downgrade() -> None:
    op.drop_column("conversation", "provider_id")
    op.drop_table("mark")
    op.drop_table("known_contact")
