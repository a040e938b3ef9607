"""What the gate has to know of a text, gathered for many numbers in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from crm_app import clock
from crm_app.compliance.facts import Basis, Consent, Facts, Purpose
from crm_app.compliance.gate_rules import DAYS, REPLY_WITHIN_DAYS, introduces
from crm_app.compliance.rules import rules
from crm_app.compliance.windows import recipient_states, recipient_zones
from crm_app.contacts.models import AT_HOME, STILL
from crm_app.conversations.slots import company_day
from crm_app.settings import settings

COLD = [purpose.value for purpose in Purpose if purpose.is_cold]
# A text that staff wrote in OpenPhone's own app to somebody who had not written counts as cold;
# one older than the frequency's days bars nothing, and a thread may hold many.
_BY_STAFF = f"""m.at > :since and m.direction = 'out' and m.outbox_id is null
    and not exists (select from message i where i.conversation_id = m.conversation_id
    and i.direction = 'in' and i.at <= m.at
    and i.at > m.at - interval '{REPLY_WITHIN_DAYS} days')"""
# A text about a house counts for its household, unless to somebody who is not, or no longer, of it.
_AT_HOME = f"""coalesce((select bool_or({AT_HOME}) from phone_number g
    join contact_property h on h.contact_id = g.contact_id
    where g.e164 = o.e164 and h.property_id = o.property_id), true)"""
# started_at is empty again when a text surely did not leave, so it says who was texted when.
_FACTS = text(f"""
    select a.e164, s.at as suppressed_since, c.last_inbound_at,
        -- a STOP, or words that want a person's eyes, are no consent and end what they said before
        case when c.last_inbound_at > all (select greatest(x.at, x.again_at) from suppression x
                  where x.e164 = a.e164)
             and c.last_inbound_at > all (select greatest(f.since, case f.settled_how
                  when 'wrote again' then f.settled_at end) from frozen f where f.e164 = a.e164)
             then c.last_inbound_at end as agreed_at,
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
                   and h.property_id = me.property_id and {STILL})
             then 'no longer has the house'
             when exists (select from phone_number p join suppression x on x.e164 = p.e164
                  where p.contact_id = n.contact_id and p.e164 <> a.e164 and x.lifted_at is null)
             then 'opted out on another number of theirs'
             when exists (select from outbox o where o.property_id = a.property_id and {_AT_HOME}
                  and o.e164 <> a.e164 and coalesce(o.answered_at, o.opted_out_at) is not null)
             then 'somebody else in this house has answered'
             when c.last_inbound_at > me.created_at and me.campaign_id is not null
             then 'they have written to us since'
             else a.left_because end as left_because, me.decided_by is not null as is_decided,
        coalesce(w.is_paused, false) as is_paused, a.e164 = :own as is_ours,
        (select min(f.since) from frozen f where f.settled_at is null and f.e164 = any(array(
            select a.e164 union select e164 from phone_number where contact_id = n.contact_id)))
            as frozen_since, coalesce(me.body, a.body) as body,
        array(select kind from listed_number l where l.e164 = a.e164) as on_lists,
        not exists (select from outbox o where o.e164 = a.e164 and o.started_at is not null
            and o.id <> a.row_id) and not exists (select from message m
            where m.conversation_id = c.id and m.direction = 'out') as is_first,
        (select max(started_at) from outbox o where o.e164 = a.e164 and o.purpose = 'help'
            and o.id <> a.row_id) as last_help_at,
        -- two searches by index: an "or" between them reads the whole outbox for each number
        greatest((select max(o.started_at) from outbox o where o.e164 <> a.e164
            and o.purpose = any(:cold) and o.property_id = any(array(select a.property_id union
                select h.property_id from contact_property h
                where h.contact_id = n.contact_id and {AT_HOME})) and {_AT_HOME}),
            (select max(o.started_at) from outbox o where o.e164 <> a.e164
            and o.purpose = any(:cold) and o.e164 = any(array(
                select e164 from phone_number where contact_id = n.contact_id))),
            (select max(m.at) from conversation t join message m on m.conversation_id = t.id
            where t.own_number = :own and t.e164 <> a.e164 and {_BY_STAFF} and t.e164 = any(array(
                select e164 from phone_number where contact_id = any(array(select n.contact_id
                union select h.contact_id from contact_property h where {AT_HOME}
                and h.property_id = any(array(select a.property_id union select h.property_id
                    from contact_property h where h.contact_id = n.contact_id and {AT_HOME}))))))))
            as last_cold_to_household_at,
        (select max(t.at) from list_member m join attestation t on t.list_id = m.list_id
            where m.contact_id = n.contact_id) as attested_at,
        (select json_agg(json_build_array(basis, since, until)) from consent
            where e164 = a.e164) as consents,
        coalesce((select used from day_cap where own_number = :own and day = :day), 0) as day_used,
        k.mail_zip, array(
            select p.zip5 from contact_property h join property p on p.id = h.property_id
            where h.contact_id = n.contact_id and {AT_HOME}
            and p.is_owner_occupied is not false) as homes
    from unnest(cast(:e164s as text[]), cast(:houses as int[]), cast(:rows as int[]),
        cast(:bodies as text[]), cast(:left as text[]))
        as a(e164, property_id, row_id, body, left_because)
    left join outbox me on me.id = a.row_id left join pace w on w.campaign_id = me.campaign_id
    left join conversation c on c.own_number = :own and c.e164 = a.e164
    left join lateral ((select o.started_at as at, p.name from outbox o
        left join pace p on p.campaign_id = o.campaign_id
        where o.e164 = a.e164 and o.purpose = any(:cold) and o.id <> a.row_id
        and o.started_at is not null order by o.started_at desc limit 1)
        union all (select m.at, 'hand in OpenPhone''s app' from message m
        where m.conversation_id = c.id and {_BY_STAFF} order by m.at desc limit 1)
        order by at desc limit 1) last on true
    left join phone_number n on n.e164 = a.e164
    left join contact k on k.id = n.contact_id
    left join suppression s on s.e164 = a.e164 and s.lifted_at is null
