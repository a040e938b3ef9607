"""Who edited a contact or a house last, and when: what the second of two people is told."""

import sqlalchemy as sa

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("contact", "property"):
        op.add_column(table, sa.Column("edited_by", sa.Integer(), nullable=True))
        op.add_column(table, sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
        op.create_foreign_key(
            f"fk_{table}_edited_by_app_user", table, "app_user", ["edited_by"], ["id"]
        )


def downgrade() -> None:
    for table in ("property", "contact"):
        op.drop_constraint(f"fk_{table}_edited_by_app_user", table)
        op.drop_column(table, "edited_at")
        op.drop_column(table, "edited_by")
