-- Takes an import back, in one transaction; undo.py runs the statements one by one, with the import's
-- id and the time. Its temporary undo_stays and undo_back say why something is left as it is.

-- What it changed, field by field: how it was before its first row, and how its last one left it.
create temp table undo_patch on commit drop as
with change as (
    select o.line, c.n, c.value ->> 'entity' as entity, (c.value ->> 'id')::int as id,
        c.value -> 'before' as before, c.value -> 'after' as after
    from import_outcome o
    cross join lateral jsonb_array_elements(o.changes) with ordinality c(value, n)
    where o.import_id = :id and o.is_done
), field as (
    select entity, id, key, (array_agg(value order by line, n))[1] as before,
        (array_agg(after -> key order by line desc, n desc))[1] as after
    from change cross join lateral jsonb_each(before) group by entity, id, key
)
select entity, id, jsonb_object_agg(key, before) as before, jsonb_object_agg(key, after) as after
from field group by entity, id;

analyze undo_patch;

-- Nobody edits these, or writes to them, until this has committed.
select count(*) from (
    select id from contact c where import_id = :id
        or id in (select id from undo_patch where entity = 'contact') order by id for update
) locked;

select count(*) from (
    select id from property where import_id = :id
        or id in (select id from undo_patch where entity = 'property') order by id for update
) locked;

-- What the other imports have met, and the version that they left of what they changed. Those that
-- ended before this one came cannot have met what it made, nor left a later version.
create temp table undo_theirs on commit drop as
with theirs as (
    select o.* from import_outcome o join import i on i.id = o.import_id
    where i.id <> :id and i.state <> 'undone' and o.is_done
        and (i.state in ('applying', 'undoing') or i.finished_at is null
            or i.finished_at >= (select created_at from import where id = :id))
), met as (
    select 'property' as entity, property_id as id, null::int as version from theirs
        where property_id is not null
    union all
    select 'contact', value::int, null from theirs
        cross join lateral jsonb_array_elements_text(contact_ids)
    union all
    select value ->> 'entity', (value ->> 'id')::int, (value -> 'after' ->> 'version')::int
        from theirs cross join lateral jsonb_array_elements(changes)
)
select entity, id, max(version) as version from met group by entity, id;

analyze undo_theirs;

-- Numbers that it made, and what has been built on them. Texts and opt-outs are kept by number.
create temp table undo_stays on commit drop as
select 'phone_number' as entity, n.id, case when b.thread is null then b.because
    when exists (select from message where conversation_id = b.thread) then 'texted since'
    else 'called since' end as because
from phone_number n join (
    select e164, null::int as thread,
        case when started_at is null then 'a text waits' else 'texted since' end as because
        from outbox
    union all select e164, id, '' from conversation
    union all select s.e164, null, 'opted out since' from suppression s join import i on i.id = :id
        where s.source <> 'import' and coalesce(s.again_at, s.at) >= i.created_at
    union all select c.e164, null, 'consent noted since' from consent c join import i on i.id = :id
        where c.import_id is null and c.at >= i.created_at
) b on b.e164 = n.e164 where n.import_id = :id
union
select 'phone_number', n.id, 'merged since' from phone_number n
    join merge m on m.kept_id = n.contact_id and m.undone_at is null where n.import_id = :id
union
select 'phone_number', id, 'checked since' from phone_number
    where import_id = :id and note like '%checked by %';

-- The people that it made.
insert into undo_stays
select distinct 'contact', c.id, case when b.thread is null then b.because
    when exists (select from message where conversation_id = b.thread) then 'texted since'
    else 'called since' end
from contact c join (
    select contact_id as id, null::int as thread,
        case when started_at is null then 'a text waits' else 'texted since' end as because
        from outbox
    union all select contact_id, id, '' from conversation
    union all select n.contact_id, null, s.because
        from undo_stays s join phone_number n on n.id = s.id
    union all select contact_id, null, 'has photos' from media
    union all select contact_id, null, 'has a to-do' from work_item where deleted_at is null
    union all select kept_id, null, 'merged since' from merge
    union all select gone_id, null, 'merged since' from merge
    union all select contact_id, null, case when import_id is null then 'on another list'
        else 'another import uses it' end from list_member where import_id is distinct from :id
    union all select contact_id, null, case when import_id is null then 'tied to a house since'
        else 'another import uses it' end from contact_property where import_id is distinct from :id
    union all select contact_id, null, case when import_id is null then 'edited since'
        else 'another import uses it' end from phone_number where import_id is distinct from :id
    union all select id, null, 'another import uses it' from undo_theirs where entity = 'contact'
) b on b.id = c.id where c.import_id = :id
union all
select 'contact', c.id, 'edited since' from contact c
left join undo_patch p on p.entity = 'contact' and p.id = c.id
left join undo_theirs t on t.entity = 'contact' and t.id = c.id
where c.import_id = :id
    and c.version <> coalesce(greatest((p.after ->> 'version')::int, t.version), 1);

-- On the list stays who got a text, or shall get one, because they are on it.
create temp table undo_member on commit drop as
select distinct o.contact_id from outbox o join campaign c on c.id = o.campaign_id
join import i on i.list_id = c.list_id where i.id = :id and o.contact_id is not null;

-- The houses that it made; one whose owner stays is their house still.
insert into undo_stays
select distinct 'property', h.id, b.because from property h join (
    select property_id as id, 'texted since' as because from outbox
    union all select property_id, 'has photos' from media
    union all select m.property_id, 'texted since' from undo_member k
        join list_member m on m.contact_id = k.contact_id
    union all select property_id, case when import_id is null then 'on another list'
        else 'another import uses it' end from list_member where import_id is distinct from :id
    union all select property_id, case when import_id is null then 'tied to somebody since'
        else 'another import uses it' end from contact_property where import_id is distinct from :id
    union all select id, 'another import uses it' from undo_theirs where entity = 'property'
    union all select t.property_id, c.name || ' stays' from undo_stays s
        join contact c on c.id = s.id join contact_property t on t.contact_id = c.id
        where s.entity = 'contact'
) b on b.id = h.id where h.import_id = :id
union all
select 'property', h.id, 'edited since' from property h
left join undo_patch p on p.entity = 'property' and p.id = h.id
left join undo_theirs t on t.entity = 'property' and t.id = h.id
where h.import_id = :id
    and h.version <> coalesce(greatest((p.after ->> 'version')::int, t.version), 1);

analyze undo_stays;

delete from list_member m where import_id = :id
    and not exists (select from undo_member k where k.contact_id = m.contact_id);

delete from contact_property t where import_id = :id
    and not exists (select from undo_stays s where s.entity = 'contact' and s.id = t.contact_id);

-- The file as the proof of consent: it stays where somebody was texted on the strength of it.
delete from consent c where import_id = :id and not exists (
    select from outbox o where o.e164 = c.e164 and coalesce(o.started_at, o.created_at) >= c.at
);

delete from phone_number n where import_id = :id
    and not exists (select from undo_stays s where s.entity = 'phone_number' and s.id = n.id)
    and not exists (select from undo_stays s where s.entity = 'contact' and s.id = n.contact_id);

delete from contact c where import_id = :id
    and not exists (select from undo_stays s where s.entity = 'contact' and s.id = c.id);

delete from property h where import_id = :id
    and not exists (select from undo_stays s where s.entity = 'property' and s.id = h.id);
