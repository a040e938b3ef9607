"""Reads of campaigns for their screens: the lists to choose, all campaigns, one of them."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from crm_app import clock
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.campaigns.standing import Numbers, numbers, numbers_of
from crm_app.contacts.models import ContactList
from crm_app.times import ago

PAGE_SIZE = 50
STATE_WORDS = {
    CampaignState.DRAFT: ("Draft", "plain"),
    CampaignState.ACTIVE: ("Running", "waiting"),
    CampaignState.PAUSED: ("Paused", "held"),
    CampaignState.COMPLETED: ("Completed", "fine"),
    CampaignState.CANCELLED: ("Cancelled", "blocked"),
}
_LISTS = text(
    """
    select l.id, l.name,
        (select count(*) from list_member m join contact c on c.id = m.contact_id
         where m.list_id = l.id and c.deleted_at is null) as people,
        exists (select from attestation a where a.list_id = l.id) as is_attested
    from contact_list l order by l.created_at desc, l.id desc limit 500
    """
)


@dataclass(frozen=True)
class ListChoice:
    """A list to choose; the label says how many people and whether it is attested."""

    id: int
    label: str
    is_attested: bool


@dataclass(frozen=True)
class CampaignRow:
    """A campaign with its numbers, ready to show; `sum_words` says that they add up.

    Nothing more is sent to `settled` of the audience. Id 0: there is none.
    """

    id: int = 0
    name: str = ""
    body: str = ""
    list_id: int = 0
    list_name: str = ""
    detail: str = ""
    state: str = ""
    state_words: str = ""
    tone: str = "plain"
    when: str = ""
    settled: int = 0
    sum_words: str = ""
    numbers: Numbers = field(default_factory=Numbers)


def lists(session: Session) -> list[ListChoice]:
    """Return the newest 500 lists."""
    found = session.execute(_LISTS)
    return [
        ListChoice(
            row.id,
            f"{row.name}, {row.people:,} {'person' if row.people == 1 else 'people'}"
            + ("" if row.is_attested else ", not attested"),
            row.is_attested,
        )
        for row in found
    ]


def find_campaigns(session: Session, page: int, size: int) -> tuple[list[CampaignRow], int]:
    """Return one page of campaigns with their numbers, the newest first, and how many there are."""
    found = session.exec(
        select(Campaign, ContactList.name)
        .join(ContactList, col(ContactList.id) == Campaign.list_id)
        .order_by(col(Campaign.id).desc())
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    counted = numbers_of(session, [campaign.id for campaign, _ in found])
    now = clock.now(session)
    rows = [_row(campaign, name, counted[campaign.id], now) for campaign, name in found]
    return rows, session.exec(select(func.count()).select_from(Campaign)).one()


def find_campaign(session: Session, campaign_id: int) -> CampaignRow:
    """Return a campaign and its numbers; an empty one when there is none."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return CampaignRow()
    list_name = session.get_one(ContactList, campaign.list_id).name
    return _row(campaign, list_name, numbers(session, campaign_id), clock.now(session))


def _row(c: Campaign, list_name: str, count: Numbers, now: datetime) -> CampaignRow:
    """Put a campaign into words: in short for the list, and its sum."""
    gone = count.sent + count.delivered + count.answered
    short = f"{count.audience:,} people, {gone:,} sent, {count.answered:,} answered"
    short += f", {count.opted_out:,} opted out" if count.opted_out else ""
    said = [f"{n:,} {place.replace('_', ' ')}" for place, n in count.places().items() if n]
    return CampaignRow(
        c.id, c.name, c.body, c.list_id, list_name,
        f"{list_name} · {short}" if count.audience else list_name,
        c.state.value, *STATE_WORDS[c.state], ago(c.started_at or c.created_at, now),
        count.settled, f"{count.audience:,} in the audience = {' + '.join(said)}", count,
    )  # fmt: skip
