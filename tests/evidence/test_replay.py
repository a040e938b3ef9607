"""From the stored facts alone each recipient's verdict and its sentence are derived again."""

from datetime import timedelta
from random import Random

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.campaigns.actions import settle, start
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.compliance.models import DecisionRecord
from crm_app.compliance.rules import Rules, change_rules
from crm_app.contacts.models import ContactProperty, PhoneNumber
from crm_app.conversations.models import Outbox, OutboxState
from crm_app.conversations.optout import freeze, opt_out, settle_frozen
from crm_app.evidence import ledger
from tests.campaigns.people import draft, neighbours, person_of, suppress
from tests.make import make_user
from tests.texting import TUESDAY, claim_all, set_clock

LEFT = {OutboxState.SENDING, OutboxState.SENT, OutboxState.DELIVERED, OutboxState.FAILED}


def derive(session: Session, row: Outbox) -> None:
    """The last decision about a row is what its stored facts give, and what became of the row."""
    query = select(DecisionRecord).where(col(DecisionRecord.outbox_id) == row.id)
    kept = session.exec(query.order_by(col(DecisionRecord.id).desc())).first()
    assert kept, row
    again = ledger.replay(kept.facts, kept.at)
    assert (again.allowed, again.never, again.opens_at) == (
        kept.is_allowed, kept.is_never, kept.opens_at,
    )  # fmt: skip
    assert [[reason.rule, reason.text] for reason in again.reasons] == kept.reasons
    if row.state in LEFT:
        assert again.allowed
    else:
        assert again.reasons[0].text == row.because


def people(session: Session) -> Campaign:
    """A campaign to 240 people of every kind."""
    found = neighbours(session, 240)
    for n, one in enumerate(found):
        phone = session.exec(select(PhoneNumber).where(col(PhoneNumber.contact_id) == one.id)).one()
        if n % 12 == 1:
            phone.is_textable, phone.not_textable_because = False, "a landline"
        elif n % 12 == 2:
            one.is_company = True
        elif n % 12 == 3:
            suppress(session, phone.e164, TUESDAY - timedelta(days=40))
        elif n % 12 == 4:
            house = select(ContactProperty).where(
                col(ContactProperty.contact_id) == found[n - 4].id
            )
            session.add(
                ContactProperty(
                    contact_id=one.id, property_id=session.exec(house).one().property_id, position=1
                )
            )
        elif n % 12 == 5:
            freeze(session, phone.e164, "who is this?", "asks who we are", TUESDAY)
    session.flush()
    return draft(session, *found)


def test_two_hundred_recipients_of_a_finished_campaign_are_derived_again(session: Session) -> None:
    set_clock(session, TUESDAY)
    change_rules(session, Rules(90, a_second=0, a_minute=0))
    owner = person_of(make_user(session))
    campaign, chance = people(session), Random(4)
    start(session, campaign.id, owner)
    for day in range(40):
        set_clock(session, TUESDAY + timedelta(days=day))
        claim_all(session)
        if day == 1:  # some say stop while theirs still waits
            waiting = select(Outbox.e164).where(col(Outbox.state) == OutboxState.WAITING)
            for e164 in sorted(session.exec(waiting))[:9]:
                opt_out(session, e164, source="text", because="STOP", at=clock.now(session))
        for e164 in (
            session.execute(text("select e164 from frozen where settled_at is null"))
            .scalars()
            .all()
        ):
            settle_frozen(session, e164, "go on", owner)
        session.execute(text("update outbox set state = 'delivered' where state = 'sending'"))
        settle(session)
        if session.get_one(Campaign, campaign.id).state is CampaignState.COMPLETED:
            break
    session.expire_all()
    assert session.get_one(Campaign, campaign.id).state is CampaignState.COMPLETED
    rows = session.exec(select(Outbox).where(col(Outbox.campaign_id) == campaign.id)).all()
    assert len(rows) == 240
    for row in chance.sample(list(rows), 200):
        derive(session, row)


def test_every_recipient_of_the_demos_finished_campaigns_is_derived_again(told: Session) -> None:
    ended = select(Campaign.id).where(col(Campaign.state) == CampaignState.COMPLETED)
    rows = told.exec(select(Outbox).where(col(Outbox.campaign_id).in_(ended))).all()
    assert len(rows) > 80
    for row in rows:
        derive(told, row)
    assert ledger.verify(told).problems == []
