-- name: one_frozen
-- Whoever may settle it: by the frozen row, if this person may read its thread.
select f.e164 from frozen f where f.id = :id and f.settled_at is null and (:all or exists
    (select from conversation c where c.e164 = f.e164 and c.assigned_to = :me))

-- name: numbers
-- The number of a thread, or those of a contact, for whom it is their business.
select x.e164, f.id, f.since, f.said from (
    select c.e164, 0 as position from conversation c
    where c.id = :thread_id and (:all or c.assigned_to = :me)
    union all select n.e164, n.position from phone_number n where n.contact_id = :contact_id
    and (:all or n.contact_id in (select contact_id from conversation where assigned_to = :me))
) x left join frozen f on f.e164 = x.e164 and f.settled_at is null order by x.position, x.e164
