-- name: first_number
select e164 from phone_number where contact_id = :id and is_textable
    order by position, id limit 1

-- name: house
select min(property_id) from contact_property h where contact_id = :id and {at_home}

-- name: wish
-- What OpenPhone is to be told; what was read after it was done stays done.
insert into mark (conversation_id, verb, at, attempts, next_at)
    values (:id, :verb, :at, 0, :wall) on conflict (conversation_id) do update
    set at = excluded.at, attempts = 0, next_at = excluded.next_at,
    verb = case excluded.verb when 'read' then mark.verb else excluded.verb end
