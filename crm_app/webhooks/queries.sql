-- name: kept
select id, received_at as at, kind, state, error, attempts, next_at, body, headers from delivery

-- name: not_believed
select id, at, provider as kind, 'refused' as state, reason as error, 0 as attempts,
    null as next_at, body, '{}'::jsonb as headers from refused_delivery

-- name: newer
(:before = 0 or id < :before)

-- name: newest
order by id desc limit {page_size}

-- name: failed
{kept} where {newer} and (state = 'failed' or {for_a_person}) {newest}

-- name: unknown
{kept} where {newer} and state = 'unknown' {newest}

-- name: all
{kept} where {newer} {newest}

-- name: refused
{not_believed} where {newer} {newest}

-- name: one
{kept} where id = :id

-- name: one_refused
{not_believed} where id = :id

-- name: reasons
select reason, count, last_at from refused_count order by 3 desc

-- name: refused_since
select count(*) from refused_delivery where at >= :at
