-- name: events
-- One row each, as the thread's own query gives them.
select t.*, 'event' as direction, 'event' as state, '' as because,
    null as campaign, null as campaign_id, null as not_before, null as created_at,
    null as purpose, null as writer, 0 as asks, null as outbox_id from (
  select 's' || s.id as key, s.at, case s.source when 'text' then 'Opted out: “' || s.because || '”'
    when 'person' then 'Texts stopped by ' || coalesce(u.name, '') || ': ' || s.because
    else 'Texts stopped, OpenPhone refuses them: ' || s.because end as body
  from suppression s left join app_user u on u.id = s.by_user where s.e164 = :e164
  union all select 'l' || id, lifted_at, case when is_lifted_by_them then 'Opted in again: “'
    || lifted_because || '”' else 'Texts allowed again by ' || lifted_because end
  from suppression where e164 = :e164 and lifted_at is not null
  union all select 'f' || id, since, 'Automation stopped: ' || because
  from frozen where e164 = :e164 and settled_how <> 'wrote again'
  union all select 'g' || f.id, settled_at,
    case settled_how when 'stop' then 'Stopped for good' else 'Goes on' end || ', by ' || u.name
  from frozen f join app_user u on u.id = settled_by where e164 = :e164
  union all select 'k' || c.id, at, 'Consent noted by ' || u.name || ': ' || evidence
  from consent c join app_user u on u.id = by_user where e164 = :e164
  union all select 'n' || id, named_at, 'Named as in OpenPhone''s contacts'
  from known_contact where numbers @> array[cast(:e164 as text)] and named_at is not null
) t order by at