""")


@dataclass(frozen=True)
class Asked:
    """A text to gather facts for; `row_id` is its own outbox row, which does not count.

    Without a body only the number is asked about; `left_because`: already known to get none.
    """

    e164: str
    property_id: int | None = None
    row_id: int = 0
    body: str | None = None
    left_because: str = ""


def facts_for(session: Session, purpose: Purpose, asked: Sequence[Asked]) -> dict[str, Facts]:
    """Return the facts of each text by its number, as the database knows them at this moment."""
    ours, limits, now = settings(), rules(session), clock.now(session)
    columns: dict[str, Any] = {"e164s": [a.e164 for a in asked], "rows": [a.row_id for a in asked]}
    columns |= {"houses": [a.property_id for a in asked], "bodies": [a.body for a in asked]}
    columns |= {"left": [a.left_because for a in asked], "cold": COLD, "own": ours.own_number}
    columns |= {"day": company_day(now), "since": now - timedelta(days=limits.frequency_days)}
    rows = session.execute(_FACTS, columns)
    shared: dict[str, Any] = {"purpose": purpose, "company_zone": ours.company_timezone}
    shared |= {"company": ours.company_name, "day_limit": limits.cold_daily_limit}
    shared |= {"frequency_days": limits.frequency_days}
    shared |= {"start_hour": limits.opens, "end_hour": limits.closes}
    return {row["e164"]: _facts(dict(row), shared) for row in rows.mappings()}


def _facts(row: dict[str, Any], shared: dict[str, Any]) -> Facts:
    """The facts of one row; its columns bear their names, but for what is worked out here."""
    e164, zips = row["e164"], list(filter(None, (row.pop("mail_zip"), *row.pop("homes"))))
    attested, given, body = row.pop("attested_at"), row.pop("consents") or (), row.pop("body")
    consents = [Consent(Basis(basis), _at(since), _at(until)) for basis, since, until in given]
    for basis, since in ((Basis.ATTESTED, attested), (Basis.REPLIED, row.pop("agreed_at"))):
        if since:
            consents.append(Consent(basis, since, since + timedelta(days=DAYS[basis])))
    row["on_lists"] = frozenset(row["on_lists"])
    names, tells = (True, True) if body is None else introduces(body, shared["company"])
    return Facts(
        **shared, **row, consents=tuple(consents),
        names_us=names, tells_stop=tells,
        recipient_zones=recipient_zones(e164, zips), recipient_states=recipient_states(e164, zips),
    )  # fmt: skip


def _at(written: str | None) -> Any:
    return written and datetime.fromisoformat(written)
