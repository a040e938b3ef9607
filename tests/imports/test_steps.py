"""What a person decides between the upload and the result, and what the worker makes of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import db
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.models import Attestation
from crm_app.contacts.models import Contact, ContactList, PhoneNumber, Property
from crm_app.errors import CrmError, ForbiddenError
from crm_app.imports import actions, apply, staging, steps, tasks
from crm_app.imports.models import Import, ImportOutcome, ImportRow, ImportState, Recipe
from tests.imports.files import SAMPLE, house, write
from tests.make import make_user


@pytest.fixture
def owner(session: Session) -> Person:
    user = make_user(session)
    session.commit()
    return Person(user.id, user.name, Role.OWNER)


def upload(session: Session, path: Path, owner: Person, **options: Any) -> int:
    """Upload a file as a browser does, and let the worker go as far as it can."""
    (actions.folder() / path.name).write_bytes(path.read_bytes())
    import_id = actions.take_in(session, path.name, path.name, "Spring", owner.id, **options)
    session.commit()
    return go_on(session, import_id)


def go_on(session: Session, import_id: int) -> int:
    session.commit()
    tasks.run(import_id)
    session.expire_all()
    return import_id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with one house of one person."""
    return write(tmp_path / "a.csv", house())


def found(session: Session, import_id: int) -> Import:
    return session.get_one(Import, import_id, populate_existing=True)


def houses(session: Session) -> int:
    return session.execute(text("select count(*) from property")).scalar_one()


def test_a_plan_waits_for_a_person_and_writes_nothing(session: Session, owner: Person) -> None:
    import_id = upload(session, SAMPLE, owner)

    planned = found(session, import_id)
    assert planned.state is ImportState.PLANNED
    assert planned.dialect["footer"].startswith("Invented sample data for tests; ")
    assert planned.counts["properties"] == {
        "created": 26, "updated": 1, "unchanged": 0, "failed": 3,
    }  # fmt: skip
    assert houses(session) == 0
    assert session.exec(select(ContactList)).all() == []

    actions.approve(session, owner, import_id)
    go_on(session, import_id)

    applied = found(session, import_id)
    same = ("rows", "properties", "contacts", "links", "refused_phones", "added")
    assert applied.state is ImportState.APPLIED
    assert {n: applied.counts[n] for n in same} == {n: planned.counts[n] for n in same}
    assert houses(session) == 26


def test_a_mapping_of_a_person_is_remembered_for_the_same_columns(
    session: Session, owner: Person, tmp_path: Path
) -> None:
    rows = [{"Wer": "Pat Example", "Was": "617-555-0140"}, {"Wer": "Sam", "Was": "617-555-0141"}]
    path = write(tmp_path / "x.csv", *rows, header=["Wer", "Was"])
    import_id = upload(session, path, owner)
    mapping = [{"column": "Wer", "target": "name"}, {"column": "Was", "target": "phone"}]
    assert found(session, import_id).state is ImportState.MAPPING

    with pytest.raises(CrmError, match="not the columns of this file"):
        actions.set_mapping(session, owner, import_id, mapping[:1], "")
    with pytest.raises(CrmError, match="Give it another name"):
        actions.set_mapping(session, owner, import_id, mapping, "PropertyRadar")
    actions.set_mapping(session, owner, import_id, mapping, "Bekannte")
    go_on(session, import_id)
    again = upload(session, path, owner)

    assert found(session, import_id).counts["contacts"]["created"] == 2
    assert found(session, import_id).counts["properties"]["failed"] == 0
    assert found(session, again).state is ImportState.PLANNED
    assert (found(session, again).recipe, found(session, again).sureness) == ("Bekannte", 100)

    actions.set_mapping(session, owner, again, mapping, "Leute")  # the same columns: one recipe
    assert [recipe.name for recipe in session.exec(select(Recipe))] == ["Leute"]


def test_a_recipe_may_be_named(session: Session, owner: Person, path: Path) -> None:
    fits = upload(session, path, owner, recipe="PropertyRadar")
    not_so = upload(session, path, owner, recipe="Jobber")

    assert found(session, fits).state is ImportState.PLANNED
    assert "not a list of the recipe Jobber" in found(session, not_so).error


def test_options_are_planned_again(session: Session, owner: Person, path: Path) -> None:
    import_id = upload(session, path, owner)

    actions.set_options(session, owner, import_id, tag="spring", list_name="Summer", basis="asked")
    assert found(session, import_id).state is ImportState.PLANNING
    go_on(session, import_id)
    actions.approve(session, owner, import_id)
    go_on(session, import_id)

    assert {*session.exec(select(ContactList.name))} == {"Summer"}
    assert all(contact.tags == ["spring"] for contact in session.exec(select(Contact)))
    consent = session.execute(text(
        "select basis, evidence, by_user, until - since as days from consent"
        " where e164 = '+16175550140'"
    )).one()  # fmt: skip
    assert (consent.basis, consent.by_user, consent.days.days) == ("asked", owner.id, 90)
    assert consent.evidence == "a.csv, line 2"


