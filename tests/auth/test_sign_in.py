from datetime import timedelta

import pytest
from sqlmodel import Session

from crm_app import clock
from crm_app.auth import actions
from crm_app.auth.models import Role, User, UserSession
from crm_app.auth.permissions import Person
from crm_app.errors import CrmError

PASSWORD = "correct horse"


@pytest.fixture
def olivia(session: Session) -> User:
    user_id = actions.add_user(
        session, login="Olivia", name="Olivia", role=Role.OWNER, password=PASSWORD, at=clock.wall()
    )
    return session.get_one(User, user_id)


def test_a_good_password_opens_a_session(session: Session, olivia: User) -> None:
    user_id = actions.password_fits(session, "olivia", PASSWORD)
    assert user_id == olivia.id
    token = actions.open_session(session, olivia.id, clock.wall())

    signed = actions.signed_by(session, token, clock.wall())
    assert signed is not None
    assert signed.name == "Olivia"
    assert session.get(UserSession, token) is None, "the token itself is never kept"


def test_wrong_name_and_wrong_password_are_the_same(session: Session, olivia: User) -> None:
    assert actions.password_fits(session, "olivia", "wrong") is None
    assert actions.password_fits(session, "nobody", PASSWORD) is None


@pytest.mark.parametrize(
    ("later", "is_good"),
    [
        (timedelta(days=6), True),
        (actions.IDLE + timedelta(seconds=1), False),
        (actions.ABSOLUTE + timedelta(seconds=1), False),
    ],
)
def test_a_session_ends_when_idle_or_old(
    session: Session, olivia: User, later: timedelta, is_good: bool
) -> None:
    at = clock.wall()
    token = actions.open_session(session, olivia.id, at)

    assert (actions.signed_by(session, token, at + later) is not None) is is_good


def test_being_seen_keeps_a_session_alive_but_not_for_ever(session: Session, olivia: User) -> None:
    at = clock.wall()
    token = actions.open_session(session, olivia.id, at)
    for day in range(1, 30):
        assert actions.signed_by(session, token, at + timedelta(days=day))

    assert actions.signed_by(session, token, at + timedelta(days=31)) is None


def test_ten_failures_slow_down_by_name_and_by_address(session: Session) -> None:
    at = clock.wall()
    for _ in range(10):
        assert actions.begin_try(session, "olivia", "10.0.0.1", at) == 0

    assert 0 < actions.begin_try(session, "olivia", "10.0.0.2", at) <= 6
    assert 0 < actions.begin_try(session, "another", "10.0.0.1", at) <= 6
    assert actions.begin_try(session, "another", "10.0.0.2", at) == 0
    later = at + timedelta(seconds=6)
    assert actions.begin_try(session, "olivia", "", later) == 0
    assert actions.begin_try(session, "olivia", "", later) > 6
    assert actions.begin_try(session, "olivia", "", at + timedelta(minutes=16)) == 0


def test_a_right_password_is_no_failure(session: Session) -> None:
    at = clock.wall()
    for _ in range(30):
        assert actions.begin_try(session, "olivia", "10.0.0.1", at) == 0
        actions.forgive_try(session, "olivia", "10.0.0.1", at)


def test_changing_the_password_ends_other_sessions(session: Session, olivia: User) -> None:
    at = clock.wall()
    here = actions.open_session(session, olivia.id, at)
    there = actions.open_session(session, olivia.id, at)
    person = actions.signed_by(session, here, at)
    assert person
    actions.change_password(session, person, old=PASSWORD, new="another horse", at=at)

    assert actions.signed_by(session, here, at)
    assert actions.signed_by(session, there, at) is None
    with pytest.raises(CrmError, match="old password"):
        actions.change_password(session, person, old=PASSWORD, new="x" * 10, at=at)
    with pytest.raises(CrmError, match="at least 10"):
        actions.change_password(session, person, old="another horse", new="short", at=at)


def test_a_disabled_user_is_out_at_once_and_a_new_password_lets_them_in(
    session: Session, olivia: User
) -> None:
    at = clock.wall()
    second = {"login": "otto", "name": "Otto", "role": Role.OWNER, "password": PASSWORD, "at": at}
    actions.add_user(session, **second)
    token = actions.open_session(session, olivia.id, at)
    actions.disable(session, "olivia", at)

    assert actions.signed_by(session, token, at) is None
    assert actions.password_fits(session, "olivia", PASSWORD) is None
    with pytest.raises(CrmError, match="Nobody has the login"):
        actions.disable(session, "nobody", at)
    actions.reset_password(session, "olivia", "another horse", at)
    assert actions.password_fits(session, "olivia", "another horse") == olivia.id


def test_the_last_owner_cannot_be_shut_out(session: Session, olivia: User) -> None:
    at = clock.wall()
    other = {"login": "otis", "name": "Otis", "role": Role.OFFICE, "password": PASSWORD, "at": at}
    actions.add_user(session, **other)
    actions.disable(session, "otis", at)
    with pytest.raises(CrmError, match="last owner"):
        actions.disable(session, olivia.login, at)


def test_everybody_begins_where_they_may_look() -> None:
    assert {role.value: Person(1, "P", role).home for role in Role} == {
        "owner": "/", "office": "/", "technician": "/", "marketer": "/campaigns",
    }  # fmt: skip
    assert Person(1, "P", Role.TECHNICIAN).places == ("today", "inbox", "contacts", "settings")


def test_a_login_is_one_free_word(session: Session, olivia: User) -> None:
    for login, problem in (("OLIVIA ", "taken"), ("two words", "one word"), ("", "one word")):
        with pytest.raises(CrmError, match=problem):
            actions.add_user(
                session, login=login, name="", role=Role.OFFICE, password=PASSWORD, at=clock.wall()
            )


def test_the_owner_link_works_once_and_only_before_anybody_exists(session: Session) -> None:
    at = clock.wall()
    link = actions.make_owner_link(session, at)
    assert link
    ends, seal = link.split(".")
    later = at + actions.LINK_LIVES + timedelta(seconds=1)
    for wrong, when in ((f"{int(ends) + 1}.{seal}", at), ("wrong", at), ("", at), (link, later)):
        with pytest.raises(CrmError, match="used or is too old"):
            actions.use_owner_link(session, wrong, when, login="o", name="", password=PASSWORD)
    actions.use_owner_link(session, link, at, login="o", name="", password=PASSWORD)

    with pytest.raises(CrmError, match="used or is too old"):
        actions.use_owner_link(session, link, at, login="p", name="", password=PASSWORD)
    assert actions.make_owner_link(session, at) is None


def test_a_reset_password_works_and_the_old_one_does_not(session: Session, olivia: User) -> None:
    actions.reset_password(session, "olivia", "fresh horse", clock.wall())

    assert actions.password_fits(session, "olivia", PASSWORD) is None
    assert actions.password_fits(session, "olivia", "fresh horse")
