-- name: lock
-- The row of the list is its lock: two loads of one list come one after the other.
insert into call_list (kind, dated, loaded_at, by_user, count)
values (:kind, :dated, :at, :by, 0) on conflict (kind) do update
set dated = excluded.dated, loaded_at = excluded.loaded_at, by_user = excluded.by_user

-- name: load
with given as (select unnest(cast(:numbers as text[])) as e164),
gone as (delete from listed_number l where l.kind = :kind and :is_whole
 and not exists (select from given g where g.e164 = l.e164) returning 1),
new as (insert into listed_number (e164, kind) select e164, :kind from given
 on conflict do nothing returning 1),
did as (select (select count(*) from new) as new, (select count(*) from gone) as gone)
update call_list set count = count + did.new - did.gone from did where kind = :kind
returning did.new, did.gone

-- name: off
with off as (delete from listed_number where kind = :kind and e164 = :e164 returning kind)
update call_list l set count = count - 1 from off where l.kind = off.kind returning l.kind

-- name: bad
-- What a person checked (contacts.actions.mark_checked) stays as they said.
update phone_number set is_textable = false, not_textable_because = :because
where e164 = :e164 and is_textable and note not like '%checked by %' returning contact_id
