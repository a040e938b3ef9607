"""What happened beside the texts stands among them: opt-outs, holds, consents, names, campaigns."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.calls.models import Call
from crm_app.campaigns.models import Campaign
from crm_app.compliance.facts import Basis
from crm_app.compliance.models import ConsentRecord, Frozen, Suppression
from crm_app.conversations.models import Direction, OutboxState
from crm_app.inbox.thread import LAST, thread
from crm_app.people.models import KnownContact
from tests.inbox.rows import make_message, make_outbox, make_thread
from tests.make import make_list, make_user

OWNER = Person(1, "Olivia", Role.OWNER)
PAT, OTHER = "+16175550140", "+16175550141"
AT = datetime(2025, 11, 3, 15, tzinfo=UTC)


def after(hours: int) -> datetime:
    return AT + timedelta(hours=hours)


def events(session: Session, thread_id: int) -> list[str]:
    session.flush()
    return [m.body for m in thread(session, thread_id, OWNER).messages if m.tone == "event"]


def test_a_number_s_story_stands_among_the_texts_in_its_order(session: Session) -> None:
    found, user = make_thread(session), make_user(session)
    make_message(session, found, "STOP", AT)
    lifted: Any = {"lifted_at": after(2), "lifted_because": "START", "is_lifted_by_them": True}
    session.add(Suppression(e164=PAT, source="text", because="STOP", at=AT, **lifted))
    make_message(session, found, "START", after(1))
    held: Any = {"said": "my lawyer", "because": "speaks of a lawyer", "e164": PAT}
    session.add(Frozen(**held, since=after(3), settled_at=after(4), settled_how="wrote again"))
    session.add(Frozen(**held, since=after(3), settled_at=after(5), settled_how="go on",
                       settled_by=user.id))  # fmt: skip
    session.add(ConsentRecord(e164=PAT, basis=Basis.ASKED, since=AT, evidence="a signed quote",
                              at=after(6), by_user=user.id))  # fmt: skip
    session.add(KnownContact(provider_id="1", name="Pat", numbers=[PAT], named_at=after(7)))
    again: Any = {
        "lifted_at": after(9),
        "lifted_because": "Olivia: she called",
        "lifted_proof": "note",
    }
    session.add(Suppression(e164=PAT, source="person", because="at the door", at=after(8),
                            by_user=user.id, **again))  # fmt: skip
    session.add(Suppression(e164=PAT, source="provider", because="error 21610", at=after(10)))
    session.add(Suppression(e164=OTHER, source="text", because="STOP", at=AT))

    assert events(session, found.id) == [
        "Opted out: “STOP”",
        "Opted in again: “START”",
        "Automation stopped: speaks of a lawyer",
        "Goes on, by Olivia",
        "Consent noted by Olivia: a signed quote",
        "Named as in OpenPhone's contacts",
        "Texts stopped by Olivia: at the door",
        "Texts allowed again by Olivia: she called",
        "Texts stopped, OpenPhone refuses them: error 21610",
    ]
    bodies = [message.body for message in thread(session, found.id, OWNER).messages]
    assert bodies[:4] == ["STOP", "Opted out: “STOP”", "START", "Opted in again: “START”"]


def test_a_stop_of_a_file_names_it(session: Session) -> None:
    found = make_thread(session)
    session.add(Suppression(e164=PAT, source="import", because="spring.csv", at=AT))

    assert events(session, found.id) == ["Texts stopped, as a file says: spring.csv"]


def test_events_older_than_what_is_shown_wait_for_the_earlier_texts(session: Session) -> None:
    found = make_thread(session)
    session.add(Suppression(e164=PAT, source="text", because="STOP", at=AT))
    for minute in range(LAST + 1):
        make_message(session, found, "Hi", AT + timedelta(hours=1, minutes=minute))

    assert events(session, found.id) == []
    whole = thread(session, found.id, OWNER, pages=2).messages
    assert (whole[0].body, whole[0].day, whole[1].day) == ("Opted out: “STOP”", "Nov 3, 2025", "")


def test_what_waits_stays_below_what_happened(session: Session) -> None:
    found = make_thread(session)
    make_outbox(session, found, "Soon", OutboxState.WAITING)
    session.add(Frozen(e164=PAT, since=AT, said="x", because="angry"))

    shown = [m.body for m in thread(session, found.id, OWNER).messages]
    assert shown == ["Automation stopped: angry", "Soon"]


@pytest.mark.parametrize(("role", "name"), [(Role.OWNER, "Spring"), (Role.TECHNICIAN, "")])
def test_a_campaigns_text_names_it_to_who_may_see_campaigns(
    session: Session, role: Role, name: str
) -> None:
    user = make_user(session, login="theo", role=role)
    found, listed = make_thread(session, assigned_to=user.id), make_list(session)
    campaign = Campaign(name="Spring", list_id=listed.id, body="Hi", created_at=AT)
    session.add(campaign)
    session.flush()
    make_outbox(session, found, "Hi", OutboxState.CANCELLED, campaign_id=campaign.id)

    (shown,) = thread(session, found.id, Person(user.id, "Theo", role)).messages

    assert (shown.campaign, shown.campaign_id, shown.tone) == (name, campaign.id, "campaign")


@pytest.mark.parametrize(("answered", "tone"), [(None, "missed"), (AT, "call")])
def test_a_call_is_drawn_as_one(session: Session, answered: datetime | None, tone: str) -> None:
    found = make_thread(session)
    session.add(Call(provider_id="AC1", conversation_id=found.id, direction=Direction.IN, at=AT,
                     answered_at=answered, words="Call"))  # fmt: skip
    session.flush()
    (shown,) = thread(session, found.id, OWNER).messages
    assert (shown.tone, shown.state) == (tone, "")
