"""What a person here did stands: a file does not undo it, and an undo does not take it away."""

from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import db
from crm_app.contacts.models import ContactProperty, Property
from crm_app.conversations.slots import try_lock
from crm_app.imports import apply, tasks
from crm_app.imports.models import ImportOutcome
from crm_app.properties.editing import edit, filled
from crm_app.properties.ties import put_first, save_tie
from crm_app.undoing.undo import undo_import
from tests.imports.files import apply as apply_file
from tests.imports.files import house, write
from tests.imports.test_batches import person, stage
from tests.imports.test_owners import apply as apply_mode
from tests.imports.test_owners import warnings
from tests.make import make_contact, make_property
from tests.texting import olivia

STAYS = "12 Lanternwick St: Pat Example stays, tied to somebody since; "


def test_an_undo_leaves_a_tie_that_somebody_edited(session: Session, tmp_path: Path) -> None:
    me, path = olivia(session), write(tmp_path / "a.csv", house())
    for said in (
        lambda tie: save_tie(session, me, {"role": "tenant"}, tie),
        lambda tie: put_first(session, me, tie),
    ):
        import_id = apply_file(session, path)["import_id"]
        tie = session.exec(select(ContactProperty)).one()
        said(tie.id)

        undo_import(session, import_id, lambda _rows: None)

        assert session.exec(select(ContactProperty.id)).all() == [tie.id]
        stayed = session.exec(select(ImportOutcome.stayed)).one()
        assert stayed == STAYS + "Pat Example: tied to a house since"
        for table in ("import_outcome", "contact_property", "phone_number", "contact", "property"):
            session.execute(text(f"delete from {table}"))
        session.expunge_all()


def test_who_is_a_tenant_here_is_no_owner_by_the_next_file(
    session: Session, tmp_path: Path
) -> None:
    me, path = olivia(session), write(tmp_path / "a.csv", house())
    apply_file(session, path)
    save_tie(session, me, {"role": "tenant"}, session.exec(select(ContactProperty.id)).one())

    result = apply_file(session, path)

    assert session.exec(select(ContactProperty.role)).all() == ["tenant"]
    assert result["unchanged"] == 1
    assert warnings(session) == ["Pat Example: somebody here says tenant, so not tied as owner."]


def test_a_new_tie_of_known_people_and_houses_is_told(session: Session, tmp_path: Path) -> None:
    make_contact(session, name="Pat Example")
    make_property(session, address="12 Lanternwick St", apn="Q-1")
    session.commit()

    apply_file(session, write(tmp_path / "a.csv", house()))

    assert warnings(session) == ["Pat Example is tied to this house now (owner)."]


def test_a_street_that_somebody_typed_keeps_what_it_is_found_by(
    session: Session, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.csv", house())
    apply_file(session, path)
    found = session.exec(select(Property)).one()
    edit(session, olivia(session), Property, found.id,
         filled(found) | {"address": "14 Lanternwick St"}, filled(found))  # fmt: skip
    session.commit()
    key = found.address_key

    apply_mode(session, path, "update")

    session.refresh(found)
    assert key.startswith("14 ")
    assert (found.address, found.address_key) == ("14 Lanternwick St", key)


def test_a_number_that_stops_is_kept_from_every_claim(fresh_database: str) -> None:
    people = [person("Pat Example", ["+16175550140", "+16175550141"], "", "", stop=True)]
    with db.transaction() as session:
        made = stage(session, [{"house": None, "people": people, "is_bad": False}], "fill")
        apply.apply_batch(session, made, tasks._stop)

        with db.transaction() as claim:
            assert not try_lock(claim, "+16175550140")
            assert not try_lock(claim, "+16175550141")


def test_a_batch_has_not_more_stops_than_the_server_has_locks(session: Session) -> None:
    numbers = [[f"+1617555{100 * row + n:04}" for n in range(30)] for row in range(3)]
    rows = [{"house": None, "people": [person(f"Pat {x[0]}", x, "", "", stop=True)],
             "is_bad": False} for x in numbers]  # fmt: skip
    made = stage(session, rows, "fill")
    given = {"import_id": made.id, "after": 0, "batch": 5}

    assert session.execute(apply.NEXT, given | {"stops": 65}).one() == (3, 2)
    assert session.execute(apply.NEXT, given | {"stops": 10}).one() == (2, 1)
