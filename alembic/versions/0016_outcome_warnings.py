"""What the database knows of a row is told with what becomes of it; waves are found as it runs."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    warnings = sa.Column("warnings", JSONB(), nullable=False, server_default="[]")
    op.add_column("import_outcome", warnings)
    op.alter_column("import_outcome", "warnings", server_default=None)
    op.drop_column("import_row", "wave")


def downgrade() -> None:
    wave = sa.Column("wave", sa.Integer(), nullable=False, server_default="1")
    op.add_column("import_row", wave)
    op.alter_column("import_row", "wave", server_default=None)
    op.drop_column("import_outcome", "warnings")
