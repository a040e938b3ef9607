-- name: may_see
-- A technician sees theirs, and those of nobody that concern nobody, or somebody they text with.
(:all or assigned_to = :me or assigned_to is null and (contact_id is null or exists (
    select from conversation o where o.contact_id = work_item.contact_id and o.assigned_to = :me)))

-- name: todos
select w.*, who.name as whose, doer.name as doer, nullif(k.id, :contact) as person, k.name,
    t.id as thread
from (select * from work_item where ({open} or item_type = 'task' and status = 'completed'
        and deleted_at is null and done_at >= :since) and {view} and {may_see}
    order by done_at desc, due nulls last, created_at limit 300) w
left join app_user who on who.id = w.assigned_to left join app_user doer on doer.id = w.done_by
left join conversation t on t.id = w.conversation_id and t.id <> :thread
    and (:all or t.assigned_to = :me)
left join contact k on k.id = coalesce(t.contact_id, w.contact_id) and (:all or exists (
    select from conversation o where o.contact_id = k.id and o.assigned_to = :me))
order by w.done_at desc, w.due nulls last, w.created_at

-- name: due
select count(*) from work_item where {open} and due <= :today and {may_see}
    and coalesce(assigned_to, :me) = :me

-- name: subject
select k.id, k.name from contact k where k.id = coalesce((select contact_id from conversation
where id = :thread), :contact) and (:all or exists
    (select from conversation o where o.contact_id = k.id and o.assigned_to = :me))

-- name: people
select cast(id as text), name from app_user where disabled_at is null and role = any(:roles)
order by name
