-- name: count
update reconciliation set found = found + :found, lost = lost + :lost where id = :id

-- name: one_at_a_time
select pg_try_advisory_xact_lock(1005, 0)

-- name: first_heard
select received_at from delivery order by id limit 1

-- name: here
select monday, count(*) filter (where not is_call) as texts,
    count(*) filter (where is_call) as calls
from (
  select date_trunc('week', m.at at time zone 'utc')::date::text as monday, false as is_call
  from message m join conversation c on c.id = m.conversation_id
  where c.own_number = :own and m.at >= :since and m.at < :until
  union all
  select date_trunc('week', c.at at time zone 'utc')::date::text, true
  from call c where c.at >= :since and c.at < :until
) said group by monday
