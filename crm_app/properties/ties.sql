-- name: find
select cast(id as text), concat_ws(', ', address, city || ' ' || zip5) from property
where search @@ to_tsquery('simple', :words) order by address, id limit 8

-- name: behind
update contact_property set position = position + 1 where property_id = :house and id <> :id
