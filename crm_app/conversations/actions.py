"""Verbs of conversations: queue texts, answer, start a thread, pause and end a campaign's texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from crm_app import clock, live
from crm_app.auth.permissions import Permission, Person
from crm_app.compliance.actions import Decided, keep_decisions
from crm_app.compliance.facts import Decision
from crm_app.compliance.gate import REPLY_WITHIN_DAYS, may_send
from crm_app.compliance.purposes import TERMS, Purpose
from crm_app.conversations.facts import Asked, facts_for
from crm_app.conversations.models import Conversation, Outbox
from crm_app.conversations.slots import lock_number
from crm_app.conversations.threads import tell, tell_of_number, thread_with
from crm_app.errors import CrmError, ForbiddenError
from crm_app.settings import settings

MOST = 1600  # characters that OpenPhone takes


@dataclass(frozen=True)
class NewText:
    """One text of a campaign: to whom, about which house, in which words."""

    e164: str
    contact_id: int
    property_id: int | None
    body: str


@dataclass(frozen=True)
class Queued:
    """What became of a text that was to be queued: its outbox row, or why there is none."""

    e164: str
    outbox_id: int | None
    skipped_because: str


def queue_text(
    session: Session,
    *,
    e164: str,
    body: str,
    purpose: Purpose,
    user_id: int | None = None,
    contact_id: int | None = None,
    property_id: int | None = None,
    suppression_id: int | None = None,
) -> int:
    """Queue one text and return its row's id; it is held when the gate says from when.

    Raises CrmError with the gate's reason when it may never go or somebody has to act first.
    """
    body = _checked(body)
    lock_number(session, e164)
    now = clock.now(session)
    facts = facts_for(session, purpose, [Asked(e164, property_id)])[e164]
    decision = may_send(facts, now)
    if decision.never or decision.waits_for_person:
        raise CrmError(f"This text cannot be sent: {decision.reasons[0].text}.")
    row = Outbox(
        **_row(e164, body, purpose, decision, now),
        user_id=user_id,
        contact_id=contact_id,
        property_id=property_id,
        suppression_id=suppression_id,
    )
    session.add(row)
    session.flush()
    keep_decisions(session, [Decided(facts, decision, "queue", row.id, user_id)], now)
    tell_of_number(session, e164)
    return row.id


def queue_many(session: Session, *, campaign_id: int, texts: Sequence[NewText]) -> list[Queued]:
    """Queue a campaign's texts in a few statements; return what became of each, in order.

    Who may never be texted gets no row and a reason; who may not yet is held. Again: no change.
    """
    now, wanted = clock.now(session), {one.e164: one for one in texts}
    asked = [Asked(one.e164, one.property_id) for one in wanted.values()]
    facts = facts_for(session, Purpose.COLD, asked)
    decisions = {e164: may_send(found, now) for e164, found in facts.items()}
    rows = [
        _row(one.e164, _checked(one.body), Purpose.COLD, decisions[one.e164], now)
        | {
            "contact_id": one.contact_id,
            "property_id": one.property_id,
            "campaign_id": campaign_id,
            "is_for_person": decisions[one.e164].waits_for_person,
        }
        for one in wanted.values()
        if not decisions[one.e164].never
    ]
    if rows:
        session.execute(insert(Outbox).on_conflict_do_nothing(), rows)
    found = session.exec(
        select(Outbox.e164, Outbox.id).where(col(Outbox.campaign_id) == campaign_id)
    )
    ids: dict[str, int] = dict(found.all())
    keep_decisions(
        session,
        [Decided(facts[e], decision, "queue", ids.get(e)) for e, decision in decisions.items()],
        now,
    )
    live.publish(session, "campaign", campaign_id)
    return [
        Queued(e, ids.get(e), "" if e in ids else decisions[e].reasons[0].text) for e in wanted
    ]


def reply(session: Session, conversation_id: int, body: str, person: Person) -> int:
    """Queue a person's text in a thread and return the row's id.

    It is a reply when they wrote within 90 days, else a first text by hand, which counts as cold.
    """
    person.must(Permission.REPLY)
    thread = session.get(Conversation, conversation_id, with_for_update=True)
    if thread is None:
        raise CrmError("This conversation does not exist.")
    if not person.may(Permission.READ_ALL_THREADS) and thread.assigned_to != person.id:
        raise ForbiddenError
    since = clock.now(session) - timedelta(days=REPLY_WITHIN_DAYS)
    purpose = Purpose.REPLY
    if thread.last_inbound_at is None or thread.last_inbound_at < since:
        person.must(Permission.TEXT_FIRST)
        purpose = Purpose.FIRST_BY_HAND
    outbox_id = queue_text(
        session,
        e164=thread.e164,
        body=body,
        purpose=purpose,
        user_id=person.id,
        contact_id=thread.contact_id,
    )
    thread.is_in_inbox, thread.is_unread = True, False
    session.flush()
    tell(session, thread.id)
    return outbox_id


def start_thread(session: Session, contact_id: int, person: Person) -> int:
    """Return the id of the thread with a contact's first number that takes texts."""
    person.must(Permission.TEXT_FIRST)
    e164 = session.execute(
        text(
            "select e164 from phone_number where contact_id = :id and is_textable"
            " order by position, id limit 1"
        ),
        {"id": contact_id},
    ).scalar()
    if e164 is None:
        raise CrmError("This contact has no number that can be texted.")
    return thread_with(session, settings().own_number, e164, clock.now(session)).id


