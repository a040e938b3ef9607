"""Delivers a story's webhooks badly: some never, some twice or spoiled, many out of order."""

import asyncio
import random
import sqlite3
import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Thread

import httpx

from crm_app.sandbox.openphone.signing import legacy_headers, standard_headers
from crm_app.settings import settings

LOST, DOUBLED, SPOILED, FAR = 0.2, 0.2, 0.06, 0.1
NEAR = 40  # places that an event may be early or late
PARALLEL = 16
# OpenPhone's eight attempts, with the hours between them played in seconds.
WAITS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass
class Courier:
    """What is posted, in the order of posting, and what became of it."""

    seed: int
    webhooks: list[sqlite3.Row]
    is_bad: bool
    answers: Counter[str] = field(default_factory=Counter)
    lost: set[int] = field(default_factory=set)  # the rows' n: nobody ever took them
    posted: int = 0

    def __post_init__(self) -> None:
        """Plan the flight of each: when it comes, how often, and whether its bytes are right."""
        chance = random.Random(self.seed)
        self._plan: list[tuple[float, sqlite3.Row, bool]] = []
        for place, row in enumerate(self.webhooks):
            roll = chance.random() if self.is_bad else 1.0
            if roll < LOST:
                self.lost.add(row["n"])
                continue
            if roll < LOST + SPOILED:
                self._plan.append((place, row, True))
                if roll < LOST + SPOILED / 2:  # by something that spoils each attempt
                    self.lost.add(row["n"])
                    continue
            for _ in range(2 if self.is_bad and chance.random() < DOUBLED else 1):
                far = len(self.webhooks) if chance.random() < FAR else NEAR
                shift = chance.uniform(-far, far) if self.is_bad else 0
                self._plan.append((place + shift, row, False))
        self._plan.sort(key=lambda planned: planned[0])

    def __len__(self) -> int:
        return len(self._plan)

    def start(self) -> Thread:
        """Begin in a thread of its own and return it."""
        thread = Thread(target=lambda: asyncio.run(self._fly()), name="courier")
        thread.start()
        return thread

    async def _fly(self) -> None:
        waiting = iter(self._plan)
        url = f"http://127.0.0.1:{settings().port}/webhooks/openphone"
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            later: set[asyncio.Task[None]] = set()

            async def line() -> None:
                for _, row, is_spoiled in waiting:
                    if not await self._post(client, url, row, is_spoiled=is_spoiled):
                        again = self._again(client, url, row, is_spoiled=is_spoiled)
                        later.add(asyncio.create_task(again))
                    self.posted += 1

            # In order there is but one line: what was said first is heard first.
            await asyncio.gather(*(line() for _ in range(PARALLEL if self.is_bad else 1)))
            await asyncio.gather(*later)

    async def _again(
        self, client: httpx.AsyncClient, url: str, row: sqlite3.Row, *, is_spoiled: bool
    ) -> None:
        for seconds in WAITS:
            await asyncio.sleep(seconds)
            if await self._post(client, url, row, is_spoiled=is_spoiled):
                return
        self.lost.add(row["n"])

    async def _post(
        self, client: httpx.AsyncClient, url: str, row: sqlite3.Row, *, is_spoiled: bool
    ) -> bool:
        """Post one; return whether that is the end of it."""
        body, key, now = row["body"], settings().webhook_keys[0], time.time()
        headers = (
            legacy_headers(key, body, now)
            if row["scheme"] == "legacy"
            else standard_headers(key, row["delivery"], body, now)
        )
        sent = body.replace(b'"', b"'", 1) if is_spoiled else body
        try:
            status = (await client.post(url, content=sent, headers=headers)).status_code
        except httpx.HTTPError as problem:
            self.answers[type(problem).__name__] += 1
            return False
        self.answers[f"{status}{' spoiled' if is_spoiled else ''}"] += 1
        return is_spoiled or status == 200