@pytest.mark.parametrize(
    ("options", "because"),
    [
        ({"mode": "replace"}, "fill, update or skip"),
        ({"basis": "attested"}, "a quote, being a customer, or in writing"),
        ({"list_name": " "}, "Give the list a name"),
    ],
)
def test_options_that_will_not_do(
    session: Session, owner: Person, path: Path, options: dict[str, str], because: str
) -> None:
    import_id = upload(session, path, owner)

    with pytest.raises(CrmError, match=because):
        actions.set_options(session, owner, import_id, **options)


def test_nobody_vouches_on_the_command_line(session: Session) -> None:
    with pytest.raises(CrmError, match="Who vouches"):
        actions.take_in(session, "a.csv", "a.csv", "", basis="written")


def test_a_cell_is_put_right_in_place(session: Session, owner: Person, tmp_path: Path) -> None:
    path = write(tmp_path / "b.csv", house(), house(address="", apn="Q-2"))
    import_id = upload(session, path, owner)
    assert found(session, import_id).counts["failed"] == 1

    with pytest.raises(CrmError, match="no such cell"):
        actions.fix_cell(session, owner, import_id, 3, 39, "x")
    with pytest.raises(CrmError, match="no such cell"):
        actions.fix_cell(session, owner, import_id, 99, 1, "x")
    actions.fix_cell(session, owner, import_id, 3, 1, "14 ELM ST")
    go_on(session, import_id)

    row = session.get_one(ImportRow, (import_id, 3))
    assert (row.reason, row.raw[1], row.house["address"]) == ("", "14 ELM ST", "14 Elm St")
    assert found(session, import_id).counts["created"] == 2


def test_a_short_row_is_filled_up(session: Session, owner: Person) -> None:
    import_id = upload(session, SAMPLE, owner)

    actions.fix_cell(session, owner, import_id, 15, 38, "x")

    assert len(session.get_one(ImportRow, (import_id, 15)).raw) == 39


def test_what_a_person_typed_is_overwritten_only_by_a_click(
    session: Session, owner: Person, tmp_path: Path
) -> None:
    upload(session, write(tmp_path / "a.csv", house()), owner, is_approved=True)
    known, pat = session.exec(select(Property)).one(), session.exec(select(Contact)).one()
    known.value_cents, known.edited = 1, ["value_cents"]
    pat.name, pat.edited = "Patricia", ["name"]
    session.commit()
    path = write(tmp_path / "b.csv", house(primary_email1="pat@example.com"))
    import_id = upload(session, path, owner, mode="update")
    outcome = session.get_one(ImportOutcome, (import_id, 2))
    assert {change["entity"]: change["kept"] for change in outcome.changes} == {
        "property": ["value_cents"], "contact": ["name"],
    }  # fmt: skip

    with pytest.raises(CrmError, match="no such row"):
        actions.overwrite(session, owner, import_id, 99, True)
    actions.overwrite(session, owner, import_id, 2, True)
    go_on(session, import_id)
    actions.approve(session, owner, import_id)
    go_on(session, import_id)

    session.expire_all()
    assert (known.value_cents, pat.name, pat.email) == (
        61_200_000,
        "Pat Example",
        "pat@example.com",
    )
    assert pat.other_names == "Patricia"


def test_an_attested_list_is_refused_before_anything_is_written(
    session: Session, owner: Person, path: Path
) -> None:
    import_id = upload(session, path, owner)
    listed = ContactList(name="Spring", created_at=found(session, import_id).created_at)
    session.add(listed)
    session.flush()
    at = listed.created_at
    session.add(Attestation(list_id=listed.id, user_id=owner.id, sentence="I may.", at=at))

    with pytest.raises(CrmError, match="would add 1"):
        actions.approve(session, owner, import_id)


def test_a_saved_search_takes_no_import(session: Session, owner: Person, path: Path) -> None:
    at = steps.clock.now(session)
    session.add(ContactList(name="Spring", filter={"town": "Quincy"}, created_at=at))

    import_id = upload(session, path, owner)

    assert "Spring is a saved search" in found(session, import_id).error


@pytest.mark.parametrize("state", [ImportState.MAPPING, ImportState.PLANNED])
def test_what_waits_for_a_person_is_cancelled_at_once(
    session: Session, owner: Person, path: Path, state: ImportState
) -> None:
    import_id = upload(session, path, owner)
    found(session, import_id).state = state

    actions.cancel(session, owner, import_id)
    assert found(session, import_id).state is ImportState.CANCELLED
    with pytest.raises(CrmError, match="is cancelled now"):
        actions.approve(session, owner, import_id)
    with pytest.raises(CrmError, match="Nothing of this import was written"):
        actions.undo(session, owner, import_id)
    actions.resume(session, owner, import_id)
    go_on(session, import_id)

    assert found(session, import_id).state is ImportState.PLANNED


STEPS: dict[str, tuple[Any, str]] = {
    "reading": (staging, "read_in"), "planning": (apply, "plan"),
    "applying": (apply, "apply_batch"),
}  # fmt: skip


