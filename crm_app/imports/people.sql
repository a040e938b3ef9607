-- The people of one wave, one turn (within a row) after the other. First whom each means: whoever
-- has one of the numbers, else the e-mail address; of merged contacts the one that is left.
insert into step_contact (line, n, id, is_new, e164)
with recursive who as (
    select q.line, q.n, q.name, q.email, q.number from step_person q join step_row r using (line)
    where r.wave = :wave and q.turn = :turn
), met as (
    (select w.line, w.n, m.ord as rank, h.contact_id as id, m.e164, 0 as depth
    from who w join step_number m using (line, n) join public.phone_number h on h.e164 = m.e164
    union all
    select w.line, w.n, case when c.deleted_at is not null then 2
        when lower(c.name) = lower(w.name) then 0 else 1 end, c.id, '', 0
    from who w join public.contact c on lower(c.email) = w.email and c.email <> ''
    where w.number = '' and w.email <> '')
    union all
    select met.line, met.n, met.rank, c.merged_into, met.e164, met.depth + 1
    from met join public.contact c on c.id = met.id
    where c.merged_into is not null
), best as (
    select distinct on (line, n) line, n, id, e164 from met order by line, n, rank, depth desc, id
)
select w.line, w.n, coalesce(b.id, nextval('contact_id_seq')), b.id is null,
    coalesce(b.e164, w.number)
from who w left join best b using (line, n)
order by w.line, w.n;

insert into public.contact (id, name, first_name, last_name, is_company, email, other_emails, notes,
    tags, extras, edited, other_names, mail_zip, houses, version, import_id, created_at, updated_at)
select k.id, case when q.name <> '' then q.name when q.number <> '' then '(' || substr(q.number, 3, 3)
        || ') ' || substr(q.number, 6, 3) || '-' || substr(q.number, 9) else left(q.email, 120) end,
    q.first_name, q.last_name, q.is_company, q.email, q.other_emails, q.notes,
    q.tags || case when h.is_sale and q.role = 'owner' then '["new owner"]' else '[]' end::jsonb,
    q.extras, '[]', q.other_names, q.mail_zip,
    case when q.ended_on is null then coalesce(h.place, '') else '' end, 1, :import_id, :at, :at
from step_contact k join step_person q using (line, n) join step_row r using (line)
left join step_house h using (line)
where r.wave = :wave and q.turn = :turn and k.is_new;

