"""People to text and a pretend provider, for the tests of everything that sends."""

from datetime import UTC, datetime
from itertools import count
from math import ceil

from sqlalchemy import text
from sqlmodel import Session, col, select

from crm_app import clock
from crm_app.auth.permissions import Person, Role
from crm_app.contacts.models import ContactProperty
from crm_app.conversations.models import Conversation, Direction, MessageStatus, Outbox, Pace
from crm_app.conversations.threads import Said
from crm_app.errors import ProviderError
from crm_app.outbox.actions import NewText, queue_many, set_pace
from crm_app.outbox.outcomes import Receipt
from crm_app.outbox.sending import Claimed, claim_next
from crm_app.settings import settings
from tests.make import make_contact, make_list, make_property, make_user

TUESDAY = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)  # 10:00 in Quincy, no holiday
PAT = "+16175550140"
AREAS = (617, 781, 508, 978, 413, 203, 860, 401, 603, 207)  # all on Eastern time
SIGNED = "Attack-a-Crack in Quincy. Reply STOP to end"
_ids = count(1)


def set_clock(session: Session, at: datetime) -> None:
    """Make it `at` in business time, or up to a second later."""
    ahead = ceil((at - clock.wall()).total_seconds())
    session.execute(text("update house set clock_offset = :ahead"), {"ahead": ahead})


def numbers(many: int) -> list[str]:
    """Invented numbers: 555-0100 to 555-0199 in ten area codes."""
    return [f"+1{AREAS[n // 90]}55501{10 + n % 90}" for n in range(many)]


def hello(e164: str) -> str:
    """The text that `make_texts` writes to a number."""
    return f"Hello {e164[-4:]}. {SIGNED}"


def make_texts(session: Session, many: int, *, houses: bool = False) -> list[NewText]:
    """Texts to that many contacts of an attested list; with `houses`, two owners share each."""
    contacts = [make_contact(session, name=f"Pat {e}", phone=e) for e in numbers(many)]
    listed = make_list(session, *contacts, attested_by=make_user(session))
    now = clock.now(session)
    for campaign_id in (1, 2):  # as fast as it goes
        named = {"campaign_id": campaign_id, "name": f"Spring {campaign_id}"}
        set_pace(session, Pace(**named, list_id=listed.id, seconds=0, next_at=now))
    home = {
        n: make_property(session, contacts[n], address=f"{n} Lanternwick St").id
        for n in range(0, many, 2)
        if houses
    }
    for n, property_id in home.items():
        second = ContactProperty(contact_id=contacts[n + 1].id, property_id=property_id)
        session.add(second)
    session.flush()
    return [
        NewText(e164, contact.id, home.get(n - n % 2), hello(e164))
        for n, (e164, contact) in enumerate(zip(numbers(many), contacts, strict=True))
    ]


def queue_cold(session: Session, many: int = 1, *, campaign_id: int = 1) -> list[int]:
    """Queue that many texts of a campaign at the current time and return their rows' ids."""
    queued = queue_many(session, campaign_id, make_texts(session, many))
    return list(queued.values())


def at_full_speed(session: Session) -> None:
    """Let every campaign's texts leave as fast as they go."""
    session.execute(text("update pace set seconds = 0, next_at = next_at - interval '1 minute'"))


def row(session: Session, outbox_id: int) -> Outbox:
    """The row as the database has it."""
    session.flush()
    session.expire_all()
    return session.get_one(Outbox, outbox_id)


def rows(session: Session, e164: str = PAT) -> list[Outbox]:
    """All rows of a number as the database has them."""
    session.flush()
    session.expire_all()
    return list(session.exec(select(Outbox).where(col(Outbox.e164) == e164).order_by("id")))


def claimed(session: Session) -> Claimed:
    """Claim the next text, which must be there; the rate is no matter here."""
    session.execute(text("delete from rate_slot"))
    found = claim_next(session)
    assert isinstance(found, Claimed), found
    return found


def incoming(body: str = "Hi", *, e164: str = PAT, at: datetime | None = None) -> Said:
    """A text of theirs with an id of its own."""
    return Said(
        provider_id=f"ACin{next(_ids)}",
        own_number=settings().own_number,
        e164=e164,
        direction=Direction.IN,
        body=body,
        status=MessageStatus.RECEIVED,
        at=at or TUESDAY,
    )


def status(
    provider_id: str, what: MessageStatus, *, body: str = hello("0110"), e164: str = PAT
) -> Said:
    """News of a text of ours."""
    return Said(
        provider_id=provider_id,
        own_number=settings().own_number,
        e164=e164,
        direction=Direction.OUT,
        body=body,
        status=what,
        at=TUESDAY,
        error="error 30007" if what is not MessageStatus.DELIVERED else "",
    )


def thread_of(session: Session, e164: str = PAT) -> Conversation:
    """The thread with a number."""
    session.flush()
    session.expire_all()
    return session.exec(select(Conversation).where(col(Conversation.e164) == e164)).one()


def claim_all(session: Session) -> list[Claimed]:
    """Claim whatever may go now, one after the other."""
    at_full_speed(session)
    found = []
    while isinstance(one := claim_next(session), Claimed):
        session.execute(text("delete from rate_slot"))
        found.append(one)
    return found


def olivia(session: Session, role: Role = Role.OWNER) -> Person:
    """Somebody signed in."""
    user = make_user(session, login=f"{role.value}{next(_ids)}", role=role)
    return Person(user.id, user.name, role)


class Gateway:
    """A provider that does what it is told, and remembers what it was asked."""

    def __init__(self, *answers: ProviderError | Receipt) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    def send(self, *, own_number: str, to: str, body: str) -> Receipt:
        self.asked.append((to, body))
        answer = self.answers.pop(0) if self.answers else Receipt(f"AC{len(self.asked)}{to}")
        if isinstance(answer, ProviderError):
            raise answer
        return answer
