-- name: due
select id from delivery where state in ('stored', 'failed') and next_at <= :at
order by next_at, id limit 200

-- name: replay
update delivery set state = 'stored', attempts = 0, next_at = :at where body <> ''
    and (id = :id or received_at >= :since or (:id = 0 and cast(:since as timestamptz) is null
    and state in ('stored', 'failed', 'unknown'))) returning id

-- name: count
insert into refused_count (provider, reason, count, last_at)
values (:provider, :reason, 1, :at) on conflict (provider, reason)
do update set count = refused_count.count + 1, last_at = :at

-- name: forget
delete from refused_delivery where id <=
    (select id from refused_delivery order by id desc offset :kept limit 1)

-- name: forget_bodies
update delivery set body = '', headers = '{}' where state = 'applied'
    and applied_at < :before and body <> ''
