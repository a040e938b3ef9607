import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import db, queue
from crm_app.errors import CrmError
from crm_app.imports import actions, commands, tasks
from crm_app.imports.models import Import, ImportState
from crm_app.settings import ROOT, settings
from tests.imports.files import SAMPLE, house, take_in, write

Told = Callable[[int, int], None]


def test_the_bell_applies_an_upload_and_tells_the_browsers(session: Session) -> None:
    import_id = take_in(session, SAMPLE, "")
    queue.is_immediate = True

    queue.ring(tasks.run, import_id)

    session.expire_all()
    found = session.get_one(Import, import_id)
    assert (found.state, found.rows_done, found.rows_total) == (ImportState.APPLIED, 30, 30)
    assert found.list_name.startswith("propertyradar_sample 20")


def test_running_twice_applies_once(session: Session) -> None:
    import_id = take_in(session, SAMPLE)
    tasks.run(import_id)

    tasks.run(import_id, wait=True)
    tasks.resume()

    assert session.execute(text("select count(*) from import_row")).scalar() == 30


def test_what_was_dropped_is_resumed(session: Session) -> None:
    import_id = take_in(session, SAMPLE)
    with db.transaction() as other:
        actions.note_progress(other, import_id, 10, 30)  # and then the worker was killed

    tasks.resume()

    session.expire_all()
    assert session.get_one(Import, import_id).state is ImportState.APPLIED


def test_somebody_else_finishing_first_is_no_second_application(session: Session) -> None:
    import_id = take_in(session, SAMPLE)
    tasks.run(import_id)

    with db.transaction() as other:
        actions.apply_import(other, import_id, lambda rows, total: None)

    assert session.execute(text("select count(*) from import_row")).scalar() == 30


def test_a_file_that_cannot_be_applied_says_why(session: Session, tmp_path: Path) -> None:
    import_id = take_in(session, write(tmp_path / "x.csv", {"A": "1"}, header=["A"]))

    tasks.run(import_id)

    session.expire_all()
    found = session.get_one(Import, import_id)
    assert found.state is ImportState.FAILED
    assert "no column Address" in found.error


def test_a_file_that_is_gone_says_so(session: Session) -> None:
    import_id = take_in(session, SAMPLE)
    for file in actions.folder().iterdir():
        file.unlink()

    tasks.run(import_id)

    session.expire_all()
    assert session.get_one(Import, import_id).error == "The uploaded file is gone. Upload it again."


def test_a_file_that_keeps_failing_is_given_up(session: Session) -> None:
    import_id = take_in(session, SAMPLE)
    session.get_one(Import, import_id).counts = {"tries": actions.TRIES}
    session.commit()

    tasks.run(import_id)

    session.expire_all()
    assert "could not be applied" in session.get_one(Import, import_id).error


def test_a_broken_database_leaves_the_import_for_the_sweep(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = take_in(session, SAMPLE)

    def broken(*_args: object, **_named: object) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(actions, "apply_import", broken)
    tasks.run(import_id)

    session.expire_all()
    assert session.get_one(Import, import_id).state is ImportState.UPLOADED


def test_only_one_import_is_applied_at_a_time(fresh_database: str) -> None:
    with db.transaction() as session:
        import_id = take_in_plain(session)

    with psycopg.connect(fresh_database) as other:
        other.execute("select pg_advisory_xact_lock(%s)", [actions.LOCK])
        tasks.run(import_id)
        with db.transaction() as session:
            assert session.get_one(Import, import_id).state is ImportState.UPLOADED
    tasks.run(import_id)
    with db.transaction() as session:
        assert session.get_one(Import, import_id).state is ImportState.APPLIED


def take_in_plain(session: Session) -> int:
    (actions.folder() / "one.csv").write_bytes(SAMPLE.read_bytes())
    return actions.take_in(session, "one.csv", "one.csv", "One")


def test_a_number_saved_meanwhile_makes_the_command_try_again(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, meanwhile = actions.apply_import, [2]

    def raced(
        session: Session, import_id: int, told: Callable[[int, int], None], wait: bool
    ) -> None:
        if meanwhile[0]:
            meanwhile[0] -= 1
            told(0, 0)
            raise psycopg.errors.UniqueViolation
        real(session, import_id, told, wait)

    monkeypatch.setattr(actions, "apply_import", raced)
    path = write(tmp_path / "a.csv", house())

    assert commands.import_file(path, "")["contacts"]["created"] == 1
    meanwhile[0] = actions.TRIES
    with pytest.raises(CrmError, match="could not be applied"):
        commands.import_file(path, "")


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(fresh_database: str) -> None:
    with db.transaction() as session:
        import_id = take_in_plain(session)
    code = (
        "import os, signal\n"
        "from crm_app.imports import apply, tasks\n"
        "real = apply._save\n"
        "def die(*args):\n"
        "    real(*args)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "apply._save = die\n"
        f"tasks.run({import_id})\n"
    )
    environment = os.environ | {
        "DATABASE_URL": fresh_database, "DATA_DIR": str(settings().data_dir), "SANDBOX": "1",
    }  # fmt: skip

    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
        with db.transaction() as session:
            assert session.execute(text("select count(*) from property")).scalar() == 0
    tasks.resume()

    with db.transaction() as session:
        assert session.execute(text("select count(*) from property")).scalar() == 26
        assert session.get_one(Import, import_id).counts["contacts"]["created"] == 33
