-- Who has to do with which house. What has ended is not begun again by an older file, and who is
-- tied by a person here (no import_id) stays what that person said; who is deleted stays so.
with who as (
    select distinct on (k.id, h.id, q.role) r.line, k.id as contact_id, h.id as property_id, q.role,
        q.position, q.name, k.is_new, e.ended_on, q.ended_on as until, o.role as ours, h.is_new as is_first,
        coalesce(q.started_on, case when h.is_sale then r.bought end) as since
    from step_row r join step_house h using (line) join step_person q using (line)
    join step_contact k using (line, n)
    left join lateral (
        select max(t.ended_on) as ended_on from public.contact_property t
        where t.contact_id = k.id and t.property_id = h.id
            and (t.role = q.role or q.role = 'owner' and t.role = 'ex-owner')
            and t.ended_on >= coalesce(r.bought, '-infinity')
            and (not q.is_dated or t.started_on is not distinct from q.started_on)
        ) e on not k.is_new and q.ended_on is null
    left join lateral (
        select min(t.role) as role from public.contact_property t
        where t.contact_id = k.id and t.property_id = h.id and t.ended_on is null
            and t.import_id is null
        ) o on not k.is_new and q.ended_on is null
    where r.wave = :wave
        and not exists (
            select from public.contact c where c.id = k.id and c.deleted_at is not null)
        and not exists (
            select from public.contact_property t where t.contact_id = k.id
                and t.property_id = h.id and t.role = q.role
                and t.ended_on is not distinct from q.ended_on)
    order by k.id, h.id, q.role, q.n
), tied as (
    insert into public.contact_property
        (contact_id, property_id, role, position, started_on, ended_on, import_id)
    select contact_id, property_id, role, position, since, until, :import_id
    from who where ended_on is null and ours is null order by line, position
    returning contact_id
), warned as (
    insert into step_warning
    select line, name || case
        when ours is not null then ': somebody here says ' || ours || ', so not tied as ' || role || '.'
        when ended_on is null then ' is tied to this house now (' || role || ').'
        else ' no longer has this house (' || ended_on || ') and is not tied to it again.' end
    from who where ended_on is not null or not is_new and not is_first and until is null
)
insert into step_tied select line, contact_id, is_new from who where ended_on is null and ours is null;

-- The search finds people by their present houses; who is new has the first of them already.
with anew as (
    select c.id, min(d.line) as line, c.houses as was, coalesce((
        select string_agg(p.address || ' ' || p.city, ' · ' order by p.id)
        from public.property p where p.id in (
            select t.property_id from public.contact_property t
            where t.contact_id = c.id and t.ended_on is null)), '') as now
    from step_tied d join step_row r using (line) join public.contact c on c.id = d.contact_id
    where r.wave = :wave and not d.is_new group by c.id, c.houses
), written as (
    update public.contact c set houses = a.now from anew a where c.id = a.id and a.now <> a.was
)
insert into step_change (line, entity, id, before, after, kept)
select line, 'contact', id, jsonb_build_object('houses', was), jsonb_build_object('houses', now),
    '[]'
from anew where now <> was;

-- Do not text: for ever, in the same transaction; the first word counts, and none is taken back.
insert into public.suppression
    (e164, source, because, at, lifted_because, lifted_proof, is_lifted_by_them)
select distinct on (m.e164) m.e164, 'import', coalesce(nullif(m.stop ->> 'source', ''), :file),
    least(coalesce(cast(nullif(m.stop ->> 'since', '') as timestamptz), :at), :at), '', '', false
from step_row r join step_person q using (line) join step_number m using (line, n)
where r.wave = :wave and m.stop is not null and not exists (
    select from public.suppression s where s.e164 = m.e164 and s.lifted_at is null)
order by m.e164, r.line;

insert into step_warning
select distinct r.line, '(' || substr(m.e164, 3, 3) || ') ' || substr(m.e164, 6, 3) || '-'
    || substr(m.e164, 9) || ' said stop and will not be texted.'
from step_row r join step_number m using (line)
join public.suppression s on s.e164 = m.e164 and s.lifted_at is null
where r.wave = :wave
