"""What the gate has to know of a text, gathered for many numbers in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.facts import Facts, Purpose
from crm_app.compliance.rules import rules
from crm_app.compliance.windows import recipient_states, recipient_zones
from crm_app.conversations.slots import company_day
from crm_app.settings import settings

COLD = [purpose.value for purpose in Purpose if purpose.is_cold]
_USED = text("select used from day_cap where own_number = :own and day = :day")
# started_at is empty again when a text surely did not leave, so it says who was texted when.
_FACTS = text("""
    select a.e164, s.at as suppressed_since, c.last_inbound_at,
        coalesce(n.is_textable, false) and k.deleted_at is null as textable,
        case when n.id is null then 'no contact has this number'
             when k.deleted_at is not null then 'the contact was deleted'
             else n.not_textable_because end as not_textable_because,
        last.at as last_cold_to_number_at, coalesce(last.name, '') as last_cold_by,
        case when w.list_id is not null and not exists (select from list_member m
                  where m.list_id = w.list_id and m.contact_id = n.contact_id)
             then 'no longer on the list'
             when me.campaign_id is not null and me.property_id is not null and not exists
                  (select from contact_property h where h.contact_id = n.contact_id
                   and h.property_id = me.property_id)
             then 'no longer has the house'
             when exists (select from outbox o where o.property_id = a.property_id
                  and o.e164 <> a.e164 and coalesce(o.answered_at, o.opted_out_at) is not null)
             then 'somebody else in this house has answered'
             when c.last_inbound_at > me.created_at and me.campaign_id is not null
             then 'they have written to us since'
             else '' end as left_because, me.decided_by is not null as is_decided,
        (select max(started_at) from outbox o where o.property_id = a.property_id
         and o.e164 <> a.e164 and o.purpose = any(:cold)) as last_cold_to_household_at,
        exists (select from list_member m join attestation t on t.list_id = m.list_id
                where m.contact_id = n.contact_id) as attested,
        k.mail_zip, array(
            select p.zip5 from contact_property h join property p on p.id = h.property_id
            where h.contact_id = n.contact_id and p.is_owner_occupied is not false) as homes
    from unnest(cast(:e164s as text[]), cast(:houses as int[]), cast(:rows as int[]))
        as a(e164, property_id, row_id)
    left join outbox me on me.id = a.row_id left join pace w on w.campaign_id = me.campaign_id
    left join lateral (select o.started_at as at, p.name from outbox o
        left join pace p on p.campaign_id = o.campaign_id
        where o.e164 = a.e164 and o.purpose = any(:cold) and o.id <> a.row_id
        and o.started_at is not null order by o.started_at desc limit 1) last on true
    left join phone_number n on n.e164 = a.e164
    left join contact k on k.id = n.contact_id
    left join suppression s on s.e164 = a.e164 and s.lifted_at is null
    left join conversation c on c.own_number = :own and c.e164 = a.e164
""")


@dataclass(frozen=True)
class Asked:
    """A text to gather facts for; `row_id` is its own outbox row, which does not count."""

    e164: str
    property_id: int | None = None
    row_id: int = 0


def facts_for(session: Session, purpose: Purpose, asked: Sequence[Asked]) -> dict[str, Facts]:
    """Return the facts of each text by its number, as the database knows them at this moment."""
    own, limits, zone = settings().own_number, rules(session), settings().company_timezone
    today = {"own": own, "day": company_day(clock.now(session))}
    columns = {"e164s": [a.e164 for a in asked], "rows": [a.row_id for a in asked]}
    columns |= {"houses": [a.property_id for a in asked], "cold": COLD}
    rows = session.execute(_FACTS, columns | {"own": own})
    used = session.execute(_USED, today).scalar() or 0
    shared: dict[str, Any] = {"purpose": purpose, "company_zone": zone, "day_used": used}
    shared |= {"day_limit": limits.cold_daily_limit, "frequency_days": limits.frequency_days}
    shared |= {"start_hour": limits.opens, "end_hour": limits.closes}
    found = {}
    for row in map(dict, rows.mappings()):  # its other columns bear the facts' names
        e164, zips = row["e164"], list(filter(None, (row.pop("mail_zip"), *row.pop("homes"))))
        zones, states = recipient_zones(e164, zips), recipient_states(e164, zips)
        found[e164] = Facts(**shared, **row, recipient_zones=zones, recipient_states=states)
    return found
