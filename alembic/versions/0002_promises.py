"""What the database itself promises: decisions stay, no text to a number that said stop."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = """
create function decision_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'decision is append-only';
end $$;
create trigger decision_is_append_only before update or delete on decision
    for each row execute function decision_is_append_only();
create trigger decision_is_never_emptied before truncate on decision
    for each statement execute function decision_is_append_only();
"""

# The confirmation of an opt-out is the one exception; its unique index allows one for each.
NOT_TO_SUPPRESSED = """
create function outbox_not_to_suppressed() returns trigger language plpgsql as $$
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
create trigger outbox_not_to_suppressed before insert or update of state, e164, purpose on outbox
    for each row execute function outbox_not_to_suppressed();
"""


def upgrade() -> None:
    op.execute(APPEND_ONLY)
    op.execute(NOT_TO_SUPPRESSED)


def downgrade() -> None:
    op.execute("drop trigger outbox_not_to_suppressed on outbox")
    op.execute("drop function outbox_not_to_suppressed")
    op.execute("drop trigger decision_is_never_emptied on decision")
    op.execute("drop trigger decision_is_append_only on decision")
    op.execute("drop function decision_is_append_only")
