"""Work items, of which to-dos are one kind; since when a thread waits for an answer."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHECKS = {
    "item_type": "item_type in ('project', 'session', 'task', 'research')",
    "status": "status in ('active', 'completed', 'blocked')",
    "depth": "depth between 0 and 5",
    "pr": "pr >= 1",
    "version": "version >= 1",
}
OPEN = "item_type = 'task' and status <> 'completed' and deleted_at is null"
# Whoever sets the mark, the time goes with it: of the word that began the wait, not of the last.
NOTE = """
create function note_unanswered() returns trigger language plpgsql as $$
begin
    if not new.is_unanswered then
        new.unanswered_since := null;
    elsif tg_op = 'INSERT' then
        new.unanswered_since := new.last_at;
    else
        new.unanswered_since := coalesce(old.unanswered_since, new.last_at);
    end if;
    return new;
end
$$
"""
TRIGGER = (
    "create trigger conversation_notes_unanswered before insert or update of is_unanswered"
    " on conversation for each row execute function note_unanswered()"
)


def upgrade() -> None:
    at = sa.DateTime(timezone=True)
    op.create_table(
        "work_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("item_type", sa.String(20), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("branch", sa.String(100), nullable=True),
        sa.Column("commit", sa.String(40), nullable=True),
        sa.Column("pr", sa.Integer(), nullable=True),
        sa.Column("metadata", postgresql.JSONB(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.Column("done_at", at, nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(100), nullable=True),
        sa.Column("created_at", at, nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
        sa.Column("updated_at", at, nullable=False),
        sa.Column("updated_by", sa.String(100), nullable=False),
        sa.Column("deleted_at", at, nullable=True),
        *(sa.CheckConstraint(rule, op.f(f"ck_work_item_{name}")) for name, rule in CHECKS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
        *(
            sa.ForeignKeyConstraint([ours], [theirs], name=op.f(f"fk_work_item_{ours}_{table}"))
            for ours, theirs, table in (
                ("parent_id", "work_item.id", "work_item"),
                ("assigned_to", "app_user.id", "app_user"),
                ("done_by", "app_user.id", "app_user"),
            )
        ),
    )
    for column in ("parent_id", "conversation_id", "contact_id"):
        op.create_index(op.f(f"ix_work_item_{column}"), "work_item", [column])
    op.create_index("uq_work_item_cause", "work_item", ["cause"], unique=True)
    op.create_index("ix_work_item_open", "work_item", ["due"], postgresql_where=sa.text(OPEN))
    op.create_index(
        "ix_work_item_done", "work_item", ["done_at"],
        postgresql_where=sa.text("status = 'completed'"),
    )  # fmt: skip
    op.add_column("conversation", sa.Column("unanswered_since", at, nullable=True))
    op.execute(
        "update conversation set unanswered_since = coalesce(last_inbound_at, last_at)"
        " where is_unanswered"
    )
    op.execute(NOTE)
    op.execute(TRIGGER)


def downgrade() -> None:
    op.execute("drop trigger conversation_notes_unanswered on conversation")
    op.execute("drop function note_unanswered")
    op.drop_column("conversation", "unanswered_since")
    op.drop_table("work_item")
