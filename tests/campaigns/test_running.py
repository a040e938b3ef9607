"""What may change under a running campaign: its text, its list, its people, their houses."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app.auth.permissions import Person
from crm_app.campaigns import actions
from crm_app.campaigns.models import Campaign, Wording
from crm_app.campaigns.queries import campaign as one_campaign
from crm_app.compliance.facts import Purpose
from crm_app.conversations.models import DayCap, Outbox, OutboxState
from crm_app.conversations.threads import receive_text
from crm_app.errors import CrmError, ForbiddenError
from crm_app.outbox.figures import figures, line_figures
from crm_app.outbox.outcomes import Receipt, record
from crm_app.outbox.sending import claim_next
from crm_app.outbox.standing import places
from tests.campaigns.people import MARKETER, draft, neighbours, number, numbers, person_of
from tests.make import make_contact, make_property, make_user
from tests.texting import PAT, TUESDAY, at_full_speed, claimed, incoming, set_clock

NEW = "Hi {first_name|there}, Attack-a-Crack again: still dry? Reply STOP to end"


@pytest.fixture
def owner(session: Session) -> Person:
    return person_of(make_user(session))


@pytest.fixture
def campaign(session: Session, owner: Person) -> Campaign:
    """Started to three people on Tuesday morning; the first text has left."""
    set_clock(session, TUESDAY)
    found = draft(session, *neighbours(session, 3))
    actions.start(session, found.id, owner)
    at_full_speed(session)
    record(session, claimed(session), Receipt("AC1"))
    return found


def bodies(session: Session) -> list[tuple[str, int | None]]:
    session.expire_all()
    rows = session.exec(select(Outbox).order_by(col(Outbox.e164))).all()
    return [(row.body[:30], row.version) for row in rows]


def why(session: Session, campaign: Campaign) -> dict[str, str]:
    return {one.place: one.reason for one in places(session, campaign.id)}


def test_another_text_goes_to_those_who_still_wait(
    session: Session, campaign: Campaign, owner: Person
) -> None:
    actions.reword(session, campaign.id, NEW, owner)

    assert bodies(session) == [
        ("Hi Pat0, this is Attack-a-Crac", 1),
        ("Hi Pat1, Attack-a-Crack again:", 2),
        ("Hi Pat2, Attack-a-Crack again:", 2),
    ]
    kept = session.exec(select(Wording).order_by(col(Wording.version))).all()
    assert [(one.version, one.body[:30]) for one in kept] == [
        (1, "Hi {first_name|there}, this is"), (2, "Hi {first_name|there}, Attack-"),
    ]  # fmt: skip
    newest, first = one_campaign(session, campaign.id, owner, "", "", 1).versions
    assert newest[0].startswith("Version 2 · ")
    assert first[0].endswith(" · 1 sent")


@pytest.mark.parametrize("body", ["", "Hi {first_nam}", "x" * 1601])
def test_a_text_that_cannot_be_sent_changes_nothing(
    session: Session, campaign: Campaign, owner: Person, body: str
) -> None:
    before = bodies(session)

    with pytest.raises(CrmError), session.begin_nested():
        actions.reword(session, campaign.id, body, owner)

    assert bodies(session) == before


def test_a_marketer_rewords_nothing_that_runs(session: Session, campaign: Campaign) -> None:
    with pytest.raises(ForbiddenError):
        actions.reword(session, campaign.id, NEW, MARKETER)
    with pytest.raises(ForbiddenError):
        actions.send_to_me(session, campaign.id, NEW, "6175550188", MARKETER)


def test_my_own_phone_gets_it_first_and_it_counts_nowhere(session: Session, owner: Person) -> None:
    set_clock(session, TUESDAY)
    campaign = draft(session, *neighbours(session, 2))

    actions.send_to_me(session, campaign.id, campaign.body, "(617) 555-0188", owner)

    (row,) = session.exec(select(Outbox)).all()
    assert (row.e164, row.purpose, row.campaign_id) == ("+16175550188", Purpose.TEST, None)
    assert row.body.startswith("Hi Pat")
    assert claimed(session).to == "+16175550188"
    assert session.exec(select(DayCap)).first() is None
    assert numbers(session, campaign.id).audience == 0
    for wrong in ("not a phone", "(800) 555-0199"):
        with pytest.raises(CrmError, match="your own phone"):
            actions.send_to_me(session, campaign.id, NEW, wrong, owner)
    make_property(session, make_contact(session, name="Margery"))
    with pytest.raises(CrmError, match="Margery's number"):
        actions.send_to_me(session, campaign.id, NEW, PAT, owner)


@pytest.mark.parametrize(
    ("happens", "place", "reason"),
    [
        ("delete from list_member where contact_id = :it", "skipped", "no longer on the list"),
        ("delete from contact_property where contact_id = :it", "skipped",
         "no longer has the house"),
        ("update contact set deleted_at = now() where id = :it", "skipped",
         "the contact was deleted"),
        ("update phone_number set is_textable = false, not_textable_because = 'landline'"
         " where contact_id = :it", "skipped", "landline"),
    ],
)  # fmt: skip
def test_who_is_no_longer_meant_gets_no_text(
    session: Session, campaign: Campaign, happens: str, place: str, reason: str
) -> None:
    second = select(Outbox.contact_id).where(col(Outbox.e164) == number(2))
    session.execute(text(happens), {"it": session.exec(second).one()})

    claimed(session)

    assert claim_next(session) is None
    assert why(session, campaign)[place] == reason
    found = numbers(session, campaign.id)
    assert (found.audience, found.skipped, found.sending, found.sent) == (3, 1, 1, 1)


def test_a_second_contact_in_an_answered_house_is_never_texted(
    session: Session, campaign: Campaign
) -> None:
    first, *others = session.exec(select(Outbox).order_by(col(Outbox.e164))).all()
    receive_text(session, incoming("Yes", e164=first.e164, at=TUESDAY + timedelta(minutes=1)))
    for other in others:
        other.property_id = first.property_id
        session.execute(
            text(
                "insert into contact_property (contact_id, property_id, role, position)"
                " values (:who, :house, 'owner', 1)"
            ),
            {"who": other.contact_id, "house": first.property_id},
        )
    session.flush()

    assert claim_next(session) is None

    assert why(session, campaign)["skipped"] == "somebody else in this house has answered"


def test_the_figures_are_those_of_what_left(session: Session, campaign: Campaign) -> None:
    assert figures(session, "campaign_id = :one", one=campaign.id) == ""
    rows = session.exec(select(Outbox).order_by(col(Outbox.e164))).all()
    for row, state in zip(rows, ("delivered", "failed", "sent"), strict=True):
        row.state, row.provider_id, row.started_at = OutboxState(state), row.e164, TUESDAY
    rows[2].receipt_checks = 3
    session.flush()

    said = "50.0% of 2 delivered, 1 more unconfirmed"
    assert figures(session, "campaign_id = :one", one=campaign.id) == said
    assert line_figures(session) == said
    rows[1].provider_id = None  # OpenPhone did not take it: it never left
    session.flush()
    assert line_figures(session) == "100.0% of 1 delivered, 1 more unconfirmed"
