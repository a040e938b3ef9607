"""What OpenPhone has: by the dated API's list of the workspace, week by week; where that is not
there by v1, conversation by conversation (facts/openphone.md 2.2 to 2.4). Each request keeps
within the rate, beside the texts.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event as Bell
from typing import Any, TypeVar

from crm_app.calls.actions import CallTold
from crm_app.conversations.models import Direction, MessageStatus
from crm_app.conversations.threads import Said
from crm_app.errors import Kind, ProviderError
from crm_app.openphone import client
from crm_app.openphone.calls import read_call
from crm_app.openphone.client import SentText
from crm_app.openphone.lookup import take_slot
from crm_app.openphone.payloads import E164, Event, LostError, as_list, as_object
from crm_app.reconciliation.actions import Found
from crm_app.reconciliation.models import Reconciliation, Way
from crm_app.settings import settings

T = TypeVar("T")
Heard = Said | CallTold
FIRST_YEAR, WEEK, EDGE = 2016, timedelta(weeks=1), timedelta(seconds=1)  # OpenPhone is from 2018
PAUSES = (1.0, 5.0, None)  # seconds after a bad answer; a read is safe to repeat
STATUS = {status.value: status for status in MessageStatus}
_REPEATABLE = (Kind.AGAIN, Kind.UNCERTAIN)
_UNDER_WAY = ("queued", "initiated", "ringing", "in-progress")


def plan(run: Reconciliation) -> tuple[Way, str, list[list[str]]]:
    """Return how OpenPhone can be read, its id of our number, and the steps; or raise as it does.

    A step is the begin and the end of a week, or the people of a conversation.
    """
    number, first = ask(client.number_id, settings().own_number), run.since or run.until
    years = [datetime(n, 1, 1, tzinfo=UTC) for n in range(FIRST_YEAR, run.until.year + 2)]
    try:
        is_any = _has_any(number, run.since or years[0], run.until)  # as each step will ask
    except ProviderError as problem:
        if problem.kind in _REPEATABLE:
            raise
        return Way.WALK, number, _conversations(run)
    if is_any and run.since is None:
        has_any = (one for one, end in pairwise(years) if _has_any(number, one, end))
        first = next(has_any, first)
    weeks = -(-(run.until - first) // WEEK)
    ends = [min(first + n * WEEK, run.until).isoformat() for n in range(weeks + 1)]
    return Way.LIST, number, [list(span) for span in pairwise(ends)]


def heard(run: Reconciliation, found: Found, step: list[str]) -> list[Heard]:
    """Return what was said in a step of the plan, in any order; raise ProviderError unless whole.

    What has no thread is counted in `found`. A text without a readable time counts as the newest.
    """
    query: dict[str, Any] = {"phoneNumberId": run.number_id}
    if run.way is Way.WALK:
        return _conversation(run, found, step, query)
    begin, end = map(datetime.fromisoformat, step)
    query |= {"createdAt[gt]": begin - EDGE, "createdAt[lt]": end + EDGE}
    texts = client.texts_of(_all("/messages", query))
    said: list[Heard] = [
        _said(run, one, person) for one in texts if begin <= (one.at or begin) < end
        and (person := _person(found, one))
    ]  # fmt: skip
    return [*said, *(one for one in _calls(run, _all("/calls", query)) if begin <= one.at < end)]


def _has_any(number: str, begin: datetime, end: datetime) -> bool:
    """Whether the dated API lists a text or call; raises ProviderError where it is not there."""
    asked = {"phoneNumberId": number, "limit": "10", "createdAt[gt]": begin, "createdAt[lt]": end}
    return any([ask(client.list_page, path, asked, None)[0] for path in ("/messages", "/calls")])


def _conversations(run: Reconciliation) -> list[list[str]]:
    """Return the people of every conversation that moved since, and of those that move meanwhile.

    The whole list first: one that moves to its top between two pages would be passed over.
    """
    asked = {"phoneNumbers": settings().own_number, "updatedAfter": run.since}
    listed = _all("/v1/conversations", asked)
    listed += _all("/v1/conversations", asked | {"updatedAfter": run.until})
    people = (tuple(as_list(as_object(one).get("participants"))) for one in listed)
    return [list(one) for one in dict.fromkeys(people) if one]


def _conversation(
    run: Reconciliation, found: Found, people: list[str], query: dict[str, Any]
) -> list[Heard]:
    query |= {"participants": people, "createdAfter": run.since}
    is_one = len(people) == 1 and bool(E164.fullmatch(people[0]))
    try:
        texts = client.texts_of(_all(client.TEXTS, query))
    except ProviderError as problem:
        if is_one or problem.kind in _REPEATABLE:
            raise
        found.unplaced[", ".join(people)] += 0  # v1 of old reads no group: it is named
        return []
    said: list[Heard] = [
        _said(run, one, person) for one in texts
        if (person := people[0] if is_one else _person(found, one))
    ]  # fmt: skip
    return [*said, *(_calls(run, _all("/v1/calls", query)) if is_one else [])]


def _person(found: Found, one: SentText) -> str:
    """Return whose thread a text belongs to, or ""; a group's or a short code's are counted."""
    others = sorted({*one.people} - {settings().own_number})
    place = "".join(one.people[:1] if not one.is_outgoing else others if len(others) == 1 else [])
    if len(others) != 1 or not E164.fullmatch(place):
        found.unplaced[", ".join(others)] += 1
    return place if E164.fullmatch(place) else ""


def _said(run: Reconciliation, one: SentText, e164: str) -> Said:
    way, status = Direction.OUT, STATUS.get(one.status, MessageStatus.SENT)
    if not one.is_outgoing:
        way, status = Direction.IN, MessageStatus.RECEIVED
    told: Any = {"media": one.media, "thread_id": one.thread_id * (len({*one.people}) < 3)}
    at, own = one.at or run.until - EDGE, settings().own_number
    return Said(one.id, own, e164, way, one.text, status, at, **told)


def _calls(run: Reconciliation, listed: list[Any]) -> list[CallTold]:
    """Return a listing's calls that have ended; raise ProviderError when one cannot be read."""
    told = list[CallTold]()
    for one in map(as_object, listed):
        people = [as_object(p).get("phoneNumber", p) for p in one.get("participants") or []]
        event = Event("", "call.completed", {"object": one | {"participants": people}})
        try:
            call = read_call(event, settings().own_number, run.until - EDGE)
        except LostError as problem:
            raise ProviderError("A call of the list cannot be read.", Kind.UNCERTAIN) from problem
        if call.ended_at or one.get("status") not in _UNDER_WAY:
            told.append(call)  # else its webhooks are still to come
    return told


