-- name: both
select c.id, version, c.name, email, other_emails, mail_zip, other_names, notes, tags, extras,
    houses, array(select e164 from phone_number where contact_id = c.id order by position, id)
        as numbers,
    array(select l.name from list_member join contact_list l on l.id = list_id
        where contact_id = c.id order by l.name) as lists,
    (select count(*) from message m join conversation t on t.id = m.conversation_id
        where t.contact_id = c.id) as texts
from contact c where c.id = any(:ids) and deleted_at is null

-- name: past
select m.id, m.at, m.undone_at, m.moved -> 'stayed' as stayed, u.name as by, k.id as kept_id,
    coalesce(m.moved #>> '{kept,0,name}', k.name) as kept, g.name as gone from merge m
join app_user u on u.id = m.by_user
join contact k on k.id = m.kept_id join contact g on g.id = m.gone_id
where :id = 0 or m.kept_id = :id order by m.id desc limit 20

-- name: into
with recursive gone as (select merged_into as id from contact where id = :id
    union select c.merged_into from contact c join gone on c.id = gone.id)
select c.id, name from contact c join gone on gone.id = c.id where merged_into is null
    and (:all or c.id in (select contact_id from conversation where assigned_to = :me))
