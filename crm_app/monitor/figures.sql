-- name: measured
filter (where state = 'applied' and attempts = 1 and received_at >= :awake)

-- name: figures
select count(*) as many, count(*) filter (where state = 'failed' or attempts > 1) as failed,
    count(*) {measured} as applied, coalesce(percentile_cont(0.95) within group
        (order by extract(epoch from applied_at - received_at)) {measured}, 0) as slow,
    coalesce((select extract(epoch from :now - greatest(min(received_at), :awake))::float
        from delivery where state in ('stored', 'failed') and next_at is not null
        having count(*) > 0), 0) as waiting,
    (select count(*) from delivery where {waits_for_a_person} and attempts > 0) as for_person
from delivery where received_at >= :now - interval '1 hour'

-- name: heard
select max(received_at) from delivery

-- name: counts
select (select count(*) from delivery where received_at >= begins
    and received_at < begins + interval '1 hour')
from unnest(cast(:begins as timestamptz[])) as begins
