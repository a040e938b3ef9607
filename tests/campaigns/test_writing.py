"""Drafts: made, changed, refused."""

from typing import Any

import pytest
from sqlmodel import Session

from crm_app.campaigns.actions import save_campaign
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.errors import CrmError, ForbiddenError
from crm_app.outreach.queries import lists
from tests.campaigns.people import MARKETER, TECHNICIAN, draft, neighbours, person_of, running
from tests.make import make_list, make_user


def test_a_draft_is_saved_without_white_space_around(session: Session) -> None:
    owner = person_of(make_user(session))
    listed = make_list(session)

    made = save_campaign(session, name=" Spring ", list_id=listed.id, body=" Hi ", person=owner)

    campaign = session.get_one(Campaign, made)
    assert (campaign.name, campaign.body, campaign.state) == ("Spring", "Hi", CampaignState.DRAFT)
    assert campaign.created_by == owner.id


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Give the campaign a name of at most 120"),
        ({"name": "x" * 121}, "at most 120"),
        ({"list_id": 404}, "Choose a list"),
        ({"body": "Hi {name}"}, "no field {name}"),
        ({"body": "Hi {first_name"}, "lone brace"),
    ],
)
def test_what_makes_no_draft_is_said(
    session: Session, wrong: dict[str, object], sentence: str
) -> None:
    owner = person_of(make_user(session))
    given: dict[str, Any] = {
        "name": "Spring",
        "list_id": make_list(session).id,
        "body": "Hi",
    } | wrong

    with pytest.raises(CrmError, match=sentence):
        save_campaign(session, **given, person=owner)


def test_a_marketer_writes_and_a_technician_does_not(session: Session) -> None:
    campaign = draft(session)
    given: dict[str, Any] = {"name": "Fall", "list_id": campaign.list_id, "body": "Hello"}

    save_campaign(session, campaign_id=campaign.id, **given, person=MARKETER)

    assert (campaign.name, campaign.body) == ("Fall", "Hello")
    with pytest.raises(ForbiddenError):
        save_campaign(session, campaign_id=campaign.id, **given, person=TECHNICIAN)
    with pytest.raises(ForbiddenError):
        save_campaign(session, **given, person=TECHNICIAN)


def test_a_started_campaign_keeps_its_text(session: Session) -> None:
    campaign = running(session)

    with pytest.raises(CrmError, match="already started"):
        save_campaign(
            session,
            campaign_id=campaign.id,
            name="x",
            list_id=campaign.list_id,
            body="y",
            person=MARKETER,
        )


def test_a_campaign_that_is_not_there_is_said(session: Session) -> None:
    campaign = draft(session)

    with pytest.raises(CrmError, match="does not exist"):
        save_campaign(
            session, campaign_id=404, name="x", list_id=campaign.list_id, body="y", person=MARKETER
        )


def test_lists_are_offered_with_size_and_attestation(session: Session) -> None:
    make_list(session, *neighbours(session, 2), name="Old")
    make_list(session, name="New", attested_by=make_user(session))

    assert [choice.label for choice in lists(session)] == [
        "New, 0 people",
        "Old, 2 people, not attested",
    ]
