"""Files of texts, calls and contacts; a row for each link that is known already."""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The demo's photos of before never were anywhere.
_ROWS = """
insert into media (kind, message_id, call_id, url, name, state, attempts, next_at, error, sha256,
    content_type, size, at)
select distinct on (owner, split_part(url, '?', 1)) kind, message_id, call_id, url,
    md5(split_part(url, '?', 1)), 'waiting', 0, now(), '', '', '', 0, at
from (
    select 'file' as kind, 'm' || m.id as owner, m.id as message_id, cast(null as int) as call_id,
        one ->> 'url' as url, m.at
    from message m, jsonb_array_elements(m.media) one where jsonb_typeof(m.media) = 'array'
    union all
    select 'voicemail', 'c' || c.id, null, c.id, c.voicemail ->> 'url', c.at from call c
    union all
    select 'recording', 'c' || c.id, null, c.id, link, c.at
    from call c, jsonb_array_elements_text(c.recordings) link
) known
where url <> '' and url not like 'https://media.example.com/%'
"""


def upgrade() -> None:
    kinds = sa.Enum(
        "file", "voicemail", "recording", "photo", name="mediakind", native_enum=False, length=20
    )
    states = sa.Enum("waiting", "kept", "failed", name="mediastate", native_enum=False, length=20)
    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("property_id", sa.Integer(), nullable=True),
        sa.Column("by_user", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content_type", sa.String(40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_media_message_id_message"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["call_id"], ["call.id"], name=op.f("fk_media_call_id_call"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_media_contact_id_contact"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["property.id"], name=op.f("fk_media_property_id_property"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["by_user"], ["app_user.id"], name=op.f("fk_media_by_user_app_user")
        ),
    )  # fmt: skip
    op.create_index("uq_media_message_id", "media", ["message_id", "name"], unique=True)
    op.create_index("uq_media_call_id", "media", ["call_id", "name"], unique=True)
    op.create_index(
        "ix_media_due", "media", ["next_at"], postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_index(op.f("ix_media_contact_id"), "media", ["contact_id"])
    op.create_index(op.f("ix_media_property_id"), "media", ["property_id"])
    op.execute(_ROWS)


def downgrade() -> None:
    op.drop_table("media")
