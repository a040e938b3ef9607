-- name: due
select n.e164 from list_member m
join contact k on k.id = m.contact_id and k.deleted_at is null
join phone_number n on n.contact_id = k.id and n.is_textable
where not exists (select from number_check c where c.e164 = n.e164 and c.checked_at > :since)
group by n.e164 order by max(m.list_id) desc, min(n.id) limit :most
