"""A fault at every statement and every commit of an import and of its undo, one after the other.

What fails rolls its step back, so that the next try begins where this one began: with a fault at
its first, second, … statement until the step is through, then the same with the next step. The end
must be that of a run in which nothing failed.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Cursor
from sqlalchemy import event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlmodel import col, select

from crm_app import clock, db
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.imports import actions, apply, steps, tasks
from crm_app.imports.models import Import, ImportOutcome, ImportState
from tests.imports.dump import NOT, Dump, dump, leveled
from tests.imports.files import house, write
from tests.make import make_contact, make_property, make_user

AT = datetime(2027, 6, 8, 14, 30, tzinfo=UTC)


class Fault:
    """Breaks the n-th thing that the database is asked for; 0: none."""

    def __init__(self) -> None:
        self.at = self.asked = 0

    def tick(self, *_: Any) -> None:
        self.asked += 1
        if self.asked == self.at:
            raise psycopg.OperationalError("the connection is lost")

    def arm(self, at: int) -> None:
        self.at, self.asked = at, 0

    @property
    def happened(self) -> bool:
        return 0 < self.at <= self.asked


@pytest.fixture
def fault(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> Fault:
    """Every statement, every COPY, and both sides of every commit."""
    found = Fault()
    real_copy, real_commit = Cursor.copy, PGDialect_psycopg.do_commit

    def copy(self: Any, *args: Any, **named: Any) -> Any:
        found.tick()
        return real_copy(self, *args, **named)

    def commit(self: Any, connection: Any) -> None:
        found.tick()
        real_commit(self, connection)
        found.tick()  # it is kept, and nobody hears of it

    event.listen(db.engine(), "before_cursor_execute", found.tick)
    monkeypatch.setattr(Cursor, "copy", copy)
    monkeypatch.setattr(PGDialect_psycopg, "do_commit", commit)
    monkeypatch.setattr(clock, "now", lambda session: AT)
    monkeypatch.setattr(steps, "TRIES", 10_000)
    return found


def test_a_fault_at_every_statement_changes_nothing_in_the_end(
    fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, path = a_world(tmp_path)
    faults = list[int]()

    def whole_life(run: Callable[[int], None]) -> list[Any]:
        import_id, stages = taken_in(path), []
        for action, batch in ((None, 100), (actions.approve, 2), (actions.undo, 2)):
            monkeypatch.setattr(apply, "BATCH", batch)  # the plan in one, to be quick
            if action:
                with db.transaction() as session:
                    action(session, owner, import_id)
            run(import_id)
            stages.append((everything(), outcomes_of(import_id)))
        return stages

    before, calm = everything(), whole_life(tasks.run)
    broken = whole_life(lambda import_id: faults.append(break_all(fault, import_id)))

    assert broken == calm
    assert before == calm[0][0] == calm[2][0] != calm[1][0]
    assert min(faults) > 30  # it did break


def a_world(folder: Path) -> tuple[Person, Path]:
    """Somebody with a house that the file changes; two batches, a refused row."""
    with db.transaction() as session:
        user = make_user(session)
        known = make_contact(session, name="Otis Quarcombe", phone="+16175550149")
        make_property(session, known, apn="Q-1").value_cents = 100
    rows = [
        house(primary_mobile_phone1="617-555-0149"), house(address="", apn=""),
        house(apn="Q-2", address="14 LANTERNWICK ST"),
    ]  # fmt: skip
    return Person(user.id, "Olivia", Role.OWNER), write(folder / "a.csv", *rows)


def taken_in(path: Path) -> int:
    (actions.folder() / "a.csv").write_bytes(path.read_bytes())
    with db.transaction() as session:
        return actions.take_in(session, "a.csv", "a.csv", "Spring")


def everything() -> Dump:
    with db.transaction() as session:
        return leveled(dump(session))


def outcomes_of(import_id: int) -> list[dict[str, Any]]:
    with db.transaction() as session:
        rows = dump(session, set(NOT) - {"import_outcome"})
    rows["import_outcome"] = [
        row | {"import_id": None} for row in rows["import_outcome"] if row["import_id"] == import_id
    ]
    return leveled(rows)["import_outcome"]


def break_all(fault: Fault, import_id: int) -> int:
    """Run an import until nothing is left that could fail; return how often it failed."""
    faults, at, stood = 0, 1, where(import_id)
    while True:
        fault.arm(at)
        tasks.run(import_id)
        happened = fault.happened
        fault.arm(0)
        if not happened:
            return faults
        faults, stands = faults + 1, where(import_id)
        at, stood = (at + 1 if stands == stood else 1), stands


def where(import_id: int) -> tuple[ImportState, int]:
    with db.transaction() as session:
        found = session.get_one(Import, import_id)
        done = select(ImportOutcome).where(
            ImportOutcome.import_id == import_id, col(ImportOutcome.is_done)
        )
        assert not found.error
        return found.state, len(session.exec(done).all())
