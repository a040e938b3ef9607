"""`python -m tests.chaos [--seed N] [--people N] [--kills N]`: prints its seed, and what broke.

A campaign on a bad line over a weekend and the change of the clock in March 2027, with three
workers (and so three schedulers) that are killed at random moments, a database that is restarted
five times, an account that is refused for a while, and people who say STOP in the middle of it.
"""

import argparse
import sys
import time
from datetime import datetime, timedelta
from threading import Event

import httpx

from crm_app import db
from crm_app.compliance.models import Suppression
from crm_app.errors import CrmError
from crm_app.sandbox import clocks
from crm_app.sandbox import tasks as sandbox
from crm_app.terminal import say, show
from tests.campaigns.people import BODY, number
from tests.chaos.verdict import COMPANY, broken
from tests.chaos.world import WORKERS, World, world
from tests.journeys.stack import until
from tests.test_kill import begin, doubt_leases

MONDAY = datetime(2027, 3, 8, 10, tzinfo=COMPANY)
RESTARTS, REFUSALS, DAYS_OF_WORK = 5, 3, 8
LONGEST = timedelta(days=40)


def main(args: list[str]) -> int:
    """Run it once; 0 when no promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    given = parser.parse_args(args)
    cap = max(1, -(-given.people // DAYS_OF_WORK))
    say(f"seed {given.seed}: {given.people} people, {given.kills} kills, {cap} a day")
    started = time.monotonic()
    with world(given.seed, cap) as here:
        _begin(here, given.people)
        _break_everything(here, given.people, given.kills)
        _settle(here)
        wrong = broken(here, BODY.split("{", maxsplit=1)[0], cap)
        states = here.rows("select state, is_for_person, count(*) from outbox"
                           " where campaign_id is not null group by 1, 2 order by 1")  # fmt: skip
        for state, asks, count in states:
            say(f"  {count:>6} {state}{', a person decides' if asks else ''}")
        seconds = time.monotonic() - started
        say(f"{here.kills} kills, {here.restarts} restarts of the database, {seconds:.0f} s")
    show("\n".join(wrong[:50]) or "No promise was broken.")
    return 1 if wrong else 0


def _begin(here: World, people: int) -> None:
    """Start a campaign on a Monday morning; one in a hundred has said stop before."""
    begin(MONDAY, people)
    with db.transaction() as session:
        for stopped in range(1, people, 100):  # after the start: the claim must see it
            e164 = number(stopped)
            session.add(
                Suppression(e164=e164, source="text", because="before the start", at=MONDAY)
            )
    for _ in range(WORKERS):
        here.start_worker()


def _break_everything(here: World, people: int, kills: int) -> None:
    """Kill, restart, refuse and say STOP at random moments while the days go by."""
    restarts = sorted(here.chance.sample(range(kills), min(RESTARTS, kills)))
    refusals = sorted(here.chance.sample(range(kills), min(REFUSALS, kills)))
    for kill in range(kills):
        _lead_on(here)
        Event().wait(here.chance.uniform(0.1, 2.0))
        here.kill_worker()
        if kill in restarts:
            here.restart_database()
        here.refuse_account(on=kill in refusals)
        if kill % 3 == 0:
            someone = number(here.chance.randrange(1, people + 1))
            here.provider.http.post("say", json={"from": someone, "text": "STOP"})
        if kill % 20 == 0:
            say(f"  {kill} kills, {len(here.provider.sent())} texts")


def _lead_on(here: World) -> None:
    """Keep the clock on its way, a working day at a time."""
    try:
        with db.transaction() as session:
            on_the_way = clocks.position(session).target
        if on_the_way is None:
            sandbox.lead(lambda session: clocks.hours_on(session, 12))
    except (CrmError, OSError, httpx.HTTPError) as problem:
        say(f"  the clock waits: {problem}")


def _settle(here: World) -> None:
    """Let days pass on a good line until nothing is open but what a person decides."""
    here.provider.put("faults", {})
    opened = (
        "select count(*) from outbox where state in ('waiting', 'sending', 'uncertain')"
        " and not is_for_person"
    )

    def done() -> bool:
        doubt_leases()
        left = here.rows(opened)[0][0]
        with db.transaction() as session:
            late = clocks.position(session).now > MONDAY + LONGEST
        if not left or late:
            return True
        _lead_on(here)
        return False

    until(done, "an end", seconds=900, pause=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
