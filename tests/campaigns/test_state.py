"""The campaign screens' states: the wiring, with the guard played by a fixed person."""

from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app import queue
from crm_app.campaigns import actions, page, state
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.campaigns.preview import Preview
from crm_app.conversations.models import Outbox
from crm_app.errors import CrmError
from crm_app.openphone.tasks import send_outbox
from crm_app.outbox.standing import Numbers
from tests.campaigns.people import (
    BODY,
    MARKETER,
    draft,
    neighbours,
    number,
    person_of,
    recipient,
    running,
)
from tests.make import make_list, make_user
from tests.states import be, open_state, run


@pytest.fixture
def rung(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The bells that were rung; the owner is signed in."""
    be(monkeypatch, state, person_of(make_user(session)))
    bells: list[Any] = []
    monkeypatch.setattr(queue, "ring", bells.append)
    return bells


def test_the_list_is_read_and_read_again(session: Session, rung: list[Any]) -> None:
    draft(session, name="One")
    listed = open_state(state.CampaignsState, "/campaigns")

    run(listed.load())
    draft(session, name="Two")
    run(listed.refresh())

    assert ([row.name for row in listed.rows], listed.is_loaded) == (["Two", "One"], True)


def test_a_campaign_is_opened_started_paused_and_cancelled(
    session: Session, rung: list[Any]
) -> None:
    campaign = draft(session, *neighbours(session, 2))
    shown = open_state(state.CampaignState, f"/campaigns/{campaign.id}")

    run(shown.load())
    assert (shown.shown.name, shown.may_start, shown.draft["body"]) == ("Spring", True, BODY)
    run(shown.write("body", BODY + "!"))
    run(shown.ask())
    assert shown.question.startswith("2 people get one text")
    session.refresh(campaign)
    assert campaign.body == BODY + "!"  # what starts is on the screen
    run(shown.change("start"))
    assert (shown.shown.state, len(shown.shown.people), rung) == ("active", 2, [send_outbox])
    run(shown.change("pause"))
    assert shown.shown.numbers == Numbers(audience=2, held=2)
    run(shown.change("resume"))
    run(shown.change("cancel"))
    assert shown.shown.numbers == Numbers(audience=2, skipped=2)
    assert [(one.reason, one.people) for one in shown.shown.places] == [("campaign cancelled", 2)]


def test_recipients_are_chosen_by_place_and_reason(session: Session, rung: list[Any]) -> None:
    people = neighbours(session, 2)
    campaign = running(session, *people)
    recipient(session, campaign, people[0], number(1), state="sent")
    recipient(session, campaign, people[1], number(2))
    shown = open_state(state.CampaignState, f"/campaigns/{campaign.id}/")

    run(shown.load())
    assert len(shown.shown.people) == 2
    run(shown.choose("skipped", "a company, not a homeowner"))
    assert [row.name for row in shown.shown.people] == ["Pat1 Example"]
    run(shown.turn(5))
    run(shown.refresh())
    assert (shown.page_number, len(shown.shown.people)) == (1, 1)


@pytest.mark.parametrize("path", ["/campaigns/404", "/campaigns/x", "/campaigns/99999999999"])
def test_an_address_without_a_campaign_shows_none(
    session: Session, rung: list[Any], path: str
) -> None:
    shown = open_state(state.CampaignState, path)

    run(shown.load())

    assert (shown.shown.id, shown.shown.state) == (0, "missing")


def test_a_new_campaign_is_written_and_saved(session: Session, rung: list[Any]) -> None:
    listed = make_list(session, *neighbours(session, 2))
    writing = open_state(state.CampaignState, "/campaigns/new")

    run(writing.load())
    assert (writing.shown.state, writing.seen) == ("new", Preview())
    assert [words for _id, words in writing.lists] == ["Choose a list", "Spring (2)"]
    with pytest.raises(CrmError, match="a name"):
        run(writing.save())
    run(writing.write("list_id", str(listed.id)))
    run(writing.write("name", "Fall"))
    run(writing.write("body", "Hi {first_name}, is it dry?"))
    assert writing.seen.samples[0].text == "Hi Pat0, is it dry?"
    run(writing.refresh())  # as after a restart of the database
    assert (writing.shown.state, writing.draft["name"]) == ("new", "Fall")
    run(writing.save())
    saved = session.get_one(Campaign, writing._number)
    assert (saved.name, saved.body, saved.list_id) == ("Fall", writing.draft["body"], listed.id)
    run(writing.write("list_id", ""))
    with pytest.raises(CrmError, match="Choose a list"):
        run(writing.save())


def test_a_new_campaign_is_started_from_its_first_page(session: Session, rung: list[Any]) -> None:
    user = make_user(session, login="omar")
    listed = make_list(session, *neighbours(session, 2), attested_by=user)
    writing = open_state(state.CampaignState, "/campaigns/new")
    run(writing.load())
    for field, written in (("list_id", str(listed.id)), ("name", "Fall"), ("body", BODY)):
        run(writing.write(field, written))

    run(writing.ask())
    run(writing.ask())  # pressed again: still one draft
    away = run(writing.change("start"))

    (made,) = session.exec(select(Campaign)).all()
    assert f"/campaigns/{made.id}" in str(away)
    assert (made.state, rung) == (CampaignState.ACTIVE, [send_outbox])


def test_a_marketer_may_not_start(
    session: Session, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = draft(session, *neighbours(session, 1))
    be(monkeypatch, state, MARKETER)
    shown = open_state(state.CampaignState, f"/campaigns/{campaign.id}")

    run(shown.load())

    assert shown.may_start is False
    assert {"ask", "change"} <= set(state.CampaignState.NEEDS)


def test_the_pages_can_be_drawn(environment: object) -> None:
    for draw in (page.campaigns_page, page.campaign_page):
        assert draw().render()


def test_a_starter_text_begins_a_draft_and_the_pace_is_whole_numbers(
    session: Session, rung: list[Any]
) -> None:
    listed = make_list(session, *neighbours(session, 1))
    writing = open_state(state.CampaignState, "/campaigns/new")
    run(writing.load())
    run(writing.write("list_id", str(listed.id)))
    run(writing.write("name", "Fall"))
    run(writing.begin_with("Before the rain"))
    assert "Rain is coming" in writing.seen.samples[0].text

    run(writing.write("texts", "ten"))
    with pytest.raises(CrmError, match="whole numbers"):
        run(writing.save())
    run(writing.write("texts", "10"))
    run(writing.save())

    saved = session.get_one(Campaign, writing._number)
    assert (saved.texts, saved.minutes) == (10, 30)


def test_a_running_campaign_gets_another_text_and_is_sent_to_oneself(
    session: Session, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = person_of(make_user(session, login="omar"))
    be(monkeypatch, state, owner)
    campaign = draft(session, *neighbours(session, 2))
    actions.start(session, campaign.id, owner)
    shown = open_state(state.CampaignState, f"/campaigns/{campaign.id}")
    run(shown.load())

    run(shown.write("body", BODY + " Thanks"))
    run(shown.reword())
    run(shown.send_to_me({"phone": "617 555 0188"}))

    assert [about[:9] for about, _body in shown.shown.versions] == ["Version 2", "Version 1"]
    assert rung == [send_outbox]
    (mine,) = session.exec(select(Outbox).where(Outbox.purpose == "test")).all()
    assert mine.e164 == "+16175550188"
