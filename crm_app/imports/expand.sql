-- What the rows of a batch say, as tables that every wave reads; nothing here looks at what exists.
-- A plan is one transaction of many batches: tables made anew for each would cost it locks.
create temp table if not exists step_row (
    line int, wave int, is_overwriting bool, house jsonb, radar_id text, apn text, town text,
    address_key text, owner text, bought date
) on commit drop;

create temp table if not exists step_person (
    line int, n int, turn int, name text, first_name text, last_name text, is_company bool,
    email text, other_emails text, other_names text, is_dated bool, started_on date,
    ended_on date, mail_zip text, notes text, file_tags jsonb, extras jsonb, position int,
    role text, stop jsonb, number text, numbers jsonb, tags jsonb
) on commit drop;

create temp table if not exists step_number (
    line int, n int, ord int, e164 text, kind text, is_textable bool, because text, note text,
    stop jsonb
) on commit drop;

create temp table if not exists step_met (line int, n int, kind text, id int) on commit drop;

create temp table if not exists step_house (
    line int primary key, id int, is_new bool, is_sale bool default false, place text
) on commit drop;

create temp table if not exists step_contact (
    line int, n int, id int, is_new bool, e164 text
) on commit drop;

create temp table if not exists step_change (
    ord serial, line int, n int, entity text, id int, before jsonb, after jsonb, kept jsonb,
    numbers jsonb
) on commit drop;

create temp table if not exists step_warning (line int, warning text) on commit drop;

create temp table if not exists step_tied (line int, contact_id int, is_new bool) on commit drop;

create temp table if not exists step_blank (house public.property) on commit drop;

-- A wave may be one row of thousands.
create index if not exists step_row_wave on step_row (wave);

create index if not exists step_person_row on step_person (line, n);

create index if not exists step_number_row on step_number (line, n);

create index if not exists step_contact_row on step_contact (line, n);

truncate step_row, step_person, step_number, step_house, step_contact, step_change, step_warning,
    step_tied, step_blank;

insert into step_row
select line, 1 as wave, is_overwriting, house, coalesce(house ->> 'radar_id', '') as radar_id,
    coalesce(house ->> 'apn', '') as apn, lower(coalesce(house ->> 'city', '')) as town,
    coalesce(house ->> 'address_key', '') as address_key,
    coalesce(house ->> 'owner', '') as owner, cast(house ->> 'purchased_on' as date) as bought
from import_row
where import_id = :import_id and line > :after and line <= :upto and reason = '';

-- `number` is the person's first; without one the e-mail address says who it is.
insert into step_person
select r.line, cast(p.n as int) as n, 1 as turn, q.*,
    coalesce(p.said #>> '{numbers,0,e164}', '') as number, p.said -> 'numbers' as numbers,
    cast('[]' as jsonb) || case when :tag = '' or q.file_tags ? :tag then q.file_tags
        else q.file_tags || to_jsonb(cast(:tag as text)) end as tags
from import_row r, jsonb_array_elements(r.people) with ordinality as p (said, n),
    lateral (
        select coalesce(said ->> 'name', '') as name,
            coalesce(said ->> 'first_name', '') as first_name,
            coalesce(said ->> 'last_name', '') as last_name,
            coalesce(cast(said ->> 'is_company' as bool), false) as is_company,
            lower(coalesce(said ->> 'email', '')) as email,
            coalesce(said ->> 'other_emails', '') as other_emails,
            coalesce(said ->> 'other_names', '') as other_names,
            said ? 'started_on' as is_dated, cast(said ->> 'started_on' as date) as started_on,
            cast(said ->> 'ended_on' as date) as ended_on,
            coalesce(said ->> 'mail_zip', '') as mail_zip, coalesce(said ->> 'notes', '') as notes,
            coalesce(said -> 'tags', '[]') as file_tags, coalesce(said -> 'extras', '{}') as extras,
            coalesce(cast(said ->> 'position' as int), cast(n as int) - 1) as position,
            coalesce(nullif(said ->> 'role', ''), 'owner') as role,
            nullif(said -> 'stop', 'null') as stop
    ) q
where r.import_id = :import_id and r.line > :after and r.line <= :upto and r.reason = '';

insert into step_number
select distinct on (q.line, q.n, e164) q.line, q.n, cast(m.ord as int) as ord, e164,
    coalesce(kind, '') as kind, coalesce(is_textable, true) as is_textable,
    coalesce(not_textable_because, '') as because, coalesce(note, '') as note,
    coalesce(nullif(m.stop, 'null'), q.stop) as stop
from step_person q, rows from (
        jsonb_to_recordset(q.numbers) as (e164 text, kind text, is_textable bool,
            not_textable_because text, note text, stop jsonb)
    ) with ordinality as m (e164, kind, is_textable, not_textable_because, note, stop, ord)
where q.number <> ''
order by q.line, q.n, e164, m.ord;

-- What a new house is before its row says anything.
insert into step_blank
select jsonb_populate_record(cast(null as public.property), cast(:blank as jsonb)) as house;

analyze step_row (line, wave), step_person (line, n, turn), step_number (line, n, e164)
