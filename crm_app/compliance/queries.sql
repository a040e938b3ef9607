-- name: suppression
select s.id, s.at, s.again_at, s.source, s.because, coalesce(u.name, '') as by
from suppression s
left join app_user u on u.id = s.by_user where s.e164 = :e164 and s.lifted_at is null

-- name: attestation
select u.name as by, a.at from attestation a join app_user u on u.id = a.user_id
where a.list_id = :list_id and a.at > :since order by a.id desc limit 1
