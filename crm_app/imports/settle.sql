-- What a later row of the file changed back was not changed: two rows of one house would otherwise
-- change it to and fro at each import.
-- Its rows were written a moment ago: without statistics they would be joined as if they were one.
analyze import_outcome (import_id, line, is_done);

create temp table step_idle as
with change as (
    select o.line, c.ord, c.value ->> 'entity' as entity, cast(c.value -> 'id' as int) as id,
        c.value -> 'before' as before, c.value -> 'after' as after, count(*)
            over (partition by c.value ->> 'entity', c.value ->> 'id') as times
    from import_outcome o, jsonb_array_elements(o.changes) with ordinality c (value, ord)
    where o.import_id = :import_id and o.is_done = :is_done and o.changes <> '[]'
        and c.value ->> 'entity' in ('contact', 'property') and c.value -> 'after' <> '{}'
), field as (
    select entity, id, key, (array_agg(before -> key order by line, ord))[1] as first,
        (array_agg(after -> key order by line desc, ord desc))[1] as last
    from change, jsonb_object_keys(after) key where times > 1
    group by entity, id, key
)
select entity, id, max(case key when 'version' then cast(first as int) end) as version,
    max(case key when 'version' then cast(last as int) end) as is_now,
    max(case key when 'updated_at' then cast(first #>> '{}' as timestamptz) end) as updated_at
from field group by entity, id
having bool_and(first = last or key in ('version', 'updated_at')) and bool_or(key = 'version');

delete from step_idle i using public.property p
where i.entity = 'property' and p.id = i.id and p.import_id = :import_id;

delete from step_idle i using public.contact c
where i.entity = 'contact' and c.id = i.id and c.import_id = :import_id;

delete from step_idle i using import_outcome o, jsonb_array_elements(o.changes) c
where o.import_id = :import_id and o.is_done = :is_done and o.changes <> '[]'
    and c -> 'numbers' <> '[]' and i.entity = c ->> 'entity' and i.id = cast(c -> 'id' as int);

create index on step_idle (entity, id);

analyze step_idle;

update public.property p set version = i.version, updated_at = i.updated_at
from step_idle i where i.entity = 'property' and p.id = i.id and p.version = i.is_now;

update public.contact c set version = i.version, updated_at = i.updated_at
from step_idle i where i.entity = 'contact' and c.id = i.id and c.version = i.is_now;

update import_outcome o set changes = n.changes, property_verdict = n.property,
    contact_verdicts = n.contacts,
    verdict = case when o.property_id is not null then n.property
        when n.contacts ? 'created' then 'created' when n.contacts ? 'updated' then 'updated'
        else 'unchanged' end
from (
    select o.line, (
            select coalesce(jsonb_agg(case when i.id is null then c.value else c.value
                || '{"before": {}, "after": {}}' end order by c.ord), '[]')
            from jsonb_array_elements(o.changes) with ordinality c (value, ord)
            left join step_idle i on i.entity = c.value ->> 'entity'
                and i.id = cast(c.value -> 'id' as int)
            where i.id is null or c.value -> 'kept' <> '[]') as changes,
        case when o.property_verdict = 'updated' and o.property_id in (
                select id from step_idle where entity = 'property')
            then 'unchanged' else o.property_verdict end as property,
        (select coalesce(jsonb_agg(case when v.word = 'updated' and cast(k.id as int) in (
                    select id from step_idle where entity = 'contact')
                then 'unchanged' else v.word end order by v.ord), '[]')
            from jsonb_array_elements_text(o.contact_verdicts) with ordinality v (word, ord)
            join jsonb_array_elements_text(o.contact_ids) with ordinality k (id, ord)
                using (ord)) as contacts
    from import_outcome o
    where o.import_id = :import_id and o.is_done = :is_done and o.changes <> '[]' and exists (
        select from jsonb_array_elements(o.changes) c join step_idle i
            on i.entity = c ->> 'entity' and i.id = cast(c -> 'id' as int))
) n where o.import_id = :import_id and o.line = n.line;

drop table step_idle
