-- name: later
select g.name as gone, k.name as kept from merge m
join contact g on g.id = m.gone_id join contact k on k.id = m.kept_id
where m.id > :id and undone_at is null
    and (m.kept_id in (:kept, :gone) or m.gone_id in (:kept, :gone))
order by m.id desc limit 1

-- name: in_front
update phone_number set position = greatest(position - :shift, 0)
where contact_id = :gone and cast(id as text) = any(:ids)

-- name: follow
-- What came since goes with its number, and its to-dos with the thread.
with numbers as (select e164 from phone_number where contact_id = :gone),
threads as (update conversation set contact_id = :gone
    where contact_id = :kept and e164 in (select e164 from numbers) returning id),
texts as (update outbox set contact_id = :gone
    where contact_id = :kept and e164 in (select e164 from numbers))
update work_item set contact_id = :gone where contact_id = :kept and conversation_id in (
    select id from threads union select id from conversation where contact_id = :gone)

-- name: since
select count(*) from message m join conversation t on t.id = m.conversation_id
where t.contact_id = :gone and m.at > :at

-- name: tie
insert into contact_property
select * from jsonb_populate_record(null::contact_property, cast(:row as jsonb)) t
where exists (select from property where id = t.property_id) on conflict do nothing

-- name: member
insert into list_member (list_id, contact_id, property_id, import_id)
select list_id, contact_id, (select id from property where id = t.property_id), import_id
from jsonb_populate_record(null::list_member, cast(:row as jsonb)) t
where exists (select from contact_list where id = t.list_id) on conflict do nothing

-- name: lists
update list_member set contact_id = :gone where contact_id = :kept and list_id = any(:lists)

-- name: campaigns
-- Locked before any row of theirs, as a cancel does.
select from campaign where id in (select campaign_id from outbox where id = any(:ids)) for share

-- name: stopped
select o.id, e164, purpose, property_id, version, o.body,
    coalesce('campaign ' || c.state, '') as ended
from outbox o left join campaign c on c.id = o.campaign_id and c.state in ('completed', 'cancelled')
where o.id = any(:ids) and o.state = 'never' order by o.id

-- name: over
update outbox set state = :state, because = :because, finished_at = :now,
    opted_out_at = coalesce(opted_out_at, cast(:since as timestamptz)) where id = :id
