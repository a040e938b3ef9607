-- name: texts
-- Messages, calls, and rows of the outbox that no message stands for: not yet sent, not sure,
-- never. What waits stands below everything that was said.
with who as (select * from unnest(cast(:threads as int[]), cast(:e164s as text[]),
    cast(:owns as text[]), cast(:sinces as date[]), cast(:untils as date[]))
    as w(thread, e164, own, since, until))
select t.*, o.campaign_id, o.not_before, o.created_at, o.purpose,
       case when o.opted_out_at is not null then 'opted out'
            when o.answered_at is not null then 'answered' end as came,
       coalesce(u.name, t.writer) as writer,
       case when :may then g.name end as campaign,
       case when o.is_for_person then o.id else 0 end as asks from (
  select who.*, 'm' || m.id as key, m.direction, m.body, m.status as state, m.error as because,
         m.at, m.outbox_id, case when m.direction = 'out' and m.outbox_id is null
         then 'OpenPhone''s app' end as writer
  from who join message m on m.conversation_id = who.thread
  union all
  select who.*, 'o' || w.id, 'out', w.body, w.state, w.because,
         case w.state when 'waiting' then greatest(w.created_at, :now)
         else coalesce(w.started_at, w.finished_at, w.created_at) end, w.id, null
  from who join outbox w on w.e164 = who.e164 and w.own_number = coalesce(who.own, w.own_number)
  where (w.state <> 'never' or w.campaign_id is null)
    and not exists (select from message m where m.outbox_id = w.id)
  union all
  select who.*, 'c' || c.id, c.direction, c.words,
         case when c.direction = 'in' and c.answered_at is null then 'missed' else 'call' end,
         '', c.at, null, null
  from who join call c on c.conversation_id = who.thread
) t
left join outbox o on o.id = t.outbox_id left join app_user u on u.id = o.user_id
left join campaign g on g.id = o.campaign_id
where (t.since is null or t.at >= cast(t.since as timestamp) at time zone :zone)
    and (t.until is null or t.at < cast(t.until + 1 as timestamp) at time zone :zone
    or o.property_id = :house)
order by t.at desc, t.key desc limit :size
