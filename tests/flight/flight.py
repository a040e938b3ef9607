"""One story told twice, in order and badly; in the end both databases know the same."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import text

from crm_app import clock, db, house, queue
from crm_app.compliance.facts import Purpose
from crm_app.conversations import threads
from crm_app.conversations.models import Direction, Line, MessageStatus, Outbox, OutboxState
from crm_app.conversations.threads import Said
from crm_app.media.queries import TOLD
from crm_app.openphone import tasks
from crm_app.reconciliation import actions
from crm_app.reconciliation import tasks as reconciliation
from crm_app.reconciliation.models import Reconciliation, RunState
from crm_app.settings import settings
from tests.chaos.world import World
from tests.flight.courier import Courier
from tests.flight.pictures import Picture, differences, picture, rows
from tests.flight.story import Story
from tests.journeys.stack import until

RETRIES, ID = 6, re.compile(rb"AC[0-9a-f]{32}")
_TABLES = (
    "select quote_ident(tablename) from pg_tables where schemaname = 'public'"
    " and tablename not in ('alembic_version', 'house', 'owner_setting', 'app_user')"
)


@dataclass
class Verdict:
    """What came of a flight; nothing may be `wrong`."""

    wrong: list[str]
    untold: list[str]
    recovered: list[str]
    answers: Counter[str]
    deliveries: int
    lost: int


def fly(here: World, story: Story, seed: int, breaks: dict[float, Callable[[], object]]) -> Verdict:
    """Tell the story in order to an empty house, then badly to another; compare them.

    `breaks` says what happens at which share of the bad run's deliveries.
    """
    clean, _ = _told(here, story, Courier(seed, story.webhooks, is_bad=False), {})
    courier = Courier(seed, story.webhooks, is_bad=True)
    here.start_worker()
    after, recovered = _told(here, story, courier, breaks)
    wrong, untold = differences(clean, after)
    wrong += _not_named(story, courier, recovered)
    open_ = rows("select delivery_id, state, error from delivery"
                 " where state not in ('applied', 'unknown')")  # fmt: skip
    wrong += [f"delivery {name} was left {state}: {error}" for name, state, error in open_]
    return Verdict(wrong, untold, sorted(recovered), courier.answers, len(courier),
                   len(courier.lost))  # fmt: skip


def _told(
    here: World, story: Story, courier: Courier, breaks: dict[float, Callable[[], object]]
) -> tuple[Picture, set[str]]:
    """Tell a story to an empty house; return what it knows then, and what was recovered."""
    _empty(story)
    thread = courier.start()
    for share, happens in sorted(breaks.items()):
        until(lambda share=share: courier.posted >= share * len(courier) or not thread.is_alive(),
              "the deliveries", seconds=3600, pause=0.01)  # fmt: skip
        happens()
    thread.join()
    for _ in range(RETRIES):  # the minutes between the attempts are over
        tasks.apply_due()
        here.rows("update delivery set next_at = :now where next_at is not null"
                  " and state in ('stored', 'failed') returning id", now=clock.wall())  # fmt: skip
    until(lambda: not rows("select from delivery where state in ('stored', 'failed')"
                           " and next_at is not null"), "all to be applied")  # fmt: skip
    with db.transaction() as session:
        run_id = actions.begin(session, None).id
    queue.ring(reconciliation.go_on)

    def is_done() -> bool:
        reconciliation.go_on()
        with db.transaction() as session:
            return session.get_one(Reconciliation, run_id).state is RunState.DONE

    until(is_done, "the reconciliation", seconds=1800)
    return picture(), _recovered()


def _empty(story: Story) -> None:
    """Begin anew: nothing is known but what we sent ourselves, and no more can leave."""
    now, own = clock.wall(), settings().own_number
    with db.transaction() as session:
        named = ", ".join(session.execute(text(_TABLES)).scalars())
        session.execute(text("set local session_replication_role = replica"))  # no trigger
        session.execute(text(f"truncate {named} cascade"))
        house.put_setting(session, TOLD, {"by": "the flight"})  # so that what was said is asked for
        told: Any = {"stopped_since": now, "retry_at": now + timedelta(days=1)}
        session.add(Line(own_number=own, stopped_because="the flight", **told))
        for one in story.sent:
            at = datetime.fromtimestamp(one.created, UTC)
            told = {"own_number": own, "e164": one.people, "body": one.text}
            more: Any = {"state": OutboxState.SENT, "provider_id": one.id, "not_before": at}
            more |= {"started_at": at, "created_at": at, "finished_at": at, "receipt_checks": 3}
            row = Outbox(**told, **more, purpose=Purpose.REPLY, priority=1)
            session.add(row)
            session.flush()
            told |= {"direction": Direction.OUT, "status": MessageStatus.SENT, "at": at}
            threads.add_message(session, Said(one.id, **told), row.id)


def _recovered() -> set[str]:
    """Return what a reconciliation named, by the provider's ids."""
    return set(chain.from_iterable(rows(
        "select coalesce(m.provider_id, l.provider_id) from recovered r"
        " left join message m on m.id = r.message_id left join call l on l.id = r.call_id"
    )))  # fmt: skip


def _not_named(story: Story, courier: Courier, recovered: set[str]) -> list[str]:
    """Return the texts and calls of which nothing came and that nobody named, and the reverse."""
    ours = {text.id for text in story.sent}
    never, came = (story.calls | story.texts.keys()) - ours, set[str]()
    for row in story.webhooks:
        if row["n"] not in courier.lost:
            told = never.intersection(found.decode() for found in ID.findall(row["body"]))
            never -= told
            came |= told if row["kind"] == "message.received" else set()
    return [
        *(f"{name} was lost, and is not named" for name in sorted(never - recovered)),
        *(f"{name} came, and is named as lost" for name in sorted(came & recovered)),
    ]
