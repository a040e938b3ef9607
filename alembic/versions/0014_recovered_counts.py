"""How much each reconciliation took in; an index of what webhooks should have brought."""

import sqlalchemy as sa

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NEW = ("found", "lost")
_COUNT = """
update reconciliation r set found = f.found, lost = f.lost
from (select reconciliation_id, count(*) as found, count(*) filter (where not is_history) as lost
      from recovered group by 1) f where f.reconciliation_id = r.id
"""


def upgrade() -> None:
    for name in NEW:
        kept = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("reconciliation", kept)
        op.alter_column("reconciliation", name, server_default=None)
    op.execute(_COUNT)
    op.create_index(
        "ix_recovered_lost", "recovered", ["id"], postgresql_where=sa.text("not is_history")
    )


def downgrade() -> None:
    op.drop_index("ix_recovered_lost", "recovered")
    for name in NEW:
        op.drop_column("reconciliation", name)
