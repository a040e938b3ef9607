"""Who a campaign would go to: one number for each person on its list, and why some are skipped."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.campaigns.wording import FALLBACKS
from crm_app.compliance.gate_times import day_words
from crm_app.settings import settings

# A person's first number that can be texted, else the first one. Who opted out on any of their
# numbers is skipped, not texted on another. The main contact of a house comes before the second:
# the gate lets one text a month into a house.
_MEMBERS = text(
    """
    select c.id as contact_id, c.name, c.first_name, c.is_company, m.property_id,
        coalesce(p.address, '') as street, coalesce(p.city, '') as city,
        coalesce(cast(p.year_built as text), '') as year_built,
        coalesce(n.e164, '') as e164, n.is_textable, n.not_textable_because,
        (select max(s.at) from suppression s join phone_number own on own.e164 = s.e164
         where own.contact_id = c.id and s.lifted_at is null) as opted_out_at
    from list_member m
    join contact c on c.id = m.contact_id and c.deleted_at is null
    left join property p on p.id = m.property_id
    left join lateral (
        select e164, is_textable, not_textable_because from phone_number
        where contact_id = c.id order by is_textable desc, position, id limit 1
    ) n on true
    where m.list_id = :list_id
    order by (select coalesce(min(position), 0) from contact_property h
              where h.contact_id = c.id and h.property_id = m.property_id), c.id
    """
)


@dataclass(frozen=True)
class Member:
    """Somebody on a list, with a number ("" for none), or the reason why they get no text."""

    e164: str
    contact_id: int
    property_id: int | None
    name: str
    values: dict[str, str]
    skipped_because: str


def audience(session: Session, list_id: int) -> list[Member]:
    """Return everybody on the list who was not deleted, the main contact of each house first."""
    now, zone = clock.now(session), settings().company_timezone
    members = []
    for row in session.execute(_MEMBERS, {"list_id": list_id}):
        because = "a company, not a homeowner" if row.is_company else ""
        if row.opted_out_at:
            because = f"opted out on {day_words(row.opted_out_at, now, zone)}"
        elif not row.is_textable:
            why = f": {row.not_textable_because}" if row.not_textable_because else ""
            because = f"no number that can be texted{why}"
        values = {name: getattr(row, name) for name in FALLBACKS}
        members.append(Member(row.e164, row.contact_id, row.property_id, row.name, values, because))
    return members
