"""`python -m tests.flight [--seed N] [--events N] [--people N]`: prints its seed, and what broke.

Real processes: the route of the webhooks, workers, PostgreSQL, the pretend OpenPhone. A fifth of
the events is lost, others are doubled, disordered or spoiled; web and worker are killed three
times, the database restarts twice. Then retries run out, and one reconciliation is made.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from crm_app.terminal import say, show
from tests.chaos.world import World, world
from tests.flight.flight import fly
from tests.flight.story import Story


def main(args: list[str]) -> int:
    """Run it once; 0 when nothing is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.flight", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=200)
    given = parser.parse_args(args)
    say(f"seed {given.seed}: {given.events} events about {given.people} people")
    started, written = time.monotonic(), list[Story]()

    def write(folder: Path) -> None:
        path = folder / "sandbox.sqlite"
        written.append(Story(path, given.seed, given.events, given.people))

    with world(given.seed, 1, write) as here:
        found = fly(here, written[0], given.seed, breaks(here))
    answers = ", ".join(f"{many} × {what}" for what, many in found.answers.most_common())
    say(f"{len(written[0].webhooks)} events, {found.deliveries} deliveries ({answers}),"
        f" {found.lost} never came; {time.monotonic() - started:.0f} s")  # fmt: skip
    say(f"{len(found.recovered)} texts and calls were recovered:\n  " + " ".join(found.recovered))
    say("Not told by OpenPhone:\n  " + "\n  ".join(found.untold or ["nothing"]))
    show("\n".join(found.wrong[:80]) or "Nothing is missing.")
    return 1 if found.wrong else 0


def breaks(here: World) -> dict[float, Callable[[], object]]:
    """Return what breaks at which share of the deliveries."""

    def web() -> None:
        here.end_web()
        here.start_web()

    def both() -> None:
        here.end_web()
        here.kill_worker()
        here.start_web()

    return {0.2: web, 0.35: here.kill_worker, 0.5: here.restart_database, 0.65: both,
            0.8: here.restart_database}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
