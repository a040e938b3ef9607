import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.contacts import actions
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.errors import CrmError, ForbiddenError
from tests.make import make_contact, make_property

OFFICE = Person(1, "Ann", Role.OFFICE)
TECHNICIAN = Person(2, "Tom", Role.TECHNICIAN)


def add(session: Session, *, name: str = "PAT EXAMPLE", phone: str = "617-555-0140") -> Contact:
    contact_id = actions.add_contact(session, OFFICE, {"name": name, "phone": phone})
    return session.get_one(Contact, contact_id)


def test_an_added_contact_has_a_proper_name_and_a_number(session: Session) -> None:
    contact = add(session)

    number = session.exec(select(PhoneNumber)).one()
    assert (contact.name, contact.first_name, contact.last_name) == (
        "Pat Example",
        "Pat",
        "Example",
    )
    assert (number.e164, number.contact_id, number.is_textable) == (
        "+16175550140",
        contact.id,
        True,
    )


def test_a_toll_free_number_is_kept_and_not_textable(session: Session) -> None:
    add(session, name="Harborline LLC", phone="800-555-0199")

    number = session.exec(select(PhoneNumber)).one()
    assert (number.is_textable, number.not_textable_because) == (False, "toll-free number")


@pytest.mark.parametrize("phone", ["", "555-0140", "hello", "+44 20 7946 0000"])
def test_what_is_no_us_number_is_refused(session: Session, phone: str) -> None:
    with pytest.raises(CrmError, match="Type a US number"):
        add(session, phone=phone)


def test_a_number_of_somebody_else_is_refused_with_the_name(session: Session) -> None:
    add(session)

    with pytest.raises(CrmError, match=r"\(617\) 555-0140 already belongs to Pat Example\."):
        add(session, name="Bob")


def test_a_number_of_a_deleted_contact_says_so(session: Session) -> None:
    contact = add(session)
    actions.delete_contact(session, OFFICE, contact.id, back=False)

    with pytest.raises(CrmError, match="who was deleted: restore them"):
        add(session, name="Bob")


def test_a_contact_needs_a_name(session: Session) -> None:
    with pytest.raises(CrmError, match="a name"):
        add(session, name=" ")


def test_a_second_number_is_added_behind_the_first(session: Session) -> None:
    contact = add(session)

    actions.add_number(session, OFFICE, contact.id, "617 555 0141")

    numbers = session.exec(select(PhoneNumber).order_by(col(PhoneNumber.position))).all()
    assert [(n.e164, n.position) for n in numbers] == [("+16175550140", 0), ("+16175550141", 1)]
    assert contact.version == 2


def test_a_deleted_contact_can_be_restored(session: Session) -> None:
    contact = add(session)
    actions.delete_contact(session, OFFICE, contact.id, back=False)
    actions.delete_contact(session, OFFICE, contact.id, back=True)

    assert contact.deleted_at is None


def test_a_checked_number_may_be_texted(session: Session) -> None:
    make_contact(session)
    number = session.exec(select(PhoneNumber)).one()
    number.is_textable, number.not_textable_because = False, "no status: check it first"

    actions.mark_checked(session, number.e164, OFFICE, "rang")

    assert (number.is_textable, number.note) == (True, "checked by Ann: rang")


def test_a_toll_free_number_cannot_be_checked_away(session: Session) -> None:
    add(session, phone="800-555-0199")
    number = session.exec(select(PhoneNumber)).one()

    with pytest.raises(CrmError, match="toll-free"):
        actions.mark_checked(session, number.e164, OFFICE, "")


def test_a_technician_changes_no_contact(session: Session) -> None:
    contact = add(session)

    with pytest.raises(ForbiddenError):
        actions.add_contact(session, TECHNICIAN, {"name": "X", "phone": "617-555-0141"})
    with pytest.raises(ForbiddenError):
        actions.add_number(session, TECHNICIAN, contact.id, "617-555-0141")
    with pytest.raises(ForbiddenError):
        actions.delete_contact(session, TECHNICIAN, contact.id, back=False)
    with pytest.raises(ForbiddenError):
        actions.mark_checked(session, "+16175550140", TECHNICIAN, "")


def test_the_search_text_follows_the_houses(session: Session) -> None:
    contact = make_contact(session)
    make_property(session, contact)

    actions.refresh_houses(session, [contact.id])

    session.refresh(contact)
    assert contact.houses == "12 Lanternwick St Quincy"


def test_a_delete_counts_on_from_what_a_colleague_wrote_and_leaves_the_merged(
    session: Session,
) -> None:
    contact, other = make_contact(session), make_contact(session, phone="+16175550141")
    session.execute(text("update contact set version = 5"))

    actions.delete_contact(session, OFFICE, contact.id)

    assert contact.version == 6
    contact.merged_into = other.id
    session.flush()
    for back in (False, True):
        with pytest.raises(CrmError, match="was merged"):
            actions.delete_contact(session, OFFICE, contact.id, back=back)
