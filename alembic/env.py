"""Alembic's environment: the program's own engine and tables."""

from alembic import context
from crm_app.db import engine, metadata

with engine().connect() as connection:
    context.configure(
        connection=connection, target_metadata=metadata(), compare_server_default=True
    )
    with context.begin_transaction():
        context.run_migrations()
