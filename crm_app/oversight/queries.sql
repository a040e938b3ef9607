-- name: used
select used from day_cap where own_number = :own and day = :day

-- name: wait
select distinct campaign_id from outbox where state = 'waiting' and campaign_id > 0

-- name: held
select reason, count(*) as people, sum(count(*)) over () as held
from ({standing} and o.state = 'waiting') as stood where standing = 'held'
group by reason order by people desc, reason limit 3

-- name: alone
select count(*) from suppression where lifted_at is null and source <> 'provider'
    and not string_to_array(upper(because), ' · ') && cast(:theirs as text[])

-- name: waits
-- Who opted out waits for nobody; the freeze comes back to light should they be let in again.
s.settled_at is null and not exists
    (select from suppression x where x.e164 = s.e164 and x.lifted_at is null)

-- name: frozen_count
select count(*) from frozen s where {waits}

-- name: whose
-- Of what is found of numbers: whose each is, its thread, and how many there are.
select s.*, k.name, t.id as thread, count(*) over () as total

-- name: joined
left join phone_number n on n.e164 = s.e164 left join contact k on k.id = n.contact_id
left join conversation t on t.e164 = s.e164 and t.own_number = :own

-- name: frozen
{whose} from (
    select id, e164, since as at, said, because as how, '' as by from frozen s where {waits}
) s {joined} order by s.at, s.id limit 500

-- name: stops
{whose} from (
    select x.id, e164, at, because as said, source as how, u.name as by from suppression x
    left join app_user u on u.id = x.by_user where lifted_at is null
) s {joined}
where :typed = '' or position(:typed in lower(concat_ws(' ', k.name, s.said, s.by))) > 0
    or (:digits <> '' and position(:digits in s.e164) > 0)
order by s.at desc, s.id desc limit {page_size} offset :skip

-- name: differ
-- OpenPhone honours six words, wherever they stand; it knows nothing else that we do.
{whose} from (
    select id, e164, at, because as said, 'refused' as how, '' as by from suppression
    where lifted_at is null and source = 'provider'
    union all select id, e164, since, said, 'held', '' from frozen
    where settled_at is null and upper(btrim(said)) = any(:theirs)
    union all select id, e164, lifted_at, because, 'lifted', '' from suppression x
    where lifted_at is not null and not is_lifted_by_them
    and string_to_array(upper(because), ' · ') && cast(:theirs as text[])
    and not exists (select from suppression y where y.e164 = x.e164 and y.id > x.id)
) s {joined} order by s.at desc, s.e164 limit 100
