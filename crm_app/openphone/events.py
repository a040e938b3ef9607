"""What a delivery of OpenPhone does: a certain STOP at once, the rest when it is applied."""

from sqlmodel import Session

from crm_app import clock
from crm_app.compliance import replies
from crm_app.compliance.replies import Verdict
from crm_app.conversations import inbound
from crm_app.conversations.models import Direction, MessageStatus
from crm_app.conversations.optout import opt_in, opt_out
from crm_app.conversations.threads import Said
from crm_app.openphone.payloads import E164, Event, TextEvent, UnreadableError, read_text
from crm_app.settings import settings

RECEIVED = "message.received"
STATUS = {
    "message.delivered": MessageStatus.DELIVERED,
    "message.failed": MessageStatus.FAILED,
    "message.undelivered": MessageStatus.UNDELIVERED,
}


def apply_certain_words(session: Session, event: Event) -> bool:
    """Apply a STOP or START when a text is surely one; return whether it was.

    Called in the transaction that stores the delivery, once for each delivery.
    """
    if event.kind != RECEIVED:
        return False
    try:
        said = _said_by_them(session, read_text(event))
    except UnreadableError:
        return False  # kept, and shown with the reason when it is applied
    verdict = replies.read(said.body)
    if verdict is Verdict.STOP:
        return opt_out(session, said.e164, source="text", because=said.body, at=said.at)
    if verdict is Verdict.START:
        return opt_in(session, said.e164, because=said.body, at=said.at)
    return False


def apply_event(session: Session, event: Event) -> None:
    """Apply a delivery once more or less: doubled, late and early ones change nothing further.

    Raises UnreadableError for kinds nobody here knows, and for what names no number.
    """
    if event.kind == RECEIVED:
        inbound.receive_text(session, _said_by_them(session, read_text(event)))
    elif event.kind in STATUS:
        inbound.note_status(session, _said_by_us(session, read_text(event), STATUS[event.kind]))
    else:
        raise UnreadableError("This kind of event is not known.")


def _said_by_them(session: Session, text: TextEvent) -> Said:
    if not E164.fullmatch(text.sender):
        raise UnreadableError("The sender is no phone number.")
    own = settings().own_number
    theirs = [number for number in text.recipients if E164.fullmatch(number)]
    return Said(
        provider_id=text.provider_id, own_number=own if own in theirs or not theirs else theirs[0],
        e164=text.sender, direction=Direction.IN, body=text.body, status=MessageStatus.RECEIVED,
        at=text.at or clock.now(session), media=text.media,
    )  # fmt: skip


def _said_by_us(session: Session, text: TextEvent, status: MessageStatus) -> Said:
    if len(text.recipients) != 1 or not E164.fullmatch(text.recipients[0]):
        raise UnreadableError("The text went to no single phone number.")
    error = f"error {text.error_code}" if text.error_code else ""
    own = text.sender if E164.fullmatch(text.sender) else settings().own_number
    return Said(
        provider_id=text.provider_id, own_number=own, e164=text.recipients[0], body=text.body,
        direction=Direction.OUT, status=status, at=text.at or clock.now(session), media=text.media,
        error=error if status is not MessageStatus.DELIVERED else "",
    )  # fmt: skip
