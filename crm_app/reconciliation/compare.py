"""Compares OpenPhone's texts and calls with ours, and takes in what no webhook brought.

Oldest first, since words follow on words. Each person of a step is a transaction of its own;
doing one again changes nothing.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import DataError, IntegrityError
from sqlmodel import Session, col, select

from crm_app import clock, db
from crm_app.calls.actions import CallTold, note_call
from crm_app.calls.models import Call
from crm_app.conversations import threads
from crm_app.conversations.models import Conversation, Direction, Message, MessageStatus
from crm_app.conversations.threads import Said
from crm_app.media.queries import told_callers
from crm_app.monitor.rules import is_check
from crm_app.openphone.events import hear
from crm_app.reconciliation.actions import BACK, Found, count, first_heard, note_recovered
from crm_app.reconciliation.listing import Heard, heard, left_of
from crm_app.reconciliation.models import Reconciliation, Way

logger = logging.getLogger(__name__)
UNFORESEEN = (DataError, IntegrityError, ValueError, LookupError, TypeError)
AT_ONCE = {Way.LIST: 1, Way.WALK: 20}  # weeks, conversations
_OPEN = (MessageStatus.QUEUED, MessageStatus.SENT)
# What OpenPhone may have beside a call: its kind, where it is read; our name for it.
_SPOKEN = {"recordings": "recording recordings", "summary": "summary summaries",
           "dialogue": "transcript transcripts"}  # fmt: skip
_LEFT = {"voicemail": "voicemail voicemails"}


def step(run: Reconciliation) -> tuple[int, Found]:
    """Do the next steps of a run's plan; return how many and what they compared, or raise."""
    some, found = run.plan[run.done : run.done + AT_ONCE[run.way or Way.LIST]], Found()
    with db.transaction() as session:
        spoken = _SPOKEN if told_callers(session) else {"summary": _SPOKEN["summary"]}
    for one in some:
        by_person = defaultdict[str, list[Heard]](list)
        for said in heard(run, found, one):
            is_ours = isinstance(said, Said) and is_check(said)
            if said.at < run.until and not is_ours:  # a later one's webhook may be on its way
                by_person[said.e164].append(said)
        for person, theirs in by_person.items():
            try:
                _compare(run, found, theirs, spoken)
            except UNFORESEEN:
                logger.exception("one person's texts could not be taken in")
                found.unplaced[person] += len(theirs)  # named, and the others go on
    return len(some), found


def _compare(run: Reconciliation, found: Found, said: list[Heard], spoken: dict[str, str]) -> None:
    """Take in what we lack of a person's, or only count it."""
    ids = [one.provider_id for one in said]
    texts = select(Message.provider_id, Message.status).where(col(Message.provider_id).in_(ids))
    calls = select(Call).where(col(Call.provider_id).in_(ids))
    with db.transaction() as session:
        known: dict[str, Any] = dict(session.exec(texts).all())
        known |= {call.provider_id: call for call in session.exec(calls)}
        session.expunge_all()
    for one in said:
        found.count(one.at, is_call=isinstance(one, CallTold), is_known=one.provider_id in known)
    if not run.only_counts:
        whole = [_whole(run, one, known.get(one.provider_id), spoken) for one in said]
        with db.transaction() as session:
            take_in(session, run.id, whole, known)


def _whole(run: Reconciliation, told: Heard, ours: Call | None, spoken: dict[str, str]) -> Heard:
    """Add what OpenPhone has beside a call and we lack; of old ones only when the call is new."""
    if not isinstance(told, CallTold) or (ours and run.since is None):
        return told
    parts = spoken if told.answered_at else _LEFT if told.direction is Direction.IN else {}
    for name, where in parts.items():
        if not getattr(ours, name, None) and (value := left_of(told, name, *where.split())):
            told = replace(told, **{name: value})
    return told


def take_in(session: Session, run_id: int, said: Sequence[Heard], known: Mapping[str, Any]) -> None:
    """Take in one person's texts and calls, the oldest first.

    `known` is what we had by their ids: a text's status, a call. Nobody has to read or answer
    what is older than 48 hours: the thread stays as unread as it was.
    """
    now, marks, new = clock.now(session), (False, False), list[bool]()
    numbers = {"own_number": said[0].own_number, "e164": said[0].e164}
    query = select(Conversation).filter_by(**numbers)
    thread, heard_first = session.exec(query).first(), first_heard(session)
    for one in sorted(said, key=lambda one: one.at):
        marks = (thread.is_unread, thread.is_unanswered) if thread else marks
        ours = known.get(one.provider_id)
        is_history = heard_first is None or one.at < heard_first
        if isinstance(one, CallTold):
            call = note_call(session, one)
            if ours is None or _told(call) != _told(ours):
                new += note_recovered(session, run_id, is_history=is_history, call_id=call.id)
        elif ours is None:
            if one.direction is Direction.IN:
                hear(session, one, is_late=True)
                threads.receive_text(session, one)
            else:
                threads.note_status(session, one)
            message = session.exec(select(Message.id).filter_by(provider_id=one.provider_id)).one()
            what = {"message_id": message}
            new += note_recovered(session, run_id, is_history=is_history, **what)
        elif one.direction is Direction.OUT and ours in _OPEN:
            threads.note_status(session, one)  # its receipt was lost
        elif one.media and one.direction is Direction.IN:
            threads.receive_text(session, one)  # v4's events tell of no file
        thread = thread or session.exec(query).first()
        if thread and now - one.at > BACK and one.direction is not Direction.OUT:
            thread.is_unread, thread.is_unanswered = marks
    session.flush()
    count(session, run_id, new)


def _told(call: Call) -> list[Any]:
    return [call.words, call.voicemail, call.recordings, call.summary, call.dialogue]
