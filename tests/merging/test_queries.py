from sqlmodel import Session

from crm_app import clock
from crm_app.auth.permissions import Role
from crm_app.contacts.models import Contact, ContactProperty
from crm_app.merging.actions import not_the_same
from crm_app.merging.queries import Pair, all_pairs, likely, likely_new
from tests.make import make_contact, make_property
from tests.texting import olivia


def reasons(found: list[Pair]) -> dict[str, str]:
    return {pair.name: pair.why for pair in found}


def make_forms(session: Session) -> dict[str, Contact]:
    """Robert Lantern in five forms, his wife, and a namesake far away."""
    robert = make_contact(session, name="Robert Lantern", phone="+16175550100")
    house = make_property(session, robert)
    robert.email = "Rob@Example.com"
    names = {
        "Bob Lantern": "02169", "Lantern Robert": "02169", "Robbie Lantern": "02169",
        "Margery Lantern": "02169", "ROBERT LANTERN": "94110", "(617) 555-0107": "",
    }  # fmt: skip
    found = {"robert": robert}
    for n, (name, mail_zip) in enumerate(names.items(), 1):
        found[name] = make_contact(session, name=name, phone=f"+1617555010{n}", mail_zip=mail_zip)
    found["(617) 555-0107"].email = "rob@example.com"
    for name in ("Bob Lantern", "Margery Lantern"):
        session.add(ContactProperty(contact_id=found[name].id, property_id=house.id))
    found["gone"] = make_contact(session, name="Robert Lantern", phone="+16175550109")
    found["gone"].deleted_at = clock.now(session)
    session.flush()
    return found


def test_the_same_person_is_found_in_every_form(session: Session) -> None:
    found = make_forms(session)
    robert = found["robert"].id

    pairs = likely(session, [robert])[robert]

    assert reasons(pairs) == {
        "Bob Lantern": "short form of the same first name, same house",
        "(617) 555-0107": "same e-mail",
        "Lantern Robert": "first and last name swapped, same ZIP",
        "Robbie Lantern": "short form of the same first name, same ZIP",
    }
    assert [(pair.points, pair.sure) for pair in pairs[:2]] == [(70, "Likely"), (55, "Maybe")]
    assert likely(session, [found["Margery Lantern"].id]) == {}
    assert likely(session, [0]) == {}


def test_the_page_of_all_lists_each_pair_once(session: Session) -> None:
    found, person = make_forms(session), olivia(session, Role.OFFICE)

    pairs = all_pairs(session, person)

    assert {(pair.other, pair.name) for pair in pairs} == {
        ("Robert Lantern", "Bob Lantern"),
        ("Robert Lantern", "(617) 555-0107"),
        ("Robert Lantern", "Lantern Robert"),
        ("Robert Lantern", "Robbie Lantern"),
        ("Bob Lantern", "Robbie Lantern"),
    }
    not_the_same(session, person, pairs[0].id, pairs[0].other_id)
    assert len(all_pairs(session, person)) == len(pairs) - 1
    assert pairs[0].other_id == found["robert"].id


def test_people_of_a_file_are_looked_up_before_they_are_kept(session: Session) -> None:
    found = make_forms(session)
    home = make_property(session, found["robert"], address="9 Lanternwick St").id
    people = [
        {"name": "Rob Lantern", "first_name": "Rob", "last_name": "Lantern", "property_id": home},
        {"name": "Kim Other", "first_name": "Kim", "last_name": "Other", "email": "k@example.com"},
        {"name": "R Lantern", "first_name": "R", "last_name": "Lantern", "email": "",
         "other_emails": "rob@example.com"},
    ]  # fmt: skip

    rob, kim, r = likely_new(session, people)

    assert reasons(rob) == {"Robert Lantern": "short form of the same first name, same house"}
    assert kim == []
    assert reasons(r) == {
        "Robert Lantern": "same last name, first initial, same e-mail",
        "(617) 555-0107": "same e-mail",
    }
