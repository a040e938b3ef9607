"""Backup, restore and reset of the whole database."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from sqlalchemy import text

from alembic import command
from crm_app import clock, db, migrations, queue
from crm_app.__main__ import main
from crm_app.admin import commands
from crm_app.admin.tasks import back_up
from crm_app.errors import CrmError
from crm_app.run.database import only_run
from crm_app.sandbox import commands as sandbox
from crm_app.settings import ROOT, settings
from tests.admin.conftest import Home

ADD = (
    "insert into owner_setting (key, value) values ('marker', '\"{}\"')"
    " on conflict (key) do update set value = excluded.value"
)


def _mark(value: str) -> None:
    with db.transaction() as session:
        session.execute(text(ADD.format(value)))


def _marker() -> str | None:
    with db.transaction() as session:
        asked = text("select value #>> '{}' from owner_setting where key = 'marker'")
        return session.execute(asked).scalar()


@pytest.fixture
def saved(home: Home, tmp_path: Path) -> Path:
    """A backup of a database that says `before`."""
    migrations.migrate()
    queue.huey().storage.close()  # its schema is part of the whole
    _mark("before")
    file = tmp_path / "crm.dump"
    assert commands.backup([str(file)]) == 0
    return file


def test_round_trip_brings_back_what_was_saved_and_nothing_newer(saved: Path) -> None:
    _mark("after")
    with db.transaction() as session:
        session.execute(text("create table newer (n int)"))

    assert commands.restore([str(saved)]) == 0

    assert _marker() == "before"
    with db.transaction() as session:
        assert session.execute(text("select to_regclass('public.newer')")).scalar() is None
        assert session.execute(text("select to_regclass('queue.huey_task')")).scalar()
    command.check(Config(toml_file=str(ROOT / "pyproject.toml")))


def test_backup_is_for_its_owner_only(saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0
    assert [p.name for p in saved.parent.glob("crm.dump*")] == ["crm.dump"]


def test_broken_file_changes_nothing(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = saved.read_bytes()
    saved.write_bytes(whole[: len(whole) // 2])
    _mark("after")

    assert main(["restore", str(saved)]) == 1

    assert "nothing was changed" in capsys.readouterr().err
    assert _marker() == "after"
    assert not list(settings().data_path.glob("restore*"))


def test_missing_file_is_a_sentence(home: Home) -> None:
    with pytest.raises(CrmError, match=r"nothing was changed: .*No such file"):
        commands.restore(["/nowhere/crm.dump"])


def test_live_system_is_replaced_only_when_told_twice(saved: Path, home: Home) -> None:
    home.change(SANDBOX="0", OPENPHONE_API_KEY="key")
    with pytest.raises(CrmError, match="Add --yes"):
        commands.restore([str(saved)])
    with pytest.raises(CrmError, match="only a sandbox"):
        sandbox.reset()


def test_pretend_data_does_not_come_into_a_live_system(saved: Path, home: Home) -> None:
    home.change(SANDBOX="0", OPENPHONE_API_KEY="key")
    with db.transaction() as session:
        session.execute(text("update house set mode = 'live'"))
    with pytest.raises(CrmError, match="real and pretend never meet"):
        commands.restore([str(saved), "--yes"])
    with db.transaction() as session:
        assert session.execute(text("select mode from house")).scalar() == "live"


@pytest.mark.parametrize("name", ["restore", "reset"])
def test_nothing_is_replaced_while_it_is_used(
    saved: Path, home: Home, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args = [name, str(saved)] if name == "restore" else [name]
    with only_run(home.folder):
        assert main(args) == 1
    assert "Already running" in capsys.readouterr().err
    with home.connect():
        assert main(args) == 1
    assert "in use" in capsys.readouterr().err
    assert _marker() == "before"


def test_reset_empties_a_sandbox(saved: Path, home: Home) -> None:
    db.engine().dispose()
    (home.folder / "imports").mkdir(parents=True)
    (home.folder / "imports" / "list.csv").write_text("x")
    (home.folder / "sandbox.sqlite").write_text("x")
    (home.folder / "secret").write_text("kept")

    sandbox.reset()

    assert not (home.folder / "imports").exists()
    assert not (home.folder / "sandbox.sqlite").exists()
    assert (home.folder / "secret").exists()
    migrations.migrate()
    assert _marker() is None


def test_database_that_was_born_live_is_not_reset(saved: Path, home: Home) -> None:
    with db.transaction() as session:
        session.execute(text("update house set mode = 'live'"))
    with pytest.raises(CrmError, match="born live"):
        sandbox.reset()
    assert _marker() == "before"


def test_password_is_not_seen_in_the_list_of_processes(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def run(command: list[str], **rest: Any) -> subprocess.CompletedProcess[str]:
        seen.extend((" ".join(command), rest["env"]["PGHOST"], rest["env"]["PGPASSWORD"]))
        return subprocess.CompletedProcess(command, 0)

    home.change(DATABASE_URL="postgresql://crm:hush@db.test/crm")
    monkeypatch.setattr(commands.subprocess, "run", run)
    commands._run("pg_dump")
    assert seen[1:] == ["db.test", "hush"]
    assert "hush" not in seen[0]


def test_each_night_one_is_kept_of_fourteen(saved: Path, home: Home) -> None:
    folder = settings().data_path / "backups"
    for day in range(1, 18):
        (folder / f"2026-01-{day:02}.dump").write_text("old")

    back_up()
    newest = commands.save()

    assert newest == folder / f"{clock.wall():%Y-%m-%d}.dump"
    assert sorted(p.name for p in folder.iterdir()) == [
        *(f"2026-01-{day:02}.dump" for day in range(5, 18)),
        newest.name,
    ]
    assert folder.stat().st_mode & 0o077 == 0
    _mark("after")
    assert commands.restore([str(newest)]) == 0
    assert _marker() == "before"


def test_a_copy_that_cannot_be_read_does_not_take_the_place_of_a_good_one(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, run = saved.read_bytes(), commands._run

    def cut(name: str, *arguments: str) -> None:
        run(name, *arguments)
        if name == "pg_dump":
            part = saved.with_name("crm.dump.part")
            part.write_bytes(part.read_bytes()[:-2000])

    monkeypatch.setattr(commands, "_run", cut)

    with pytest.raises(CrmError, match="pg_restore failed"):
        commands.backup([str(saved)])
    assert saved.read_bytes() == good
