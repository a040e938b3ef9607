"""Who is on the list of a campaign, or fits its saved filter, and who of them has a right."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Result, text
from sqlmodel import Session

from crm_app import clock
from crm_app.campaigns.wording import FALLBACKS, extra
from crm_app.compliance.facts import Basis
from crm_app.compliance.gate_rules import DAYS
from crm_app.compliance.gate_times import day_words
from crm_app.compliance.queries import attestation_of
from crm_app.contacts.models import STILL, ContactList
from crm_app.lists.queries import members_of
from crm_app.outbox.actions import NewText
from crm_app.settings import settings
from crm_app.tables import read_table

SQL: dict[str, str] = read_table(__file__, "audience")
UNATTESTED = "The owner must first attest the right to text this list."


@dataclass(frozen=True)
class Member(NewText):
    """Somebody on a list, with a number ("" for none), or the reason why they get no text."""

    name: str = ""
    values: dict[str, str] = field(default_factory=dict)


def audience(session: Session, list_id: int) -> list[Member]:
    """Return everybody on the list who was not deleted, the main contact of each house first."""
    now, zone = clock.now(session), settings().company_timezone
    members = []
    for row in _of_members(session, "people", list_id, now):
        because = "a company, not a homeowner" if row.is_company else ""
        if row.opted_out_at:
            because = f"opted out on {day_words(row.opted_out_at, zone)}"
        elif not row.is_textable:
            why = f": {row.not_textable_because}" if row.not_textable_because else ""
            because = f"no number that can be texted{why}"
        elif row.has_left:
            because = "no longer has the house"
        values = {name: getattr(row, name) for name in FALLBACKS}
        values |= {extra(column): str(value) for column, value in row.extras.items()}
        who = (row.e164, row.contact_id, row.property_id, "")
        members.append(Member(*who, because, row.name, values))
    return members


def without_right(session: Session, list_id: int) -> str:
    """Say for how many a cold text has no right: UNATTESTED for all of them, "" for nobody.

    The list of a file is attested as a whole. On one by hand, or by a filter, each brings theirs.
    """
    found = session.get_one(ContactList, list_id)
    if found.import_id or not found.created_by:
        return "" if attestation_of(session, list_id) else UNATTESTED
    rights = _of_members(session, "rights", list_id, clock.now(session)).one()
    if 0 < rights.everybody == rights.without:
        return UNATTESTED
    said = f"{rights.without:,} of {rights.everybody:,} are on no attested list: they get no text."
    return said if rights.without else ""


def _of_members(session: Session, statement: str, list_id: int, now: datetime) -> Result[Any]:
    members, given = members_of(session, list_id)
    given |= {"now": now, "since": now - timedelta(days=DAYS[Basis.ATTESTED])}
    sql = SQL[statement].replace("{still}", STILL).replace("(members)", f"({members})")
    return session.execute(text(sql), given)
