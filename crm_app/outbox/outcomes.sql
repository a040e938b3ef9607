-- name: leases
update outbox set state = 'uncertain', lease_until = null, because = :because
where id in (select id from outbox where state = 'sending' and lease_until < :wall
             for update skip locked) returning id

-- name: ended
update outbox set state = 'cancelled', finished_at = :now,
because = coalesce(nullif(because, ''), :because)
where id in (select id from outbox where state = 'waiting' and send_before <= :now
             for update skip locked) returning id

-- name: reopen
-- Who waits a month for a text that never left is asked about again.
update outbox set not_before = :now where id in (select id from outbox
where state = 'waiting' and not_before > :now and (e164 = :e164 or property_id = :house)
    for update skip locked)

-- name: unclear
insert into line (own_number, stopped_because, unclear) values (:own, '', 1)
on conflict (own_number) do update set unclear = line.unclear + 1 returning unclear

-- name: stop
insert into line (own_number, stopped_since, stopped_because, retry_at, unclear)
values (:own, :now, :because, :later, 0) on conflict (own_number) do update set
    stopped_since = coalesce(line.stopped_since, :now), stopped_because = :because,
    retry_at = :later

-- name: runs
update line set stopped_since = null, stopped_because = '', retry_at = null, unclear = 0
where own_number = :own and (unclear > 0 or stopped_since is not null)
    and (stopped_since is null or stopped_since <= :started) returning own_number
