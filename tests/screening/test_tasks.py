"""Which numbers are checked, how often, and what a silent or refusing service changes: nothing."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import queue
from crm_app.contacts.models import Contact, PhoneNumber
from crm_app.errors import Kind, ProviderError
from crm_app.house import Heartbeat
from crm_app.sandbox.numverify.api import TABLES
from crm_app.screening import checks, tasks
from crm_app.screening.checks import Line
from crm_app.screening.models import NumberCheck
from crm_app.screening.queries import line_checks
from crm_app.settings import ROOT
from tests.make import make_contact, make_list
from tests.screening.conftest import With
from tests.texting import TUESDAY, numbers, set_clock

MOBILE = Line(True, "mobile", "Pretend Wireless")
A, B, C, D = numbers(4)


class Service:
    """Answers what it is told for a number, else that it is a mobile; remembers what was asked."""

    def __init__(self, answers: dict[str, Line | ProviderError] | None = None) -> None:
        self.answers, self.asked = answers or {}, list[str]()

    def check(self, e164: str) -> Line:
        self.asked.append(e164)
        answer = self.answers.get(e164, MOBILE)
        if isinstance(answer, ProviderError):
            raise answer
        return answer


@pytest.fixture
def people(session: Session) -> list[Contact]:
    """Two people on an older list, one on a newer, one on none."""
    set_clock(session, TUESDAY)
    found = [make_contact(session, name=f"Pat {e}", phone=e) for e in (A, B, C, D)]
    make_list(session, *found[:2], name="older")
    make_list(session, found[2], name="newer")
    return found


def later(session: Session, **ago: int) -> None:
    """Let the last turn have been so long ago on the wall clock."""
    session.execute(
        text("update heartbeat set at = at - :ago where name = 'numverify'"),
        {"ago": timedelta(**ago)},
    )
    session.expire_all()


def asked(session: Session, service: Service | None = None, **ago: int) -> list[str]:
    """Whom a turn asks about, so long after the last."""
    service = service or Service()
    later(session, **(ago or {"minutes": 1}))
    tasks.check_due(service.check)
    session.expire_all()
    return service.asked


def detail(session: Session) -> str:
    session.expire_all()
    return session.get_one(Heartbeat, "numverify").detail


def test_people_on_lists_are_checked_the_newest_list_first(
    session: Session, people: list[Contact]
) -> None:
    assert asked(session) == [C, A, B]
    assert detail(session) == ""


def test_who_cannot_be_texted_anyway_is_not_asked_about(
    session: Session, people: list[Contact]
) -> None:
    session.execute(text(f"update phone_number set is_textable = false where e164 = '{A}'"))
    people[1].deleted_at = TUESDAY
    session.flush()

    assert asked(session) == [C]


def test_a_check_is_kept_for_30_days(session: Session, people: list[Contact]) -> None:
    asked(session)

    set_clock(session, TUESDAY + timedelta(days=29, hours=23))
    assert asked(session) == []
    set_clock(session, TUESDAY + timedelta(days=30, hours=1))
    assert asked(session) == [C, A, B]
    assert len(session.exec(select(NumberCheck)).all()) == 3, "the newest is kept"


def test_one_turn_a_minute_and_twenty_numbers_a_turn(
    session: Session, people: list[Contact]
) -> None:
    many = [make_contact(session, name=f"Pat {e}", phone=e) for e in numbers(40)[4:]]
    make_list(session, *many, name="newest")

    assert len(asked(session)) == checks.MOST
    assert asked(session, seconds=20) == []
    assert len(asked(session)) == 36 + 3 - checks.MOST


def test_a_landline_and_a_dead_number_are_remembered(
    session: Session, people: list[Contact]
) -> None:
    lines: dict[str, Line | ProviderError] = {
        A: Line(True, "landline", "x"),
        B: Line(False, "", ""),
        C: Line(True, "", ""),
    }
    asked(session, Service(lines))

    found = dict(session.exec(select(PhoneNumber.e164, PhoneNumber.not_textable_because)).all())
    assert found[A] == "a landline, says NumVerify: check it first"
    assert found[B] == "no number in use, says NumVerify: check it first"
    assert found[C] == ""
    assert line_checks(session) == "3 numbers checked by NumVerify, 2 of them take no texts."


def test_a_refused_account_is_told_and_asked_again_in_an_hour(
    session: Session, people: list[Contact]
) -> None:
    spent = ProviderError(f"{checks.REFUSES}: usage_limit_reached (error 104).", Kind.STOPPED)
    assert asked(session, Service({A: spent})) == [C, A], "the rest is not tried"
    assert detail(session) == str(spent)
    assert line_checks(session).startswith(str(spent))

    assert asked(session, minutes=30) == []
    assert asked(session, minutes=31) == [A, B]
    assert detail(session) == ""


def test_silence_waits_for_the_next_minute(session: Session, people: list[Contact]) -> None:
    silent = ProviderError("NumVerify does not answer (ReadTimeout).", Kind.AGAIN)

    assert asked(session, Service({C: silent})) == [C]
    assert asked(session) == [C, A, B]


def test_one_unreadable_answer_holds_up_nobody(session: Session, people: list[Contact]) -> None:
    odd = ProviderError("An answer of NumVerify cannot be read.", Kind.REFUSED)

    assert asked(session, Service({C: odd})) == [C, A, B]
    assert asked(session) == [C]


def test_nobody_is_kept_who_was_cleared_away_meanwhile(
    session: Session, people: list[Contact]
) -> None:
    class Clearing(Service):
        def check(self, e164: str) -> Line:
            session.execute(text(f"delete from phone_number where e164 = '{e164}'"))
            session.commit()
            return super().check(e164)

    assert asked(session, Clearing()) == [C, A, B]

    assert session.exec(select(NumberCheck)).all() == []


def test_nobody_of_the_sample_or_the_demo_has_an_odd_line() -> None:
    odd = TABLES["odd"]["area"]
    files = [*ROOT.glob("crm_app/sandbox/demo/*.toml"), *ROOT.glob("tests/data/*.csv")]

    assert len(files) > 2
    for file in files:
        assert not re.search(rf"(?<!\d)(\+?1)?\(?{odd}\)?[-. ]?555", file.read_text("utf-8-sig"))


def test_without_a_key_a_live_system_asks_nobody(
    session: Session, environment: Callable[..., None]
) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="x", OPENPHONE_BASE_URL="")

    tasks.check_lines()

    assert session.get(Heartbeat, "numverify") is None
    assert "NUMVERIFY_API_KEY is not set" in line_checks(session)


def test_the_worker_checks_over_http(session: Session, numverify: With) -> None:
    set_clock(session, TUESDAY)
    person = make_contact(session, phone="+13515550108")
    make_list(session, person)
    session.commit()

    queue.periodic_tasks["crm_app.screening.tasks.check_lines"]()

    session.expire_all()
    number = session.exec(select(PhoneNumber)).one()
    assert number.not_textable_because == "a landline, says NumVerify: check it first"
    assert session.get_one(NumberCheck, "+13515550108").carrier == "Quarry Cellular"
