"""Reads OpenPhone's contacts, and tells it which threads were read, done or opened again here."""

from contextlib import suppress

from sqlalchemy import text

from crm_app import clock, db, house, queue
from crm_app.errors import ProviderError
from crm_app.openphone import client
from crm_app.openphone.lookup import our_id, take_slot
from crm_app.openphone.payloads import UnreadableError
from crm_app.people.actions import note_contact
from crm_app.people.queries import SEEN, TOLD

ABSENT = (404, 405)  # of an endpoint that this API has not
_CLAIM = text("""
update mark m set attempts = attempts + 1,
    next_at = :wall + least(power(2, attempts), 60) * interval '1 minute'
from conversation c where c.id = m.conversation_id and m.conversation_id = (
    select conversation_id from mark where next_at <= :wall
    order by next_at limit 1 for update skip locked)
returning c.id, m.at, m.verb, c.provider_id, c.own_number, c.e164, c.last_inbound_at > m.at as late
""")
_TOLD = text(
    "with told as (delete from mark where conversation_id = :id and at = :at)"
    " update conversation set provider_id = :known where id = :id"
)


def read_contacts() -> None:
    """Note all contacts, fifty at a time, as v1 cannot search them; raise ProviderError.

    That an API has none is remembered.
    """
    token: str | None = ""
    seen = set[str]()
    while token is not None and token not in seen:
        seen.add(token)
        take_slot()
        problem = ""
        try:
            listed, token = client.list_page("/v1/contacts", {"maxResults": "50"}, token)
        except ProviderError as refused:
            if refused.status not in ABSENT:
                raise
            listed, token, problem = [], None, "OpenPhone does not list its contacts"
        with db.transaction() as session:
            for one in listed:
                with suppress(UnreadableError):  # without an id it is nobody that an event can mean
                    note_contact(session, one)
            house.beat(session, SEEN, clock.wall(), problem)


@queue.periodic
def tell_marks() -> None:
    """Tell each mark that is due, beside the texts; at what fails, again in 1, 2, 4 … minutes."""
    while _tell_next():
        pass


def _tell_next() -> bool:
    with db.transaction() as session:
        due = session.execute(_CLAIM, {"wall": clock.wall()}).first()
    if due is None:
        return False
    known, problem = due.provider_id, ""
    try:
        known = known or _thread_id(due.own_number, due.e164)
        if known and not due.late:  # they wrote again: that is to be read there, too
            take_slot()
            client.request("POST", f"/v1/conversations/{known}/mark-as-{due.verb}")
    except ProviderError as refused:
        if refused.status not in ABSENT:
            return False  # its row waits; /admin shows what waits long
        problem = "OpenPhone takes no done and read"
    with db.transaction() as session:
        session.execute(_TOLD, {"id": due.id, "at": due.at, "known": known})
        house.beat(session, TOLD, clock.wall(), problem)
    return True


def _thread_id(own_number: str, e164: str) -> str:
    """Return OpenPhone's id of a thread, as its newest text says it; "" when it has none."""
    number = our_id(own_number)
    take_slot()
    texts, _more = client.read_page(number, e164, None, None)
    return texts[0].thread_id if texts else ""
