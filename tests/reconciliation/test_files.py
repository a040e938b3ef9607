"""A text whose event told of no file (v4) gets it by reconciliation, and is not named as lost."""

from dataclasses import replace

from sqlmodel import Session, select

from crm_app import clock
from crm_app.conversations import threads
from crm_app.conversations.models import Message
from crm_app.reconciliation import actions
from crm_app.reconciliation.compare import take_in
from crm_app.reconciliation.models import Recovered
from tests.texting import incoming


def test_a_known_text_gets_the_file_that_its_event_did_not_tell_of(session: Session) -> None:
    said = incoming("", at=clock.now(session))
    threads.receive_text(session, said)
    run = actions.begin(session, None)
    file = {"url": "https://f.example/a.jpg", "type": "image/jpeg"}
    known = {said.provider_id: said.status}
    for _ in range(2):
        take_in(session, run.id, [replace(said, media=[file])], known)
    session.expire_all()
    assert session.exec(select(Message.media)).one() == [file]
    assert session.exec(select(Recovered)).all() == []
