from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Person
from crm_app.compliance.actions import attest
from crm_app.importing import queries
from crm_app.importing import rows as reading
from crm_app.importing.words import LABELS
from crm_app.imports.models import ImportState, Verdict
from tests.importing.rows import COUNTS, add_row, four_rows, make_import
from tests.make import make_contact, make_list, make_user


def test_the_tiles_add_up_to_the_rows_of_the_file(session: Session) -> None:
    shown = queries.shown(session, make_import(session).id)

    assert [(tile.words, tile.number) for tile in shown.tiles] == [
        ("Rows", "4"), ("New", "1"), ("Updated", "1"), ("Unchanged", "0"), ("Refused", "2"),
    ]  # fmt: skip
    assert shown.adds_up == "1 + 1 + 0 + 2 = 4 rows"
    assert (shown.of, shown.apply) == ("Properties", "Import 2 rows")
    assert [tile.number for tile in shown.people] == ["1", "0", "1", "2", "0"]


@pytest.mark.parametrize(
    ("houses", "sum_"),
    [
        ({"created": 0, "updated": 0, "unchanged": 0, "failed": 0}, "1 + 1 + 0 + 2 = 4 rows"),
        ({"created": 1, "updated": 0, "unchanged": 0, "failed": 0}, "1 + 0 + 0 + 2 + 1 = 4 rows"),
    ],
)
def test_rows_without_a_house_are_in_the_sum_too(
    session: Session, houses: dict[str, int], sum_: str
) -> None:
    shown = queries.shown(session, make_import(session, counts=COUNTS | {"properties": houses}).id)

    assert shown.adds_up == sum_


@pytest.mark.parametrize(
    ("narrowed", "lines"),
    [
        ("", [2, 3, 4, 5]),
        ("properties-created", [2]),
        ("properties-updated", [3]),
        ("rows-unchanged", []),
        ("failed", [4, 5]),
        ("warnings", [3]),
        ("people", []),
        ("contacts-created", [2]),
        ("contacts-unchanged", [3]),
        ("stayed", []),
        ("nonsense", [2, 3, 4, 5]),
    ],
)
def test_a_tile_narrows_the_rows(session: Session, narrowed: str, lines: list[int]) -> None:
    found = four_rows(session)

    assert [row.line for row in reading.rows(session, found.id, narrowed, 0)] == lines


