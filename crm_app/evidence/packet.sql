-- name: who
select array_remove(array[k.name, 'also ' || nullif(k.other_names, ''), nullif(k.email, '')]
    || array(select distinct concat_ws(', ', p.address, p.city || ' ' || p.state || ' ' || p.zip5)
            || coalesce(' (until ' || h.ended_on || ')', '')
        from contact_property h join property p on p.id = h.property_id
        where h.contact_id = k.id)
    || case when not n.is_textable then n.not_textable_because end
    || case when k.deleted_at is not null then 'the contact is deleted' end, null)
from phone_number n join contact k on k.id = n.contact_id where n.e164 = :e164

-- name: happened
with words as (select cast(:words as jsonb) as w)
select 'consent' as part, a.at, concat('List “', l.name, '” attested by ', u.name) as title,
    a.sentence as said
from phone_number n join list_member m on m.contact_id = n.contact_id
join contact_list l on l.id = m.list_id join attestation a on a.list_id = l.id
join app_user u on u.id = a.user_id where n.e164 = :e164
union all select 'consent', i.created_at,
    concat('Imported from ', i.file_name, ', line ', r.line, ' by ' || u.name),
    concat('list “', i.list_name, '”')
from phone_number n join list_member m on m.contact_id = n.contact_id
join import i on i.list_id = m.list_id
join import_outcome r on r.import_id = i.id and r.is_done and (r.contact_ids
    @> to_jsonb(m.contact_id) or r.contact_ids = '[]' and r.property_id = m.property_id)
left join app_user u on u.id = i.created_by where n.e164 = :e164
union all (select 'consent', g.at, 'They wrote to us', g.body from message g
    join conversation c on c.id = g.conversation_id
    where c.e164 = :e164 and g.direction = 'in' order by g.at desc limit 1)
union all select 'consent', s.at,
    concat('Noted by ', u.name, ': ', w ->> s.basis,
        ', since ', to_char(s.since at time zone :zone, 'Mon FMDD, YYYY'),
        ', until ' || to_char(s.until at time zone :zone, 'Mon FMDD, YYYY')), s.evidence
from words, consent s join app_user u on u.id = s.by_user where s.e164 = :e164
union all select 'text', t.at, case t.direction when 'in' then 'From them' else
    concat('From us, ', coalesce(w ->> t.purpose, 'written in OpenPhone'), ' by ' || u.name,
        ': ', w ->> t.state, ' (' || nullif(t.because, '') || ')') end, t.body
from words, (
    select m.at, m.direction, o.purpose, o.user_id, m.status as state, m.error as because, m.body
    from message m join conversation c on c.id = m.conversation_id
    left join outbox o on o.id = m.outbox_id where c.e164 = :e164
    union all select coalesce(o.started_at, o.finished_at, o.created_at), 'out', o.purpose,
        o.user_id, o.state, o.because, o.body from outbox o
    where o.e164 = :e164 and not exists (select from message m where m.outbox_id = o.id)
) t left join app_user u on u.id = t.user_id
union all select 'stop', at, concat('Opted out: ', w ->> source, ' by ' || u.name), because
from words, suppression s left join app_user u on u.id = s.by_user where e164 = :e164
union all select 'stop', again_at, 'Said again', because from suppression
where e164 = :e164 and again_at > at
union all select 'stop', lifted_at, 'Allowed again',
    concat(lifted_because, ' Proof: ' || nullif(lifted_proof, ''))
from suppression where e164 = :e164 and lifted_at is not null
union all select 'stop', since, concat('Frozen, ', because), said from frozen where e164 = :e164
union all select 'stop', settled_at, concat('Looked at: ', w ->> settled_how, ' by ' || u.name), ''
from words, frozen left join app_user u on u.id = settled_by
where e164 = :e164 and settled_at is not null
order by at, title
