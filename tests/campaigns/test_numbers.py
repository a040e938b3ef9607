"""Where recipients stand: one place for each, and the sum is the audience."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from crm_app import clock
from crm_app.campaigns.queries import find_campaigns
from crm_app.conversations.models import OutboxState
from crm_app.outbox import standing
from crm_app.outbox.standing import PLACES, Numbers, find_recipients, places, words
from tests.campaigns.people import (
    MARKETER,
    OWNER,
    draft,
    neighbours,
    number,
    numbers,
    recipient,
    running,
)  # fmt: skip

S = OutboxState


@pytest.mark.parametrize(
    ("row", "place", "reason"),
    [
        ({}, "skipped", "a company, not a homeowner"),
        ({"state": S.WAITING}, "waiting", "in turn, one every 0 seconds"),
        ({"state": S.WAITING, "is_for_person": True}, "held", "no reason was given"),
        ({"state": S.WAITING, "is_for_person": True, "because": "no zone"}, "held", "no zone"),
        ({"state": S.SENDING}, "sending", ""),
        ({"state": S.UNCERTAIN, "because": "looked up"}, "uncertain", "looked up"),
        ({"state": S.SENT}, "sent", ""),
        ({"state": S.SENT, "receipt_checks": 2}, "sent", ""),
        ({"state": S.SENT, "receipt_checks": 3}, "unconfirmed", "OpenPhone has no receipt"),
        ({"state": S.DELIVERED}, "delivered", ""),
        ({"state": S.FAILED, "because": "landline"}, "failed", "landline"),
        ({"state": S.FAILED}, "failed", "no reason was given"),
        ({"state": S.NEVER, "because": "toll-free"}, "skipped", "toll-free"),
        ({"state": S.CANCELLED, "because": "cancelled"}, "skipped", "cancelled"),
        ({"state": S.DELIVERED, "answered_at": True}, "answered", ""),
        ({"state": S.FAILED, "answered_at": True, "opted_out_at": True}, "opted_out", ""),
        ({"state": S.CANCELLED, "opted_out_at": True}, "opted_out", ""),
    ],
)
def test_each_recipient_stands_in_one_place(
    session: Session, row: dict[str, Any], place: str, reason: str
) -> None:
    (person,) = neighbours(session, 1)
    campaign = running(session, person)
    now = clock.now(session)
    columns = {key: now if value is True and key.endswith("_at") else value
               for key, value in row.items()}  # fmt: skip
    recipient(session, campaign, person, number(1), **columns)

    rows, _ = find_recipients(session, campaign.id, OWNER, "", "")

    assert numbers(session, campaign.id) == Numbers(audience=1, **{place: 1})
    assert [(r.words, r.reason) for r in rows] == [(words(place), reason)]


def test_a_later_time_holds_with_the_gates_words(session: Session) -> None:
    (person,) = neighbours(session, 1)
    campaign = running(session, person)
    later = clock.now(session) + timedelta(days=1)
    recipient(session, campaign, person, number(1), not_before=later, because="opens 9:00")

    (one,) = places(session, campaign.id)

    assert numbers(session, campaign.id) == Numbers(audience=1, held=1)
    assert (one.place, one.reason, one.people) == ("held", "opens 9:00", 1)


def test_reasons_are_grouped_with_counts_and_lead_to_who(session: Session) -> None:
    people = neighbours(session, 3)
    campaign = running(session, *people)
    for index, person in enumerate(people[:2]):
        recipient(session, campaign, person, number(index + 1), state=S.NEVER, because="toll-free")
    recipient(session, campaign, people[2], number(3), state=S.SENT)

    found = places(session, campaign.id)
    rows, total = find_recipients(session, campaign.id, OWNER, "skipped", "toll-free")
    none, nobody = find_recipients(session, campaign.id, OWNER, "'; drop", "")

    assert [(one.place, one.reason, one.people) for one in found] == [
        ("skipped", "toll-free", 2), ("sent", "", 1),
    ]  # fmt: skip
    assert (total, [r.name for r in rows]) == (2, ["Pat0 Example", "Pat1 Example"])
    assert rows[0].number == "(200) 555-0101"
    assert (none, nobody) == ([], 0)


def test_recipients_come_in_pages(session: Session) -> None:
    people = neighbours(session, standing.PAGE_SIZE + 1)
    campaign = running(session, *people)
    for index, person in enumerate(people):
        recipient(session, campaign, person, number(index + 1))

    first, total = find_recipients(session, campaign.id, OWNER, "", "")
    (last,), _ = find_recipients(session, campaign.id, OWNER, "", "", page=2)

    assert (len(first), total, last.name) == (standing.PAGE_SIZE, 51, "Pat50 Example")


def test_a_marketer_reads_no_name_and_no_number(session: Session) -> None:
    (person,) = neighbours(session, 1)
    campaign = running(session, person)
    recipient(session, campaign, person, number(1), state=S.SENT)

    (row,), _ = find_recipients(session, campaign.id, MARKETER, "", "")

    assert (row.name, row.number, row.href) == ("Pat0", "", "")


def test_numbers_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        Numbers(audience=2, sent=1)


def test_campaigns_are_listed_newest_first_with_counts(session: Session) -> None:
    one, two = neighbours(session, 2)
    older = running(session, one, two)
    newer = draft(session, name="Fall")
    recipient(session, older, one, number(1), state=S.WAITING)
    recipient(session, older, two, number(2), state=S.SENT, answered_at=clock.now(session))

    first, second = find_campaigns(session)

    assert (first.id, first.detail, first.settled) == (newer.id, "Fall", 0)
    assert second.detail == "Spring · 2 people, 1 answered"
    assert (second.settled, second.numbers.audience, second.state_words) == (1, 2, "Active")
    assert find_campaigns(session, older.id) == [second]
    assert find_campaigns(session, 404) == []


ROWS = st.fixed_dictionaries(
    {"state": st.sampled_from(list(OutboxState)), "minutes": st.integers(-90, 90)}
    | dict.fromkeys(("person", "answered", "opted", "none"), st.booleans())
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(ROWS, max_size=12))
def test_the_numbers_add_up_whatever_happened(session: Session, rows: list[dict[str, Any]]) -> None:
    with session.begin_nested() as undone:
        people = neighbours(session, len(rows))
        campaign = running(session, *people)
        now = clock.now(session)
        for index, (row, person) in enumerate(zip(rows, people, strict=True)):
            columns = {
                "state": row["state"], "not_before": now + timedelta(minutes=row["minutes"]),
                "is_for_person": row["person"],
                "answered_at": now if row["answered"] else None,
                "opted_out_at": now if row["opted"] else None,
            }  # fmt: skip
            given_columns = {} if row["none"] else columns
            recipient(session, campaign, person, number(index + 1), **given_columns)

        counted = numbers(session, campaign.id)
        stood = places(session, campaign.id)
        listed = {p: sum(one.people for one in stood if one.place == p) for p in PLACES}
        found = [find_recipients(session, campaign.id, OWNER, one.place, one.reason)[1]
                 for one in stood]  # fmt: skip

        assert counted == Numbers(audience=len(rows), **listed)
        assert found == [one.people for one in stood]
        undone.rollback()
