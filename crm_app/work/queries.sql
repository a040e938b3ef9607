-- name: subject
select k.id, k.name from contact k where k.id = coalesce((select contact_id from conversation
where id = :thread), :contact) and {own}

-- name: people
select cast(id as text), name from app_user where disabled_at is null and role = any(:roles)
order by name
