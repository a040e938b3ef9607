-- name: waiting
select (select count(*) from conversation c where {unanswered}
    and (:all or c.assigned_to = :me)) as replies,
    (select count(*) from conversation t
    cross join lateral (select * from call where conversation_id = t.id offset 0) c
    where t.is_in_inbox and t.last_at > :since and (:all or t.assigned_to = :me) and {unheard})

-- name: campaigns
-- Of each campaign what its pace lets through before closing, of all what the day's cap does.
with cap as (select greatest(0, :cap - coalesce((select used from day_cap where own_number = :own
    and day = :day), 0)) as room
), day as (select count(*) as sent from outbox where own_number = :own and started_at >= :midnight
    and campaign_id is not null
), paces as (select least(
    (select count(*) from (select from outbox o where o.campaign_id = p.campaign_id
        and state = 'waiting' and not is_for_person and not_before < :closes limit room) waiting),
    1 + floor(extract(epoch from :closes - greatest(next_at, :now)) / greatest(seconds, 1))) as fit
    from cap, pace p where not is_paused and greatest(next_at, :now) < :closes)
select sent, sent + least(room, coalesce((select sum(fit) from paces), 0)) from cap, day
