"""Tables of the imports module: files, what each row says, what becomes of it, kept recipes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.db import Table, choice

_NEEDS_A_LOOK = text("reason <> '' or warnings <> '[]'")


class ImportState(StrEnum):
    """Where an import stands; `mapping` waits for a person to say what the columns are."""

    UPLOADED = "uploaded"
    MAPPING = "mapping"
    READING = "reading"
    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    APPLIED = "applied"
    CANCELLED = "cancelled"
    UNDOING = "undoing"
    UNDONE = "undone"
    FAILED = "failed"


class Mode(StrEnum):
    """How what exists is treated: fill empty fields only, update from the file, or skip."""

    FILL = "fill"
    UPDATE = "update"
    SKIP = "skip"


class Import(Table, table=True):
    """One uploaded file.

    `mapping` is a list of {"column", "target"} in the order of `header`; `dialect` holds encoding,
    delimiter, the physical line of the header, and the text of a `footer`; `counts` is the JSON of
    the command line's result: the plan's until the import is applied, then what was written.
    """

    id: int = Field(default=None, primary_key=True)
    file_name: str = Field(max_length=200)
    stored_as: str = Field(max_length=120, description="below data_path/imports")
    list_name: str = Field(default="", max_length=120)
    list_id: int | None = Field(default=None, foreign_key="contact_list.id")
    state: ImportState = Field(default=ImportState.UPLOADED, sa_type=choice(ImportState))
    recipe: str = Field(default="", max_length=80, description="the format's name")
    sureness: int = Field(default=0, description="per cent, of the recognition")
    dialect: Any = Field(default_factory=dict, sa_type=JSONB)
    header: Any = Field(default_factory=list, sa_type=JSONB)
    mapping: Any = Field(default_factory=list, sa_type=JSONB)
    mode: Mode = Field(default=Mode.FILL, sa_type=choice(Mode))
    tag: str = Field(default="", max_length=40, description="given to each of its contacts")
    basis: str = Field(default="", max_length=20, description="of consent, where the file is proof")
    is_approved: bool = Field(default=False, description="apply as soon as it is planned")
    is_cancelling: bool = False
    rows_total: int = 0
    rows_done: int = Field(default=0, description="of the step that `state` names")
    counts: Any = Field(default_factory=dict, sa_type=JSONB)
    error: str = ""
    created_by: int | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime
    began_at: datetime | None = Field(default=None, description="the step, for the time left")
    finished_at: datetime | None = None
    undone_at: datetime | None = Field(default=None, description="or when that was asked for")


class Verdict(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class ImportRow(Table, table=True):
    """What one record says: `line` is the physical line where it begins (the header is 1).

    `house` is what it says of a row of `property`, or null; `people` is a list as
    `intake.rows.Read` has it.
    """

    __table_args__ = (
        Index("ix_import_row_look", "import_id", "line", postgresql_where=_NEEDS_A_LOOK),
    )
    import_id: int = Field(foreign_key="import.id", primary_key=True)
    line: int = Field(primary_key=True)
    place: int = Field(description="of the row in the file, from 1")
    reason: str = Field(default="", description="why it is refused; empty: it is good")
    warnings: Any = Field(default_factory=list, sa_type=JSONB)
    raw: Any = Field(sa_type=JSONB, description="its cells")
    house: Any = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    people: Any = Field(default_factory=list, sa_type=JSONB)
    refused_phones: int = 0
    is_overwriting: bool = Field(default=False, description="also what a person here typed")


class ImportOutcome(Table, table=True):
    """What a row would do (planned) or did (`is_done`): the result, and what an undo needs.

    `changes` is a list of {"entity": "property" | "contact" | "contact_property", "id", "before",
    "after", "kept", "numbers"}, of the changed fields only; `kept` are fields that stayed as a
    person here had typed them, `numbers` (E.164) are those that a contact got by the row. What was
    created bears the import's id itself.
    """

    import_id: int = Field(foreign_key="import.id", primary_key=True)
    line: int = Field(primary_key=True)
    is_done: bool = False
    verdict: Verdict = Field(sa_type=choice(Verdict), description="of the row")
    property_verdict: str = Field(default="", max_length=10, description="empty: no house in it")
    contact_verdicts: Any = Field(default_factory=list, sa_type=JSONB)
    property_id: int | None = None  # no foreign keys here: an undo deletes what is meant
    contact_ids: Any = Field(default_factory=list, sa_type=JSONB)
    changes: Any = Field(default_factory=list, sa_type=JSONB)
    warnings: Any = Field(default_factory=list, sa_type=JSONB, description="of what is known here")
    stayed: str = Field(default="", description="why an undo left something of it")


class Recipe(Table, table=True):
    """A mapping that a person made, remembered for files with the same header."""

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=80)
    header_key: str = Field(unique=True, max_length=64, description="SHA-256 of the header set")
    mapping: Any = Field(sa_type=JSONB)
    created_by: int | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime
