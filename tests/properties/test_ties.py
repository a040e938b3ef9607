"""Ties to houses: made, changed, ended; who comes first."""

from datetime import date

import pytest
from sqlmodel import Session, col, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.contacts.models import Contact, ContactProperty, Property, Tie
from crm_app.contacts.queries import card
from crm_app.errors import CrmError, ForbiddenError
from crm_app.properties.queries import house
from crm_app.properties.ties import find_houses, form_of, put_first, save_tie
from tests.make import make_contact, make_property
from tests.texting import TUESDAY, set_clock

OFFICE, TECHNICIAN = Person(1, "Ann", Role.OFFICE), Person(2, "Tess", Role.TECHNICIAN)


@pytest.fixture
def pat(session: Session) -> Contact:
    set_clock(session, TUESDAY)
    return make_contact(session)


@pytest.fixture
def home(session: Session, pat: Contact) -> Property:
    return make_property(session, pat)


def tied(session: Session) -> list[ContactProperty]:
    return list(session.exec(select(ContactProperty).order_by(col(ContactProperty.id))))


def test_a_house_is_tied_to_a_contact_and_found_by_it(
    session: Session, pat: Contact, home: Property
) -> None:
    other = make_property(session, address="9 Tilcombe Rd", city="Braintree", zip5="02184")

    save_tie(session, OFFICE, {"role": "tenant", "started_on": "2026-05-01"}, 0, pat.id, other.id)

    found = tied(session)[1]
    assert (found.property_id, found.role, found.started_on) == (
        other.id, Tie.TENANT, date(2026, 5, 1),
    )  # fmt: skip
    session.refresh(pat)
    assert pat.houses == "12 Lanternwick St Quincy · 9 Tilcombe Rd Braintree"
    with pytest.raises(CrmError, match="this role at the house already"):
        save_tie(session, OFFICE, {"role": "tenant"}, 0, pat.id, other.id)


@pytest.mark.parametrize(("form", "role", "ended"), [
    ({"role": "owner", "ended_on": "2026-06-01"}, Tie.EX_OWNER, date(2026, 6, 1)),
    ({"role": "ex-owner"}, Tie.EX_OWNER, date(2026, 6, 9)),
    ({"role": "tenant", "ended_on": "2026-06-01"}, Tie.TENANT, date(2026, 6, 1)),
    ({"role": "manager", "ended_on": ""}, Tie.MANAGER, None),
])  # fmt: skip
def test_a_tie_is_changed_and_ended(
    session: Session, pat: Contact, home: Property, form: dict[str, str], role: Tie,
    ended: date | None,
) -> None:  # fmt: skip
    save_tie(session, OFFICE, form, tied(session)[0].id)

    (found,) = tied(session)
    session.refresh(pat)
    assert (found.role, found.ended_on, bool(pat.houses)) == (role, ended, not ended)


@pytest.mark.parametrize(("form", "said"), [
    ({"role": "king"}, "Choose what they have to do"),
    ({"role": "owner", "started_on": "2026-06-10"}, "neither lies ahead"),
    ({"role": "owner", "ended_on": "2026-06-10"}, "neither lies ahead"),
    ({"role": "owner", "started_on": "2026-06-02", "ended_on": "2026-06-01"}, "begins before"),
    ({"role": "owner", "ended_on": "soon"}, "from the calendar"),
])  # fmt: skip
def test_nonsense_is_refused(
    session: Session, home: Property, form: dict[str, str], said: str
) -> None:
    with pytest.raises(CrmError, match=said):
        save_tie(session, OFFICE, form, tied(session)[0].id)


def test_the_primary_contact_comes_first_and_who_left_apart(
    session: Session, pat: Contact, home: Property
) -> None:
    for n, name in enumerate(("Sam Two", "Kim Three")):
        one = make_contact(session, name=name, phone=f"+1617555014{n + 1}")
        session.add(ContactProperty(contact_id=one.id, property_id=home.id, position=n))
    session.flush()
    put_first(session, OFFICE, tied(session)[2].id)
    save_tie(session, OFFICE, {"role": "owner", "ended_on": "2026-06-01"}, tied(session)[0].id)
    session.expire_all()

    shown = house(session, OFFICE, home.id)

    assert [(one.title, one.badge) for one in shown.people] == [
        ("Kim Three", "Primary contact"), ("Sam Two", ""),
    ]  # fmt: skip
    assert [(one.title, one.detail) for one in shown.former] == [
        ("Pat Example", "Owned until Jun 1, 2026 · (617) 555-0140")
    ]


def test_houses_are_found_by_the_start_of_their_words(session: Session, home: Property) -> None:
    assert find_houses(session, OFFICE, "lant qui") == [
        (str(home.id), "12 Lanternwick St", "Quincy MA 02169", "")
    ]
    for typed in ("12 Lanternwick Street, Quincy", "lanternwick stree"):
        assert [row[0] for row in find_houses(session, OFFICE, typed)] == [str(home.id)]
    empty = make_property(session, address="7 Lantern Way")
    found = find_houses(session, OFFICE, "lantern", is_empty=True)
    assert [row[0] for row in found] == [str(empty.id)]
    assert find_houses(session, OFFICE, " ") == []


def test_only_who_may_changes_ties(session: Session, pat: Contact, home: Property) -> None:
    tie_id = tied(session)[0].id
    for verb in (
        lambda: find_houses(session, TECHNICIAN, "lant"),
        lambda: form_of(session, TECHNICIAN, tie_id),
        lambda: save_tie(session, TECHNICIAN, {"role": "owner"}, 0, pat.id, home.id),
        lambda: put_first(session, TECHNICIAN, tie_id),
    ):
        with pytest.raises(ForbiddenError):
            verb()
    with pytest.raises(CrmError, match="not there any more"):
        form_of(session, OFFICE, 12345)


def test_a_tie_that_ended_is_there_once(session: Session, pat: Contact, home: Property) -> None:
    form = {"role": "ex-owner", "ended_on": "2026-06-01"}
    save_tie(session, OFFICE, form, 0, pat.id, home.id)

    with pytest.raises(CrmError, match="this role at the house already"):  # a double click
        save_tie(session, OFFICE, form, 0, pat.id, home.id)

    assert [one.role for one in tied(session)] == [Tie.OWNER, Tie.EX_OWNER]
    save_tie(session, OFFICE, form, tied(session)[1].id)  # the same again is no second one


def test_a_name_that_somebody_of_the_house_has_is_not_one_without_a_number(
    session: Session, pat: Contact, home: Property
) -> None:
    home.people = [{"name": "PAT EXAMPLE", "email": ""}, {"name": "Sam Two", "email": ""}]
    session.flush()

    assert house(session, OFFICE, home.id).unknown == "Sam Two"
    assert card(session, OFFICE, pat.id).houses[0].detail.endswith("without a number: Sam Two")
