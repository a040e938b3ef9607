-- The houses of one wave. First which house each row means; two parcels at one address are two.
insert into step_house (line, id, is_new)
with found as (
    select r.line, 1 as rank, p.id from step_row r
    join public.property p on p.radar_id = r.radar_id and p.radar_id <> ''
    where r.wave = :wave and r.radar_id <> ''
    union all
    select r.line, 2, p.id from step_row r
    join public.property p on p.apn = r.apn and lower(p.city) = r.town and p.apn <> ''
    where r.wave = :wave and r.apn <> ''
    union all
    select r.line, 3, p.id from step_row r join public.property p on p.address_key = r.address_key
        and (p.apn = '' or r.apn = '') and (p.radar_id = '' or r.radar_id = '')
    where r.wave = :wave and r.address_key <> ''
), best as (
    select distinct on (line) line, id from found order by line, rank, id
)
select r.line, coalesce(best.id, nextval('property_id_seq')), best.id is null
from step_row r left join best using (line)
where r.wave = :wave and r.house is not null
order by r.line;

-- A sale is noticed: a later purchase, or another owner and nobody of the row is an owner here.
-- Whoever the row names, by number, e-mail address or name, is not gone; whom it names as an owner
-- though they sold since is older news.
with known as (
    select h.line, h.id, r.bought, r.bought > p.purchased_on as is_later,
        lower(r.owner) <> lower(p.owner) and r.owner <> '' and p.owner <> ''
            and coalesce(r.bought >= p.purchased_on, true) as is_other, r.house -> 'people' as named
    from step_house h join step_row r using (line) join public.property p on p.id = h.id
    where r.wave = :wave and not h.is_new and :mode <> 'skip'
), maybe as (
    select * from known where is_later or is_other
), owner as (
    select k.line, t.id, t.contact_id, c.name, t.ended_on is null as is_open, exists (
            select from step_person q left join step_number m using (line, n)
            left join public.phone_number o on o.e164 = m.e164
            where q.line = k.line and (o.contact_id = c.id or (q.email <> '' and m.e164 is null
                and q.email = lower(c.email)) or lower(q.name) = lower(c.name))
        ) or exists (
            select from jsonb_array_elements(k.named) one
            where lower(one ->> 'name') in (
                select lower(x) from unnest(array[c.name] || string_to_array(c.other_names, ' · ')) x)
        ) as is_here
    from maybe k join public.contact_property t on t.property_id = k.id
    join public.contact c on c.id = t.contact_id
    where t.role = 'owner' and t.ended_on is null
        or t.role = 'ex-owner' and t.ended_on >= coalesce(k.bought, '-infinity')
), sold as (
    update step_house h set is_sale = true from maybe k
    where h.line = k.line and (k.is_later
        or not exists (select from owner o where o.line = k.line and o.is_here))
    returning h.line, coalesce(k.bought, :today) as on_day
), ended as (
    update public.contact_property t set role = 'ex-owner', ended_on = s.on_day
    from owner o join sold s using (line) where t.id = o.id and o.is_open and not o.is_here
    returning t.id, t.contact_id, s.line, s.on_day, o.name
), warned as (
    insert into step_warning
    select line, 'Sold: ' || name || ' is no longer the owner (' || on_day || ').' from ended
), untied as (
    insert into step_tied select line, contact_id, false from ended
)
insert into step_change (line, entity, id, before, after, kept)
select line, 'contact_property', id, jsonb_build_object('role', 'owner', 'ended_on', null),
    jsonb_build_object('role', 'ex-owner', 'ended_on', on_day), '[]' from ended;

insert into public.property ($property)
select $p.property from step_house h join step_row r using (line), step_blank b,
    lateral jsonb_populate_record(b.house, r.house || jsonb_build_object('id', h.id)) p
where r.wave = :wave and h.is_new;

