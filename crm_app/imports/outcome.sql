-- What of a batch needs no turns: the list, the basis of consent, and the row's own record.
insert into public.list_member (list_id, contact_id, property_id, import_id)
select distinct on (k.id) :list_id, k.id, h.id, :import_id
from step_contact k left join step_house h using (line)
where not exists (select from public.list_member o where o.list_id = :list_id
    and o.contact_id = k.id)
order by k.id, k.line, k.n;

insert into public.consent (e164, basis, since, until, evidence, by_user, at, import_id)
select distinct on (m.e164) m.e164, cast(:basis as text), :at, cast(:until as timestamptz),
    cast(:file as text) || ', line ' || m.line, cast(:user_id as int), :at, :import_id
from step_number m
where cast(:basis as text) <> '' and not exists (
    select from public.consent c where c.e164 = m.e164 and c.import_id = :import_id)
order by m.e164, m.line;

insert into import_outcome (import_id, line, is_done, verdict, property_verdict, contact_verdicts,
    property_id, contact_ids, changes, warnings, stayed)
select :import_id, r.line, :is_done, case when r.reason <> '' then 'failed' else
        coalesce(h.verdict, p.best) end,
    case when r.reason <> '' then 'failed' else coalesce(h.verdict, '') end,
    coalesce(p.verdicts, '[]'), h.id, coalesce(p.ids, '[]'), coalesce(c.changes, '[]'),
    coalesce(w.warnings, '[]'), ''
from import_row r
left join (
    select h.line, h.id, case when h.is_new then 'created' when exists (
            select from step_change d where d.line = h.line and d.entity = 'property'
                and d.after <> '{}')
        then 'updated' else 'unchanged' end as verdict
    from step_house h
) h using (line)
left join (
    select line, jsonb_agg(id order by n) as ids, jsonb_agg(verdict order by n) as verdicts,
        (array['created', 'updated', 'unchanged'])[min(rank)] as best
    from (
        select k.line, k.n, k.id, (array['created', 'updated', 'unchanged'])[x.rank] as verdict,
            x.rank
        from step_contact k, lateral (
            select case when k.is_new then 1 when exists (
                    select from step_change d where (d.line, d.n) = (k.line, k.n)
                        and d.after <> '{}')
                then 2 else 3 end as rank) x
    ) each_one group by line
) p using (line)
left join (
    select line, jsonb_agg(jsonb_build_object('entity', entity, 'id', id, 'before', before,
        'after', after, 'kept', kept, 'numbers', coalesce(numbers, '[]')) order by ord) as changes
    from step_change group by line
) c using (line)
left join (
    select line, jsonb_agg(distinct warning) as warnings from step_warning group by line
) w using (line)
where r.import_id = :import_id and r.line > :after and r.line <= :upto
on conflict (import_id, line) do update set is_done = excluded.is_done, verdict = excluded.verdict,
    property_verdict = excluded.property_verdict, contact_verdicts = excluded.contact_verdicts,
    property_id = excluded.property_id, contact_ids = excluded.contact_ids,
    changes = excluded.changes, warnings = excluded.warnings
