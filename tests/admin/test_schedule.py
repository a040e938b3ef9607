"""What /admin/schedule tells of the jobs, and that every periodic job is told of."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from crm_app import clock, house, queue, worker
from crm_app.admin.queries import health
from crm_app.admin.schedule import JOBS, jobs
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
