-- name: seen
select 1 where :all or exists (
    select from contact_property h join conversation v on v.contact_id = h.contact_id
    where h.property_id = :id and v.assigned_to = :me and {still})
