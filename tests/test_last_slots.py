"""Twenty worker processes fight for the last ten of the day's 125 cold texts: ten start, once."""

import multiprocessing
from collections import Counter
from multiprocessing.synchronize import Barrier

from sqlalchemy import text

from crm_app import clock, db
from crm_app.compliance.rules import Rules, change_rules
from crm_app.conversations.models import DayCap
from crm_app.conversations.slots import company_day
from crm_app.outbox.sending import Claimed, claim_next
from crm_app.settings import settings
from tests.texting import TUESDAY, queue_cold, set_clock

WORKERS, LIMIT, USED, WAITING = 20, 125, 115, 60
SPAWN = multiprocessing.get_context("spawn")  # nothing of ours comes along: no engine, no clock


def work(begin: Barrier, got: "multiprocessing.Queue[list[int]]") -> None:
    """What a worker does until nothing is left, in a process and with an engine of its own."""
    mine = list[int]()
    db.engine()
    begin.wait(60)
    while True:
        with db.transaction() as session:
            found = claim_next(session)
        if found is None:
            return got.put(mine)
        if isinstance(found, Claimed):
            mine.append(found.outbox_id)


def test_twenty_processes_start_exactly_the_last_ten(fresh_database: str) -> None:
    assert fresh_database == settings().database_url.get_secret_value()
    with db.transaction() as session:
        set_clock(session, TUESDAY)
        change_rules(session, Rules(LIMIT, a_second=0, a_minute=0))
        day = company_day(clock.now(session))
        session.add(DayCap(own_number=settings().own_number, day=day, used=USED))
        waiting = queue_cold(session, WAITING)

    begin, got = SPAWN.Barrier(WORKERS), SPAWN.Queue()
    workers = [SPAWN.Process(target=work, args=(begin, got)) for _ in range(WORKERS)]
    for one in workers:
        one.start()
    claimed = Counter(row_id for _ in workers for row_id in got.get(timeout=120))
    for one in workers:
        one.join(60)

    assert [one.exitcode for one in workers] == [0] * WORKERS
    assert len(claimed) == LIMIT - USED
    assert set(claimed.values()) == {1}
    assert set(claimed) <= set(waiting)
    with db.transaction() as session:
        used = session.execute(text("select day, used from day_cap")).all()
        states = session.execute(text("select state, count(*) from outbox group by state")).all()
        started = session.execute(text("select id from outbox where started_at is not null"))
        assert set(started.scalars()) == set(claimed)
    assert used == [(day, LIMIT)]
    assert dict(map(tuple, states)) == {"sending": 10, "waiting": WAITING - 10}
