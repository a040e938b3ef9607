-- Every house and contact that something in the batch is known by: these are locked, or copied
-- for a plan, and rows that meet the same one take turns.
truncate step_met;

insert into step_met
with recursive met as (
    select m.line, m.n, h.contact_id as id
    from step_number m join public.phone_number h on h.e164 = m.e164
    union
    select q.line, q.n, c.id
    from step_person q join public.contact c on lower(c.email) = q.email and c.email <> ''
    where q.number = '' and q.email <> ''
    union
    select met.line, met.n, c.merged_into
    from met join public.contact c on c.id = met.id
    where c.merged_into is not null
)
select line, n, 'contact' as kind, id from met
union all
select r.line, 0, 'property', p.id
from step_row r join public.property p on p.radar_id = r.radar_id and p.radar_id <> ''
where r.radar_id <> ''
union all
select r.line, 0, 'property', p.id
from step_row r
join public.property p on p.apn = r.apn and lower(p.city) = r.town and p.apn <> ''
where r.apn <> ''
union all
select r.line, 0, 'property', p.id
from step_row r join public.property p on p.address_key = r.address_key
where r.address_key <> '';

analyze step_met
