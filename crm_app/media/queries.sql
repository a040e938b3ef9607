-- name: of_thread
select id, kind, state, content_type, error, at, coalesce('m' || message_id, 'c' || call_id) as key
from media where message_id = any(:m) or call_id = any(:c) order by id

-- name: said
select id, dialogue from call where id = any(:c) and dialogue <> '[]'

-- name: one
-- Whoever may read the thread may see its files; a contact's and a house's, who may see a contact.
select f.*, coalesce(t.contact_id, f.contact_id) as whose from media f
left join message m on m.id = f.message_id left join call c on c.id = f.call_id
left join conversation t on t.id = coalesce(m.conversation_id, c.conversation_id)
where f.id = :id and (:all or exists (select from conversation mine where mine.assigned_to = :me
    and (mine.id = t.id or mine.contact_id = f.contact_id or mine.contact_id in
        (select h.contact_id from contact_property h where h.property_id = f.property_id
         and {still}))))

-- name: homes
select distinct p.id, p.address || ', ' || p.city from contact_property h join property p
    on p.id = h.property_id where h.contact_id = :id and {still} order by p.id

-- name: photos
select f.id, f.at, p.address, u.name as by from media f left join property p on p.id = f.property_id
left join app_user u on u.id = f.by_user where f.content_type like 'image/%'
and (f.contact_id = :id or f.property_id = :house or f.property_id in
    (select h.property_id from contact_property h where h.contact_id = :id and {still}))
order by f.at desc, f.id desc limit 60
