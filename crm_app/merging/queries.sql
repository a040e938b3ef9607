-- name: someone
select c.id as key, lower(name) as name, lower(first_name) as first, lower(last_name) as last,
    is_company, mail_zip as zip, lower(email) || :between || lower(other_emails) as emails,
    lower(other_names) as other_names, c.name as shown,
    array(select property_id from contact_property where contact_id = c.id) as houses,
    array(select lower(city) from contact_property h join property p on p.id = h.property_id
        where h.contact_id = c.id) as towns
from contact c where c.id = any(:ids) and deleted_at is null

-- name: alike
-- A mail or a name that a hundred share says little: twenty of them are looked at, by the index.
select a.key, b.id from unnest(cast(:mail_keys as int[]), cast(:mails as text[])) as a(key, mail)
    cross join lateral (select id from contact where lower(email) = a.mail and email <> ''
        and deleted_at is null limit 20) b
union select a.key, h.contact_id
    from unnest(cast(:house_keys as int[]), cast(:houses as int[])) as a(key, house)
    join contact_property h on h.property_id = a.house
union select a.key, b.id from
    unnest(cast(:name_keys as int[]), cast(:names as text[])) as a(key, name)
    cross join lateral (select id from contact where lower(name) = a.name and deleted_at is null
        order by id limit 20) b

-- name: all
-- Groups of 2 to 9 by one key: the mail, the house with the name, the ZIP with the name.
with c as (select id, lower(email) as email, mail_zip, lower(name) as name, lower(last_name) as l,
        coalesce(cast(:short as jsonb) ->> lower(first_name), lower(first_name)) as f
    from contact where deleted_at is null),
groups as (
    select 0 as rank, array_agg(id) as ids from c where email <> '' group by email
        having count(*) between 2 and 9
    union all select 1, array_agg(distinct c.id) from c join contact_property h
        on h.contact_id = c.id where l <> ''
        group by h.property_id, least(f, l), greatest(f, l) having count(*) between 2 and 9
    union all select 2, array_agg(id) from c where mail_zip <> ''
        group by mail_zip, case l when '' then name else least(f, l) end,
        greatest(f, l) having count(*) between 2 and 9)
select a, b from (select a, b, min(rank) as rank from groups, unnest(ids) a, unnest(ids) b
    where a < b group by a, b) found
where not exists (select from not_same n where n.a_id = a and n.b_id = b)
order by rank, a, b limit :most

-- name: not_same
select a_id, b_id from not_same where a_id = any(:ids) or b_id = any(:ids)
