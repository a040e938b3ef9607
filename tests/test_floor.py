from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock, house
from crm_app.errors import CrmError
from tests.texting import set_clock


def test_the_sandbox_clock_moves_and_the_wall_clock_does_not(session: Session) -> None:
    set_clock(session, clock.wall() + timedelta(days=1))

    assert clock.now(session) - clock.wall() > timedelta(hours=23)


def test_a_sandbox_database_refuses_to_start_live(session: Session) -> None:
    with pytest.raises(CrmError, match="born sandbox"):
        house.be_born(session, sandbox=False, at=clock.wall())


def test_an_owner_setting_is_kept(session: Session) -> None:
    house.put_setting(session, "x", {"a": 1})

    assert house.get_setting(session, "x", None) == {"a": 1}
    assert house.get_setting(session, "y", 5) == 5


def test_decisions_cannot_be_deleted(session: Session) -> None:
    with pytest.raises(Exception, match="append-only"):
        session.execute(text("truncate decision"))
