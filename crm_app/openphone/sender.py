"""The sender: claim (commit), call, record (commit). The only caller of the provider's send."""

from collections.abc import Callable
from threading import Event

from crm_app import clock, db
from crm_app.conversations.models import MessageStatus
from crm_app.conversations.threads import ROW_STATE
from crm_app.errors import Kind, ProviderError
from crm_app.openphone import client
from crm_app.outbox.outcomes import Receipt, record
from crm_app.outbox.sending import Claimed, Wait, claim_next

Send = Callable[..., Receipt]  # own_number, to, body; raises ProviderError


def send(*, own_number: str, to: str, body: str) -> Receipt:
    """Send one text by OpenPhone; raise ProviderError when it fails or when nobody knows."""
    return receipt_of(client.send_message(own_number=own_number, to=to, body=body))


def receipt_of(sent: client.SentText) -> Receipt:
    """Return what the outbox keeps of a text that OpenPhone took; "queued" counts as sent."""
    status = MessageStatus(sent.status) if sent.status in ROW_STATE else MessageStatus.SENT
    return Receipt(sent.id, status, sent.at)


def send_due(provider: Send = send) -> int:
    """Send all that is due, waiting for slots; return how many calls; safe in many processes."""
    calls = 0
    while True:
        with db.transaction() as session:
            claimed = claim_next(session)
        if claimed is None:
            return calls
        if isinstance(claimed, Wait):
            Event().wait(claimed.seconds)
            continue
        outcome = _call(provider, claimed)
        with db.transaction() as session:
            record(session, claimed, outcome)
        calls += 1


def _call(provider: Send, claimed: Claimed) -> Receipt | ProviderError:
    """Call the provider, unless this process slept so long that its claim may be another's."""
    if clock.wall() >= claimed.call_before:
        return ProviderError("the sender was too slow", Kind.AGAIN)
    try:
        return provider(own_number=claimed.own_number, to=claimed.to, body=claimed.body)
    except ProviderError as problem:
        return problem
