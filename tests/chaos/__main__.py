"""`python -m tests.chaos [--seed N] [--people N] [--kills N]`: prints its seed, and what broke.

A campaign by its pace on a bad line, over a weekend and the change of the clock in March 2027,
with three workers (and so three schedulers) that are killed at random moments, a database that is
restarted five times, a clock that jumps, an account that is refused for a while, people who say
STOP in the middle of it, and answers to all who wrote, which the line's speed holds back.
"""

import argparse
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from threading import Event

import httpx
from sqlalchemy import text
from sqlmodel import select

from crm_app import db
from crm_app.auth.models import User
from crm_app.compliance.rules import Rules, change_rules
from crm_app.conversations.actions import reply
from crm_app.conversations.optout import opt_out
from crm_app.errors import CrmError
from crm_app.sandbox import clocks, play
from crm_app.sandbox import tasks as sandbox
from crm_app.terminal import say, show
from tests.campaigns.people import BODY, number, person_of
from tests.chaos.speed import COMPANY, Limits
from tests.chaos.verdict import broken
from tests.chaos.world import WORKERS, World, world
from tests.journeys.stack import until
from tests.test_kill import begin, doubt_leases

THURSDAY = datetime(2027, 3, 11, 10, tzinfo=COMPANY)  # the clocks go on that Sunday
RESTARTS, REFUSALS, JUMPS, DAYS_OF_WORK = 5, 3, 3, 8
PACE_MINUTES, A_SECOND, A_MINUTE = 300, 2, 20  # a day's cap fits into five hours
LONGEST, JUMP_HOURS = timedelta(days=40), 15
KILLED_UNTIL = 0.8  # of the texts; the rest leaves on a good line
_replies = count(1)


def main(args: list[str]) -> int:
    """Run it once; 0 when no promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    given = parser.parse_args(args)
    cap = max(1, -(-given.people // DAYS_OF_WORK))
    limits = Limits(THURSDAY, cap, PACE_MINUTES * 60 / cap, A_SECOND, A_MINUTE)
    pace = f"one in {limits.seconds:.0f} s; the line {A_SECOND} a second, {A_MINUTE} a minute"
    say(f"seed {given.seed}: {given.people} people, {given.kills} kills, {cap} a day, {pace}")
    started = time.monotonic()
    with world(given.seed, cap) as here:
        _begin(here, given.people, cap)
        _break_everything(here, given.people, given.kills)
        _settle(here)
        wrong = broken(here, BODY.split("{", maxsplit=1)[0], limits)
        states = here.rows("select purpose, state, is_for_person, count(*) from outbox"
                           " group by 1, 2, 3 order by 1, 2")  # fmt: skip
        for purpose, state, asks, many in states:
            say(f"  {many:>6} {purpose} {state}{', a person decides' if asks else ''}")
        seconds = time.monotonic() - started
        say(f"{here.kills} kills, {here.restarts} restarts of the database, {seconds:.0f} s")
    show("\n".join(wrong[:50]) or "No promise was broken.")
    return 1 if wrong else 0


def _begin(here: World, people: int, cap: int) -> None:
    """Start a campaign on a Thursday morning; one in a hundred says stop at once."""
    with db.transaction() as session:
        change_rules(session, Rules(cap, a_second=A_SECOND, a_minute=A_MINUTE))
    begin(THURSDAY, people, texts=cap, minutes=PACE_MINUTES)
    with db.transaction() as session:
        for stopped in range(1, people, 100):  # after the start: their rows are called back
            told = {"source": "person", "because": "at the door", "at": THURSDAY}
            opt_out(session, number(stopped), **told)
    for _ in range(WORKERS):
        here.start_worker()


def _break_everything(here: World, people: int, kills: int) -> None:
    """Kill, restart, refuse and say STOP at random moments while the days go by."""
    restarts = here.chance.sample(range(kills), min(RESTARTS, kills))
    refusals = here.chance.sample(range(kills), min(REFUSALS, kills))
    jumps = here.chance.sample(range(kills), min(JUMPS, kills))
    for kill in range(kills):
        Event().wait(here.chance.uniform(0.1, 2.0))
        if kill - 1 not in refusals:
            _wait_for(here, kill * people * KILLED_UNTIL // kills)
        here.kill_worker()
        if kill in restarts:
            here.restart_database()
        here.refuse_account(on=kill in refusals)
        if kill in jumps:
            _jump()
        if kill % 3 == 0:
            someone = number(here.chance.randrange(1, people + 1))
            here.provider.http.post("say", json={"from": someone, "text": "STOP"})
        if kill % max(1, kills // 10) == 0:
            _answer_all()
            say(f"  {kill} kills, {len(here.provider.sent())} texts")


def _wait_for(here: World, texts: float) -> None:
    """Lead the time on, so that the kills are spread over the texts; not for long on a bad line."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        _lead_on(here)
        if len(here.provider.sent()) >= texts:
            return
        Event().wait(0.3)


def _jump() -> None:
    """Let hours be gone at once, as after a night without power; nothing plays them."""
    on = "update house set clock_target = null, clock_offset = clock_offset + :hours * 3600"
    with play.nobody_sends():
        with db.transaction() as session:
            session.execute(text(on), {"hours": JUMP_HOURS})
        play.tell_sandbox()


def _answer_all() -> None:
    """Answer whoever wrote, all at once: faster than the line lets them go."""
    with db.transaction() as session:
        person = person_of(session.exec(select(User)).one())
        threads = session.execute(text("select id from conversation where is_unanswered limit 40"))
        for thread_id in threads.scalars().all():
            with suppress(CrmError):  # they said STOP
                reply(session, thread_id, f"Thank you, {next(_replies)}!", person)


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
        " and not is_for_person or state = 'sent' and receipt_checks < 3"
    )

    def done() -> bool:
        doubt_leases()
        left = here.rows(opened)[0][0]
        with db.transaction() as session:
            late = clocks.position(session).now > THURSDAY + LONGEST
        if not left or late:
            return True
        _lead_on(here)
        return False

    until(done, "an end", seconds=3600, pause=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
