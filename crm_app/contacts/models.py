"""Tables of the contacts module: people, their numbers, houses, who owns what, lists."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, Computed, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlmodel import Field

from crm_app.db import Table

_PRESENT = text("deleted_at is null")
_ENDING = func.reverse(text("e164")).label("reversed")  # for the search by last digits
# 'simple': names are not English words. Street and town come in by `houses`, kept by the actions.
_SEARCH = (
    "to_tsvector('simple', name || ' ' || other_names || ' ' || email || ' ' || houses)"
    " || to_tsvector('simple', tags)"
)
_HOUSE_SEARCH = "to_tsvector('simple', address || ' ' || city || ' ' || zip5 || ' ' || owner)"


def _unique(name: str, *columns: Any, where: str) -> Index:
    return Index(name, *columns, unique=True, postgresql_where=text(where))


class Contact(Table, table=True):
    """A person or firm. `houses` repeats the addresses of its properties for the search.

    `extras` are columns of files that nobody knows here, by their header; `edited` names the fields
    that a person here typed: no file overwrites them unasked. `version` counts every change; the
    last one was a person's (`edited_by`) when `edited_at` is `updated_at`. Rows
    made by an import bear its `import_id`, no foreign key: an undo finds them by it, and 900,000
    checks at each large import would find nothing.
    """

    __table_args__ = (
        Index("ix_contact_search", "search", postgresql_using="gin"),
        Index("ix_contact_email", text("lower(email)"), postgresql_where=text("email <> ''")),
        Index("ix_contact_merged", "merged_into", postgresql_where=text("merged_into is not null")),
        Index("ix_contact_tags", "tags", postgresql_using="gin"),
        Index("ix_contact_name", text("lower(name)"), "id", postgresql_where=_PRESENT),
    )
    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=120)
    first_name: str = Field(default="", max_length=60)
    last_name: str = Field(default="", max_length=80)
    is_company: bool = False
    email: str = Field(default="", max_length=254)
    other_emails: str = Field(default="", description="further addresses, by ' · '")
    notes: str = ""
    tags: Any = Field(default_factory=list, sa_type=JSONB)
    extras: Any = Field(default_factory=dict, sa_type=JSONB)
    edited: Any = Field(default_factory=list, sa_type=JSONB)
    other_names: str = Field(default="", description="names on the same number, by ' · '")
    mail_zip: str = Field(default="", max_length=5)
    houses: str = ""
    search: Any = Field(default=None, sa_column=Column(TSVECTOR, Computed(_SEARCH, persisted=True)))
    version: int = 1
    import_id: int | None = None
    created_at: datetime
    updated_at: datetime
    edited_by: int | None = Field(default=None, foreign_key="app_user.id")
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    merged_into: int | None = Field(default=None, foreign_key="contact.id")


class PhoneNumber(Table, table=True):
    """One number of one contact: E.164, whether it may be texted, and if not, why."""

    __table_args__ = (
        Index("ix_phone_number_reversed", _ENDING, postgresql_ops={"reversed": "text_pattern_ops"}),
    )
    id: int = Field(default=None, primary_key=True)
    e164: str = Field(unique=True, max_length=16)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    position: int = Field(default=0, description="0 is the number used first")
    kind: str = Field(default="", max_length=20, description="mobile, home, work, main, other")
    is_textable: bool = True
    not_textable_because: str = Field(default="", max_length=80)
    note: str = Field(default="", max_length=120, description="as written, extension, extra")
    import_id: int | None = None


class Property(Table, table=True):
    """A house. Identity: Radar ID, else APN + town, else `address_key` (address, unit, ZIP5).

    `extras`, `edited`, `version` and `import_id` as of a contact.
    """

    __table_args__ = (
        Index("ix_property_search", "search", postgresql_using="gin"),
        _unique("uq_property_radar_id", "radar_id", where="radar_id <> ''"),
        _unique("uq_property_apn_town", "apn", text("lower(city)"), where="apn <> ''"),
        _unique("uq_property_address_key", "address_key", where="apn = '' and radar_id = ''"),
    )
    id: int = Field(default=None, primary_key=True)
    radar_id: str = Field(default="", max_length=20)
    apn: str = Field(default="", max_length=60)
    address_key: str = Field(index=True, max_length=160)
    address: str = Field(max_length=160)
    city: str = Field(max_length=80)
    state: str = Field(default="", max_length=2)
    zip5: str = Field(default="", max_length=5)
    subdivision: str = Field(default="", max_length=80)
    kind: str = Field(default="", max_length=10)
    latitude: float | None = None
    longitude: float | None = None
    year_built: int | None = None
    square_feet: int | None = None
    bedrooms: float | None = None
    bathrooms: float | None = None
    purchased_on: date | None = None
    value_cents: int | None = Field(default=None, sa_type=BigInteger)
    equity_cents: int | None = Field(default=None, sa_type=BigInteger)
    equity_percent: int | None = None
    is_owner_occupied: bool | None = None
    is_listed: bool | None = None
    listing_status: str = Field(default="", max_length=20)
    is_in_foreclosure: bool | None = None
    owner: str = Field(default="", max_length=120, description="as the assessor writes it")
    mail_address: str = Field(default="", max_length=160)
    mail_city: str = Field(default="", max_length=80)
    mail_state: str = Field(default="", max_length=2)
    mail_zip: str = Field(default="", max_length=5)
    people: Any = Field(default_factory=list, sa_type=JSONB)  # names, e-mails without a number
    notes: str = ""
    extras: Any = Field(default_factory=dict, sa_type=JSONB)
    edited: Any = Field(default_factory=list, sa_type=JSONB)
    version: int = 1
    import_id: int | None = None
    created_at: datetime
    updated_at: datetime
    edited_by: int | None = Field(default=None, foreign_key="app_user.id")
    edited_at: datetime | None = None
    search: Any = Field(
        default=None, sa_column=Column(TSVECTOR, Computed(_HOUSE_SEARCH, persisted=True))
    )


class Tie(StrEnum):
    """What somebody has to do with a house."""

    OWNER = "owner"
    TENANT = "tenant"
    MANAGER = "manager"
    REALTOR = "realtor"
    BUILDER = "builder"
    EX_OWNER = "ex-owner"


# Of a tie `h` in SQL: there is still something to do with the house; of its household, who own it
# or live there (docs/gate.md).
STILL = "h.ended_on is null and h.role <> 'ex-owner'"
AT_HOME = "h.ended_on is null and h.role in ('owner', 'tenant')"


class ContactProperty(Table, table=True):
    """Who has to do with which house, in which role; it is over from `ended_on` on."""

    __table_args__ = (
        _unique(
            "uq_contact_property_tie", "contact_id", "property_id", "role", where="ended_on is null"
        ),
    )
    id: int = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    property_id: int = Field(foreign_key="property.id", index=True)
    role: str = Field(default=Tie.OWNER, max_length=20)
    position: int = Field(default=0, description="0 is the primary contact of the house")
    started_on: date | None = None
    ended_on: date | None = None
    import_id: int | None = None


class ContactList(Table, table=True):
    """A named list of contacts; an import makes one. With a `filter` it is a saved search."""

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=120)
    filter: Any = Field(default=None, sa_column=Column(JSONB(none_as_null=True), nullable=True))
    created_by: int | None = Field(default=None, foreign_key="app_user.id")
    import_id: int | None = None
    created_at: datetime


class ListMember(Table, table=True):
    """A contact on a list, with the house it is there for."""

    list_id: int = Field(foreign_key="contact_list.id", primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", primary_key=True, index=True)
    property_id: int | None = Field(default=None, foreign_key="property.id", index=True)
    import_id: int | None = None
