"""Two contacts that a person called two are not shown as one again."""

import sqlalchemy as sa

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "not_same",
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("by_user", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["a_id"], ["contact.id"], name="fk_not_same_a_id_contact", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["b_id"], ["contact.id"], name="fk_not_same_b_id_contact", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_user"], ["app_user.id"], name="fk_not_same_by_user_app_user"),
        sa.PrimaryKeyConstraint("a_id", "b_id", name="pk_not_same"),
    )
    op.create_index("ix_not_same_b_id", "not_same", ["b_id"])


def downgrade() -> None:
    op.drop_table("not_same")
