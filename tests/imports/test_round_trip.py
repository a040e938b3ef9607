"""An import and its undo are nothing; so is a second import; one changed value is one change."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlmodel import Session, select

from crm_app import db
from crm_app.auth.models import User
from crm_app.auth.permissions import Person
from crm_app.contacts.models import Property
from crm_app.imports import actions, tasks
from crm_app.imports.models import Import, ImportState, Mode
from tests.imports.dump import dump
from tests.imports.files import HEADER, SAMPLE, house, write
from tests.make import make_contact, make_list, make_property, make_user

KINDS = ("created", "updated", "unchanged", "failed")


def bring(session: Session, user: User, path: Path, **options: str) -> Import:
    """Import a file without anybody looking at its plan."""
    (actions.folder() / path.name).write_bytes(path.read_bytes())
    import_id = actions.take_in(
        session, path.name, path.name, "Spring", user.id, is_approved=True, **options
    )
    return work(session, import_id, ImportState.APPLIED)


def undo(session: Session, user: User, found: Import) -> None:
    actions.undo(session, Person(user.id, user.name, user.role), found.id)
    work(session, found.id, ImportState.UNDONE)


def work(session: Session, import_id: int, until: ImportState) -> Import:
    session.commit()
    tasks.run(import_id)
    session.expire_all()
    found = session.get_one(Import, import_id)
    assert (found.state, found.error) == (until, "")
    return found


def told(found: Import) -> tuple[list[int], list[int]]:
    """How many houses and people were created, updated, unchanged (and houses refused)."""
    houses, people = found.counts["properties"], found.counts["contacts"]
    return [houses[kind] for kind in KINDS], [people[kind] for kind in KINDS[:3]]


def value_of(session: Session, address: str) -> int | None:
    return session.exec(select(Property.value_cents).where(Property.address == address)).one()


def test_the_sample_comes_goes_and_comes_again(session: Session, tmp_path: Path) -> None:
    user = make_user(session)
    before = dump(session)

    first = bring(session, user, SAMPLE)
    assert told(first) == ([26, 1, 0, 3], [33, 0, 0])
    assert (first.counts["links"], first.counts["refused_phones"]) == (34, 3)
    applied = dump(session)

    again = bring(session, user, SAMPLE)
    assert told(again) == ([0, 0, 27, 3], [0, 0, 33])
    assert dump(session) == applied

    (tmp_path / "b.csv").write_text(
        SAMPLE.read_text("utf-8").replace(",655000,", ",655001,"), "utf-8"
    )
    changed = bring(session, user, tmp_path / "b.csv", mode=Mode.UPDATE)
    assert told(changed) == ([0, 1, 26, 3], [0, 0, 33])
    assert value_of(session, "48 Mortarbell Rd") == 655_001_00
    undo(session, user, changed)
    assert dump(session) == applied

    undo(session, user, again)
    undo(session, user, first)
    assert dump(session) == before
    assert told(bring(session, user, SAMPLE)) == told(first)


def some(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


ROW = st.fixed_dictionaries(
    {
        "apn": some("Q-1", "Q-2", "", "Q-3"),
        "address": some("12 LANTERNWICK ST", "3 MORTARBELL RD", "12 Lanternwick Street", ""),
        "primary_name": some("PAT EXAMPLE", "OTIS QUARCOMBE", "IDA ASHDOWNE", "BRIM TRUST", ""),
        "primary_mobile_phone1": some("617-555-0140", "617-555-0149", "781-555-0141", "12", ""),
        "primary_email1": some("pat@example.com", "", "ida@example.com"),
        "secondary_name": some("", "IDA ASHDOWNE"),
        "secondary_mobile_phone1": some("", "617-555-0149", "781-555-0142"),
        "purchase_date": some("2004-06-18", "2026-02-01", ""),
        "owner": some("QUARCOMBE,OTIS", "EXAMPLE,PAT", ""),
        "est_value": some("612000", "", "700000"),
        "primary_mobile_1_status": some("Active", "Disconnected"),
    }
)
OPTIONS = st.fixed_dictionaries(
    {"mode": st.sampled_from(list(Mode)), "tag": some("", "spring"), "basis": some("", "customer")}
)
FILE = st.tuples(st.lists(ROW, min_size=1, max_size=6), OPTIONS)


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a smaller example takes minutes to find
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files=st.lists(FILE, min_size=1, max_size=3), extra=some("", "Full"))
def test_import_and_undo_are_nothing(
    session: Session, shared_engine: Connection, tmp_path: Path, files: list[Any], extra: str
) -> None:
    """Of several files, the last one first: each leaves the database as it was before it."""
    world = shared_engine.begin_nested()
    try:
        with db.new_session() as mine:
            there_and_back(mine, tmp_path, files, extra)
    finally:
        world.rollback()


def there_and_back(session: Session, folder: Path, files: list[Any], extra: str) -> None:
    user = make_user(session)
    known = make_contact(session, name="Otis Quarcombe", phone="+16175550149")
    make_property(session, known, address="3 Mortarbell Rd", apn="Q-1")
    make_list(session, known, name="Spring")
    stages, taken = [dump(session)], list[Import]()
    for n, (rows, options) in enumerate(files):
        cells = [house(**row) | {"Basement": extra} for row in rows]
        path = write(folder / f"{n}.csv", *cells, header=[*HEADER, "Basement"])
        taken.append(bring(session, user, path, **options))
        stages.append(dump(session))
    for found, before in zip(reversed(taken), reversed(stages[:-1]), strict=True):
        undo(session, user, found)
        assert dump(session) == before
