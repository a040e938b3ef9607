"""The rows of the pretend OpenPhone: texts and who opted out."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from crm_app.sandbox.stage.memory import Memory
from crm_app.sandbox.subscriptions.book import SCHEMA as SUBSCRIPTIONS

HERE = Path(__file__).parent
WORDS: dict[str, Any] = tomllib.loads((HERE / "tables.toml").read_text("utf-8"))
SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, origin TEXT NOT NULL, direction TEXT NOT NULL,
    people TEXT NOT NULL, text TEXT NOT NULL, media TEXT NOT NULL, status TEXT NOT NULL,
    error_code TEXT, created REAL NOT NULL, updated REAL NOT NULL, arrived REAL, wall REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS message_people ON message (people, n);
CREATE TABLE IF NOT EXISTS opt_out (
    e164 TEXT PRIMARY KEY, at REAL NOT NULL, passed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS call (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, direction TEXT NOT NULL, people TEXT NOT NULL,
    status TEXT NOT NULL, created REAL NOT NULL, answered REAL, completed REAL,
    duration INTEGER NOT NULL DEFAULT 0, voicemail TEXT NOT NULL DEFAULT '',
    recordings TEXT NOT NULL DEFAULT '', summary TEXT NOT NULL DEFAULT '',
    dialogue TEXT NOT NULL DEFAULT '', forwarded_to TEXT NOT NULL DEFAULT '', updated REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS call_people ON call (people, n);
CREATE TABLE IF NOT EXISTS contact (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, fields TEXT NOT NULL, created REAL NOT NULL,
    updated REAL NOT NULL
);
"""


@dataclass(frozen=True)
class Text:
    """One text message. `people` are the homeowners in it, sorted; times are seconds since 1970."""

    n: int
    id: str
    origin: str  # api (asked to send it), app (staff), phone (a homeowner), provider (auto-reply)
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


class Store(Memory):
    """OpenPhone's memory."""

    TABLES: ClassVar[tuple[str, ...]] = (
        *Memory.TABLES, "message", "opt_out", "call", "subscription", "contact",
    )  # fmt: skip
    FAULTS: ClassVar[Mapping[str, str]] = WORDS["faults"]
    SWITCHES: ClassVar[Mapping[str, object]] = WORDS["switches"]

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, making it when absent."""
        super().__init__(path, SCHEMA + SUBSCRIPTIONS)

    def texts(self, where: str, *values: object) -> list[Text]:
        """Return the messages that match `where`, which may end in ORDER BY and LIMIT."""
        found = self.rows(f"SELECT * FROM message WHERE {where}", *values)
        return [Text(**dict(row)) for row in found]

    def text(self, message_id: str) -> Text | None:
        """Return one message by its id, or None."""
        return next(iter(self.texts("id = ?", message_id)), None)

    def has_opted_out(self, person: str) -> bool:
        """Say whether a homeowner is opted out now."""
        return bool(self.rows("SELECT 1 FROM opt_out WHERE e164 = ?", person))
