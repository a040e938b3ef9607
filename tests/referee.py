"""The referee of a race between STOPs and sends, and the campaigns that are raced over."""

import json
import os
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, db
from crm_app.campaigns import actions as campaigns
from crm_app.compliance.rules import Rules, change_rules
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.errors import Kind, ProviderError
from crm_app.openphone.payloads import read_event
from crm_app.openphone.webhook import accept
from crm_app.outbox import sending
from crm_app.outbox.outcomes import Receipt
from crm_app.outbox.sending import Claimed, Wait
from tests.campaigns.people import BODY, person_of
from tests.make import make_list, make_user
from tests.openphone.test_payloads import dated
from tests.texting import AREAS, TUESDAY, set_clock

# `make chaos` runs 1,000 races, `make test` fewer.
RACES, AT_ONCE = int(os.environ.get("RACES") or 300), 20
NUMBERS = [f"+1{area}55501{n:02d}" for area in (*AREAS, 802) for n in range(1, 100)][:RACES]
OUTCOMES = [None, None, Kind.AGAIN, None, Kind.UNCERTAIN]
_ids = count(1)


class Referee:
    """A gateway that answers by the number, and the order in which everything was committed."""

    def __init__(self, answer: Callable[[str], ProviderError | Receipt] | None = None) -> None:
        self.answer = answer or self.mixed
        self.started: dict[str, list[int]] = defaultdict(list)
        self.stopped: dict[str, int] = {}
        self.called: dict[str, list[int]] = defaultdict(list)
        self.confirmed: list[str] = []

    def turn(self, session: Session, e164: str) -> int:
        session.execute(text("select pg_advisory_xact_lock(7001, hashtext(:e))"), {"e": e164})
        return session.execute(text("select nextval('turn')")).scalar_one()

    def claim(self, session: Session) -> Claimed | Wait | None:
        found = sending.claim_next(session)
        if isinstance(found, Claimed) and found.body.startswith("Hi"):
            self.started[found.to].append(self.turn(session, found.to))
        return found

    def stop(self, e164: str) -> None:
        """What the webhook's request does, to the commit."""
        said = dated(id=f"ACin{next(_ids)}", text="Stop.", createdAt=TUESDAY.isoformat())
        said["data"]["context"]["senderIdentifier"] = e164
        body = json.dumps(said | {"id": f"EV{next(_ids)}"}).encode()
        with db.transaction() as session:
            assert accept(session, read_event(body), body, {})
            self.stopped[e164] = self.turn(session, e164)

    def send(self, *, own_number: str, to: str, body: str) -> Receipt:
        if not body.startswith("Hi"):
            self.confirmed.append(to)
            return Receipt(f"ACstop{to}")
        with db.transaction() as session:
            self.called[to].append(session.execute(text("select nextval('turn')")).scalar_one())
        answer = self.answer(to)
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    def mixed(self, e164: str) -> ProviderError | Receipt:
        kind = OUTCOMES[NUMBERS.index(e164) % len(OUTCOMES)]
        return ProviderError("x", kind) if kind else Receipt(f"AC{e164}")


def drafts(numbers: list[str]) -> list[int]:
    """Campaigns to so many of these people each."""
    with db.transaction() as session:
        session.execute(text("create sequence turn"))
        set_clock(session, TUESDAY)
        change_rules(session, Rules(cold_daily_limit=2000, a_second=0, a_minute=0))
        owner, at = make_user(session), clock.now(session)
        told: Any = {"name": "Pat Example", "first_name": "Pat", "mail_zip": "02169"}
        people = [Contact(**told, created_at=at, updated_at=at) for _ in numbers]
        session.add_all(people)
        session.flush()
        owned = zip(numbers, people, strict=True)
        session.add_all(PhoneNumber(e164=e164, contact_id=one.id) for e164, one in owned)
        made = []
        for n in range(0, len(numbers), AT_ONCE):
            who = people[n : n + AT_ONCE]
            listed = make_list(session, *who, name=f"List {n}", attested_by=owner)
            person = person_of(owner)
            made.append(campaigns.save_campaign(session, f"Race {n}", listed.id, BODY, person))
    return made
