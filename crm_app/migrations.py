"""Migrations by Alembic's own API, one start at a time, and the mode a database was born in."""

from alembic.config import Config
from sqlalchemy import text
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
    """Bring the tables up to date; raise CrmError, with what to do, where that cannot be."""
    try:
        connection = engine().connect()
    except OperationalError as problem:
        raise CrmError(
            f"The database does not answer: {problem.orig}\nCheck DATABASE_URL, or leave it empty"
            " for the embedded PostgreSQL."
        ) from None
    with connection:
        version = int(connection.execute(text("show server_version_num")).scalar_one()) // 10_000
        if version < OLDEST:
            raise CrmError(f"This is PostgreSQL {version}; {OLDEST} or newer is needed.")
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        command.upgrade(Config(toml_file=ROOT / "pyproject.toml"), "head")
    with transaction() as session:
        house.be_born(session, sandbox=settings().is_sandbox, at=wall())
