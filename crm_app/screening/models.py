"""Tables of screening: do-not-call lists, and what is known of a number's line."""

from datetime import date, datetime

from sqlmodel import Field

from crm_app.db import Table


class CallList(Table, table=True):
    """The newest state of one do-not-call list (kinds: compliance/listed.toml)."""

    kind: str = Field(primary_key=True, max_length=20)
    dated: date = Field(description="when its publisher made it")
    loaded_at: datetime
    by_user: int = Field(foreign_key="app_user.id")
    count: int


class ListedNumber(Table, table=True):
    """A number on a do-not-call list."""

    e164: str = Field(primary_key=True, max_length=16)
    kind: str = Field(primary_key=True, max_length=20, index=True)


class NumberCheck(Table, table=True):
    """What the validation service said of a number, cached."""

    e164: str = Field(primary_key=True, max_length=16)
    line_type: str = Field(max_length=20, description="mobile, landline, voip …, or blank")
    is_valid: bool
    carrier: str = Field(default="", max_length=80)
    checked_at: datetime = Field(index=True)
