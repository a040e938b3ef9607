"""Verbs of a campaign's texts: queue, pace, pause, reword, call back; the campaign tells of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.compliance.actions import Decided, keep_decisions
from crm_app.compliance.facts import Purpose
from crm_app.compliance.gate import may_send
from crm_app.conversations.actions import checked, decide_anew, new_row
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Outbox, OutboxState, Pace
from crm_app.errors import CrmError
from crm_app.tables import read_sql

TRIES = 3
SQL = read_sql(__file__)


@dataclass(frozen=True)
class NewText:
    """One text of a campaign: to whom, about which house, in which words, or why there is none."""

    e164: str
    contact_id: int
    property_id: int | None
    body: str
    skipped_because: str = ""


def queue_many(session: Session, campaign_id: int, texts: Sequence[NewText]) -> dict[str, int]:
    """Queue or hold a campaign's texts once, or note why never; return each number's row.

    They leave by the campaign's pace (`set_pace`). Who says STOP meanwhile is asked about again.
    """
    for _ in range(TRIES):
        try:
            with session.begin_nested():
                return _queue_many(session, campaign_id, texts)
        except DBAPIError as refused:
            diagnosed = getattr(refused.orig, "diag", None)
            if getattr(diagnosed, "constraint_name", "") != "outbox_not_to_suppressed":
                raise
    raise CrmError("People are opting out at this very moment. Start it again in a minute.")


def _queue_many(session: Session, campaign_id: int, texts: Sequence[NewText]) -> dict[str, int]:
    now, wanted = clock.now(session), {one.e164: one for one in texts if one.e164}
    asked = [Asked(o.e164, o.property_id, 0, o.body, o.skipped_because) for o in wanted.values()]
    facts = facts_for(session, Purpose.COLD, asked)
    decisions = {e164: may_send(found, now) for e164, found in facts.items()}
    rows = list[dict[str, Any]]()
    for e164, one in wanted.items():
        told = decisions[e164]
        never = told.reasons[0].text if told.never else ""
        row = new_row(e164, one.body if never else checked(one.body), Purpose.COLD, told, now)
        row |= {"state": OutboxState.NEVER, "because": never} if never else {}
        row |= {"contact_id": one.contact_id, "property_id": one.property_id, "version": 1}
        row |= {"is_for_person": told.waits_for_person}
        rows.append(row | {"campaign_id": campaign_id, "finished_at": now if never else None})
    if rows:
        session.execute(insert(Outbox).on_conflict_do_nothing(), rows)
    mine = select(Outbox.e164, Outbox.id).where(col(Outbox.campaign_id) == campaign_id)
    ids: dict[str, int] = dict(session.exec(mine).all())
    decided = [Decided(facts[e], found, "queue", ids.get(e), None, "1")
               for e, found in decisions.items()]  # fmt: skip
    keep_decisions(session, decided, now)
    return ids


def set_pace(session: Session, pace: Pace) -> None:
    """Let a campaign's texts leave at this pace, the next one not before `pace.next_at`."""
    session.merge(pace)
    session.flush()


def pause_campaign(session: Session, campaign_id: int, *, is_paused: bool = True) -> None:
    """Hold back every text of a campaign that has not left, or let them go on."""
    pace = session.get_one(Pace, campaign_id, with_for_update=True, populate_existing=True)
    pace.is_paused = is_paused
    session.flush()


def reword(session: Session, campaign_id: int, version: int, bodies: Mapping[str, str]) -> None:
    """Give those still waiting the text of a new version, by number; what left stays as it was."""
    new = {"id": campaign_id, "version": version, "numbers": list(bodies)}
    session.execute(SQL["reword"], new | {"bodies": [checked(body) for body in bodies.values()]})


def cancel_campaign(
    session: Session, campaign_id: int, because: str, by_user: int | None = None
) -> None:
    """Call back what waits; what is in flight and turns out not to have left is too late."""
    ended: dict[str, Any] = {"id": campaign_id, "because": because, "now": clock.now(session)}
    called = session.execute(SQL["call_back"], ended).all()
    decide_anew(session, called, ended["now"], by_user, because)
    session.execute(SQL["no_second_try"], ended)
