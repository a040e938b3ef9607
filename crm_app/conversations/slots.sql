-- name: lock
select pg_advisory_xact_lock(:kind, hashtext(:name))

-- name: take
insert into day_cap (own_number, day, used) values (:own, :day, 1)
    on conflict (own_number, day) do update set used = day_cap.used + 1
    where day_cap.used < :limit returning used

-- name: give_back
update day_cap set used = used - 1 where own_number = :own and day = :day

-- name: ask_again
update pace set next_at = :now, because = '' where because <> ''

-- name: ask_each
update outbox set not_before = :now where state = 'waiting'
    and not_before > :now and campaign_id is not null

-- name: forget
delete from rate_slot where own_number = :own and at not between :old and :odd

-- name: newest
select at from rate_slot where own_number = :own order by at desc limit :n

-- name: started
select started_at from outbox where own_number = :own
    and started_at > :since and started_at <= :now order by started_at desc limit :n

-- name: request
insert into rate_slot (own_number, at) values (:own, :wall)
