-- name: runs
select r.id, r.since, r.only_counts, r.state, r.way, r.error, r.started_at, r.done, r.seconds,
    r.weeks, r.unplaced, jsonb_array_length(r.plan) as total, u.name as by,
    r.found, r.lost, r.until
from reconciliation r left join app_user u on u.id = r.asked_by order by r.id desc limit 20

-- name: found
select f.id, coalesce(m.at, a.at) as at, coalesce(m.body, a.words) as body,
    coalesce(m.direction = 'out', false) as is_ours, c.id as thread, c.e164, k.name
from recovered f left join message m on m.id = f.message_id left join call a on a.id = f.call_id
left join conversation c on c.id = coalesce(m.conversation_id, a.conversation_id)
left join contact k on k.id = c.contact_id
where not f.is_history order by f.id desc limit :size

-- name: compared
select exists (select from reconciliation where not only_counts and state = 'done')

-- name: counted
select weeks from reconciliation where only_counts and state = 'done' order by id desc limit 1

-- name: reliable
select (select count(*) from message where at >= :since)
    + (select count(*) from call where at >= :since) as whole, count(*) as lost
from recovered f left join message m on m.id = f.message_id left join call a on a.id = f.call_id
where not f.is_history and coalesce(m.at, a.at) >= :since
