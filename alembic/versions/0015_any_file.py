"""Any file, planned and undone: extras, tags, versions, dated ties, recipes, outcomes, merges."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
# table: its new columns that are never null, with what rows of before get.
FILLED = {
    "contact": {
        "other_emails": (sa.String(), ""), "tags": (JSONB(), "[]"), "extras": (JSONB(), "{}"),
        "edited": (JSONB(), "[]"), "version": (sa.Integer(), "1"),
    },
    "phone_number": {"kind": (sa.String(20), "")},
    "property": {
        "notes": (sa.String(), ""), "extras": (JSONB(), "{}"), "edited": (JSONB(), "[]"),
        "version": (sa.Integer(), "1"),
    },
    "import": {
        "recipe": (sa.String(80), "PropertyRadar"), "sureness": (sa.Integer(), "100"),
        "dialect": (JSONB(), "{}"), "header": (JSONB(), "[]"), "mapping": (JSONB(), "[]"),
        "mode": (sa.String(20), "fill"), "tag": (sa.String(40), ""), "basis": (sa.String(20), ""),
        "is_approved": (sa.Boolean(), "true"), "is_cancelling": (sa.Boolean(), "false"),
    },
    "import_row": {
        "place": (sa.Integer(), "0"), "wave": (sa.Integer(), "1"), "people": (JSONB(), "[]"),
        "refused_phones": (sa.Integer(), "0"),
        "is_overwriting": (sa.Boolean(), "false"),
    },
}  # fmt: skip
EMPTY = {
    "consent": {"import_id": sa.Integer()},
    "contact": {"import_id": sa.Integer(), "merged_into": sa.Integer()},
    "phone_number": {"import_id": sa.Integer()},
    "property": {"import_id": sa.Integer()},
    "contact_property": {
        "started_on": sa.Date(), "ended_on": sa.Date(), "import_id": sa.Integer(),
    },
    "contact_list": {
        "filter": JSONB(), "created_by": sa.Integer(), "import_id": sa.Integer(),
    },
    "list_member": {"import_id": sa.Integer()},
    "import": {"began_at": AT, "undone_at": AT},
    "import_row": {"house": JSONB()},
}  # fmt: skip
_SEARCH = "to_tsvector('simple', name || ' ' || email || ' ' || houses)"
_NEW_SEARCH = (
    "to_tsvector('simple', name || ' ' || other_names || ' ' || email || ' ' || houses)"
    " || to_tsvector('simple', tags)"
)
_HOUSE_SEARCH = "to_tsvector('simple', address || ' ' || city || ' ' || zip5 || ' ' || owner)"
# What was imported before keeps its verdicts; it cannot be undone, so it names no changes.
_OUTCOMES = """
insert into import_outcome (import_id, line, is_done, verdict, property_verdict, contact_verdicts,
    property_id, contact_ids, changes, stayed)
