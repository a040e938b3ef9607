"""What must hold after each step, as the rows and the provider tell it."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app.conversations.models import Outbox
from crm_app.conversations.slots import company_day
from crm_app.outbox.sending import Claimed
from crm_app.outbox.standing import PLACES, STANDING, binds, numbers_of
from tests.machine.people import is_open
from tests.machine.provider import Provider

CAP = 3
MONTH = timedelta(days=30)
# The arrows of design §8 for one step each; a receipt may overtake the call's own answer.
ARROWS = {
    "outbox": {
        "waiting": "sending never cancelled",
        "sending": "sent delivered failed waiting uncertain cancelled",
        "uncertain": "sent delivered failed waiting cancelled",
        "sent": "delivered failed",
        "failed": "delivered",  # by a later receipt
    },
    "campaign": {
        "draft": "active cancelled completed",  # nobody left to text: at once
        "active": "paused completed cancelled",
        "paused": "active completed cancelled",
    },
    "delivery": {"stored": "applied failed unknown", "failed": "applied unknown"},
    "message": {
        "queued": "sent failed undelivered delivered", "sent": "failed undelivered delivered",
        "failed": "undelivered delivered", "undelivered": "delivered",
    },
}  # fmt: skip
_STATES = " union all ".join(
    f"select '{table}' as kind, id, {'status' if table == 'message' else 'state'} as state"
    f" from {table}" for table in ARROWS
)  # fmt: skip
_STARTED = text(
    "select e164, property_id, started_at from outbox where started_at is not null"
    " and purpose in ('cold', 'first_by_hand') order by started_at"
)
_NOT_CALLED_BACK = text(
    "select o.e164 from outbox o join suppression s on s.e164 = o.e164 and s.lifted_at is null"
    " where o.state = 'waiting' and o.purpose <> 'confirmation'"
)
# Whom a campaign's claim must find: still on its list, the contact not deleted.
_LISTED = text(
    "select 1 from outbox o join pace p using (campaign_id) join phone_number n on n.e164 = o.e164"
    " join contact k on k.id = n.contact_id and k.deleted_at is null"
    " join list_member m on m.list_id = p.list_id and m.contact_id = k.id where o.id = :id"
)
_LEFT = text("select id, body from outbox where state not in ('waiting', 'never', 'cancelled')")
_NO_REASON = text("select e164 from outbox where state in ('never', 'cancelled') and because = ''")
_SUPPRESSED = text("select 1 from suppression where e164 = :e164 and lifted_at is null")
_ALL_SUPPRESSED = text("select e164 from suppression where lifted_at is null")


class Promises:
    """Looks after each step; knows the states of the last one, and everybody's words."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.seen: dict[tuple[str, int], str] = {}
        self.words: dict[str, tuple[datetime, str]] = {}
        self.bodies: dict[int, str] = {}  # of what has started, as it was claimed

    def said(self, e164: str, word: str, at: datetime) -> None:
        """Remember the latest word about a number, whenever it came to our ears."""
        if word in ("STOP", "START"):
            self.words[e164] = max(self.words.get(e164, (at, word)), (at, word))

    def may_start(self, session: Session, claimed: Claimed, now: datetime) -> None:
        """At the commit of a claim."""
        row = session.get_one(Outbox, claimed.outbox_id, populate_existing=True)
        assert not self.provider.left[row.id], f"{row.e164}: this text has left before"
        self.bodies[row.id] = claimed.body
        if row.purpose == "confirmation":
            assert now - row.created_at <= timedelta(minutes=5), "a late confirmation"
            return
        assert self.words.get(row.e164, (now, ""))[1] != "STOP", f"{row.e164} said stop"
        stopped = session.execute(_SUPPRESSED, {"e164": row.e164}).scalar()
        assert not stopped, f"{row.e164} is suppressed"
        if row.purpose.is_cold:
            assert is_open(row.e164, now), f"{row.e164} was texted at {now}"
        if row.campaign_id:
            on_the_list = session.execute(_LISTED, {"id": row.id}).scalar()
            assert on_the_list, f"{row.e164} is no longer on the list, or deleted"

    def check(self, session: Session) -> None:
        """After every step."""
        self._arrows(session)
        self._numbers(session)
        self._days(session)
        stopped = set(session.execute(_ALL_SUPPRESSED).scalars())
        said_stop = {e164 for e164, (_, word) in self.words.items() if word == "STOP"}
        assert said_stop <= stopped, f"the last word was STOP: {said_stop - stopped}"
        assert session.execute(_NOT_CALLED_BACK).all() == [], "waits for somebody who said stop"
        assert session.execute(_NO_REASON).all() == [], "never, and nobody says why"
        changed = [row.id for row in session.execute(_LEFT) if row.body != self.bodies[row.id]]
        assert not changed, f"the words of {changed} changed after they left"

    def _arrows(self, session: Session) -> None:
        states: dict[tuple[str, int], str] = {}
        for kind, row_id, state in session.execute(text(_STATES)):
            before = self.seen.get((kind, row_id), state)
            arrows = ARROWS[kind].get(str(before), "").split()
            assert state == before or state in arrows, f"{kind}: {before} became {state}"
            states[kind, row_id] = state
        assert set(self.seen) <= set(states), "a row is gone"
        self.seen = states

    def _numbers(self, session: Session) -> None:
        ids = [row_id for kind, row_id in self.seen if kind == "campaign"]
        query = f"select stood.id, stood.campaign_id, standing from ({STANDING}) as stood"
        stood = session.execute(text(query), binds(session, ids)).all()
        places = Counter((campaign_id, place) for _, campaign_id, place in stood)
        people = session.execute(
            text("select count(*) from outbox where campaign_id is not null")
        ).scalar_one()
        assert len({row.id for row in stood}) == len(stood) == people, "somebody stands twice"
        assert {place for _, place in places} <= set(PLACES)
        for campaign_id, told in numbers_of(session, ids).items():
            counted = {place: places[campaign_id, place] for place in PLACES}
            assert {place: getattr(told, place) for place in PLACES} == counted
            assert told.audience == sum(counted.values())

    def _days(self, session: Session) -> None:
        started: list[Any] = list(session.execute(_STARTED))
        days = Counter(company_day(row.started_at) for row in started)
        used = dict(session.execute(text("select day, used from day_cap where used > 0")).all())
        assert used == days, "the day's count is not what started"
        assert max(days.values(), default=0) <= CAP, "more than the day's cap"
        last: dict[tuple[str, object], datetime] = {}
        for row in started:
            for key in {("number", row.e164), ("house", row.property_id)} - {("house", None)}:
                assert row.started_at - last.get(key, row.started_at - MONTH) >= MONTH, key
                last[key] = row.started_at
