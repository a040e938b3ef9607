"""Reads of campaigns: all of them or one, and the versions of its text."""

from dataclasses import dataclass, field, replace

from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.auth.permissions import Person
from crm_app.campaigns.models import Campaign
from crm_app.contacts.models import ContactList
from crm_app.outbox import standing
from crm_app.outbox.figures import figures
from crm_app.outbox.standing import TONES, Numbers, PlaceRow, RecipientRow, numbers_of, words
from crm_app.tables import read_sql
from crm_app.times import ago, exact

SQL = read_sql(__file__)


@dataclass(frozen=True)
class CampaignRow:
    """A campaign with its numbers, ready to show; nothing more is sent to `settled` of them.

    On its own page also the versions of its text (about, body), and who stands where.
    """

    id: int = 0
    name: str = ""
    body: str = ""
    list_id: str = ""
    list_name: str = ""
    state: str = ""
    state_words: str = ""
    tone: str = "plain"
    when: str = ""
    detail: str = ""
    settled: int = 0
    texts: int = 25
    minutes: int = 30
    numbers: Numbers = field(default_factory=Numbers)
    figures: str = ""
    versions: list[tuple[str, str]] = field(default_factory=list)
    places: list[PlaceRow] = field(default_factory=list)
    people: list[RecipientRow] = field(default_factory=list)
    pages: int = 1


def find_campaigns(session: Session, campaign_id: int | None = None) -> list[CampaignRow]:
    """Return the last hundred campaigns with their numbers, newest first, or the one of that id."""
    query = select(Campaign, ContactList.name).join(ContactList).limit(100)
    if campaign_id is not None:
        query = query.where(Campaign.id == campaign_id)
    found = session.exec(query.order_by(col(Campaign.id).desc())).all()
    counted, now = numbers_of(session, [one.id for one, _ in found]), clock.now(session)
    rows = []
    for one, listed in found:
        n = counted[one.id]
        counts = f" · {n.audience:,} people, {n.answered:,} answered"
        rows.append(CampaignRow(
            one.id, one.name, one.body, str(one.list_id), listed, one.state.value,
            words(one.state), TONES[one.state], ago(one.started_at or one.created_at, now),
            listed + (counts if n.audience else ""),
            n.audience - n.waiting - n.held - n.sending - n.uncertain, one.texts, one.minutes, n,
        ))  # fmt: skip
    return rows


def campaign(
    session: Session, campaign_id: int, person: Person, place: str, reason: str, page: int
) -> CampaignRow:
    """Return one campaign with a page of those in a place for a reason ('', '': all of them).

    Its state is "new" for id 0, and "missing" when there is none.
    """
    found = find_campaigns(session, campaign_id)
    if not found:
        return CampaignRow(state="missing" if campaign_id else "new")
    people, total = standing.find_recipients(session, campaign_id, person, place, reason, page)
    return replace(
        found[0], places=standing.places(session, campaign_id), people=people,
        pages=max(1, -(-total // standing.PAGE_SIZE)),
        figures=figures(session, "campaign_id = :one", one=campaign_id),
        versions=[
            (f"Version {one.version} · {exact(one.at)} · {one.name} · {one.sent:,} sent", one.body)
            for one in session.execute(SQL["versions"], {"id": campaign_id})
        ],
    )  # fmt: skip
