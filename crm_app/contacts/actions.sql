-- name: houses
update contact c set houses = k.houses from (
    select i.id, coalesce(string_agg(p.address || ' ' || p.city, :between order by p.id), '')
        as houses from unnest(cast(:ids as int[])) as i(id)
    left join (select distinct h.contact_id, h.property_id from contact_property h
        where h.contact_id = any(:ids) and {still}) t on t.contact_id = i.id
    left join property p on p.id = t.property_id group by i.id
) k where c.id = k.id and c.houses <> k.houses

-- name: called
update known_contact set named_at = :now where id = (
    select id from known_contact k where numbers @> array[cast(:e164 as text)] and name <> ''
    and {there} order by updated_at desc limit 1) returning name

-- name: spelled
select t from contact c, jsonb_array_elements_text(c.tags) t
where c.search @@ plainto_tsquery('simple', cast(:tag as text)) and c.id <> :but
    and c.deleted_at is null and lower(t) = lower(cast(:tag as text)) limit 1
