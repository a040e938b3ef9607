"""What cancels, failures and second thoughts at the wrong moment leave; each was a fault once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import clock, db
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.contacts.models import Property
from crm_app.errors import CrmError
from crm_app.imports import actions, apply, staging, steps, tasks
from crm_app.imports.models import Import, ImportOutcome, ImportRow, ImportState
from tests.imports.files import apply as applied
from tests.imports.files import house, take_in, write
from tests.make import make_user


@pytest.fixture
def owner(session: Session) -> Person:
    user = make_user(session)
    session.commit()
    return Person(user.id, user.name, Role.OWNER)


def go_on(session: Session, import_id: int) -> Import:
    session.commit()
    tasks.run(import_id)
    session.expire_all()
    return session.get_one(Import, import_id)


def click_cancel_in(
    monkeypatch: pytest.MonkeyPatch, owner: Person, import_id: int, module: Any, name: str
) -> None:
    """Cancel as soon as the worker has begun with that."""
    real = getattr(module, name)

    def clicked(*args: Any) -> Any:
        with db.transaction() as other:
            actions.cancel(other, owner, import_id)
        return real(*args)

    monkeypatch.setattr(module, name, clicked)


def test_an_undo_that_broke_off_is_gone_on_with(
    session: Session, owner: Person, tmp_path: Path
) -> None:
    applied(session, write(tmp_path / "a.csv", house()))
    told = applied(session, write(tmp_path / "b.csv", house(est_value="700000")))["import_id"]
    actions.undo(session, owner, told)
    steps.end(session, told, "It broke off.")

    actions.resume(session, owner, told)
    assert session.get_one(Import, told).state is ImportState.UNDOING

    assert go_on(session, told).state is ImportState.UNDONE
    assert session.exec(select(Property.value_cents)).one() == 61_200_000


def test_a_plan_never_overwrites_what_an_undo_needs(
    session: Session, owner: Person, tmp_path: Path
) -> None:
    applied(session, write(tmp_path / "a.csv", house()))
    told = applied(session, write(tmp_path / "b.csv", house(est_value="700000")))["import_id"]
    before = session.get_one(ImportOutcome, (told, 2)).changes

    with pytest.raises(CrmError, match="accounted for"):
        apply.plan(session, session.get_one(Import, told), lambda rows: None)

    session.expire_all()
    outcome = session.get_one(ImportOutcome, (told, 2))
    assert (outcome.is_done, outcome.changes) == (True, before)


def test_progress_of_something_else_neither_ends_an_import_nor_keeps_it_going(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "BATCH", 1)
    path = write(tmp_path / "a.csv", house(), house(apn="Q-2", address="14 ELM ST"))
    told = take_in(session, path)
    real = apply.apply_batch

    def misled(session: Session, found: Import, stop: apply.Stop) -> Any:
        found.rows_done = 2 if found.rows_done == 0 else 0
        return real(session, found, stop)

    monkeypatch.setattr(apply, "apply_batch", misled)

    assert go_on(session, told).state is ImportState.APPLIED
    assert session.get_one(Import, told).counts["created"] == 2


def test_a_cancel_in_the_last_batch_comes_too_late(
    session: Session, owner: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = take_in(session, write(tmp_path / "a.csv", house()))
    click_cancel_in(monkeypatch, owner, told, apply, "apply_batch")

    found = go_on(session, told)
    assert (found.state, found.is_cancelling) == (ImportState.APPLIED, False)

    actions.undo(session, owner, told)
    assert go_on(session, told).state is ImportState.UNDONE


@pytest.mark.parametrize(("module", "name"), [(staging, "recognise"), (apply, "_finish")])
def test_a_cancel_before_anything_is_written_counts_at_once(
    session: Session, owner: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    module: Any, name: str,
) -> None:  # fmt: skip
    told = take_in(session, write(tmp_path / "a.csv", house()))
    click_cancel_in(monkeypatch, owner, told, module, name)

    found = go_on(session, told)
    assert (found.state, found.is_cancelling) == (ImportState.CANCELLED, False)
    assert session.exec(select(Property)).all() == []


@pytest.mark.parametrize(("days", "goes_on"), [(29, True), (31, False)])
def test_an_old_import_does_not_go_on(
    session: Session, owner: Person, tmp_path: Path, days: int, goes_on: bool
) -> None:
    told = take_in(session, write(tmp_path / "a.csv", house()))
    steps.end(session, told, "")
    found = session.get_one(Import, told)
    found.finished_at = clock.now(session) - timedelta(days)

    if goes_on:
        actions.resume(session, owner, told)
    else:
        with pytest.raises(CrmError, match="more than 30 days ago"):
            actions.resume(session, owner, told)


def test_an_import_at_work_keeps_what_its_undo_needs(session: Session, tmp_path: Path) -> None:
    applied(session, write(tmp_path / "a.csv", house()))
    told = applied(session, write(tmp_path / "b.csv", house(est_value="700000")))["import_id"]
    found = session.get_one(Import, told)
    found.state, found.finished_at = ImportState.APPLYING, None
    found.created_at -= timedelta(31)
    session.commit()

    tasks.forget()

    assert session.execute(
        text("select changes <> '[]' from import_outcome where import_id = :id"), {"id": told}
    ).scalar_one()


def test_a_plan_holds_no_more_locks_with_each_batch(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "BATCH", 1)
    rows = [house(apn=f"Q-{n}", address=f"{n} ELM ST") for n in "1234"]
    told, locks = applied(session, write(tmp_path / "a.csv", *rows))["import_id"], list[int]()
    session.execute(text("delete from import_outcome"))
    held = text("select count(*) from pg_locks where pid = pg_backend_pid()")

    apply.plan(
        session, session.get_one(Import, told),
        lambda rows: locks.append(session.execute(held).scalar_one()),
    )  # fmt: skip

    assert len(locks) == 4
    assert locks[-1] == locks[1]


def test_a_list_that_is_renamed_between_two_batches_stays_one(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "BATCH", 1)
    told = take_in(session, write(tmp_path / "a.csv", house(), house(apn="Q-2", address="1 ELM")))
    real = apply.apply_batch

    def renamed(session: Session, found: Import, stop: apply.Stop) -> Any:
        session.execute(text("update contact_list set name = 'Summer'"))
        return real(session, found, stop)

    monkeypatch.setattr(apply, "apply_batch", renamed)
    go_on(session, told)

    assert session.execute(text("select name from contact_list")).scalars().all() == ["Summer"]


def test_a_cell_put_right_stays_so_when_the_columns_change(
    session: Session, owner: Person, tmp_path: Path
) -> None:
    rows = [{"Wer": "Pat", "Was": "617-555-0140"}, {"Wer": "Sam", "Was": "617"}]
    told = take_in(session, write(tmp_path / "x.csv", *rows, header=["Wer", "Was"]))
    mapping = [{"column": "Wer", "target": "name"}, {"column": "Was", "target": "phone"}]
    session.get_one(Import, told).is_approved = False
    go_on(session, told)
    actions.set_mapping(session, owner, told, mapping, "")
    assert go_on(session, told).counts["failed"] == 1

    actions.fix_cell(session, owner, told, 3, 1, "617-555-0141")
    go_on(session, told)
    mapping[0]["target"] = "last_name"
    actions.set_mapping(session, owner, told, mapping, "")
    go_on(session, told)

    numbers = [row.people[0]["numbers"][0]["e164"] for row in session.exec(select(ImportRow))]
    assert sorted(numbers) == ["+16175550140", "+16175550141"]
    assert session.get_one(ImportRow, (told, 2)).people[0]["last_name"] == "Pat"


def test_a_file_of_too_many_rows_is_refused(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MOST", 1)
    told = take_in(session, write(tmp_path / "a.csv", house(), house(apn="Q-2", address="1 ELM")))

    assert "more than 1 rows" in go_on(session, told).error


def test_a_value_that_the_database_refuses_ends_the_import_and_says_where(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apply, "BATCH", 1)
    rows = [house(apn=f"Q-{n}", address=f"{n} ELM ST") for n in "123"]
    told = applied(session, write(tmp_path / "a.csv", *rows))["import_id"]
    session.execute(text("delete from import_outcome"))
    session.execute(text(
        "update import_row set house = house || '{\"purchased_on\": \"2026-02-31\"}' where line = 3"
    ))  # fmt: skip
    session.get_one(Import, told).state = ImportState.PLANNING

    found = go_on(session, told)

    assert found.state is ImportState.FAILED
    assert "in the lines 3 to 3 of the file" in found.error
