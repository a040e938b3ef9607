"""What an undo takes, what it gives back, and what stays: on rows as an import leaves them."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.contacts.models import (
    Contact,
    ContactList,
    ContactProperty,
    ListMember,
    PhoneNumber,
    Property,
)
from crm_app.errors import CrmError
from crm_app.imports.models import Import, ImportOutcome, ImportRow, ImportState, Verdict
from crm_app.undoing.undo import must_be_undoable, undo_import
from tests.imports.dump import dump
from tests.make import make_contact, make_list, make_property, make_user

PHONE, LINE = "+16175550140", 2


@pytest.fixture
def before(session: Session) -> dict[str, Any]:
    """The world without the import: somebody with a house and a list."""
    user = make_user(session)
    known = make_contact(session, name="Otis Quarcombe", phone="+16175550149")
    make_property(session, known, address="3 Mortarbell Rd", apn="Q-3")
    make_list(session, known, name="Old", attested_by=user)
    session.execute(text("update contact set houses = '3 Mortarbell Rd Quincy'"))
    return dump(session)


def make_import(session: Session, **values: Any) -> Import:
    at = clock.now(session)
    named = {"file_name": "a.csv", "stored_as": "a.csv", "list_name": "Spring", "header": ["A"]}
    state = {"state": ImportState.APPLIED, "finished_at": at, "rows_total": 1}
    state["created_at"] = at - timedelta(hours=1)
    made = Import(**(named | state | values))
    session.add(made)
    session.flush()
    return made


def made_by(session: Session, found: Import) -> tuple[Contact, Property]:
    """A household as an import makes it, with what its line says of it."""
    person = make_contact(session, name="Nora Galloway", phone=PHONE)
    house = make_property(session, person, address="12 Lanternwick St", apn="Q-1")
    listed = make_list(session, person, name="Spring")
    found.list_id = listed.id
    for table in ("contact", "phone_number", "property", "contact_property", "list_member"):
        session.execute(
            text(f"update {table} set import_id = :i where {WHOSE[table]}"),
            {"i": found.id, "c": person.id, "h": house.id},
        )
    session.execute(
        text("update contact_list set import_id = :i where name = 'Spring'"), {"i": found.id}
    )
    note(session, found, person, house)
    session.expire_all()
    return person, house


WHOSE = {
    "contact": "id = :c", "phone_number": "contact_id = :c", "property": "id = :h",
    "contact_property": "contact_id = :c", "list_member": "contact_id = :c",
}  # fmt: skip


def note(
    session: Session, found: Import, person: Contact, house: Property | None, *changes: Any,
    line: int = LINE, people: Any = (),
) -> None:  # fmt: skip
    house_id = house.id if house else None
    session.add(ImportRow(import_id=found.id, line=line, place=1, raw=[], people=list(people)))
    session.add(
        ImportOutcome(
            import_id=found.id, line=line, is_done=True, verdict=Verdict.CREATED,
            property_id=house_id, contact_ids=[person.id], changes=list(changes),
        )
    )  # fmt: skip
    session.flush()


def change(entity: str, row: Any, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {"entity": entity, "id": row.id, "before": before, "after": after, "kept": []}


def undo(session: Session, found: Import) -> str:
    """Undo it and return what its only line says of what stayed."""
    undo_import(session, found.id, lambda rows: None)
    session.expire_all()
    assert found.state is ImportState.UNDONE
    return session.exec(
        select(ImportOutcome.stayed).where(ImportOutcome.import_id == found.id)
        .order_by(col(ImportOutcome.line))
    ).first() or ""  # fmt: skip


def test_what_was_made_goes(session: Session, before: dict[str, Any]) -> None:
    found = make_import(session)
    made_by(session, found)
    told = list[int]()

    undo_import(session, found.id, told.append)

    assert dump(session) == before
    session.expire_all()
    assert (found.state, found.list_id, found.rows_done) == (ImportState.UNDONE, None, 1)
    assert len(told) > 2
    assert told == sorted(told)


USER = "(select min(id) from app_user)"
OUTBOX = (
    "insert into outbox (own_number, e164, contact_id, purpose, priority, body, state, because,"
    " is_for_person, not_before, started_at, attempts, lookups, was_absent, receipt_checks,"
    " created_at{more}) values ('+16175550199', {e164}, {contact}, 'cold', 6, 'Hello', 'sent', '',"
    " false, now(), {started}, 0, 0, false, 0, now(){values})"
)
TEXTED = OUTBOX.format(e164=f"'{PHONE}'", contact=":c", started="now()", more="", values="")
THREAD = (
    "with t as (insert into conversation (own_number, e164, contact_id, provider_id, is_in_inbox,"
    " is_unread, is_unanswered, last_at, last_text, last_is_ours)"
    f" values ('+16175550199', '{PHONE}', :c, '', true, false, false, now(), '', false)"
    " returning id) "
)
SAID = (
    "insert into message (provider_id, conversation_id, direction, body, status, error, media, at)"
    " select 'AC1', id, 'in', 'Hi', 'received', '', '[]', now() from t"
)
SUPPRESSED = "insert into suppression (e164, source, because, at, lifted_because, lifted_proof,"
SUPPRESSED += f" is_lifted_by_them) values ('{PHONE}', '%s', 'stop', now(), '', '', false)"
OTHER_LIST = "with l as (insert into contact_list (name, created_at) values ('By hand', now())"
OTHER_LIST += " returning id) insert into list_member (list_id, contact_id, property_id)"
OTHER_LIST += " select id, :c, null from l"
HOUSE_STAYS = "12 Lanternwick St: Nora Galloway stays"
CAUSES = {
    "texted since": TEXTED,
    "a text waits": OUTBOX.format(
        e164=f"'{PHONE}'", contact="null", started="null", more="", values=""
    ),
    "texted since: they wrote": THREAD + SAID,
    "called since": THREAD + "select id from t",
    "opted out since": SUPPRESSED % "person",
    "consent noted since": "insert into consent (e164, basis, since, evidence, by_user, at)"
    f" values ('{PHONE}', 'customer', now(), 'paper', {USER}, now())",
    "has photos": "insert into media (kind, contact_id, url, name, state, attempts, next_at, error,"
    " sha256, content_type, size, at) values ('photo', :c, '', '', 'kept', 0, now(), '', '', '',"
    " 1, now())",
    "has a to-do": "insert into work_item (id, version, item_type, title, status, path, depth,"
    " metadata, contact_id, created_at, created_by, updated_at, updated_by) values"
    " (gen_random_uuid(), 1, 'task', 'Call', 'active', '', 0, '{}', :c, now(), '', now(), '')",
    "merged since": "insert into merge (kept_id, gone_id, moved, by_user, at)"
    f" select min(id), :c, '{{}}', {USER}, now() from contact",
    "on another list": OTHER_LIST,
    "edited since": "update contact set email = 'nora@example.com', version = 2 where id = :c",
    "edited since: another number": "insert into phone_number (e164, contact_id, position, kind,"
    " is_textable, not_textable_because, note) values ('+16175550141', :c, 1, '', true, '', '')",
    "checked since": "update phone_number set note = 'checked by Olivia: asked' where contact_id"
    " = :c",
    "tied to a house since": "insert into contact_property (contact_id, property_id, role,"
    " position) select :c, id, 'tenant', 0 from property where apn = 'Q-3'",
}


@pytest.mark.parametrize("because", CAUSES)
def test_a_person_on_whom_somebody_built_stays_with_the_house(
    session: Session, before: dict[str, Any], because: str
) -> None:
    found = make_import(session)
    person, house = made_by(session, found)
    session.execute(text(CAUSES[because]), {"c": person.id})

    stayed = undo(session, found)

    assert stayed == f"{HOUSE_STAYS}; Nora Galloway: {because.partition(':')[0]}"
    kept = session.exec(select(PhoneNumber.contact_id).where(PhoneNumber.e164 == PHONE)).one()
    ties = session.exec(
        select(ContactProperty.contact_id).where(ContactProperty.property_id == house.id)
    ).all()
    assert (kept, ties, found.list_id) == (person.id, [person.id], None)
    assert session.exec(select(ContactList).where(ContactList.name == "Spring")).all() == []


HOUSE_CAUSES = {
    "edited since": "update property set notes = 'Wet', version = 2 where id = :h",
    "texted since": OUTBOX.format(
        e164="'+16175550149'", contact="null", started="now()", more=", property_id", values=", :h"
    ),
    "on another list": "insert into list_member (list_id, contact_id, property_id) select id,"
    " (select min(id) from contact where import_id is distinct from :i and name = 'Ida Ashdowne'),"
    " :h from contact_list where name = 'Old'",
    "tied to somebody since": "insert into contact_property (contact_id, property_id, role,"
    " position) select min(id), :h, 'tenant', 0 from contact where import_id is null",
    "has photos": CAUSES["has photos"].replace("contact_id", "property_id").replace(":c", ":h"),
}


@pytest.mark.parametrize("because", HOUSE_CAUSES)
def test_a_house_on_which_somebody_built_stays_alone(session: Session, because: str) -> None:
    make_user(session)
    make_list(session, make_contact(session, name="Otis Quarcombe", phone=""), name="Old")
    make_contact(session, name="Ida Ashdowne", phone="")
    found = make_import(session)
    person, house = made_by(session, found)
    given = {"h": house.id, "i": found.id}
    words = text(HOUSE_CAUSES[because])
    session.execute(words, {k: v for k, v in given.items() if f":{k}" in words.text})
    gone = person.id

    assert undo(session, found) == f"12 Lanternwick St: {because}"

    assert session.get(Contact, gone) is None
    assert session.get_one(Property, house.id).address == "12 Lanternwick St"


def test_what_another_import_has_met_stays(session: Session, before: dict[str, Any]) -> None:
    found, later = make_import(session), make_import(session)
    person, house = made_by(session, found)
    note(session, later, person, house)

    words = "12 Lanternwick St: Nora Galloway stays, another import uses it;"
    assert undo(session, found) == f"{words} Nora Galloway: another import uses it"


def test_an_import_that_is_undone_holds_nobody(session: Session, before: dict[str, Any]) -> None:
    found, later = make_import(session), make_import(session)
    person, house = made_by(session, found)
    note(session, later, person, house)

    undo(session, later)
    assert undo(session, found) == ""

    assert dump(session) == before


def test_old_opt_outs_and_those_of_the_file_hold_nobody(session: Session) -> None:
    session.execute(text((SUPPRESSED % "person").replace("now()", "now() - interval '1 day'")))
    found = make_import(session)
    person = make_contact(session, name="Nora Galloway", phone=PHONE)
    other = make_contact(session, name="Ida Ashdowne", phone="+16175550142")
    for one in (person, other):
        one.import_id = found.id
    session.execute(text("update phone_number set import_id = :i"), {"i": found.id})
    session.execute(text((SUPPRESSED % "import").replace(PHONE, "+16175550142")))
    note(session, found, person, None)
    stop = {"since": "2026-01-02", "source": "card"}
    said = [{"name": "Ida Ashdowne", "stop": stop}, {"name": "Pat", "stop": None}]
    note(session, found, other, None, line=3, people=said)

    undo(session, found)

    stayed = session.exec(select(ImportOutcome.stayed).order_by(col(ImportOutcome.line))).all()
    assert stayed == ["", "Ida Ashdowne: do not text, which stays"]
    assert session.exec(select(Contact)).all() == []
    assert session.execute(text("select count(*) from suppression")).scalar() == 2


def test_the_list_stays_with_what_stands_on_it(session: Session) -> None:
    user = make_user(session)
    found = make_import(session)
    made_by(session, found)
    session.execute(
        text("insert into attestation (list_id, user_id, sentence, at)"
             " values (:l, :u, 'I may.', now())"),
        {"l": found.list_id, "u": user.id},
    )  # fmt: skip

    assert undo(session, found) == "List Spring: attested"

    assert session.exec(select(ListMember)).all() == []
    assert session.get_one(ContactList, found.list_id).name == "Spring"


def test_who_was_texted_from_the_list_stays_on_it_with_the_consent(session: Session) -> None:
    user = make_user(session)
    found = make_import(session)
    person, _house = made_by(session, found)
    campaign = session.execute(
        text("insert into campaign (name, list_id, body, texts, minutes, state, created_at)"
             " values ('May', :l, '', 25, 30, 'active', now()) returning id"),
        {"l": found.list_id},
    ).scalar_one()  # fmt: skip
    for e164 in (PHONE, "+16175550148"):
        session.execute(
            text("insert into consent (e164, basis, since, evidence, by_user, at, import_id)"
                 " values (:e, 'asked', now(), 'a.csv line 2', :u, now(), :i)"),
            {"e": e164, "u": user.id, "i": found.id},
        )  # fmt: skip
    sent = OUTBOX.format(e164=f"'{PHONE}'", contact=":c", started="now()", more=", campaign_id",
                         values=", :k")  # fmt: skip
    session.execute(text(sent), {"c": person.id, "k": campaign})

    words = "12 Lanternwick St: Nora Galloway stays, texted since; List Spring: a campaign uses it;"
    assert undo(session, found) == f"{words} Nora Galloway: texted since"

    assert session.exec(select(ListMember.contact_id)).all() == [person.id]
    assert session.execute(text("select e164 from consent")).scalars().all() == [PHONE]


def known(session: Session) -> tuple[Contact, Property, ContactProperty]:
    person = make_contact(session, name="Otis Quarcombe", phone="+16175550149")
    house = make_property(session, person, address="3 Mortarbell Rd", apn="Q-3")
    house.year_built, person.tags, person.houses = None, ["warm"], "3 Mortarbell Rd Quincy"
    session.flush()
    return person, house, session.exec(select(ContactProperty)).one()


def test_what_was_changed_returns_from_its_first_row_to_its_last(session: Session) -> None:
    person, house, tie = known(session)
    at, before = str(house.updated_at), dump(session)
    later = str(house.updated_at + timedelta(minutes=1))
    found = make_import(session)
    session.execute(
        text("update property set year_built = 1960, value_cents = 7, version = 3, updated_at = :t,"
             " extras = '{\"Basement\": \"Full\"}'"),
        {"t": later},
    )  # fmt: skip
    session.execute(text("update contact_property set role = 'ex-owner', ended_on = '2026-05-01'"))
    session.execute(text('update contact set tags = \'["warm", "spring"]\', version = 2'))
    first = change("property", house, {"year_built": None, "version": 1, "updated_at": at},
                   {"year_built": 1960, "version": 2, "updated_at": later})  # fmt: skip
    second = change(
        "property", house,
        {"value_cents": None, "version": 2, "updated_at": later, "extras": {}},
        {"value_cents": 7, "version": 3, "updated_at": later, "extras": {"Basement": "Full"}},
    )  # fmt: skip
    sold = change("contact_property", tie, {"role": "owner", "ended_on": None},
                  {"role": "ex-owner", "ended_on": "2026-05-01"})  # fmt: skip
    tagged = change("contact", person, {"tags": ["warm"], "version": 1},
                    {"tags": ["warm", "spring"], "version": 2})  # fmt: skip
    note(session, found, person, house, first, sold)
    note(session, found, person, house, second, tagged, line=3)

    assert undo(session, found) == ""

    assert dump(session) == before


def test_what_somebody_changed_since_stays_and_the_rest_returns(session: Session) -> None:
    person, house, tie = known(session)
    found = make_import(session)
    house.year_built, house.value_cents, house.version = 1960, 9, 3  # 8 was the import's
    person.tags, person.version = ["warm", "spring", "mine"], 3
    tie.ended_on = date(2026, 6, 1)
    note(
        session, found, person, house,
        change("property", house, {"year_built": None, "value_cents": 5, "version": 1},
               {"year_built": 1960, "value_cents": 8, "version": 2}),
        change("contact", person, {"tags": ["warm"], "version": 1},
               {"tags": ["warm", "spring"], "version": 2}),
        change("contact_property", tie, {"ended_on": None}, {"ended_on": "2026-05-01"}),
    )  # fmt: skip

    assert undo(session, found) == "3 Mortarbell Rd: edited since; Otis Quarcombe: edited since"

    assert (house.year_built, house.value_cents, house.version) == (None, 9, 4)
    assert (person.tags, person.version) == (["warm", "mine"], 4)
    assert tie.ended_on == date(2026, 6, 1)


def test_what_a_later_import_changed_stays(session: Session) -> None:
    person, house, _tie = known(session)
    found, later = make_import(session), make_import(session)
    house.value_cents, house.version = 9, 3
    note(session, found, person, house,
         change("property", house, {"value_cents": 5, "version": 1},
                {"value_cents": 8, "version": 2}))  # fmt: skip
    note(session, later, person, house,
         change("property", house, {"value_cents": 8, "version": 2},
                {"value_cents": 9, "version": 3}))  # fmt: skip

    assert undo(session, found) == "3 Mortarbell Rd: another import uses it"
    assert (house.value_cents, house.version) == (9, 3)

    undo(session, later)
    assert (house.value_cents, house.version) == (8, 2)


def test_an_identity_or_a_tie_that_is_taken_now_does_not_return(session: Session) -> None:
    person, house, tie = known(session)
    found = make_import(session)
    tie.role, tie.ended_on = "ex-owner", date(2026, 5, 1)
    house.apn = "Q-9"
    session.flush()
    make_property(session, person, address="5 Elm St", apn="Q-3")
    again = ContactProperty(contact_id=person.id, property_id=house.id)
    session.add(again)
    note(
        session, found, person, house,
        change("property", house, {"apn": "Q-3", "version": 1}, {"apn": "Q-9", "version": 1}),
        change("contact_property", tie, {"role": "owner", "ended_on": None},
               {"role": "ex-owner", "ended_on": "2026-05-01"}),
    )  # fmt: skip

    stayed = undo(session, found)

    assert stayed == (
        "3 Mortarbell Rd: another house has its number; Otis Quarcombe: tied again since"
    )
    assert (house.apn, tie.role) == ("Q-9", "ex-owner")


@pytest.mark.parametrize("since", [False, True])
def test_links_to_what_was_there_go(session: Session, since: bool) -> None:
    person, _house, _tie = known(session)
    other = make_property(session, address="5 Elm St", apn="Q-5")
    listed = make_list(session, name="Old")
    before = dump(session)
    found = make_import(session, list_id=listed.id, list_name="Old")
    session.add(ContactProperty(contact_id=person.id, property_id=other.id, import_id=found.id))
    session.add(ListMember(list_id=listed.id, contact_id=person.id, import_id=found.id))
    session.add(PhoneNumber(e164=PHONE, contact_id=person.id, position=1, import_id=found.id))
    houses = [{"houses": before["contact"][0]["houses"]}, {"houses": "3 Mortarbell · 5 Elm"}]
    person.houses = houses[1]["houses"]
    note(session, found, person, other, change("contact", person, *houses))
    if since:
        person.houses = "3 Mortarbell · 5 Elm · 7 Oak"

    assert undo(session, found) == ""

    assert dump(session) == before


def test_an_undo_is_offered_for_thirty_days_and_for_what_it_knows(session: Session) -> None:
    at = clock.now(session)
    must_be_undoable(session, make_import(session, finished_at=at - timedelta(days=29)))
    for values, words in (
        ({"state": ImportState.PLANNED}, "nothing to undo"),
        ({"finished_at": at - timedelta(days=31)}, "for 30 days"),
        ({"header": []}, "for 30 days"),
    ):
        with pytest.raises(CrmError, match=words):
            must_be_undoable(session, make_import(session, **values))
