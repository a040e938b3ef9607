"""Looking up uncertain texts at OpenPhone: found ones are adopted, surely absent ones noted."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from threading import Event

from crm_app import clock, db
from crm_app.conversations.models import MessageStatus
from crm_app.conversations.slots import take_rate_slot
from crm_app.errors import Kind, ProviderError
from crm_app.openphone import client
from crm_app.openphone.client import SentText
from crm_app.openphone.sender import receipt_of
from crm_app.outbox import lookups
from crm_app.settings import settings

logger = logging.getLogger(__name__)
SKEW = timedelta(minutes=5)  # OpenPhone's clock and ours


def look_up_due() -> int:
    """Look up the uncertain texts that are due, a failed one later; return of how many numbers."""
    with db.transaction() as session:
        due = lookups.to_look_up(session)
    done = 0
    for (own_number, e164), rows in groupby(due, key=lambda row: (row.own_number, row.e164)):
        try:
            _look_up(own_number, e164, list(rows))
            done += 1
        except ProviderError as problem:
            logger.warning("a look-up failed: %s", problem.kind)
    return done


def ask_for_receipts() -> None:
    """Ask what became of texts whose receipt is late; without an answer, again at the next time."""
    with db.transaction() as session:
        due = lookups.without_receipt(session)
    for outbox_id, provider_id in due:
        try:
            take_slot()
            status = receipt_of(client.read_message(provider_id)).status
        except ProviderError as problem:
            logger.warning("a receipt could not be asked for: %s", problem.kind)
            if problem.kind is not Kind.REFUSED:
                return  # nobody answers, or not us: the next minute's run tries again
            status = MessageStatus.SENT
        with db.transaction() as session:
            lookups.note_receipt(session, outbox_id, status)


def _look_up(own_number: str, e164: str, rows: list[lookups.LookUp]) -> None:
    with db.transaction() as session:
        began = clock.now(session)
    number = our_id(own_number)
    texts = whole_thread(number, e164, min(row.started_at for row in rows) - SKEW)
    with db.transaction() as session:
        known = lookups.known_ids(session, [text.id for text in texts])
        found = match(rows, [text for text in texts if text.id not in known])
        for row in rows:
            if row.outbox_id in found:
                lookups.adopt(session, row.outbox_id, receipt_of(found[row.outbox_id]))
            else:
                lookups.note_absent(session, row.outbox_id, began)


def match(rows: Sequence[lookups.LookUp], texts: Sequence[SentText]) -> dict[int, SentText]:
    """Return which text is which row's: same words, not before it started, each text once.

    The latest row takes first, lest an earlier one that never left take a later one's text.
    """
    left, found = [text for text in texts if text.is_outgoing], dict[int, SentText]()
    for row in sorted(rows, key=lambda row: row.started_at, reverse=True):
        same = [
            (abs(late), text) for text in left if text.text.split() == row.body.split()
            and (late := (text.at or row.started_at) - row.started_at) >= -SKEW
        ]  # fmt: skip
        if same:
            _, found[row.outbox_id] = min(same, key=lambda pair: pair[0])
            left.remove(found[row.outbox_id])
    return found


def our_id(own_number: str) -> str:
    """Return OpenPhone's id of our number, within the rate; raises ProviderError."""
    take_slot()
    return client.number_id(own_number)


def whole_thread(number: str, e164: str, since: datetime | None) -> list[SentText]:
    """Return every text with somebody since then (None: ever); raise ProviderError unless whole.

    `number` is OpenPhone's id of ours, asked for once.
    """

    def read(token: str | None) -> client.Page:
        take_slot()
        return client.read_page(number, e164, since, token)

    return client.whole(read)


def take_slot() -> None:
    """Wait for a request's slot: reads share the key's ten a second with the texts."""
    seconds = 1.0
    while seconds:
        with db.transaction() as session:
            seconds = take_rate_slot(session, settings().own_number, clock.wall())
        Event().wait(seconds)
