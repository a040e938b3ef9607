"""Starting once, pausing, resuming, cancelling, and the end."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from crm_app import db
from crm_app.auth.permissions import Person
from crm_app.campaigns import actions, tasks
from crm_app.campaigns.models import Campaign, CampaignState, Wording
from crm_app.conversations.models import Outbox, OutboxState, Pace
from crm_app.errors import CrmError, ForbiddenError
from crm_app.outbox.standing import Numbers
from tests.campaigns.people import (
    MARKETER,
    draft,
    neighbours,
    number,
    numbers,
    person_of,
    recipient,
    running,
)  # fmt: skip
from tests.make import make_contact, make_list, make_user


@pytest.fixture
def owner(session: Session) -> Person:
    return person_of(make_user(session))


def test_start_queues_everybody_with_their_own_text(session: Session, owner: Person) -> None:
    people = neighbours(session, 3)
    people[2].is_company = True
    session.flush()
    campaign = draft(session, *people, make_contact(session, phone=""))

    actions.start(session, campaign.id, owner)

    rows = session.exec(select(Outbox).order_by(Outbox.e164)).all()
    assert [row.e164 for row in rows] == [number(1), number(2), number(3)]
    assert rows[1].body == (
        "Hi Pat1, this is Attack-a-Crack. Is 2 Lanternwick St dry? Reply STOP to end"
    )
    assert rows[0].property_id is not None
    assert (rows[2].state, rows[2].because) == (OutboxState.NEVER, "a company, not a homeowner")
    assert [row.version for row in rows] == [1, 1, 1]
    (kept,) = session.exec(select(Wording)).all()
    assert (kept.version, kept.body, kept.written_by) == (1, campaign.body, owner.id)
    assert (campaign.state, campaign.started_by) == (CampaignState.ACTIVE, owner.id)
    counted = numbers(session, campaign.id)
    assert (counted.audience, counted.waiting + counted.held, counted.skipped) == (3, 2, 1)


def test_a_second_start_is_refused(session: Session, owner: Person) -> None:
    campaign = draft(session, *neighbours(session, 1))
    actions.start(session, campaign.id, owner)

    with pytest.raises(CrmError, match="already started"):
        actions.start(session, campaign.id, owner)


def test_two_starts_at_once_queue_each_text_once(
    fresh_database: str, environment: Callable[..., None]
) -> None:
    with db.transaction() as session:
        owner = person_of(make_user(session))
        campaign_id = draft(session, *neighbours(session, 20)).id

    def start() -> str:
        try:
            with db.transaction() as session:
                actions.start(session, campaign_id, owner)
        except CrmError as refused:
            return str(refused)
        return "started"

    with ThreadPoolExecutor(4) as pool:
        said = [future.result() for future in [pool.submit(start) for _ in range(4)]]

    assert sorted(said) == ["This campaign has already started."] * 3 + ["started"]
    with db.transaction() as session:
        assert len(session.exec(select(Outbox)).all()) == 20
        assert numbers(session, campaign_id).audience == 20


def test_what_is_missing_refuses_the_start(session: Session, owner: Person) -> None:
    people = neighbours(session, 2)
    blank = draft(session, *people, body="Hi {first_name}", name="Blank")
    people[0].first_name = ""
    session.flush()
    empty = draft(session, *people, body="", name="Empty")
    nobody = draft(session, name="Nobody")
    loose = draft(session, *people, name="Loose")
    loose.list_id = make_list(session, *people, name="Unattested").id
    session.flush()

    for campaign, sentence in (
        (blank, r"{first_name} is blank for 1 of them: write {first_name\|there} instead"),
        (empty, "Write the text first"),
        (nobody, "Nobody on this list"),
        (loose, "owner must first attest"),
    ):
        with pytest.raises(CrmError, match=sentence):
            actions.start(session, campaign.id, owner)
        assert campaign.state is CampaignState.DRAFT
    assert session.exec(select(Outbox)).all() == []


def test_a_marketer_starts_and_stops_nothing(session: Session) -> None:
    campaign = running(session)

    for verb in (actions.start, actions.pause, actions.resume, actions.cancel):
        with pytest.raises(ForbiddenError):
            verb(session, campaign.id, MARKETER)


def test_pause_holds_and_resume_lets_go(session: Session, owner: Person) -> None:
    campaign = draft(session, *neighbours(session, 2))
    actions.start(session, campaign.id, owner)

    actions.pause(session, campaign.id, owner)
    assert campaign.state is CampaignState.PAUSED
    assert numbers(session, campaign.id) == Numbers(audience=2, held=2)
    with pytest.raises(CrmError, match="is paused"):
        actions.pause(session, campaign.id, owner)

    actions.resume(session, campaign.id, owner)
    assert campaign.state is CampaignState.ACTIVE
    session.expire_all()
    assert not session.get_one(Pace, campaign.id).is_paused
    with pytest.raises(CrmError, match="is active"):
        actions.resume(session, campaign.id, owner)


def test_cancel_calls_back_what_waits(session: Session, owner: Person) -> None:
    campaign = draft(session, *neighbours(session, 2))
    actions.start(session, campaign.id, owner)

    actions.cancel(session, campaign.id, owner)

    assert (campaign.state, campaign.ended_at is not None) == (CampaignState.CANCELLED, True)
    assert numbers(session, campaign.id) == Numbers(audience=2, skipped=2)
    with pytest.raises(CrmError, match="is cancelled"):
        actions.cancel(session, campaign.id, owner)


def test_a_draft_can_be_cancelled(session: Session, owner: Person) -> None:
    campaign = draft(session)

    actions.cancel(session, campaign.id, owner)

    assert campaign.state is CampaignState.CANCELLED


@pytest.mark.parametrize("state", [s for s in OutboxState])
def test_a_campaign_ends_when_nothing_is_left_to_send(session: Session, state: OutboxState) -> None:
    (person,) = neighbours(session, 1)
    campaign = running(session, person)
    recipient(session, campaign, person, number(1), state=state)

    tasks.settle_campaigns()

    session.expire_all()
    is_open = state in (OutboxState.WAITING, OutboxState.SENDING, OutboxState.UNCERTAIN)
    assert (session.get_one(Campaign, campaign.id).state is CampaignState.ACTIVE) == is_open
    assert (campaign.ended_at is None) == is_open


def test_drafts_and_cancelled_campaigns_are_never_completed(session: Session) -> None:
    draft(session)
    running(session, name="Other").state = CampaignState.CANCELLED
    session.flush()

    actions.settle(session)

    states = set(session.exec(select(Campaign.state)))
    assert states == {CampaignState.DRAFT, CampaignState.CANCELLED}
