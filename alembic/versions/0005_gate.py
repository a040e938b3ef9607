"""Frozen numbers, consent, do-not-call lists, the ledger's seals; one text to a suppressed number."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Named by the constraint: of all texts to a suppressed number only the confirmation of that very
# opt-out may leave, and the unique index allows one of it.
CONFIRMATION_ALONE = """
create or replace function outbox_not_to_suppressed() returns trigger language plpgsql as $$
declare
    in_force integer;
begin
    select id into in_force from suppression where e164 = new.e164 and lifted_at is null;
    if tg_op = 'UPDATE' and old.suppression_id is distinct from new.suppression_id then
        raise exception 'a confirmation stays with its opt-out'
            using constraint = 'outbox_not_to_suppressed';
    end if;
    if tg_op = 'UPDATE' and new.purpose = 'confirmation' and new.state in ('waiting', 'sending')
        and old.state not in ('waiting', 'sending', 'uncertain')
    then
        raise exception 'a confirmation leaves once' using constraint = 'outbox_not_to_suppressed';
    end if;
    if new.state in ('waiting', 'sending') and in_force is not null
        and (new.purpose <> 'confirmation' or new.suppression_id is distinct from in_force)
    then
        raise exception 'this number opted out' using constraint = 'outbox_not_to_suppressed';
    end if;
    return new;
end $$;
"""
WATCHED = """
drop trigger outbox_not_to_suppressed on outbox;
create trigger outbox_not_to_suppressed
    before insert or update of state, e164, purpose, suppression_id on outbox
    for each row execute function outbox_not_to_suppressed();
"""
# Nor may an opt-out be written beside a text that still waits: looked at when it commits.
CALLED_BACK = """
create function suppression_calls_back() returns trigger language plpgsql as $$
begin
    if exists (select from suppression s join outbox o on o.e164 = s.e164 where s.id = new.id
        and s.lifted_at is null and o.state = 'waiting'
        and (o.purpose <> 'confirmation' or o.suppression_id is distinct from s.id))
    then
        raise exception 'texts still wait for this number: call them back first'
            using constraint = 'suppression_calls_back';
    end if;
    return null;
end $$;
create constraint trigger suppression_calls_back after insert or update on suppression
    deferrable initially deferred for each row execute function suppression_calls_back();
"""
SEALS = """
create function seal_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'seal is append-only';
end $$;
create trigger seal_is_append_only before update or delete on seal
    for each row execute function seal_is_append_only();
create trigger seal_is_never_emptied before truncate on seal
    for each statement execute function seal_is_append_only();
"""
# A START's confirmation no longer names the opt-out that it lifts.
ONE_EACH = """
update outbox o set suppression_id = null where suppression_id is not null and exists (
    select from outbox first where first.suppression_id = o.suppression_id and first.id < o.id)
"""
BEFORE = """
create or replace function outbox_not_to_suppressed() returns trigger language plpgsql as $$
begin
    if new.state in ('waiting', 'sending') and new.purpose <> 'confirmation' and exists (
        select from suppression where e164 = new.e164 and lifted_at is null
    ) then
        raise exception 'this number opted out' using constraint = 'outbox_not_to_suppressed';
    end if;
    if new.purpose = 'confirmation' and new.suppression_id is null then
        raise exception 'a confirmation names its opt-out'
            using constraint = 'outbox_not_to_suppressed';
    end if;
    return new;
