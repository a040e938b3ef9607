"""The campaign screens' states: the wiring, with the guard played by a fixed person."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import reflex as rx
from reflex.istate.data import ReflexURL
from sqlmodel import Session

from crm_app import queue
from crm_app.auth.permissions import Person
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.campaigns.standing import Numbers
from crm_app.errors import CrmError
from crm_app.openphone.tasks import send_outbox
from crm_app.outreach import page, state, writing_state
from tests.campaigns.people import BODY, MARKETER, draft, neighbours, number, person_of, recipient
from tests.make import make_list, make_user


@pytest.fixture
def rung(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The bells that were rung; the owner is signed in."""
    signed = person_of(make_user(session))
    be(monkeypatch, signed)
    bells: list[Any] = []
    monkeypatch.setattr(queue, "ring", bells.append)
    return bells


def be(monkeypatch: pytest.MonkeyPatch, person: Person) -> None:
    async def signed_in(_state: rx.State) -> Person:
        return person

    monkeypatch.setattr(state, "signed_in", signed_in)
    monkeypatch.setattr(writing_state, "signed_in", signed_in)


def open_state(kind: Any, path: str = "/campaigns") -> Any:
    root = rx.State(_reflex_internal_init=True)  # pyright: ignore[reportCallIssue]
    root.router = replace(root.router, url=ReflexURL(f"http://localhost{path}"))
    return asyncio.run(root.get_state(kind))


def run(event: Any) -> Any:
    return asyncio.run(event)


def test_the_list_shows_pages(session: Session, rung: list[Any], monkeypatch: Any) -> None:
    draft(session, name="One")
    draft(session, name="Two")
    monkeypatch.setattr("crm_app.outreach.queries.PAGE_SIZE", 1)
    listed = open_state(state.CampaignsState)

    run(listed.load())
    assert ([row.name for row in listed.rows], listed.pages) == (["Two"], 2)
    run(listed.turn(1))
    run(listed.turn(1))
    assert ([row.name for row in listed.rows], listed.page_number) == (["One"], 2)
    run(listed.refresh())
    assert listed.rows[0].name == "One"


def test_a_campaign_is_opened_started_paused_and_cancelled(
    session: Session, rung: list[Any]
) -> None:
    campaign = draft(session, *neighbours(session, 2))
    shown = open_state(state.CampaignState, f"/campaigns/{campaign.id}")

    opened = run(shown.load())
    assert (shown.shown.name, shown.may_start, opened is not None) == ("Spring", True, True)
    run(shown.ask())
    assert shown.starting[0] == "2 people get one text each"
    run(shown.change("start"))
    assert (shown.shown.state, shown.found, rung) == ("active", 2, [send_outbox])
    run(shown.change("pause"))
    assert shown.shown.numbers == Numbers(audience=2, held=2)
    run(shown.change("resume"))
    run(shown.change("cancel"))
    assert shown.shown.numbers == Numbers(audience=2, skipped=2)
    assert [reason.reason for reason in shown.reasons] == ["campaign cancelled"]


def test_recipients_are_chosen_by_place_and_reason(session: Session, rung: list[Any]) -> None:
    people = neighbours(session, 2)
    campaign = draft(session, *people)
    campaign.state = CampaignState.ACTIVE
    recipient(session, campaign, people[0], number(1), state="sent")
    recipient(session, campaign, people[1], number(2))
    shown = open_state(state.CampaignState, f"/campaigns/{campaign.id}/")

    run(shown.load())
    assert shown.found == 2
    run(shown.choose("skipped", "a company, not a homeowner"))
    assert [row.name for row in shown.rows] == ["Pat1 Example"]
    run(shown.turn(5))
    assert shown.page_number == 1
    run(shown.refresh())
    assert shown.found == 1


@pytest.mark.parametrize("path", ["/campaigns/404", "/campaigns/x", "/campaigns/99999999999"])
def test_an_address_without_a_campaign_shows_none(
    session: Session, rung: list[Any], path: str
) -> None:
    shown = open_state(state.CampaignState, path)

    assert run(shown.load()) is None
    assert (shown.shown.id, shown.is_loaded) == (0, True)


def test_a_new_campaign_is_written_and_saved(session: Session, rung: list[Any]) -> None:
    listed = make_list(session, *neighbours(session, 2))
    writing = open_state(writing_state.NewCampaignState)

    run(writing.load())
    assert [c.label for c in writing.choices] == ["Choose a list", "Spring, 2 people, not attested"]
    run(writing.choose(str(listed.id)))
    assert (writing.is_attested, writing.seen.texted) == (False, 2)
    run(writing.rename("Spring"))
    run(writing.write("Hi , is it dry?"))
    run(writing.insert([3, "first_name"]))
    run(writing.insert([3, "salary"]))
    assert writing.body == "Hi {first_name}, is it dry?"
    assert writing.seen.samples[0].text == "Hi Pat0, is it dry?"
    run(writing.save())
    saved = session.get_one(Campaign, writing._draft_id)
    assert (saved.name, saved.body, saved.list_id) == ("Spring", writing.body, listed.id)


def test_a_draft_is_changed_and_what_starts_is_on_the_screen(
    session: Session, rung: list[Any]
) -> None:
    campaign = draft(session, *neighbours(session, 1))
    writing = open_state(writing_state.NewCampaignState)

    run(writing.open(campaign.id))
    assert (writing.name, writing.body, writing.is_attested) == ("Spring", BODY, True)
    run(writing.write("Hello"))
    run(writing.save_and_ask())
    session.refresh(campaign)
    assert campaign.body == "Hello"
    run(writing.write(""))
    run(writing.save())
    run(writing.choose(""))
    with pytest.raises(CrmError, match="Choose a list"):
        run(writing.save())


def test_a_marketer_may_not_start(
    session: Session, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = draft(session, *neighbours(session, 1))
    be(monkeypatch, MARKETER)
    shown = open_state(state.CampaignState, f"/campaigns/{campaign.id}")

    run(shown.load())

    assert shown.may_start is False
    assert "change" in state.CampaignState.NEEDS


def test_the_pages_can_be_drawn(environment: object) -> None:
    for draw in (page.campaigns_page, page.new_campaign_page, page.campaign_page):
        assert draw().render()
