from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, text
from sqlmodel import Session, col, select

from crm_app.compliance.models import Attestation
from crm_app.contacts.models import (
    Contact,
    ContactList,
    ContactProperty,
    ListMember,
    PhoneNumber,
    Property,
)
from crm_app.errors import CrmError
from crm_app.imports import staging
from crm_app.imports.models import ImportOutcome, ImportRow, Verdict
from tests.imports.files import SAMPLE, apply, house, write
from tests.make import make_contact, make_user


def count(session: Session, table: type[Any]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def contact_of(session: Session, number: str) -> Contact:
    return session.exec(select(Contact).join(PhoneNumber).where(PhoneNumber.e164 == number)).one()


def test_the_sample_gives_exactly_the_promised_counts_and_nothing_twice(session: Session) -> None:
    first = apply(session, SAMPLE)
    second = apply(session, SAMPLE)

    assert first["properties"] == {"created": 26, "updated": 1, "unchanged": 0, "failed": 3}
    assert first["contacts"] == {"created": 33, "updated": 0, "unchanged": 0}
    assert (first["rows"], first["links"], first["refused_phones"]) == (30, 34, 3)
    assert [row["line"] for row in first["rejected"]] == [11, 15, 33]
    assert second["properties"] == {"created": 0, "updated": 0, "unchanged": 27, "failed": 3}
    assert second["contacts"] == {"created": 0, "updated": 0, "unchanged": 33}
    assert (count(session, Property), count(session, Contact)) == (26, 33)
    assert (count(session, ContactProperty), count(session, ListMember)) == (34, 33)
    assert count(session, PhoneNumber) == 34  # one cell held two
    assert count(session, ImportRow) == 60
    assert second["list_id"] == first["list_id"]


def test_every_row_keeps_its_verdict_and_its_cells(session: Session) -> None:
    import_id = apply(session, SAMPLE)["import_id"]

    rows = {
        row.line: row
        for row in session.exec(select(ImportRow).where(ImportRow.import_id == import_id))
    }
    outcomes = {
        row.line: row
        for row in session.exec(select(ImportOutcome).where(ImportOutcome.import_id == import_id))
    }
    assert outcomes.keys() == rows.keys()
    assert (outcomes[7].verdict, outcomes[7].property_id) == (
        Verdict.UPDATED,
        outcomes[2].property_id,
    )
    assert outcomes[11].verdict == outcomes[11].property_verdict == Verdict.FAILED
    assert outcomes[3].contact_verdicts == ["created", "updated"]  # one number, two people
    [change] = outcomes[7].changes
    assert (change["before"]["value_cents"], change["after"]["value_cents"]) == (
        61_200_000,
        62_900_000,
    )
    assert rows[11].reason == "no address"
    assert rows[15].raw[1] == "9 THATCHLOOM CT"
    assert rows[13].warnings == ["Longitude and latitude were swapped; put right."]


def test_what_the_sample_is_about_arrives(session: Session) -> None:
    apply(session, SAMPLE)

    both = contact_of(session, "+17815550103")
    assert (both.name, both.other_names) == ("Rupert Penhaligon", "Ida Penhaligon")
    landlord = contact_of(session, "+16175550101")
    assert landlord.houses == "12 Lanternwick St Quincy · 19 Brackenmere Ter Quincy"
    firm = contact_of(session, "+18005550199")
    number = session.exec(select(PhoneNumber).where(PhoneNumber.e164 == "+18005550199")).one()
    assert (firm.is_company, number.is_textable) == (True, False)
    unchecked = session.exec(
        select(PhoneNumber.not_textable_because).where(
            col(PhoneNumber.e164).in_(["+15085550112", "+15085550113"])
        )
    ).all()
    assert sorted(unchecked) == ["marked Disconnected: check it first", "no status: check it first"]
    assert contact_of(session, "+18605550136").name.startswith("=HYPERLINK")
    seven = session.exec(select(Property).where(Property.apn == "QUIN-000001-000000-000007")).one()
    assert (seven.value_cents, seven.is_listed, seven.listing_status) == (
        62_900_000,
        True,
        "Active",
    )
    assert [person["name"] for person in seven.people] == ["Desmond Tillotson"]


def test_a_change_and_its_undoing_in_one_file_change_nothing(
    session: Session, tmp_path: Path
) -> None:
    apply(session, write(tmp_path / "a.csv", house()))

    again = apply(session, write(tmp_path / "b.csv", house(est_value="1"), house()))
    moved = apply(session, write(tmp_path / "c.csv", house(est_value="1"), house(est_value="2")))

    assert again["properties"] == {"created": 0, "updated": 0, "unchanged": 2, "failed": 0}
    assert moved["properties"] == {"created": 0, "updated": 2, "unchanged": 0, "failed": 0}
    assert session.exec(select(Property.value_cents)).one() == 200


def test_a_house_without_parcel_number_is_known_by_its_address(
    session: Session, tmp_path: Path
) -> None:
    apply(session, write(tmp_path / "a.csv", house(apn="")))

    again = apply(
        session, write(tmp_path / "b.csv", house(apn="", address="12 Lanternwick Street"))
    )

    assert again["properties"]["unchanged"] == 1


def test_what_a_person_put_right_is_kept(session: Session, tmp_path: Path) -> None:
    apply(session, write(tmp_path / "a.csv", house(primary_email1="pat@example.com")))
    contact = contact_of(session, "+16175550140")
    contact.name, contact.email = "Patricia Example", "patricia@example.com"
    session.commit()

    again = apply(session, write(tmp_path / "b.csv", house(primary_email1="pat@example.com")))

    session.refresh(contact)
    assert (contact.name, contact.email) == ("Patricia Example", "patricia@example.com")
    assert contact.other_names == "Pat Example"
    assert again["contacts"] == {"created": 0, "updated": 1, "unchanged": 0}


def test_what_is_blank_is_filled(session: Session, tmp_path: Path) -> None:
    contact = make_contact(session, name="Pat Example", mail_zip="")
    contact.houses = ""
    session.commit()

    result = apply(session, write(tmp_path / "a.csv", house(primary_email1="pat@example.com")))

    session.refresh(contact)
    assert (contact.email, contact.mail_zip) == ("pat@example.com", "02169")
    assert contact.houses == "12 Lanternwick St Quincy"
    assert result["contacts"] == {"created": 0, "updated": 1, "unchanged": 0}


def test_a_stranger_who_wrote_to_us_gets_a_name(session: Session, tmp_path: Path) -> None:
    contact = make_contact(session, name="(617) 555-0140")
    session.commit()

    apply(session, write(tmp_path / "a.csv", house()))

    session.refresh(contact)
    assert (contact.name, contact.first_name, contact.last_name) == (
        "Pat Example", "Pat", "Example",
    )  # fmt: skip
    assert contact.other_names == ""


def test_a_deleted_contact_stays_deleted(session: Session, tmp_path: Path) -> None:
    contact = make_contact(session)
    contact.deleted_at = contact.created_at
    session.commit()

    result = apply(
        session,
        write(tmp_path / "a.csv", house(primary_mobile_phone1="617-555-0140, 617-555-0141")),
    )

    session.refresh(contact)
    assert contact.deleted_at
    assert result["contacts"] == {"created": 0, "updated": 0, "unchanged": 1}
    assert (count(session, Contact), count(session, PhoneNumber)) == (1, 1)
    assert (result["added"], count(session, ContactProperty)) == (0, 0)
    assert session.exec(select(ImportOutcome.warnings)).one() == [
        f"{contact.name} was deleted here and stays so; restore them on their page."
    ]


def test_a_number_that_another_row_doubts_is_held_back(session: Session, tmp_path: Path) -> None:
    doubtful = house(apn="Q-2", address="14 LANTERNWICK ST", primary_mobile_1_status="")

    apply(session, write(tmp_path / "a.csv", house(), doubtful))

    assert not session.exec(select(PhoneNumber)).one().is_textable


def test_a_known_number_is_not_doubted_by_a_file(session: Session, tmp_path: Path) -> None:
    make_contact(session, name="Pat Example")
    session.commit()

    apply(session, write(tmp_path / "a.csv", house(primary_mobile_1_status="Disconnected")))

    assert session.exec(select(PhoneNumber)).one().is_textable


def test_an_extra_number_is_added_to_a_known_contact_once(session: Session, tmp_path: Path) -> None:
    contact = make_contact(session, name="Pat Example")
    session.commit()
    path = write(tmp_path / "a.csv", house(primary_mobile_phone1="617-555-0140, 800-555-0199"))

    first, second = apply(session, path), apply(session, path)

    numbers = session.exec(select(PhoneNumber).order_by(col(PhoneNumber.position))).all()
    assert [(n.e164, n.position, n.contact_id) for n in numbers] == [
        ("+16175550140", 0, contact.id),
        ("+18005550199", 1, contact.id),
    ]
    assert not numbers[1].is_textable
    assert first["contacts"]["updated"] == 1
    assert second["contacts"]["unchanged"] == 1


def test_an_attested_list_takes_nobody_new(session: Session, tmp_path: Path) -> None:
    list_id = apply(session, write(tmp_path / "a.csv", house()))["list_id"]
    user = make_user(session)
    found = session.get_one(ContactList, list_id)
    session.add(
        Attestation(list_id=list_id, user_id=user.id, sentence="I may.", at=found.created_at)
    )
    session.commit()

    apply(session, write(tmp_path / "b.csv", house()))  # nobody new: fine
    other = house(apn="Q-2", address="14 ELM ST", primary_mobile_phone1="617-555-0141")
    with pytest.raises(CrmError, match="attested already, and this file would add 1"):
        apply(session, write(tmp_path / "c.csv", other))
    assert count(session, Property) == 1


def test_rows_that_are_unaccounted_for_stop_the_import(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = staging.read_in

    def forgetful(session: Session, found: Any, told: Any) -> None:
        real(session, found, told)
        found.rows_total += 1

    monkeypatch.setattr(staging, "read_in", forgetful)

    with pytest.raises(CrmError, match="2 rows were read"):
        apply(session, write(tmp_path / "a.csv", house()))


def test_the_search_finds_an_imported_contact_by_street(session: Session) -> None:
    apply(session, SAMPLE)

    found = session.execute(
        text("select count(*) from contact where search @@ to_tsquery('simple', 'brackenm:*')")
    ).scalar_one()
    assert found == 1
