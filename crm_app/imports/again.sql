-- Whom an earlier row of the batch told of word for word: the same contact, who takes nothing more
-- but that they bought this house, too. `turn` is less that earlier one's unit.
insert into step_contact (line, n, id, is_new, e164)
select q.line, q.n, k.id, false, k.e164 from step_person q join step_row r using (line)
join step_contact k on k.line = -q.turn / 100 and k.n = -q.turn % 100
where r.wave = :wave and q.turn < 0;

with sold as (
    select distinct on (c.id) q.line, q.n, c.id, c.tags, c.version, c.updated_at
    from step_person q join step_row r using (line) join step_contact k using (line, n)
    join step_house h using (line) join public.contact c on c.id = k.id and c.deleted_at is null
    where r.wave = :wave and q.turn < 0 and h.is_sale and q.role = 'owner' and :mode <> 'skip'
        and not c.tags ? 'new owner' and not exists (
            select from public.contact_property t where t.contact_id = c.id
                and t.property_id = h.id and t.role = 'owner' and t.ended_on is null)
    order by c.id, q.line
), written as (
    update public.contact c set tags = c.tags || '["new owner"]', version = c.version + 1,
        updated_at = :at from sold s where s.id = c.id
)
insert into step_change (line, n, entity, id, before, after, kept, numbers)
select line, n, 'contact', id,
    jsonb_build_object('tags', tags, 'version', version, 'updated_at', updated_at),
    jsonb_build_object('tags', tags || '["new owner"]', 'version', version + 1,
        'updated_at', cast(:at as timestamptz)), '[]', '[]'
from sold;

insert into step_change (line, n, entity, id, before, after, kept, numbers)
select q.line, q.n, 'contact', c.id, '{}', '{}', c.kept, '[]'
from step_person q join step_row r using (line) join step_change c
    on c.line = -q.turn / 100 and c.n = -q.turn % 100 and c.entity = 'contact' and c.kept <> '[]'
where r.wave = :wave and q.turn < 0;

insert into step_warning
select q.line, '(' || substr(m.e164, 3, 3) || ') ' || substr(m.e164, 6, 3) || '-'
    || substr(m.e164, 9) || ' is also the number of ' || c.name || ' and stays there.'
from step_person q join step_row r using (line) join step_contact k using (line, n)
join step_number m using (line, n) join public.phone_number o on o.e164 = m.e164
join public.contact c on c.id = o.contact_id
where r.wave = :wave and q.turn < 0 and o.contact_id <> k.id and c.merged_into is distinct from k.id
