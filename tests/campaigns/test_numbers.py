"""Where recipients stand: one place for each, and the sum is the audience."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from crm_app import clock
from crm_app.campaigns.standing import PLACES, Numbers, numbers
from crm_app.conversations.models import OutboxState
from crm_app.outreach.queries import find_campaign, find_campaigns
from crm_app.outreach.recipients import find_recipients, reasons, words
from tests.campaigns.people import MARKETER, OWNER, draft, neighbours, number, recipient, running

S = OutboxState


@pytest.mark.parametrize(
    ("row", "place", "reason"),
    [
        ({}, "skipped", "a company, not a homeowner"),
        ({"state": S.WAITING}, "waiting", ""),
        ({"state": S.WAITING, "is_paused": True}, "held", "campaign is paused"),
        ({"state": S.WAITING, "is_for_person": True}, "held", "somebody has to decide"),
        ({"state": S.WAITING, "is_for_person": True, "because": "no zone"}, "held", "no zone"),
        ({"state": S.SENDING}, "sending", ""),
        ({"state": S.UNCERTAIN}, "sending", "no clear answer: being looked up"),
        ({"state": S.SENT}, "sent", ""),
        ({"state": S.DELIVERED}, "delivered", ""),
        ({"state": S.FAILED, "because": "landline"}, "failed", "landline"),
        ({"state": S.FAILED}, "failed", "refused without a reason"),
        ({"state": S.NEVER, "because": "toll-free"}, "skipped", "toll-free"),
        ({"state": S.CANCELLED}, "skipped", "campaign cancelled"),
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

    rows, _ = find_recipients(session, campaign.id, OWNER)

    assert numbers(session, campaign.id) == Numbers(audience=1, **{place: 1})
    assert [(r.words, r.reason) for r in rows] == [(words(place), reason)]


def test_a_later_time_holds_with_the_gates_words_or_the_time(session: Session) -> None:
    one, two = neighbours(session, 2)
    campaign = running(session, one, two)
    later = clock.now(session).replace(hour=14, minute=0) + timedelta(days=1)
    recipient(session, campaign, one, number(1), not_before=later, because="opens 9:00 on Monday")
    recipient(session, campaign, two, number(2), not_before=later)

    said = {r.reason: r.people for r in reasons(session, campaign.id)}

    assert numbers(session, campaign.id).held == 2
    assert said.pop("opens 9:00 on Monday") == 1
    (other,) = said
    assert other.startswith("opens ")


def test_reasons_are_grouped_with_counts_and_lead_to_who(session: Session) -> None:
    people = neighbours(session, 3)
    campaign = running(session, *people)
    for index, person in enumerate(people[:2]):
        recipient(session, campaign, person, number(index + 1), state=S.NEVER, because="toll-free")
    recipient(session, campaign, people[2], number(3), state=S.SENT)

    (one,) = reasons(session, campaign.id)
    chosen: Any = {"place": one.place, "reason": one.reason}
    rows, total = find_recipients(session, campaign.id, OWNER, **chosen, size=1)

    assert (one.place, one.reason, one.people) == ("skipped", "toll-free", 2)
    assert (total, [r.name for r in rows]) == (2, ["Pat0 Example"])
    assert rows[0].number == "(200) 555-0101"
    page_2, _ = find_recipients(session, campaign.id, OWNER, place="skipped", page=2, size=1)
    assert [r.name for r in page_2] == ["Pat1 Example"]


def test_a_place_nobody_knows_filters_nothing(session: Session) -> None:
    (person,) = neighbours(session, 1)
    campaign = running(session, person)
    recipient(session, campaign, person, number(1))

    assert find_recipients(session, campaign.id, OWNER, place="'; drop")[1] == 1


def test_a_marketer_reads_no_name_and_no_number(session: Session) -> None:
    (person,) = neighbours(session, 1)
    campaign = running(session, person)
    recipient(session, campaign, person, number(1), state=S.SENT)

    (row,), _ = find_recipients(session, campaign.id, MARKETER)

    assert (row.name, row.number, row.href) == ("Pat0", "", "")


def test_numbers_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        Numbers(audience=2, sent=1)


def test_detail_says_the_sum_in_words(session: Session) -> None:
    one, two = neighbours(session, 2)
    campaign = running(session, one, two)
    recipient(session, campaign, one, number(1), state=S.WAITING)
    recipient(session, campaign, two, number(2), state=S.CANCELLED, opted_out_at=clock.now(session))

    detail = find_campaign(session, campaign.id)

    assert detail.sum_words == "2 in the audience = 1 waiting + 1 opted out"
    assert (detail.settled, detail.state_words, detail.list_name) == (1, "Running", "Spring")


def test_a_campaign_that_is_not_there_is_empty(session: Session) -> None:
    assert find_campaign(session, 404).id == 0


def test_campaigns_are_listed_newest_first_with_counts(session: Session) -> None:
    one, two = neighbours(session, 2)
    older = running(session, one, two)
    newer = draft(session, name="Fall")
    recipient(session, older, one, number(1), state=S.DELIVERED)
    recipient(session, older, two, number(2), state=S.SENT, opted_out_at=clock.now(session))

    first, total = find_campaigns(session, 1, 1)
    (second,), _ = find_campaigns(session, 2, 1)

    assert ([r.id for r in first], total) == ([newer.id], 2)
    assert second.detail == ("Spring · 2 people, 1 sent, 0 answered, 1 opted out")
    assert (second.settled, second.numbers.audience) == (2, 2)


ROWS = st.fixed_dictionaries(
    {"state": st.sampled_from(list(OutboxState)), "minutes": st.integers(-90, 90)}
    | dict.fromkeys(("paused", "person", "answered", "opted", "none"), st.booleans())
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
                "state": row["state"],
                "not_before": now + timedelta(minutes=row["minutes"]),
                "is_paused": row["paused"],
                "is_for_person": row["person"],
                "answered_at": now if row["answered"] else None,
                "opted_out_at": now if row["opted"] else None,
            }
            given_columns = {} if row["none"] else columns
            recipient(session, campaign, person, number(index + 1), **given_columns)

        counted = numbers(session, campaign.id)
        listed = {p: find_recipients(session, campaign.id, OWNER, place=p)[1] for p in PLACES}

        assert counted.audience == len(rows)
        assert listed == counted.places()
        undone.rollback()
