-- name: good
retired_at is null or retired_at > :at

-- name: used
update webhook_key set last_used_at = :at where id = :id

-- name: retire
update webhook_key set retired_at = :until
where (system, subscription_id) = (:system, :id) and retired_at is null

-- name: refused
select exists (select from refused_delivery where reason = :why and at > :at)
