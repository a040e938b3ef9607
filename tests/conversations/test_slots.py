from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from crm_app.conversations.models import DayCap
from crm_app.conversations.slots import (
    REQUESTS_A_SECOND,
    company_day,
    give_day_slot_back,
    take_day_slot,
    take_rate_slot,
)
from tests.texting import TUESDAY

OWN = "+16175550100"
SECOND = timedelta(seconds=1)


def test_no_sliding_second_holds_more_requests_than_it_may(session: Session) -> None:
    wall, taken = TUESDAY, []
    while wall < TUESDAY + 5 * SECOND:
        wait = take_rate_slot(session, OWN, wall)
        if not wait:
            taken.append(wall)
        wall += timedelta(seconds=wait or 0.007)

    for start in taken:
        assert sum(start <= at < start + SECOND for at in taken) <= REQUESTS_A_SECOND
    assert len(taken) >= 5 * REQUESTS_A_SECOND - 3


def test_a_wait_is_long_enough(session: Session) -> None:
    assert take_rate_slot(session, OWN, TUESDAY) == 0
    wait = take_rate_slot(session, OWN, TUESDAY)

    assert 0 < wait <= 1
    assert take_rate_slot(session, OWN, TUESDAY + timedelta(seconds=wait)) == 0


def test_a_wall_clock_that_jumps_back_does_not_stop_sending(session: Session) -> None:
    for n in range(REQUESTS_A_SECOND):
        assert take_rate_slot(session, OWN, TUESDAY + n * SECOND / 8) == 0

    assert take_rate_slot(session, OWN, TUESDAY - timedelta(hours=1)) == 0


def test_another_number_has_slots_of_its_own(session: Session) -> None:
    assert take_rate_slot(session, OWN, TUESDAY) == 0
    assert take_rate_slot(session, "+16175550101", TUESDAY) == 0


def test_the_day_is_the_companys(session: Session) -> None:
    late = datetime(2026, 6, 10, 3, 59, tzinfo=UTC)  # 23:59 on the 9th in Quincy

    assert company_day(late).day == 9
    assert company_day(late + timedelta(minutes=1)).day == 10


def test_the_cap_is_exact_and_a_slot_can_be_given_back(session: Session) -> None:
    assert [take_day_slot(session, OWN, TUESDAY, 2) for _ in range(3)] == [True, True, False]

    give_day_slot_back(session, OWN, TUESDAY)

    assert take_day_slot(session, OWN, TUESDAY, 2)
    assert take_day_slot(session, OWN, TUESDAY + timedelta(days=1), 2)
    cap = session.get_one(DayCap, (OWN, company_day(TUESDAY)))
    assert cap.used == 2


def test_a_cap_of_nothing_lets_nothing_pass(session: Session) -> None:
    assert not take_day_slot(session, OWN, TUESDAY, 0)
