"""The owner gets an e-mail, by a real SMTP server, when the account refuses to send."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlmodel import Session

from crm_app import clock, house
from crm_app.admin.queries import health
from crm_app.errors import Kind, ProviderError
from crm_app.openphone import tasks
from crm_app.outbox.outcomes import record
from crm_app.settings import settings
from crm_app.webhooks import actions as webhooks
from tests.journeys.stack import free_port
from tests.texting import TUESDAY, claimed, queue_cold, set_clock

OWNER = "olivia@attackacrack.example"
REFUSED = ProviderError("OpenPhone: no credits. Add credits.", Kind.STOPPED)


class Box:
    """Keeps what comes in; refuses everything while it is full."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, str]] = []
        self.is_full, self.url = False, ""

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        if self.is_full:
            return "452 no room"
        letter = message_from_bytes(envelope.content)
        self.letters.append((letter["To"], letter["Subject"], str(letter.get_payload())))
        return "250 kept"


@pytest.fixture
def box(session: Session, environment: Callable[..., None]) -> Iterator[Box]:
    """A mail server, and the settings that name it."""
    found = Box()
    server = Controller(found, hostname="127.0.0.1", port=free_port())
    server.start()
    environment(SMTP_URL=f"smtp://127.0.0.1:{server.port}", ALERT_EMAIL=OWNER)
    set_clock(session, TUESDAY)
    yield found
    server.stop()


def refuse(session: Session) -> None:
    queue_cold(session)
    record(session, claimed(session), REFUSED)


def mail_part(session: Session) -> tuple[bool, str]:
    return next((part.is_ok, part.detail) for part in health(session) if part.name == "mail")


def test_one_letter_says_why_and_what_to_do(session: Session, box: Box) -> None:
    tasks.tell_owner()
    assert box.letters == []
    refuse(session)

    tasks.tell_owner()
    tasks.tell_owner()

    ((to, subject, body),) = box.letters
    assert (to, subject) == (OWNER, "Attack-a-Crack: no text can leave")
    assert "no credits. Add credits." in body
    assert mail_part(session)[0]


def test_a_letter_that_was_not_taken_is_sent_again_and_health_says_so(
    session: Session, box: Box
) -> None:
    refuse(session)
    box.is_full = True
    tasks.tell_owner()
    is_ok, detail = mail_part(session)
    assert (is_ok, detail) == (False, "SMTPDataError: look at SMTP_URL")

    box.is_full = False
    tasks.tell_owner()

    assert len(box.letters) == 1
    assert mail_part(session)[0]


def test_without_a_server_nothing_is_sent(
    session: Session, environment: Callable[..., None]
) -> None:
    set_clock(session, TUESDAY)
    refuse(session)

    tasks.tell_owner()

    assert house.last_beat(session, "mail") is None
    nobody = "SMTP_URL or ALERT_EMAIL is not set: no e-mail when something is wrong"
    assert mail_part(session) == (True, nobody)
    environment(SANDBOX="0", SMTP_URL="smtp://127.0.0.1:99")
    assert mail_part(session) == (False, nobody), "real texts, and nobody is told"


def test_a_refusal_after_an_outage_is_told_too(session: Session, box: Box) -> None:
    queue_cold(session, 4)
    for _ in range(3):
        record(session, claimed(session), ProviderError("no answer", Kind.UNCERTAIN))
    tasks.tell_owner()
    assert box.letters == [], "a pause is no refusal"
    set_clock(session, TUESDAY + timedelta(minutes=6))
    record(session, claimed(session), REFUSED)

    tasks.tell_owner()

    assert len(box.letters) == 1


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:99999", "smtp://me:secret@127.0.0.1:{port}"])
def test_a_server_that_will_not_do_is_said(
    session: Session, box: Box, environment: Callable[..., None], url: str
) -> None:
    """A port that is none; a password that would travel in clear."""
    refuse(session)
    environment(SMTP_URL=url.format(port=settings().smtp_url.get_secret_value().rpartition(":")[2]))
    set_clock(session, TUESDAY)

    tasks.tell_owner()

    assert mail_part(session)[0] is False
    assert box.letters == []


def test_five_refused_deliveries_in_an_hour_are_told_once_an_hour(
    session: Session, box: Box
) -> None:
    for _ in range(4):
        webhooks.refuse(session, "openphone", "bad signature", b"", clock.wall())
    webhooks.refuse(session, "openphone", "too old", b"", clock.wall() - timedelta(hours=2))
    session.commit()
    tasks.tell_of_refused()
    assert box.letters == []
    webhooks.refuse(session, "openphone", "bad signature", b"", clock.wall())
    session.commit()

    tasks.tell_of_refused()
    tasks.tell_of_refused()

    assert ["5 webhooks were refused" in subject for _, subject, _ in box.letters] == [True]
    house.beat(session, "told refused deliveries", clock.wall() - timedelta(hours=1))
    session.commit()
    tasks.tell_of_refused()
    assert len(box.letters) == 2
