-- Which houses and people of the batch share something that they are known by. A house is the unit
-- 100 times its line, a person that and its place in the row. An address counts for who has no
-- number.
with known as (
    select line, n, 'n' || e164 as key from step_number
    union all
    select line, n, left(kind, 1) || id from step_met
    union all
    select line, n, 'e' || email from step_person
    where email in (select email from step_person where number = '' and email <> '')
    union all
    select line, 0, 'r' || radar_id from step_row where radar_id <> ''
    union all
    select line, 0, 'a' || apn || '|' || town from step_row where apn <> ''
    union all
    select line, 0, 'k' || address_key from step_row where address_key <> ''
)
select array_agg(line * cast(100 as bigint) + n) as units
from known group by key having min((line, n)) < max((line, n))
