"""The embedded server: made once, adopted, started again whatever was left behind."""

import os
import signal
import subprocess
from pathlib import Path

import psycopg
import pytest

from crm_app.errors import CrmError
from crm_app.run import postgres


def _ask(data_path: Path, question: str) -> object:
    host = postgres.folder(data_path)
    with psycopg.connect(f"postgresql://postgres@/attackacrack?host={host}") as connection:
        *first, last = question.split(";")
        for statement in first:
            connection.execute(statement.encode())
        row = connection.execute(last.encode()).fetchone()
    assert row is not None
    return row[0]


def test_server_is_made_adopted_and_stopped(folder: Path) -> None:
    assert postgres.ensure(folder)
    assert str(_ask(folder, "show server_version")).startswith("18")

    pid = postgres.running(folder)
    assert not postgres.ensure(folder)
    assert postgres.running(folder) == pid

    postgres.stop(folder)
    assert postgres.running(folder) is None
    postgres.stop(folder)


def test_data_is_safe_private_and_the_same_on_every_machine(folder: Path) -> None:
    postgres.ensure(folder)

    assert _ask(folder, "show fsync") == "on"
    assert _ask(folder, "show listen_addresses") == ""
    assert _ask(folder, "show log_error_verbosity") == "terse"
    assert _ask(folder, "select datlocale from pg_database where datname = 'attackacrack'") == (
        "C.UTF-8"
    )
    assert (folder / "pg").stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o066 == 0


def test_killed_server_is_started_again_and_keeps_what_was_committed(folder: Path) -> None:
    postgres.ensure(folder)
    _ask(folder, "create table kept as select 7 as n; select 1")
    pid = postgres.running(folder)
    assert pid is not None

    os.kill(pid, signal.SIGKILL)

    assert postgres.ensure(folder)
    assert _ask(folder, "select n from kept") == 7


def test_pid_file_that_names_another_process_is_a_leftover(folder: Path) -> None:
    postgres.ensure(folder)
    pid_file = folder / "pg" / "postmaster.pid"
    written = pid_file.read_text()
    postgres.stop(folder)
    pid_file.write_text(written.replace(written.splitlines()[0], str(os.getpid()), 1))

    assert postgres.running(folder) is None
    assert postgres.ensure(folder)


def test_killed_set_up_leaves_nothing_in_the_way(folder: Path) -> None:
    (folder / "pg.part" / "base").mkdir(parents=True)
    (folder / "pg").mkdir()

    assert postgres.ensure(folder)


def test_path_that_is_too_long_for_a_socket_is_a_sentence(folder: Path) -> None:
    with pytest.raises(CrmError, match="too long for PostgreSQL"):
        postgres.ensure(folder / ("x" * 90) / "data")


def test_server_that_cannot_start_shows_the_end_of_its_log(folder: Path) -> None:
    postgres.ensure(folder)
    postgres.stop(folder)
    with (folder / "pg" / "postgresql.conf").open("a") as config:
        config.write("no_such_setting = 1\n")

    with pytest.raises(CrmError, match="no_such_setting"):
        postgres.ensure(folder)


def test_foreign_process_that_is_called_postgres_is_not_ours(folder: Path, tmp_path: Path) -> None:
    (folder / "pg").mkdir(parents=True)
    pretender = tmp_path / "postgres"
    pretender.symlink_to("/bin/sleep")
    with subprocess.Popen([pretender, "30"], cwd=tmp_path) as process:
        (folder / "pg" / "postmaster.pid").write_text(f"{process.pid}\n")
        assert postgres.running(folder) is None
        process.kill()


def test_copy_for_a_server_that_may_not_enter_the_venv_works(folder: Path) -> None:
    folder.mkdir()
    copied = postgres.copied(postgres.program("initdb", folder).parent, folder / "postgresql")
    initdb = copied / "initdb"
    told = subprocess.run([initdb, "--version"], capture_output=True, text=True, check=True)
    assert "PostgreSQL) 18" in told.stdout
    assert all(path.stat().st_mode & 0o004 for path in folder.glob("postgresql/**/*"))
