"""The demo world: loaded once, invented, attested, believable, and silent until somebody acts."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel, col, func, select

from crm_app import clock
from crm_app.auth.actions import password_fits
from crm_app.auth.models import Role, User
from crm_app.auth.permissions import Person
from crm_app.campaigns import actions
from crm_app.campaigns.models import Campaign, CampaignState, Wording
from crm_app.campaigns.queries import find_campaigns, numbers_of
from crm_app.compliance.models import Attestation, DecisionRecord, Suppression
from crm_app.compliance.rules import firm
from crm_app.contacts import addresses
from crm_app.contacts.models import Contact, ListMember, PhoneNumber, Property
from crm_app.conversations.models import (
    Conversation,
    DayCap,
    Direction,
    Message,
    MessageStatus,
    Outbox,
    OutboxState,
    Pace,
)
from crm_app.errors import CrmError
from crm_app.inbox.queries import inbox
from crm_app.inbox.thread import thread
from crm_app.media.models import Media
from crm_app.outbox.lookups import to_look_up, without_receipt
from crm_app.outbox.sending import next_due
from crm_app.sandbox import demo
from crm_app.times import local
from tests.texting import TUESDAY, set_clock

SAMPLE = Path(__file__).parents[1] / "data" / "propertyradar_sample.csv"
# Around Boston and, for two of the draft's people, New Hampshire.
AREAS = {"617", "857", "781", "339", "508", "774", "603"}
BIRTHS = {
    "a Tuesday at ten": TUESDAY,
    "a Saturday at night": datetime(2026, 6, 13, 7, 30, tzinfo=UTC),
    "the Monday after Thanksgiving": datetime(2026, 11, 30, 14, 5, tzinfo=UTC),
    "New Year's Day": datetime(2027, 1, 1, 17, 0, tzinfo=UTC),
    "the day the clocks go forward": datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
    "the day after they went back": datetime(2026, 11, 2, 13, 59, tzinfo=UTC),
}


def counted(session: Session, table: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def person(session: Session, login: str) -> Person:
    user = session.exec(select(User).where(User.login == login)).one()
    return Person(user.id, user.name, user.role)


def of_campaigns(session: Session) -> list[Outbox]:
    return list(session.exec(select(Outbox).where(col(Outbox.campaign_id).is_not(None))))


def test_demo_is_loaded_once(session: Session) -> None:
    assert demo.load(session)
    assert not demo.load(session)

    assert [counted(session, t) for t in (User, Contact, Property, ListMember)] == [3, 94, 94, 94]
    assert counted(session, Attestation) == 3


def test_nothing_moves_until_somebody_acts(told: Session) -> None:

    states = set(told.exec(select(Outbox.state)))
    assert states == {"sent", "delivered", "failed", "never"}
    set_clock(told, clock.now(told) + timedelta(days=9))
    assert (next_due(told), to_look_up(told), without_receipt(told)) == (None, [], [])
    assert [one.state for one in find_campaigns(told)] == ["draft", "completed", "completed"]
    later = select(DecisionRecord).where(col(DecisionRecord.at) > clock.now(told))
    assert told.exec(later).all() == []


def test_everybody_can_sign_in_as_printed(told: Session) -> None:

    for login, password, role in demo.LOGINS:
        user_id = password_fits(told, login, password)
        assert user_id is not None
        assert told.get_one(User, user_id).role.value == role


def test_inbox_has_something_to_do_for_owner_and_technician(told: Session) -> None:

    rows, _ = inbox(told, person(told, "owner"))
    assert len(rows) == 12
    assert [row.name for row in rows if row.is_unread] == ["Marta Birchwood", "Lavinia Gadwallis"]
    assert sum(row.is_unanswered for row in rows) == 4
    assert sum(row.is_opted_out for row in rows) == 2
    assert rows[0].name == "Marta Birchwood"
    technician = person(told, "technician")
    assert technician.role is Role.TECHNICIAN
    assert len(inbox(told, technician)[0]) == 2


def test_a_photo_and_a_call_stand_in_a_thread(told: Session) -> None:
    found = told.exec(select(Conversation).where(Conversation.e164 == "+13395550111")).one()

    drawn = thread(told, found.id, person(told, "technician")).messages
    bodies = [one.body for one in drawn]
    assert bodies[3] == "Here you go, the quarter is right on it."
    assert [file.kind for file in drawn[3].files] == ["image"]
    assert ("Call, 6 min 12 s", "call") in [(one.body, one.tone) for one in drawn]
    assert [one.writer for one in drawn if one.writer] == [
        "Omar Reyes", "Omar Reyes", "Tess Calloway", "Tess Calloway",
    ]  # fmt: skip
    assert [one.tone for one in drawn] == ["campaign", *["plain"] * 5, "call", *["plain"] * 3]
    kept = told.exec(select(Media)).all()
    assert sorted(one.content_type for one in kept) == ["audio/wav", "image/jpeg", "image/jpeg"]


@pytest.mark.parametrize("born", BIRTHS.values(), ids=BIRTHS)
def test_the_three_weeks_kept_the_rules(session: Session, born: datetime) -> None:
    set_clock(session, born)
    demo.load(session)
    shop, rows = firm(session), of_campaigns(session)
    left = [row for row in rows if row.started_at]

    for row in left:
        assert row.started_at is not None
        assert shop.is_open(row.started_at)
        assert timedelta() < born - row.started_at < timedelta(days=23)
    assert len({row.property_id for row in rows}) == len(rows) == 82, "one cold text a house"
    used = Counter(local(row.started_at).date() for row in left if row.started_at)
    assert {cap.day: cap.used for cap in session.exec(select(DayCap))} == used
    assert max(used.values()) <= 125
    for pace in session.exec(select(Pace)):
        at = sorted(r.started_at for r in left if r.campaign_id == pace.campaign_id if r.started_at)
        apart = [(b - a).total_seconds() for a, b in pairwise(at)]
        assert min(apart) >= pace.seconds * 0.75
    texts = session.exec(select(Message)).all()
    assert all(born - timedelta(days=23) < text.at < born for text in texts)
    ours = [text.at for text in texts if text.direction is Direction.OUT]
    assert all(8 <= local(at).hour < 20 for at in ours), "nobody of the firm texts at night"


def test_the_numbers_are_true_to_the_rows(told: Session) -> None:
    begun = told.exec(select(Campaign).where(Campaign.state == CampaignState.COMPLETED)).all()
    counts = numbers_of(told, [one.id for one in begun])

    assert len({one.body for one in begun}) == len({one.minutes / one.texts for one in begun}) == 2
    assert counted(told, Wording) == counted(told, Pace) == 2
    for one in begun:
        assert counts[one.id].audience == sum(r.campaign_id == one.id for r in of_campaigns(told))
        assert one.started_at
        assert one.ended_at
        assert one.started_at < one.ended_at
    total = [sum(getattr(n, place) for n in counts.values()) for place in (
        "delivered", "failed", "unconfirmed", "answered", "opted_out", "skipped")]  # fmt: skip
    assert total == [66, 3, 2, 6, 3, 2]
    states = Counter(row.state for row in of_campaigns(told))
    delivered, failed = states[OutboxState.DELIVERED], states[OutboxState.FAILED]
    assert 0.94 <= delivered / (delivered + failed) <= 0.96
    errors = [m.error for m in told.exec(select(Message)) if m.status is MessageStatus.UNDELIVERED]
    assert len(errors) == 3
    assert all(re.fullmatch(r"error 300\d\d: .+", error) for error in errors)


def test_who_said_stop_got_one_confirmation_and_nothing_since(told: Session) -> None:

    stops = {one.source: one for one in told.exec(select(Suppression))}
    assert set(stops) == {"text", "person", "provider"}
    said = stops["text"]
    last = told.exec(select(Outbox).where(Outbox.e164 == said.e164).order_by("id")).all()
    assert [(row.purpose.value, row.state.value) for row in last] == [
        ("cold", "delivered"), ("confirmation", "delivered"),
    ]  # fmt: skip
    assert last[1].suppression_id == said.id
    assert last[1].started_at
    assert timedelta() < last[1].started_at - said.at < timedelta(minutes=5)


def test_everybody_on_the_drafts_list_can_be_texted_now(told: Session) -> None:
    draft = told.exec(select(Campaign).where(Campaign.state == CampaignState.DRAFT)).one()

    actions.start(told, draft.id, person(told, "owner"))

    found = numbers_of(told, [draft.id])[draft.id]
    assert (found.audience, found.held, found.skipped) == (12, 0, 0)


def test_demo_shares_nobody_with_the_sample(told: Session) -> None:
    sample = SAMPLE.read_text("utf-8-sig")
    digits = set(re.findall(r"\d{10}", re.sub(r"[^\d,\n]", "", sample)))
    houses = {
        addresses.address_key(row[1], row[3]) for row in csv.reader(sample.splitlines()) if row[3:]
    }

    for number in told.exec(select(PhoneNumber.e164)):
        assert re.fullmatch(r"\+1\d{3}55501\d\d", number)
        assert number[2:5] in AREAS
        assert number[2:] not in digits
    for found in told.exec(select(Property)):
        assert found.address_key not in houses
        assert found.state == addresses.place_of_zip(found.zip5)[0]
    for one in told.exec(select(Contact)):
        assert (one.last_name or one.name).upper() not in sample.upper()


def test_live_system_has_no_demo(session: Session, environment: Callable[..., None]) -> None:
    environment(SANDBOX="0", OPENPHONE_API_KEY="key")

    with pytest.raises(CrmError, match="live system"):
        demo.load(session)
