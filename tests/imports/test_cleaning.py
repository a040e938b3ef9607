from datetime import timedelta

import pytest
from sqlmodel import Session, select

from crm_app import clock
from crm_app.imports import actions
from crm_app.imports.models import Import, ImportOutcome, ImportRow, Verdict
from crm_app.undoing import cleaning

CHANGES = [{"entity": "contact", "id": 1, "before": {}, "after": {}, "kept": []}]


@pytest.mark.parametrize(
    ("days", "rows", "undoable"), [(29, 1, True), (31, 1, False), (91, 0, False)]
)
@pytest.mark.parametrize("is_finished", [True, False])
def test_old_imports_are_forgotten(
    session: Session, days: int, rows: int, undoable: bool, is_finished: bool
) -> None:
    at = clock.now(session) - timedelta(days=days)
    made = Import(file_name="a.csv", stored_as="old.csv", created_at=at)
    made.finished_at = at if is_finished else None
    session.add(made)
    session.flush()
    session.add(ImportRow(import_id=made.id, line=2, place=1, raw=[]))
    kept = ImportOutcome(import_id=made.id, line=2, verdict=Verdict.UPDATED, changes=CHANGES)
    session.add(kept)
    session.flush()
    (actions.folder() / "old.csv").write_text("A\n1\n")

    for _ in range(2):
        cleaning.forget(session)
    session.expire_all()

    found = session.exec(select(ImportOutcome)).all()
    assert len(session.exec(select(ImportRow)).all()) == len(found) == rows
    assert [one.changes for one in found] == [CHANGES if undoable else []] * rows
    assert (actions.folder() / "old.csv").exists() == bool(rows)
    assert session.get_one(Import, made.id).file_name == "a.csv"
