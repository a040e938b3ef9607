"""Reads of the campaigns module for its screens; rows come back ready to show."""

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
    """A list to choose: how many people, and whether the right to text them is attested."""

    id: int
    name: str
    people: int
    is_attested: bool

    @property
    def label(self) -> str:
        """The words of the choice: "Spring, 33 people"."""
        people = "1 person" if self.people == 1 else f"{self.people:,} people"
        return f"{self.name}, {people}" + ("" if self.is_attested else ", not attested")


@dataclass(frozen=True)
class CampaignRow:
    """One line of the list of campaigns; `settled` of `audience` are done."""

    id: int
    name: str
    detail: str
    state: str
    tone: str
    when: str
    audience: int
    settled: int


@dataclass(frozen=True)
class CampaignPage:
    """One page of campaigns, and how many there are in all."""

    rows: list[CampaignRow]
    total: int


@dataclass(frozen=True)
class CampaignDetail:
    """A campaign with its numbers; `sum_words` says that they add up."""

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
    return [ListChoice(**row) for row in session.execute(_LISTS).mappings()]


def find_campaigns(session: Session, *, page: int = 1, size: int = PAGE_SIZE) -> CampaignPage:
    """Return one page of campaigns, the newest first, each with its numbers."""
    found = session.exec(
        select(Campaign, ContactList.name)
        .join(ContactList, col(ContactList.id) == Campaign.list_id)
        .order_by(col(Campaign.id).desc())
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    counted = numbers_of(session, [campaign.id for campaign, _ in found])
    now = clock.now(session)
    rows = []
    for campaign, list_name in found:
        words, tone = STATE_WORDS[campaign.state]
        count = counted[campaign.id]
        rows.append(
            CampaignRow(
                id=campaign.id,
                name=campaign.name,
                detail=f"{list_name} · {_in_short(count)}" if count.audience else list_name,
                state=words,
                tone=tone,
                when=ago(campaign.started_at or campaign.created_at, now),
                audience=count.audience,
                settled=count.settled,
            )
        )
    total = session.exec(select(func.count()).select_from(Campaign)).one()
    return CampaignPage(rows, total)


def campaign_detail(session: Session, campaign_id: int) -> CampaignDetail:
    """Return a campaign and its numbers; an empty one with id 0 when there is none."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return CampaignDetail()
    words, tone = STATE_WORDS[campaign.state]
    count = numbers(session, campaign_id)
    return CampaignDetail(
        id=campaign.id,
        name=campaign.name,
        body=campaign.body,
        list_id=campaign.list_id,
        list_name=session.get_one(ContactList, campaign.list_id).name,
        state=campaign.state.value,
        state_words=words,
        tone=tone,
        settled=count.settled,
        sum_words=_sum_in_words(count),
        numbers=count,
    )


def _in_short(count: Numbers) -> str:
    """Say the figures that matter in a list: "33 people, 20 sent, 2 answered"."""
    gone = count.sent + count.delivered + count.answered
    said = f"{count.audience:,} people, {gone:,} sent, {count.answered:,} answered"
    return said + (f", {count.opted_out:,} opted out" if count.opted_out else "")


def _sum_in_words(count: Numbers) -> str:
    """Say the sum: "33 in the audience = 20 waiting + 13 delivered"."""
    parts = [
        f"{people:,} {place.replace('_', ' ')}"
        for place, people in count.places().items()
        if people
    ]
    return f"{count.audience:,} in the audience = " + (" + ".join(parts) or "nobody yet")
