"""Compares OpenPhone's conversations with ours, and takes in what no webhook brought.

v1 only: conversations by their last activity, then the messages of each (facts/openphone.md 2.3).
Each conversation is a transaction of its own; doing one again changes nothing.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from crm_app import clock, db
from crm_app.conversations import threads
from crm_app.conversations.models import Conversation, Direction, Message, MessageStatus
from crm_app.conversations.threads import Said
from crm_app.monitor.rules import is_check
from crm_app.openphone import client
from crm_app.openphone.client import SentText
from crm_app.openphone.events import hear
from crm_app.openphone.lookup import our_id, take_slot, whole_thread
from crm_app.openphone.payloads import E164
from crm_app.reconciliation import actions
from crm_app.settings import settings

LATE = timedelta(minutes=2)  # a webhook may still be on its way
OLD = timedelta(hours=48)  # nobody has to answer that any more
STATUS = {status.value: status for status in MessageStatus}


def compare_page(run_id: int, page: str, since: datetime | None) -> bool:
    """Compare a page of conversations; return whether more follow. Raises ProviderError."""
    own = settings().own_number
    number = our_id(own)
    take_slot(own)
    people, following = client.read_conversations(own, since, page)
    seen = 0
    for e164 in people:
        if E164.fullmatch(e164):
            texts = whole_thread(own, number, e164, since)
            with db.transaction() as session:
                take_in(session, run_id, own, e164, texts)
            seen += len(texts)
    with db.transaction() as session:
        return actions.note_page(session, run_id, following or "", len(people), seen)


def take_in(
    session: Session, run_id: int, own_number: str, e164: str, texts: list[SentText]
) -> int:
    """Take in the texts that are not ours yet, the oldest first; return how many they were."""
    now, found = clock.now(session), 0
    for one in sorted(texts, key=lambda text: text.at or now):
        at = one.at or now
        is_known = threads.is_known(session, one.id)
        if now - at < LATE or (is_known and not one.media):
            continue
        direction = Direction.OUT if one.is_outgoing else Direction.IN
        status = MessageStatus.RECEIVED if direction is Direction.IN else STATUS.get(
            one.status, MessageStatus.SENT
        )  # fmt: skip
        said = Said(one.id, own_number, e164, direction, one.text, status, at, media=one.media)
        if is_known:  # its webhook may have named no photo, or a link that has expired since
            threads.receive_text(session, said)
            continue
        if is_check(said):
            continue
        if direction is Direction.IN:
            hear(session, said, is_late=True)
            _shelve(session, threads.receive_text(session, said), is_old=now - at > OLD)
        else:
            threads.note_status(session, said)
        message = session.exec(select(Message).filter_by(provider_id=one.id)).one()
        actions.note_recovered(session, run_id, message.id, direction, at)
        found += 1
    return found


def _shelve(session: Session, conversation_id: int, *, is_old: bool) -> None:
    """Nobody has to read or answer what is older than two days."""
    if is_old:
        thread = session.get_one(Conversation, conversation_id)
        thread.is_unread = thread.is_unanswered = False
        session.flush()
