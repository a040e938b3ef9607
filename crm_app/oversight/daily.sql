-- name: one_at_a_time
select pg_try_advisory_xact_lock(1004, 0)

-- name: counts
select * from (select count(*) as frozen, min(since) as since from frozen s where {waits}) f, (
    select count(*) as decided, count(*) filter (where is_allowed) as allowed
    from decision where at > :since
) d, (
    select count(*) as asks from outbox where is_for_person and state in ('waiting', 'uncertain')
) o
