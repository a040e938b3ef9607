"""Migrations: up to date, one at a time, and a sentence where they cannot be."""

from collections.abc import Callable

import pytest
from alembic.config import Config
from sqlalchemy import inspect

from alembic import command
from crm_app import db, migrations
from crm_app.errors import CrmError
from crm_app.settings import ROOT


def _alembic() -> Config:
    return Config(toml_file=str(ROOT / "pyproject.toml"))


def test_tables_are_what_the_code_says(fresh_database: str) -> None:
    command.check(_alembic())


def test_every_migration_can_be_undone_and_done_again(fresh_database: str) -> None:
    command.downgrade(_alembic(), "base")
    with db.engine().connect() as connection:
        tables = set(inspect(connection).get_table_names())
    assert tables == {"alembic_version"}
    migrations.migrate()
    command.check(_alembic())


def test_database_of_the_other_mode_is_refused(
    fresh_database: str, environment: Callable[..., None]
) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="key")
    with pytest.raises(CrmError, match="born sandbox"):
        migrations.migrate()


def test_database_that_does_not_answer_is_a_sentence(environment: Callable[..., None]) -> None:
    environment(DATABASE_URL="postgresql://crm:hush@127.0.0.1:1/crm")
    with pytest.raises(CrmError, match="Check DATABASE_URL") as refused:
        migrations.migrate()
    assert "hush" not in str(refused.value)


def test_old_server_is_refused(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "OLDEST", 99)
    with pytest.raises(CrmError, match="99 or newer is needed"):
        migrations.migrate()
