from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from crm_app import api
from crm_app.auth import routes
from crm_app.auth.permissions import Role
from crm_app.contacts.models import ContactProperty
from crm_app.conversations.models import Conversation, Direction, Message, MessageStatus
from crm_app.errors import CrmError, ForbiddenError
from crm_app.exports.commands import command
from crm_app.exports.queries import rows
from tests.make import make_contact, make_list, make_property
from tests.texting import olivia

AT = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)


def make_message(session: Session, body: str = "-Yes") -> None:
    contact = make_contact(session, name="=Pat")
    make_property(session, contact)
    make_list(session, contact)
    make_contact(session, name="Kim Other", phone="+16175550141")
    own, e164 = "+16175550100", "+16175550140"
    thread = Conversation(own_number=own, e164=e164, contact_id=contact.id, last_at=AT)
    session.add(thread)
    session.flush()
    text = Message(
        provider_id="AC1", conversation_id=thread.id, direction=Direction.IN, body=body,
        status=MessageStatus.RECEIVED, at=AT,
    )  # fmt: skip
    session.add(text)
    session.commit()


def test_messages_have_both_clocks_and_no_formula(
    session: Session, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    make_message(session)

    assert command(["messages"]) == 0

    assert capsysbinary.readouterr().out.decode() == (
        "Time (UTC),Time here,Direction,Number,Name,Text,Status,Error\r\n"
        "2026-06-09T14:00:00Z,2026-06-09 10:00:00,in,(617) 555-0140,'=Pat,'-Yes,received,\r\n"
    )


def test_a_list_leaves_only_its_people_and_their_houses(session: Session, tmp_path: Path) -> None:
    make_message(session)
    make_property(session, address="99 Elsewhere Rd")

    for what in ("contacts", "properties"):
        file = tmp_path / f"{what}.csv"
        assert command([what, "--list", "Spring", "--out", str(file)]) == 0
        head, row = file.read_bytes().decode().splitlines()
        assert head.startswith("Name,First name,")
        assert "12 Lanternwick St" in row
        assert "(617) 555-0140" in row
    assert len(list(rows(session, None, "contacts"))) == 3
    assert len(list(rows(session, None, "properties"))) == 3
    assert len(list(rows(session, None, "messages", "Spring"))) == 2


def test_a_list_is_meant_by_its_name_or_by_its_id(session: Session) -> None:
    mine = make_list(session, make_contact(session, name="Pat"), name="Mine")
    kim = make_contact(session, name="Kim", phone="+16175550141")
    make_list(session, kim, name=str(mine.id))

    assert [row[0] for row in rows(session, None, "contacts", list_id=mine.id)] == ["Name", "Pat"]
    assert [row[0] for row in rows(session, None, "contacts", str(mine.id))] == ["Name", "Kim"]


def test_who_shares_a_house_with_a_list_is_not_on_it(session: Session) -> None:
    pat = make_contact(session, name="Pat")
    lee = make_contact(session, name="Lee", phone="+16175550141")
    home = make_property(session, pat)
    session.add(ContactProperty(contact_id=lee.id, property_id=home.id, role="tenant"))
    make_list(session, pat)

    found = rows(session, None, "properties", "Spring")
    assert [row[0] for row in found] == ["Name", "Pat"]
    assert len(list(rows(session, None, "properties"))) == 3


def test_what_cannot_be_exported_is_said(session: Session) -> None:
    with pytest.raises(CrmError, match="There is no list Autumn"):
        rows(session, None, "contacts", "Autumn")
    with pytest.raises(CrmError, match="There is no list 7"):
        rows(session, None, "contacts", list_id=7)
    with pytest.raises(CrmError, match="contacts, properties or messages"):
        rows(session, None, "users")
    with pytest.raises(ForbiddenError):
        rows(session, olivia(session, Role.OFFICE), "contacts")


@pytest.mark.parametrize(("role", "status"), [(Role.OWNER, 200), (Role.OFFICE, 403), (None, 401)])
def test_only_the_owner_downloads(session: Session, role: Role | None, status: int) -> None:
    make_message(session)
    web = api.build()
    if role:
        web.dependency_overrides[routes.signed_request] = lambda: olivia(session, role)
    client = TestClient(web)

    answer = client.get("/exports/contacts.csv?list_name=Spring")

    assert answer.status_code == status
    if status == 200:
        assert answer.content.startswith(b"\xef\xbb\xbfName,")
        assert "contacts.csv" in answer.headers["content-disposition"]
        assert client.get("/exports/users.csv").status_code == 400


def test_a_folder_that_is_not_there_is_said(session: Session, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="cannot be written: No such file"):
        command(["contacts", "--out", str(tmp_path / "nowhere" / "x.csv")])