-- What is known takes what the row says: blank fields are filled, the market follows, in mode
-- update all else too but what never changes. What a person typed here stays, and is named.
with known as (
    select h.line, h.is_sale, p.id, r.is_overwriting, p.edited, to_jsonb(k) as was,
        r.house - '{people,extras}'::text[] as said, r.house -> 'people' as people,
        coalesce(r.house -> 'extras', '{}') as extras, r.apn, r.town
    from step_house h join step_row r using (line) join public.property p on p.id = h.id,
        lateral (select $p.property) k
    where r.wave = :wave and not h.is_new and :mode <> 'skip'
), more as (
    select k.*, case
            -- who was there before a sale, without a number, is not there any more
            when is_sale then jsonb_build_object('people', coalesce(people, '[]'))
            when coalesce(was -> 'people' @> people, true) then '{}'
            else jsonb_build_object('people', (
                select jsonb_agg(one order by ord) from (
                    -- the known spelling stays; an address that it lacks comes along
                    select (array_agg(x order by ord))[1] || jsonb_build_object('email', coalesce(
                        (array_agg(x ->> 'email' order by ord) filter (where x ->> 'email' <> ''))[1],
                        '')) as one, min(ord) as ord
                    from jsonb_array_elements(was -> 'people' || people) with ordinality e (x, ord)
                    group by lower(x ->> 'name')) each_name))
        end || case
            when extras = '{}' or was -> 'extras' @> extras then '{}'
            else jsonb_build_object('extras', was -> 'extras' || (
                select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(extras)
                where (:mode = 'update' or coalesce(was #>> array['extras', key], '') = '')
                    and (is_overwriting or not edited ? ('extras.' || key))))
        end as gathered
    from known k
), wish as (
    select k.line, e.key, e.value, e.key in ('people', 'extras') or is_overwriting
            or not edited ? e.key as is_free
    from more k, lateral jsonb_each(said || gathered) e
    where e.value is distinct from was -> e.key
        -- another spelling of the same address is no news, in whatever mode
        and not (e.key = 'address' and said -> 'address_key' = was -> 'address_key')
        -- what it is found by goes with the address: with the one that a person typed, if so
        and not (e.key = 'address_key' and not is_overwriting and edited ?| '{address,city,zip5}') and (
        e.key in ('people', 'extras')
        or e.key = any(:follow) and not (  -- who had it before says nothing of who has it now
            coalesce(was ->> 'purchased_on' > said ->> 'purchased_on', false)
            and (e.key in ('owner', 'purchased_on', 'is_owner_occupied') or e.key like 'mail%'))
        or :mode = 'update' and e.key not in ('year_built', 'square_feet')
        or coalesce(was ->> e.key, '') = ''
        or e.key = 'address_key' and was ->> 'zip5' = '')  -- found by its parcel, without a ZIP
), found as (
    select line, coalesce(jsonb_object_agg(key, value) filter (where is_free), '{}') as takes,
        coalesce(jsonb_agg(key) filter (where not is_free), '[]') as kept
    from wish group by line
), given as (
    -- Another parcel, or another town of it, only as the row has them and if no other house does.
    select k.line, k.id, k.was, f.kept, case
            when n.apn = '' or (n.apn, n.town) = (was ->> 'apn', lower(was ->> 'city'))
                or (n.apn, n.town) = (k.apn, k.town) and not exists (
                    select from public.property o where o.apn = n.apn and lower(o.city) = n.town
                        and o.apn <> '' and o.id <> k.id)
            then f.takes
            else f.takes - '{apn,address,city,state,zip5,address_key}'::text[]
        end as takes
    from known k join found f using (line), lateral (
        select coalesce(f.takes ->> 'apn', was ->> 'apn') as apn,
            lower(coalesce(f.takes ->> 'city', was ->> 'city')) as town) n
), changed as (
    select line, id, was, kept, case when takes = '{}' then takes else takes || jsonb_build_object(
        'version', cast(was -> 'version' as int) + 1, 'updated_at', cast(:at as timestamptz))
        end as takes
    from given
), written as (
    update public.property p set ($property) = (
        select $n.property from jsonb_populate_record(p, takes) n)
    from changed c where c.id = p.id and takes <> '{}'
)
insert into step_change (line, entity, id, before, after, kept)
select line, 'property', id,
    (select coalesce(jsonb_object_agg(key, was -> key), '{}') from jsonb_object_keys(takes) key),
    takes, kept
from changed where takes <> '{}' or kept <> '[]';

-- Where the house of each row is, for the search by its people.
update step_house h set place = p.address || ' ' || p.city
from public.property p, step_row r
where p.id = h.id and r.line = h.line and r.wave = :wave
