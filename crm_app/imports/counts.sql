-- The sum of what is written, row by row and for houses and people apart.
with o as (
    select * from import_outcome where import_id = :import_id and is_done = :is_done
), person as (
    select k.id, o.property_id, v.word from o, rows from (
        jsonb_array_elements_text(o.contact_ids)) with ordinality k (id, ord),
        lateral (select o.contact_verdicts ->> cast(k.ord - 1 as int) as word) v
), each_person as (
    select id, bool_or(word = 'created') as is_new, bool_or(word = 'updated') as is_changed
    from person group by id
), total as (
    select count(*) as rows, count(*) filter (where verdict = 'created') as created,
        count(*) filter (where verdict = 'updated') as updated,
        count(*) filter (where verdict = 'unchanged') as unchanged,
        count(*) filter (where verdict = 'failed') as failed,
        json_build_object('created', count(*) filter (where property_verdict = 'created'),
            'updated', count(*) filter (where property_verdict = 'updated'),
            'unchanged', count(*) filter (where property_verdict = 'unchanged'),
            'failed', count(*) filter (where property_verdict = 'failed')) as properties
    from o
)
select total.*, (
        select json_build_object('created', count(*) filter (where is_new),
            'updated', count(*) filter (where is_changed and not is_new),
            'unchanged', count(*) filter (where not (is_changed or is_new)))
        from each_person) as contacts,
    (select count(distinct (id, property_id)) from person where property_id is not null) as links,
    (select coalesce(sum(r.refused_phones), 0) from o join import_row r using (import_id, line))
        as refused_phones,
    (select count(*) from public.list_member where list_id = :list_id and import_id = :import_id)
        as added
from total
