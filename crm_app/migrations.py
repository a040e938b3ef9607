"""Migrations by Alembic's own API, one start at a time, and the mode a database was born in."""

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from alembic import command
from crm_app import house
from crm_app.clock import wall
from crm_app.db import engine, transaction
from crm_app.errors import CrmError
from crm_app.settings import ROOT, settings

LOCK = 0x61616331  # an advisory lock of PostgreSQL; any number that is ours alone


OLDEST = 15  # of PostgreSQL


def migrate() -> None:
    """Bring the tables up to date; raise CrmError when sandbox and live would meet.

    Also raised, with what to do, when the database does not answer or is too old.
    """
    with _connected() as connection:
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


def _connected() -> Connection:
    try:
        connection = engine().connect()
    except OperationalError as problem:
        raise CrmError(
            f"The database does not answer: {problem.orig}\nCheck DATABASE_URL, or leave it empty"
            " for the embedded PostgreSQL."
        ) from None
    version = int(connection.execute(text("show server_version_num")).scalar_one()) // 10_000
    if version < OLDEST:
        connection.close()
        raise CrmError(f"This is PostgreSQL {version}; {OLDEST} or newer is needed.")
    return connection


def _config() -> Config:
    return Config(toml_file=ROOT / "pyproject.toml")