@pytest.mark.parametrize(("step", "at", "done"), [
    ("reading", 1, 0), ("planning", 1, 0), ("applying", 1, 2), ("applying", 2, 4),
])  # fmt: skip
def test_cancelled_in_the_middle_it_goes_on_later_and_nothing_is_lost_or_doubled(
    session: Session, owner: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    step: str, at: int, done: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(apply, "BATCH", 2)
    real, begun = getattr(*STEPS[step]), [0]

    def with_a_click(*args: Any) -> Any:
        begun[0] += 1
        if begun[0] == at:
            with db.transaction() as other:
                actions.cancel(other, owner, import_id)
        return real(*args)

    monkeypatch.setattr(*STEPS[step], with_a_click)
    path = write(tmp_path / "a.csv", *(house(apn=f"Q-{n}", address=f"{n} ELM ST") for n in "12345"))
    (actions.folder() / "a.csv").write_bytes(path.read_bytes())
    import_id = actions.take_in(session, "a.csv", "a.csv", "Spring", owner.id, is_approved=True)
    go_on(session, import_id)

    stopped = found(session, import_id)
    written = session.execute(text("select count(*) from import_outcome where is_done"))
    assert (stopped.state, written.scalar_one()) == (ImportState.CANCELLED, done)
    assert (stopped.counts.get("rows", 0), stopped.counts.get("created", 0)) == (done, done)

    actions.resume(session, owner, import_id)
    go_on(session, import_id)
    if not done:
        actions.approve(session, owner, import_id)
        go_on(session, import_id)

    counts = found(session, import_id).counts
    assert (counts["rows"], counts["created"], counts["links"], houses(session)) == (5, 5, 5, 5)


def test_other_choices_than_planned_are_not_applied_but_planned(
    session: Session, owner: Person, path: Path
) -> None:
    import_id = upload(session, path, owner)
    same = {"mode": "fill", "list_name": " Spring ", "tag": "", "basis": ""}

    assert not actions.approve(session, owner, import_id, **same | {"mode": "skip"})
    assert found(session, import_id).state is ImportState.PLANNING
    go_on(session, import_id)
    assert not actions.approve(session, owner, import_id, **same)
    go_on(session, import_id)
    assert actions.approve(session, owner, import_id, **same)
    go_on(session, import_id)

    assert found(session, import_id).state is ImportState.APPLIED


def test_only_what_wrote_nothing_is_discarded(session: Session, owner: Person, path: Path) -> None:
    planned, applied = upload(session, path, owner), upload(session, SAMPLE, owner)

    actions.discard(session, owner, planned)
    actions.approve(session, owner, applied)
    go_on(session, applied)
    session.execute(text("update import set state = 'cancelled'"))
    with pytest.raises(CrmError, match="Undo it instead"):
        actions.discard(session, owner, applied)

    assert session.exec(select(Import.id)).all() == [applied]
    assert {*session.exec(select(ImportRow.import_id))} == {applied}
    assert not (actions.folder() / path.name).exists()


def test_an_applied_import_is_undone(session: Session, owner: Person, path: Path) -> None:
    import_id = upload(session, path, owner, is_approved=True)

    actions.undo(session, owner, import_id)
    go_on(session, import_id)

    assert found(session, import_id).state is ImportState.UNDONE
    assert (houses(session), session.exec(select(PhoneNumber)).all()) == (0, [])


Decision = Callable[[Session, Person, int], object]


@pytest.mark.parametrize("decide", [
    actions.approve, actions.cancel, actions.discard, actions.resume, actions.undo,
    lambda session, person, i: actions.set_mapping(session, person, i, [], ""),
    lambda session, person, i: actions.set_options(session, person, i),
    lambda session, person, i: actions.fix_cell(session, person, i, 2, 1, ""),
    lambda session, person, i: actions.overwrite(session, person, i, 2, True),
])  # fmt: skip
def test_only_who_may_import_decides(
    session: Session, owner: Person, path: Path, decide: Decision
) -> None:
    import_id = upload(session, path, owner)

    with pytest.raises(ForbiddenError):
        decide(session, Person(1, "Tess", Role.TECHNICIAN), import_id)
    with pytest.raises(CrmError, match="There is no import 0"):
        decide(session, owner, 0)


def test_reading_tells_how_far_it_is_and_begins_anew(
    session: Session, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id, heard = upload(session, SAMPLE, owner), list[int | None]()
    monkeypatch.setattr(staging, "STEP", 10)

    staging.read_in(session, found(session, import_id), heard.append)

    assert heard == [10, 20, 30]
    assert session.execute(text("select count(*) from import_row")).scalar_one() == 30


def test_rows_that_are_gone_when_it_is_read_are_missed(
    session: Session, owner: Person, path: Path
) -> None:
    import_id = upload(session, path, owner)
    kept = staging.folder() / path.name
    kept.write_text(kept.read_text("utf-8").splitlines()[0], "utf-8")

    with pytest.raises(CrmError, match="a header and no rows"):
        staging.read_in(session, found(session, import_id), lambda rows: None)
