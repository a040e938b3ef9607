"""Lists by hand, saved filters, tags: what may be done, and what may not."""

import pytest
from sqlmodel import Session, select

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.campaigns.actions import save_campaign
from crm_app.contacts.models import Contact, ContactList, ListMember
from crm_app.errors import CrmError, ForbiddenError
from crm_app.imports.models import Import
from crm_app.lists import actions, queries
from crm_app.lists.queries import Wanted
from tests.make import make_contact, make_list, make_property, make_user

NOBODY = Wanted(ids=())


@pytest.fixture
def owner(session: Session) -> Person:
    user = make_user(session)
    return Person(user.id, user.name, Role.OWNER)


@pytest.fixture
def people(session: Session) -> list[Contact]:
    made = [
        make_contact(session, name=name, phone=f"+1617555010{n}")
        for n, name in enumerate(("Ann A", "Bob B", "Cy C"))
    ]
    make_property(session, made[0], address="1 Ash St", city="Salem")
    make_property(session, made[0], address="2 Ash St", city="Quincy")
    make_property(session, made[1], address="3 Ash St", city="Quincy")
    return made


def members(session: Session, list_id: int) -> list[tuple[int, int | None]]:
    query = select(ListMember.contact_id, ListMember.property_id).where(
        ListMember.list_id == list_id
    )
    return sorted(session.exec(query).all())


def lists(session: Session) -> dict[str, int]:
    return {one.name: one.id for one in session.exec(select(ContactList))}


