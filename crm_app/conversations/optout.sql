-- name: mark
-- A row that is just being sent may still arrive; a campaign counts it as opted out all the same.
update outbox set opted_out_at = :at where e164 = :e164 and campaign_id is not null
    and opted_out_at is null and state not in ('never', 'cancelled') returning campaign_id

-- name: call_back
update outbox set state = 'cancelled', because = :because, finished_at = :now
where e164 = :e164 and state = 'waiting'
returning id, e164, purpose, property_id, version, body

-- name: wait_again
-- The gate decides about them anew at their next claim.
update outbox set is_for_person = false, not_before = :now, because = ''
where state = 'waiting' and is_for_person and (e164 = :e164 or contact_id in
    (select contact_id from list_member where list_id = :list_id))

-- name: for_person
update outbox set is_for_person = true, because = :because where id = :id

-- name: said
select said from frozen where e164 = :e164 and settled_at is null

-- name: waiting
select id, e164, purpose, property_id, version, body from outbox
where e164 = :e164 and state = 'waiting'

-- name: last_of_ours
select m.body from message m join conversation c on c.id = m.conversation_id
where c.e164 = :e164 and m.direction = 'out' and m.at <= :at order by m.at desc limit 1

-- name: left
select id, e164, purpose, property_id, version, body, campaign_id from outbox o
where state = 'waiting' and campaign_id is not null and property_id is not null
    and exists (select from contact_property h where h.contact_id = o.contact_id
        and h.property_id = o.property_id)
    and not exists (select from phone_number n join contact_property h using (contact_id)
        where n.e164 = o.e164 and h.property_id = o.property_id and {still})
order by e164, id

-- name: gone
update outbox set state = 'cancelled', because = :because, finished_at = :now, is_for_person = false
where id = :id and state = 'waiting' returning id
