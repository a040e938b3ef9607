"""What / says on top: who waits, the campaigns' day, and what is wrong with the program."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app import house
from crm_app.admin.queries import Part
from crm_app.auth.models import Role
from crm_app.auth.permissions import Person
from crm_app.compliance.rules import KEY
from crm_app.dashboard import queries
from crm_app.dashboard.queries import campaigns_today, figures, trouble
from crm_app.errors import ForbiddenError
from tests.dashboard.test_rules import missed, wrote
from tests.inbox.rows import make_thread
from tests.texting import PAT, TUESDAY, claim_all, olivia, queue_cold, set_clock


def numbers(session: Session, person: Person) -> dict[str, str]:
    return {one[3].removeprefix("today-"): one[1] for one in figures(session, person)}


def test_who_waits_is_counted_as_far_as_one_may_see(session: Session) -> None:
    set_clock(session, TUESDAY)
    tess = olivia(session, Role.TECHNICIAN)
    make_thread(session, PAT, assigned_to=tess.id)
    missed(session)
    wrote(session, TUESDAY)
    make_thread(session, "+16175550141", name="Otto Other", is_unanswered=True)

    assert numbers(session, olivia(session)) == {
        "replies": "2", "calls": "1", "campaigns": "0 of 0",
    }  # fmt: skip
    assert numbers(session, tess) == {"replies": "1", "calls": "1"}
    set_clock(session, TUESDAY + timedelta(days=8))
    assert numbers(session, tess)["calls"] == "0"
    with pytest.raises(ForbiddenError):
        figures(session, olivia(session, Role.MARKETER))


@pytest.mark.parametrize(
    ("cap", "seconds", "hour", "planned"),
    [(125, 0, 14, 12), (5, 0, 14, 5), (125, 3600, 14, 8), (125, 3600, 21, 1), (125, 0, 23, 0)],
    ids=["all", "cap", "pace", "the last hour", "closed"],
)
def test_planned_is_what_pace_and_cap_let_through_before_closing(
    session: Session, cap: int, seconds: int, hour: int, planned: int
) -> None:
    set_clock(session, TUESDAY.replace(hour=hour))  # 14 is 10:00 on our clock, closing is 22
    house.put_setting(session, KEY, {"cold_daily_limit": cap, "a_second": 0, "a_minute": 0})
    queue_cold(session, 12)
    session.execute(text("update pace set seconds = :s, next_at = next_at"), {"s": seconds})
    assert campaigns_today(session) == (0, planned)
    session.execute(text("update pace set is_paused = true"))
    assert campaigns_today(session) == (0, 0)


def test_what_left_today_counts_until_midnight(session: Session) -> None:
    set_clock(session, TUESDAY)
    queue_cold(session, 3)
    assert len(claim_all(session)) == 3
    assert campaigns_today(session) == (3, 3)
    set_clock(session, TUESDAY + timedelta(hours=14))  # 0:00 on our clock
    assert campaigns_today(session) == (0, 0)


def test_the_first_red_part_is_said_in_words(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [Part("database", True, "answers"), Part("last_webhook", False, "never", "Set it.")]
    monkeypatch.setattr(queries, "health", lambda _session: parts)
    assert trouble(session, olivia(session)) == "Last webhook: never"
    technician = olivia(session, Role.TECHNICIAN)
    assert trouble(session, technician) == "Something is wrong with the program: tell the office"
    parts.pop()
    assert trouble(session, technician) == ""
