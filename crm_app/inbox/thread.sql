-- name: texts
-- Messages, calls, and rows of the outbox that no message stands for: not yet sent, not sure,
-- never. What waits stands below everything that was said.
select t.*, o.campaign_id, o.not_before, o.created_at, o.purpose,
       coalesce(u.name, t.writer) as writer,
       case when :may then g.name end as campaign,
       case when o.is_for_person then o.id else 0 end as asks from (
  select 'm' || m.id as key, m.direction, m.body, m.status as state, m.error as because,
         m.at, m.outbox_id, case when m.direction = 'out' and m.outbox_id is null
         then 'OpenPhone''s app' end as writer
  from message m where m.conversation_id = :id
  union all
  select 'o' || w.id, 'out', w.body, w.state, w.because,
         case w.state when 'waiting' then greatest(w.created_at, :now)
         else coalesce(w.started_at, w.finished_at, w.created_at) end, w.id, null
  from outbox w
  where w.e164 = :e164 and w.own_number = :own and (w.state <> 'never' or w.campaign_id is null)
    and not exists (select from message m where m.outbox_id = w.id)
  union all
  select 'c' || c.id, c.direction, c.words, case when c.direction = 'in' and c.answered_at is null
         then 'missed' else 'call' end, '', c.at, null, null
  from call c where c.conversation_id = :id
) t
left join outbox o on o.id = t.outbox_id left join app_user u on u.id = o.user_id
left join campaign g on g.id = o.campaign_id
order by t.at desc, t.key desc limit :size
