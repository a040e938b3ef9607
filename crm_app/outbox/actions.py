"""Verbs of a campaign's texts: queue, pause, resume, call back; the campaign tells of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.compliance.actions import Decided, keep_decisions
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate import may_send
from crm_app.conversations.actions import checked, new_row
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Outbox

_CALL_BACK = text(
    "update outbox set state = 'cancelled', because = :because, finished_at = :now"
    " where campaign_id = :id and state = 'waiting'"
)
_NO_SECOND_TRY = text(
    "update outbox set send_before = :now, because = :because"
    " where campaign_id = :id and state in ('sending', 'uncertain')"
)
_PAUSE = text(
    "update outbox set is_paused = :paused"
    " where campaign_id = :id and state in ('waiting', 'sending', 'uncertain')"
)


@dataclass(frozen=True)
class NewText:
    """One text of a campaign: to whom, about which house, in which words."""

    e164: str
    contact_id: int
    property_id: int | None
    body: str


def queue_many(
    session: Session, campaign_id: int, texts: Sequence[NewText]
) -> dict[str, tuple[int | None, str]]:
    """Queue, hold or skip a campaign's texts once; return each number's row, or why it has none."""
    now, wanted = clock.now(session), {one.e164: one for one in texts}
    asked = [Asked(one.e164, one.property_id) for one in wanted.values()]
    facts = facts_for(session, Purpose.COLD, asked)
    decisions = {e164: may_send(found, now) for e164, found in facts.items()}
    rows = [
        new_row(e164, checked(one.body), Purpose.COLD, decisions[e164], now)
        | {"contact_id": one.contact_id, "property_id": one.property_id, "campaign_id": campaign_id,
           "is_for_person": decisions[e164].waits_for_person}
        for e164, one in wanted.items() if not decisions[e164].never
    ]  # fmt: skip
    if rows:
        session.execute(insert(Outbox).on_conflict_do_nothing(), rows)
    mine = select(Outbox.e164, Outbox.id).where(col(Outbox.campaign_id) == campaign_id)
    ids: dict[str, int] = dict(session.exec(mine).all())
    decided = [Decided(facts[e], found, "queue", ids.get(e)) for e, found in decisions.items()]
    keep_decisions(session, decided, now)
    return {e: (ids.get(e), "" if e in ids else decisions[e].reasons[0].text) for e in wanted}


def pause_campaign(session: Session, campaign_id: int, *, is_paused: bool = True) -> None:
    """Hold back every text of a campaign that has not left, or let them go on."""
    session.execute(_PAUSE, {"id": campaign_id, "paused": is_paused})


def cancel_campaign(session: Session, campaign_id: int, because: str) -> None:
    """Call back what waits; what is in flight and turns out not to have left is too late."""
    ended = {"id": campaign_id, "because": because, "now": clock.now(session)}
    session.execute(_CALL_BACK, ended)
    session.execute(_NO_SECOND_TRY, ended)
