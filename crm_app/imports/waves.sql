-- Rows of the batch that meet the same house, number or contact, and people of one row who do: they
-- must take turns, since a statement for a set sees what was there before it. All others go at once.
with someone as (
    select line, n, 'n' || e164 as key from step_number
    union all
    select line, n, 'c' || id from step_met where kind = 'contact'
    union all
    select line, n, 'e' || email from step_person
    where email in (select email from step_person where number = '' and email <> '')
), known as (
    select line, key from someone
    union all
    select line, 'h' || id from step_met where kind = 'property'
    union all
    select line, 'r' || radar_id from step_row where radar_id <> ''
    union all
    select line, 'a' || apn || '|' || town from step_row where apn <> ''
    union all
    select line, 'k' || address_key from step_row where address_key <> ''
)
select true as is_row, array_agg(line) as units from known group by key having min(line) < max(line)
union all
select false, array_agg(line * 100 + n) from someone group by line, key having min(n) < max(n)
