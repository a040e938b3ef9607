"""What the question before a start says."""

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.campaigns.starting import look_ahead
from crm_app.compliance.rules import Rules, change_rules
from crm_app.contacts.models import Contact
from crm_app.errors import CrmError
from tests.campaigns.people import draft, neighbours, running
from tests.make import make_contact


def at(monkeypatch: pytest.MonkeyPatch, iso: str) -> None:
    from datetime import datetime

    monkeypatch.setattr(clock, "now", lambda _session: datetime.fromisoformat(iso))


def bostonians(session: Session, count: int) -> list[Contact]:
    return [
        make_contact(session, name=f"Pat{i}", phone=f"+1617555{100 + i:04d}") for i in range(count)
    ]


def test_in_the_open_hours_the_first_leaves_now(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2025-11-04T15:00:00+00:00")  # a Tuesday, 10:00 in Boston
    campaign = draft(session, *bostonians(session, 2))

    assert look_ahead(session, campaign.id) == [
        "2 people get one text each",
        "The first leaves now",
        "About $0.02",
    ]


def test_on_a_weekend_it_names_the_next_opening(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2025-11-02T23:00:00+00:00")  # a Sunday evening
    campaign = draft(session, *bostonians(session, 1))

    said = look_ahead(session, campaign.id)

    assert said[:2] == ["1 person gets one text", "The first leaves at 9:00 AM Monday"]


def test_the_daily_limit_and_the_never_are_said(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "2025-11-04T15:00:00+00:00")
    people = bostonians(session, 3)
    change_rules(session, Rules(cold_daily_limit=2))
    toll_free = make_contact(session, name="Toll Free", phone="+18005550199")
    campaign = draft(session, *people, toll_free)

    said = look_ahead(session, campaign.id)

    assert said[:2] == [
        "4 people get one text each",
        "1 of them may never be texted and are skipped",
    ]
    assert said[-1] == "At most 2 a day: 2 working days or more"
    change_rules(session, Rules(cold_daily_limit=0))
    assert "daily limit is 0" in look_ahead(session, campaign.id)[-1]


def test_when_nobody_has_a_clock_it_says_so(session: Session) -> None:
    person = make_contact(session, phone="+18005550199", mail_zip="")
    campaign = draft(session, person)

    assert "Nobody can be texted in the next days" in look_ahead(session, campaign.id)


def test_what_is_missing_is_said_before_the_question(session: Session) -> None:
    people = neighbours(session, 1)
    with pytest.raises(CrmError, match="already started"):
        look_ahead(session, running(session, *people).id)
    with pytest.raises(CrmError, match="does not exist"):
        look_ahead(session, 404)
