"""Reads of campaigns: all of them or one, and the versions of its text."""

from dataclasses import dataclass, field

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.campaigns.models import Campaign
from crm_app.campaigns.standing import TONES, Numbers, numbers_of, words
from crm_app.contacts.models import ContactList
from crm_app.outbox.figures import figures
from crm_app.times import ago, exact

_VERSIONS = text(
    "select w.*, u.name, (select count(*) from outbox o where o.campaign_id = w.campaign_id"
    " and o.version = w.version and o.started_at is not null) as sent"
    " from wording w join app_user u on u.id = w.written_by where w.campaign_id = :id"
    " order by w.version desc"
)


@dataclass(frozen=True)
class CampaignRow:
    """A campaign with its numbers, ready to show; nothing more is sent to `settled` of them."""

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
    figures: str = ""
    numbers: Numbers = field(default_factory=Numbers)


@dataclass(frozen=True)
class VersionRow:
    """A version of a campaign's text: what was written, and what became of it."""

    body: str
    about: str


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
            n.audience - n.waiting - n.held - n.sending - n.uncertain, one.texts, one.minutes,
            figures(session, "campaign_id = :one", one=one.id) if campaign_id else "", n,
        ))  # fmt: skip
    return rows


def versions(session: Session, campaign_id: int) -> list[VersionRow]:
    """Return the versions of a started campaign's text, the newest first."""
    found = session.execute(_VERSIONS, {"id": campaign_id})
    return [
        VersionRow(v.body, f"Version {v.version} · {exact(v.at)} · {v.name} · {v.sent:,} sent")
        for v in found
    ]
