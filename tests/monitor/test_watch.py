"""The web process tells of a worker that is silent and of jobs that stay ill; and the page."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from crm_app import house
from crm_app.admin.schedule import JOBS
from crm_app.alarms import troubles
from crm_app.errors import CrmError
from crm_app.monitor import queries, state, watch
from crm_app.monitor.watch import look
from tests.monitor.conftest import Box, Wall
from tests.states import be, open_state, run
from tests.texting import olivia

NONE = frozenset[str]()


def alive(session: Session, wall: Wall, **failed: str) -> None:
    for name in ("worker", "scheduler"):
        house.beat(session, name, wall.now)
    for name in JOBS:
        how = f"0.1 s, {failed.get(name.rpartition('.')[2], '')}"
        house.beat(session, f"job {name}"[:40], wall.now, how)
    session.commit()


def test_a_silent_worker_is_a_banner_and_a_letter_until_it_beats(
    session: Session, wall: Wall, box: Box
) -> None:
    alive(session, wall)
    up = wall.now
    wall.on(minutes=5)
    assert look(up, NONE), "its jobs are late; the letter is about the worker, if it stays away"
    assert (box.letters, troubles(session)) == ([], {})

    wall.on(seconds=1)
    house.beat(session, "worker", wall.now)  # it lives and hangs: the scheduler does not get on
    session.commit()
    assert look(up, frozenset(JOBS)) == NONE
    look(up, NONE)

    words = "The worker has been silent since Tue, Jun 9, 2026, 10:00 AM."
    assert queries.wrong(session, is_loud=True) == [words]
    assert [one[1] for one in box.letters] == [
        "Attack-a-Crack: nothing is sent and nothing is applied"
    ]
    alive(session, wall)
    assert look(up, NONE) == NONE
    look(up, NONE)
    assert queries.wrong(session, is_loud=True) == []
    assert [one[1] for one in box.letters[1:]] == ["Attack-a-Crack: the worker works again"]


def test_a_machine_that_was_off_is_no_silent_worker(session: Session, wall: Wall, box: Box) -> None:
    alive(session, wall)
    up = wall.on(hours=10)
    wall.on(minutes=4)
    look(up, NONE)
    assert (box.letters, troubles(session)) == ([], {})


def test_a_job_is_told_of_when_it_is_ill_twice(session: Session, wall: Wall, box: Box) -> None:
    alive(session, wall, resume="failed: look into logs/worker.log")
    once = look(wall.now, NONE)
    assert (once, box.letters) == ({"imports.tasks.resume"}, [])

    assert look(wall.now, once) == once

    words = "Goes on with an import that was cut off: failed: look into logs/worker.log"
    assert troubles(session) == {"jobs": words}
    assert [one[1] for one in box.letters] == ["Attack-a-Crack: a job is late or fails"]
    alive(session, wall)
    look(wall.now, look(wall.now, once))
    assert (troubles(session), len(box.letters)) == ({}, 1)


def test_looking_goes_on_when_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = list[frozenset[str]]()

    def at(_since: object, before: frozenset[str]) -> frozenset[str]:
        looks.append(before)
        if len(looks) == 1:
            raise OperationalError("away", None, Exception())
        if len(looks) == 3:
            raise KeyError  # a bug ends it, and is seen
        return frozenset({"a job"})

    monkeypatch.setattr(watch, "EVERY_SECONDS", 0.0)
    monkeypatch.setattr(watch, "look", at)

    with pytest.raises(KeyError):
        asyncio.run(watch.keep_looking())

    assert looks == [NONE, NONE, {"a job"}]


def test_the_page_shows_the_checks_and_sends_one(
    session: Session, wall: Wall, rung: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    be(monkeypatch, state, olivia(session))
    session.commit()
    shown: Any = open_state(state.HealthState, "/admin/health")
    run(shown.load())
    assert (shown.rows, shown.wrong) == ([], [])
    assert shown.numbers == "(508) 555-0190 texts (617) 555-0100"

    run(shown.check_now())
    run(shown.refresh())

    assert rung == ["send_outbox"]
    (row,) = shown.rows
    assert (row.badge, row.detail, row.is_today) == ("waits", "for its webhook", True)
    assert dict(shown.figures)["Checks failed, 30 days"] == "0 of 1"
    with pytest.raises(CrmError, match="under way"):
        run(shown.check_now())
    wall.on(hours=26)
    session.expire_all()
    assert [one.is_today for one in queries.checks(session)] == [False]
