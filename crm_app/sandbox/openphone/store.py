"""What the pretend OpenPhone remembers, in one sqlite file: a killed one forgets nothing."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm_app.sandbox.openphone.chance import Json, roll
from crm_app.sandbox.openphone.switches import FAULTS, SWITCHES

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, origin TEXT NOT NULL, direction TEXT NOT NULL,
    people TEXT NOT NULL, text TEXT NOT NULL, media TEXT NOT NULL, status TEXT NOT NULL,
    error_code TEXT, created REAL NOT NULL, updated REAL NOT NULL, arrived REAL, wall REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS message_people ON message (people, n);
CREATE TABLE IF NOT EXISTS due (
    n INTEGER PRIMARY KEY, at REAL NOT NULL, step TEXT NOT NULL, subject TEXT NOT NULL, text TEXT
);
CREATE INDEX IF NOT EXISTS due_at ON due (at);
CREATE TABLE IF NOT EXISTS webhook (
    n INTEGER PRIMARY KEY, event TEXT NOT NULL, delivery TEXT NOT NULL, kind TEXT NOT NULL,
    thread TEXT NOT NULL, standard INTEGER NOT NULL, body BLOB NOT NULL, next_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL, answer TEXT
);
CREATE INDEX IF NOT EXISTS webhook_next ON webhook (next_at) WHERE state = 'waiting';
CREATE TABLE IF NOT EXISTS opt_out (
    e164 TEXT PRIMARY KEY, at REAL NOT NULL, passed INTEGER NOT NULL DEFAULT 0
);
"""


@dataclass(frozen=True)
class Text:
    """One text message. `people` are the homeowners in it, sorted; times are seconds since 1970."""

    n: int
    id: str
    origin: str  # api (we were asked to send it), phone (a homeowner), provider (auto-reply)
    direction: str
    people: str
    text: str
    media: str
    status: str
    error_code: str | None
    created: float
    updated: float
    arrived: float | None
    wall: float


class Store:
    """The sqlite file; every change of several rows goes through `change`."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, making it and its folder when absent."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(SCHEMA)

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

    def run(self, sql: str, *values: object) -> int:
        """Run one statement and return how many rows it changed."""
        return self._db.execute(sql, values).rowcount

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return every row of a query."""
        return self._db.execute(sql, values).fetchall()

    def texts(self, where: str = "1", *values: object) -> list[Text]:
        """Return the messages that match `where`, which may end in ORDER BY and LIMIT."""
        return [Text(**dict(row)) for row in self.rows(f"SELECT * FROM message WHERE {where}", *values)]

    def text(self, message_id: str) -> Text | None:
        """Return one message by its id, or None."""
        return next(iter(self.texts("id = ?", message_id)), None)

    def add_text(self, **columns: object) -> Text:
        """Store a message given by its columns and return it."""
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        self.run(f"INSERT INTO message ({names}) VALUES ({marks})", *columns.values())
        return self.texts("id = ?", columns["id"])[0]

    def setting(self, name: str, default: Any) -> Any:
        """Return a kept value, or `default`."""
        found = self.rows("SELECT value FROM setting WHERE name = ?", name)
        return json.loads(found[0]["value"]) if found else default

    def keep(self, name: str, value: object) -> None:
        """Keep a value that JSON can write."""
        self.run("INSERT OR REPLACE INTO setting VALUES (?, ?)", name, json.dumps(value))

    def faults(self) -> dict[str, float]:
        """Return the rate of every fault."""
        return {kind: 0.0 for kind in FAULTS} | self.setting("faults", {})

    def switches(self) -> Json:
        """Return every switch."""
        return SWITCHES | self.setting("switches", {})

    def strikes(self, kind: str) -> bool:
        """Draw whether the fault `kind` happens this time; the seed decides the sequence."""
        rate = self.faults()[kind]
        if rate == 0:
            return False
        drawn = self.setting(f"drawn:{kind}", 0)
        self.keep(f"drawn:{kind}", drawn + 1)
        return roll(self.switches()["seed"], kind, drawn) < rate

    def empty(self) -> None:
        """Forget every text, opt-out, fault and switch; the clock and the port stay."""
        with self.change():
            for table in ("message", "due", "webhook", "opt_out"):
                self.run(f"DELETE FROM {table}")
            self.run("DELETE FROM setting WHERE name NOT IN ('offset', 'port')")
