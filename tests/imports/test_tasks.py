import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import db, queue
from crm_app.errors import CrmError
from crm_app.importing import commands
from crm_app.imports import actions, apply, steps, tasks
from crm_app.imports.models import Import, ImportState
from crm_app.settings import ROOT, settings
from tests.imports.files import SAMPLE, house, take_in, write


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
    session.get_one(Import, import_id).is_approved = False
    session.commit()
    tasks.run(import_id)
    found = session.get_one(Import, import_id, populate_existing=True)
    found.state, found.is_approved = ImportState.PLANNING, True  # and then the worker was killed
    session.commit()

    tasks.resume()

    session.expire_all()
    assert session.get_one(Import, import_id).state is ImportState.APPLIED


def test_a_step_that_somebody_else_did_is_not_done_again(session: Session) -> None:
    import_id = take_in(session, SAMPLE)
    tasks.run(import_id)

    with db.transaction() as other:
        assert not steps.advance(other, import_id, lambda rows: None, tasks._stop)


def test_a_file_that_cannot_be_read_says_why(session: Session, tmp_path: Path) -> None:
    import_id = take_in(session, write(tmp_path / "x.csv", header=["A", "B"]))

    tasks.run(import_id)

    session.expire_all()
    found = session.get_one(Import, import_id)
    assert found.state is ImportState.FAILED
    assert "header and no rows" in found.error


def test_columns_that_nobody_knows_wait_for_a_person(session: Session, tmp_path: Path) -> None:
    rows = [{"Wer": "Pat Example", "Was": "617-555-0140"}, {"Wer": "Sam", "Was": "617-555-0141"}]
    import_id = take_in(session, write(tmp_path / "x.csv", *rows, header=["Wer", "Was"]))

    tasks.run(import_id)

    session.expire_all()
    found = session.get_one(Import, import_id)
    assert (found.state, found.header) == (ImportState.MAPPING, ["Wer", "Was"])


def test_a_file_that_is_gone_says_so(session: Session) -> None:
    import_id = take_in(session, SAMPLE)
    for file in actions.folder().iterdir():
        file.unlink()

    tasks.run(import_id)

    session.expire_all()
    assert session.get_one(Import, import_id).error == "The uploaded file is gone. Upload it again."


def test_a_file_that_keeps_failing_is_given_up(session: Session) -> None:
    import_id = take_in(session, SAMPLE)
    session.get_one(Import, import_id).counts = {"tries": steps.TRIES}
    session.commit()

    tasks.run(import_id)

    session.expire_all()
    assert "could not be imported" in session.get_one(Import, import_id).error


def test_a_broken_database_leaves_the_import_for_the_sweep(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = take_in(session, SAMPLE)

    def broken(*_args: object, **_named: object) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(steps, "advance", broken)
    tasks.run(import_id)

    session.expire_all()
    assert session.get_one(Import, import_id).state is ImportState.UPLOADED


def test_only_one_import_is_applied_at_a_time(fresh_database: str) -> None:
    with db.transaction() as session:
        import_id = take_in_plain(session)

    with psycopg.connect(fresh_database) as other:
        other.execute("select pg_advisory_xact_lock(%s)", [steps.LOCK])
        tasks.run(import_id)
        with db.transaction() as session:
            assert session.get_one(Import, import_id).state is ImportState.UPLOADED
    tasks.run(import_id)
    with db.transaction() as session:
        assert session.get_one(Import, import_id).state is ImportState.APPLIED


def take_in_plain(session: Session) -> int:
    (actions.folder() / "one.csv").write_bytes(SAMPLE.read_bytes())
    return actions.take_in(session, "one.csv", "one.csv", "One", is_approved=True)


def test_a_number_saved_meanwhile_makes_the_batch_try_again(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, meanwhile = apply.apply_batch, [2]

    def raced(session: Session, found: Import, stop: apply.Stop) -> dict[str, Any] | None:
        counts = real(session, found, stop)
        if meanwhile[0]:
            meanwhile[0] -= 1
            raise psycopg.errors.UniqueViolation
        return counts

    monkeypatch.setattr(apply, "apply_batch", raced)
    path = write(tmp_path / "a.csv", house())

    assert commands.import_file(path, "")["contacts"]["created"] == 1
    meanwhile[0] = steps.TRIES
    with pytest.raises(CrmError, match="could not be imported"):
        commands.import_file(path, "")


def test_a_worker_killed_after_each_batch_loses_and_doubles_nothing(fresh_database: str) -> None:
    with db.transaction() as session:
        import_id = take_in_plain(session)
    code = (
        "import os, signal\n"
        "from crm_app import db\n"
        "from crm_app.imports import apply, tasks\n"
        "apply.BATCH, real = 13, apply.apply_batch\n"
        "def die(session, found, stop):\n"
        "    if found.rows_done == int(os.environ['DIE_AT']):\n"
        "        real(session, found, stop)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(session, found, stop)\n"
        "apply.apply_batch = die\n"
        f"tasks.run({import_id})\n"
    )
    environment = os.environ | {
        "DATABASE_URL": fresh_database, "DATA_DIR": str(settings().data_dir), "SANDBOX": "1",
    }  # fmt: skip

    for at in (0, 13):  # the first batch, and then the second, is not committed
        environment["DIE_AT"] = str(at)
        done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=False)
        assert done.returncode == -signal.SIGKILL
        with db.transaction() as session:
            assert session.get_one(Import, import_id).rows_done == at
            done_rows = "select count(*) from import_outcome where is_done"
            assert session.execute(text(done_rows)).scalar() == at
    tasks.resume()

    with db.transaction() as session:
        assert session.execute(text("select count(*) from property")).scalar() == 26
        found = session.get_one(Import, import_id)
        assert (found.counts["contacts"]["created"], found.counts["links"]) == (33, 34)
        assert found.counts["properties"]["updated"] == 1
