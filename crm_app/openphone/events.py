"""What a delivery of OpenPhone does: a certain STOP at once, the rest when it is applied."""

import logging
import re
from datetime import datetime
from typing import Any

from sqlmodel import Session

from crm_app import clock
from crm_app.calls.actions import note_call
from crm_app.compliance import replies
from crm_app.compliance.replies import Reading, Verdict
from crm_app.contacts.phones import read_phone
from crm_app.conversations import threads
from crm_app.conversations.models import Direction, MessageStatus
from crm_app.conversations.optout import answer_help, freeze, opt_in, opt_out, text_before
from crm_app.conversations.threads import Said
from crm_app.monitor import actions as checks
from crm_app.monitor.rules import is_check
from crm_app.openphone.calls import is_call, read_call
from crm_app.openphone.payloads import (
    E164,
    Event,
    LostError,
    UnreadableError,
    as_object,
    as_text,
    read_text,
)  # fmt: skip
from crm_app.people.actions import DELETED, UPDATED, note_contact
from crm_app.screening.actions import LINES, remember_bad
from crm_app.settings import settings
from crm_app.tables import read_sql, read_table

logger = logging.getLogger(__name__)
CODES: dict[str, str] = read_table(__file__, "codes")
RECEIVED, OPTED_OUT = "message.received", "(error 21610)"
NOBODY = re.compile(r"(?i)\d{3,8}|anonymous|restricted|blocked")  # short codes, and who hides
BAD_LINE = tuple(f"(error {code})" for code in LINES["codes"])
SQL = read_sql(__file__)
STATUS = {f"message.{status}": status for status in threads.ROW_STATE}


def apply_certain_words(session: Session, event: Event) -> bool:
    """Apply what a text asks as its delivery is stored, once; return whether we answer it."""
    if event.kind != RECEIVED:
        return False
    try:
        said = _said(session, event)
    except (UnreadableError, LostError):
        return False  # kept, and shown with the reason when it is applied
    if is_check(said):
        checks.hear(session, said)
        return False
    if threads.is_known(session, said.provider_id):
        return False  # its words counted when it first came
    return hear(session, said)


def hear(session: Session, said: Said, *, is_late: bool = False) -> bool:
    """Do what a text asks, once; return whether we answer it.

    What comes `is_late`, by reconciliation, is not answered. A START we had already ends its STOP.
    """
    found, is_answered = _read(session, said.e164, said.body, said.at), False
    heard: Any = {"source": "text", "because": said.body, "at": said.at, "is_late": is_late}
    if found.verdict is Verdict.STOP:
        is_answered = opt_out(session, said.e164, **heard)
        for one in session.execute(SQL["later"], vars(said)).all():
            if _read(session, said.e164, one.body, one.at).verdict is Verdict.START:
                opt_in(session, said.e164, **heard | {"because": one.body, "at": one.at})
    elif found.verdict is Verdict.START:
        is_answered = opt_in(session, said.e164, **heard)
    elif found.verdict is Verdict.HELP and not is_late:
        is_answered = answer_help(session, said.e164)
    elif found.verdict is Verdict.HOLD:
        freeze(session, said.e164, said.body, found.because, said.at)
    return is_answered


def _read(session: Session, e164: str, body: str, at: datetime) -> Reading:
    """Read a text of theirs; one that breaks the reader is for a person, and never lost."""
    try:
        return replies.read(body, text_before(session, e164, at))
    except (LookupError, ValueError, TypeError, RecursionError):
        logger.exception("a text could not be read")
        return Reading(Verdict.HOLD, "could not be read")


def apply_event(session: Session, event: Event) -> None:
    """Apply a delivery, doubled, late or early; raise UnreadableError for what nobody knows."""
    said = _said(session, event) if event.kind in (RECEIVED, *STATUS) else None
    if said and is_check(said):
        return  # heard as it was stored
    if said and event.kind == RECEIVED:
        threads.receive_text(session, said)
        if _read(session, said.e164, said.body, said.at).verdict is Verdict.START:
            # Its STOP may have come after it.
            opt_in(session, said.e164, source="text", because=said.body, at=said.at)
    elif said:
        threads.note_status(session, said)
        if said.error.endswith(OPTED_OUT):  # OpenPhone knows of a STOP that we do not
            opt_out(session, said.e164, source="provider", because=said.error, at=said.at)
        elif said.error.endswith(BAD_LINE):
            remember_bad(session, said.e164, said.error)
    elif is_call(event.kind):
        note_call(session, read_call(event, settings().own_number, clock.now(session)))
    elif event.kind in (UPDATED, DELETED):
        about = event.data.get("resource") or event.data.get("object")
        note_contact(session, as_object(about), is_deleted=event.kind == DELETED)
    else:
        raise UnreadableError("This kind of event is not known.")


def _said(session: Session, event: Event) -> Said:
    """Return the text of an event, theirs or one of ours; raise UnreadableError without numbers."""
    text, own = read_text(event), settings().own_number
    numbers = [number for number in text.recipients if E164.fullmatch(number)]
    told: dict[str, Any] = {"provider_id": text.provider_id, "body": text.body}
    where = as_object(event.data.get("context")) or as_object(event.data.get("object"))
    told |= {"at": text.at or clock.now(session), "media": text.media}
    told["thread_id"] = as_text(where.get("conversationId"))[:60] * (len(numbers) < 2)  # no group's
    if event.kind == RECEIVED:
        is_plain = E164.fullmatch(text.sender)
        sender = text.sender if is_plain else read_phone(text.sender).e164
        if not sender and NOBODY.fullmatch(text.sender):
            raise UnreadableError("The sender is no phone number.")
        if not sender:
            raise LostError("The sender cannot be read: look who wrote, and replay it later.")
        told |= {"direction": Direction.IN, "status": MessageStatus.RECEIVED}
        ours = own if own in numbers or not numbers else numbers[0]
        return Said(own_number=ours, e164=sender, **told)
    if len(text.recipients) != 1 or not numbers:
        raise UnreadableError("The text went to no single phone number.")
    told |= {"direction": Direction.OUT, "status": STATUS[event.kind]}
    if text.error_code and STATUS[event.kind] is not MessageStatus.DELIVERED:
        words = CODES.get(str(text.error_code), "not delivered")
        told["error"] = f"{words} (error {text.error_code})"
    ours = text.sender if E164.fullmatch(text.sender) else own
    return Said(own_number=ours, e164=numbers[0], **told)
