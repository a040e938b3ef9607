"""Verbs of campaigns: write, start once, pause, resume, cancel, and close what has ended."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.campaigns.audience import Audience
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.campaigns.preview import Written
from crm_app.campaigns.rendering import fields_of
from crm_app.campaigns.starting import ready
from crm_app.contacts.models import ContactList
from crm_app.conversations import actions as outgoing
from crm_app.conversations.actions import NewText, Queued
from crm_app.errors import CrmError

MAX_NAME = 120
_ADD_RECIPIENTS = text(
    """
    insert into recipient (campaign_id, e164, contact_id, property_id, outbox_id, skipped_because)
    select :campaign_id, *
    from unnest(cast(:e164s as text[]), cast(:contacts as int[]), cast(:houses as int[]),
                cast(:texts as int[]), cast(:reasons as text[]))
    """
)
# Cancelled and refused rows are past; only these may still become a text.
_ENDED = text(
    """
    update campaign c set state = 'completed', ended_at = :now
    where c.state in ('active', 'paused') and not exists (
        select from outbox o
        where o.campaign_id = c.id and o.state in ('waiting', 'sending', 'uncertain')
    )
    returning c.id
    """
)


def create_campaign(session: Session, *, name: str, list_id: int, body: str, person: Person) -> int:
    """Save a draft and return its id; raise CrmError when the text cannot be read."""
    person.must(Permission.CAMPAIGN_EDIT)
    campaign = Campaign(
        name=_named(name),
        list_id=_listed(session, list_id),
        body=_readable(body),
        created_by=person.id,
        created_at=clock.now(session),
    )
    session.add(campaign)
    session.flush()
    live.publish(session, "campaign", campaign.id)
    return campaign.id


def edit_campaign(
    session: Session, campaign_id: int, *, name: str, list_id: int, body: str, person: Person
) -> None:
    """Change a draft; raise CrmError once it has started, since its texts are queued."""
    person.must(Permission.CAMPAIGN_EDIT)
    campaign = _locked(session, campaign_id)
    if campaign.state is not CampaignState.DRAFT:
        raise CrmError("This campaign has started. Make a new one to change the text.")
    campaign.name, campaign.body = _named(name), _readable(body)
    campaign.list_id = _listed(session, list_id)
    session.flush()
    live.publish(session, "campaign", campaign.id)


def save_draft(
    session: Session,
    campaign_id: int | None,
    *,
    name: str,
    list_id: int,
    body: str,
    person: Person,
) -> int:
    """Change the draft, or make one when there is no id yet; return its id."""
    if campaign_id is None:
        return create_campaign(session, name=name, list_id=list_id, body=body, person=person)
    edit_campaign(session, campaign_id, name=name, list_id=list_id, body=body, person=person)
    return campaign_id


def start(session: Session, campaign_id: int, person: Person) -> None:
    """Queue the text of everybody on the list, once; raise CrmError with what is still missing."""
    person.must(Permission.CAMPAIGN_START)
    campaign = _locked(session, campaign_id)
    people, written = ready(session, campaign)
    queued = outgoing.queue_many(session, campaign_id=campaign.id, texts=_texts(written))
    _add_recipients(session, campaign.id, people, queued)
    campaign.state, campaign.started_by = CampaignState.ACTIVE, person.id
    campaign.started_at = clock.now(session)
    session.flush()
    live.publish(session, "campaign", campaign.id)
    settle(session)


def pause(session: Session, campaign_id: int, person: Person) -> None:
    """Hold back what has not left; raise CrmError unless the campaign runs."""
    campaign = _to_change(session, campaign_id, person, CampaignState.ACTIVE)
    outgoing.pause_campaign(session, campaign.id)
    _move(session, campaign, CampaignState.PAUSED)


def resume(session: Session, campaign_id: int, person: Person) -> None:
    """Let a paused campaign go on; raise CrmError unless it is paused."""
    campaign = _to_change(session, campaign_id, person, CampaignState.PAUSED)
    outgoing.resume_campaign(session, campaign.id)
    _move(session, campaign, CampaignState.ACTIVE)


def cancel(session: Session, campaign_id: int, person: Person) -> None:
    """End a campaign for good: what waits never leaves. A draft has nothing to call back."""
    states = (CampaignState.DRAFT, CampaignState.ACTIVE, CampaignState.PAUSED)
    campaign = _to_change(session, campaign_id, person, *states)
    outgoing.cancel_campaign(session, campaign.id, "campaign cancelled")
    campaign.ended_at = clock.now(session)
    _move(session, campaign, CampaignState.CANCELLED)


def settle(session: Session) -> list[int]:
    """Complete every running campaign that has nothing left to send; return their ids."""
    ended = session.execute(_ENDED, {"now": clock.now(session)}).scalars().all()
    for campaign_id in ended:
        live.publish(session, "campaign", campaign_id)
    if ended:
        session.expire_all()  # rows in hand would still say that they run
    return list(ended)


def _locked(session: Session, campaign_id: int) -> Campaign:
    """Return the campaign, its row locked until the end of the transaction."""
    query = select(Campaign).where(col(Campaign.id) == campaign_id)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    campaign = session.exec(fresh).first()
    if campaign is None:
        raise CrmError("This campaign does not exist.")
    return campaign


def _texts(written: list[Written]) -> list[NewText]:
    return [
        NewText(
            e164=one.member.e164,
            contact_id=one.member.contact_id,
            property_id=one.member.property_id,
            body=one.rendered.text,
        )
        for one in written
    ]


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


def _to_change(
    session: Session, campaign_id: int, person: Person, *states: CampaignState
) -> Campaign:
    """Return the locked campaign for somebody who may start and stop; raise in other states."""
    person.must(Permission.CAMPAIGN_START)
    campaign = _locked(session, campaign_id)
    if campaign.state not in states:
        raise CrmError(f"This campaign is {campaign.state.value}.")
    return campaign


def _move(session: Session, campaign: Campaign, state: CampaignState) -> None:
    campaign.state = state
    session.flush()
    live.publish(session, "campaign", campaign.id)


def _named(name: str) -> str:
    if not name.strip():
        raise CrmError("Give the campaign a name.")
    if len(name.strip()) > MAX_NAME:
        raise CrmError(f"A name has at most {MAX_NAME} characters.")
    return name.strip()


def _listed(session: Session, list_id: int) -> int:
    if session.get(ContactList, list_id) is None:
        raise CrmError("Choose a list.")
    return list_id


def _readable(body: str) -> str:
    fields_of(body)
    return body.strip()
