import pytest
from sqlmodel import Session

from crm_app.compliance.actions import suppress
from crm_app.compliance.commands import command, in_words
from crm_app.compliance.facts import Decision, Reason
from crm_app.conversations.threads import receive_text
from crm_app.errors import CrmError
from tests.texting import PAT, TUESDAY, incoming, set_clock


@pytest.fixture
def told(session: Session, capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    set_clock(session, TUESDAY)
    receive_text(session, incoming())
    return capsys


def test_it_says_for_both_purposes_what_the_gate_says(
    told: pytest.CaptureFixture[str], session: Session
) -> None:
    assert command(["(617) 555-0140"]) == 0

    cold, reply = told.readouterr().out.splitlines()
    assert cold.startswith("(617) 555-0140, a campaign's text: somebody has to act first: nobody")
    assert reply == "(617) 555-0140, a reply: may go now"

    suppress(session, PAT, source="text", because="STOP", at=TUESDAY)
    command([PAT])
    assert "a reply: may never go: opted out on 9 June" in told.readouterr().out


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (Decision(True, (Reason("night", "it is 22:00"),), TUESDAY, False), "may go now; it is"),
        (Decision(False, (Reason("hours", "opens 9:00"),), TUESDAY, False),
         "may go from Tue, Jun 9, 2026, 10:00 AM: opens 9:00 (hours)"),
    ],
)  # fmt: skip
def test_a_decision_in_words(decision: Decision, words: str) -> None:
    assert in_words(decision).startswith(words)


@pytest.mark.usefixtures("told")
def test_what_is_no_number_is_said() -> None:
    with pytest.raises(CrmError, match="no phone number"):
        command(["hello"])
