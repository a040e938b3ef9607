-- The second part of undo.sql: what was changed returns, and the reasons are written down. What
-- names a table in braces runs for each of those whose fields an import changes.

-- Fields return where they are as the import left them; of the tags its own leave. What somebody
-- changed since goes on to a new version, or their open page would save over it.
create temp table undo_back (entity text, id int, patch jsonb, because text) on commit drop;

insert into undo_back
select p.entity, p.id, case when back.patch = '{}' or back.patch ? 'version' or not p.before ? 'version'
    then back.patch
    else back.patch || jsonb_build_object('version', (now.said ->> 'version')::int + 1,
        'updated_at', cast(:at as timestamptz)) end,
    case when back.is_lost and (now.said ->> 'version')::int = theirs.version
        then 'another import uses it' when back.is_lost then 'edited since' else '' end
from undo_patch p join {table} t on t.id = p.id
left join undo_theirs theirs on theirs.entity = p.entity and theirs.id = p.id
cross join lateral (  -- offset 0: else they would be made anew for each field
    select to_jsonb(t) as said, to_jsonb(jsonb_populate_record(t, p.after)) as then_said offset 0
) now
cross join lateral (
    select coalesce(jsonb_object_agg(k.key, case when is_same then k.value else (
            select coalesce(jsonb_agg(tag order by n), '[]')
            from jsonb_array_elements(now.said -> 'tags') with ordinality one(tag, n)
            where k.value @> jsonb_build_array(tag)
                or not now.then_said -> 'tags' @> jsonb_build_array(tag)
        ) end) filter (where is_same or k.key = 'tags'), '{}') as patch,
        coalesce(bool_or(not is_same and k.key not in ('version', 'updated_at', 'tags', 'houses')),
            false) as is_lost
    from jsonb_each(p.before) k
    cross join lateral (select now.said -> k.key = now.then_said -> k.key as is_same) s
) back
where p.entity = '{table}' and t.import_id is distinct from :id;

-- A house that came meanwhile has the identity that this one had; or somebody tied them again.
update undo_back b set because = 'another house has its number',
    patch = patch - array['radar_id', 'apn', 'address_key', 'address', 'city', 'zip5']
where entity = 'property' and patch ?| array['radar_id', 'apn', 'address_key', 'city'] and exists (
    select from property t cross join lateral jsonb_populate_record(t, b.patch) r
    join property o on o.id <> t.id and (
        o.radar_id <> '' and o.radar_id = r.radar_id
        or o.apn <> '' and o.apn = r.apn and lower(o.city) = lower(r.city)
        or o.apn = '' and o.radar_id = '' and r.apn = '' and r.radar_id = ''
            and o.address_key = r.address_key
    ) where t.id = b.id
);

update undo_back b set because = 'tied again since', patch = '{}'
where entity = 'contact_property' and patch <> '{}' and exists (
    select from contact_property t cross join lateral jsonb_populate_record(t, b.patch) r
    join contact_property o on o.contact_id = t.contact_id and o.property_id = t.property_id
        and o.role = r.role and o.id <> t.id and o.ended_on is null and r.ended_on is null
    where t.id = b.id
);

update {table} t set {sets} from (
    select r.* from undo_back b join {table} o on o.id = b.id
    cross join lateral jsonb_populate_record(o, b.patch) r
    where b.entity = '{table}' and b.patch <> '{}'
) r where r.id = t.id;

-- The list goes when nothing stands on it.
create temp table undo_list on commit drop as
select l.id, l.name, case
    when exists (select from attestation where list_id = l.id) then 'attested'
    when exists (select from campaign where list_id = l.id) then 'a campaign uses it'
    when exists (select from list_member where list_id = l.id) then 'others are on it'
    when exists (select from import o where o.list_id = l.id and o.id <> :id
        and o.state <> 'undone') then 'another import uses it'
    when l.name <> i.list_name then 'renamed since' else '' end as because
from import i join contact_list l on l.id = i.list_id and l.import_id = :id where i.id = :id;

with because as (
    select entity, id, because from undo_stays
    union select 'contact', n.contact_id, s.because from undo_stays s
        join phone_number n on n.id = s.id and s.entity = 'phone_number'
    union select 'contact', contact_id, 'texted since' from undo_member
    union select b.entity, b.id, b.because from undo_back b where b.because <> ''
    union select 'contact', t.contact_id, b.because from undo_back b
        join contact_property t on t.id = b.id
        where b.entity = 'contact_property' and b.because <> ''
), row as (
    select line, property_id, value::int as contact_id from import_outcome
    left join lateral jsonb_array_elements_text(contact_ids) on true
    where import_id = :id and is_done
), said as (
    select r.line, c.name || ': ' || string_agg(distinct b.because, ', ') as words from row r
        join because b on b.entity = 'contact' and b.id = r.contact_id
        join contact c on c.id = b.id group by r.line, c.id
    union all
    select r.line, h.address || ': ' || string_agg(distinct b.because, ', ') from row r
        join because b on b.entity = 'property' and b.id = r.property_id
        join property h on h.id = b.id group by r.line, h.id
    union all
    select o.line, (who ->> 'name') || ': do not text, which stays' from import_outcome o
        join import_row r on r.import_id = o.import_id and r.line = o.line
        cross join lateral jsonb_array_elements(r.people) who
        where o.import_id = :id and o.is_done and jsonb_typeof(who -> 'stop') = 'object'
    union all
    select (select min(line) from row), 'List ' || name || ': ' || because from undo_list
        where because <> ''
)
update import_outcome o set stayed = k.words from (
    select line, string_agg(words, '; ' order by words) as words from said group by line
) k where o.import_id = :id and o.line = k.line;

-- The last one: from here on the import's own row is held, and nobody can be told of progress.
with freed as (
    update import set list_id = null where list_id in (select id from undo_list where because = '')
)
delete from contact_list where id in (select id from undo_list where because = '');
