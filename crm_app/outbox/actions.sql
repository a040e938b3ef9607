-- name: call_back
update outbox set state = 'cancelled', because = :because, finished_at = :now
where campaign_id = :id and (state = 'waiting' or state = 'uncertain' and is_for_person)
returning id, e164, purpose, property_id, version, body

-- name: no_second_try
update outbox set send_before = :now, because = :because
where campaign_id = :id and state in ('sending', 'uncertain')

-- name: reword
update outbox set body = new.body, version = :version, is_for_person = false from
    unnest(cast(:numbers as text[]), cast(:bodies as text[])) as new(e164, body)
where outbox.campaign_id = :id and outbox.e164 = new.e164 and state = 'waiting'
