from datetime import timedelta

import pytest
from sqlmodel import Session

from crm_app.compliance.actions import suppress
from crm_app.compliance.facts import Decision, Purpose, Reason
from crm_app.conversations.actions import queue_text
from crm_app.conversations.threads import receive_text
from crm_app.errors import CrmError
from crm_app.evidence.why import in_words
from crm_app.oversight.commands import why as command
from tests.texting import PAT, TUESDAY, incoming, olivia, set_clock


@pytest.fixture
def told(session: Session, capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    set_clock(session, TUESDAY)
    receive_text(session, incoming())
    return capsys


def test_it_says_for_both_purposes_what_the_gate_says(
    told: pytest.CaptureFixture[str], session: Session
) -> None:
    assert command(["(617) 555-0140"]) == 0

    number, cold, *_, reply, consent, _, decided = told.readouterr().out.splitlines()
    assert number == "(617) 555-0140"
    assert cold == "A campaign's text: may go now"
    assert reply == "A reply: may go now"
    assert consent.startswith("Consent: they wrote to us, since Tue, Jun 9, 2026, 10:00 AM, until")
    assert decided == "nothing was decided about a text until then"

    suppress(session, PAT, source="text", because="STOP", at=TUESDAY)
    command([PAT])
    assert "A reply: may never go: opted out on 9 June" in told.readouterr().out


def test_with_a_time_it_says_what_was_decided_up_to_then(
    told: pytest.CaptureFixture[str], session: Session
) -> None:
    person = olivia(session)
    queue_text(session, PAT, "Yes", Purpose.REPLY, person.id)
    set_clock(session, TUESDAY + timedelta(days=2))
    suppress(session, PAT, source="text", because="STOP", at=TUESDAY + timedelta(days=1))

    command([PAT, "--at", "2026-06-09 12:00"])
    then = told.readouterr().out
    command([PAT, "--at", "2026-06-09 09:00"])
    before = told.readouterr().out

    assert f"a reply (queue, asked by {person.name}): may go [rules 2]" in then
    assert "opted out" not in then
    assert "nothing was decided" in before
    with pytest.raises(CrmError, match="Write the time like"):
        command([PAT, "--at", "noon"])


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Decision(True, (Reason("night", "it is 22:00"),), TUESDAY, False), "may go now: it is"),
        (Decision(False, (Reason("hours", "opens 9:00"),), TUESDAY, False),
         "may go from Tue, Jun 9, 2026, 10:00 AM: opens 9:00 (hours)"),
    ],
)  # fmt: skip
def test_a_decision_in_words(decision: Decision, words: str) -> None:
    assert in_words(decision, names_rules=True).startswith(words)


@pytest.mark.usefixtures("told")
def test_what_is_no_number_is_said() -> None:
    with pytest.raises(CrmError, match="no phone number"):
        command(["hello"])
