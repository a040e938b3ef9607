import csv
import io

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.admin.commands import escaped, export
from crm_app.conversations.models import Conversation, Direction, Message, MessageStatus
from tests.make import make_contact


def exported(capsys: pytest.CaptureFixture[str], what: str) -> list[dict[str, str]]:
    assert export([what]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_contacts_are_exported_and_no_name_is_a_formula(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    make_contact(session, name='=HYPERLINK("http://example.com")')
    session.commit()

    rows = exported(capsys, "contacts")

    assert rows[0]["name"] == '\'=HYPERLINK("http://example.com")'
    assert (rows[0]["phone"], rows[0]["opted_out_at"]) == ("(617) 555-0140", "")


def test_messages_are_exported(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    contact, at = make_contact(session), clock.now(session)
    thread = Conversation(
        own_number="+16175550100", e164="+16175550140", contact_id=contact.id, last_at=at
    )
    session.add(thread)
    session.flush()
    session.add(
        Message(
            provider_id="AC1", conversation_id=thread.id, direction=Direction.IN, body="-Yes",
            status=MessageStatus.RECEIVED, at=at,
        )
    )  # fmt: skip
    session.commit()

    rows = exported(capsys, "messages")

    assert (rows[0]["body"], rows[0]["direction"], rows[0]["phone"]) == (
        "'-Yes", "in", "(617) 555-0140",
    )  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_compute_is_escaped(start: str) -> None:
    assert escaped(f"{start}1") == f"'{start}1"
    assert escaped("Pat") == "Pat"
    assert escaped(None) == ""
