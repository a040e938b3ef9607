"""Commands and their database: started when none runs, adopted when one does, left as it was."""

import signal
from pathlib import Path

import pytest
from alembic.config import Config

from alembic import command
from crm_app.__main__ import main
from crm_app.errors import CrmError
from crm_app.run import postgres
from crm_app.run.database import database, only_run
from crm_app.settings import ROOT, settings
from tests.run.conftest import Start

HOLD = (
    "import signal\n"
    "from crm_app.run.database import database\n"
    "with database(migrates=False):\n"
    "    print('in', flush=True)\n"
    "    signal.pause()\n"
)


def test_live_without_its_number_is_refused_before_anything_starts(
    embedded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANDBOX", "0")
    settings.cache_clear()
    with pytest.raises(CrmError, match="set OPENPHONE_PHONE_NUMBER"):
        database(migrates=False, ends=True).__enter__()
    assert main(["worker"]) == 1
    assert "set OPENPHONE_PHONE_NUMBER" in capsys.readouterr().err
    assert main(["doctor"]) == 1
    assert "set OPENPHONE_PHONE_NUMBER" in capsys.readouterr().out
    assert postgres.running(embedded) is None


def test_database_that_a_command_started_ends_with_it(embedded: Path) -> None:
    with database(migrates=False):
        assert postgres.running(embedded)
    assert postgres.running(embedded) is None


def test_database_that_ran_already_is_left_running(embedded: Path) -> None:
    postgres.ensure(embedded)
    with database(migrates=False):
        pass
    assert postgres.running(embedded)


def test_last_of_two_commands_ends_what_the_first_started(embedded: Path) -> None:
    with database(migrates=False):
        inner = database(migrates=False)
        inner.__enter__()
    assert postgres.running(embedded), "the second one still uses it"
    inner.__exit__(None, None, None)
    assert postgres.running(embedded) is None


def test_command_beside_a_run_leaves_its_database(embedded: Path) -> None:
    with database(migrates=False, ends=True):
        with database(migrates=False):
            pass
        assert postgres.running(embedded)
    assert postgres.running(embedded) is None


def test_run_also_ends_a_server_that_a_killed_one_left(embedded: Path) -> None:
    postgres.ensure(embedded)
    with database(migrates=False, ends=True):
        pass
    assert postgres.running(embedded) is None


def test_server_of_a_killed_command_is_adopted_and_left(start: Start, embedded: Path) -> None:
    killed = start("-c", HOLD)
    assert killed.stdout is not None
    assert killed.stdout.readline() == "in\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    pid = postgres.running(embedded)
    assert pid is not None

    with database(migrates=False):
        assert postgres.running(embedded) == pid
    assert postgres.running(embedded) == pid


def test_command_alone_brings_the_tables_up_to_date(embedded: Path) -> None:
    with database():
        command.check(Config(toml_file=str(ROOT / "pyproject.toml")))


def test_given_database_is_not_touched(embedded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@192.0.2.1/else")
    settings.cache_clear()
    with database():
        assert not embedded.exists()


def test_second_run_is_told_where_the_first_is(embedded: Path) -> None:
    embedded.mkdir()
    told = r"Already running at http://localhost:3000 \(process \d+\)\. End that one first"
    with (
        only_run(embedded, " at http://localhost:3000"),
        pytest.raises(CrmError, match=told),
        only_run(embedded),
    ):
        pass
    with only_run(embedded):
        pass