def test_the_chosen_are_put_on_a_new_list_and_taken_off(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    ann, bob, cy = people
    wanted = Wanted(ids=(ann.id, cy.id))

    assert actions.add_to_list(session, owner, wanted, 0, "  By  hand ") == 2
    made = lists(session)["By hand"]
    assert [one for one, _ in members(session, made)] == [ann.id, cy.id]
    assert actions.add_to_list(session, owner, Wanted(), made, "") == 1
    assert actions.take_off(session, owner, Wanted(ids=(bob.id,)), made, "") == 1
    assert len(members(session, made)) == 2
    assert dict(queries.lists(session, owner))[str(made)] == "By hand (2)"


def test_the_house_that_fits_the_filter_is_kept_with_the_member(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    quincy = Wanted(form={"towns": "Quincy"})

    assert actions.add_to_list(session, owner, quincy, 0, "Quincy") == 2

    found = [house for _, house in members(session, lists(session)["Quincy"])]
    assert len(set(found)) == 2
    assert None not in found


def test_an_attested_list_takes_nobody_new(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    attested_by = make_user(session, login="otto")
    closed = make_list(session, people[0], attested_by=attested_by).id

    with pytest.raises(CrmError, match="Spring is attested and takes nobody new"):
        actions.add_to_list(session, owner, Wanted(), closed, "")
    assert actions.take_off(session, owner, Wanted(), closed, "") == 1
    with pytest.raises(CrmError, match="Spring stays: the right to text it was attested"):
        actions.delete_list(session, owner, NOBODY, closed, "")


def test_a_saved_filter_shows_its_members_live_and_takes_none(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    quincy = Wanted(form={"towns": "Quincy", "built_to": "", "unknown": "x"})

    kept = actions.save_filter(session, owner, quincy, 0, "In Quincy")
    assert queries.kept(session, kept) == ("In Quincy", {"towns": "Quincy"})
    assert dict(queries.lists(session, owner))[str(kept)] == "In Quincy (filter)"
    assert queries.kept(session, 0) == ("", None)
    with pytest.raises(CrmError, match="it fills itself"):
        actions.add_to_list(session, owner, Wanted(), kept, "")
    salem = Wanted(form={"towns": "Salem"})
    assert actions.save_filter(session, owner, salem, kept, " ") == kept
    assert queries.kept(session, kept)[1] == {"towns": "Salem"}


def test_a_filter_that_says_nothing_or_nonsense_is_not_kept(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    by_hand = make_list(session, people[0]).id

    with pytest.raises(CrmError, match="Choose what to filter by"):
        actions.save_filter(session, owner, Wanted(form={"towns": " "}), 0, "All")
    with pytest.raises(CrmError, match="write a year"):
        actions.save_filter(session, owner, Wanted(form={"built_to": "x"}), 0, "All")
    with pytest.raises(CrmError, match="a list of chosen people"):
        actions.save_filter(session, owner, Wanted(form={"towns": "Salem"}), by_hand, "")
    assert set(lists(session)) == {"Spring"}


def test_names_are_said_once(session: Session, owner: Person, people: list[Contact]) -> None:
    first, second = make_list(session, name="One").id, make_list(session, name="Two").id

    with pytest.raises(CrmError, match="There is a list Two already"):
        actions.rename_list(session, owner, NOBODY, first, "tWO")
    with pytest.raises(CrmError, match="at most 120"):
        actions.add_to_list(session, owner, Wanted(), 0, " ")
    assert actions.rename_list(session, owner, NOBODY, second, "Two") == second
    actions.rename_list(session, owner, NOBODY, first, "one")
    assert set(lists(session)) == {"one", "Two"}


def test_a_list_goes_unless_something_rests_on_it(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    free, used, came = (make_list(session, *people, name=name).id for name in ("F", "U", "C"))
    save_campaign(session, "May", used, "Hi", owner)
    session.add(
        Import(file_name="a.csv", stored_as="a", list_id=came, created_at=people[0].created_at)
    )
    session.flush()

    actions.delete_list(session, owner, NOBODY, free, "")
    with pytest.raises(CrmError, match="U stays: the campaign May uses it"):
        actions.delete_list(session, owner, NOBODY, used, "")
    with pytest.raises(CrmError, match=r"C stays: it came with a\.csv"):
        actions.delete_list(session, owner, NOBODY, came, "")
    with pytest.raises(CrmError, match="no such list any more"):
        actions.delete_list(session, owner, NOBODY, free, "")
    assert len(session.exec(select(Contact)).all()) == 3


def test_tags_are_given_once_and_taken_away(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    quincy = Wanted(form={"towns": "Quincy"})

    assert actions.tag(session, owner, quincy, 0, "  warm  lead ") == 2
    assert actions.tag(session, owner, Wanted(), 0, "warm lead") == 1
    session.expire_all()
    assert (people[0].tags, people[0].version) == (["warm lead"], 2)
    assert (people[0].edited_by, people[0].edited_at) == (owner.id, people[0].updated_at)
    untag = actions.VERBS["untag"][0]
    assert untag(session, owner, Wanted(ids=(people[0].id,)), 0, "warm lead") == 1
    session.expire_all()
    assert people[0].tags == []
    for wrong in ("", " , ", "a," + "x" * 41):
        with pytest.raises(CrmError, match="a tag of at most 40 characters"):
            actions.tag(session, owner, Wanted(), 0, wrong)


def test_tags_by_commas_are_one_in_whatever_case(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    ann, bob = (Wanted(ids=(one.id,)) for one in people[:2])

    assert actions.tag(session, owner, ann, 0, "Vip, two,vip") == 1
    assert actions.tag(session, owner, ann, 0, "VIP") == 0
    assert actions.tag(session, owner, Wanted(), 0, "TWO, three") == 3
    assert actions.tag(session, owner, bob, 0, "vIP") == 1
    session.expire_all()
    assert [one.tags for one in people] == [
        ["Vip", "two", "three"], ["two", "three", "Vip"], ["two", "three"],
    ]  # fmt: skip
    assert actions.tag(session, owner, Wanted(), 0, "vip, THREE", off=True) == 3
    session.expire_all()
    assert [one.tags for one in people] == [["two"], ["two"], ["two"]]


def test_nobody_ticked_is_not_everybody(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    for verb in ("put", "take_off", "tag", "untag"):
        with pytest.raises(CrmError, match="Tick somebody first"):
            actions.VERBS[verb][0](session, owner, NOBODY, 0, "x")
    assert lists(session) == {}


def test_a_technician_changes_no_list(session: Session, people: list[Contact]) -> None:
    tess, form = Person(9, "Tess", Role.TECHNICIAN), {"towns": "Quincy"}

    for work, _ in actions.VERBS.values():
        with pytest.raises(ForbiddenError):
            work(session, tess, Wanted(form=form), 1, "x")


def test_a_filter_is_frozen_into_a_list_of_its_own(
    session: Session, owner: Person, people: list[Contact]
) -> None:
    kept = actions.save_filter(session, owner, Wanted(form={"towns": "Quincy"}), 0, "In Quincy")
    by_hand = make_list(session, people[2]).id

    assert actions.frozen(session, owner, by_hand, "campaign 1") == by_hand
    made = actions.frozen(session, owner, kept, "campaign 1")
    assert queries.kept(session, made) == ("In Quincy · campaign 1", None)
    assert len(members(session, made)) == 2
    assert members(session, kept) == []
