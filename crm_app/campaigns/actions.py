"""Verbs of campaigns: write, start once, pause, resume, cancel, and close what has ended."""

from functools import partial

from sqlmodel import Session, col, func, select

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.campaigns.models import Campaign, CampaignState, Wording
from crm_app.campaigns.preview import ready, texts_for, trouble
from crm_app.campaigns.wording import slots
from crm_app.compliance.facts import Purpose
from crm_app.contacts.actions import owner_of
from crm_app.contacts.models import ContactList, ContactProperty
from crm_app.contacts.phones import read_phone
from crm_app.conversations.actions import queue_text
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Pace
from crm_app.errors import CrmError
from crm_app.lists.actions import frozen
from crm_app.outbox import actions as outgoing
from crm_app.tables import read_sql

SQL = read_sql(__file__)


def save_campaign(
    session: Session, name: str, list_id: int, body: str, person: Person, campaign_id: int = 0,
    texts: int = 25, minutes: int = 30,
) -> int:  # fmt: skip
    """Make a draft, or change the one of that id; `texts` leave evenly in `minutes`."""
    person.must(Permission.CAMPAIGN_EDIT)
    name = name.strip()
    if not 0 < len(name) <= 120:
        raise CrmError("Give the campaign a name of at most 120 characters.")
    if session.get(ContactList, list_id) is None:
        raise CrmError("Choose a list.")
    slots(body)
    if not (1 <= texts <= 1000 and 1 <= minutes <= 1440):
        raise CrmError("The pace is 1 to 1,000 texts in 1 to 1,440 minutes.")
    if campaign_id:
        campaign = _locked(session, campaign_id, CampaignState.DRAFT)
    else:
        now = clock.now(session)
        campaign = Campaign(name=name, list_id=list_id, created_by=person.id, created_at=now)
    campaign.name, campaign.list_id, campaign.body = name, list_id, body.strip()
    campaign.texts, campaign.minutes = texts, minutes
    return _moved(session, campaign, CampaignState.DRAFT)


def start(session: Session, campaign_id: int, person: Person) -> None:
    """Queue the text of everybody on the list, once; raise CrmError with what is still missing."""
    person.must(Permission.CAMPAIGN_START)
    campaign = _locked(session, campaign_id, CampaignState.DRAFT)
    named = f"campaign {campaign.id}"
    campaign.list_id = frozen(session, person, campaign.list_id, named)
    members, written = ready(session, campaign)
    skipped = [one for one in members if one.skipped_because]
    outgoing.queue_many(session, campaign.id, [*written, *skipped])
    now, seconds = clock.now(session), campaign.minutes * 60 / campaign.texts
    pace = Pace(campaign_id=campaign.id, name=campaign.name, list_id=campaign.list_id,
                seconds=seconds, next_at=now)  # fmt: skip
    outgoing.set_pace(session, pace)
    _keep_wording(session, campaign, 1, person)
    campaign.started_by, campaign.started_at = person.id, now
    _moved(session, campaign, CampaignState.ACTIVE)
    settle(session)


def reword(session: Session, campaign_id: int, body: str, person: Person) -> None:
    """Give those who still wait a new version of the text; what was sent stays as it was."""
    person.must(Permission.CAMPAIGN_START)
    campaign = _locked(session, campaign_id, CampaignState.ACTIVE, CampaignState.PAUSED)
    campaign.body = body.strip()
    _, written = ready(session, campaign)
    last = select(func.max(Wording.version)).where(col(Wording.campaign_id) == campaign.id)
    version = (session.exec(last).one() or 0) + 1
    _keep_wording(session, campaign, version, person)
    outgoing.reword(session, campaign.id, version, {one.e164: one.body for one in written})
    _moved(session, campaign, campaign.state)


def send_to_me(session: Session, campaign_id: int, body: str, phone: str, person: Person) -> None:
    """Send `body` as its likeliest-wrong text to one's own phone; it is in no count of anything."""
    person.must(Permission.CAMPAIGN_START)
    found = read_phone(phone)
    if not found.e164 or found.because:
        raise CrmError("Write your own phone's number, like (617) 555-0123.")
    owner = owner_of(session, found.e164)  # a former owner is a homeowner, too
    had = select(ContactProperty.id).where(ContactProperty.contact_id == (owner and owner.id))
    if owner and session.exec(had).first():
        raise CrmError(f"This is {owner.name}'s number: only your own phone gets the text first.")
    facts = facts_for(session, Purpose.TEST, [Asked(found.e164)])[found.e164]
    if facts.frozen_since or facts.on_lists:
        raise CrmError("This number is frozen or on a do-not-call list: it is not your own phone.")
    _, written = texts_for(session, session.get_one(Campaign, campaign_id).list_id, body)
    queue_text(session, found.e164, max(written, key=trouble).body, Purpose.TEST, person.id)


def _keep_wording(session: Session, campaign: Campaign, version: int, person: Person) -> None:
    session.add(Wording(campaign_id=campaign.id, version=version, body=campaign.body,
                        written_by=person.id, at=clock.now(session)))  # fmt: skip
    session.flush()


def pause(session: Session, campaign_id: int, person: Person, *, back: bool = False) -> None:
    """Hold back what has not left, or let it go on (`back`); raise CrmError in another state."""
    person.must(Permission.CAMPAIGN_START)
    states = CampaignState.ACTIVE, CampaignState.PAUSED
    before, after = states[::-1] if back else states
    campaign = _locked(session, campaign_id, before)
    outgoing.pause_campaign(session, campaign.id, is_paused=not back)
    _moved(session, campaign, after)


resume = partial(pause, back=True)


def cancel(session: Session, campaign_id: int, person: Person) -> None:
    """End a campaign for good, a draft too: what waits never leaves."""
    still = (CampaignState.DRAFT, CampaignState.ACTIVE, CampaignState.PAUSED)
    person.must(Permission.CAMPAIGN_START)
    campaign = _locked(session, campaign_id, *still)
    outgoing.cancel_campaign(session, campaign.id, "campaign cancelled", person.id)
    campaign.ended_at = clock.now(session)
    _moved(session, campaign, CampaignState.CANCELLED)


def settle(session: Session) -> None:
    """Complete every running campaign that has nothing left to send."""
    ended = session.execute(SQL["complete"], {"now": clock.now(session)})
    for campaign_id in ended.scalars().all():
        live.publish(session, "campaign", campaign_id)
    session.expire_all()  # rows in hand would still say that they run


VERBS = {"start": start, "pause": pause, "resume": resume, "cancel": cancel}


def _locked(session: Session, campaign_id: int, *states: CampaignState) -> Campaign:
    """Return the campaign, its row locked until the transaction ends; raise in other states."""
    query = select(Campaign).where(col(Campaign.id) == campaign_id).with_for_update()
    campaign = session.exec(query.execution_options(populate_existing=True)).first()
    if campaign is None:
        raise CrmError("This campaign does not exist.")
    if campaign.state in states:
        return campaign
    is_draft_wanted = states == (CampaignState.DRAFT,)
    why = "has already started" if is_draft_wanted else f"is {campaign.state.value}"
    raise CrmError(f"This campaign {why}.")


def _moved(session: Session, campaign: Campaign, state: CampaignState) -> int:
    """Keep the campaign in this state, tell the browsers, and return its id."""
    campaign.state = state
    session.add(campaign)
    session.flush()
    live.publish(session, "campaign", campaign.id)
    return campaign.id