def _all(path: str, query: dict[str, Any]) -> list[Any]:
    """Return every item of a listing; raise ProviderError unless it is whole."""
    return client.whole(lambda token: ask(client.list_page, path, query, token))


def ask(read: Callable[..., T], *asked: Any) -> T:
    """Ask OpenPhone within the rate, a few times: one bad answer must not end hundreds of good."""
    for pause in PAUSES:
        take_slot()
        try:
            return read(*asked)
        except ProviderError as problem:
            if pause is None or problem.kind not in _REPEATABLE:
                raise
            Bell().wait(pause)
    raise AssertionError  # the last pause is None


def left_of(told: CallTold, name: str, kind: str, place: str) -> Any:
    """Return what OpenPhone has beside a call, like its voicemail; None for nothing."""
    try:
        data = ask(client.read_one, f"/v1/call-{place}/{told.provider_id}")
    except ProviderError as problem:
        if problem.kind in _REPEATABLE:
            raise
        return None  # it has none, or the account's plan does not include them
    said = {"recordings": data} | as_object(data) | {"callId": told.provider_id}
    event = Event("", f"call.{kind}.completed", {"object": said})
    found = getattr(read_call(event, told.own_number, told.at), name)
    return found if any(found.values() if isinstance(found, dict) else found) else None
