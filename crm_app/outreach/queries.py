"""Reads of campaigns for their screens: the lists to choose, all campaigns, one of them."""

from dataclasses import dataclass, field

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
    """One line of the list of campaigns; nothing more is sent to `settled` of `audience`."""

    id: int
    name: str
    detail: str
    state: str
    tone: str
    when: str
    audience: int
    settled: int


@dataclass(frozen=True)
class CampaignDetail:
    """A campaign with its numbers; `sum_words` says that they add up. Id 0: there is none."""

    id: int = 0
    name: str = ""
    body: str = ""
    list_id: int = 0
    list_name: str = ""
    state: str = ""
    state_words: str = ""
    tone: str = "plain"
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
    rows = [
        CampaignRow(
            c.id, c.name, f"{list_name}{_in_short(counted[c.id])}", *STATE_WORDS[c.state],
            ago(c.started_at or c.created_at, now), counted[c.id].audience, counted[c.id].settled,
        )
        for c, list_name in found
    ]  # fmt: skip
    return rows, session.exec(select(func.count()).select_from(Campaign)).one()


def campaign_detail(session: Session, campaign_id: int) -> CampaignDetail:
    """Return a campaign and its numbers; an empty one when there is none."""
    c = session.get(Campaign, campaign_id)
    if c is None:
        return CampaignDetail()
    count = numbers(session, campaign_id)
    said = [f"{n:,} {place.replace('_', ' ')}" for place, n in count.places().items() if n]
    return CampaignDetail(
        c.id, c.name, c.body, c.list_id, session.get_one(ContactList, c.list_id).name,
        c.state.value, *STATE_WORDS[c.state], count.settled,
        f"{count.audience:,} in the audience = {' + '.join(said)}", count,
    )  # fmt: skip


def _in_short(count: Numbers) -> str:
    """Say the figures that matter in a list: " · 33 people, 20 sent, 2 answered"."""
    gone = count.sent + count.delivered + count.answered
    said = f" · {count.audience:,} people, {gone:,} sent, {count.answered:,} answered"
    said += f", {count.opted_out:,} opted out" if count.opted_out else ""
    return said if count.audience else ""
