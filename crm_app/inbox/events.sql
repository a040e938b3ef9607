-- name: events
-- One row each, as the thread's own query gives them.
select t.*, 'event' as direction, 'event' as state, '' as because,
    null as campaign, null as campaign_id, null as not_before, null as created_at,
    null as purpose, null as writer, 0 as asks, null as outbox_id, null as came from (
  select 's' || s.id as key, e164, s.at,
    case s.source when 'text' then 'Opted out: “' || s.because || '”'
    when 'person' then 'Texts stopped by ' || coalesce(u.name, '') || ': ' || s.because
    when 'import' then 'Texts stopped, as a file says: ' || s.because
    else 'Texts stopped, OpenPhone refuses them: ' || s.because end as body
  from suppression s left join app_user u on u.id = s.by_user where s.e164 = any(:e164s)
  union all select 'l' || id, e164, lifted_at, case when is_lifted_by_them then 'Opted in again: “'
    || lifted_because || '”' else 'Texts allowed again by ' || lifted_because end
  from suppression where e164 = any(:e164s) and lifted_at is not null
  union all select 'f' || id, e164, since, 'Automation stopped: ' || because
  from frozen where e164 = any(:e164s) and settled_how <> 'wrote again'
  union all select 'g' || f.id, e164, settled_at,
    case settled_how when 'stop' then 'Stopped for good' else 'Goes on' end || ', by ' || u.name
  from frozen f join app_user u on u.id = settled_by where e164 = any(:e164s)
  union all select 'k' || c.id, e164, at, 'Consent noted by ' || u.name || ': ' || evidence
  from consent c join app_user u on u.id = by_user where e164 = any(:e164s)
  union all select 'e' || h.id, '', cast(h.ended_on as timestamp) at time zone :zone,
    'Has no more to do with ' || p.address
  from contact_property h join property p on p.id = h.property_id
  where h.contact_id = any(:contacts) and h.ended_on is not null
  union all select 'n' || id, '', named_at, 'Named as in OpenPhone''s contacts'
  from known_contact where numbers && cast(:e164s as text[]) and named_at is not null
  union all select 'i' || i.id, '', i.created_at, 'Imported from ' || i.file_name
  from import i where i.id in (select import_id from contact where id = any(:contacts)
    union select import_id from property where id = :house)
  union all select 'j' || m.id, '', m.at, 'Merged with ' || g.name || ' by ' || u.name
  from merge m join contact g on g.id = m.gone_id join app_user u on u.id = m.by_user
  where m.kept_id = any(:contacts) and m.undone_at is null
  union all select 'h' || h.id, '', cast(h.ended_on as timestamp) at time zone :zone,
    k.name || ' has no more to do with the house'
  from contact_property h join contact k on k.id = h.contact_id
  where h.property_id = :house and h.ended_on is not null
) t order by at
