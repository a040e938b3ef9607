"""What /admin/schedule tells of the jobs, and that every periodic job is told of."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import event
from sqlmodel import Session

from crm_app import clock, db, house, queue, worker
from crm_app.admin.queries import health
from crm_app.admin.schedule import JOBS, JobRow, jobs
from crm_app.house import House
from crm_app.settings import settings

NAME = "openphone.tasks.look_up"


def told(session: Session) -> tuple[str, bool]:
    session.expire_all()
    return next((job.result, job.is_well) for job in jobs(session) if job.name == NAME)


def test_every_periodic_job_has_its_words() -> None:
    assert worker.run
    registered = {name.removeprefix("crm_app.") for name in queue.periodic_tasks}
    assert set(JOBS) == registered
    assert len({f"job {name}"[:40] for name in JOBS}) == len(JOBS)
    told = {f"crm_app.{n}": at for n, (_, _, *rest) in JOBS.items() for at in rest}
    assert {n: at for n, at in told.items() if not at.endswith(" here")} == queue.nights


def test_a_run_is_noted_with_its_length_and_how_it_ended(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(session) == ("late: does the worker run?", False)
    full = f"crm_app.{NAME}"
    monkeypatch.setitem(queue.periodic_tasks, full, lambda: None)
    queue._run(full)
    assert told(session) == ("well, in 0.0 s", True)

    def broken() -> Any:
        raise KeyError(NAME)

    monkeypatch.setitem(queue.periodic_tasks, full, broken)
    with pytest.raises(KeyError):
        queue._run(full)
    assert told(session) == ("failed: look into logs/worker.log", False)


def test_a_late_job_is_red_once_the_worker_lives(session: Session) -> None:
    def part() -> tuple[bool, str]:
        return next((one.is_ok, one.detail) for one in health(session) if one.name == "jobs")

    assert part() == (True, "well"), "without a worker that part says it"
    at = clock.wall()
    for name in ("worker", "scheduler"):
        house.beat(session, name, at)
    assert part() == (False, f"{len(JOBS) - (not settings().is_sandbox)} late or failed")
    for name in JOBS:
        house.beat(session, f"job {name}"[:40], at - timedelta(minutes=1), "0.1 s, ")
    assert part() == (True, "well")


@pytest.mark.parametrize("has_run", [False, True])
def test_all_jobs_are_read_at_once(session: Session, *, has_run: bool) -> None:
    for name in JOBS if has_run else []:
        for kind in ("job", "ran"):
            house.beat(session, f"{kind} {name}"[:40], clock.wall(), "0.1 s, ")
    session.commit()
    connection, asked = session.connection(), list[str]()
    event.listen(connection, "before_cursor_execute", lambda *told: asked.append(told[2]))

    assert len(jobs(session)) >= len(JOBS) - 1
    assert len(asked) == 3, asked
    asked.clear()
    health(session)
    assert len(asked) <= 12, asked


def test_a_nightly_job_runs_once_a_night_and_a_failed_one_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(JOBS, "tests.night", ["Tries", "at night", "03:00"])
    monkeypatch.setattr(queue, "periodic_tasks", {})
    monkeypatch.setattr(queue, "nights", {})
    monkeypatch.setattr(clock, "wall", lambda: now)
    answers: list[object] = [KeyError("broken"), False, None]

    def night() -> object:
        answer = answers.pop(0)
        if isinstance(answer, KeyError):
            raise answer
        return answer

    night.__module__, night.__name__ = "crm_app.tests", "night"
    queue.nightly("03:00")(night)

    def look() -> JobRow:
        try:
            queue._run("crm_app.tests.night")
        except KeyError:
            assert len(answers) == 2
        session.expire_all()
        return next(job for job in jobs(session) if job.name == "tests.night")

    born = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
    session.get_one(House, 1).born_at = born
    session.commit()
    now = born + timedelta(hours=17, minutes=59)
    assert (look().next, len(answers)) == ("11:00 PM", 3), "newborn: not before its first night"
    now += timedelta(minutes=1)
    assert look().result == "failed: look into logs/worker.log"
    now += timedelta(hours=2)
    assert look().result == "late: due since Tue, May 12, 2026, 11:00 PM", "it could not yet"
    assert house.last_beat(session, "ran tests.night") is None
    ran = look()
    assert (ran.is_well, ran.result, ran.last) == (True, "well, in 0.0 s", "now")
    now += timedelta(hours=21)
    ran = look()
    assert (ran.is_well, ran.last, answers) == (True, "21 h ago", []) or ran.last.startswith("Wed")
    assert ran.next == "11:00 PM"


def test_a_nightly_job_runs_once_at_a_time_in_no_transaction_and_a_killed_one_again(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "periodic_tasks", {})
    monkeypatch.setattr(queue, "nights", {})
    runs = list[str]()

    def night() -> None:
        runs.append("began")
        if len(runs) == 1:
            queue._run("crm_app.tests.night")  # another worker's minute
            with psycopg.connect(db.dsn()) as other:
                open_ones = other.execute(
                    "select query from pg_stat_activity where datname = current_database()"
                    " and state like 'idle in transaction%'"
                ).fetchall()
            assert open_ones == [], "a dump takes minutes"
            raise SystemExit(143)  # as SIGTERM has it

    night.__module__, night.__name__ = "crm_app.tests", "night"
    queue.nightly("Sun 03:00")(night)
    with db.transaction() as session:
        session.get_one(House, 1).born_at -= timedelta(days=8)

    with pytest.raises(SystemExit):
        queue._run("crm_app.tests.night")
    with psycopg.connect(db.dsn(), autocommit=True) as killed:
        killed.execute("select pg_advisory_lock(1010, hashtext('tests.night'))")
        queue._run("crm_app.tests.night")
        assert runs == ["began"], "another worker is at it"
        with psycopg.connect(db.dsn()) as other:
            other.execute("select pg_terminate_backend(%s, 9000)", [killed.info.backend_pid])
    queue._run("crm_app.tests.night")
    queue._run("crm_app.tests.night")

    assert runs == ["began", "began"]
