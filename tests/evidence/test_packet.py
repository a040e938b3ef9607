"""The evidence packet, the decisions and the panel: what they show, and to whom."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance import gate
from crm_app.compliance.actions import (
    Decided,
    freeze,
    keep_decisions,
    lift,
    note_consent,
    settle,
    suppress,
)
from crm_app.compliance.facts import Basis, Purpose
from crm_app.contacts.models import PhoneNumber
from crm_app.conversations.models import Direction, MessageStatus, OutboxState
from crm_app.errors import CrmError, ForbiddenError
from crm_app.evidence.decisions import LABELS, decisions
from crm_app.evidence.packet import packet
from crm_app.evidence.why import panels, settle_frozen
from crm_app.imports.models import Import, ImportOutcome, Verdict
from tests.compliance.told import in_california, told
from tests.inbox.rows import make_message, make_outbox, make_thread
from tests.make import make_contact, make_list, make_property, make_user
from tests.texting import PAT, TUESDAY, numbers, olivia, set_clock

OWNER = Person(1, "Olivia", Role.OWNER)


def decide(session: Session, e164: str, purpose: Purpose = Purpose.COLD, **facts: Any) -> None:
    given = told(purpose, e164=e164, **facts)
    found = gate.may_send(given, TUESDAY)
    keep_decisions(session, [Decided(given, found, "queue", text_version="3")], TUESDAY)


def test_decisions_are_filtered_by_verdict_purpose_rule_and_number(session: Session) -> None:
    allowed, held, never = numbers(3)
    decide(session, allowed)
    decide(session, held, day_used=125)
    decide(session, never, Purpose.REPLY, suppressed_since=TUESDAY)

    def found(**asked: Any) -> list[str]:
        return [row.href.rpartition("/")[2] for row in decisions(session, OWNER, **asked)]

    assert found() == [one[1:] for one in (never, held, allowed)]
    assert found(verdict="never") == found(rule="suppression") == [never[1:]]
    assert found(verdict="held", purpose="cold") == found(rule="daily_cap") == [held[1:]]
    assert found(number=allowed) == found(number="(617) 555-0110") == [allowed[1:]]
    assert found(number=allowed[-4:]) == [allowed[1:]]
    assert found(rule="nothing'") == found(number="999") == []
    assert found(verdict="drop") == []


def test_decisions_are_leafed_by_the_last_one_shown(session: Session) -> None:
    for e164 in numbers(5):
        decide(session, e164)

    newest = decisions(session, OWNER, size=3)
    older = decisions(session, OWNER, before=newest[-1].id, size=3)

    assert [len(newest), len(older)] == [3, 2]
    assert older[-1].number == "(617) 555-0110"


def test_a_decision_says_its_rules_clocks_and_versions(session: Session) -> None:
    decide(session, PAT, **in_california())

    row = decisions(session, OWNER)[0]

    assert (row.verdict, row.purpose) == ("Held", "A campaign's text")
    assert row.sentence.startswith("may go from Tue, Jun 9, 2026, 12:00 PM: opens 9:00 today")
    assert row.clocks == "Tue, Jun 9, 2026, 10:00 AM our time · Tue 7:00 AM Pacific time"
    assert row.versions == "rules 2 · text 3 · asked when it was queued"


def test_every_rule_and_stage_has_its_words() -> None:
    rules = (*gate.NEVER, *gate.PERSON, *gate.WAIT, *gate.ASK)

    assert list(LABELS["rules"]) == [rule.__name__ for rule in rules]


def test_a_packet_holds_everything_about_a_number(session: Session) -> None:
    set_clock(session, TUESDAY)
    now, person = clock.now(session), olivia(session)
    contact = make_contact(session, phone=PAT, mail_zip="90001")
    house = make_property(session, contact)
    listed = make_list(session, contact, attested_by=make_user(session, login="oscar"))
    done = Import(file_name="spring.csv", stored_as="x", list_id=listed.id, created_at=now)
    session.add(done)
    session.flush()
    told = {"import_id": done.id, "verdict": Verdict.CREATED}  # 7: of before people were noted
    session.add(ImportOutcome(line=7, property_id=house.id, is_done=True, **told))
    session.add(ImportOutcome(line=8, contact_ids=[contact.id], **told))  # only planned
    session.add(ImportOutcome(line=9, contact_ids=[contact.id], is_done=True, **told))
    thread = make_thread(session, PAT, contact=contact)
    make_message(session, thread, "Hello", now - timedelta(hours=3), direction=Direction.OUT,
                 status=MessageStatus.DELIVERED)  # fmt: skip
    make_message(session, thread, "Who is this?", now - timedelta(hours=2))
    make_outbox(session, thread, "Late", OutboxState.CANCELLED, because="opted out")
    freeze(session, PAT, "Who is this?", "asks who we are", now - timedelta(hours=2))
    settle(session, PAT, "go on", now - timedelta(hours=1), person.id)
    suppress(session, PAT, "text", "STOP", now - timedelta(minutes=9))
    lift(session, PAT, because="Olivia: wants texts", at=now, proof="their e-mail")
    since = now - timedelta(days=1)
    note_consent(session, PAT, Basis.CUSTOMER, "invoice 12", since, person)
    decide(session, PAT)

    found = packet(session, PAT, person)

    assert (found.number, found.is_known) == ("(617) 555-0140", True)
    assert found.who == ["Pat Example", "12 Lanternwick St, Quincy MA 02169"]
    assert [(one.title, one.said) for one in found.texts] == [
        ("From us, written in OpenPhone: delivered", "Hello"),
        ("From them", "Who is this?"),
        ("From us, a reply: not sent (opted out)", "Late"),
    ]
    when = found.texts[0].when
    assert when.startswith("2026-06-09 11:00:0")
    assert when.endswith("7:00 AM our time and theirs · Tue 4:00 AM Pacific time")
    assert [(one.title, one.said) for one in found.stops] == [
        ("Frozen, asks who we are", "Who is this?"),
        (f"Looked at: goes on by {person.name}", ""),
        ("Opted out: their text", "STOP"),
        ("Allowed again", "Olivia: wants texts Proof: their e-mail"),
    ]
    consents = {one.title: one.said for one in found.consents}
    assert consents["List “Spring” attested by Oscar"] == "I may."
    assert [f"Imported from spring.csv, line {n}" in consents for n in (7, 8, 9)] == [
        True,
        False,
        True,
    ]
    assert "They wrote to us" not in consents, "who asks who we are, consents to nothing"
    noted = f"Noted by {person.name}: a customer, since Jun 8, 2026, until Dec 8, 2027"
    assert consents[noted] == "invoice 12"
    assert [row.verdict for row in found.decisions] == ["Allowed"]
    assert found.head.startswith("Nothing is sealed yet")


def test_a_packet_says_who_it_is_and_what_stands_against_texts(session: Session) -> None:
    contact = make_contact(session, phone=PAT)
    contact.other_names, contact.email, contact.deleted_at = "Kim", "pat@example.com", TUESDAY
    number = session.exec(select(PhoneNumber)).one()
    number.is_textable, number.not_textable_because = False, "a landline"

    assert packet(session, PAT, OWNER).who == [
        "Pat Example", "also Kim", "pat@example.com", "a landline", "the contact is deleted",
    ]  # fmt: skip


def test_a_number_that_nobody_knows_says_so(session: Session) -> None:
    decide(session, PAT)

    found = packet(session, "+12075550188", OWNER)

    assert not found.is_known
    assert found.who == ["No contact has this number."]
    assert not packet(session, "", OWNER).is_known


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.MARKETER])
def test_only_owner_and_office_read_evidence(session: Session, role: Role) -> None:
    with pytest.raises(ForbiddenError):
        packet(session, PAT, Person(1, "Somebody", role))
    with pytest.raises(ForbiddenError):
        decisions(session, Person(1, "Somebody", role))


def test_a_panel_speaks_of_a_threads_or_a_contacts_number(session: Session) -> None:
    thread = make_thread(session, PAT)
    freeze(session, PAT, "Who is this?", "asks who we are", clock.now(session))

    (beside,) = panels(session, OWNER, thread_id=thread.id)

    assert panels(session, OWNER, contact_id=thread.contact_id) == [beside]
    assert panels(session, OWNER) == []
    assert (beside.number, beside.href) == ("(617) 555-0140", f"/compliance/{PAT[1:]}")
    assert beside.frozen.endswith(": “Who is this?”")
    assert "A campaign's text" in dict(beside.sentences)
    assert not any("(frozen)" in words for _about, words in beside.sentences)


def test_a_technician_sees_and_settles_only_what_is_assigned(session: Session) -> None:
    tom = olivia(session, Role.TECHNICIAN)
    mine = make_thread(session, PAT, assigned_to=tom.id)
    other = make_thread(session, numbers(1)[0])
    for thread in (mine, other):
        freeze(session, thread.e164, "Who is this?", "asks who we are", clock.now(session))
    foreign = panels(session, OWNER, thread_id=other.id)[0].frozen_id

    (seen,) = panels(session, tom, contact_id=mine.contact_id)

    assert (seen.e164, seen.href) == (PAT, "")  # the packet is not for technicians
    assert settle_frozen(session, seen.frozen_id, "go on", tom) == PAT
    assert panels(session, tom, thread_id=other.id, contact_id=other.contact_id) == []
    with pytest.raises(CrmError, match="not frozen any more"):
        settle_frozen(session, foreign, "go on", tom)
