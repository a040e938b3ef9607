-- name: mine
-- Whose business a contact is (facts/business.md, Roles).
(:all or c.id in (select contact_id from conversation where assigned_to = :me))

-- name: who
select id, name, email, other_emails, notes, other_names, is_company, tags, extras, import_id,
    deleted_at is not null as is_deleted,
    (select file_name from import where id = c.import_id) as import_name
from contact c where id = :id and {mine}

-- name: numbers
select n.e164, n.kind, n.note, n.is_textable, n.not_textable_because, s.at, s.source, s.because,
    u.name as by, t.id as thread, t.last_text from phone_number n
left join suppression s on s.e164 = n.e164 and s.lifted_at is null
left join app_user u on u.id = s.by_user
left join lateral (select id, last_text from conversation where e164 = n.e164
    and (:all or assigned_to = :me) order by last_at desc limit 1) t on true
where n.contact_id = :id order by n.position, n.id

-- name: ties
select p.*, h.id as tie, h.role, h.started_on, h.ended_on, {still} as is_open, h.contact_id, c.name,
    n.e164, h.id = (select h.id from contact_property h where h.property_id = p.id and {still}
        order by h.position, h.id limit 1) as is_primary,
    -- of the names without a number those that nobody tied to the house has
    (select coalesce(string_agg(x ->> 'name', ', '), '') from jsonb_array_elements(p.people) x
        where not exists (select from contact_property t join contact o on o.id = t.contact_id
            where t.property_id = p.id and o.deleted_at is null
            and lower(o.name) = lower(x ->> 'name'))) as unknown
from contact_property h join contact c on c.id = h.contact_id
join property p on p.id = h.property_id
left join lateral (select e164 from phone_number where contact_id = c.id
    order by position, id limit 1) n on true

-- name: of_contact
{ties} where c.id = :id and {mine} order by is_open desc, p.id

-- name: of_house
{ties} where p.id = :id and c.deleted_at is null and {mine} order by is_open desc, h.position, h.id

-- name: lists
select l.name, a.at, u.name as by from list_member m join contact_list l on l.id = m.list_id
left join lateral (select at, user_id from attestation where list_id = l.id
    order by id desc limit 1) a on true
left join app_user u on u.id = a.user_id where m.contact_id = :id order by l.id desc
