"""Posts webhooks at a rate, whatever the answers take; and counts what became of them."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg

from benchmarks.deliveries import person, request
from tests.journeys.stack import Stack, until

LINES = 32  # connections


@dataclass
class Posted:
    """When each text was due to leave (by its number), and the milliseconds until its answer."""

    at: dict[int, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def percentile(self, percent: float) -> float:
        """Return what so many of a hundred answers did not exceed."""
        ordered = sorted(self.took)
        return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


def post(
    port: int, first: int, many: int, rate: float, who: Callable[[int], str] = person
) -> Posted:
    """Post `many` texts "Load-n!" from number `first` on, `rate` a second; 0: as fast as it goes.

    An answer's time counts from when its text was due, so that a stall is everybody's.
    """
    posted = Posted()
    work = _post(posted, port, first, many, rate, who)
    with ThreadPoolExecutor(1) as thread:  # Playwright keeps a loop running in this one
        thread.submit(asyncio.run, work).result()
    return posted


async def _post(
    posted: Posted, port: int, first: int, many: int, rate: float, who: Callable[[int], str]
) -> None:
    numbers, begins = iter(range(first, first + many)), time.time() + 0.2

    async def line() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for n in numbers:
            due = begins + (n - first) / rate if rate else time.time()
            await asyncio.sleep(max(0.0, due - time.time()))
            posted.at[n] = due
            writer.write(request(who(n), f"Load-{n}!"))
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            posted.took.append((time.time() - due) * 1000)
            posted.answers[head.split()[1].decode()] += 1
        writer.close()

    await asyncio.gather(*(line() for _ in range(LINES)))


def settled(stack: Stack, numbers: range) -> int:
    """Wait until the worker has applied everything; return how many of these texts are missing."""
    with psycopg.connect(stack.dsn(), autocommit=True) as database:

        def is_idle() -> bool:
            open_ = "select count(*) from delivery where state not in ('applied', 'unknown')"
            return database.execute(open_).fetchone() == (0,)

        until(is_idle, "the worker to apply them all", 300, pause=0.25)
        kept = "select count(distinct body) from message where body like 'Load-%%!' and substr("
        kept += "body, 6, length(body) - 6)::int between %s and %s"
        found = database.execute(kept, (numbers.start, numbers.stop - 1)).fetchone()
    return len(numbers) - (found[0] if found else 0)
