"""A campaign's pace, its text by version, who decided about a text; recipients are outbox rows."""

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNSETTLED = "state in ('waiting', 'sending', 'uncertain')"
DUE = "state = 'waiting' and not is_for_person"
# Skipped people had a row of their own; now they are texts that never leave.
SKIPPED = """
insert into outbox (own_number, e164, contact_id, property_id, campaign_id, purpose, priority, body,
    state, because, is_paused, is_for_person, attempts, lookups, was_absent, receipt_checks,
    not_before, created_at, finished_at)
select coalesce((select max(own_number) from outbox), ''), r.e164, r.contact_id, r.property_id,
    r.campaign_id, 'cold', 6, '', 'never', r.skipped_because, false, false, 0, 0, false, 0,
    coalesce(c.started_at, c.created_at), coalesce(c.started_at, c.created_at),
    coalesce(c.started_at, c.created_at)
from recipient r join campaign c on c.id = r.campaign_id where r.outbox_id is null
on conflict do nothing
"""
PACES = """
insert into pace (campaign_id, name, list_id, seconds, next_at, because, is_paused)
select id, name, list_id, 72, coalesce(started_at, created_at), '', state = 'paused'
from campaign where state <> 'draft'
"""
PAUSED = """
update outbox set is_paused = true from pace
where pace.campaign_id = outbox.campaign_id and pace.is_paused
"""
WORDINGS = """
insert into wording (campaign_id, version, body, written_by, at)
select id, 1, body, coalesce(started_by, created_by), started_at from campaign
where started_at is not null and coalesce(started_by, created_by) is not null
"""
RECIPIENTS = """
insert into recipient (campaign_id, e164, contact_id, property_id, outbox_id, skipped_because)
select campaign_id, e164, contact_id, property_id, id, '' from outbox
where campaign_id is not null and contact_id is not null
"""


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("campaign_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["contact_list.id"], name=op.f("fk_pace_list_id_contact_list")
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_pace")),
    )
    op.create_index(op.f("ix_pace_list_id"), "pace", ["list_id"])
    op.create_table(
        "wording",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_wording_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["app_user.id"], name=op.f("fk_wording_written_by_app_user")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "version", name=op.f("pk_wording")),
    )
    op.add_column("campaign", sa.Column("texts", sa.Integer(), nullable=False, server_default="25"))
    op.add_column(
        "campaign", sa.Column("minutes", sa.Integer(), nullable=False, server_default="30")
    )
    op.add_column("line", sa.Column("unclear", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("line", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("version", sa.Integer(), nullable=True))
    op.add_column("outbox", sa.Column("decided_by", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_outbox_decided_by_app_user"), "outbox", "app_user", ["decided_by"], ["id"]
    )
    # What had left before is not asked for again.
    op.add_column(
        "outbox", sa.Column("receipt_checks", sa.Integer(), nullable=False, server_default="3")
    )
    for table, column in (
        ("campaign", "texts"), ("campaign", "minutes"), ("line", "unclear"),
        ("outbox", "receipt_checks"),
    ):  # fmt: skip
        op.alter_column(table, column, server_default=None)
    op.drop_table("one_time_link")  # the link now carries a seal
    op.execute(SKIPPED)
    op.execute(PACES)
    op.execute(WORDINGS)
    op.execute("update outbox set version = 1 where campaign_id is not null")
    op.drop_column("outbox", "is_paused")
    op.drop_table("recipient")
    op.drop_index("ix_outbox_due", "outbox")
    _index("ix_outbox_due", f"{DUE} and campaign_id is null", "priority", "not_before", "id")
    _index("ix_outbox_next", DUE, "campaign_id", "not_before", "id")
    _index("ix_outbox_unconfirmed", "state = 'sent'", "receipt_checks", "finished_at")
    _index("ix_outbox_late", "state = 'waiting'", "send_before")
    _index("ix_outbox_unsettled", UNSETTLED, "campaign_id")
    op.create_index("ix_outbox_started", "outbox", ["own_number", "started_at"])


def downgrade() -> None:
    op.drop_index("ix_outbox_started", "outbox")
    for name in (
        "ix_outbox_unsettled",
        "ix_outbox_late",
        "ix_outbox_unconfirmed",
        "ix_outbox_next",
        "ix_outbox_due",
    ):
        op.drop_index(name, "outbox")
    _index("ix_outbox_due", "state = 'waiting'", "priority", "not_before", "id")
    op.create_table(
        "recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("e164", sa.String(16), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("property_id", sa.Integer(), nullable=True),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("skipped_because", sa.String(160), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_recipient_{table}_id_{table}")
            )
            for table in ("campaign", "contact", "outbox", "property")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
    )
    op.create_index(op.f("ix_recipient_contact_id"), "recipient", ["contact_id"])
    op.create_index(op.f("ix_recipient_outbox_id"), "recipient", ["outbox_id"])
    op.create_index("uq_recipient_campaign", "recipient", ["campaign_id", "e164"], unique=True)
    op.execute(RECIPIENTS)
    op.add_column(
        "outbox", sa.Column("is_paused", sa.Boolean(), nullable=False, server_default="false")
    )
    op.alter_column("outbox", "is_paused", server_default=None)
    op.execute(PAUSED)
    op.drop_constraint(op.f("fk_outbox_decided_by_app_user"), "outbox")
    for table, *columns in (
        ("outbox", "receipt_checks", "decided_by", "version"),
        ("line", "told_at", "unclear"), ("campaign", "minutes", "texts"),
    ):  # fmt: skip
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("wording")
    op.drop_table("pace")
    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_link")),
    )


def _index(name: str, where: str, *columns: str) -> None:
    op.create_index(name, "outbox", list(columns), postgresql_where=sa.text(where))
