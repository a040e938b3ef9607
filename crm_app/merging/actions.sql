-- name: shift
select coalesce(max(position) + 1, 0) from phone_number where contact_id = :kept

-- name: behind
update phone_number set position = position + :shift where contact_id = :gone

-- name: twins
with twins as (select g.id, k.id as kept_id, to_jsonb(g) as gone, to_jsonb(k) as before
    from contact_property g join contact_property k using (property_id, role)
    where g.contact_id = :gone and k.contact_id = :kept and g.ended_on is null
    and k.ended_on is null),
gone as (delete from contact_property where id in (select id from twins)),
kept as (update contact_property k set position = least(k.position, g.position),
    started_on = least(k.started_on, g.started_on) from twins, contact_property g
    where k.id = twins.kept_id and g.id = twins.id returning k.*)
select twins.gone, before, to_jsonb(kept) as after from twins join kept on kept.id = kept_id

-- name: on_both
delete from list_member g using list_member k where k.list_id = g.list_id
    and k.contact_id = :kept and g.contact_id = :gone returning to_jsonb(g)

-- name: lists
-- A merge gives nobody's number a right to be texted: an attested list comes along only to one who
-- has that right by a list of their own, or has no number that could get it.
update list_member m set contact_id = :kept where contact_id = :gone and (
    not exists (select from attestation a where a.list_id = m.list_id)
    or not exists (select from phone_number where contact_id = :kept)
    or exists (select from list_member k join attestation a on a.list_id = k.list_id
        where k.contact_id = :kept and a.at > :attested_since))
    returning list_id

-- name: waiting
select id, e164, purpose, property_id, version, body, because from outbox
    where state = 'waiting' and contact_id = :kept order by id for update

-- name: judged
update outbox set state = :state, because = :because, is_for_person = :is_held,
    finished_at = :at where id = :id
