"""A number that opted out stays so: whatever is imported, deleted, restored or written in SQL."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from crm_app import db, migrations, queue
from crm_app.admin import commands
from crm_app.compliance.actions import lift
from crm_app.compliance.facts import Purpose
from crm_app.contacts.actions import add_contact, add_number, delete_contact
from crm_app.conversations.actions import queue_text, start_thread
from crm_app.conversations.models import OutboxState
from crm_app.conversations.optout import opt_out
from crm_app.errors import CrmError
from crm_app.outbox.actions import NewText, queue_many
from tests.admin.conftest import Home, home
from tests.conversations.conftest import tuesday
from tests.imports.files import apply, house, write
from tests.make import make_contact
from tests.texting import PAT, TUESDAY, claim_all, olivia, queue_cold, set_clock

__all__ = ["home", "tuesday"]
OTHER = "+16175550199"
FORM = {"name": "Pat Anew", "phone": PAT}
OPEN = (OutboxState.WAITING, OutboxState.SENDING)
CLOSED = [state for state in OutboxState if state not in OPEN]
OTHERS = [purpose for purpose in Purpose if purpose is not Purpose.CONFIRMATION]
IN_FORCE = text("select id, e164, at, because from suppression where lifted_at is null")
OWNER = text("select contact_id from phone_number where e164 = :e164")
FORGET = text("delete from phone_number where e164 = :e164")
# As somebody would write it by hand, past all of the program.
INSERT = text(
    "insert into outbox (own_number, e164, purpose, state, suppression_id, priority, body, because,"
    " is_for_person, not_before, attempts, lookups, was_absent, receipt_checks, created_at)"
    " values ('+16175550100', :e164, :purpose, :state, :stop, 0, 'Hi', '', false, now(), 0, 0,"
    " false, 0, now()) returning id"
)
GIVEN: dict[str, Any] = {"e164": PAT, "purpose": "cold", "state": "waiting", "stop": None}


def stop(session: Session, e164: str = PAT) -> int:
    """They text STOP; return the opt-out's id, its confirmation called back out of the way."""
    assert opt_out(session, e164, source="text", because="STOP", at=TUESDAY)
    session.execute(text("delete from outbox where e164 = :e164"), {"e164": e164})
    return session.execute(IN_FORCE).one().id


def by_hand(session: Session, **row: Any) -> int:
    return session.execute(INSERT, GIVEN | row).scalar_one()


def refused(session: Session, statement: str, **given: Any) -> bool:
    """Whether the database itself refuses a statement; it is undone in any case."""
    undo = session.begin_nested()
    try:
        session.execute(text(statement), given)
    except DBAPIError as problem:
        return any(name in str(problem) for name in ("opted out", "uq_outbox_confirmation"))
    finally:
        undo.rollback()
    return False


def refused_row(session: Session, **row: Any) -> bool:
    return refused(session, INSERT.text, **GIVEN | row)


def still_out(session: Session, before: Any) -> None:
    """The very opt-out is in force, and no text of any kind can be started or even queued."""
    session.expire_all()
    assert session.execute(IN_FORCE).all() == before
    set_clock(session, TUESDAY)
    for purpose in OTHERS:
        if purpose is not Purpose.MONITOR:
            with pytest.raises(CrmError, match="opted out"):
                queue_text(session, PAT, "Attack-a-Crack. Reply STOP to end", purpose)
    if owner := session.execute(OWNER, {"e164": PAT}).scalar():
        queue_many(session, 7, [NewText(PAT, owner, None, "Hi")])
        told = session.execute(text("select state, because from outbox where campaign_id = 7"))
        assert [(row.state, row.because[:9]) for row in told] == [("never", "opted out")]
        session.execute(text("delete from outbox where campaign_id = 7"))
    assert claim_all(session) == []
    session.commit()