def mark_read(session: Session, conversation_id: int, *, unread: bool = False) -> None:
    """Note that a thread was read, or is to be read again."""
    thread = session.get(Conversation, conversation_id)
    if thread and thread.is_unread is not unread:
        thread.is_unread = unread
        session.flush()
        tell(session, conversation_id)


def contact_has_messages(session: Session, contact_id: int) -> bool:
    """Return whether anything was ever said with this contact."""
    return bool(
        session.execute(
            text(
                "select exists (select from message m join conversation c"
                " on c.id = m.conversation_id where c.contact_id = :id)"
            ),
            {"id": contact_id},
        ).scalar()
    )


def pause_campaign(session: Session, campaign_id: int) -> None:
    """Hold back every text of a campaign that has not left; one in flight still arrives."""
    _pause(session, campaign_id, is_paused=True)


def resume_campaign(session: Session, campaign_id: int) -> None:
    """Let the texts of a paused campaign go on."""
    _pause(session, campaign_id, is_paused=False)


def cancel_campaign(session: Session, campaign_id: int, because: str) -> None:
    """Call back what waits; what is in flight and turns out not to have left is too late."""
    ended = {"id": campaign_id, "because": because, "now": clock.now(session)}
    session.execute(
        text(
            "update outbox set because = :because, send_before = :now,"
            " state = case state when 'waiting' then 'cancelled' else state end,"
            " finished_at = case state when 'waiting' then :now end"
            " where campaign_id = :id and state in ('waiting', 'sending', 'uncertain')"
        ),
        ended,
    )
    live.publish(session, "campaign", campaign_id)


def _pause(session: Session, campaign_id: int, *, is_paused: bool) -> None:
    session.execute(
        text(
            "update outbox set is_paused = :paused where campaign_id = :id"
            " and state in ('waiting', 'sending', 'uncertain')"
        ),
        {"id": campaign_id, "paused": is_paused},
    )
    live.publish(session, "campaign", campaign_id)


def _checked(body: str) -> str:
    body = body.strip().replace("\x00", "")
    if not body:
        raise CrmError("Write a text first.")
    if len(body) > MOST:
        raise CrmError(f"A text has at most {MOST} characters; this one has {len(body)}.")
    return body


def _row(
    e164: str, body: str, purpose: Purpose, decision: Decision, now: datetime
) -> dict[str, Any]:
    """Return the columns of a new row: due now, or held until the gate's opening."""
    return {
        "own_number": settings().own_number,
        "e164": e164,
        "purpose": purpose,
        "priority": TERMS[purpose].priority,
        "body": body,
        "not_before": now if decision.allowed else decision.opens_at or now,
        "because": "" if decision.allowed else decision.reasons[0].text,
        "created_at": now,
    }
