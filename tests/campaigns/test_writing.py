"""Drafts: made, changed, refused."""

from typing import Any

import pytest
from sqlmodel import Session

from crm_app.campaigns.actions import save_campaign
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.errors import CrmError, ForbiddenError
from tests.campaigns.people import MARKETER, TECHNICIAN, draft, person_of, running
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
    listed = make_list(session).id
    given: dict[str, Any] = {"name": "Spring", "list_id": listed, "body": "Hi"} | wrong

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


def test_a_started_or_missing_campaign_is_not_changed(session: Session) -> None:
    campaign = running(session)
    given: dict[str, Any] = {"name": "x", "list_id": campaign.list_id, "body": "y"}

    for campaign_id, sentence in ((campaign.id, "already started"), (404, "does not exist")):
        with pytest.raises(CrmError, match=sentence):
            save_campaign(session, campaign_id=campaign_id, **given, person=MARKETER)
    assert campaign.name == "Spring"