def test_rows_come_in_pages_after_a_line(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    found = four_rows(session)
    monkeypatch.setattr(reading, "PAGE", 2)

    assert [row.line for row in reading.rows(session, found.id, "", 0)] == [2, 3, 4]
    assert [row.line for row in reading.rows(session, found.id, "", 3)] == [4, 5]


def test_an_update_says_each_field_before_and_after(session: Session) -> None:
    row = reading.rows(session, four_rows(session).id, "properties-updated", 0)[0]

    assert row.changes == [
        ("Value", "$600,000", "$612,000"), ("Bought on", "", "Mar 1, 2024"),
        ("Pat Example: E-mail", "", "p@x.example"),
    ]  # fmt: skip
    assert (row.kept, row.href, row.word) == ("Notes", "/properties/7", "Updated")
    assert (row.title, row.detail) == (
        "12 Lanternwick St, Quincy", "Pat Example (617) 555-0140 (unchanged)"
    )  # fmt: skip


def test_a_refused_row_says_why(session: Session) -> None:
    row = reading.rows(session, four_rows(session).id, "failed", 0)[0]

    assert (row.word, row.reason, row.title) == (
        "Refused",
        "no address",
        "QUINCY, 02169, PAT EXAMPLE",
    )


def test_a_row_without_an_outcome_yet_is_shown(session: Session) -> None:
    found = make_import(session)
    add_row(session, found, 2)
    session.execute(reading.text("delete from import_outcome"))

    assert [row.word for row in reading.rows(session, found.id, "", 0)] == ["Not yet"]


@pytest.mark.parametrize(
    ("ago", "done", "left"),
    [(10, 2, ", 10 s left"), (300, 1, ", about 15 min left"), (10, 0, ""), (10, 4, "")],
)
def test_the_time_left_follows_the_pace(session: Session, ago: int, done: int, left: str) -> None:
    began = clock.wall() - timedelta(seconds=ago)
    found = make_import(session, ImportState.APPLYING, began_at=began, rows_done=done)

    shown = queries.shown(session, found.id)

    assert shown.step == "Rows imported" + left
    assert not shown.has_rows


def test_an_attestation_is_shown_with_name_and_time(session: Session) -> None:
    listed, user = make_list(session), make_user(session)
    found = make_import(session, ImportState.APPLIED, list_id=listed.id)

    attest(session, listed.id, Person(user.id, user.name, user.role), LABELS["sentence"])

    assert queries.shown(session, found.id).attested.startswith("Attested by Olivia, ")


def test_past_imports_say_what_became_of_them(session: Session) -> None:
    said: list[Any] = [
        make_import(session, ImportState.APPLIED).id,
        make_import(session, ImportState.UPLOADED, counts={}).id,
        make_import(session, ImportState.FAILED, error="Not a CSV.", counts={}).id,
    ]

    rows = {row.id: (row.word, row.tone, row.result) for row in queries.past_imports(session)}

    assert [rows[import_id] for import_id in said] == [
        ("Applied", "fine", "1 new, 1 updated, 0 unchanged, 2 refused · spring.csv"),
        ("Uploaded", "waiting", "spring.csv"), ("Failed", "blocked", "Not a CSV. · spring.csv"),
    ]  # fmt: skip


def test_half_an_import_says_how_much_of_it_is_written(session: Session) -> None:
    found = make_import(session, ImportState.CANCELLED, rows_total=20000)
    bare = make_import(session, ImportState.FAILED, counts={}, recipe="")
    add_row(session, found, 2, is_done=True)
    add_row(session, found, 3)

    assert queries.shown(session, found.id).half.startswith("4 of 20,000 rows were imported before")
    assert queries.shown(session, bare.id).half == "Nothing of this file was written."
    assert queries.shown(session, bare.id).recipe == ""
    words = [row.word for row in reading.rows(session, found.id, "", 0)]
    assert words == ["New", "Not yet"]


def test_a_row_whose_people_alone_are_updated_says_so(session: Session) -> None:
    found = make_import(session, basis="customer")
    add_row(session, found, 2, Verdict.UNCHANGED, contact_verdicts=["updated"])

    assert reading.rows(session, found.id, "", 0)[0].word == "Unchanged; its people changed"
    assert "They are customers" in queries.shown(session, found.id).proof


def test_one_row_is_said_as_one_and_none_is_not_offered(session: Session) -> None:
    one = queries.shown(session, make_import(session, counts=COUNTS | {"failed": 3}).id)
    none = queries.shown(session, make_import(session, counts=COUNTS | {"failed": 4}).id)

    assert (one.apply, none.apply) == ("Import 1 row", "")
    assert one.people_sum == "1 + 0 + 1 = 2 contacts"


def test_there_is_no_such_import(session: Session) -> None:
    assert queries.shown(session, 12345).id == 0


def test_a_new_person_who_looks_like_one_of_ours_is_named(session: Session) -> None:
    robert = make_contact(session, phone="+16175550142", name="Robert Example")
    robert.email = "bob@example.com"
    found, bob = make_import(session), {"name": "Bob Example", "first_name": "Bob"}
    bob |= {"last_name": "Example", "email": "bob@example.com"}
    add_row(session, found, 2, contact_verdicts=["created"], people=[bob])
    add_row(session, found, 3, contact_verdicts=["created"])

    one, other = reading.rows(session, found.id, "", 0)

    assert one.warnings == [
        "Bob Example may be Robert Example, whom we have:"
        " short form of the same first name, same e-mail."
    ]
    assert other.warnings == []
