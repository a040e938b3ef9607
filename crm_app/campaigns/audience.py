"""Who a campaign would go to: one number for each person on its list, and why some are skipped."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.gate_times import day_words
from crm_app.settings import settings

COMPANY = "a company, not a homeowner"
NO_TEXTS = "no number that can be texted"

# A person's first number that can be texted, else the first one. Who opted out on any of their
# numbers is skipped, not texted on another. The main contact of a house comes before the second:
# the gate lets one text a month into a house.
_MEMBERS = text(
    """
    select c.id as contact_id, c.name, c.first_name, c.is_company, m.property_id,
        p.address, p.city, p.year_built, n.e164, n.is_textable, n.not_textable_because,
        (select max(s.at) from suppression s join phone_number own on own.e164 = s.e164
         where own.contact_id = c.id and s.lifted_at is null) as opted_out_at
    from list_member m
    join contact c on c.id = m.contact_id and c.deleted_at is null
    left join property p on p.id = m.property_id
    left join lateral (
        select e164, is_textable, not_textable_because from phone_number
        where contact_id = c.id order by is_textable desc, position, id limit 1
    ) n on true
    left join lateral (
        select min(position) as position from contact_property
        where contact_id = c.id and property_id = m.property_id
    ) place on true
    where m.list_id = :list_id
    order by coalesce(place.position, 0), c.id
    """
)


@dataclass(frozen=True)
class Member:
    """Somebody on a list: the number (E.164), the house, what a text may say of them.

    `skipped_because` is empty for those a text would be queued for.
    """

    e164: str
    contact_id: int
    property_id: int | None
    name: str
    values: dict[str, str]
    skipped_because: str = ""


@dataclass(frozen=True)
class Audience:
    """All of a list: `members` have a number, `without_number` people have none at all."""

    members: tuple[Member, ...]
    without_number: int

    @property
    def texted(self) -> tuple[Member, ...]:
        """Those a text would be queued for."""
        return tuple(member for member in self.members if not member.skipped_because)


def audience(session: Session, list_id: int) -> Audience:
    """Return everybody on the list who was not deleted, the main contact of each house first."""
    rows = session.execute(_MEMBERS, {"list_id": list_id}).all()
    now, zone = clock.now(session), settings().company_timezone
    members = []
    for row in rows:
        because = COMPANY if row.is_company else ""
        if row.opted_out_at:
            because = f"opted out on {day_words(row.opted_out_at, now, zone)}"
        elif not row.is_textable:
            because = ": ".join(filter(None, (NO_TEXTS, row.not_textable_because)))
        values = {
            "first_name": row.first_name,
            "street": row.address or "",  # as people say it: "12 Lanternwick St"
            "city": row.city or "",
            "year_built": str(row.year_built or ""),
        }
        if row.e164:
            members.append(
                Member(row.e164, row.contact_id, row.property_id, row.name, values, because)
            )
    return Audience(tuple(members), len(rows) - len(members))
