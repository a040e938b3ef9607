"""Verbs of campaigns: write, start once, pause, resume, cancel, and close what has ended."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.campaigns.audience import Audience
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.campaigns.rendering import fields_of
from crm_app.campaigns.starting import ready
from crm_app.contacts.models import ContactList
from crm_app.errors import CrmError
from crm_app.outbox import actions as outgoing
from crm_app.outbox.actions import NewText, Queued

MAX_NAME = 120
_ADD_RECIPIENTS = text(
    """
    insert into recipient (campaign_id, e164, contact_id, property_id, outbox_id, skipped_because)
    select :campaign_id, * from unnest(
        cast(:e164s as text[]), cast(:contacts as int[]), cast(:houses as int[]),
        cast(:texts as int[]), cast(:reasons as text[]))
    """
)
# Only rows in these states may still become a text.
_COMPLETE = text(
    """
    update campaign c set state = 'completed', ended_at = :now
    where c.state in ('active', 'paused') and not exists (
        select from outbox o
        where o.campaign_id = c.id and o.state in ('waiting', 'sending', 'uncertain'))
    returning c.id
    """
)


def save_campaign(
    session: Session,
    *,
    name: str,
    list_id: int,
    body: str,
    person: Person,
    campaign_id: int | None = None,
) -> int:
    """Make a draft, or change the one of that id; return its id.

    Raise CrmError when the text cannot be read or the campaign has started.
    """
    person.must(Permission.CAMPAIGN_EDIT)
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME:
        raise CrmError(f"Give the campaign a name of at most {MAX_NAME} characters.")
    if session.get(ContactList, list_id) is None:
        raise CrmError("Choose a list.")
    fields_of(body)
    if campaign_id is None:
        campaign = Campaign(
            name=name, list_id=list_id, created_by=person.id, created_at=clock.now(session)
        )
    else:
        campaign = _locked(session, campaign_id, CampaignState.DRAFT)
    campaign.name, campaign.list_id, campaign.body = name, list_id, body.strip()
    return _moved(session, campaign, CampaignState.DRAFT)


def start(session: Session, campaign_id: int, person: Person) -> None:
    """Queue the text of everybody on the list, once; raise CrmError with what is still missing."""
    person.must(Permission.CAMPAIGN_START)
    campaign = _locked(session, campaign_id, CampaignState.DRAFT)
    people, written = ready(session, campaign)
    texts = [
        NewText(
            e164=one.member.e164,
            contact_id=one.member.contact_id,
            property_id=one.member.property_id,
            body=one.rendered.text,
        )
        for one in written
    ]
    queued = outgoing.queue_many(session, campaign_id=campaign.id, texts=texts)
    _add_recipients(session, campaign.id, people, queued)
    campaign.started_by, campaign.started_at = person.id, clock.now(session)
    _moved(session, campaign, CampaignState.ACTIVE)
    settle(session)


def pause(session: Session, campaign_id: int, person: Person) -> None:
    """Hold back what has not left; raise CrmError unless the campaign runs."""
    person.must(Permission.CAMPAIGN_START)
    campaign = _locked(session, campaign_id, CampaignState.ACTIVE)
    outgoing.pause_campaign(session, campaign.id)
    _moved(session, campaign, CampaignState.PAUSED)


def resume(session: Session, campaign_id: int, person: Person) -> None:
    """Let a paused campaign go on; raise CrmError unless it is paused."""
    person.must(Permission.CAMPAIGN_START)
    campaign = _locked(session, campaign_id, CampaignState.PAUSED)
    outgoing.resume_campaign(session, campaign.id)
    _moved(session, campaign, CampaignState.ACTIVE)


def cancel(session: Session, campaign_id: int, person: Person) -> None:
    """End a campaign for good, a draft too: what waits never leaves."""
    person.must(Permission.CAMPAIGN_START)
    running = (CampaignState.ACTIVE, CampaignState.PAUSED)
    campaign = _locked(session, campaign_id, CampaignState.DRAFT, *running)
    outgoing.cancel_campaign(session, campaign.id, "campaign cancelled")
    campaign.ended_at = clock.now(session)
    _moved(session, campaign, CampaignState.CANCELLED)


def settle(session: Session) -> list[int]:
    """Complete every running campaign that has nothing left to send; return their ids."""
    ended = session.execute(_COMPLETE, {"now": clock.now(session)}).scalars().all()
    for campaign_id in ended:
        live.publish(session, "campaign", campaign_id)
    if ended:
        session.expire_all()  # rows in hand would still say that they run
    return list(ended)


def _add_recipients(
    session: Session, campaign_id: int, people: Audience, queued: Sequence[Queued]
) -> None:
    """Note each member as a recipient: with the outbox row, or why there is none."""
    rows = {one.e164: (one.outbox_id, one.skipped_because) for one in queued}
    placed = [
        (None, member.skipped_because) if member.skipped_because else rows[member.e164]
        for member in people.members
    ]
    session.execute(
        _ADD_RECIPIENTS,
        {
            "campaign_id": campaign_id,
            "e164s": [member.e164 for member in people.members],
            "contacts": [member.contact_id for member in people.members],
            "houses": [member.property_id for member in people.members],
            "texts": [outbox_id for outbox_id, _ in placed],
            "reasons": [because[:160] for _, because in placed],
        },
    )


def _locked(session: Session, campaign_id: int, *states: CampaignState) -> Campaign:
    """Return the campaign, its row locked until the transaction ends; raise in other states."""
    query = select(Campaign).where(col(Campaign.id) == campaign_id).with_for_update()
    campaign = session.exec(query.execution_options(populate_existing=True)).first()
    if campaign is None:
        raise CrmError("This campaign does not exist.")
    if campaign.state in states:
        return campaign
    if states == (CampaignState.DRAFT,):
        raise CrmError("This campaign has already started.")
    raise CrmError(f"This campaign is {campaign.state.value}.")


def _moved(session: Session, campaign: Campaign, state: CampaignState) -> int:
    """Keep the campaign in this state, tell the browsers, and return its id."""
    campaign.state = state
    session.add(campaign)
    session.flush()
    live.publish(session, "campaign", campaign.id)
    return campaign.id
