"""What a pretend provider remembers, in one sqlite file: a killed one forgets nothing."""

import json
import sqlite3
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from crm_app.sandbox.stage.chance import Json, roll

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS due (
    n INTEGER PRIMARY KEY, at REAL NOT NULL, step TEXT NOT NULL, subject TEXT NOT NULL, text TEXT
);
CREATE INDEX IF NOT EXISTS due_at ON due (at, n);
CREATE TABLE IF NOT EXISTS webhook (
    n INTEGER PRIMARY KEY, event TEXT NOT NULL, delivery TEXT NOT NULL, kind TEXT NOT NULL,
    thread TEXT NOT NULL, scheme TEXT NOT NULL, body BLOB NOT NULL, next_at REAL NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, answer TEXT
);
CREATE INDEX IF NOT EXISTS webhook_next ON webhook (next_at) WHERE state = 'waiting';
"""


class Memory:
    """A provider's rows, its faults and switches, and its clock: wall time plus a kept offset."""

    TABLES: ClassVar[tuple[str, ...]] = ("due", "webhook")
    FAULTS: ClassVar[Mapping[str, str]] = {}
    SWITCHES: ClassVar[Mapping[str, object]] = {"seed": 1}

    def __init__(self, path: Path, schema: str) -> None:
        """Open the file at `path` with the provider's own `schema`, making it when absent."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA + schema)
        if "target" not in {row["name"] for row in self.rows("PRAGMA table_info(webhook)")}:
            # which subscription's it is; files of before had none
            self._db.execute("ALTER TABLE webhook ADD COLUMN target TEXT NOT NULL DEFAULT ''")
        self._recent: defaultdict[str, deque[float]] = defaultdict(deque)
        self.speed = {"most_in_a_second": 0, "too_fast": 0}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Keep all of a block's changes, or none when it raises; blocks may nest."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def run(self, sql: str, *values: object) -> None:
        """Run one statement."""
        self._db.execute(sql, values)

    def add(self, table: str, **columns: object) -> None:
        """Store one row, given by its columns."""
        marks = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        self._db.execute(sql, list(columns.values()))

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return every row of a query."""
        return self._db.execute(sql, values).fetchall()

    def setting(self, name: str, default: Any) -> Any:
        """Return a kept value, or `default`."""
        found = self.rows("SELECT value FROM setting WHERE name = ?", name)
        return json.loads(found[0]["value"]) if found else default

    def keep(self, name: str, value: object) -> None:
        """Keep a value that JSON can write."""
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, json.dumps(value))

    def faults(self) -> dict[str, float]:
        """Return the rate of every fault."""
        return {**dict.fromkeys(self.FAULTS, 0.0), **self.setting("faults", {})}

    def switches(self) -> Json:
        """Return every switch."""
        return {**self.SWITCHES, **self.setting("switches", {})}

    def strikes(self, kind: str) -> bool:
        """Draw whether the fault `kind` happens this time; the seed decides the sequence."""
        rate = self.faults()[kind]
        if rate == 0:
            return False
        drawn = self.setting(f"drawn:{kind}", 0)
        self.keep(f"drawn:{kind}", drawn + 1)
        return roll(self.switches()["seed"], kind, drawn) < rate

    def note_refused(self, kind: str) -> None:
        """Count a request that was answered with a problem."""
        counted = self.setting("refused", {})
        self.keep("refused", {**counted, kind: counted.get(kind, 0) + 1})

    def is_too_fast(self, key: str, limit: float) -> bool:
        """Count a request by `key`; say whether it had `limit` in the last second already."""
        recent, now = self._recent[key], time.monotonic()
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= limit:
            self.speed["too_fast"] += 1
            return True
        recent.append(now)
        self.speed["most_in_a_second"] = max(self.speed["most_in_a_second"], len(recent))
        return False

    def offset(self) -> float:
        """Return by how many seconds this world is ahead of the wall clock."""
        return float(self.setting("offset", 0.0))

    def now(self) -> float:
        """Return this world's time, in seconds since 1970."""
        return time.time() + self.offset()

    def move_clock(self, offset: float) -> None:
        """Set the offset in seconds; when it shrinks, what is to come moves back with it."""
        with self.change():
            back = min(0.0, offset - self.offset())
            self.keep("offset", offset)
            self.run("UPDATE due SET at = at + ?", back)
            self.run("UPDATE webhook SET next_at = next_at + ? WHERE state = 'waiting'", back)

    def next_due(self) -> float | None:
        """Return when the next thing happens, or None when nothing is planned."""
        found: float | None = self.rows(
            "SELECT min(at) FROM (SELECT at FROM due UNION ALL"
            " SELECT next_at FROM webhook WHERE state = 'waiting')"
        )[0][0]
        return found

    def empty(self) -> None:
        """Forget every row, fault and switch; the clock and the port stay."""
        with self.change():
            for table in self.TABLES:
                self.run(f"DELETE FROM {table}")
            self._recent.clear()
            self.run("DELETE FROM setting WHERE name NOT IN ('offset', 'port')")
