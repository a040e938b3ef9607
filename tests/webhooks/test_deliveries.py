from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from crm_app.webhooks import actions
from crm_app.webhooks.models import Delivery, DeliveryState, RefusedCount, RefusedDelivery
from tests.texting import TUESDAY

MINUTE = timedelta(minutes=1)


def keep(session: Session, delivery_id: str = "msg_1") -> int | None:
    told: Any = {"provider": "openphone", "kind": "message.received", "body": "{}"}
    headers = {"webhook-id": delivery_id}
    new = Delivery(**told, delivery_id=delivery_id, headers=headers, received_at=TUESDAY)
    return actions.store(session, new)


def delivery(session: Session, row_id: int | None) -> Delivery:
    session.flush()
    session.expire_all()
    return session.get_one(Delivery, row_id)


def test_a_delivery_is_stored_once(session: Session) -> None:
    assert keep(session)
    assert keep(session) is None
    assert keep(session, "msg_2")
    assert len(actions.due(session, TUESDAY)) == 2


def test_it_is_retried_after_1_2_4_8_and_16_minutes_and_then_waits(session: Session) -> None:
    row_id, at = keep(session) or 0, TUESDAY
    waits = []
    for _ in range(6):
        assert actions.due(session, at) == [row_id]
        assert actions.claim(session, row_id, at)
        assert not actions.claim(session, row_id, at)
        actions.fail(session, row_id, "ValueError")
        next_at = delivery(session, row_id).next_at
        waits.append(next_at and (next_at - at).total_seconds() / 60)
        at = next_at or at

    assert waits == [1, 2, 4, 8, 16, None]
    found = delivery(session, row_id)
    assert (found.state, found.error) == (DeliveryState.FAILED, "ValueError")
    assert actions.due(session, at + timedelta(days=9)) == []


@pytest.mark.parametrize("state", [DeliveryState.APPLIED, DeliveryState.UNKNOWN])
def test_a_settled_delivery_is_not_taken_again(session: Session, state: DeliveryState) -> None:
    row_id = keep(session) or 0
    assert actions.claim(session, row_id, TUESDAY)
    taken = actions.take(session, row_id)
    assert taken
    actions.settle(session, taken, state, TUESDAY, "because")

    assert actions.take(session, row_id) is None
    assert not actions.claim(session, row_id, TUESDAY + 99 * MINUTE)
    actions.fail(session, row_id, "ValueError")
    found = delivery(session, row_id)
    assert (found.state, found.error, found.next_at) == (state, "because", None)


def test_a_delivery_that_is_not_there_is_not_claimed(session: Session) -> None:
    assert not actions.claim(session, 0, TUESDAY)


def test_refused_ones_are_counted_and_the_last_200_kept(session: Session) -> None:
    for n in range(203):
        actions.refuse(session, "openphone", "too old", b"%d" % n, TUESDAY)
    actions.refuse(session, "openphone", "not JSON", b"a\x00\xff", TUESDAY)

    kept = session.exec(select(RefusedDelivery.body)).all()
    assert len(kept) == 200
    assert "3" not in kept
    assert "4" in kept
    assert "a\ufffd" in kept
    counts = session.exec(select(RefusedCount.reason, RefusedCount.count)).all()
    assert dict(counts) == {"too old": 203, "not JSON": 1}


def test_of_a_large_refused_one_64_kb_are_kept(session: Session) -> None:
    actions.refuse(session, "openphone", "too old", b"x" * 100_000, TUESDAY)

    assert len(session.exec(select(RefusedDelivery.body)).one()) == 64 * 1024