end $$;
"""
# A number that is spelled another way would pass every other check.
E164 = r"e164 ~ '^\+[1-9][0-9]{6,14}$'"
DEFAULTS = (
    ("suppression", "is_lifted_by_them"),
    ("decision", "text_version"),
    ("decision", "clocks"),
    ("suppression", "lifted_proof"),
)


def upgrade() -> None:
    op.execute(ONE_EACH)
    op.create_table(
        "listed_number",
        sa.Column("e164", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("e164", "kind", name=op.f("pk_listed_number")),
    )
    op.create_index(op.f("ix_listed_number_kind"), "listed_number", ["kind"], unique=False)
    op.create_table(
        "number_check",
        sa.Column("e164", sa.String(16), nullable=False),
        sa.Column("line_type", sa.String(20), nullable=False),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column("carrier", sa.String(80), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("e164", name=op.f("pk_number_check")),
    )
    op.create_index(
        op.f("ix_number_check_checked_at"), "number_check", ["checked_at"], unique=False
    )
    op.create_table(
        "seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    op.create_table(
        "call_list",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_user", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user"], ["app_user.id"], name=op.f("fk_call_list_by_user_app_user")
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_call_list")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("e164", sa.String(16), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "none",
                "attested",
                "replied",
                "asked",
                "customer",
                "written",
                name="basis",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("by_user", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_user"], ["app_user.id"], name=op.f("fk_consent_by_user_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_e164"), "consent", ["e164"], unique=False)
    op.create_table(
        "frozen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("e164", sa.String(16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_how", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["app_user.id"], name=op.f("fk_frozen_settled_by_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen")),
    )
    op.create_index(op.f("ix_frozen_e164"), "frozen", ["e164"], unique=False)
    op.create_index(
        "uq_frozen_active",
        "frozen",
        ["e164"],
        unique=True,
        postgresql_where=sa.text("settled_at is null"),
    )
    op.add_column(
        "decision", sa.Column("text_version", sa.String(20), nullable=False, server_default="")
    )
    op.add_column(
        "decision",
        sa.Column(
            "clocks", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}"
        ),
    )
    op.drop_index(
        op.f("uq_outbox_confirmation"),
        table_name="outbox",
        postgresql_where="(suppression_id IS NOT NULL)",
    )
    op.create_index(
        "uq_outbox_confirmation",
        "outbox",
        ["suppression_id"],
        unique=True,
        postgresql_where=sa.text("suppression_id is not null"),
    )
    op.add_column(
        "suppression", sa.Column("lifted_proof", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "suppression",
        sa.Column("is_lifted_by_them", sa.Boolean(), nullable=False, server_default="false"),
    )
    op.add_column("suppression", sa.Column("again_at", sa.DateTime(timezone=True), nullable=True))
    for table in ("suppression", "outbox", "frozen", "consent"):
        op.create_check_constraint("e164", table, E164)
    op.create_index("ix_decision_at", "decision", ["at"], unique=False)
    for table, column in DEFAULTS:
        op.alter_column(table, column, server_default=None)
    op.execute(CONFIRMATION_ALONE)
    op.execute(WATCHED)
    op.execute(CALLED_BACK)
    op.execute(SEALS)


def downgrade() -> None:
    op.execute("drop trigger suppression_calls_back on suppression")
    op.execute("drop function suppression_calls_back")
    op.execute("drop trigger outbox_not_to_suppressed on outbox")
    op.execute(BEFORE)
    op.execute(
        "create trigger outbox_not_to_suppressed before insert or update of state, e164, purpose"
        " on outbox for each row execute function outbox_not_to_suppressed()"
    )
    op.drop_index("ix_decision_at", table_name="decision")
    op.drop_column("suppression", "again_at")
    for table in ("suppression", "outbox"):
        op.drop_constraint(op.f(f"ck_{table}_e164"), table)
    op.drop_column("suppression", "is_lifted_by_them")
    op.drop_column("suppression", "lifted_proof")
    op.drop_index(
        "uq_outbox_confirmation",
        table_name="outbox",
        postgresql_where=sa.text("suppression_id is not null"),
    )
    op.create_index(
        op.f("uq_outbox_confirmation"),
        "outbox",
        ["suppression_id", "body"],
        unique=True,
        postgresql_where="(suppression_id IS NOT NULL)",
    )
    op.drop_column("decision", "clocks")
    op.drop_column("decision", "text_version")
    op.drop_index(
        "uq_frozen_active", table_name="frozen", postgresql_where=sa.text("settled_at is null")
    )
    op.drop_index(op.f("ix_frozen_e164"), table_name="frozen")
    op.drop_table("frozen")
    op.drop_index(op.f("ix_consent_e164"), table_name="consent")
    op.drop_table("consent")
    op.drop_table("call_list")
    op.drop_table("seal")
    op.execute("drop function seal_is_append_only")
    op.drop_index(op.f("ix_number_check_checked_at"), table_name="number_check")
    op.drop_table("number_check")
    op.drop_index(op.f("ix_listed_number_kind"), table_name="listed_number")
    op.drop_table("listed_number")
