"""Migrations by Alembic's own API, one start at a time, and the mode a database was born in."""

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from alembic import command
from crm_app import house
from crm_app.clock import wall
from crm_app.db import engine, transaction
from crm_app.settings import ROOT, settings

LOCK = 0x61616331  # an advisory lock of PostgreSQL; any number that is ours alone


def migrate() -> None:
    """Bring the tables up to date; raise CrmError when sandbox and live would meet."""
    with engine().connect() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        if versions()[0] != versions()[1]:
            command.upgrade(_config(), "head")
    with transaction() as session:
        house.be_born(session, sandbox=settings().is_sandbox, at=wall())


def versions() -> tuple[str | None, str | None]:
    """Return the migration that the database is at, and the newest one there is."""
    with engine().connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    return now, ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    return Config(toml_file=ROOT / "pyproject.toml")
