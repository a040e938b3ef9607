-- name: who
-- The numbers of a contact, or of all who have or had to do with a house, while they had: an answer
-- to a text about the house belongs to it for 90 days, sold or not.
select v.id as thread, n.e164, v.own_number as own, k.since, k.until, c.id, c.name
from (select cast(:contact as int) as contact_id, cast(null as date) as since,
        cast(null as date) as until where :contact > 0
    union all select h.contact_id,
        case when bool_and(h.started_on is not null) then min(h.started_on) end,
        case when bool_and(h.ended_on is not null) then greatest(max(h.ended_on),
            (select cast(max(o.started_at) at time zone :zone as date) + 90 from outbox o
            where o.contact_id = h.contact_id and o.property_id = :house)) end
    from contact_property h where h.property_id = :house group by h.contact_id) k
join contact c on c.id = k.contact_id
join lateral (select e164 from phone_number where contact_id = c.id
    union select e164 from conversation where contact_id = c.id) n on true
left join conversation v on v.e164 = n.e164
where :all or v.assigned_to = :me
