-- name: find
-- Of a word that half the houses bear only the first five hundred are looked at.
select cast(id as text), address, concat_ws(' ', city, state, zip5), owner
from (select * from property where search @@ to_tsquery('simple', :words) limit 500) p
where not :is_empty or not exists (select from contact_property h
    where h.property_id = p.id and {still}) order by address, id limit 8

-- name: behind
update contact_property set position = position + 1 where property_id = :house and id <> :id
