"""Once a company day: a seal, the self-test, and an e-mail with what waits."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, func, select

from crm_app import mail
from crm_app.compliance.models import Seal
from crm_app.compliance.rules import Rules, change_rules
from crm_app.conversations.optout import freeze
from crm_app.evidence import ledger
from crm_app.oversight import daily, selftest, tasks
from tests.texting import PAT, TUESDAY, queue_cold, set_clock

HOUR = timedelta(hours=1)


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What leaves by e-mail."""
    left: list[tuple[str, str]] = []
    monkeypatch.setattr(mail, "is_set_up", lambda: True)
    monkeypatch.setattr(mail, "send", lambda subject, body: left.append((subject, body)))
    return left


def seals(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Seal)).one()


def test_the_night_is_done_once_a_company_day(session: Session) -> None:
    set_clock(session, TUESDAY)
    queue_cold(session, 3)

    assert daily.run_night(session, ledger.newest(session))
    assert not daily.run_night(session, ledger.newest(session))
    assert seals(session) == 1
    set_clock(session, TUESDAY + 14 * HOUR)  # midnight in Quincy
    assert daily.run_night(session, ledger.newest(session))
    assert seals(session) == 1, "nothing new was decided"


def test_the_letter_names_the_oldest_frozen_number_and_the_head(
    session: Session, letters: list[tuple[str, str]]
) -> None:
    set_clock(session, TUESDAY)
    queue_cold(session, 3)
    freeze(session, PAT, "who is this?", "asks who we are", TUESDAY - 5 * HOUR)

    tasks.once_a_night()

    tasks.write_to_owner()
    tasks.once_a_night()
    tasks.write_to_owner()

    [(subject, body)] = letters
    assert subject == "today: 1 frozen"
    assert "wait for a person: 1, the oldest 5 h ago" in body
    assert session.exec(select(Seal.sha256)).one() in body
    assert "Self-test: green" in body


def test_before_seven_no_letter_leaves_and_a_lost_one_leaves_later(
    session: Session, letters: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_subject: str, _body: str) -> None:
        raise ConnectionRefusedError

    set_clock(session, TUESDAY - 4 * HOUR)  # 6:00 in Quincy
    tasks.once_a_night()
    tasks.write_to_owner()
    assert letters == []
    set_clock(session, TUESDAY)
    with monkeypatch.context() as patched:
        patched.setattr(mail, "send", refuse)
        tasks.once_a_night()
        tasks.write_to_owner()
    assert letters == []
    tasks.once_a_night()
    tasks.write_to_owner()
    assert len(letters) == 1


def test_the_golden_cases_are_green_by_the_usual_and_by_other_settings(session: Session) -> None:
    assert [one for one in selftest.results(session) if not one.is_ok] == []
    change_rules(session, Rules(40, frequency_days=60, opens=10, closes=16))
    assert [one for one in selftest.results(session) if not one.is_ok] == []


def test_a_guard_that_is_off_turns_the_self_test_red(
    session: Session, letters: list[tuple[str, str]]
) -> None:
    set_clock(session, TUESDAY)
    session.execute(text("alter table outbox disable trigger outbox_not_to_suppressed"))

    tasks.once_a_night()

    tasks.write_to_owner()

    assert letters[0][0] == "today: SELF-TEST RED, nothing waits"


def test_a_self_test_that_did_not_run_is_not_green(
    session: Session, letters: list[tuple[str, str]]
) -> None:
    set_clock(session, TUESDAY - 48 * HOUR)
    tasks.once_a_night()
    set_clock(session, TUESDAY)

    tasks.write_to_owner()

    [(subject, body)] = letters
    assert subject == "today: SELF-TEST RED, nothing waits"
    assert "Self-test: RED: not run since 2026-06-07: look at the worker's log" in body