def test_no_import_and_no_change_of_contacts_frees_a_number(
    tuesday: Session, tmp_path: Path
) -> None:
    session, person = tuesday, olivia(tuesday)
    stop(session)
    before = session.execute(IN_FORCE).all()
    still_out(session, before)  # nobody has the number yet

    file = write(tmp_path / "a.csv", house())
    changed = house(Primary_Name="SAM OTHER", Address="9 OTHER ST", APN="Q-2", Mail_ZIP="60601")
    apply(session, file)
    still_out(session, before)
    apply(session, file)  # the same again
    still_out(session, before)
    apply(session, write(tmp_path / "b.csv", changed), "Summer")
    still_out(session, before)

    contact_id = session.execute(OWNER, {"e164": PAT}).scalar_one()
    delete_contact(session, person, contact_id)
    still_out(session, before)
    apply(session, file, "Autumn")
    still_out(session, before)
    delete_contact(session, person, contact_id, back=True)
    still_out(session, before)

    session.execute(FORGET, {"e164": PAT})
    add_contact(session, person, FORM)
    still_out(session, before)
    session.execute(FORGET, {"e164": PAT})
    other = make_contact(session, name="Kim Example", phone=OTHER)
    add_number(session, person, other.id, PAT)
    still_out(session, before)
    with pytest.raises(CrmError, match="opted out"):
        queue_text(session, PAT, "Attack-a-Crack. Reply STOP to end", Purpose.FIRST_BY_HAND,
                   person.id, start_thread(session, other.id, person))  # fmt: skip


def test_a_restored_backup_keeps_who_opted_out(home: Home, tmp_path: Path) -> None:
    migrations.migrate()
    queue.huey().storage.close()
    with db.transaction() as session:
        set_clock(session, TUESDAY)
        make_contact(session, phone=PAT)
        stop(session)
        before = session.execute(IN_FORCE).all()
    assert commands.backup([str(tmp_path / "crm.dump")]) == 0

    assert commands.restore([str(tmp_path / "crm.dump")]) == 0

    with db.transaction() as session:
        assert session.execute(IN_FORCE).all() == before
        assert refused_row(session)  # the triggers came back, too
        assert claim_all(session) == []


@pytest.mark.parametrize("state", OutboxState)
def test_no_statement_by_hand_makes_a_text_wait_or_leave(
    tuesday: Session, state: OutboxState
) -> None:
    """Every purpose, every state: as a new row, and as a change of an old one."""
    session, mine = tuesday, stop(tuesday)
    change = "update outbox set state = :open where id = :id"

    for purpose in OTHERS:
        row: dict[str, Any] = {"state": state, "purpose": purpose}
        assert refused_row(session, **row) is (state in OPEN)
        assert refused_row(session, **row, stop=mine) is (state in OPEN)
        elsewhere = by_hand(session, **row, e164=OTHER)
        move = "update outbox set e164 = :pat where id = :id"
        assert refused(session, move, pat=PAT, id=elsewhere) is (state in OPEN)
        if state in CLOSED:
            over = by_hand(session, **row)
            assert all(refused(session, change, open=opened, id=over) for opened in OPEN)


@pytest.mark.parametrize("state", OPEN)
def test_the_confirmation_of_that_very_opt_out_is_the_one_exception_once(
    tuesday: Session, state: OutboxState
) -> None:
    session, confirms = tuesday, {"purpose": "confirmation", "state": state}
    first = stop(session)
    lift(session, PAT, because="START", at=TUESDAY + timedelta(minutes=1))
    assert opt_out(session, OTHER, source="person", because="rang", at=TUESDAY)
    theirs = session.execute(IN_FORCE).one().id
    opt_out(session, PAT, source="person", because="again", at=TUESDAY + timedelta(minutes=2))
    mine = {row.e164: row.id for row in session.execute(IN_FORCE)}[PAT]

    for foreign in (None, first, theirs):
        assert refused_row(session, **confirms, stop=foreign)
    once = by_hand(session, **confirms, stop=mine)
    for again in OutboxState:
        assert refused_row(session, **confirms | {"state": again}, stop=mine)
    for purpose in OTHERS:
        assert refused(session, f"update outbox set purpose = '{purpose}' where id = {once}")
    assert refused(session, f"update outbox set e164 = '{OTHER}' where id = {once}")


def test_a_lifted_number_is_texted_again_and_its_next_opt_out_holds(tuesday: Session) -> None:
    stop(tuesday)
    lift(tuesday, PAT, because="START", at=TUESDAY + timedelta(seconds=1))
    queue_cold(tuesday)
    row = by_hand(tuesday)

    opt_out(tuesday, PAT, source="person", because="rang", at=TUESDAY + timedelta(minutes=1))

    assert refused(tuesday, "update outbox set state = 'sending' where id = :id", id=row)
    state = text("select state from outbox where id = :id")
    assert tuesday.execute(state, {"id": row}).scalar() == OutboxState.CANCELLED
