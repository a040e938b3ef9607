-- name: due
from media where state = 'waiting' and next_at <= :at and (kind <> 'recording' or :told)

-- name: claim
-- The next try is fixed before this one begins: whatever kills it, the file comes back, and after
-- the last it waits for a person. New ones first, lest a long history keep a photo waiting.
update media set attempts = attempts + 1, state = case when attempts + 1 < {tries} then state
    else 'failed' end, error = case when attempts + 1 < {tries} then error else :broken end,
    next_at = cast(:at as timestamptz) + interval '1 minute' * power(2, attempts)
where id = (select id {due} order by attempts, id desc limit 1 for update skip locked)
returning id, url

-- name: is_due
select exists (select {due})

-- name: thread
select coalesce(m.conversation_id, c.conversation_id) from media f left join message m
    on m.id = f.message_id left join call c on c.id = f.call_id where f.id = :id
