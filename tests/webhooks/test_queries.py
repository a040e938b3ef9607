"""What /admin/webhooks tells of deliveries, and what a replay makes due again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from crm_app.errors import CrmError
from crm_app.webhooks import actions, queries
from crm_app.webhooks.models import Delivery, DeliveryState
from tests.texting import TUESDAY

HOUR = timedelta(hours=1)
F, U, S, A = (
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
    DeliveryState.STORED,
    DeliveryState.APPLIED,
)


def keep(session: Session, state: DeliveryState, **more: Any) -> int:
    told: Any = {"provider": "openphone", "kind": "message.received", "body": '{"a": "é"}'}
    told |= {"headers": {"webhook-id": "1"}, "received_at": TUESDAY, "state": state}
    new = Delivery(**{**told, "delivery_id": f"{state}{more}"[:120], **more})
    session.add(new)
    session.flush()
    return new.id


def told(session: Session, view: str) -> list[tuple[str, str]]:
    return [(row.badge, row.because) for row in queries.deliveries(session, view)]


def test_each_delivery_says_where_it_stands(session: Session) -> None:
    keep(session, A)
    keep(session, U, error="This kind of event is not known.")
    keep(session, F, attempts=2, error="KeyError", next_at=TUESDAY + HOUR)
    keep(session, F, attempts=6, error="KeyError")
    keep(session, S, attempts=6)
    actions.refuse(session, "openphone", "bad signature", b"{}", TUESDAY)

    waits = [
        ("waits for you", "cut off: tried 6 times, it is not tried again"),
        ("waits for you", "KeyError: tried 6 times, it is not tried again"),
    ]
    later = ("failed", "KeyError: tried 2 times, again at 11:00 AM")
    odd = ("no effect", "This kind of event is not known.")
    assert told(session, "failed") == [*waits, later]
    assert told(session, "unknown") == [odd]
    assert told(session, "all") == [*waits, later, odd, ("applied", "applied")]
    assert told(session, "refused") == [("refused", "bad signature")]
    assert queries.reasons(session) == [("bad signature", "1, last Tue, Jun 9, 2026, 10:00 AM")]
    assert queries.refused_since(session, TUESDAY) == 1
    assert queries.refused_since(session, TUESDAY + HOUR) == 0


def test_list_is_leafed_through_by_the_last_one_shown(session: Session) -> None:
    ids = [keep(session, U, delivery_id=f"msg {n}") for n in range(60)]
    first = queries.deliveries(session, "unknown")
    assert [row.id for row in first] == ids[:9:-1]
    second = queries.deliveries(session, "unknown", first[-1].id)
    assert [row.id for row in second] == ids[9::-1]


def test_detail_has_body_and_headers_readable(session: Session) -> None:
    found = queries.delivery(session, keep(session, U), is_refused=False)
    assert (found.body, found.headers) == ('{\n  "a": "é"\n}', [("webhook-id", "1")])
    actions.refuse(session, "openphone", "not JSON", b"{a", TUESDAY)
    refused = queries.deliveries(session, "refused")[0]
    shown = queries.delivery(session, refused.id, is_refused=True)
    assert (shown.body, shown.may_replay) == ("{a", False)
    with pytest.raises(CrmError, match="not kept any more"):
        queries.delivery(session, 0, is_refused=False)


@pytest.mark.parametrize(
    ("which", "again"),
    [
        ({}, {"unknown", "failed", "over"}),
        ({"row_id": "applied"}, {"applied"}),
        ({"since": TUESDAY - HOUR}, {"applied", "failed", "over"}),
    ],
)
def test_replay_makes_due_again_what_was_asked_for(
    session: Session, which: dict[str, Any], again: set[str]
) -> None:
    ids = {
        "applied": keep(session, A), "failed": keep(session, F, attempts=3, error="KeyError"),
        "over": keep(session, S, attempts=6),
        "unknown": keep(session, U, received_at=TUESDAY - 2 * HOUR),
    }  # fmt: skip
    at = TUESDAY + HOUR
    asked: Any = {name: ids.get(value, value) for name, value in which.items()}

    assert actions.replay(session, at, **asked) == len(again)

    due = set(
        session.execute(text("select id from delivery where next_at = :at"), {"at": at}).scalars()
    )
    assert due == {ids[name] for name in again}
    assert due == set(actions.due(session, at))
    assert actions.claim(session, ids[min(again)], at)


def test_bodies_of_what_was_applied_a_week_ago_go_and_cannot_be_replayed(session: Session) -> None:
    week = TUESDAY + 7 * 24 * HOUR
    old = keep(session, A, applied_at=TUESDAY - HOUR)
    kept = [keep(session, A, applied_at=TUESDAY), keep(session, F, attempts=6), keep(session, U)]
    actions.forget_bodies(session, week)
    session.expire_all()

    one = queries.delivery(session, old, is_refused=False)
    assert (one.body, one.headers, one.may_replay) == ("", [], False)
    assert one.because == "applied; the body was deleted 7 days after it was applied"
    assert [queries.delivery(session, i, is_refused=False).may_replay for i in kept] == [True] * 3
    with pytest.raises(CrmError, match="nothing to replay: the body was deleted"):
        actions.replay(session, week, row_id=old)
    assert actions.replay(session, week, since=TUESDAY - HOUR) == 3
    assert session.get_one(Delivery, old).state is A
    again = Delivery(provider="openphone", delivery_id=f"{A}{{'applied_at': {TUESDAY - HOUR!r}}}",
                     body="{}", received_at=week)  # fmt: skip
    assert actions.store(session, again) is None, "its id is known for ever"
