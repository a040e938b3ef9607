-- name: list
select id from contact_list where case when :name = '' then id = :id else name = :name end

-- name: columns
    c.name as person_name, c.first_name as person_first_name, c.last_name as person_last_name,
    c.is_company as person_is_company, c.email as person_email, c.other_emails as
    person_other_emails, c.other_names as person_other_names, c.tags as person_tags, c.notes as
    person_notes, c.mail_zip as person_mail_zip,
    n.numbers, t.role, t.position, t.started_on, t.ended_on,
    p.address as house_address, p.city as house_city, p.state as house_state, p.zip5 as
    house_zip5, p.radar_id as house_radar_id, p.apn as house_apn, p.kind as house_kind,
    p.subdivision as house_subdivision, p.latitude as house_latitude, p.longitude as
    house_longitude, p.year_built as house_year_built, p.square_feet as house_square_feet,
    p.bedrooms as house_bedrooms, p.bathrooms as house_bathrooms, p.purchased_on as
    house_purchased_on, trim_scale(p.value_cents / 100.0) as house_value_cents,
    trim_scale(p.equity_cents / 100.0) as house_equity_cents, p.equity_percent as
    house_equity_percent, p.is_owner_occupied as house_is_owner_occupied, p.is_listed as
    house_is_listed, p.listing_status as house_listing_status, p.is_in_foreclosure as
    house_is_in_foreclosure, p.owner as house_owner, p.mail_address as house_mail_address,
    p.mail_city as house_mail_city, p.mail_state as house_mail_state, p.mail_zip as
    house_mail_zip, p.notes as house_notes, p.people as house_people,
    c.extras as person_extras, p.extras as house_extras

-- name: numbers
left join lateral (
    select json_agg(json_build_object('e164', e164, 'kind', kind, 'note', note,
        'not_textable_because', case when is_textable then ''
            else coalesce(nullif(not_textable_because, ''), 'no') end,
        'since', s.at, 'source', s.because) order by position, n.id) as numbers
    from phone_number n left join suppression s using (e164)
    where n.contact_id = c.id and s.lifted_at is null
) n on true

-- name: order_person
c.name collate "C", cast(n.numbers as text) collate "C", c.email collate "C"

-- name: order_house
p.address_key collate "C", p.apn collate "C", p.radar_id collate "C"

-- name: order_tie
t.position, t.role collate "C", t.started_on, t.ended_on

-- name: of_contacts
from contact c left join contact_property t on t.contact_id = c.id
left join property p on p.id = t.property_id {numbers}
where c.deleted_at is null and (cast(:ids as int[]) is null or c.id = any(:ids))

-- name: of_properties
from property p left join (
    contact_property t join contact c on c.id = t.contact_id and c.deleted_at is null
        and (cast(:ids as int[]) is null or c.id = any(:ids))
) on t.property_id = p.id {numbers}
where cast(:ids as int[]) is null or p.id in (select property_id from contact_property
    where contact_id = any(:ids) and ended_on is null)

-- name: contacts
-- A row for each house of a contact; the order is by what is said, since ids differ elsewhere.
select {columns} {of_contacts}
order by {order_person}, {order_house}, {order_tie}, c.id, t.id

-- name: properties
-- A row for each person of a house; of a list, only for those on it.
select {columns} {of_properties}
order by {order_house}, {order_tie}, {order_person}, p.id, t.id

-- name: wide
-- How many columns the numbers and the extras take.
select coalesce(max(json_array_length(x.numbers)), 1) as phones,
    coalesce(array_agg(distinct k.key) filter (where k.key is not null), '{}') as person,
    coalesce(array_agg(distinct h.key) filter (where h.key is not null), '{}') as house

-- name: keys
left join lateral jsonb_object_keys(x.person_extras) k(key) on true
left join lateral jsonb_object_keys(x.house_extras) h(key) on true

-- name: wide_contacts
{wide} from (select {columns} {of_contacts}) x {keys}

-- name: wide_properties
{wide} from (select {columns} {of_properties}) x {keys}

-- name: messages
select m.at, m.direction, t.e164, c.name, m.body, m.status, m.error
from message m join conversation t on t.id = m.conversation_id join contact c on c.id = t.contact_id
where cast(:ids as int[]) is null or c.id = any(:ids)
order by m.at, m.id
