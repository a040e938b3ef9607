"""The ledger: sealed nightly, and whoever changes what is in it is found out."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col, select

from crm_app.compliance.facts import Purpose
from crm_app.compliance.models import DecisionRecord, Seal
from crm_app.conversations.actions import queue_text
from crm_app.evidence import ledger
from crm_app.oversight.commands import ledger_command
from tests.texting import PAT, TUESDAY, claim_all, queue_cold, set_clock


@pytest.fixture
def decided(session: Session) -> Session:
    """Twenty texts that were queued and claimed."""
    set_clock(session, TUESDAY)
    queue_cold(session, 20)
    claim_all(session)
    return session


def tamper(session: Session, change: str) -> None:
    """Do by hand what no trigger would allow."""
    session.execute(text("alter table decision disable trigger user"))
    session.execute(text(change))
    session.execute(text("alter table decision enable trigger user"))


def test_each_night_seals_what_is_new_and_nothing_twice(decided: Session) -> None:
    first = ledger.seal(decided, ledger.newest(decided))
    assert first
    assert first.count == len(decided.exec(select(DecisionRecord)).all()) >= 40
    assert ledger.seal(decided, ledger.newest(decided)) is None

    set_clock(decided, TUESDAY + timedelta(days=1))
    queue_text(decided, PAT, "Hello", Purpose.TEST)
    second = ledger.seal(decided, ledger.newest(decided))

    assert second
    assert second.sha256 != first.sha256
    found = ledger.verify(decided)
    assert (found.seals, found.problems, found.head) == (2, [], second.sha256)
    assert found.decisions == found.replayed == first.count + second.count
    assert found.unsealed == 0


@pytest.mark.parametrize(
    "change",
    [
        "delete from decision where id = (select min(id) from decision)",
        "update decision set is_allowed = not is_allowed where id = (select min(id) from decision)",
        "update decision set facts = facts || '{\"day_used\": 3}'"
        " where id = (select max(id) from decision)",
        "update decision set at = now() where id = (select max(id) from decision)",
    ],
)
def test_whoever_changes_a_sealed_decision_is_found_out(decided: Session, change: str) -> None:
    ledger.seal(decided, ledger.newest(decided))
    tamper(decided, change)

    assert "Seal" in ledger.verify(decided).problems[0]


def test_an_unsealed_verdict_that_its_facts_do_not_give_is_found_out(decided: Session) -> None:
    since = '{"suppressed_since": "2026-01-01T00:00:00Z"}'
    tamper(decided, f"update decision set facts = facts || '{since}' where is_allowed")

    assert any("another verdict" in problem for problem in ledger.verify(decided).problems)


@pytest.mark.parametrize("table", ["decision", "seal"])
@pytest.mark.parametrize("change", ["delete from {}", "update {} set at = now()", "truncate {}"])
def test_the_database_refuses_every_change(decided: Session, table: str, change: str) -> None:
    ledger.seal(decided, ledger.newest(decided))
    with pytest.raises(DatabaseError, match="append-only"), decided.begin_nested():
        decided.execute(text(change.format(table)))


TOOTHLESS = (
    "drop trigger outbox_not_to_suppressed on outbox; create trigger outbox_not_to_suppressed"
    " before update on outbox for each row when (false) execute function {}()"
)


@pytest.mark.parametrize(
    "weakened",
    ["alter table outbox disable trigger outbox_not_to_suppressed", TOOTHLESS,
     "drop index uq_outbox_confirmation"],
)  # fmt: skip
def test_a_guard_that_is_off_gone_or_toothless_is_said(decided: Session, weakened: str) -> None:
    does = decided.execute(text(
        "select p.proname from pg_trigger t join pg_proc p on p.oid = t.tgfoid"
        " where t.tgname = 'outbox_not_to_suppressed'")).scalar()  # fmt: skip
    assert ledger.guards(decided) == []
    decided.execute(text("set constraints all immediate"))
    decided.execute(text(weakened.format(does)))

    assert "is gone, off or changed" in " ".join(ledger.verify(decided).problems)


def test_any_verdict_and_its_sentence_come_again_from_the_stored_facts(decided: Session) -> None:
    rows = decided.exec(select(DecisionRecord).order_by(col(DecisionRecord.id))).all()
    for row in Random(4).sample(rows, 30):
        again = ledger.replay(row.facts, row.at)
        assert [[reason.rule, reason.text] for reason in again.reasons] == row.reasons
        assert (again.allowed, again.never) == (row.is_allowed, row.is_never)


def test_the_command_verifies(decided: Session, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.seal(decided, ledger.newest(decided))
    head = decided.exec(select(Seal.sha256)).one()
    assert ledger_command(["verify"]) == 0
    assert head in capsys.readouterr().out
    tamper(decided, "delete from decision where id = (select min(id) from decision)")
    assert ledger_command(["verify"]) == 1
    assert "does not fit" in capsys.readouterr().err


def test_facts_that_are_none_any_more_are_a_problem_and_no_crash(decided: Session) -> None:
    tamper(decided, "update decision set facts = '{}' where id = (select min(id) from decision)")
    assert any("another verdict" in problem for problem in ledger.verify(decided).problems)


def test_what_older_rules_decided_is_not_derived_again(decided: Session) -> None:
    tamper(decided, "update decision set rules_version = '1', is_allowed = not is_allowed")
    found = ledger.verify(decided)
    assert (found.replayed, found.problems) == (0, [])
    assert found.unsealed >= 40


def test_the_head_of_an_old_letter_must_still_be_there(decided: Session) -> None:
    first = ledger.seal(decided, ledger.newest(decided))
    assert first
    assert ledger.verify(decided, first.sha256).problems == []
    assert "taken away" in ledger.verify(decided, "0" * 64).problems[0]


def test_a_gap_in_the_numbers_of_decisions_is_nothing_to_seal(decided: Session) -> None:
    ledger.seal(decided, ledger.newest(decided))
    assert ledger.seal(decided, ledger.newest(decided) + 5) is None
