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
    rows = session.execute(_MEMBERS, {"list_id": list_id}).mappings().all()
    now, zone = clock.now(session), settings().company_timezone
    members = tuple(
        Member(
            e164=row["e164"],
            contact_id=row["contact_id"],
            property_id=row["property_id"],
            name=row["name"],
            values={
                "first_name": row["first_name"],
                "street": row["address"] or "",  # as people say it: "12 Lanternwick St"
                "city": row["city"] or "",
                "year_built": str(row["year_built"] or ""),
            },
            skipped_because=_skipped_because(
                is_textable=row["is_textable"],
                because=row["not_textable_because"],
                is_company=row["is_company"],
                opted_out=row["opted_out_at"] and day_words(row["opted_out_at"], now, zone),
            ),
        )
        for row in rows
        if row["e164"]
    )
    return Audience(members, len(rows) - len(members))


def _skipped_because(
    *, is_textable: bool, because: str, is_company: bool, opted_out: str | None
) -> str:
    """Return why somebody gets no text from the start, or nothing."""
    if opted_out:
        return f"opted out on {opted_out}"
    if not is_textable:
        return f"{NO_TEXTS}: {because}" if because else NO_TEXTS
    return COMPANY if is_company else ""
