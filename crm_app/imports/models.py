"""Tables of the imports module: each file, and the verdict on each of its rows."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from crm_app.db import Table, choice

_NEEDS_A_LOOK = text("verdict = 'failed' or warnings <> '[]'")


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


class Import(Table, table=True):
    """One uploaded file. `counts` is the JSON of the command line's result."""

    id: int = Field(default=None, primary_key=True)
    file_name: str = Field(max_length=200)
    stored_as: str = Field(max_length=120, description="below data_path/imports")
    list_name: str = Field(default="", max_length=120)
    list_id: int | None = Field(default=None, foreign_key="contact_list.id")
    state: ImportState = Field(default=ImportState.UPLOADED, sa_type=choice(ImportState))
    rows_total: int = 0
    rows_done: int = 0
    counts: Any = Field(default_factory=dict, sa_type=JSONB)
    error: str = ""
    created_by: int | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime
    finished_at: datetime | None = None


class Verdict(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class ImportRow(Table, table=True):
    """One record of a file: `line` is the physical line where it begins (the header is 1)."""

    __table_args__ = (
        Index("ix_import_row_look", "import_id", "line", postgresql_where=_NEEDS_A_LOOK),
    )
    import_id: int = Field(foreign_key="import.id", primary_key=True)
    line: int = Field(primary_key=True)
    verdict: Verdict = Field(sa_type=choice(Verdict))
    reason: str = ""
    warnings: Any = Field(default_factory=list, sa_type=JSONB)
    raw: Any = Field(sa_type=JSONB)
    property_id: int | None = Field(default=None, foreign_key="property.id")
