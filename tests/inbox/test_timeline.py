"""The timeline of a contact and of a house: everything, newest first, for who may see it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import clock
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.calls.models import Call
from crm_app.campaigns.models import Campaign
from crm_app.compliance.models import Suppression
from crm_app.contacts.models import Contact, ContactProperty, Property, Tie
from crm_app.conversations.models import Conversation, Direction, MessageStatus, OutboxState
from crm_app.conversations.optout import freeze, settle_frozen
from crm_app.imports.models import Import
from crm_app.inbox import timeline as module
from crm_app.inbox import timeline_state
from crm_app.inbox.thread import ThreadMessage
from crm_app.inbox.timeline import timeline
from crm_app.merging.models import Merge
from tests.inbox.rows import make_message, make_outbox, make_thread
from tests.make import make_contact, make_list, make_property, make_user
from tests.states import be, open_state, run
from tests.texting import TUESDAY, set_clock

OWNER = Person(1, "Olivia", Role.OWNER)
AT, DAY = datetime(2026, 6, 1, 15, tzinfo=UTC), timedelta(days=1)
SAM = "+16175550141"


@pytest.fixture
def pat(session: Session) -> Contact:
    set_clock(session, TUESDAY)
    return make_contact(session)


@pytest.fixture
def thread(session: Session, pat: Contact) -> Conversation:
    return make_thread(session, contact=pat)


def told(session: Session, person: Person = OWNER, **of: Any) -> list[ThreadMessage]:
    return timeline(session, person, **of)[0]


def bodies(rows: list[ThreadMessage]) -> list[str]:
    return [one.body for one in rows]


def test_texts_calls_campaigns_and_events_of_all_numbers_come_newest_first(
    session: Session, pat: Contact, thread: Conversation
) -> None:
    campaign = Campaign(name="Spring", list_id=make_list(session, pat).id, created_at=AT)
    session.add(campaign)
    session.flush()
    cold = make_outbox(session, thread, "Any cracks?", OutboxState.DELIVERED, started_at=AT,
                       campaign_id=campaign.id, answered_at=AT + DAY)  # fmt: skip
    make_message(session, thread, "Any cracks?", AT, direction=Direction.OUT, outbox_id=cold.id,
                 status=MessageStatus.DELIVERED)  # fmt: skip
    make_message(session, thread, "Yes, two", AT + DAY)
    session.add(Call(provider_id="AC1", conversation_id=thread.id, direction=Direction.IN,
                     at=AT + 2 * DAY, words="Missed call"))  # fmt: skip
    session.add(Suppression(e164=thread.e164, source="text", because="STOP", at=AT + 3 * DAY))
    session.flush()

    rows = told(session, contact_id=pat.id)

    assert bodies(rows) == ["Opted out: “STOP”", "Missed call", "Yes, two", "Any cracks?"]
    assert [one.who for one in rows] == ["They", "They", "They", "We"]
    assert (rows[3].campaign, rows[3].campaign_id, rows[3].state) == (
        "Spring", campaign.id, "Delivered · answered",
    )  # fmt: skip
    assert {one.href for one in rows} == {f"/inbox/{thread.id}"}
    assert [one.day for one in rows] == ["Thu, Jun 4", "Wed, Jun 3", "Tue, Jun 2", "Mon, Jun 1"]


def test_a_campaign_text_that_waits_or_led_to_an_opt_out_says_so_without_a_thread(
    session: Session, pat: Contact
) -> None:
    nowhere = Conversation(own_number="+16175550199", e164="+16175550140", contact_id=pat.id,
                           last_at=AT)  # fmt: skip
    make_outbox(session, nowhere, "Hello", OutboxState.SENT, opted_out_at=AT)

    (row,) = told(session, contact_id=pat.id)

    assert (row.body, row.state, row.href) == ("Hello", "Sent · opted out", "")


def test_imports_and_merges_are_told(session: Session, pat: Contact) -> None:
    done = Import(file_name="spring.csv", stored_as="x", created_at=AT)
    user, twin = make_user(session), make_contact(session, name="P. Example", phone=SAM)
    session.add(done)
    session.flush()
    pat.import_id = done.id
    merged: dict[str, Any] = {"kept_id": pat.id, "gone_id": twin.id, "by_user": user.id}
    session.add(Merge(**merged, moved={}, at=AT + DAY))
    session.add(Merge(**merged, moved={}, at=AT, undone_at=AT))
    session.flush()

    assert bodies(told(session, contact_id=pat.id)) == [
        "Merged with P. Example by Olivia", "Imported from spring.csv",
    ]  # fmt: skip


@pytest.fixture
def sold(session: Session, pat: Contact, thread: Conversation) -> tuple[Property, Conversation]:
    """Pat sold the house to Sam on the fifth of June; the second is Sam's thread."""
    sam = make_contact(session, name="Sam New", phone=SAM)
    home = make_property(session, pat)
    tie = session.exec(select(ContactProperty)).one()
    tie.role, tie.ended_on = Tie.EX_OWNER, date(2026, 6, 5)
    since = date(2026, 6, 5)
    session.add(ContactProperty(contact_id=sam.id, property_id=home.id, started_on=since))
    session.flush()
    return home, make_thread(session, phone=SAM, contact=sam)


def test_a_house_keeps_what_was_said_with_each_of_its_people_while_it_was_theirs(
    session: Session, thread: Conversation, sold: tuple[Property, Conversation]
) -> None:
    home, of_sam = sold
    make_message(session, thread, "Before the sale", AT)
    make_message(session, thread, "About the new house", AT + 6 * DAY)
    make_message(session, of_sam, "Before it was mine", AT - DAY)
    make_message(session, of_sam, "A crack", AT + 5 * DAY)
    make_message(session, of_sam, "We come", AT + 6 * DAY, direction=Direction.OUT)

    rows = told(session, property_id=home.id)

    assert bodies(rows) == [
        "We come", "A crack", "Pat Example has no more to do with the house", "Before the sale",
    ]  # fmt: skip
    assert [one.who for one in rows] == [
        "OpenPhone's app to Sam New", "Sam New", "", "Pat Example",
    ]  # fmt: skip


def test_the_days_of_a_tie_are_days_of_the_firm(
    session: Session, thread: Conversation, sold: tuple[Property, Conversation]
) -> None:
    session.execute(text("set local time zone 'UTC'"))
    home, of_sam = sold
    noon, half = datetime(2026, 6, 5, 16, tzinfo=UTC), timedelta(hours=11.5)
    make_message(session, thread, "Our last evening here", noon + half)
    make_message(session, thread, "In our new house", noon + half + timedelta(hours=1))
    make_message(session, of_sam, "The evening before", noon - half - timedelta(hours=1))
    make_message(session, of_sam, "Moving in", noon - half)

    rows = told(session, property_id=home.id)

    assert bodies(rows) == [
        "Our last evening here", "Moving in", "Pat Example has no more to do with the house",
    ]  # fmt: skip
    assert rows[2].exact == "Fri, Jun 5, 2026, 12:00 AM"


def test_an_answer_to_a_text_about_the_house_belongs_to_it_sold_or_not(
    session: Session, pat: Contact, thread: Conversation, sold: tuple[Property, Conversation]
) -> None:
    make_outbox(session, thread, "Your house …", OutboxState.SENT, started_at=AT + 7 * DAY,
                contact_id=pat.id, property_id=sold[0].id)  # fmt: skip
    make_message(session, thread, "I sold it", AT + 7.1 * DAY)

    assert bodies(told(session, property_id=sold[0].id))[:2] == ["I sold it", "Your house …"]


def test_a_technician_reads_only_their_threads(
    session: Session, pat: Contact, thread: Conversation, sold: tuple[Property, Conversation]
) -> None:
    user = make_user(session, login="tess", role=Role.TECHNICIAN)
    tess = Person(user.id, user.name, user.role)
    make_message(session, thread, "Mine", AT)
    make_message(session, sold[1], "Not mine", AT + 5 * DAY)
    thread.assigned_to = tess.id
    session.flush()

    assert bodies(told(session, tess, property_id=sold[0].id)) == ["Mine"]
    assert bodies(told(session, tess, contact_id=pat.id)) == ["Mine"]
    assert told(session, tess, contact_id=sold[1].contact_id) == []


def test_earlier_ones_come_page_by_page(
    session: Session, pat: Contact, thread: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    be(monkeypatch, timeline_state, OWNER)
    for n in range(3):
        make_message(session, thread, f"{n}", AT + n * DAY)
    session.commit()
    shown = open_state(timeline_state.TimelineState, f"/contacts/{pat.id}")

    run(shown.load())
    assert (bodies(shown.rows), shown.has_earlier) == (["2", "1"], True)
    run(shown.earlier())
    assert (bodies(shown.rows), shown.has_earlier) == (["2", "1", "0"], False)
    assert clock.now(session) > AT


def test_the_page_of_who_sold_tells_of_the_sale_on_its_day_here(
    session: Session, pat: Contact, thread: Conversation, sold: tuple[Property, Conversation]
) -> None:
    (row,) = told(session, contact_id=pat.id)

    assert (row.body, row.who) == ("Has no more to do with 12 Lanternwick St", "")
    assert row.exact.startswith("Fri, Jun 5, 2026, 12:00 AM")


def test_who_settled_a_frozen_number_is_not_taken_for_them(
    session: Session, pat: Contact, thread: Conversation
) -> None:
    freeze(session, thread.e164, "stop it", "they may mean stop", AT)
    settle_frozen(session, thread.e164, "stop", Person(make_user(session).id, "Olivia", Role.OWNER))

    assert {one.who for one in told(session, contact_id=pat.id)} == {""}
