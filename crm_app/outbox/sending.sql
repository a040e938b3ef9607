-- name: due
state = 'waiting' and not is_for_person and not_before <= :now and not id = any(:seen)

-- name: urgent
select id from outbox where {due} and campaign_id is null
    and (send_before is null or send_before > :now)
order by priority, not_before, id limit 1 for update skip locked

-- name: pace
-- Who holds the pace's row claims; another worker serves another campaign. The longest due is
-- first.
select campaign_id from pace p where not is_paused and next_at <= :now and exists
    (select from outbox o where o.campaign_id = p.campaign_id and {due})
order by next_at, campaign_id limit 1 for update skip locked

-- name: paced
select id from outbox where {due} and campaign_id = :campaign_id
order by not_before, id limit 1 for update skip locked

-- name: go_on
update pace set next_at = :now + make_interval(secs => seconds * (0.75 + random() / 2)),
    because = '' where campaign_id = :id

-- name: next_urgent
select min(not_before) from outbox
where state = 'waiting' and not is_for_person and campaign_id is null

-- name: next_paced
select min(greatest(p.next_at, o.not_before)) from pace p cross join lateral (
select not_before from outbox where campaign_id = p.campaign_id and state = 'waiting'
    and not is_for_person order by not_before limit 1) o where not p.is_paused

-- name: probe
update line set retry_at = :later where own_number = :own and stopped_since is not null
    and retry_at <= :now returning own_number

-- name: hold_all
update pace set next_at = :opens_at, because = :because where campaign_id in
    (select campaign_id from pace where next_at < :opens_at for update skip locked)
returning campaign_id
