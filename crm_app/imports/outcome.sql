-- What of a batch needs no turns: the list, the basis of consent, and the row's own record.
insert into public.list_member (list_id, contact_id, property_id, import_id)
select distinct on (k.id) :list_id, k.id, h.id, :import_id
from step_contact k left join step_house h using (line)
where not exists (select from public.list_member o where o.list_id = :list_id
    and o.contact_id = k.id)
    and not exists (select from public.contact c where c.id = k.id and c.deleted_at is not null)
order by k.id, k.line, k.n;

insert into public.consent (e164, basis, since, until, evidence, by_user, at, import_id)
select distinct on (m.e164) m.e164, cast(:basis as text), :at, cast(:until as timestamptz),
    cast(:file as text) || ', line ' || m.line, cast(:user_id as int), :at, :import_id
from step_number m
where cast(:basis as text) <> '' and not exists (
    select from public.consent c where c.e164 = m.e164 and c.import_id = :import_id)
order by m.e164, m.line;

insert into step_warning
select k.line, c.name || ' was deleted here and stays so; restore them on their page.'
from step_contact k join public.contact c on c.id = k.id and c.deleted_at is not null;

analyze step_house, step_contact, step_change, step_warning;

insert into import_outcome (import_id, line, is_done, verdict, property_verdict, contact_verdicts,
    property_id, contact_ids, changes, warnings, stayed)
with change as (
    select line, bool_or(entity = 'property' and after <> '{}') as is_house,
        array_agg(n) filter (where entity = 'contact' and after <> '{}') as people,
        jsonb_agg(jsonb_build_object('entity', entity, 'id', id, 'before', before, 'after', after,
            'kept', kept, 'numbers', coalesce(numbers, '[]')) order by ord) as changes
    from step_change group by line
), person as (
    select k.line, k.n, k.id, case when k.is_new then 'created'
        when k.n = any(c.people) then 'updated' else 'unchanged' end as verdict
    from step_contact k left join change c using (line)
), people as (
    select line, jsonb_agg(id order by n) as ids, jsonb_agg(verdict order by n) as verdicts,
        min(verdict) as first, bool_or(verdict = 'updated') as is_changed
    from person group by line
), house as (
    select h.line, h.id, case when h.is_new then 'created' when c.is_house then 'updated'
        else 'unchanged' end as verdict
    from step_house h left join change c using (line)
), warned as (
    select line, jsonb_agg(distinct warning) as warnings from step_warning group by line
)
select :import_id, r.line, :is_done, case when r.reason <> '' then 'failed' else coalesce(h.verdict,
        case when p.first = 'created' or not p.is_changed then p.first else 'updated' end) end,
    case when r.reason <> '' then 'failed' else coalesce(h.verdict, '') end,
    coalesce(p.verdicts, '[]'), h.id, coalesce(p.ids, '[]'), coalesce(c.changes, '[]'),
    coalesce(w.warnings, '[]'), ''
from import_row r left join house h using (line) left join people p using (line)
left join change c using (line) left join warned w using (line)
where r.import_id = :import_id and r.line > :after and r.line <= :upto
on conflict (import_id, line) do update set is_done = excluded.is_done, verdict = excluded.verdict,
    property_verdict = excluded.property_verdict, contact_verdicts = excluded.contact_verdicts,
    property_id = excluded.property_id, contact_ids = excluded.contact_ids,
    changes = excluded.changes, warnings = excluded.warnings
where excluded.is_done or not import_outcome.is_done  -- what is done an undo needs
