-- name: alone
select pg_try_advisory_xact_lock(1011, 0)

-- name: call_back
update outbox set state = 'cancelled', finished_at = :now,
    because = 'its health check has ended' where id = :id and state = 'waiting'