-- Whom we know: what is there stays, in mode update the file's name and address come first; another
-- name or address is kept beside it. Of two people with one number the first gives the name.
with known as (
    select k.line, k.n, c.*, q.name as q_name, q.first_name as q_first, q.last_name as q_last,
        q.is_company as q_company, q.email as q_email, q.other_emails as q_emails,
        q.mail_zip as q_zip, q.notes as q_notes, q.extras as q_extras, k.e164,
        q.tags || case when h.is_sale and q.role = 'owner' and not exists (
            select from public.contact_property t where t.contact_id = c.id
                and t.property_id = h.id and t.role = 'owner' and t.ended_on is null)
            then '["new owner"]' else '[]' end::jsonb as q_tags,
        r.is_overwriting, :mode = 'update' and q.turn = 1
            and c.import_id is distinct from :import_id as follows,
        coalesce((select jsonb_agg(m.e164 order by m.ord) from step_number m
            where (m.line, m.n) = (k.line, k.n) and not exists (
                select from public.phone_number h where h.e164 = m.e164)), '[]') as adds
    from step_contact k join step_person q using (line, n) join step_row r using (line)
    join public.contact c on c.id = k.id and c.deleted_at is null left join step_house h using (line)
    where r.wave = :wave and q.turn = :turn and not k.is_new and :mode <> 'skip'
), said as (
    select k.*, p.*,
        p.has_name and q_name <> name and (p.is_stranger or follows and not p.is_other) as wants_name,
        q_email <> '' and q_email <> lower(email) and (email = '' or follows
            and not q_email = any(string_to_array(lower(other_emails), ' · '))) as wants_email,
        q_zip <> '' and q_zip <> mail_zip and (mail_zip = '' or follows) as wants_zip
    from known k, lateral (select '(' || substr(e164, 3, 3) || ') ' || substr(e164, 6, 3) || '-'
        || substr(e164, 9) as shown) s, lateral (
        select name in ('', s.shown, email) as is_stranger, q_name not in ('', s.shown) as has_name,
            lower(q_name) = any(string_to_array(lower(other_names), ' · ')) as is_other) p
), may as (
    select s.*, is_overwriting or not edited ?| '{name,first_name,last_name}' as may_name,
        is_overwriting or not edited ? 'email' as may_email,
        is_overwriting or not edited ? 'mail_zip' as may_zip
    from said s
), after as (
    select m.line, m.n, m.id, m.adds, to_jsonb(b) as before, to_jsonb(a) as after, second, is_full,
        to_jsonb(array_remove(array[case when wants_name and not may_name then 'name' end,
            case when wants_email and not may_email then 'email' end,
            case when wants_zip and not may_zip then 'mail_zip' end], null)) as kept
    from may m, lateral (
        select wants_name and may_name as takes_name, wants_email and may_email as takes_email) t,
    lateral (
        select case when has_name and not is_other and lower(q_name) <> lower(m.name)
            and not (takes_name and is_stranger) then q_name end as second,
            -- of a number under more names than that nobody reads them
            cardinality(string_to_array(m.other_names, ' · ')) >= 20 as is_full) o,
    lateral (
        select m.name, m.first_name, m.last_name, m.is_company, m.email, m.other_names,
            m.other_emails, m.mail_zip, m.notes, m.tags, m.extras, m.version, m.updated_at) b,
    lateral (
        select case when takes_name then q_name else m.name end as name,
            case when takes_name then q_first else m.first_name end as first_name,
            case when takes_name then q_last else m.last_name end as last_name,
            case when takes_name then q_company else m.is_company end as is_company,
            case when takes_email then q_email else m.email end as email,
            case when second is null or is_full then m.other_names
                else concat_ws(' · ', nullif(m.other_names, ''),
                    case when takes_name then m.name else q_name end) end as other_names,
            case when q_emails = '' and (q_email = '' or q_email = lower(m.email)
                    or takes_email and m.email = '') then m.other_emails
                else coalesce((
                    select string_agg(x, ' · ' order by ord) from (
                        select lower(x) as x, min(ord) as ord from unnest(
                            string_to_array(m.other_emails, ' · ') || array[m.email, q_email]
                            || string_to_array(q_emails, ' · ')) with ordinality u (x, ord)
                        where x <> '' and lower(x)
                            <> case when takes_email then q_email else lower(m.email) end
                        group by lower(x)) each_one), '') end as other_emails,
            case when wants_zip and may_zip then q_zip else m.mail_zip end as mail_zip,
            case when q_notes = '' or position(q_notes in m.notes) > 0 then m.notes
                else concat_ws(E'\n', nullif(m.notes, ''), q_notes) end as notes,
            case when m.tags @> q_tags then m.tags else m.tags || (
                select jsonb_agg(t) from jsonb_array_elements(q_tags) t where not m.tags @> t)
                end as tags,
            case when q_extras = '{}' or m.extras @> q_extras then m.extras else m.extras || (
                select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(q_extras)
                where (:mode = 'update' or coalesce(m.extras ->> key, '') = '')
                    and (is_overwriting or not edited ? ('extras.' || key))) end as extras) a
), changed as (
    select line, n, id, before, after || jsonb_build_object('version',
        cast(before -> 'version' as int) + 1, 'updated_at', cast(:at as timestamptz)) as after,
        kept, adds, second, is_full, not before @> after or adds <> '[]' as is_changed
    from after
), written as (
    update public.contact c set (name, first_name, last_name, is_company, email, other_names,
            other_emails, mail_zip, notes, tags, extras, version, updated_at) = (
        select a.name, a.first_name, a.last_name, a.is_company, a.email, a.other_names,
            a.other_emails, a.mail_zip, a.notes, a.tags, a.extras, a.version, a.updated_at
        from jsonb_populate_record(cast(null as public.contact), d.after) a)
    from changed d where c.id = d.id and d.is_changed
), warned as (
    insert into step_warning
    select line, 'Same phone or e-mail for two people: ' || second || ' and '
        || (before ->> 'name') || case when is_full then '; 20 other names are kept already.'
            else '; both names are kept.' end from changed where second is not null
)
insert into step_change (line, n, entity, id, before, after, kept, numbers)
select line, n, 'contact', id, coalesce(d.before, '{}'), coalesce(d.after, '{}'), kept, adds
from changed c, lateral (
    select jsonb_object_agg(key, c.before -> key) as before, jsonb_object_agg(key, value) as after
    from jsonb_each(c.after) where c.is_changed and value is distinct from c.before -> key) d
where is_changed or kept <> '[]';

-- Numbers that nobody has, behind those that the contact has already.
insert into public.phone_number
    (e164, contact_id, position, kind, is_textable, not_textable_because, note, import_id)
select m.e164, k.id, last.position + row_number() over (partition by k.id order by m.ord),
    m.kind, m.is_textable, m.because, m.note, :import_id
from step_contact k join step_person q using (line, n) join step_row r using (line)
join step_number m using (line, n), lateral (
    select coalesce(max(o.position), -1) as position from public.phone_number o
    where not k.is_new and o.contact_id = k.id) last
where r.wave = :wave and q.turn = :turn and (k.is_new or :mode <> 'skip')
    and not exists (select from public.phone_number o where o.e164 = m.e164)
    and not exists (select from public.contact c where c.id = k.id and c.deleted_at is not null);

-- A number of this file that another row of it doubts is held back; who had one before is believed.
-- One that is somebody else's stays there.
with theirs as (
    select m.line, m.e164, m.because, o.contact_id, k.id, o.is_textable and not m.is_textable
            and o.import_id = :import_id as is_doubted
    from step_contact k join step_person q using (line, n) join step_row r using (line)
    join step_number m using (line, n) join public.phone_number o on o.e164 = m.e164
    where r.wave = :wave and q.turn = :turn and (not k.is_new or o.contact_id <> k.id)
), doubted as (
    update public.phone_number o set is_textable = false, not_textable_because = t.because
    from theirs t where t.is_doubted and o.e164 = t.e164
)
insert into step_warning
select t.line, '(' || substr(t.e164, 3, 3) || ') ' || substr(t.e164, 6, 3) || '-'
    || substr(t.e164, 9) || ' is also the number of ' || c.name || ' and stays there.'
from theirs t join public.contact c on c.id = t.contact_id
where t.contact_id <> t.id and c.merged_into is distinct from t.id
