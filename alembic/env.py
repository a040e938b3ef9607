"""Alembic's environment: the program's own engine and tables."""

from alembic import context
from crm_app import models
from crm_app.db import engine

with engine().connect() as connection:
    context.configure(
        connection=connection, target_metadata=models.metadata, compare_server_default=True
    )
    with context.begin_transaction():
        context.run_migrations()
