"""A merge is undone after something has ended: a campaign, somebody's patience, a house."""

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from crm_app import clock
from crm_app.campaigns.actions import cancel
from crm_app.campaigns.models import Campaign, CampaignState
from crm_app.contacts.models import ListMember
from crm_app.conversations.models import Outbox, Pace
from crm_app.conversations.optout import opt_out
from crm_app.merging.actions import merge
from crm_app.merging.undo import undo
from crm_app.outbox.actions import set_pace
from tests.make import make_property
from tests.merging.people import make_full, make_world, seen, stop
from tests.texting import TUESDAY, olivia, set_clock


@pytest.mark.parametrize(
    ("since", "state", "because"),
    [
        ("cancel", "cancelled", "campaign cancelled"),
        ("their STOP", "cancelled", "opted out on 9 June 2026"),
        ("off the list", "never", "no longer on the list"),
    ],
)
def test_what_may_not_leave_any_more_does_not_wait_after_the_undo(
    session: Session, since: str, state: str, because: str
) -> None:
    set_clock(session, TUESDAY)
    world, person = make_world(session), olivia(session)
    a = make_full(session, 0, world, {"numbers": 1}).id
    b = make_full(session, 1, world, {"numbers": 1, "waiting": [0], "lists": {0}}).id
    list_id, now = world[1][0].id, clock.now(session)
    running = CampaignState.ACTIVE
    campaign = Campaign(name="C", list_id=list_id, created_at=now, state=running)
    session.add(campaign)
    session.flush()
    pace = Pace(campaign_id=campaign.id, list_id=list_id, name="C", seconds=1, next_at=now)
    set_pace(session, pace)
    row = session.exec(select(Outbox)).one()
    row.campaign_id = campaign.id
    stop(session, "+16175550100")
    done = merge(session, person, a, b, seen(session, a, b))
    assert session.exec(select(Outbox.state)).one() == "never"
    if since == "cancel":
        cancel(session, campaign.id, person)
    elif since == "their STOP":
        opt_out(session, "+16175550110", source="person", because="STOP", at=now)
    else:
        session.execute(text("delete from list_member"))

    stayed = undo(session, person, done)

    session.expire_all()
    assert (row.state, row.finished_at is None) == (state, False)
    assert row.because.startswith(because)
    assert stayed[-1] == f"A text stays unsent: {row.because}."


def test_a_place_on_a_list_comes_back_without_its_house_that_is_gone(session: Session) -> None:
    set_clock(session, TUESDAY)
    world, person = make_world(session), olivia(session)
    a, b = (make_full(session, n, world, {"lists": {0}}).id for n in (0, 1))
    house = make_property(session, address="9 Elm St").id
    session.execute(text("update list_member set property_id = :house where contact_id = :b"),
                    {"house": house, "b": b})  # fmt: skip
    done = merge(session, person, a, b, seen(session, a, b))
    session.execute(text("delete from property where id = :house"), {"house": house})

    undo(session, person, done)

    assert session.get_one(ListMember, (world[1][0].id, b)).property_id is None
