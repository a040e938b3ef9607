"""Delivers a pretend provider's webhooks over HTTP, and drives its time."""

import asyncio
import sqlite3
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby

import httpx

from crm_app.sandbox.stage.memory import Memory

Address = Callable[[sqlite3.Row], str | None]  # of a webhook row; None: nobody is there
Sign = Callable[[sqlite3.Row, float], dict[str, str]]  # (webhook row, wall time) -> headers
# After the nth failed attempt; the documented schedule, then OpenPhone gives up.
RETRY_SECONDS = (5, 300, 1800, 7200, 18000, 36000, 36000)
TIMEOUT_SECONDS = 10.0
LOOP_SECONDS = 0.25
NOBODY = "http://127.0.0.1:0"
PARALLEL = 8


class Courier:
    """Posts what is due to its address; texts of one thread go one after the other."""

    def __init__(
        self, memory: Memory, advance: Callable[[float], None], address: Address, sign: Sign
    ) -> None:
        """Take the rows, what lets time pass until a moment, the addresses, and the signing."""
        self._memory = memory
        self._advance = advance
        self._address = address
        self._sign = sign
        self._busy = asyncio.Lock()
        self._bell = asyncio.Event()

    @property
    def is_busy(self) -> bool:
        """Say whether a run is under way."""
        return self._busy.locked()

    def ring(self) -> None:
        """Make the loop look now instead of a quarter of a second later."""
        self._bell.set()

    async def keep_running(self) -> None:
        """Run what is due again and again until cancelled."""
        while True:
            await self.run()
            with suppress(TimeoutError):  # nobody rang
                await asyncio.wait_for(self._bell.wait(), LOOP_SECONDS)
            self._bell.clear()

    async def run(self, *, flush: bool = False) -> int:
        """Do everything due by now; return how many webhooks were taken with a 2xx.

        With `flush`, webhooks that failed before are tried at once, which costs them no attempt.
        """
        async with self._busy:
            until, taken = self._memory.now(), 0
            while True:
                self._advance(until)
                batch = self._due(until, flush=flush)
                if not batch:
                    return taken
                taken += await self._post_all(batch, until)
                flush = False

    async def reset(self) -> None:
        """Empty the world once no webhook is on its way."""
        async with self._busy:
            self._memory.empty()

    def _due(self, until: float, *, flush: bool) -> list[sqlite3.Row]:
        return self._memory.rows(
            "SELECT * FROM webhook WHERE state = 'waiting'"
            " AND (next_at <= ? OR (? AND attempts > 0)) ORDER BY next_at, n",
            until, flush,
        )  # fmt: skip

    async def _post_all(self, batch: list[sqlite3.Row], until: float) -> int:
        ordered = sorted(batch, key=lambda row: row["thread"])  # stable: keeps the order inside
        slots = asyncio.Semaphore(PARALLEL)
        # Loopback and plain http: no proxy has a say, and loading certificates would only cost.
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        async with httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS, trust_env=False, verify=nobody
        ) as client:

            async def one_thread(rows: list[sqlite3.Row]) -> int:
                async with slots:
                    return sum([await self._post(client, row, until) for row in rows])

            threads = groupby(ordered, key=lambda row: row["thread"])
            return sum(await asyncio.gather(*(one_thread(list(rows)) for _, rows in threads)))

    async def _post(self, client: httpx.AsyncClient, row: sqlite3.Row, until: float) -> bool:
        body, url = row["body"], self._address(row) or NOBODY
        headers = self._sign(row, time.time())
        headers["content-type"] = "application/json"
        try:
            answer = str((await client.post(url, content=body, headers=headers)).status_code)
        except httpx.HTTPError as problem:
            answer = type(problem).__name__
        taken = answer.startswith("2")
        state, attempts, next_at = "waiting", row["attempts"], row["next_at"]
        if taken:
            state, attempts = "done", attempts + 1
        elif next_at <= until:
            attempts += 1
            if attempts > len(RETRY_SECONDS):
                state = "failed"
            else:
                next_at = until + RETRY_SECONDS[attempts - 1]
        self._memory.run(
            "UPDATE webhook SET state = ?, attempts = ?, next_at = ?, answer = ? WHERE n = ?",
            state, attempts, next_at, answer, row["n"],
        )  # fmt: skip
        return taken
