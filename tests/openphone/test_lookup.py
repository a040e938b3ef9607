from datetime import datetime, timedelta

import pytest
from sqlalchemy import text as sql
from sqlmodel import Session

from crm_app.conversations.models import OutboxState
from crm_app.errors import Kind, ProviderError
from crm_app.openphone import client, lookup
from crm_app.openphone.client import SentText
from crm_app.outbox.lookups import LookUp
from crm_app.outbox.outcomes import record
from crm_app.settings import SANDBOX_MONITOR, SANDBOX_NUMBER
from tests.texting import PAT, TUESDAY, claimed, hello, queue_cold, row, set_clock

MINUTE = timedelta(minutes=1)


def uncertain(row_id: int, minute: float, body: str = "Yes") -> LookUp:
    return LookUp(row_id, "+16175550100", PAT, body, TUESDAY + minute * MINUTE)


def text(
    message_id: str, minute: float | None, body: str = "Yes", *, ours: bool = True
) -> SentText:
    at = None if minute is None else TUESDAY + minute * MINUTE
    return SentText(message_id, body, ours, "sent", at)


@pytest.mark.parametrize(
    ("rows", "texts", "expected"),
    [
        ([uncertain(1, 0)], [text("A", 0.1)], {1: "A"}),
        ([uncertain(1, 0)], [text("A", -3)], {1: "A"}),  # their clock is behind
        ([uncertain(1, 0)], [text("A", -6)], {}),
        ([uncertain(1, 0)], [text("A", 0.1, "No")], {}),
        ([uncertain(1, 0)], [text("A", 0.1, ours=False)], {}),
        ([uncertain(1, 0)], [text("A", None)], {1: "A"}),
        ([uncertain(1, 0, "Yes \n now")], [text("A", 0.1, "Yes now ")], {1: "A"}),
        ([uncertain(1, 0), uncertain(2, 1)], [text("A", 0.1), text("B", 1.1)], {1: "A", 2: "B"}),
        ([uncertain(1, 0), uncertain(2, 30)], [text("B", 30.1)], {2: "B"}),
        ([uncertain(1, 0), uncertain(2, 30)], [text("A", 0.1)], {1: "A"}),
        ([uncertain(1, 0), uncertain(2, 1)], [text("A", 1.1)], {2: "A"}),
        ([], [text("A", 0)], {}),
    ],
)
def test_each_text_is_matched_once(
    rows: list[LookUp], texts: list[SentText], expected: dict[int, str]
) -> None:
    found = lookup.match(rows, texts)

    assert {row_id: one.id for row_id, one in found.items()} == expected


@pytest.fixture
def only(session: Session) -> int:
    """The id of an uncertain text of Tuesday, ten o'clock."""
    set_clock(session, TUESDAY)
    queue_cold(session)
    found = claimed(session)
    record(session, found, ProviderError("no answer", Kind.UNCERTAIN))
    return found.outbox_id


def test_each_look_up_takes_a_slot_of_the_keys_one_bucket(
    session: Session, only: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    openphone_has(monkeypatch, [([], None)])
    row(session, only).own_number = SANDBOX_MONITOR
    session.commit()

    assert lookup.look_up_due() == 1

    slots = list(session.execute(sql("select own_number from rate_slot")).scalars())
    assert slots == [SANDBOX_NUMBER] * 3, "the text's own, the number's id, and a page"


Pages = list[tuple[list[SentText], str | None] | ProviderError]


def openphone_has(monkeypatch: pytest.MonkeyPatch, pages: Pages) -> list[str | None]:
    tokens: list[str | None] = []

    def page(
        _number: str, _who: str, _since: datetime, token: str | None
    ) -> tuple[list[SentText], str | None]:
        tokens.append(token)
        found = pages[min(len(tokens), len(pages)) - 1]
        if isinstance(found, ProviderError):
            raise found
        return found

    monkeypatch.setattr(client, "number_id", lambda _: "PN1")
    monkeypatch.setattr(client, "read_page", page)
    return tokens


def test_what_is_on_a_later_page_is_found(
    session: Session, only: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: Pages = [([text("X", 1, "other")], "2"), ([text("A", 0, hello("0110"))], None)]
    tokens = openphone_has(monkeypatch, pages)

    assert lookup.look_up_due() == 1

    assert tokens == [None, "2"]
    assert (row(session, only).state, row(session, only).provider_id) == (OutboxState.SENT, "A")


def test_a_lookup_that_breaks_off_says_nothing(
    session: Session, only: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    openphone_has(monkeypatch, [([text("X", 1, "other")], "2"), ProviderError("x", Kind.UNCERTAIN)])

    assert lookup.look_up_due() == 0
    assert row(session, only).lookups == 0


def test_a_list_without_an_end_is_no_complete_lookup(
    session: Session, only: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    openphone_has(monkeypatch, [([text("X", 1, "other")], "again")])

    assert lookup.look_up_due() == 0
    assert row(session, only).lookups == 0


def test_absent_in_two_lookups_ten_minutes_apart_waits_again(
    session: Session, only: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    openphone_has(monkeypatch, [([], None)])
    assert lookup.look_up_due() == 1
    assert lookup.look_up_due() == 0

    set_clock(session, TUESDAY + 11 * MINUTE)
    assert lookup.look_up_due() == 1

    assert row(session, only).state is OutboxState.WAITING