select import_id, line, true, verdict, verdict, '[]', property_id, '[]', '[]', '' from import_row
"""


def _search(table: str, words: str) -> None:
    made = sa.Column("search", TSVECTOR(), sa.Computed(words, persisted=True), nullable=True)
    op.add_column(table, made)
    op.create_index(f"ix_{table}_search", table, ["search"], postgresql_using="gin")


def _unsearch(table: str) -> None:
    op.drop_index(f"ix_{table}_search", table)
    op.drop_column(table, "search")


def upgrade() -> None:
    for table, columns in FILLED.items():
        for name, (kind, before) in columns.items():
            column = sa.Column(name, kind, nullable=False, server_default=before)
            op.add_column(table, column)
            op.alter_column(table, name, server_default=None)
    for table, columns in EMPTY.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind, nullable=True))
    _unsearch("contact")
    _search("contact", _NEW_SEARCH)
    _search("property", _HOUSE_SEARCH)
    op.create_index(
        "ix_contact_email", "contact", [sa.literal_column("lower(email)")],
        postgresql_where=sa.text("email <> ''"),
    )  # fmt: skip
    op.create_index(
        "ix_contact_merged", "contact", ["merged_into"],
        postgresql_where=sa.text("merged_into is not null"),
    )  # fmt: skip
    op.create_index("ix_contact_tags", "contact", ["tags"], postgresql_using="gin")
    op.create_index("ix_outbox_contact_id", "outbox", ["contact_id"])
    op.create_foreign_key(
        "fk_contact_merged_into_contact", "contact", "contact", ["merged_into"], ["id"]
    )
    op.create_foreign_key(
        "fk_contact_list_created_by_app_user", "contact_list", "app_user", ["created_by"], ["id"]
    )
    op.drop_constraint("pk_contact_property", "contact_property")
    op.execute(
        "alter table contact_property add id serial constraint pk_contact_property primary key"
    )
    op.create_index("ix_contact_property_contact_id", "contact_property", ["contact_id"])
    op.create_index(
        "uq_contact_property_tie", "contact_property", ["contact_id", "property_id", "role"],
        unique=True, postgresql_where=sa.text("ended_on is null"),
    )  # fmt: skip
    op.create_table(
        "merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("moved", JSONB(), nullable=False),
        sa.Column("by_user", sa.Integer(), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("undone_at", AT, nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_user"], ["app_user.id"], name="fk_merge_by_user_app_user"),
        sa.ForeignKeyConstraint(["gone_id"], ["contact.id"], name="fk_merge_gone_id_contact"),
        sa.ForeignKeyConstraint(["kept_id"], ["contact.id"], name="fk_merge_kept_id_contact"),
        sa.ForeignKeyConstraint(["undone_by"], ["app_user.id"], name="fk_merge_undone_by_app_user"),
        sa.PrimaryKeyConstraint("id", name="pk_merge"),
    )
    op.create_index("ix_merge_gone_id", "merge", ["gone_id"])
    op.create_index("ix_merge_kept_id", "merge", ["kept_id"])
    op.create_table(
        "recipe",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("header_key", sa.String(64), nullable=False),
        sa.Column("mapping", JSONB(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["app_user.id"], name="fk_recipe_created_by_app_user"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recipe"),
        sa.UniqueConstraint("header_key", name="uq_recipe_header_key"),
        sa.UniqueConstraint("name", name="uq_recipe_name"),
    )
    op.create_table(
        "import_outcome",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("property_verdict", sa.String(10), nullable=False),
        sa.Column("contact_verdicts", JSONB(), nullable=False),
        sa.Column("property_id", sa.Integer(), nullable=True),
        sa.Column("contact_ids", JSONB(), nullable=False),
        sa.Column("changes", JSONB(), nullable=False),
        sa.Column("stayed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name="fk_import_outcome_import_id_import"
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name="pk_import_outcome"),
    )
    op.execute(_OUTCOMES)
    op.drop_index("ix_import_row_look", "import_row")
    op.drop_column("import_row", "verdict")
    op.drop_column("import_row", "property_id")
    op.create_index(
        "ix_import_row_look", "import_row", ["import_id", "line"],
        postgresql_where=sa.text("reason <> '' or warnings <> '[]'"),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_import_row_look", "import_row")
    op.add_column("import_row", sa.Column("verdict", sa.String(20), nullable=True))
    op.add_column("import_row", sa.Column("property_id", sa.Integer(), nullable=True))
    op.execute(
        "update import_row r set verdict = o.verdict, property_id = p.id from import_outcome o"
        " left join property p on p.id = o.property_id"
        " where o.import_id = r.import_id and o.line = r.line"
    )
    op.execute("delete from import_row where verdict is null")  # planned, not applied
    op.alter_column("import_row", "verdict", nullable=False)
    op.create_foreign_key(
        "fk_import_row_property_id_property", "import_row", "property", ["property_id"], ["id"]
    )
    op.create_index(
        "ix_import_row_look", "import_row", ["import_id", "line"],
        postgresql_where=sa.text("verdict = 'failed' or warnings <> '[]'"),
    )  # fmt: skip
    for table in ("import_outcome", "recipe", "merge"):
        op.drop_table(table)
    op.drop_index("uq_contact_property_tie", "contact_property")
    op.drop_index("ix_contact_property_contact_id", "contact_property")
    op.drop_column("contact_property", "id")  # and its primary key
    op.execute("delete from contact_property where ended_on is not null")
    op.create_primary_key(
        "pk_contact_property", "contact_property", ["contact_id", "property_id", "role"]
    )
    op.drop_constraint("fk_contact_list_created_by_app_user", "contact_list")
    op.drop_constraint("fk_contact_merged_into_contact", "contact")
    op.drop_index("ix_outbox_contact_id", "outbox")
    for name in ("tags", "merged", "email"):
        op.drop_index(f"ix_contact_{name}", "contact")
    _unsearch("property")
    _unsearch("contact")
    for columns in (FILLED, EMPTY):
        for table, names in columns.items():
            for name in names:
                op.drop_column(table, name)
    _search("contact", _SEARCH)
