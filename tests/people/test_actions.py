"""What OpenPhone calls people: kept in any order, a name where we have none, else a suggestion."""

import itertools
from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app.auth.models import Role
from crm_app.contacts.actions import contact_for_stranger
from crm_app.contacts.models import Contact
from crm_app.errors import CrmError, ForbiddenError
from crm_app.openphone import tasks
from crm_app.people import actions, queries
from crm_app.people.models import KnownContact
from crm_app.webhooks.models import Delivery
from tests.make import make_contact
from tests.openphone.conftest import Deliver
from tests.openphone.test_payloads import envelope
from tests.texting import PAT, olivia

NOOR = "+16175550141"


def at(minute: int) -> str:
    return f"2026-06-09T13:{minute:02}:00.000Z"


def dated(first: str = "Patricia", *, minute: int = 1, **more: Any) -> dict[str, Any]:
    said = {"id": "6824d0", "firstName": first, "lastName": "Example", "company": None,
            "emails": [{"value": "Pat@Example.com", "type": "work"}],
            "phoneNumbers": [{"value": PAT, "type": "mobile"}],
            "updatedAt": at(minute)}  # fmt: skip
    return envelope({"resource": said | more, "context": {}}, "contact.updated")


def app(fields: Any, **more: Any) -> dict[str, Any]:
    said = {"id": "CT1", "object": "contact", "firstName": "Patricia", "lastName": "Example",
            "fields": fields, "updatedAt": at(1)}  # fmt: skip
    return envelope({"object": said | more}, "contact.updated")


def hear(session: Session, deliver: Deliver, *events: dict[str, Any]) -> None:
    for number, event in enumerate(events):
        assert deliver(event | {"id": f"{event['id']} {number}"}) == 200
    tasks.apply_due()
    session.expire_all()


def name(session: Session) -> str:
    session.expire_all()
    return session.exec(select(Contact.name)).one()


LISTED = [{"name": "Phone", "type": "phone-number", "value": PAT}, {"name": "x", "value": "y@x.de"}]


@pytest.mark.parametrize(
    "event",
    [
        dated(),
        app({"Phone": PAT}),
        app({"Phone": [NOOR, PAT], "Zip": "02169", "Odd": {"deep": [PAT]}}),
        app(LISTED),
        dated(phoneNumbers=[{"value": "(617) 555-0140"}, {"value": None}, 7]),
        dated("", lastName="", company="Patricia Example"),
    ],
)
def test_who_is_named_by_a_number_gets_the_name(
    session: Session, deliver: Deliver, event: dict[str, Any]
) -> None:
    contact_for_stranger(session, PAT)
    session.commit()

    hear(session, deliver, event)

    assert name(session) == "Patricia Example"
    assert session.exec(select(Contact.first_name)).one() == "Patricia"
    assert queries.suggestions(session, olivia(session), 0) == ([], 0)


def test_a_stranger_bears_the_name_that_openphone_has(session: Session, deliver: Deliver) -> None:
    hear(session, deliver, dated(), dated("", lastName="", id="2", minute=9))

    contact_for_stranger(session, PAT)

    assert name(session) == "Patricia Example"
    assert session.exec(select(KnownContact).filter_by(provider_id="6824d0")).one().named_at


def gone(minute: int | None = None) -> dict[str, Any]:
    said = {"id": "6824d0"} | ({"updatedAt": at(minute)} if minute else {})
    return envelope({"resource": said}, "contact.deleted")


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))])
def test_the_newest_wins_in_any_order_and_what_is_deleted_there_names_nobody(
    session: Session, deliver: Deliver, order: tuple[int, ...]
) -> None:
    told = [dated("Pat"), dated("Patricia", minute=2), gone(2)]

    hear(session, deliver, *(told[n] for n in order))

    known = session.exec(select(KnownContact)).one()
    assert (known.name, known.numbers) == ("Patricia Example", [PAT])
    assert known.parts["emails"] == ["pat@example.com"]
    contact_for_stranger(session, PAT)
    assert name(session) == "(617) 555-0140"


def test_a_deletion_without_a_time_counts_from_now(session: Session, deliver: Deliver) -> None:
    make_contact(session, name="Pat Example")
    hear(session, deliver, gone(), dated(minute=59))
    assert queries.suggestions(session, olivia(session), 0)[1] == 0


def test_a_name_of_ours_stays_until_a_person_takes_theirs(
    session: Session, deliver: Deliver
) -> None:
    contact, person = make_contact(session, name="Pat Example"), olivia(session)
    make_contact(session, name="Noor Sample", phone=NOOR)
    hear(session, deliver, dated())

    lines, total = queries.suggestions(session, person, contact.id)
    assert [(line.title, line.detail, total) for line in lines] == [
        ("Pat Example", "Patricia Example", 1)
    ]
    technician = olivia(session, Role.TECHNICIAN)
    assert queries.suggestions(session, technician, contact.id) == ([], 0)
    with pytest.raises(ForbiddenError):
        actions.settle(session, PAT, "Patricia Example", technician, take=True)
    with pytest.raises(CrmError, match="otherwise by now"):
        actions.settle(session, PAT, "Somebody Else", person, take=True)
    with pytest.raises(CrmError, match="otherwise by now"):
        actions.settle(session, NOOR, "Patricia Example", person, take=True)

    actions.settle(session, PAT, "Patricia Example", person, take=True)

    session.expire_all()
    assert (contact.name, contact.first_name) == ("Patricia Example", "Patricia")
    assert queries.suggestions(session, person, 0) == ([], 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_name_from_there_follows_it_until_a_person_settles_one(
    session: Session, deliver: Deliver, order: tuple[int, int]
) -> None:
    contact_for_stranger(session, PAT)
    session.commit()
    told = [dated("Pat"), dated("Trish", minute=2)]
    for number in order:
        hear(session, deliver, told[number] | {"id": f"EV{number}"})
    assert name(session) == "Trish Example"

    hear(session, deliver, dated("Patricia", minute=3) | {"id": "EV3"})
    person = olivia(session)
    actions.settle(session, PAT, "Patricia Example", person, take=True)
    hear(session, deliver, dated("Patsy", minute=4) | {"id": "EV4"})

    assert name(session) == "Patricia Example"
    assert [line.detail for line in queries.suggestions(session, person, 0)[0]] == ["Patsy Example"]


def test_ours_is_kept_until_openphone_calls_them_something_new(
    session: Session, deliver: Deliver
) -> None:
    make_contact(session, name="Pat Example")
    person = olivia(session)
    hear(session, deliver, dated())
    actions.settle(session, PAT, "Patricia Example", person, take=False)
    assert queries.suggestions(session, person, 0) == ([], 0)

    hear(session, deliver, dated("PAT"), dated("Trish", minute=3))

    assert [line.detail for line in queries.suggestions(session, person, 0)[0]] == ["Trish Example"]
    assert name(session) == "Pat Example"


def test_a_contact_without_an_id_is_kept_and_shown(session: Session, deliver: Deliver) -> None:
    hear(session, deliver, envelope({"object": []}, "contact.updated"))

    assert session.exec(select(Delivery.state, Delivery.error)).one() == (
        "unknown", "The contact has no id.",
    )  # fmt: skip
