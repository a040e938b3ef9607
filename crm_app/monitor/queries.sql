-- name: rows
select *, asked_at >= :day as is_today, extract(epoch from received_at - sent_at) as took
from health_check where asked_at >= :day or state <> 'received' order by id desc limit 500

-- name: counts
select count(*), count(*) filter (where state = 'failed') from health_check

-- name: last
select * from health_check where state in ('received', 'failed') order by id desc limit 1
